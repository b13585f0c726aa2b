package honesty

import (
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// A lead is sealed at each step, without names in the log; what is changed or taken away makes
// other rows than those that were sealed.
func TestLeadsAreSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		officer := as(access.Officer, city)
		for _, state := range []string{"seen", "asked", "settled"} {
			if err := s.Mark(ctx, officer, camp, base(round1), "ends", state, "Đề nghị xem lại."); err != nil {
				t.Fatal(err)
			}
		}
		look := func() (rows []proof.Row, sealed int) {
			err := d.Read(ctx, func(tx db.Tx) error {
				return s.Sealed(ctx, tx, func(r proof.Row) error {
					rows = append(rows, r)
					var salt, digest string
					if err := tx.QueryRowContext(ctx, `select salt, digest from proof_line where kind = $1 and subject = $2 and version = $3`, r.Kind, r.Subject, r.Version).Scan(&salt, &digest); err != nil {
						return err
					}
					if proof.Digest(salt, r.Body) == digest {
						sealed++
					}
					return nil
				})
			})
			if err != nil {
				t.Fatal(err)
			}
			return rows, sealed
		}
		rows, sealed := look()
		if len(rows) != 3 || sealed != 3 || !strings.Contains(rows[2].Body, `"settled"`) {
			t.Fatalf("%d rows, %d as sealed: %+v", len(rows), sealed, rows)
		}
		for _, c := range []struct {
			change       string
			rows, sealed int
		}{
			{`update honesty_lead set state = 'seen'`, 3, 2}, {`update honesty_step set body = body || ' ' where n = 1`, 3, 1}, {`delete from honesty_step where n = 2`, 2, 0}, {`delete from honesty_lead`, 2, 0},
		} {
			if err := d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, c.change); return err }); err != nil {
				t.Fatal(err)
			}
			if rows, sealed := look(); len(rows) != c.rows || sealed != c.sealed {
				t.Errorf("%s: %d rows, %d as sealed", c.change, len(rows), sealed)
			}
		}
	})
}

// More leads than are read at once are each given once, with all steps.
func TestSealedInParts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		const leads = 1203
		if err := d.Write(ctx, func(tx db.Tx) error {
			for i := range int64(leads) {
				if _, err := tx.ExecContext(ctx, `insert into honesty_step (lead, n, body) values ($1, 1, 'x'), ($1, 2, 'y')`, i+1); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		seen, before := 0, proof.Row{}
		if err := d.Read(ctx, func(tx db.Tx) error {
			return s.Sealed(ctx, tx, func(r proof.Row) error {
				if r.Subject < before.Subject || r.Subject == before.Subject && r.Version <= before.Version {
					t.Errorf("%s %d after %s %d", r.Subject, r.Version, before.Subject, before.Version)
				}
				seen, before = seen+1, r
				return nil
			})
		}); err != nil || seen != 2*leads {
			t.Errorf("%d steps, %v", seen, err)
		}
	})
}
