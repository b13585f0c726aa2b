package door

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

var nobody = access.Actor{Lang: "vi"}

// One morning and afternoon at the doors, told in order.
func TestDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := build(t, d)
		for _, c := range []struct {
			says  string
			after time.Duration // of the begin
			who   access.Actor
			phone string
			site  int
			slip  string
			want  string // label, state, own
		}{
			{"somebody far too early is asked to come back", -90 * time.Minute, h.member(1, 0), "a", 1, "", "early early true"},
			{"and then counts", -50 * time.Minute, h.member(1, 0), "a", 1, "", " in_time true"},
			{"twice is no harm", -49 * time.Minute, h.member(1, 0), "a", 1, "", "again in_time true"},
			{"a slip on the neighbour's phone", -48 * time.Minute, h.member(1, 0), "a", 1, h.codes[1][1], " in_time false"},
			{"a slip on a phone where nobody is signed in", -47 * time.Minute, nobody, "b", 1, strings.ToLower(h.codes[1][2]), " in_time false"},
			{"a slip of nobody", -46 * time.Minute, nobody, "b", 1, "ZZZZZZZZZ", "unknown in_time false"},
			{"within the grace", 5 * time.Minute, h.member(1, 3), "c", 1, "", " grace true"},
			{"after it", 20 * time.Minute, h.member(1, 4), "d", 1, "", " late true"},
			{"at lunch the afternoon is still shut", 4*time.Hour + 10*time.Minute, h.member(1, 0), "a", 1, "", "early early true"},
			{"the afternoon is a session of its own", 5*time.Hour + 30*time.Minute, h.member(1, 0), "a", 1, "", " in_time true"},
			{"who missed the morning is recorded by the afternoon", 5*time.Hour + 31*time.Minute, h.member(1, 5), "e", 1, "", " in_time true"},
		} {
			h.at = begin.Add(c.after)
			got, err := h.answer(t, c.who, c.phone, c.site, c.slip)
			if s := fmt.Sprint(got.Label, " ", got.Window.State, " ", got.Own); err != nil || s != c.want {
				t.Errorf("%s: %q %v, want %q", c.says, s, err, c.want)
			}
		}
		for q, want := range map[string]int64{
			`select count(*) from attendance_record where meeting = $1 and void_at is null`:                                        6,
			`select count(*) from attendance_record where meeting = $1 and void_at is null and how = 'own_code'`:                   4,
			`select count(*) from attendance_record where meeting = $1 and void_at is null and grade <> 2`:                         0,
			`select count(*) from attendance_visit where meeting = $1`:                                                             7,
			`select count(*) from attendance_answer where meeting = $1`:                                                            11,
			`select count(*) from attendance_answer where meeting = $1 and label = 'early'`:                                        2,
			`select count(*) from attendance_visit where meeting = $1 and timing = 'grace'`:                                        1,
			`select count(*) from attendance_record r join attendance_answer a on a.id = r.id where r.meeting = $1`:                6,
			`select count(*) from attendance_record where meeting = $1 and by is null and by_name = 'Điểm cầu 01'`:                 1,
			`select count(*) from attendance_lead where meeting = $1`:                                                              0,
			`select count(*) from attendance_answer where meeting = $1 and person is null and label = 'unknown'`:                   1,
			`select count(*) from attendance_visit v where v.meeting = $1 and v.came_at > (select min(at) from attendance_answer)`: 7,
		} {
			if got := h.number(t, q, h.meeting); got != want {
				t.Errorf("%s: %d, want %d", q, got, want)
			}
		}
		h.at = begin.Add(10 * time.Hour)
		if v, err := h.Screen(context.Background(), h.officer, h.meeting, h.sites[1]); err != nil || len(v.Codes) != 0 || v.Window.State != Over {
			t.Errorf("in the evening: %+v %v", v, err)
		}
	})
}

