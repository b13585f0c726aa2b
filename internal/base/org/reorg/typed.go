package reorg

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Typed is a step as a form or a sheet has it: units by their organisation codes. ID is the
// key of the form; Units, Below and Numbers hold several, parted by white space or commas.
type Typed struct {
	ID                 id.ID
	Kind               string
	Units, Into, Above string
	New                plan.Fresh // without ids
	Below, Like        string
	BornFrom, BornTo   string
	Position, Numbers  string
	Level              string

	row int // of the sheet where it began; 0 for a form
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\t' })
}

func codes(s string) (out []string) {
	for _, c := range split(s) {
		if c = org.Code(strings.TrimSpace(c)); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// change lets the maker of a draft change its steps in one transaction.
func (s *Service) change(ctx context.Context, who access.Actor, event id.ID, what string, fn func(tx db.Tx, e *Event) error) (Event, error) {
	return s.act(ctx, who, event, what, func(tx db.Tx, e *Event) error {
		switch {
		case e.State != Draft:
			return fault.New(fault.Conflict, "reorg.not_draft")
		case e.CreatedBy != who.Account:
			return fault.New(fault.Conflict, "reorg.not_yours")
		}
		if err := fn(tx, e); err != nil {
			return err
		}
		if err := e.check(); err != nil {
			return err
		}
		if err := updateEvent(ctx, tx, *e); err != nil {
			return err
		}
		return s.log(ctx, tx, who, *e, "steps", map[string]any{"steps": len(e.Steps)}, "")
	})
}

// Add puts steps behind those of a draft; sent again they are found by their ids and nothing
// happens. Faults: Invalid by field for a code that is nowhere in who's scope.
func (s *Service) Add(ctx context.Context, who access.Actor, event id.ID, typed ...Typed) (Event, error) {
	return s.change(ctx, who, event, "add step of", func(tx db.Tx, e *Event) error {
		if len(typed) > 0 && slices.ContainsFunc(e.Steps, func(st plan.Step) bool { return st.ID == typed[0].ID && st.ID != 0 }) {
			return nil
		}
		known, err := resolve(ctx, tx, who, *e, typed)
		if err != nil {
			return err
		}
		var told words.Line
		for _, t := range typed {
			st, err := t.step(known)
			if err != nil && t.row == 0 {
				return err
			}
			for _, f := range fault.List(err) {
				told = append(told, words.Said{Key: "reorg.at_row", Args: []any{"row", t.row, "what", words.Said{Key: "reorg.ask." + f.Field}, "says", words.Said{Key: f.Key, Args: f.Args}}})
			}
			e.Steps = append(e.Steps, st)
		}
		return bad(told)
	})
}

// Drop takes a step out of a draft.
func (s *Service) Drop(ctx context.Context, who access.Actor, event, step id.ID) (Event, error) {
	return s.change(ctx, who, event, "drop step of", func(tx db.Tx, e *Event) error {
		n := len(e.Steps)
		e.Steps = slices.DeleteFunc(e.Steps, func(st plan.Step) bool { return st.ID == step })
		if len(e.Steps) == n {
			return fault.Gone()
		}
		return nil
	})
}

// resolve finds the units behind all codes: in the tree within who's scope, and among those
// that begin in steps before.
func resolve(ctx context.Context, tx db.Tx, who access.Actor, e Event, typed []Typed) (map[string]id.ID, error) {
	seen := map[string]bool{}
	for _, t := range typed {
		for _, c := range codes(strings.Join([]string{t.Units, t.Into, t.Above, t.Below}, ",")) {
			seen[c] = true
		}
	}
	all := make([]string, 0, len(seen))
	for c := range seen {
		all = append(all, c)
	}
	out := map[string]id.ID{}
	for chunk := range batch.Chunks(all) {
		in, args := batch.In(chunk)
		where := who.Scope(access.UnitRead).Where("u.id", &args)
		list, err := db.All(ctx, tx, func(scan func(...any) error) (u org.Unit, err error) { err = scan(&u.ID, &u.Code); return u, err },
			`select u.id, u.code from org_unit u where u.code in (`+in+`) and `+where, args...)
		if err != nil {
			return nil, err
		}
		for _, u := range list {
			out[u.Code] = u.ID
		}
	}
	for _, st := range e.Steps {
		if st.New != nil && st.New.ID != 0 {
			out[st.New.Code] = st.New.ID
		}
	}
	return out, nil
}

// step reads what was typed. known gains the unit that it makes.
func (t Typed) step(known map[string]id.ID) (st plan.Step, err error) {
	var errs []error
	one := func(field, code string) id.ID {
		list := codes(code)
		switch {
		case len(list) == 0:
			return 0
		case len(list) > 1:
			errs = append(errs, fault.At(field, "reorg.one_code"))
		case known[list[0]] == 0:
			errs = append(errs, fault.At(field, "reorg.unknown_code", "code", list[0]))
		}
		return known[list[0]]
	}
	many := func(field, s string) (out []id.ID) {
		for _, c := range codes(s) {
			if known[c] == 0 {
				errs = append(errs, fault.At(field, "reorg.unknown_code", "code", c))
			}
			out = append(out, known[c])
		}
		return out
	}
	st = plan.Step{ID: t.ID, Kind: t.Kind, Units: many("units", t.Units), Into: one("into", t.Into), Below: many("below", t.Below), Like: t.Like, Level: t.Level,
		Who: plan.Rule{BornFrom: t.BornFrom, BornTo: t.BornTo, Position: t.Position, Numbers: numbers(t.Numbers)}}
	errs = append(errs, t.lacks()...)
	if n := t.New; n != (plan.Fresh{}) {
		n.Code, n.Parent = org.Code(n.Code), one("above", t.Above)
		if t.Kind == plan.Merge || t.Kind == plan.Split {
			n.ID = t.ID
			if known[n.Code] == 0 {
				known[n.Code] = n.ID
			}
		}
		st.New = &n
	}
	return st.Tidy(), fault.All(errs...)
}

// lacks are the questions of the form that a kind of step cannot leave open.
func (t Typed) lacks() (errs []error) {
	need := func(field, s string) {
		if s == "" {
			errs = append(errs, fault.At(field, "web.required"))
		}
	}
	if t.Kind != plan.Abolish {
		need("units", t.Units)
	}
	switch t.Kind {
	case plan.Move, plan.Dissolve:
		need("into", t.Into)
	case plan.Abolish:
		need("level", t.Level)
	case plan.Merge:
		if t.Into != "" && t.New != (plan.Fresh{}) {
			errs = append(errs, fault.At("into", "reorg.into_or_new"))
		}
	}
	if t.Kind == plan.Split || t.Kind == plan.Merge && t.Into == "" {
		need("code", t.New.Code)
		need("name", t.New.Name)
		need("new_level", t.New.Level)
	}
	if t.Kind == plan.Rename && t.New == (plan.Fresh{}) {
		need("name", "")
	}
	return errs
}

func numbers(s string) (out []string) {
	for _, n := range split(s) {
		if n = strings.TrimSpace(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// kindWords are the kinds as offices write them, folded.
var kindWords = map[string]string{
	"sap nhap": plan.Merge, "hop nhat": plan.Merge, "nhap": plan.Merge, "thanh lap tren co so": plan.Merge, "merge": plan.Merge,
	"tach": plan.Split, "chia tach": plan.Split, "chia": plan.Split, "split": plan.Split,
	"chuyen": plan.Move, "chuyen giao": plan.Move, "chuyen ve": plan.Move, "dieu chuyen": plan.Move, "move": plan.Move,
	"doi ten": plan.Rename, "rename": plan.Rename,
	"giai the": plan.Dissolve, "ket thuc": plan.Dissolve, "cham dut hoat dong": plan.Dissolve, "dissolve": plan.Dissolve,
	"bo cap": plan.Abolish, "ket thuc cap": plan.Abolish, "abolish": plan.Abolish,
}
