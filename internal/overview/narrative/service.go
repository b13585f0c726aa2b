package narrative

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/review"
)

// Service holds the use cases of the room.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Compose adds a paragraph to a section of a report, Amend to one of a review.
	Compose func(ctx context.Context, who access.Actor, of, unit id.ID, section string, add func(tx db.Tx, r report.Report) (string, error)) error
	Amend   func(ctx context.Context, who access.Actor, of id.ID, section string, add func(tx db.Tx, r review.Review) (string, error)) error

	engines engines
}

// Sender is a unit whose report may be taken from.
type Sender struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
}

// Query narrows the pieces.
type Query struct {
	Section string
	From    id.ID
	Find    string
	Page    db.Page
}

// Pieces are what the reports below say.
type Pieces struct {
	Paper
	Title   string          `json:"title" doc:"of the campaign, or of the review"`
	Name    string          `json:"name"`
	Senders []Sender        `json:"senders"`
	Rows    db.Rows[Piece]  `json:"rows"`
	Total   int64           `json:"total" doc:"pieces that fit"`
	Sources []report.Source `json:"sources" doc:"what was taken so far"`
	MayTake bool            `json:"may_take"`
}

// Pieces cuts what the units directly below sent, for a report on a campaign their reports on it,
// for a review their reviews of parts of its period, into paragraphs, in the order of the tree and
// of the sections. Faults: Missing, Invalid for a cursor or a section.
func (s *Service) Pieces(ctx context.Context, who access.Actor, of Paper, q Query) (v Pieces, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if q.Section != "" && !slices.Contains(of.sections(), q.Section) {
			return fault.At("section", "web.choose")
		}
		if utf8.RuneCountInString(q.Find) > 100 {
			return fault.At("q", "web.too_long", "n", 100)
		}
		d, err := seen(ctx, tx, who, of)
		if err != nil {
			return err
		}
		v.Paper, v.Title, v.Name = d.Paper, d.title, d.name
		if v.MayTake, err = d.open(ctx, tx, who); err != nil {
			return err
		}
		if v.Senders, err = senders(ctx, tx, who, d); err != nil {
			return err
		}
		if v.Sources, err = sources(ctx, tx, d.id); err != nil {
			return err
		}
		return v.fill(ctx, tx, who, d, q)
	})
	if err != nil {
		return Pieces{}, fmt.Errorf("pieces for %s: %w", of.href(), err)
	}
	return v, nil
}

func (v *Pieces) fill(ctx context.Context, tx db.Tx, who access.Actor, d sheet, q Query) error {
	all, err := below(ctx, tx, who, d, q.From, q.Section)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b written) int {
		return cmp.Or(cmp.Compare(a.lo, b.lo), slices.Index(report.Sections, a.Section)-slices.Index(report.Sections, b.Section))
	})
	taken := map[string]bool{}
	for _, x := range v.Sources {
		taken[x.Report.String()+" "+x.Section+" "+x.Place] = true
	}
	var out []Piece
	for _, w := range all {
		for _, p := range Cut(w.Piece, w.body) {
			if says(p, text.Words(q.Find)) {
				p.Taken = taken[p.Report.String()+" "+p.Section+" "+p.Place]
				out = append(out, p)
			}
		}
	}
	v.Total = int64(len(out))
	v.Rows, err = paged(out, q.Page)
	return err
}

// key orders pieces and is their cursor.
func (p Piece) key() string { return p.Report.String() + "-" + p.Section + "-" + p.Place }

const most = 30 // pieces of a page

// paged is the stretch after a piece. Fault: Invalid for a cursor that names none.
func paged(all []Piece, page db.Page) (rows db.Rows[Piece], err error) {
	from := 0
	if page.After != "" {
		if from = slices.IndexFunc(all, func(p Piece) bool { return p.key() == page.After }) + 1; from == 0 {
			return rows, fault.New(fault.Invalid, "narrative.cursor")
		}
	}
	n := most
	if page.Limit > 0 && page.Limit <= 500 {
		n = page.Limit
	}
	end := min(len(all), from+n)
	if rows.Items = all[from:end]; end < len(all) {
		rows.Next = all[end-1].key()
	}
	return rows, nil
}

// Taking is a piece taken into a section. ID is made when the form is shown.
type Taking struct {
	ID      id.ID
	Source  id.ID // report or review
	Version int64 // of it, as it was read
	Part    string
	Place   string
	Into    string // section of the own paper
	Own     bool
	Words   string // when Own: as it is to be told
}

