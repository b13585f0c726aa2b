package station

import (
	"context"
	"fmt"
	"slices"
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

func TestInstant(t *testing.T) {
	const now, since = 100 * hour, 90 * hour
	for _, c := range []struct {
		say               string
		device, skew, old int64
		at                int64
		sure              bool
	}{
		{"a clock that goes right", 95 * hour, 0, 0, 95 * hour, true},
		{"seven hours slow", 88 * hour, 7 * hour, 7 * hour, 95 * hour, true},
		{"a day fast", 119 * hour, -24 * hour, -24 * hour, 95 * hour, true},
		{"seven hours slow, put right before it was sent", 88 * hour, 0, 7 * hour, 95 * hour, true},
		{"put right before the scan, dated by the right clock", 99 * hour, 0, 7 * hour, 99 * hour, true},
		{"went back a day after the scan", 95 * hour, 24 * hour, 0, 95 * hour, true},
		{"a minute ahead of us is now", 100*hour + minute, 0, 0, now, true},
		{"a minute before the station began is its beginning", 90*hour - minute, 0, 0, since, true},
		{"years ago by a clock nobody knows", hour, 0, 0, since, false},
		{"in the far future", 900 * hour, 0, 0, now, false},
	} {
		if at, sure := Instant(c.device, c.skew, c.old, since, now); at != c.at || sure != c.sure {
			t.Errorf("%s: %d %v, want %d %v", c.say, at, sure, c.at, c.sure)
		}
	}
	if s, old := contact(7*hour, 0, 7*hour+minute); s != 7*hour+minute || old != 0 {
		t.Error("a small drift keeps the old skew", s, old)
	}
	if s, old := contact(7*hour, 0, 0); s != 0 || old != 7*hour {
		t.Error("a jump leaves what went before", s, old)
	}
	if Skew(1000, 400, 200) != 500 || Skew(1000, 1000, -5) != 0 {
		t.Error("half the round trip")
	}
}

func TestProof(t *testing.T) {
	w := seed(t, dbtest.One(t), 4)
	d := w.device(w.usher, 0, 0)
	key, hash := parseKey(point(d.key)), ""
	good := d.batch(d.see("A", true), d.see("B", true))
	for _, c := range []struct {
		say   string
		spoil func(*Batch)
		ok    bool
	}{
		{"as sent", func(*Batch) {}, true},
		{"another code", func(b *Batch) { b.Scans[0].Code = "C" }, false},
		{"another time", func(b *Batch) { b.Scans[1].At++ }, false},
		{"the last left out", func(b *Batch) { b.Scans = b.Scans[:1] }, false},
		{"turned round", func(b *Batch) { slices.Reverse(b.Scans) }, false},
		{"the queue made shorter", func(b *Batch) { b.Unsent = 3 }, false},
		{"no signature", func(b *Batch) { b.Sig = "" }, false},
		{"half a signature", func(b *Batch) { b.Sig = b.Sig[:40] }, false},
		{"a mac on two", func(b *Batch) { b.MAC = strings.Repeat("a", 64) }, false},
		{"another beginning", func(b *Batch) { b.Prev = strings.Repeat("0", 64) }, false},
	} {
		b := good
		b.Scans = slices.Clone(good.Scans)
		c.spoil(&b)
		if b.Proven(d.pass.ID, key, hash) != c.ok {
			t.Errorf("%s: want %v", c.say, c.ok)
		}
	}
	if good.Proven(id.New(), key, hash) {
		t.Error("signed for another station")
	}
	for _, s := range []string{"", "x", "AAAA", strings.Repeat("A", 87), strings.Repeat("/", 87)} {
		if parseKey(s) != nil {
			t.Errorf("%q is a key", s)
		}
	}
}

// A morning at one door: prepared, offline, back again; what was sent twice counts once.
func TestMorning(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, b *db.DB) {
		w := seed(t, b, 6)
		d := w.device(w.usher, 0, 7*time.Hour)
		rows, err := w.Roster(context.Background(), d.pass.ID, d.pass.Token, db.Page{Limit: 4})
		if err != nil || len(rows.Items) != 4 || rows.Next == "" {
			t.Fatal(err, rows)
		}
		i := slices.Index(w.people[0], rows.Items[0].ID)
		if i < 0 || rows.Items[0].Check != check(d.pass.ID, w.codes[0][i]) || !strings.HasPrefix(rows.Items[0].Folded, "dang vien mau") {
			t.Errorf("%+v", rows.Items[0])
		}
		if got := said(d.send(d.batch(d.see(w.codes[0][0], false)))); !slices.Equal(got, []string{"ok"}) {
			t.Error("online", got)
		}
		w.at = w.at.Add(10 * time.Minute)
		seen := w.ms()
		scans := []Sent{d.see(w.codes[0][1], true), d.see(" "+strings.ToLower(w.codes[0][2]), true), d.tick(w.people[0][3]), d.see("ZZZZZZZZZ", true), d.see(w.codes[0][0], true)}
		w.at = w.at.Add(time.Hour)
		first := d.batch(scans...)
		got := d.send(first)
		if !slices.Equal(said(got), []string{"ok", "ok", "ok", "unknown", "again"}) {
			t.Error("offline", said(got), got)
		}
		if got[0].At != seen || got[0].Grade != attendance.Code || got[2].Grade != attendance.Marked || got[0].Name == "" {
			t.Errorf("at %d want %d: %+v", got[0].At, seen, got[0])
		}
		if again := said(d.send(first)); !slices.Equal(again, said(got)) {
			t.Error("the same upload again", again)
		}
		if n := w.records(); n != 4 {
			t.Error(n, "records")
		}
		other := w.device(w.officer, 1, 0)
		if got := said(other.send(other.batch(other.see(w.codes[0][1], true), other.see(w.codes[1][0], true)))); !slices.Equal(got, []string{"elsewhere", "ok"}) {
			t.Error("at another site", got)
		}
		s, err := w.State(context.Background(), d.pass.ID, d.pass.Token, 0, 0)
		if err != nil || s.Persons != 4 || len(s.Entered) != 4 || s.Now != w.ms() {
			t.Errorf("%v %+v", err, s)
		}
	})
}

