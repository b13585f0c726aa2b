package essay

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Mine is one line of one's own list.
type Mine struct {
	Task  Task   `json:"task"`
	Essay Essay  `json:"essay"`
	Must  bool   `json:"must"`
	Talk  string `json:"talk" enum:",asked,answered,explained,proposed,upheld" doc:"about what is like other essays; empty for none"`
}

// Limit is the due time that binds here.
func (m Mine) Limit() int64 { return m.Task.Limit(m.Essay.Due) }

// Mine lists the tasks that mean the actor, those to do first.
func (s *Service) Mine(ctx context.Context, who access.Actor) (out []Mine, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if out, err = mineOf(ctx, tx, who.Person); err != nil {
			return err
		}
		for i, m := range out {
			if out[i].Talk, err = s.talk(ctx, tx, m.Essay); err != nil {
				return err
			}
		}
		return nil
	})
	return out, wrap("mine", err)
}

func mineOf(ctx context.Context, tx db.Tx, person id.ID) (out []Mine, err error) {
	tasks, err := db.All(ctx, tx, func(scan func(...any) error) (m Mine, err error) {
		m.Essay.Points = -1
		m.Task, err = scanTask(func(dest ...any) error { return scan(append(dest, &m.Must)...) })
		return m, err
	}, `select `+taskColumns+`, `+obliged+taskTables+` join campaign_participant p on p.campaign = t.campaign and p.person = $1
		where t.state <> 'draft' and `+bound+` order by case when t.state = 'open' and c.state = 'open' then 0 else 1 end, t.due_at, t.id limit 50`, person)
	if err != nil {
		return nil, err
	}
	for i := range tasks {
		e, err := own(ctx, tx, tasks[i].Task.ID, person)
		if err == nil {
			tasks[i].Essay = e
		} else if fault.Of(err) != fault.Missing {
			return nil, err
		}
	}
	return tasks, nil
}
