package secret

import (
	"context"
	"strings"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// Entry is the numbers of a person.
type Entry struct {
	Person id.ID
	Numbers
}

func about(person id.ID) string { return "person.secret " + person.String() }

// Of opens the numbers of a person, zero when none are kept. The caller shows them masked or
// writes who looks.
func Of(ctx context.Context, tx db.Tx, box *seal.Box, person id.ID) (n Numbers, err error) {
	list, err := db.All(ctx, tx, db.Value[[]byte], `select sealed from person_secret where person = $1`, person)
	if err != nil || len(list) == 0 {
		return n, err
	}
	plain, err := box.Open(list[0], about(person))
	if err != nil {
		return n, err
	}
	n.Identity, n.Phone, _ = strings.Cut(string(plain), "\n")
	return n, nil
}

// Add seals numbers of people who have none yet. Fault: Invalid for what is no number.
func Add(ctx context.Context, tx db.Tx, box *seal.Box, list []Entry) error {
	var rows [][]any
	for _, e := range list {
		n := e.Numbers.tidy()
		if err := n.check(); err != nil {
			return err
		}
		if n != (Numbers{}) {
			rows = append(rows, row(box, e.Person, n))
		}
	}
	return batch.Insert(ctx, tx, `insert into person_secret (person, sealed, identity, phone)`, 4, rows)
}

func row(box *seal.Box, person id.ID, n Numbers) []any {
	h, out := hash(box, n), []any{person, box.Seal([]byte(n.Identity+"\n"+n.Phone), about(person)), nil, nil}
	if n.Identity != "" {
		out[2] = h.Identity
	}
	if n.Phone != "" {
		out[3] = h.Phone
	}
	return out
}

// put replaces what is kept of a person.
func put(ctx context.Context, tx db.Tx, box *seal.Box, person id.ID, n Numbers) error {
	if _, err := tx.ExecContext(ctx, `delete from person_secret where person = $1`, person); err != nil || n == (Numbers{}) {
		return err
	}
	return Add(ctx, tx, box, []Entry{{person, n}})
}

// alone refuses an identity number that somebody else has.
func alone(ctx context.Context, tx db.Tx, box *seal.Box, person id.ID, n Numbers) error {
	if n.Identity == "" {
		return nil
	}
	others, err := db.All(ctx, tx, db.Value[id.ID], `select person from person_secret where identity = $1 and person <> $2`, hash(box, n).Identity, person)
	if err != nil {
		return err
	}
	for _, o := range others {
		its, err := Of(ctx, tx, box, o)
		if err != nil {
			return err
		}
		if its.Identity == n.Identity {
			return &fault.Error{Kind: fault.Conflict, Key: "secret.taken", Field: "identity"}
		}
	}
	return nil
}

type someone struct {
	ID   id.ID
	Name string
	Unit id.ID
}

func someoneOf(ctx context.Context, tx db.Tx, person id.ID) (someone, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (p someone, err error) {
		err = scan(&p.ID, &p.Name, &p.Unit)
		return p, err
	}, `select id, name, unit from person where id = $1`, person)
}

// Unknown counts rows that were sealed with a key this installation does not have, as far
// as the first thousand show.
func Unknown(ctx context.Context, tx db.Tx, box *seal.Box) (n int64, err error) {
	list, err := db.All(ctx, tx, db.Value[[]byte], `select sealed from person_secret order by person limit 1000`)
	for _, sealed := range list {
		if !box.Knows(sealed) {
			n++
		}
	}
	return n, err
}
