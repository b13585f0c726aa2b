package contest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The kinds of sealed rows; the subject is the contest.
const (
	sealOpen   = "contest.open"
	sealDecide = "contest.decide"
	sealMend   = "contest.mend"
)

// row is the text of a step: people and words only as hashes under the contest's salt.
func (c Contest) row(kind string) (proof.Row, error) {
	var v any
	switch kind {
	case sealOpen:
		v = struct {
			Campaign, Document, Unit, Decider id.ID
			Lo                                int64
			Figure, Kind                      string
			At                                int64
			Who, Was, Said                    string
		}{c.Campaign, c.Document, c.Unit, c.decider, c.lo, c.Figure, c.Kind, c.At, c.hash(c.Person.String()), c.hash(c.was), c.hash(c.Said)}
	case sealDecide:
		v = struct {
			State       string
			Decided     int64
			By          id.ID
			ByName, Why string
		}{c.State, c.Decided, c.decidedBy, c.hash(c.By), c.hash(c.Remark)}
	default:
		v = struct{ Mended int64 }{c.Mended}
	}
	b, err := json.Marshal(v)
	return proof.Row{Kind: kind, Subject: c.ID, Version: 1, Body: string(b)}, err
}

func (c Contest) hash(s string) string {
	sum := sha256.Sum256([]byte(c.salt + "\n" + s))
	return hex.EncodeToString(sum[:])
}

func (s *Service) seal(ctx context.Context, tx db.Tx, c Contest, kind string) error {
	row, err := c.row(kind)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, s.Now.Ms(), row)
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	for after := int64(0); ; {
		list, err := db.All(ctx, tx, scan, `select `+columns+from+` where c.id > $1 order by c.id limit 500`, after)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			for _, kind := range c.kinds() {
				row, err := c.row(kind)
				if err == nil {
					err = yield(row)
				}
				if err != nil {
					return err
				}
			}
			after = int64(c.ID)
		}
	}
}

// kinds are the steps that a contest has gone.
func (c Contest) kinds() []string {
	switch {
	case c.Mended != 0:
		return []string{sealOpen, sealDecide, sealMend}
	case c.State != "open":
		return []string{sealOpen, sealDecide}
	}
	return []string{sealOpen}
}
