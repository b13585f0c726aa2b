package essay_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
	"quantriet/internal/work/essay/essaytest"
)

// counts are the totals of a task by place, as loops over plain rows have them.
func counts(t *testing.T, d *db.DB, task essay.Task) map[int64]essay.Tally {
	t.Helper()
	type row struct {
		person, lo     int64
		exempt         bool
		must, has      bool
		handed, result int64
		late           bool
		state          string
		lead, pages    bool
	}
	out := map[int64]essay.Tally{}
	err := d.Read(ctx, func(tx db.Tx) error {
		people, err := db.All(ctx, tx, func(scan func(...any) error) (r row, err error) {
			return r, scan(&r.person, &r.lo, &r.exempt)
		}, `select person, lo, exempt from campaign_roster where campaign = $1`, task.Campaign)
		if err != nil {
			return err
		}
		invited, err := db.All(ctx, tx, db.Value[int64], `select person from essay_invited where task = $1`, task.ID)
		if err != nil {
			return err
		}
		wrote, err := db.All(ctx, tx, func(scan func(...any) error) (r row, err error) {
			return r, scan(&r.person, &r.must, &r.handed, &r.late, &r.state, &r.result, &r.lead, &r.pages)
		}, `select m.person, m.must, coalesce(e.handed_at, 0), e.late, e.state, case when e.passed is null then 0 when e.passed then 1 else 2 end, e.lead, e.handwritten
			from essay e join essay_member m on m.essay = e.id where e.task = $1`, task.ID)
		if err != nil {
			return err
		}
		asked, of := map[int64]bool{}, map[int64]row{}
		for _, p := range invited {
			asked[p] = true
		}
		for _, r := range wrote {
			r.has = true
			of[r.person] = r
		}
		for _, p := range people {
			n, e := out[p.lo], of[p.person]
			must := !p.exempt && !asked[p.person]
			if must {
				n.Must++
			} else {
				n.Invited++
			}
			if e.has && e.must != must {
				t.Errorf("person %d must %t, his essay says %t", p.person, must, e.must)
			}
			if e.handed != 0 {
				add := func(n *int64, if_ bool) {
					if if_ {
						*n++
					}
				}
				add(&n.Handed, must)
				add(&n.Came, !must)
				add(&n.Late, e.late)
				add(&n.Returned, e.state == "returned")
				add(&n.Passed, e.result == 1)
				add(&n.Failed, e.result == 2)
				add(&n.Leads, e.lead)
				add(&n.Pages, e.pages)
			}
			out[p.lo] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever is written, grouped, left, led and put right: the kept totals are those of the rows.
func TestTallies(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := essaytest.New(t, d)
		top, dice := sits(w), rand.New(rand.NewPCG(5, 19))
		task := w.Task(t, func(t *essay.Task) { t.Grouped = true })
		cells, done := []id.ID{w.A, w.B, w.C}, map[string]int{}
		for step := range 150 {
			cell := cells[dice.IntN(3)]
			who := w.Member(cell, dice.IntN(5))
			what, err := turn(w, top, dice, task, cell, who)
			switch {
			case err == nil:
				done[what]++
			case fault.Of(err) != fault.Conflict && fault.Of(err) != fault.Missing && fault.Of(err) != fault.Invalid:
				t.Fatalf("step %d, %s: %v", step, what, err)
			}
			if step == 40 {
				w.At = time.UnixMilli(task.Due + 1)
			}
			if step%6 == 5 {
				agree(t, d, task, what)
			}
		}
		for _, what := range []string{"write", "group", "leave", "lead", "must", "late", "paper", "delete"} {
			if done[what] == 0 {
				t.Errorf("nobody did %s: %v", what, done)
			}
		}
	})
}

// agree holds the kept totals against the rows.
func agree(t *testing.T, d *db.DB, task essay.Task, what string) {
	t.Helper()
	for lo, want := range counts(t, d, task) {
		var got essay.Tally
		if err := d.Read(ctx, func(tx db.Tx) (err error) { got, err = essay.Totals(ctx, tx, task.ID, lo, lo); return err }); err != nil || got != want {
			t.Fatalf("after %s at %d: kept %+v, counted %+v, %v", what, lo, got, want, err)
		}
	}
}

// turn is one step of somebody, and how it went.
func turn(w *essaytest.World, top *court, dice *rand.Rand, task essay.Task, cell id.ID, who access.Actor) (string, error) {
	desk, err := w.Desk(ctx, who, task.ID)
	if err != nil {
		return "desk", err
	}
	mend := func(figure, kind string) error {
		_, err := w.Mend(ctx, w.Officer, essay.Mending{ID: id.New(), Contest: top.uphold(figure, kind, who.Person), Task: task.ID, Why: ground, Handed: w.Now.Ms()})
		return err
	}
	switch dice.IntN(9) {
	case 0:
		of := desk.Essay.ID
		if of == 0 {
			of = id.New()
		}
		return "group", w.Group(ctx, who, task.ID, of, []id.ID{w.People[cell][dice.IntN(5)]})
	case 1:
		return "leave", w.Leave(ctx, who, task.ID)
	case 2:
		return "lead", w.D.Write(ctx, func(tx db.Tx) error { return essay.SetLead(ctx, tx, desk.Essay.ID, dice.IntN(3) > 0) })
	case 3:
		return "must", mend("essays_due", "not_due")
	case 4:
		return "late", mend("essays_handed", "in_time")
	case 5:
		return "paper", mend("essays_due", "handed_in")
	case 6:
		if dice.IntN(3) > 0 || desk.Essay.Version == 0 {
			return "rest", nil
		}
		return "delete", w.Delete(ctx, w.Officer, desk.Essay.ID, "Theo yêu cầu mẫu")
	default:
		of := desk.Essay.ID
		if of == 0 {
			of = id.New()
		}
		_, err := w.HandIn(ctx, who, task.ID, of, id.New(), &essay.Save{Base: desk.Draft.Serial, Tab: id.New().String(), Step: 1, Answers: []string{long}})
		return "write", err
	}
}
