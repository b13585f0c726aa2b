package contest

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// Upheld are the contests of figures about essays that were upheld and wait for their record, with whose
// they are: known to who decides them, and to others when the member gave the name.
func (s *Service) Upheld(ctx context.Context, tx db.Tx, who access.Actor, q essay.Contested) ([]essay.Upheld, error) {
	args := []any{int64(q.Contest), int64(q.Campaign), int64(q.Person)}
	decides := who.Scope(access.ReportAccept).Where("c.decider", &args)
	list, err := db.All(ctx, tx, func(scan func(...any) error) (u essay.Upheld, err error) {
		var may int64
		err = scan(&u.ID, &u.Campaign, &u.Person, &u.Figure, &u.Kind, &u.Decided, &u.By, &u.Remark, &may)
		u.Decides = may == 1
		return u, err
	}, `select c.id, c.campaign, c.person, c.figure, c.kind, c.decided_at, c.by_name, c.remark, case when `+decides+` then 1 else 0 end
		from contest c where (c.id = $1 or c.person = $3 and c.campaign = $2) and c.document is null and c.state = 'upheld' and c.mended_at = 0
		and (c.named or `+decides+`) order by c.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("upheld contests: %w", err)
	}
	return list, nil
}

// mends are the tasks whose record the reader of a contest may put right: who decides, and who sets the
// unit's tasks when the member gave the name.
func mends(ctx context.Context, tx db.Tx, who access.Actor, c Contest, now Record) (out []Correction, err error) {
	es, about := now.(Essays)
	if !about || c.State != "upheld" || c.Mended != 0 || who.Person != 0 && who.Person == c.Person {
		return nil, nil
	}
	if !c.Decides {
		err := access.Check(ctx, tx, who, access.EssayEdit, c.Unit)
		if kind := fault.Of(err); kind == fault.Denied || kind == fault.Missing || err == nil && !c.Named {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	u := essay.Upheld{Figure: c.Figure, Kind: c.Kind}
	for _, e := range es {
		if u.Mends(essay.Counted{Must: e.Must, Handed: e.Handed, Late: e.Late}) != "" {
			out = append(out, Correction{e.Task, e.Title})
		}
	}
	return out, nil
}

// Correction is a task whose record waits to be put right.
type Correction struct {
	Task  id.ID  `json:"task"`
	Title string `json:"title"`
}
