package report

import (
	"context"
	"encoding/json"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
)

// Diff is what one sending says otherwise than the one before.
type Diff struct {
	Kind    string     `json:"kind" enum:",again,amend" doc:"after a return, or after it was closed; empty for none"`
	Why     string     `json:"why" doc:"of an amendment"`
	Figures []Moved    `json:"figures"`
	Texts   []Reworded `json:"texts"`
	Head    []Reworded `json:"head"`
}

// Moved is a figure that changed. Numbers are as people read them, with their marker; "" is none.
type Moved struct {
	Code     string `json:"code"`
	Document id.ID  `json:"document"`
	Declared bool   `json:"declared" doc:"the unit's own number, not the records'"`
	Then     string `json:"then"`
	Now      string `json:"now"`
}

// Reworded is a section, or a line of the head, that reads otherwise.
type Reworded struct {
	Section string `json:"section"`
	Then    string `json:"then"`
	Now     string `json:"now"`
}

// Empty reports whether nothing differs.
func (d Diff) Empty() bool { return len(d.Figures)+len(d.Texts)+len(d.Head) == 0 }

// Compare finds what differs between two sendings.
func Compare(then, now sealed) (d Diff) {
	old := map[string]string{}
	for _, t := range then.Texts {
		old[t[0]] = t[1]
	}
	texts := map[string]string{}
	for _, t := range now.Texts {
		texts[t[0]] = t[1]
	}
	for _, section := range Sections {
		if old[section] != texts[section] {
			d.Texts = append(d.Texts, Reworded{section, old[section], texts[section]})
		}
	}
	a, b := then.head(), now.head()
	for i, name := range headNames {
		if a[i] != b[i] {
			d.Head = append(d.Head, Reworded{name, a[i], b[i]})
		}
	}
	d.Figures = moves(then.Figures, now.Figures)
	return d
}

var headNames = []string{"number", "issued_on", "authority", "position", "signer", "recipients"}

func (s sealed) head() [6]string {
	return [6]string{s.Number, s.IssuedOn, s.Authority, s.Position, s.Signer, s.Recipients}
}

// moves are the figures that changed, in the order of the appendix, evidenced and declared apart.
func moves(then, now []sealedFigure) (out []Moved) {
	var documents []id.ID
	var codes []string
	for _, d := range Defs {
		codes = append(codes, d.Code)
	}
	for _, f := range append(slices.Clone(then), now...) {
		if measure.Own(f.Code) && !slices.Contains(codes, f.Code) {
			codes = append(codes, f.Code)
		}
		if !slices.Contains(documents, f.Document) {
			documents = append(documents, f.Document)
		}
	}
	slices.Sort(documents)
	for _, document := range documents {
		for _, code := range codes {
			a, b := among(then, code, document), among(now, code, document)
			if x, y := a.counted(), b.counted(); x != y {
				out = append(out, Moved{code, document, false, x, y})
			}
			if x, y := written(a.Said()), written(b.Said()); x != y {
				out = append(out, Moved{code, document, true, x, y})
			}
		}
	}
	return out
}

// counted is what the records say, as people read it.
func (f Figure) counted() string {
	if f.Computed == nil {
		return ""
	}
	return written(f)
}

func among(list []sealedFigure, code string, document id.ID) Figure {
	i := slices.IndexFunc(list, func(f sealedFigure) bool { return f.Code == code && f.Document == document })
	if i < 0 {
		return Figure{Code: code, Document: document}
	}
	f := list[i]
	return Figure{Code: code, Document: document, Computed: f.Computed, Value: f.Value, Set: true, Marker: f.Marker, Declared: f.Declared, DeclaredMarker: f.DeclaredMarker, Reason: f.Reason}
}

// before is the sending before the one that is being prepared; false when there was none.
func before(ctx context.Context, tx db.Tx, r Report) (s sealed, there bool, err error) {
	body, err := db.One(ctx, tx, db.Value[string], `select body from report_seal where report = $1 and version = $2 and kind = $3`, r.ID, r.Version, sealSend)
	if fault.Of(err) == fault.Missing {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	return s, true, json.Unmarshal([]byte(body), &s)
}

// differs is what an open report would change by being sent now.
func (v View) differs(ctx context.Context, tx db.Tx) (Diff, error) {
	then, there, err := before(ctx, tx, v.Report)
	if err != nil || !there {
		return Diff{}, err
	}
	d := Compare(then, v.sealed())
	d.Kind = "again"
	if v.Report.Reopened && v.Report.Closings > 0 {
		d.Kind = "amend"
	}
	return d, nil
}

// sealed is the part of a view that versions are compared by.
func (v View) sealed() sealed {
	s := sealedHead(v.Report)
	for _, f := range v.Figures {
		s.Figures = append(s.Figures, sealFigure(f))
	}
	return s
}

// keepVersion keeps what a sending after the first changed, and seals it. r is as it is sent.
func (s *Service) keepVersion(ctx context.Context, tx db.Tx, who access.Actor, r Report, d Diff, why string) error {
	if d.Kind == "" {
		return nil
	}
	d.Why = ""
	body, err := asText(d)
	if err != nil {
		return err
	}
	of := id.New()
	_, err = tx.ExecContext(ctx, `insert into report_version (id, report, version, kind, why, diff, at, by, by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		of, r.ID, r.Version, d.Kind, why, body, s.Now.Ms(), who.Account, who.Name)
	if err != nil {
		return err
	}
	return versionRows(ctx, tx, `id = $1`, func(row proof.Row) error { return proof.Append(ctx, tx, s.Now.Ms(), row) }, of)
}

// keptDiff is what the version on its way changed.
func keptDiff(ctx context.Context, tx db.Tx, r Report) (d Diff, err error) {
	type row struct{ why, body string }
	x, err := db.One(ctx, tx, func(scan func(...any) error) (x row, err error) {
		err = scan(&x.why, &x.body)
		return x, err
	}, `select why, diff from report_version where report = $1 and version = $2`, r.ID, r.Version)
	if fault.Of(err) == fault.Missing {
		return d, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(x.body), &d)
	}
	d.Why = x.why
	return d, err
}

func versionRows(ctx context.Context, tx db.Tx, where string, yield func(proof.Row) error, args ...any) error {
	return sealEach(ctx, tx, sealVersion, yield, func(scan func(...any) error) (subject id.ID, body any, err error) {
		var v struct {
			Report                id.ID
			Version               int64
			Kind, Why, Diff, Name string
			At                    int64
			By                    id.ID
		}
		err = scan(&subject, &v.Report, &v.Version, &v.Kind, &v.Why, &v.Diff, &v.At, &v.By, &v.Name)
		return subject, v, err
	}, `select id, report, version, kind, why, diff, at, by, by_name from report_version where `+where+` order by id`, args...)
}
