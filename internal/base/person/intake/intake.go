package intake

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
)

// Service is the desk for sheets.
type Service struct {
	DB     *db.DB
	Now    clock.Now
	Units  *org.Service
	People *person.Service
}

// The kinds of sheets.
const (
	Units  = "units"
	People = "people"
)

// Most is the largest sheet that may be sent, in bytes.
const Most = 32 << 20

// kept is how long a sheet waits.
const kept = 24 * time.Hour

// Sheet is an upload on its way. ID is the key of the form.
type Sheet struct {
	ID      id.ID
	Kind    string
	Name    string
	Body    []byte
	Under   id.ID  // parent or study home of rows that name none
	Usual   string // kind of the people that do not say
	Applied bool
	Added   int // rows, once applied
	Changed int
	Wrong   int
	maker   id.ID
}

func (s Sheet) file() batch.File { return batch.Bytes(s.Name, s.Body) }

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

// Check looks a sheet over and keeps it for confirmation. Sent again with the same ID it
// is the sheet that was kept. Faults: Invalid for a file that cannot be read, Denied.
func (s *Service) Check(ctx context.Context, who access.Actor, sh Sheet) (Sheet, *batch.Result, error) {
	if err := may(who, sh.Kind); err != nil {
		return sh, nil, err
	}
	if len(sh.Name) > 300 {
		sh.Name = strings.ToValidUTF8(sh.Name[:300], "")
	}
	r, err := s.run(ctx, who, sh, batch.Options{DryRun: true})
	if err != nil {
		return sh, nil, err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error { return keep(ctx, tx, who, sh, s.Now()) })
	if err != nil {
		err = fmt.Errorf("keep sheet: %w", err)
	}
	return sh, r, err
}

func (s *Service) run(ctx context.Context, who access.Actor, sh Sheet, o batch.Options) (*batch.Result, error) {
	o.Under, o.Kind = sh.Under, sh.Usual
	if sh.Kind == Units {
		return s.Units.Import(ctx, who, sh.file(), o)
	}
	return s.People.Import(ctx, who, sh.file(), o)
}

// Show is a kept sheet with what it would do now. Fault: Missing when it is another's or
// was kept for more than a day.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (Sheet, *batch.Result, error) {
	sh, err := s.find(ctx, who, of)
	if err != nil {
		return sh, nil, err
	}
	r, err := s.run(ctx, who, sh, batch.Options{DryRun: true})
	return sh, r, err
}

func (s *Service) find(ctx context.Context, who access.Actor, of id.ID) (sh Sheet, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		sh, err = load(ctx, tx, of, s.Now())
		return err
	})
	if err == nil && sh.maker != who.Account {
		err = fault.Gone()
	}
	if err != nil {
		return sh, fmt.Errorf("find sheet: %w", err)
	}
	return sh, may(who, sh.Kind)
}

// Apply brings a kept sheet in. Without good it does nothing when any row is wrong or a
// question; the sheet is then not applied. Applied again it answers what was done.
func (s *Service) Apply(ctx context.Context, who access.Actor, of id.ID, good bool) (Sheet, error) {
	sh, err := s.find(ctx, who, of)
	if err != nil || sh.Applied {
		return sh, err
	}
	r, err := s.run(ctx, who, sh, batch.Options{Good: good})
	if err != nil {
		return sh, err
	}
	if !r.Applied {
		return sh, fault.New(fault.Conflict, "intake.has_wrong", "n", r.Wrong())
	}
	sh.Applied, sh.Added, sh.Changed, sh.Wrong = true, r.Count[batch.New], r.Count[batch.Changed], r.Wrong()
	if err = s.DB.Write(ctx, func(tx db.Tx) error { return done(ctx, tx, sh, s.Now.Ms()) }); err != nil {
		err = fmt.Errorf("mark sheet: %w", err)
	}
	return sh, err
}

// Wrong writes the rows of a kept sheet that are wrong or questions, in its own columns.
func (s *Service) Wrong(ctx context.Context, who access.Actor, of id.ID, kind, lang string) ([]byte, Sheet, error) {
	sh, r, err := s.Show(ctx, who, of)
	if err != nil {
		return nil, sh, err
	}
	var b bytes.Buffer
	err = r.WriteWrong(&b, sh.file(), sh.columns(), kind, lang)
	return b.Bytes(), sh, err
}

// Sample writes a sheet to fill in. Fault: Missing for an unknown kind.
func Sample(w io.Writer, kind string) error {
	switch kind {
	case Units:
		return org.Sample(w)
	case People:
		return person.Sample(w)
	}
	return fault.Gone()
}
