package marking

import (
	"context"
	"strconv"

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
func turn(ctx context.Context, tx db.Tx, p Paper, own bool, who access.Actor) (int64, error) {
	nth, err := Turn(p.Task, p.Essay, p.Marks, own, who)
	if own || p.Essay.State != "marked" || p.Task.Released == 0 {
		return nth, err
	}
	ok, err := upheld(ctx, tx, who, p.Essay)
	if err != nil {
		return 0, err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_mark where essay = $1 and (account = $2 or person = $3)`, p.Essay.ID, who.Account, who.Person)
	if err != nil {
		return 0, err
	}
	return Again(p.Marks, ok, n > 0)
}

// upheld reports whether a contest of the result as it stands was upheld and waits for its record: one mark
// anew answers it, whatever it says, so that nobody asks one marker after another. Below the unit that
// decided nobody learns of it unless the member gave the name: the form would tell.
func upheld(ctx context.Context, tx db.Tx, who access.Actor, e essay.Essay) (bool, error) {
	args := []any{e.ID, e.Campaign}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from contest c join essay_member m on m.essay = $1 and m.person = c.person join essay e on e.id = m.essay
		where c.campaign = $2 and c.document is null and c.state = 'upheld' and c.mended_at = 0 and c.kind in ('other_mark', 'other')
		and (c.figure = 'essays_passed' and e.passed or c.figure = 'essays_failed' and not e.passed)
		and not exists (select 1 from essay_mark k where k.essay = $1 and k.nth >= `+strconv.Itoa(againFrom)+` and k.at >= c.decided_at)
		and (c.named or `+who.Scope(access.ReportAccept).Where("c.decider", &args)+`)`, args...)
	return n > 0, err
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