// One bad scan spoils no good one, and a bad signature spoils all.
func TestBadScans(t *testing.T) {
	w := seed(t, dbtest.One(t), 6)
	d := w.device(w.usher, 0, 0)
	bad := []Sent{d.see(w.codes[0][0], true), d.see("A\x00B", true), d.see(strings.Repeat("A", 60), true), d.see("", true), d.see(w.codes[1][0], true), d.see(w.codes[0][1], true)}
	bad[5].Note = "gọi tên \x00"
	keyless := d.see("X", true)
	keyless.Key = 0
	got := said(d.send(d.batch(append(bad, keyless, d.see(w.codes[0][2], true))...)))
	if got[0] != "ok" || got[1] != "web.not_text" || got[2] != "unknown" || got[3] != "station.whom" || got[4] != "ok" || got[5] != "web.not_text" || got[6] != "station.no_key" {
		t.Error(got)
	}
	before := w.records()
	b := d.batch(d.see(w.codes[0][3], true), d.see(w.codes[0][4], true))
	b.Scans[0].Code = w.codes[0][5]
	if got := said(d.send(b)); !slices.Equal(got, []string{"station.bad_signature", "station.bad_signature"}) || w.records() != before {
		t.Error(got, w.records())
	}
	many := make([]Sent, attendance.MostScans+1)
	for i := range many {
		many[i] = d.see("X", true)
	}
	if _, err := w.Send(context.Background(), d.pass.ID, d.pass.Token, d.batch(many...)); fault.Key(err) != "station.too_many" {
		t.Error(err)
	}
	for _, token := range []string{"", "qs_", d.pass.Token + "x", "qs_" + strings.Repeat("A", 43)} {
		if _, err := w.Send(context.Background(), d.pass.ID, token, Batch{}); fault.Of(err) != fault.Signin {
			t.Error("token", token, err)
		}
	}
	if _, err := w.Send(context.Background(), id.New(), d.pass.Token, Batch{}); fault.Of(err) != fault.Signin {
		t.Error("no station", err)
	}
}

