package likeness

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const referenceColumns = `r.id, r.campaign, r.category, r.name, r.body, r.task, r.base, r.why, r.created_at, r.created_by, coalesce(r.withdrawn_at, 0)`

func scanReference(scan func(...any) error) (r Reference, err error) {
	var category int
	err = scan(&r.ID, &r.Campaign, &category, &r.Name, &r.Body, &r.Task, &r.Base, &r.Why, &r.CreatedAt, &r.CreatedBy, &r.WithdrawnAt)
	if err == nil {
		r.Category = Categories[category-1]
	}
	return r, err
}

func references(ctx context.Context, tx db.Tx, campaign id.ID) ([]Reference, error) {
	return db.All(ctx, tx, scanReference, `select `+referenceColumns+` from likeness_reference r where r.campaign = $1 order by r.category, r.id`, campaign)
}

// unlooked are references added or withdrawn whose essays were not found yet.
func unlooked(ctx context.Context, tx db.Tx) ([]Reference, error) {
	return db.All(ctx, tx, scanReference, `select `+referenceColumns+` from likeness_reference r where not r.looked order by r.id limit 20`)
}

func looked(ctx context.Context, tx db.Tx, reference id.ID, again []id.ID) error {
	for _, essay := range again {
		if _, err := tx.ExecContext(ctx, `update likeness_essay set again = true where essay = $1 and seq is not null`, essay); err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `update likeness_reference set looked = true where id = $1`, reference)
	return err
}

func referenceStamp(ctx context.Context, tx db.Tx, campaign id.ID) (string, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (string, error) {
		var n, gone, last int64
		err := scan(&n, &gone, &last)
		return fmt.Sprint(n, " ", gone, " ", last), err
	}, `select count(*), count(withdrawn_at), coalesce(max(id), 0) from likeness_reference where campaign = $1`, campaign)
}

func putReference(ctx context.Context, tx db.Tx, r Reference, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into likeness_reference (id, campaign, category, name, body, task, base, looked, why, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, not exists (select 1 from likeness_essay l where l.campaign = $2 and l.seq is not null), false, $7, $8, $9)`,
		r.ID, r.Campaign, slices.Index(Categories, r.Category)+1, r.Name, r.Body, r.Task, r.Why, at, by)
	return err
}

// unasked chooses the tasks whose question, or facts of a unit's ground written since, are no
// reference yet. The facts carry a mark of their own: those of two units may be committed in
// another order than that of their times.
const unasked = ` from essay_task t where t.state <> 'draft' and (not exists (select 1 from likeness_reference r where r.task = t.id)
	or exists (select 1 from essay_local l where l.task = t.id and not l.known))`

func anyUnasked(ctx context.Context, tx db.Tx) (bool, error) {
	return db.One(ctx, tx, db.Value[bool], `select exists (select 1`+unasked+`)`)
}

// questions are references for what was unasked: what everybody was asked is nobody's copy. The
// facts in them count as known from now on.
func questions(ctx context.Context, tx db.Tx) ([]Reference, error) {
	tasks, err := db.All(ctx, tx, func(scan func(...any) error) (r Reference, err error) {
		var facts string
		var asked bool
		err = scan(&r.Task, &r.Campaign, &r.Name, &r.Body, &facts, &asked)
		r.ID, r.Category, r.Body = id.New(), "question", r.Body+"\n"+facts
		if asked {
			r.Body = ""
		}
		return r, err
	}, `select t.id, t.campaign, t.title, t.prompt, t.facts, exists (select 1 from likeness_reference r where r.task = t.id)`+unasked+` order by t.id limit 20`)
	for i := range tasks {
		t := &tasks[i]
		if t.Body != "" {
			if err := t.append(ctx, tx, `select text from essay_question where task = $1 order by ord`, t.Task); err != nil {
				return nil, err
			}
		}
		if err := t.append(ctx, tx, `select text from essay_local where task = $1 and not known order by unit`, t.Task); err != nil {
			return nil, err
		}
		if _, err := tx.ExecContext(ctx, `update essay_local set known = true where task = $1 and not known`, t.Task); err != nil {
			return nil, err
		}
	}
	return tasks, err
}

func (r *Reference) append(ctx context.Context, tx db.Tx, query string, args ...any) error {
	texts, err := db.All(ctx, tx, db.Value[string], query, args...)
	for _, t := range texts {
		r.Body += "\n" + t
	}
	return err
}
