package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// Service is the desk for sheets.
type Service struct {
	DB     *db.DB
	Now    clock.Now
	Units  *org.Service
	People *person.Service
	Seal   *seal.Box                                                                // of what is sent, as long as it is kept; without it nothing is
	Sender func(ctx context.Context, tx db.Tx, account id.ID) (access.Actor, error) // with today's grants; nil reads the account

	mu      sync.Mutex
	running map[id.ID]chan struct{}
}

// The kinds of sheets.
const (
	Units  = "units"
	People = "people"
)

// Most is the largest sheet that may be sent, in bytes.
const Most = 64 << 20

// The states of a sheet. Those in ‑ing are worked on in the background.
const (
	Mapping  = "mapping" // somebody has to say what its columns are
	Checking = "checking"
	Checked  = "checked"
	Applying = "applying"
	Applied  = "applied"
	Undoing  = "undoing"
	Undone   = "undone"
	Failed   = "failed" // it cannot be read
)

// Sheet is an upload on its way. ID is the key of the form.
type Sheet struct {
	ID        id.ID
	Kind      string
	Name      string
	Size      int64
	Under     id.ID  // parent or study home of rows that name none
	Usual     string // kind of the people that do not say
	Source    string // name under which its shape is remembered, "" for none
	Mapping   *sheet.Mapping
	State     string
	Good      bool  // only the good rows were wanted
	Removing  int64 // missing people whom the operator typed to remove
	Done      int64 // rows so far in this state
	Percent   int
	Added     int64 // rows by verdict, foreseen or done
	Changed   int64
	Same      int64
	Asked     int64
	Bad       int64
	Passed    int64 // rows that are none of the list
	Missing   int64 // people of the sheet's units who are not in it
	Removed   int64
	Kept      int64 // not taken back
	Broken    *Sentence
	At        int64
	AppliedAt int64
	UndoneAt  int64

	maker id.ID
	print string
}

// Wrong is the number of rows that are not brought in.
func (s Sheet) Wrong() int64 { return s.Bad + s.Asked }

// Fresh is the number of rows that change something.
func (s Sheet) Fresh() int64 { return s.Added + s.Changed }

// Total is the number of rows.
func (s Sheet) Total() int64 { return s.Fresh() + s.Same + s.Wrong() }

// Busy reports whether it is being worked on.
func (s Sheet) Busy() bool { return s.State == Checking || s.State == Applying || s.State == Undoing }

// Again reports whether another sheet of its shape may be understood anew.
func (s Sheet) Again() bool { return s.State == Mapping || s.State == Checked || s.State == Failed }

func (s Sheet) columns() []sheet.Column {
	if s.Kind == Units {
		return org.Columns
	}
	return person.Columns
}

func may(who access.Actor, kind string) error {
	switch {
	case kind != Units && kind != People:
		return fault.At("kind", "web.choose")
	case kind == Units && !who.Holds(access.UnitEdit), kind == People && !who.Holds(access.PersonEdit):
		return fault.New(fault.Denied, "access.denied")
	}
	return nil
}

// Check keeps a sheet and has it looked over in the background; first people say what its
// columns are when that cannot be told, or when a column seems to be in an old encoding.
// Sent again with the same ID it is the sheet that was kept. Faults: Invalid for a file
// that cannot be read, Denied, Conflict.
func (s *Service) Check(ctx context.Context, who access.Actor, sh Sheet, data io.ReaderAt) (Sheet, error) {
	if err := may(who, sh.Kind); err != nil {
		return sh, err
	}
	if len(sh.Name) > 300 {
		sh.Name = strings.ToValidUTF8(sh.Name[:300], "")
	}
	sh, err := s.understand(ctx, who, sh, batch.File{Name: sh.Name, Data: data, Size: sh.Size})
	if err != nil {
		return sh, err
	}
	state := sh.State
	sh.State = Mapping // until its file is whole
	again := false
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := sweep(ctx, tx, s.Now()); err != nil {
			return err
		}
		again, err = keep(ctx, tx, who, sh, s.Now())
		return err
	})
	if err != nil {
		return sh, fmt.Errorf("keep sheet: %w", err)
	}
	if again {
		return s.Show(ctx, who, sh.ID)
	}
	if err = s.store(ctx, sh.ID, data, sh.Size); err != nil {
		return sh, fmt.Errorf("keep sheet: %w", err)
	}
	if state == Checking {
		return s.enter(ctx, who, sh.ID, func(old *Sheet) error { old.State = Checking; return nil })
	}
	return s.Show(ctx, who, sh.ID)
}

