package duty

import (
	"slices"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// The report of a campaign is a duty that nobody typed: its deadlines decide, unit by unit.
func TestCampaignDuty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.reported(t, base1, "accepted", "2018-07-15T23:59")
		w.reported(t, base2, "sent", "2018-07-16T00:00")
		w.at("2018-07-18T08:30")
		v, err := w.Show(ctx, w.officer, round, 0, "")
		if err != nil {
			t.Fatal(err)
		}
		want := Tally{Owed: 5, Sent: 2, InTime: 1, Late: 1, Missing: 1, Waiting: 2}
		if v.At.Unit != city || v.At.Tally != want {
			t.Errorf("the city: %+v, want %+v", v.At, want)
		}
		if len(v.Lines) != 2 || v.Lines[0].Tally.Owed != 3 || v.Lines[0].State != Soon || v.Lines[1].Tally.Missing != 1 {
			t.Errorf("below: %+v", v.Lines)
		}
		w.ex(t, func(ex func(string, ...any)) { // the east wants its own grassroots a day earlier
			ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, 'grassroots', '2018-07-15', false, 0)`, round, east)
		})
		v, err = w.Show(ctx, w.eastern, round, 0, "time")
		if err != nil || v.At.Unit != east || v.At.Tally.InTime != 0 || v.At.Tally.Late != 2 {
			t.Errorf("tightened: %+v %v", v.At, err)
		}
		if err := w.SetGrace(ctx, w.officer, round, 3, 7); err != nil {
			t.Fatal(err)
		}
		if v, err = w.Show(ctx, w.eastern, round, base2, ""); err != nil || v.At.State != InGrace {
			t.Errorf("with grace: %+v %v", v.At, err)
		}
		w.reported(t, base2, "returned", "2018-07-16T00:00") // it came back: still in grace
		if v, err = w.Show(ctx, w.eastern, round, east, ""); err != nil || v.At.Tally.InGrace != 2 || v.At.Tally.Back != 1 {
			t.Errorf("returned: %+v %v", v.At, err)
		}
	})
}

// After the grace and the days that follow it a campaign's report is frozen; who sends it back
// to be mended gives seven days.
func TestFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		frozen := func() (is bool) {
			t.Helper()
			if err := d.Read(ctx, func(tx db.Tx) (err error) { is, err = w.Frozen(ctx, tx, round, base1); return err }); err != nil {
				t.Fatal(err)
			}
			return is
		}
		w.at("2030-01-01T00:00")
		if frozen() {
			t.Error("without a freeze it is never frozen")
		}
		if err := w.SetGrace(ctx, w.officer, round, 3, 7); err != nil {
			t.Fatal(err)
		}
		for moment, want := range map[string]bool{"2018-07-25T23:59": false, "2018-07-26T00:00": true} {
			if w.at(moment); frozen() != want {
				t.Errorf("at %s frozen is %v", moment, !want)
			}
		}
		if _, err := w.AskReopen(ctx, w.low1, round, base1, 0, "x"); fault.Key(err) != "duty.ask_there" {
			t.Error("asked here instead of at the report:", err)
		}
		w.at("2018-07-26T00:00")
		state := func(want State) {
			t.Helper()
			g, err := w.Digest(ctx, w.low1)
			i := slices.IndexFunc(g.Mine, func(o Owed) bool { return o.Duty.ID == round && o.Unit == base1 })
			if err != nil || i < 0 || g.Mine[i].State != want {
				t.Errorf("the digest says %+v %v, want %s", g.Mine, err, want)
			}
		}
		state(Frozen)
		w.ex(t, func(ex func(string, ...any)) { // never sent, and opened by the level above
			ex(`insert into report (id, campaign, unit, state, reopened, created_at) values (990, $1, $2, 'draft', true, 0)`, round, base1)
		})
		state(Late)
		w.ex(t, func(ex func(string, ...any)) { ex(`delete from report where id = 990`) })
		w.reported(t, base1, "returned", "2018-07-15T08:00")
		w.ex(t, func(ex func(string, ...any)) { ex(`update report set decided_at = $1`, ms("2018-08-01T00:00")) })
		for moment, want := range map[string]bool{"2018-08-07T23:59": false, "2018-08-08T00:00": true} {
			if w.at(moment); frozen() != want {
				t.Errorf("sent back, at %s frozen is %v", moment, !want)
			}
		}
	})
}

// A frozen periodic report is opened by the level above alone, for a reason, for seven days.
func TestReopen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		made, err := w.Order(ctx, w.officer, monthly(city))
		if err != nil {
			t.Fatal(err)
		}
		request := id.New()
		if _, err := w.AskReopen(ctx, w.low1, made.ID, base1, request, "sớm quá"); fault.Key(err) != "duty.not_frozen" {
			t.Error("asked before it is frozen:", err)
		}
		w.at("2018-07-30T08:00")
		if err := w.send(made.ID, base1); fault.Key(err) != "duty.is_frozen" {
			t.Error("sent when frozen:", err)
		}
		if _, err := w.AskReopen(ctx, w.low1, made.ID, base1, request, ""); fault.Of(err) != fault.Invalid {
			t.Error("without a reason:", err)
		}
		r, err := w.AskReopen(ctx, w.low1, made.ID, base1, request, "Mất điện hai ngày")
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.AskReopen(ctx, w.low1, made.ID, base1, request, "khác"); err != nil || again.Why != r.Why {
			t.Error("the same form again:", again, err)
		}
		if _, err := w.AskReopen(ctx, w.low1, made.ID, base1, id.New(), "nữa"); fault.Key(err) != "duty.asked_already" {
			t.Error("a second request:", err)
		}
		for name, who := range map[string]access.Actor{"the unit itself": w.low1, "a stranger": w.other, "the neighbour": w.western} {
			if _, err := w.DecideReopen(ctx, who, made.ID, request, true, ""); fault.Of(err) != fault.Denied && fault.Of(err) != fault.Missing {
				t.Errorf("%s decides: %v", name, err)
			}
		}
		if _, err := w.DecideReopen(ctx, w.eastern, made.ID, request, false, ""); fault.Of(err) != fault.Invalid {
			t.Error("refused without a word:", err)
		}
		if r, err = w.DecideReopen(ctx, w.eastern, made.ID, request, true, ""); err != nil || r.Until != ms("2018-08-07T00:00") {
			t.Error(r, err)
		}
		if err := w.send(made.ID, base1); err != nil {
			t.Error("sent when opened:", err)
		}
		if v, err := w.Show(ctx, w.low1, made.ID, base1, ""); err != nil || v.At.State != SentLate {
			t.Errorf("opened does not make it timely: %+v %v", v.At, err)
		}
	})
}

// A periodic duty binds who stands below when it is ordered, and the first sending counts.
func TestPeriodic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		wish := monthly(city)
		made, err := w.Order(ctx, w.officer, wish)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Order(ctx, w.officer, wish); err != nil || again.ID != made.ID || len(again.Levels) != 2 {
			t.Error("the same form again:", again, err)
		}
		if _, err := w.Order(ctx, as("Khác", access.Officer, city), wish); fault.Of(err) != fault.Conflict {
			t.Error("the form of somebody else:", err)
		}
		if _, err := w.Order(ctx, w.low1, monthly(base1)); fault.Of(err) != fault.Invalid {
			t.Error("ordered from nobody:", err)
		}
		if _, err := w.Order(ctx, w.secretary, monthly(base1)); fault.Of(err) != fault.Denied {
			t.Error("ordered by a secretary:", err)
		}
		w.at("2018-07-19T20:00")
		for _, unit := range []id.ID{base1, east} {
			if err := w.send(made.ID, unit); err != nil {
				t.Fatal(err)
			}
		}
		w.at("2018-07-22T08:00")
		if err := w.send(made.ID, base2); err != nil {
			t.Fatal(err)
		}
		w.at("2018-07-28T08:00")
		if err := w.send(made.ID, base1); err != nil { // mended and sent again
			t.Fatal(err)
		}
		if err := w.send(made.ID, city); fault.Of(err) != fault.Missing {
			t.Error("sent by who owes nothing:", err)
		}
		v, err := w.Show(ctx, w.officer, made.ID, 0, "time")
		want := Tally{Owed: 5, Sent: 3, InTime: 2, InGrace: 1, Missing: 2}
		if err != nil || v.At.Tally != want || len(v.Lines) != 2 || v.Lines[0].Unit != west || v.Lines[1].State != InTime {
			t.Fatalf("%+v %v, want %+v", v, err, want)
		}
		if v, err = w.Show(ctx, w.low1, made.ID, 0, ""); err != nil || v.At.Unit != base1 || v.At.State != InTime {
			t.Errorf("a unit below: %+v %v", v.At, err)
		}
		w.at("2018-08-01T08:00")
		if err := w.send(made.ID, west); fault.Of(err) != fault.Conflict {
			t.Error("sent when frozen:", err)
		}
		if err := w.Drop(ctx, w.officer, made.ID); fault.Of(err) != fault.Conflict {
			t.Error("taken back after somebody sent:", err)
		}
		fresh, err := w.Order(ctx, w.eastern, func() Duty { d := monthly(east); d.Levels = d.Levels[1:]; return d }())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Drop(ctx, w.western, fresh.ID); fault.Of(err) != fault.Missing {
			t.Error("taken back by a neighbour:", err)
		}
		if err := w.Drop(ctx, w.eastern, fresh.ID); err != nil {
			t.Error(err)
		}
		if _, err := w.Show(ctx, w.other, made.ID, 0, ""); fault.Of(err) != fault.Missing {
			t.Error("shown to a stranger:", err)
		}
	})
}

// One digest for one person, whatever the number of duties.
func TestDigest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.reported(t, base1, "returned", "2018-07-15T08:00")
		for range 3 {
			if _, err := w.Order(ctx, w.officer, monthly(city)); err != nil {
				t.Fatal(err)
			}
		}
		g, err := w.Digest(ctx, w.eastern)
		if err != nil || len(g.Mine) != 4 || len(g.Below) != 4 {
			t.Fatalf("%d own, %d below: %v", len(g.Mine), len(g.Below), err)
		}
		if n := g.Counts(); n != (Counts{Soon: 4}) {
			t.Errorf("%+v", n)
		}
		if n, err := w.Count(ctx, w.low1); err != nil || n.Back != 1 || n.Soon != 3 {
			t.Errorf("%+v %v", n, err)
		}
		if n, err := w.Count(ctx, w.other); err != nil || n != (Counts{}) {
			t.Errorf("a stranger: %+v %v", n, err)
		}
	})
}
