package person

import (
	"context"
	"encoding/json"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// What Erase takes away, as a case about personal data names it.
const (
	ErasedNumbers  = "numbers"
	ErasedPosition = "position"
)

// Erase takes away what is kept of a person and no figure rests on, because the person asked
// for it and was granted it: identity number, phone number and position. It answers what there was.
// Frozen rosters keep the position of their day.
func Erase(ctx context.Context, tx db.Tx, person id.ID) (gone []string, err error) {
	for _, step := range []struct{ what, q string }{
		{ErasedNumbers, `delete from person_secret where person = $1`},
		{ErasedPosition, `update person set position = '', position_folded = '' where id = $1 and position <> ''`},
	} {
		n, err := db.Exec(ctx, tx, step.q, person)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			gone = append(gone, step.what)
		}
	}
	return gone, forgetTraces(ctx, tx, person)
}

// forgetTraces takes the numbers out of what imports keep to be taken back by: nobody brings them back.
func forgetTraces(ctx context.Context, tx db.Tx, person id.ID) error {
	type kept struct {
		of   id.ID
		body string
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (k kept, err error) {
		err = scan(&k.of, &k.body)
		return k, err
	}, `select t.import, t.body from person_import_trace t join person_import i on i.id = t.import and i.kind = 'people' where t.subject = $1`, person)
	for _, k := range list {
		var t Trace
		if err := json.Unmarshal([]byte(k.body), &t); err != nil {
			return err
		}
		if t.Numbers == nil {
			continue
		}
		t.Numbers = nil
		body, err := json.Marshal(t)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update person_import_trace set body = $3 where import = $1 and subject = $2`, k.of, person, string(body)); err != nil {
			return err
		}
	}
	return err
}