// Take puts a piece into a section of a unit's report or review, with the mark of its source. Sent
// twice it is taken once. Faults: Missing, Denied, Invalid words, Conflict when the source says
// something else by now or the paper may not be written.
func (s *Service) Take(ctx context.Context, who access.Actor, of Paper, t Taking) (err error) {
	words, ok := text.Lines(t.Words)
	switch {
	case !ok:
		return fault.At("words", "web.not_text")
	case utf8.RuneCountInString(words) > 4000:
		return fault.At("words", "web.too_long", "n", 4000)
	case t.Own && bare(words) == "":
		return fault.At("words", "web.required")
	case t.ID == 0:
		return fault.At("id", "web.required")
	}
	add := func(tx db.Tx, into id.ID) (string, error) {
		if was, err := quote(ctx, tx, t.ID); err == nil {
			if was.Report == into && was.By == who.Account {
				return "", nil
			}
			return "", fault.New(fault.Conflict, "narrative.other_form")
		} else if fault.Of(err) != fault.Missing {
			return "", err
		}
		q, err := s.taken(ctx, tx, who, into, t)
		if err != nil {
			return "", err
		}
		return q.Line(strings.ReplaceAll(bare(words), "\n", " ")), nil
	}
	if of.Review != 0 {
		err = s.Amend(ctx, who, of.Review, t.Into, func(tx db.Tx, r review.Review) (string, error) { return add(tx, r.ID) })
	} else {
		err = s.Compose(ctx, who, of.Campaign, of.Unit, t.Into, func(tx db.Tx, r report.Report) (string, error) { return add(tx, r.ID) })
	}
	if err != nil {
		return fmt.Errorf("take into %s: %w", of.href(), err)
	}
	return nil
}

// cite is a source with what one of its sections says. Fault: Missing.
func cite(ctx context.Context, tx db.Tx, of id.ID, section string) (s sheet, body string, err error) {
	if s, err = load(ctx, tx, of); err != nil {
		return s, "", err
	}
	texts, err := textsOf(ctx, tx, of)
	return s, texts[section], err
}

// taken finds the piece, keeps where it is from and seals that.
func (s *Service) taken(ctx context.Context, tx db.Tx, who access.Actor, into id.ID, t Taking) (q Quote, err error) {
	mine, err := load(ctx, tx, into)
	if err != nil {
		return q, err
	}
	o, body, err := cite(ctx, tx, t.Source, t.Part)
	if err != nil {
		return q, err
	}
	if err := access.Check(ctx, tx, who, access.ReportRead, o.Unit); err != nil && o.Review != 0 {
		return q, err
	}
	if !mine.holds(o) {
		return q, fault.Gone()
	}
	said, there := at(body, t.Place)
	if !there || o.version != t.Version || !o.sent() {
		return q, fault.New(fault.Conflict, "narrative.source_changed")
	}
	q = Quote{ID: t.ID, Report: into, Section: t.Into, Own: t.Own, Source: t.Source, Version: t.Version, Part: t.Part, Place: t.Place,
		Body: bare(said), At: s.Now.Ms(), By: who.Account, ByName: who.Name, N: 1}
	own, err := quotesOf(ctx, tx, into)
	if err != nil {
		return q, err
	}
	if n := len(own); n > 0 {
		q.N = own[n-1].N + 1
	}
	if ns := marks(said); len(ns) > 0 {
		theirs, err := quotesOf(ctx, tx, t.Source)
		if err != nil {
			return q, err
		}
		if i := slices.IndexFunc(theirs, func(x Quote) bool { return x.N == ns[0] }); i >= 0 {
			q.Origin = theirs[i].ID
		}
	}
	if err := putQuote(ctx, tx, q); err != nil {
		return q, err
	}
	row, err := q.sealed()
	if err != nil {
		return q, err
	}
	return q, proof.Append(ctx, tx, q.At, row)
}

// sealed is the row as the log holds it.
func (q Quote) sealed() (proof.Row, error) {
	b, err := json.Marshal(q)
	return proof.Row{Kind: "narrative.quote", Subject: q.ID, Version: 1, Body: string(b)}, err
}

// Sealed gives every sealed row of the room as the database has it now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	all, err := db.All(ctx, tx, scanQuote, `select `+quoteColumns+` from narrative_quote q order by q.id`)
	for _, q := range all {
		row, bad := q.sealed()
		if err = cmp.Or(err, bad); err == nil {
			err = yield(row)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// Sources tells where the passages come from whose marks stand in the texts of a paper. Joined to
// reports and reviews in app/links.go.
func (s *Service) Sources(ctx context.Context, tx db.Tx, of Paper) ([]report.Source, error) {
	d, err := sheetOf(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	return sources(ctx, tx, d.id)
}

func sources(ctx context.Context, tx db.Tx, of id.ID) (out []report.Source, err error) {
	qs, err := quotesOf(ctx, tx, of)
	if err != nil || len(qs) == 0 {
		return nil, err
	}
	texts, err := textsOf(ctx, tx, of)
	if err != nil {
		return nil, err
	}
	for _, q := range qs {
		how := q.How(texts)
		if how == "" {
			continue
		}
		x, err := cited(ctx, tx, q)
		if err != nil {
			return nil, err
		}
		x.Mark, x.How = q.Mark(), how
		out = append(out, x)
	}
	return out, nil
}

// cited is a source; a passage that the source had quoted itself bears the name of whose it is.
func cited(ctx context.Context, tx db.Tx, q Quote) (x report.Source, err error) {
	o, body, err := cite(ctx, tx, q.Source, q.Part)
	if err != nil {
		return x, err
	}
	x = report.Source{Unit: o.called(), Report: q.Source, Version: q.Version, Section: q.Part, Place: q.Place, Since: q.Since(o.state, o.version, body)}
	for depth := 0; q.Origin != 0 && depth < 8; depth++ {
		if q, err = quote(ctx, tx, q.Origin); err != nil {
			return x, err
		}
		first, err := load(ctx, tx, q.Source)
		if err != nil {
			return x, err
		}
		if x.Via == "" {
			x.Via = x.Unit
		}
		x.Unit = first.called()
	}
	return x, nil
}
