package essay

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// mates are the people of the author's unit who have no essay of the task yet, or are in this one.
func mates(ctx context.Context, tx db.Tx, d Desk, me id.ID) ([]Mate, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m Mate, err error) {
		err = scan(&m.Person, &m.Name, &m.In)
		return m, err
	}, `select p.person, p.name, m.person is not null from essay_task t
		join campaign_participant p on p.campaign = t.campaign and p.lo = $2 and p.person <> $3
		left join essay_member m on m.task = t.id and m.person = p.person
		where t.id = $1 and `+bound+` and (m.person is null or m.essay = $4) order by p.name_key, p.person limit 200`, d.Task.ID, d.lo, me, d.Essay.ID)
}

// Group sets who writes with the author: people of the same unit whom the task means and who are
// in no other essay of it. Each is counted as having handed in. Faults: Conflict, Invalid.
func (s *Service) Group(ctx context.Context, who access.Actor, of, essay id.ID, people []id.ID) error {
	return wrap("group", s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
		d, err := s.open(ctx, tx, who, of, essay)
		if err != nil {
			return err
		}
		if !d.Task.Grouped {
			return fault.New(fault.Conflict, "essay.not_grouped")
		}
		if len(people) > 30 {
			return fault.At("people", "essay.group_large", "n", 30)
		}
		if _, err := tx.ExecContext(ctx, `delete from essay_member where essay = $1 and person <> $2`, d.Essay.ID, who.Person); err != nil {
			return err
		}
		for i, p := range people {
			if err := s.join(ctx, tx, d, who.Person, p, i+1); err != nil {
				return err
			}
		}
		if err := Recount(ctx, tx, of, d.Essay.Lo); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.group", of, d.Unit, map[string]any{"people": people}, "")
	}))
}

// leaves says why one of a group cannot leave it: nobody does once the essay is marked.
func (d Desk) leaves() error {
	if err := d.Task.Takes(); err != nil {
		return err
	}
	switch {
	case d.Essay.ID == 0 || d.Author:
		return fault.Gone()
	case d.Essay.State == "marked" || d.Essay.State == "deleted":
		return fault.New(fault.Conflict, "essay.marked_already")
	}
	return nil
}

// Leave takes the actor out of a group that somebody else set, to write alone. Faults: Missing,
// Conflict once the essay is being marked.
func (s *Service) Leave(ctx context.Context, who access.Actor, of id.ID) error {
	return wrap("leave", s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
		d, err := s.desk(ctx, tx, who, of)
		if err == nil {
			err = d.leaves()
		}
		if err == nil {
			err = unread(ctx, tx, d.Essay)
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from essay_member where essay = $1 and person = $2`, d.Essay.ID, who.Person); err != nil {
			return err
		}
		if err := Recount(ctx, tx, of, d.Essay.Lo); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.leave", of, d.Unit, nil, "")
	}))
}

func (s *Service) join(ctx context.Context, tx db.Tx, d Desk, author, p id.ID, ord int) error {
	st, err := seatOf(ctx, tx, d.Task.ID, p)
	if fault.Of(err) == fault.Missing || err == nil && (st.lo != d.lo || p == author) {
		return fault.At("people", "essay.not_mate")
	}
	if err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `insert into essay_member (task, person, essay, ord, must) values ($1, $2, $3, $4, $5) on conflict (task, person) do nothing`, d.Task.ID, p, d.Essay.ID, ord, st.must)
	if err == nil && n == 0 {
		return fault.New(fault.Conflict, "essay.mate_has_one")
	}
	return err
}