// understand finds out what the columns are: as was said of the last sheet of this shape,
// else as the headers say.
func (s *Service) understand(ctx context.Context, who access.Actor, sh Sheet, f batch.File) (Sheet, error) {
	book, err := batch.Book(f)
	if err != nil {
		return sh, err
	}
	t, err := book.Guess(sh.columns())
	if err != nil {
		return sh, err
	}
	sh.veil(t)
	m := t.Mapping()
	sh.Mapping, sh.print, sh.State = &m, t.Print(), Checking
	var known *sheet.Mapping
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		sh.Source, known, err = source(ctx, tx, who.Home(), sh.Kind, sh.print)
		return err
	})
	if err != nil {
		return sh, fmt.Errorf("find source: %w", err)
	}
	if known != nil {
		known.Sheet, known.First, known.Last = m.Sheet, m.First, m.Last
		if t, err := book.Use(*known); err == nil {
			if sh.veil(t); bare(t) == nil {
				same, err := t.Fit(known)
				known.Veiled = t.Veiled()
				if sh.Mapping = known; !same {
					sh.State = Mapping
				}
				return sh, err
			}
		}
		sh.Source = ""
	}
	looks, err := t.Look()
	if err != nil {
		return sh, err
	}
	for _, l := range looks {
		if l.Legacy != text.Unicode {
			m.Legacy[l.Column], sh.State = l.Legacy, Mapping
		}
	}
	if _, err := book.Find(sh.columns()); err != nil || sh.whole(t) != nil {
		sh.State = Mapping
	}
	return sh, nil
}

// whole checks that the columns are there without which no row can be read.
func (s Sheet) whole(t *sheet.Table) error {
	if s.Kind == People {
		return person.Whole(t, s.Under)
	}
	missing := &sheet.Error{Code: sheet.NoColumn, Row: t.Header}
	for _, c := range org.Columns {
		if c.Required && !t.Has(c.Key) {
			missing.Names = append(missing.Names, c.Names[0])
		}
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}

// Show is a kept sheet as it is now. Fault: Missing when it is another's or was forgotten.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (sh Sheet, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error { sh, err = s.find(ctx, tx, who, of); return err })
	if err != nil {
		return sh, fmt.Errorf("show sheet: %w", err)
	}
	return sh, nil
}

func (s *Service) find(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (Sheet, error) {
	sh, err := load(ctx, tx, of)
	if err == nil && (sh.maker != who.Account || sh.Again() && sh.At < s.Now().Add(-kept).UnixMilli()) {
		err = fault.Gone()
	}
	if err != nil {
		return sh, err
	}
	return sh, may(who, sh.Kind)
}

// List are the last sheets that who sent.
func (s *Service) List(ctx context.Context, who access.Actor) (list []Sheet, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error { list, err = mine(ctx, tx, who); return err })
	if err != nil {
		return nil, fmt.Errorf("list sheets: %w", err)
	}
	return list, nil
}

// file opens the file of a kept sheet as it is understood.
func (s *Service) file(ctx context.Context, sh Sheet) batch.File {
	return batch.File{Name: sh.Name, Data: &body{ctx: ctx, s: s, of: sh.ID, size: sh.Size}, Size: sh.Size, Mapping: sh.Mapping, Veil: sh.veil}
}

// Look shows what stands in the columns of a kept sheet, and its headers.
func (s *Service) Look(ctx context.Context, who access.Actor, of id.ID) (Sheet, []sheet.Glimpse, error) {
	sh, err := s.Show(ctx, who, of)
	if err != nil {
		return sh, nil, err
	}
	t, err := batch.Open(s.file(ctx, sh), sh.columns())
	if err != nil {
		return sh, nil, err
	}
	looks, err := t.Look()
	return sh, looks, err
}

