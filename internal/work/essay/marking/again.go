package marking

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// againFrom is the first mark that replaces a result which was out; earlier marks stay beside it.
const againFrom = 4

// Again says as which marker somebody judges an essay whose result is out; upheld says that a
// contest of that result was upheld, and had marked it whether the actor did before, any version.
// Fault: Conflict before a contest is upheld, or for who marked it already.
func Again(marks []Mark, upheld, had bool) (nth int64, err error) {
	switch {
	case !upheld:
		return 0, fault.New(fault.Conflict, "marking.released_already")
	case had:
		return 0, fault.New(fault.Conflict, "marking.again_other")
	}
	nth = againFrom
	for _, m := range marks {
		nth = max(nth, m.Nth+1)
	}
	return nth, nil
}

// turn is Turn, and Again once results are out.
func (s *Service) turn(ctx context.Context, tx db.Tx, p Paper, own bool, who access.Actor) (int64, error) {
	nth, err := Turn(p.Task, p.Essay, p.Marks, own, who)
	if own || p.Essay.State != "marked" || p.Task.Released == 0 {
		return nth, err
	}
	writers, err := essay.Writers(ctx, tx, p.Essay)
	if err != nil {
		return 0, err
	}
	waits := false
	for _, w := range writers {
		list, err := s.Knows(ctx, tx, who, essay.Contested{Campaign: p.Essay.Campaign, Person: w.Person})
		if err != nil {
			return 0, err
		}
		waits = waits || slices.ContainsFunc(list, func(u essay.Upheld) bool { return Waits(u, p.Essay, p.Marks) })
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_mark where essay = $1 and (account = $2 or person = $3)`, p.Essay.ID, who.Account, who.Person)
	if err != nil {
		return 0, err
	}
	return Again(p.Marks, waits, n > 0)
}

// Waits reports whether an upheld contest is of the result as it stands and no mark anew has answered it: one
// answers it, whatever it says, so that nobody asks one marker after another.
func Waits(u essay.Upheld, e essay.Essay, marks []Mark) bool {
	figure := "essays_failed"
	if e.Passed {
		figure = "essays_passed"
	}
	return u.Figure == figure && (u.Kind == "other_mark" || u.Kind == "other") &&
		!slices.ContainsFunc(marks, func(m Mark) bool { return m.Nth >= againFrom && m.At >= u.Decided })
}

// Former is the result, in tenths, that a later one replaced; false when the first one stands.
func Former(t essay.Task, e essay.Essay, marks []Mark) (points int64, replaced bool) {
	var before []Mark
	last := id.ID(0)
	for _, m := range marks {
		if m.Nth >= againFrom {
			last = m.ID
		}
	}
	for _, m := range marks {
		if m.ID != last {
			before = append(before, m)
		}
	}
	points, _, _ = Settle(e.Second, before, 10*t.Bound)
	return points, last != 0
}
