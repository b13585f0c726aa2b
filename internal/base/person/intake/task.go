package intake

import (
	"context"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
)

// task is one sheet being worked on by one goroutine.
type task struct {
	s     *Service
	sh    Sheet
	file  *batch.File // on the machine's own disk; nil for one that was sent
	who   *access.Actor
	news  telling
	wrote time.Time
	tell  func(Sheet) // progress, for the command line
}

// open opens the file, and counts how far it is read.
func (t *task) open(ctx context.Context) (*sheet.Table, *meter, error) {
	f, m := t.source(ctx)
	table, err := batch.Open(f, t.sh.columns())
	return table, m, err
}

// source is the file itself, as it is understood.
func (t *task) source(ctx context.Context) (batch.File, *meter) {
	f := t.s.file(ctx, t.sh)
	if t.file != nil {
		f = *t.file
		f.Mapping, f.Veil = t.sh.Mapping, t.sh.veil
	}
	m := &meter{ReaderAt: f.Data}
	f.Data = m
	return f, m
}

// rights are those of the sender now: who was disabled or lost a grant goes no further.
func (t *task) rights(ctx context.Context, tx db.Tx) (access.Actor, error) {
	if t.who != nil {
		return *t.who, nil
	}
	ask := t.s.Sender
	if ask == nil {
		ask = t.s.sender
	}
	who, err := ask(ctx, tx, t.sh.maker)
	if fault.Of(err) == fault.Missing || err == nil && may(who, t.sh.Kind) != nil {
		err = fault.New(fault.Denied, "intake.sender_gone")
	}
	return who, err
}

func (s *Service) sender(ctx context.Context, tx db.Tx, account id.ID) (access.Actor, error) {
	who, err := db.One(ctx, tx, func(scan func(...any) error) (a access.Actor, err error) {
		err = scan(&a.Account, &a.Person, &a.Name, &a.Lang)
		return a, err
	}, `select id, person, name, lang from account where id = $1 and disabled_at is null`, account)
	if err == nil {
		who.Grants, err = access.InForce(ctx, tx, account, s.Now.Day())
	}
	return who, err
}

func (t *task) pass(ctx context.Context, dry bool) (*person.Pass, error) {
	sender := &task{s: t.s, sh: t.sh, who: t.who} // asked by the goroutine that judges
	p := &person.Pass{File: t.sh.Name, Under: t.sh.Under, Usual: t.sh.Usual, Dry: dry, Rights: sender.rights}
	err := t.s.DB.Read(ctx, func(tx db.Tx) (err error) { p.Who, err = t.rights(ctx, tx); return err })
	return p, err
}

// check looks a sheet of people over.
func (t *task) check(ctx context.Context) error {
	table, m, err := t.open(ctx)
	if err != nil {
		return err
	}
	p, err := t.pass(ctx, true)
	if err != nil {
		return err
	}
	if err := t.s.DB.Write(ctx, func(tx db.Tx) error { return begin(ctx, tx, t.sh) }); err != nil {
		return err
	}
	t.sh = reset(t.sh)
	p.Done = func(piece *person.Piece) error {
		t.add(piece, m)
		return t.flush(ctx, false)
	}
	if err := t.s.People.Run(ctx, table, p); err != nil {
		return err
	}
	if t.sh.Missing, err = t.missing(ctx, p); err != nil {
		return err
	}
	t.sh.State, t.sh.Percent = Checked, 100
	return t.flush(ctx, true)
}

func reset(s Sheet) Sheet {
	s.Done, s.Percent, s.Added, s.Changed, s.Same, s.Asked, s.Bad, s.Passed, s.Removed, s.Kept, s.Broken = 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, nil
	return s
}

func (t *task) add(piece *person.Piece, m *meter) {
	for _, row := range piece.Rows {
		t.news.add(&t.sh, row)
	}
	t.sh.Done, t.sh.Passed = t.sh.Done+int64(len(piece.Rows)), int64(piece.Passed)
	t.sh.Percent = m.percent(t.sh.Size)
}

// flush writes what is new to tell, once a second or at the end.
func (t *task) flush(ctx context.Context, end bool) error {
	if !end && time.Since(t.wrote) < time.Second && len(t.news.rows) < 500 {
		return nil
	}
	t.wrote = time.Now()
	err := t.s.DB.Write(ctx, func(tx db.Tx) error {
		if err := t.news.write(ctx, tx); err != nil {
			return err
		}
		return tally(ctx, tx, t.sh, t.until())
	})
	if t.news = (telling{}); t.tell != nil {
		t.tell(t.sh)
	}
	return err
}

func (t *task) until() int64 {
	if t.sh.Busy() {
		return t.s.held()
	}
	return 0
}

