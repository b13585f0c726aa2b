package essay

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const mendColumns = `m.id, m.contest, m.task, m.person, m.unit, m.lo, m.what, m.essay, m.handed, m.why, m.by, m.name, m.at, m.salt`

func scanMend(scan func(...any) error) (m Mended, err error) {
	err = scan(&m.ID, &m.Contest, &m.Task, &m.Person, &m.Unit, &m.lo, &m.What, &m.Essay, &m.Handed, &m.Why, &m.by, &m.Name, &m.At, &m.salt)
	return m, err
}

func findMend(ctx context.Context, tx db.Tx, of id.ID) (Mended, error) {
	return db.One(ctx, tx, scanMend, `select `+mendColumns+` from essay_mend m where m.id = $1`, of)
}

func mendOf(ctx context.Context, tx db.Tx, contest, task id.ID) (Mended, error) {
	return db.One(ctx, tx, scanMend, `select `+mendColumns+` from essay_mend m where m.contest = $1 and m.task = $2`, contest, task)
}

func insertMend(ctx context.Context, tx db.Tx, m Mended) error {
	_, err := tx.ExecContext(ctx, `insert into essay_mend (id, contest, task, person, unit, lo, what, essay, handed, why, by, name, at, salt)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		m.ID, m.Contest, m.Task, m.Person, m.Unit, m.lo, m.What, int64(m.Essay), m.Handed, m.Why, m.by, m.Name, m.At, m.salt)
	return err
}

// invite takes somebody out of those who must. The row of the invited decides that it is done once.
func invite(ctx context.Context, tx db.Tx, c Case) error {
	n, err := db.Exec(ctx, tx, `insert into essay_invited (task, person) values ($1, $2) on conflict (task, person) do nothing`, c.Task, c.Person)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "essay.mend_none")
	}
	if _, err := tx.ExecContext(ctx, `update essay_member set must = $3 where task = $1 and person = $2`, c.Task, c.Person, false); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update essay_tally set must = must - 1, invited = invited + 1 where task = $1 and lo = $2`, c.Task, c.lo)
	return err
}

// inTime says of what was handed in last that it came in time, for all who wrote it.
func inTime(ctx context.Context, tx db.Tx, essay id.ID) error {
	if _, err := tx.ExecContext(ctx, `update essay_version set late = $2 where id = (select version from essay where id = $1)`, essay, false); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `update essay set late = $2 where id = $1`, essay, false)
	return err
}

// setApart takes who did not hand an essay in out of those it counts for. Nothing of it is deleted: the others
// of a group keep it, the first of them as its author; once it counts for nobody, nobody marks it any more.
func setApart(ctx context.Context, tx db.Tx, c Case) error {
	n, err := db.Exec(ctx, tx, `delete from essay_member where task = $1 and person = $2 and essay = $3`, c.Task, c.Person, c.essay)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "essay.mend_none")
	}
	_, err = tx.ExecContext(ctx, `update essay set person = coalesce((select person from essay_member where essay = essay.id order by ord, person limit 1), person)
		where id = $1 and person = $2`, c.essay, c.Person)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `update essay set state = 'apart' where id = $1 and state <> 'deleted' and not exists (select 1 from essay_member where essay = essay.id)`, c.essay)
	return err
}

// row is the text that is sealed: people and words only as hashes under the row's salt.
func (m Mended) row() (proof.Row, error) {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(m.salt + "\n" + s))
		return hex.EncodeToString(sum[:])
	}
	b, err := json.Marshal(struct {
		Contest, Task, Unit id.ID
		Lo                  int64
		What                string
		Essay               id.ID
		Handed, At          int64
		By                  id.ID
		Who, ByName, Why    string
	}{m.Contest, m.Task, m.Unit, m.lo, m.What, m.Essay, m.Handed, m.At, m.by, hash(m.Person.String()), hash(m.Name), hash(m.Why)})
	return proof.Row{Kind: "essay.mend", Subject: m.ID, Version: 1, Body: string(b)}, err
}

func (s *Service) seal(ctx context.Context, tx db.Tx, m Mended) error {
	row, err := m.row()
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, m.At, row)
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	for after := int64(0); ; {
		list, err := db.All(ctx, tx, scanMend, `select `+mendColumns+` from essay_mend m where m.id > $1 order by m.id limit 500`, after)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, m := range list {
			row, err := m.row()
			if err == nil {
				err = yield(row)
			}
			if err != nil {
				return err
			}
			after = int64(m.ID)
		}
	}
}