// What is wrong with an answer, and that nothing comes of it.
func TestRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), context.Background()
		code := h.code(t, 1)
		good, err := h.Open(ctx, h.member(1, 0), code, "a")
		if err != nil {
			t.Fatal(err)
		}
		stranger := h.member(1, 0)
		stranger.Person = h.stranger
		for _, c := range []struct {
			says  string
			wait  time.Duration
			who   access.Actor
			reply Reply
			key   string
			label string
		}{
			{"another phone than the one that read the code", 0, h.member(1, 0), Reply{Ticket: good.Ticket, Mark: "b"}, "door.changed", ""},
			{"a forged ticket", 0, h.member(1, 0), Reply{Ticket: "AAAA" + good.Ticket[4:], Mark: "a"}, "door.changed", ""},
			{"no ticket", 0, h.member(1, 0), Reply{Mark: "a"}, "door.changed", ""},
			{"nobody without a slip", 0, nobody, Reply{Ticket: good.Ticket, Mark: "a"}, "door.nobody", ""},
			{"somebody of no campaign", 0, stranger, Reply{Ticket: good.Ticket, Mark: "a"}, "", "unknown"},
			{"a ticket after three minutes", 3 * time.Minute, h.member(1, 0), Reply{Ticket: good.Ticket, Mark: "a"}, "door.changed", ""},
		} {
			h.at = begin.Add(-20*time.Minute + c.wait)
			c.reply.Key = id.New()
			got, err := h.Answer(ctx, c.who, c.reply)
			if c.key != "" && fault.Key(err) != c.key || c.key == "" && err != nil || got.Label != c.label {
				t.Errorf("%s: %+v %v", c.says, got, err)
			}
		}
		h.at = begin.Add(-20 * time.Minute)
		key := id.New()
		for range 2 { // the same form twice
			if got, err := h.Answer(ctx, h.member(1, 0), Reply{Key: key, Ticket: good.Ticket, Mark: "a"}); err != nil || got.Label != "" || got.At != h.at.UnixMilli() {
				t.Errorf("%+v %v", got, err)
			}
		}
		if _, err := h.Answer(ctx, h.member(1, 1), Reply{Key: key, Ticket: good.Ticket, Mark: "a"}); fault.Of(err) != fault.Conflict {
			t.Errorf("somebody else's form: %v", err)
		}
		if n := h.number(t, `select count(*) from attendance_record`); n != 1 {
			t.Errorf("%d records", n)
		}
		for range 10 {
			h.Open(ctx, h.member(1, 2), "ABCD"+code[:4], "wrong")
		}
		if _, err := h.Open(ctx, h.member(1, 2), code, "wrong"); fault.Of(err) != fault.TooMany {
			t.Errorf("after ten wrong codes: %v", err)
		}
		if _, err := h.Open(ctx, h.member(1, 3), code, "right"); err != nil {
			t.Errorf("the next phone in the same hall: %v", err)
		}
		if _, err := h.Open(ctx, h.member(1, 2), code, "another phone"); fault.Of(err) != fault.TooMany {
			t.Errorf("another phone of the same account: %v", err)
		}
		for i := range 300 {
			h.Open(ctx, access.Actor{}, code[:4]+"2222", fmt.Sprint("made up ", i))
		}
		if _, err := h.Open(ctx, access.Actor{}, code, "one more"); fault.Key(err) != "door.guessed" {
			t.Errorf("who guesses as a new phone each time: %v", err)
		}
		if _, err := h.Open(ctx, h.member(1, 4), code, "one more"); err != nil {
			t.Errorf("who is signed in goes on: %v", err)
		}
	})
}

// Abuse becomes a lead, an honest shared phone does not, and the unit sees it first.
func TestLeads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), context.Background()
		secretary := actor(access.Secretary, h.units[1])
		tick := func() { h.at = h.at.Add(time.Minute) }
		old := h.code(t, 1)
		h.at = h.at.Add(4 * time.Minute)
		if _, err := h.Open(ctx, h.member(1, 11), old, "home"); fault.Key(err) != "door.changed" {
			t.Errorf("a photograph: %v", err)
		}
		for i := range 6 { // one phone for six people
			tick()
			if _, err := h.answer(t, nobody, "one for all", 1, h.codes[1][i]); err != nil {
				t.Fatal(err)
			}
		}
		ticket, err := h.Lend(ctx, h.usher, h.meeting, h.sites[1])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Borrow(ctx, ticket, "lent"); err != nil {
			t.Fatal(err)
		}
		for i := 6; i < 11; i++ { // and a lent one for five within a moment
			if _, err := h.answer(t, nobody, "lent", 1, h.codes[1][i]); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 3 { // three of cell 02 at the site of cell 01
			tick()
			if _, err := h.answer(t, h.member(2, i), fmt.Sprint("p", i), 1, ""); err != nil {
				t.Fatal(err)
			}
		}
		tick()
		if _, err := h.answer(t, h.member(2, 0), "p0", 0, ""); err != nil { // one of them minutes later in the district's hall
			t.Fatal(err)
		}
		told := func(who access.Actor) string {
			v, err := h.lead.List(ctx, who, h.meeting)
			if err != nil {
				return err.Error()
			}
			out := map[string]int64{}
			for _, l := range v.Items {
				out[l.Kind] += l.N
			}
			return fmt.Sprint(out, " ", v.Waiting)
		}
		if got := told(secretary); got != "map[many:6 old:225] 0" {
			t.Errorf("the unit sees %s", got)
		}
		if got := told(h.other); got != "map[elsewhere:3] 0" {
			t.Errorf("the unit of the others sees %s", got)
		}
		if got := told(h.officer); got != "map[two:3] 3" {
			t.Errorf("the district sees %s", got)
		}
		v, _ := h.lead.List(ctx, secretary, h.meeting)
		for _, l := range v.Items {
			if l.Kind != "many" {
				continue
			}
			if _, err := h.lead.Explain(ctx, h.other, h.meeting, l.ID, "của chi bộ khác", false); fault.Of(err) != fault.Missing {
				t.Errorf("a neighbour explains: %v", err)
			}
			if _, err := h.lead.Explain(ctx, secretary, h.meeting, l.ID, "điện thoại của bí thư", false); err != nil {
				t.Error(err)
			}
		}
		if got := told(h.officer); got != "map[many:6 two:3] 2" {
			t.Errorf("after the answer the district sees %s", got)
		}
		h.at = h.at.Add(73 * time.Hour)
		if got := told(h.officer); got != "map[elsewhere:3 many:6 old:225 two:3] 0" {
			t.Errorf("after three days the district sees %s", got)
		}
		if n := h.number(t, `select count(*) from attendance_record where void_at is not null`); n != 0 {
			t.Errorf("%d records were taken back because of a lead", n)
		}
	})
}