// Taken back at the door: the scan stays, the person is free to come in again.
func TestUndo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, b *db.DB) {
		w := seed(t, b, 6)
		d := w.device(w.usher, 0, 0)
		s := d.see(w.codes[0][0], true)
		undo := func(of id.ID) Sent {
			d.n++
			return Sent{Key: id.New(), N: d.n, How: "undo", Of: of, At: d.clock(), Offline: true}
		}
		if got := said(d.send(d.batch(s, undo(s.Key), d.see(w.codes[0][1], true)))); !slices.Equal(got, []string{"ok", "undone", "ok"}) || w.records() != 1 {
			t.Fatal(got, w.records())
		}
		if got := said(d.send(d.batch(undo(s.Key), undo(id.New()), d.see(w.codes[0][0], true)))); !slices.Equal(got, []string{"undone", "attendance.no_scan", "ok"}) || w.records() != 2 {
			t.Error("again", got, w.records())
		}
		if _, list, err := w.List(context.Background(), w.officer, w.meeting, ""); err != nil || list[0].Missing != 0 || list[0].Scans != d.n {
			t.Errorf("%v: every number came in: %+v", err, list)
		}
		late := d.see(w.codes[0][2], true)
		d.send(d.batch(late))
		w.at = w.at.Add(time.Hour)
		if got := said(d.send(d.batch(undo(late.Key)))); !slices.Equal(got, []string{"attendance.undo_late"}) {
			t.Error("after an hour", got)
		}
		for i, c := range []struct {
			name  string
			after time.Duration // the usher took it back
			want  string
			label string
		}{
			{"a minute after, brought three hours later", time.Minute, "undone", "undone"},
			{"twenty minutes after, brought three hours later", 20 * time.Minute, "attendance.undo_late", "late"},
		} {
			s := d.see(w.codes[0][3+i], false)
			d.send(d.batch(s))
			w.at = w.at.Add(c.after)
			u := undo(s.Key)
			w.at = w.at.Add(3 * time.Hour)
			if got := said(d.send(d.batch(u))); !slices.Equal(got, []string{c.want}) {
				t.Errorf("%s: %v", c.name, got)
			}
			err := b.Read(context.Background(), func(tx db.Tx) error {
				label, err := db.One(context.Background(), tx, db.Value[string], `select label from attendance_scan where id = $1`, u.Key)
				if err == nil && label != c.label {
					t.Errorf("%s: kept as %q, want %q", c.name, label, c.label)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// A station ends by revocation, when its usher's right ends, and with its event; what it holds
// is kept all the same and counts nothing.
func TestEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, b *db.DB) {
		w := seed(t, b, 6)
		ctx := context.Background()
		shut := func(d *device, key string) {
			t.Helper()
			if _, err := w.Roster(ctx, d.pass.ID, d.pass.Token, db.Page{}); fault.Key(err) != key {
				t.Error("roster", err)
			}
			if _, err := w.State(ctx, d.pass.ID, d.pass.Token, 0, 0); fault.Key(err) != key {
				t.Error("state", err)
			}
			if _, err := w.Count(ctx, d.pass.ID, d.pass.Token, attendance.Headcount{ID: id.New(), Who: "mass"}, 0); fault.Key(err) != key {
				t.Error("count", err)
			}
		}
		d := w.device(w.usher, 0, 0)
		if err := w.Revoke(ctx, w.strange, w.meeting, d.pass.ID, "thử xem"); fault.Of(err) != fault.Missing {
			t.Error("a stranger", err)
		}
		if err := w.Revoke(ctx, w.officer, w.meeting, d.pass.ID, "mất máy"); err != nil {
			t.Fatal(err)
		}
		shut(d, "station.revoked")
		if got := said(d.send(d.batch(d.see(w.codes[0][0], true), d.tick(w.people[0][1])))); !slices.Equal(got, []string{"revoked", "revoked"}) || w.records() != 0 {
			t.Error(got, w.records())
		}
		if n := w.count(`select count(*) from attendance_scan where station = $1 and label = 'revoked'`, d.pass.ID); n != 2 {
			t.Error(n, "kept")
		}
		d = w.device(w.usher, 0, 0)
		w.write(func(ex func(string, ...any)) {
			ex(`update access_grant set revoked_at = 1 where account = $1`, w.usher.Account)
		})
		w.Forget()
		shut(d, "station.revoked")
		d = w.device(w.officer, 0, 0)
		w.at = begin.Add(5 * time.Hour)
		if got := said(d.send(d.batch(d.see(w.codes[0][2], true)))); got[0] != "ok" && got[0] != "late" {
			t.Error("an hour after the meeting", got)
		}
		w.at = begin.Add(17 * time.Hour)
		shut(d, "station.over")
		if _, err := w.Register(ctx, w.officer, w.meeting, w.sites[0], New{ID: id.New(), Name: "x", Key: point(d.key)}); fault.Key(err) != "station.over" {
			t.Error(err)
		}
		w.at = begin.Add(40 * 24 * time.Hour)
		if got := said(d.send(d.batch(d.see(w.codes[0][3], true)))); got[0] != "revoked" || w.records() != 1 {
			t.Error("a month later", got, w.records())
		}
		if n := w.count(`select count(*) from attendance_scan where station = $1 and label = 'revoked' and note <> ''`, d.pass.ID); n != 1 {
			t.Error(n, "kept of what came a month later")
		}
	})
}

func TestRegister(t *testing.T) {
	w := seed(t, dbtest.One(t), 2)
	ctx := context.Background()
	d := w.device(w.usher, 0, 0)
	n := New{ID: d.pass.ID, Name: "Cửa chính", Key: point(d.key), Sent: w.ms()}
	for _, c := range []struct {
		say  string
		who  access.Actor
		site int
		n    New
		want string
	}{
		{"an usher of another site", w.strange, 0, New{ID: id.New(), Name: "x", Key: n.Key}, "fault.missing"},
		{"a key that is none", w.usher, 0, New{ID: id.New(), Name: "x", Key: "abc"}, "station.bad_key"},
		{"without an id", w.usher, 0, New{Name: "x", Key: n.Key}, "web.choose"},
		{"the same device again", w.usher, 0, n, ""},
		{"somebody else's id", w.officer, 0, n, "station.id_taken"},
		{"the same id with another key", w.usher, 0, New{ID: n.ID, Name: "x", Key: point(w.device(w.usher, 0, 0).key)}, "station.id_taken"},
	} {
		p, err := w.Register(ctx, c.who, w.meeting, w.sites[c.site], c.n)
		if c.want == "" && (err != nil || p.Token == d.pass.Token) || c.want != "" && fault.Key(err) != c.want {
			t.Errorf("%s: %v", c.say, err)
		}
	}
	if _, err := w.Send(ctx, d.pass.ID, d.pass.Token, Batch{}); fault.Of(err) != fault.Signin {
		t.Error("the old token ended", err)
	}
}

// What the officers see: how far behind a station is, whose numbers lack, a broken chain.
func TestList(t *testing.T) {
	w := seed(t, dbtest.One(t), 8)
	d := w.device(w.usher, 0, 25*time.Hour)
	b := d.batch(d.see(w.codes[0][0], true))
	d.send(b)
	d.n += 2 // two scans that never come
	b = d.batch(d.see(w.codes[0][1], true))
	d.send(b)
	d.head = strings.Repeat("0", 64)
	d.send(d.batch(d.see(w.codes[0][2], true), d.see(w.codes[0][3], true)))
	_, list, err := w.List(context.Background(), w.officer, w.meeting, "")
	if err != nil || len(list) != 1 {
		t.Fatal(err, list)
	}
	l := list[0]
	if l.Missing != 2 || l.Broken != 1 || l.Scans != 4 || l.Skew != 25*hour || !l.MayShut || l.Usher != "Phụ trách mẫu" {
		t.Errorf("%+v", l)
	}
	for find, n := range map[string]int{l.SiteName: 1, "khong co ten nay": 0, "%": 0} {
		if _, list, err := w.List(context.Background(), w.officer, w.meeting, find); err != nil || len(list) != n {
			t.Errorf("%q: %v %v", find, list, err)
		}
	}
	if _, list, err := w.List(context.Background(), w.strange, w.meeting, ""); err != nil || len(list) != 0 {
		t.Error("an usher of the other site", list, err)
	}
	if _, _, err := w.List(context.Background(), w.usher, id.New(), ""); fault.Of(err) != fault.Missing {
		t.Error(err)
	}
}

// Two people count the hall, each on a device of one's own.
func TestCount(t *testing.T) {
	w := seed(t, dbtest.One(t), 4)
	ctx := context.Background()
	d, o := w.device(w.usher, 0, 0), w.device(w.officer, 0, 0)
	h := attendance.Headcount{ID: id.New(), Who: "hall", Amount: 62}
	for range 2 {
		if _, err := w.Count(ctx, d.pass.ID, d.pass.Token, h, 0); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Count(ctx, d.pass.ID, d.pass.Token, attendance.Headcount{Amount: 62}, h.ID); fault.Key(err) != "attendance.same_counter" {
		t.Error(err)
	}
	s, err := w.State(ctx, o.pass.ID, o.pass.Token, 0, 0)
	if err != nil || len(s.Heads) != 1 || s.Heads[0].Amount != -1 || s.Heads[0].Mine {
		t.Fatalf("%v %+v", err, s.Heads)
	}
	v, err := w.Count(ctx, o.pass.ID, o.pass.Token, attendance.Headcount{Amount: 61}, h.ID)
	if err != nil || v.Second != 61 || v.Amount != 62 {
		t.Error(err, v)
	}
}

// Two ushers may bear one name: it is the account that may not count again.
func TestCountByNamesakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4)
		ctx := context.Background()
		first, again := w.device(w.usher, 0, 0), w.device(w.usher, 0, 0)
		other := w.device(w.actor(w.usher.Name, access.Usher, w.cells[0]), 0, 0)
		h := attendance.Headcount{ID: id.New(), Who: "hall", Amount: 62}
		if _, err := w.Count(ctx, first.pass.ID, first.pass.Token, h, 0); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name   string
			of     *device
			mine   bool
			amount int64
		}{
			{"who counted, on the device used", first, true, 62},
			{"who counted, on another device", again, true, 62},
			{"somebody else of that name", other, false, -1},
		} {
			s, err := w.State(ctx, c.of.pass.ID, c.of.pass.Token, 0, 0)
			if err != nil || len(s.Heads) != 1 || s.Heads[0].Mine != c.mine || s.Heads[0].Amount != c.amount {
				t.Errorf("%s: %v %+v", c.name, err, s.Heads)
			}
		}
		if v, err := w.Count(ctx, other.pass.ID, other.pass.Token, attendance.Headcount{Amount: 61}, h.ID); err != nil || v.Second != 61 {
			t.Error(err, v)
		}
	})
}

