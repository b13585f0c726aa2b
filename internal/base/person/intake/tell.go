package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Kept is a person or unit that taking a sheet back left as it was touched since.
const Kept batch.Verdict = "kept"

// Sentence is a fault that is kept to be shown.
type Sentence struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// In is the sentence in a language.
func (s *Sentence) In(lang string) string { return words.T(lang, s.Key, s.Args...) }

func (s Sheet) fault() string {
	if s.Broken == nil {
		return ""
	}
	return written(s.Broken)
}

// sentence is what is told of a sheet that cannot go on.
func sentence(err error) *Sentence {
	if list := fault.List(err); len(list) > 0 && fault.Of(err) != fault.Internal {
		return &Sentence{list[0].Key, list[0].Args}
	}
	return &Sentence{Key: "intake.broken_off"}
}

// Rows of a verdict that are kept; more of them cost memory and help nobody.
const (
	wrongMost = 50_000
	goodMost  = 200
)

func most(v batch.Verdict) int64 {
	if v == batch.Bad || v == batch.Ask || v == Kept {
		return wrongMost
	}
	return goodMost
}

type rowBody struct {
	Notes   []batch.Note   `json:"n,omitempty"`
	Changes []batch.Change `json:"c,omitempty"`
	Person  id.ID          `json:"p,omitempty"`
}

// telling are rows to be kept, in the order of the file.
type telling struct {
	rows [][]any
}

// add counts a row into the sheet and keeps it while there is room.
func (t *telling) add(s *Sheet, row batch.Row) {
	n := s.count(row.Verdict)
	if *n++; *n <= most(row.Verdict) && row.Verdict != batch.Same {
		t.rows = append(t.rows, []any{s.ID, string(row.Verdict), row.Number, row.Name, row.Code, written(rowBody{row.Notes, row.Changes, row.Person})})
	}
}

func (s *Sheet) count(v batch.Verdict) *int64 {
	switch v {
	case batch.New:
		return &s.Added
	case batch.Changed:
		return &s.Changed
	case batch.Same:
		return &s.Same
	case batch.Ask:
		return &s.Asked
	case Kept:
		return &s.Kept
	}
	return &s.Bad
}

func (t *telling) write(ctx context.Context, tx db.Tx) error {
	return batch.Insert(ctx, tx, `insert into person_import_row (import, verdict, row, name, code, body)`, 6, t.rows)
}

func scanRow(scan func(...any) error) (r batch.Row, err error) {
	var body string
	if err = scan(&r.Verdict, &r.Number, &r.Name, &r.Code, &body); err != nil {
		return r, err
	}
	d := json.NewDecoder(bytes.NewReader([]byte(body)))
	d.UseNumber()
	var b rowBody
	if err = d.Decode(&b); err != nil {
		return r, fmt.Errorf("row of an import: %w", err)
	}
	r.Notes, r.Changes, r.Person = b.Notes, b.Changes, b.Person
	return r, nil
}

// rowsOf are the rows of a verdict after a row, limit at most.
func rowsOf(ctx context.Context, tx db.Tx, of id.ID, v batch.Verdict, after, limit int) ([]batch.Row, error) {
	return db.All(ctx, tx, scanRow, `select verdict, row, name, code, body from person_import_row where import = $1 and verdict = $2 and row > $3
		order by row limit $4`, of, string(v), after, limit)
}

// Rows are the rows of a verdict that are worth telling, after a row of the sheet.
func (s *Service) Rows(ctx context.Context, who access.Actor, of id.ID, v batch.Verdict, after, limit int) ([]batch.Row, error) {
	list, err := s.seen(ctx, who, of, []batch.Verdict{v}, after, limit)
	return list[v], err
}

// Shown are the first rows of each verdict that are worth telling.
func (s *Service) Shown(ctx context.Context, who access.Actor, of id.ID, limit int) (map[batch.Verdict][]batch.Row, error) {
	return s.seen(ctx, who, of, shownVerdicts, 0, limit)
}

// seen writes whom who reads of: a change tells what was kept of somebody, a question who it may be.
func (s *Service) seen(ctx context.Context, who access.Actor, of id.ID, verdicts []batch.Verdict, after, limit int) (map[batch.Verdict][]batch.Row, error) {
	list, look := map[batch.Verdict][]batch.Row{}, audit.Sight{Units: audit.Under(0, who.Scope(access.PersonEdit)), Purpose: "person.import"}
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		_, err := s.find(ctx, tx, who, of)
		for _, v := range verdicts {
			if err == nil {
				list[v], err = rowsOf(ctx, tx, of, v, after, limit)
			}
			for _, r := range list[v] {
				if r.Person != 0 {
					look.People = append(look.People, r.Person)
				}
			}
		}
		return err
	})
	if look.N = int64(len(look.People)); err == nil {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), look)
	}
	if err != nil {
		return nil, fmt.Errorf("rows of a sheet: %w", err)
	}
	return list, nil
}