// missing counts the people of the sheet's units who are not in it.
func (t *task) missing(ctx context.Context, p *person.Pass) (n int64, err error) {
	for chunk := range batch.Chunks(p.Homes()) {
		err := t.s.DB.Read(ctx, func(tx db.Tx) error {
			list, err := p.Missing(ctx, tx, chunk)
			n += int64(len(list))
			return err
		})
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// apply brings a sheet of people in, from where an earlier process got to.
func (t *task) apply(ctx context.Context) error {
	table, m, err := t.open(ctx)
	if err != nil {
		return err
	}
	p, err := t.pass(ctx, false)
	if err != nil {
		return err
	}
	err = t.s.DB.Read(ctx, func(tx db.Tx) error {
		return tx.QueryRowContext(ctx, `select coalesce(max(n), 0), coalesce(max(last_row), 0) from person_import_piece where import = $1`, t.sh.ID).Scan(&p.From, &p.After)
	})
	if err != nil {
		return err
	}
	var next Sheet
	var news telling
	p.Enter = func(ctx context.Context, tx db.Tx, piece *person.Piece) error {
		sum := &task{sh: t.sh}
		sum.add(piece, m)
		next, news = sum.sh, sum.news
		if err := news.write(ctx, tx); err != nil {
			return err
		}
		if err := record(ctx, tx, t.sh.ID, piece); err != nil {
			return err
		}
		return tally(ctx, tx, next, t.until())
	}
	p.Done = func(piece *person.Piece) error {
		if piece.Again {
			return t.alive(ctx)
		}
		if t.sh = next; t.tell != nil {
			t.tell(t.sh)
		}
		return nil
	}
	since, of := id.New()-lookBack, t.sh.ID
	p.Guard = func(ctx context.Context, tx db.Tx) (n int64, err error) {
		err = tx.QueryRowContext(ctx, `select (select count(*) from audit_entry where id > $1) + (select cast(coalesce(sum(done), 0) as bigint) from person_import where id <> $2)`,
			since, of).Scan(&n)
		return n, err
	}
	p.Large = t.sh.Size >= large
	end, err := t.bulk(ctx)
	if err != nil {
		return err
	}
	defer end()
	if err := t.s.People.Run(ctx, table, p); err != nil {
		return err
	}
	return t.finish(ctx, p)
}

// lookBack is ten minutes of ids: no transaction takes longer from making an id to its end.
const lookBack = id.ID(10*60*1000) << 22

// large is the size in bytes from which a file is worth preparing the database for.
const large = 16 << 20

func (t *task) bulk(ctx context.Context) (end func(), err error) {
	if t.sh.Size < large {
		return func() {}, nil
	}
	return func() { t.s.DB.Bulk(context.WithoutCancel(ctx), false) }, t.s.DB.Bulk(ctx, true)
}

// alive tells other processes that this one goes on.
func (t *task) alive(ctx context.Context) error {
	if time.Since(t.wrote) < time.Second {
		return nil
	}
	t.wrote = time.Now()
	return t.s.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `update person_import set held_until = $2 where id = $1`, t.sh.ID, t.until())
		return err
	})
}

// finish removes who is missing, if that was asked for and the number is still the one
// that was typed, and ends.
func (t *task) finish(ctx context.Context, p *person.Pass) error {
	if t.sh.Removing > 0 {
		n, err := t.missing(ctx, p)
		if err != nil {
			return err
		}
		if t.sh.Missing = n; n+t.sh.Removed == t.sh.Removing {
			err = t.remove(ctx, p)
		} else {
			t.sh.Broken = &Sentence{Key: "intake.other_number_now", Args: []any{"typed", t.sh.Removing, "n", n}}
		}
		if err != nil {
			return err
		}
	}
	t.sh.State, t.sh.Percent, t.sh.AppliedAt = Applied, 100, t.s.Now.Ms()
	return t.s.DB.Write(ctx, func(tx db.Tx) error {
		c := person.Counts{File: t.sh.Name, New: t.sh.Added, Changed: t.sh.Changed, Removed: t.sh.Removed}
		if err := t.s.People.Imported(ctx, tx, p, t.sh.ID, c); err != nil {
			return err
		}
		return tally(ctx, tx, t.sh, 0)
	})
}

// remove takes the missing off, unit by unit; what it counts is taken over when it is durable,
// since a transaction may run more than once.
func (t *task) remove(ctx context.Context, p *person.Pass) error {
	for chunk := range batch.Chunks(p.Homes()) {
		var next Sheet
		err := t.s.DB.Write(ctx, func(tx db.Tx) error {
			list, err := p.Missing(ctx, tx, chunk)
			if err != nil {
				return err
			}
			traces, err := t.s.People.Remove(ctx, tx, p, list)
			if err != nil {
				return err
			}
			next = t.sh
			next.Removed += int64(len(list))
			if err := trace(ctx, tx, t.sh.ID, traces); err != nil {
				return err
			}
			return tally(ctx, tx, next, t.until())
		})
		if err != nil {
			return err
		}
		t.sh = next
	}
	return nil
}

// record keeps what a piece brought in, to take it back by.
func record(ctx context.Context, tx db.Tx, of id.ID, piece *person.Piece) error {
	_, err := tx.ExecContext(ctx, `insert into person_import_piece (import, n, last_row, at, first, until) values ($1, $2, $3, $4, $5, $6)`,
		of, piece.N, piece.Last, piece.At, piece.First, piece.Until)
	if err != nil {
		return err
	}
	return trace(ctx, tx, of, piece.Changes)
}

func trace(ctx context.Context, tx db.Tx, of id.ID, list []person.Trace) error {
	rows := make([][]any, len(list))
	for i, c := range list {
		rows[i] = []any{of, c.Person, written(c)}
	}
	return batch.Insert(ctx, tx, `insert into person_import_trace (import, subject, body)`, 3, rows)
}