// Leaving early is said by who leaves, wherever they were recorded.
func TestLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), context.Background()
		if _, err := h.answer(t, h.member(1, 0), "a", 1, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Attendance.Take(ctx, h.usher, h.meeting, h.sites[1], []attendance.Scan{{Key: id.New(), Code: h.codes[1][1], How: "station"}}); err != nil {
			t.Fatal(err)
		}
		h.at = begin.Add(time.Hour)
		if err := h.Leave(ctx, h.member(1, 0), h.meeting, h.morning, false); fault.Key(err) != "door.no_checkout" {
			t.Errorf("where nobody asks for it: %v", err)
		}
		if err := h.SetCheckout(ctx, h.usher, h.meeting, true); fault.Of(err) == fault.Internal {
			t.Errorf("an usher decides: %v", err)
		}
		if err := h.SetCheckout(ctx, h.officer, h.meeting, true); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			says    string
			after   time.Duration
			who     access.Actor
			session id.ID
			back    bool
			key     string
		}{
			{"a member leaves", time.Hour, h.member(1, 0), h.morning, false, ""},
			{"saying so again keeps the first instant", 2 * time.Hour, h.member(1, 0), h.morning, false, ""},
			{"one whom a station recorded", time.Hour, h.member(1, 1), h.morning, false, ""},
			{"and stays after all", 2 * time.Hour, h.member(1, 1), h.morning, true, ""},
			{"who did not come", time.Hour, h.member(1, 2), h.morning, false, "fault.missing"},
			{"a session that has not begun", time.Hour, h.member(1, 0), h.after, false, "fault.missing"},
			{"a session of nowhere", time.Hour, h.member(1, 0), id.New(), false, "fault.missing"},
			{"when it is over", 5 * time.Hour, h.member(1, 0), h.morning, false, "door.no_checkout"},
		} {
			h.at = begin.Add(c.after)
			if err := h.Leave(ctx, c.who, h.meeting, c.session, c.back); c.key == "" && err != nil || c.key != "" && fault.Key(err) != c.key {
				t.Errorf("%s: %v", c.says, err)
			}
		}
		h.at = begin.Add(3 * time.Hour)
		for n, want := range []string{"60 true", "0 false"} {
			day, err := h.Today(ctx, h.member(1, n))
			if err != nil || len(day.Items) != 2 {
				t.Fatalf("%+v %v", day, err)
			}
			left := int64(0)
			if day.Items[0].Left > 0 {
				left = (day.Items[0].Left - begin.UnixMilli()) / minute
			}
			if got := fmt.Sprint(left, " ", day.Items[0].Early); got != want {
				t.Errorf("%d: %s, want %s", n, got, want)
			}
		}
	})
}

// Somebody scanned at the stations of two sites within the hour may be asked about; nothing is lost.
func TestTwoStations(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := build(t, d), context.Background()
		h.Attendance.Strayed = h.lead.Saw
		for i, c := range []struct {
			site, person int
			after        time.Duration
		}{{0, 0, -20 * time.Minute}, {1, 0, 5 * time.Minute}, {0, 1, -20 * time.Minute}, {1, 1, 3 * time.Hour}, {1, 1, 3*time.Hour + time.Minute}} {
			h.at = begin.Add(c.after)
			out, err := h.Attendance.Take(ctx, h.officer, h.meeting, h.sites[c.site], []attendance.Scan{{Key: id.New(), Code: h.codes[1][c.person], How: "station"}})
			if err != nil || len(out) != 1 {
				t.Fatal(i, out, err)
			}
		}
		if n := h.number(t, `select count(*) from attendance_lead where kind = 'two'`); n != 1 {
			t.Errorf("%d leads, want the one of those who were at both within the hour", n)
		}
		if n := h.number(t, `select count(*) from attendance_record where void_at is null`); n != 2 {
			t.Errorf("%d records", n)
		}
	})
}
