package person

import (
	"context"

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
	return gone, nil
}