// Understood takes what somebody said of the columns, remembers it under a name unless
// that is empty, and looks the sheet over. Faults: Invalid when columns are missing,
// Conflict once it is brought in.
func (s *Service) Understood(ctx context.Context, who access.Actor, of id.ID, m sheet.Mapping, name string) (Sheet, error) {
	sh, err := s.Show(ctx, who, of)
	if err != nil {
		return sh, err
	}
	sh.Mapping = &m
	t, err := batch.Open(s.file(ctx, sh), sh.columns())
	if err == nil {
		err = fault.All(bare(t), sh.whole(t))
	}
	if err != nil {
		return sh, err
	}
	m.Veiled = t.Veiled()
	return s.enter(ctx, who, of, func(old *Sheet) error {
		if !old.Again() {
			return fault.New(fault.Conflict, "intake.is_in")
		}
		old.State, old.Mapping, old.Source = Checking, &m, name
		return nil
	})
}

// Apply brings a kept sheet in, in the background. Without good it does nothing when any
// row is wrong or a question. remove is the number of people of the sheet's units who are
// not in it, typed by the operator, to end their stay; 0 for nobody. Applied again it
// answers how far it is. Faults: Conflict, Invalid on field remove for another number.
func (s *Service) Apply(ctx context.Context, who access.Actor, of id.ID, good bool, remove int64) (Sheet, error) {
	return s.enter(ctx, who, of, func(sh *Sheet) error {
		switch {
		case sh.State == Applying || sh.State == Applied:
			return nil
		case sh.State != Checked:
			return fault.New(fault.Conflict, "intake.not_checked")
		case sh.Wrong() > 0 && !good:
			return fault.New(fault.Conflict, "intake.has_wrong", "n", text.Int(sh.Wrong()))
		case remove != 0 && (sh.Wrong() > 0 || remove != sh.Missing):
			return fault.At("remove", "intake.other_number")
		}
		sh.State, sh.Good, sh.Removing = Applying, good, remove
		return nil
	})
}

// Undo takes back what a sheet brought in, in the background. People who were touched since are
// listed and stay; a sheet of units is taken back whole or not at all. Faults: Conflict when it is
// not in, or while people, units, grants, a campaign or a reorganisation hang on its units.
func (s *Service) Undo(ctx context.Context, who access.Actor, of id.ID) (Sheet, error) {
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		sh, err := s.find(ctx, tx, who, of)
		if err != nil || sh.Kind != Units || sh.State != Applied {
			return err
		}
		return s.freeOf(ctx, tx, who, of)
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("undo sheet: %w", err)
	}
	return s.enter(ctx, who, of, func(sh *Sheet) error {
		switch {
		case sh.State == Undoing || sh.State == Undone:
			return nil
		case sh.State != Applied:
			return fault.New(fault.Conflict, "intake.not_in")
		}
		sh.State = Undoing
		return nil
	})
}

// Wrong writes the rows of a kept sheet that are wrong or questions, in its own columns.
func (s *Service) Wrong(ctx context.Context, who access.Actor, of id.ID, kind, lang string) ([]byte, Sheet, error) {
	sh, err := s.Show(ctx, who, of)
	if err != nil {
		return nil, sh, err
	}
	var b bytes.Buffer
	err = s.WriteWrong(ctx, who, sh, s.file(ctx, sh), &b, kind, lang)
	return b.Bytes(), sh, err
}

// WriteWrong is Wrong from a file at hand.
func (s *Service) WriteWrong(ctx context.Context, who access.Actor, sh Sheet, f batch.File, w io.Writer, kind, lang string) error {
	list, err := s.seen(ctx, who, sh.ID, []batch.Verdict{batch.Bad, batch.Ask}, 0, wrongMost)
	if err != nil {
		return err
	}
	r := &batch.Result{Rows: append(list[batch.Bad], list[batch.Ask]...)}
	f.Mapping, f.Veil = sh.Mapping, sh.veil
	return r.WriteWrong(w, f, sh.columns(), kind, lang)
}
