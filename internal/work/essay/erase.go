package essay

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
)

// Erase leaves a tombstone of an essay, inside the transaction of whoever decided it, and says
// which contents of files are to be dropped afterwards when nothing else has them.
func (s *Service) Erase(ctx context.Context, tx db.Tx, who access.Actor, e Essay, why string) (sums []string, err error) {
	if s.Deleted != nil {
		if err := s.Deleted(ctx, tx, e.ID); err != nil {
			return nil, err
		}
	}
	if sums, err = db.All(ctx, tx, db.Value[string], `select distinct sha256 from essay_file where essay = $1`, e.ID); err != nil {
		return nil, err
	}
	const of = ` in (select id from essay_version where essay = $1)`
	for _, q := range []string{
		`delete from essay_pick where essay = $1`, `delete from essay_reply where essay = $1`, `delete from essay_return where essay = $1`,
		`delete from essay_comment where essay = $1`, `delete from essay_score where mark in (select id from essay_mark where essay = $1)`,
		`delete from essay_mark where essay = $1`, `delete from essay_version_file where version` + of, `delete from essay_file where essay = $1`,
		`delete from essay_part where version` + of, `delete from essay_version where essay = $1`, `delete from essay_answer where essay = $1`,
		`delete from essay_draft where essay = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, e.ID); err != nil {
			return nil, err
		}
	}
	_, err = tx.ExecContext(ctx, `update essay set state = 'deleted', version = null, lead = $2, disputed = $2, deleted_at = $3, deleted_why = $4 where id = $1`, e.ID, false, s.Now.Ms(), why)
	if err != nil {
		return nil, err
	}
	if err := Recount(ctx, tx, e.Task, e.Lo); err != nil {
		return nil, err
	}
	return sums, audit.Write(ctx, tx, who, s.Now.Ms(), "essay.erase", e.ID, e.Unit, nil, why)
}
