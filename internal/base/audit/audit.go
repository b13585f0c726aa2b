package audit

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Entry is one line of the log.
type Entry struct {
	ID      id.ID  `json:"id"`
	At      int64  `json:"at" doc:"Unix milliseconds UTC"`
	Account id.ID  `json:"account"`
	Who     string `json:"who" doc:"name as it was"`
	Action  string `json:"action" example:"report.accept"`
	Subject id.ID  `json:"subject"`
	Unit    id.ID  `json:"unit"`
	Detail  string `json:"detail" doc:"what changed, JSON"`
	Why     string `json:"why"`
}

// Change is one thing before and after, as people read it.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Changes are a detail for Write: what was, and what is now.
type Changes []Change

// With adds a field that changed; one that did not is left out.
func (c Changes) With(field, old, now string) Changes {
	if old == now {
		return c
	}
	return append(c, Change{field, old, now})
}

// Write adds a line. detail is what changed, never a secret; nil for nothing to add. from is the
// unit that subject was moved away from: whoever reads its log sees the line as well.
func Write(ctx context.Context, tx db.Tx, who access.Actor, at int64, action string, subject, unit id.ID, detail any, why string, from ...id.ID) error {
	text := ""
	if detail != nil {
		b, err := json.Marshal(detail)
		if err != nil {
			return fmt.Errorf("audit %s: %w", action, err)
		}
		text = string(b)
	}
	var also id.ID
	for _, u := range from {
		if u != unit {
			also = u
		}
	}
	_, err := tx.ExecContext(ctx, `
		insert into audit_entry (id, at, account, who, action, subject, unit, also, detail, why)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, id.New(), at, who.Account, who.Name, action, subject, unit, also, text, why)
	return err
}

// At are the units where the log tells of a deed with subject.
func At(ctx context.Context, tx db.Tx, action string, subject id.ID) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select unit from audit_entry where subject = $1 and action = $2 and unit is not null order by unit`, subject, action)
}