// A morning writes thousands of one hall in one instant; a station hears of each.
func TestManyInOneInstant(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, b *db.DB) {
		w := seed(t, b, 2)
		d := w.device(w.usher, 0, 0)
		w.write(func(ex func(string, ...any)) {
			for i := range 1100 {
				ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
					values ($1, 1, $2, $3, $1, 'in_person', 'station', 2, 7, $4, 'x', false)`, 1<<40+i, w.meeting, w.sites[0], min(int64(i), 50))
			}
		})
		told := map[id.ID]bool{}
		since, after := int64(0), id.ID(0)
		for range 3 {
			s, err := w.State(context.Background(), d.pass.ID, d.pass.Token, since, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range s.Entered {
				told[e.Person] = true
				since, after = e.At, e.Person
			}
		}
		if len(told) != 1100 {
			t.Errorf("%d are told", len(told))
		}
	})
}

func ExampleSent_Line() {
	fmt.Printf("%q\n", Sent{Key: 1, N: 7, How: "list", Person: 2, At: 5, Offline: true}.Line())
	// Output: "7\t0000000000001\tlist\t\t0000000000002\t5\t1\t0\t\t"
}

func BenchmarkProof(b *testing.B) {
	w := seed(b, dbtest.One(b), 2)
	d := w.device(w.usher, 0, 0)
	key := parseKey(point(d.key))
	sum := "00"
	for _, n := range []int{1, 62, 200} {
		scans := make([]Sent, n)
		for i := range scans {
			scans[i] = d.see("ABC234XYZ", true)
		}
		batch := d.batch(scans...)
		b.Run(fmt.Sprintf("signature over %d", n), func(b *testing.B) {
			for b.Loop() {
				if !batch.Proven(d.pass.ID, key, sum) {
					b.Fatal("not proven")
				}
			}
		})
	}
	one := d.batch(d.see("ABC234XYZ", false))
	b.Run("mac over 1", func(b *testing.B) {
		for b.Loop() {
			one.Proven(d.pass.ID, key, sum)
		}
	})
}
