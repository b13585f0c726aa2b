package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
)

// Ratios are the figures that are a rate: numerator and denominator by code, and what is
// taken off the numerator.
var Ratios = map[string]struct{ Num, Less, Den string }{
	"rate_all":     {"studied", "", "members"},
	"rate_obliged": {"studied", "exempt_came", "obliged"},
	"rate_civil":   {"civil_studied", "", "civil"},
}

// Ask is a question for a figure: which, of which document, and which part of the names.
type Ask struct {
	Figure   string
	Document id.ID
	Find     string
	Page     db.Page
}

// Piece is what a unit directly below gives to a figure.
type Piece struct {
	Unit  id.ID       `json:"unit"`
	Name  string      `json:"name"`
	Own   bool        `json:"own" doc:"the unit itself, without those below it"`
	Value int64       `json:"value" doc:"of plans: 1 for a unit that has issued it, 0 for one that has not"`
	Rate  rollup.Rate `json:"rate" doc:"of a rate"`
}

// Someone is a person behind a figure.
type Someone struct {
	Person  id.ID  `json:"person"`
	Name    string `json:"name"`
	Cell    string `json:"cell"`
	Exempt  bool   `json:"exempt"`
	Form    string `json:"form"`
	Grade   int64  `json:"grade" doc:"0: did not study"`
	At      int64  `json:"at"`
	Meeting id.ID  `json:"meeting"`
	Title   string `json:"title" doc:"of the meeting"`

	lo int64
}

// Held is a meeting behind a figure.
type Held struct {
	Meeting  id.ID  `json:"meeting"`
	Title    string `json:"title"`
	Unit     string `json:"unit"`
	Starts   int64  `json:"starts"`
	Speakers int64  `json:"speakers"`
	Speeches int64  `json:"speeches"`
}

// Reason takes a figure apart: what it is made of, how it is known, who is behind it.
type Reason struct {
	View     View             `json:"-"`
	Figure   string           `json:"figure"`
	Document id.ID            `json:"document"`
	Stated   Figure           `json:"stated" doc:"of a plain figure: as the report has it"`
	Rate     rollup.Rate      `json:"rate" doc:"of a rate"`
	Rounding string           `json:"rounding"`
	Grades   [5]int64         `json:"grades" doc:"of those who studied, E1 to E5"`
	Parts    []Part           `json:"parts" doc:"what it adds up from"`
	Pieces   []Piece          `json:"pieces" doc:"by unit directly below"`
	Names    db.Rows[Someone] `json:"names" doc:"within what the asker may see"`
	Hidden   int64            `json:"hidden" doc:"names outside of that"`
	Meetings db.Rows[Held]    `json:"meetings"`
}

// IsRate reports whether the figure is a percentage.
func (r Reason) IsRate() bool { _, is := Ratios[r.Figure]; return is }

// Why takes a figure of a report apart, down to the names within the asker's scope. Faults:
// Missing for an unknown figure or document.
func (s *Service) Why(ctx context.Context, who access.Actor, of, unit id.ID, ask Ask) (r Reason, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if r.View, err = s.view(ctx, tx, who, of, unit); err != nil {
			return err
		}
		if err := r.ask(ask); err != nil {
			return err
		}
		if err := r.names(ctx, tx, who, ask); err != nil {
			return err
		}
		if err := r.written(ctx, tx); err != nil {
			return err
		}
		if err := r.planned(ctx, tx); err != nil {
			return err
		}
		return r.held(ctx, tx, ask)
	})
	if err != nil {
		return Reason{}, fmt.Errorf("explain %q of %s: %w", ask.Figure, unit, err)
	}
	seen := audit.Sight{Units: []id.ID{r.View.Campaign.Unit}, Purpose: "report.names", Why: r.View.Unit.Name}
	for _, n := range r.Names.Items {
		seen.People = append(seen.People, n.Person)
	}
	return r, audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// ask fills everything that the report itself knows.
func (r *Reason) ask(a Ask) error {
	v := &r.View
	r.Figure, r.Document, r.Rounding = a.Figure, a.Document, v.Campaign.Rounding
	ratio, isRate := Ratios[a.Figure]
	def, known := DefOf(a.Figure)
	if _, own := v.column(a.Figure); !isRate && !known && !own {
		return fault.Gone()
	}
	if !isRate && !def.PerDocument {
		r.Document = 0
	} else if a.Document == 0 && len(v.Studies) > 0 {
		r.Document = v.Studies[0].Document
	}
	study, has := v.Study(r.Document)
	if !has && r.Document != 0 {
		return fault.Gone()
	}
	if isRate {
		r.Rate = rollup.Rate{Num: v.Figures.Value(ratio.Num, r.Document), Den: v.Figures.Value(ratio.Den, r.Document)}
		if ratio.Less != "" {
			r.Rate.Num -= v.Figures.Value(ratio.Less, r.Document)
		}
	} else {
		r.Stated, _ = v.Figures.Of(a.Figure, r.Document)
		for _, code := range def.Parts {
			r.Parts = append(r.Parts, Part{code, v.Figures.Value(code, r.Document), false})
		}
		for _, code := range def.Less {
			r.Parts = append(r.Parts, Part{code, v.Figures.Value(code, r.Document), true})
		}
	}
	if isRate && a.Figure != "rate_civil" || a.Figure == "studied" {
		r.Grades = study.Total.Line.Count.Grades
	}
	r.pieces(study)
	return nil
}

func (r *Reason) pieces(study Study) {
	ratio, isRate := Ratios[r.Figure]
	for _, row := range study.Rows {
		c := row.Counts()
		p := Piece{Unit: row.Unit, Name: row.Name, Own: row.Own, Value: c[r.Figure]}
		if isRate {
			p.Rate = rollup.Rate{Num: c[ratio.Num] - c[ratio.Less], Den: c[ratio.Den]}
		}
		r.Pieces = append(r.Pieces, p)
	}
	if len(study.Rows) > 0 {
		return
	}
	if f, ok := r.View.Figures.Of(r.Figure, 0); ok && f.Computed != nil && len(r.View.Studies) > 0 {
		for _, row := range r.View.Studies[0].Rows {
			r.Pieces = append(r.Pieces, Piece{Unit: row.Unit, Name: row.Name, Own: row.Own, Value: row.Once[r.Figure]})
		}
		return
	}
	for _, c := range r.View.Below {
		if f, ok := r.View.stated[c.Unit].Of(r.Figure, 0); ok {
			r.Pieces = append(r.Pieces, Piece{Unit: c.Unit, Name: c.Name, Value: f.Value})
		}
	}
}

// named reports whether names stand behind the figure.
func (r Reason) named() bool {
	d, known := measure.Behind(r.Figure)
	return known && d.People()
}

// taken is how many people with a grade are not in the numerator of a rate: exempt ones who came.
func (r Reason) taken() int64 {
	if ratio, is := Ratios[r.Figure]; is && ratio.Less != "" {
		return r.View.Figures.Value(ratio.Less, r.Document)
	}
	return 0
}

// parted is whether a piece either is in the figure or is not: units directly below that owe a plan.
func (r Reason) parted() bool { return r.Figure == "plans_issued" || r.Figure == "plans_due" }

// planned are the pieces of a figure about plans: the units directly below that owe one.
func (r *Reason) planned(ctx context.Context, tx db.Tx) error {
	if !r.parted() {
		return nil
	}
	sent, err := db.All(ctx, tx, db.Value[id.ID], `select p.unit from campaign_unit cu join plan p on p.campaign = cu.campaign and p.unit = cu.unit and p.state = 'sent'
		where cu.campaign = $1 and cu.parent = $2`, r.View.Campaign.ID, r.View.Unit.Unit)
	r.Pieces = nil
	for _, c := range r.View.Below {
		p := Piece{Unit: c.Unit, Name: c.Name}
		if r.Figure == "plans_due" || slices.Contains(sent, c.Unit) {
			p.Value = 1
		}
		if c.Reports {
			r.Pieces = append(r.Pieces, p)
		}
	}
	slices.SortStableFunc(r.Pieces, func(a, b Piece) int { return cmp.Compare(a.Value, b.Value) }) // those that are missing first
	return err
}

// fresh reports whether something beside the figure is read from the records of this moment.
func (r Reason) fresh() bool {
	return r.named() || r.parted() || strings.HasPrefix(r.Figure, "essays_") || len(r.Meetings.Items) > 0
}

// since is what the records say otherwise by now than the report that was sent, of a rate above and below the line.
func (r Reason) since() (out []Change) {
	of := []string{r.Figure}
	if ratio, is := Ratios[r.Figure]; is {
		of = []string{ratio.Num, ratio.Less, ratio.Den}
	}
	for _, c := range r.View.Changes {
		if slices.Contains(of, c.Code) && c.Document == r.Document {
			out = append(out, c)
		}
	}
	return out
}

// names reads a piece of the people, cell after cell, and counts those outside the scope.
func (r *Reason) names(ctx context.Context, tx db.Tx, who access.Actor, ask Ask) (err error) {
	def, known := measure.Behind(r.Figure)
	if !known || !def.People() {
		return nil
	}
	condition := def.Where("$2")
	u := r.View.Unit
	scope := who.Scope(access.PersonRead)
	const from = ` from campaign_participant p
		left join attendance_studied st on st.campaign = p.campaign and st.document = $2 and st.person = p.person
		left join attendance_record ar on ar.id = st.record`
	where := ` where p.campaign = $1 and p.lo between $3 and $4 and ` + condition
	base := func() []any { return []any{r.View.Campaign.ID, r.Document, u.Lo, u.Hi} }
	args := base()
	query := `select p.person, p.name, p.lo, cu.short, p.exempt, coalesce(ar.form, ''), coalesce(ar.grade, 0), coalesce(ar.at, 0), ar.meeting, coalesce(m.title, '')` +
		from + ` join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit left join meeting m on m.id = ar.meeting` + where + ` and ` + scope.Where("p.unit", &args)
	for _, word := range text.Words(ask.Find) {
		args = append(args, "%"+db.Like(word)+"%")
		n := strconv.Itoa(len(args))
		query += ` and p.folded like $` + n + ` escape '\'`
	}
	r.Names, err = db.List(ctx, tx, ask.Page, db.Order{Sort: "p.lo", ID: "p.person", Number: true},
		func(s Someone) (string, id.ID) { return strconv.FormatInt(s.lo, 10), s.Person },
		func(scan func(...any) error) (s Someone, err error) {
			err = scan(&s.Person, &s.Name, &s.lo, &s.Cell, &s.Exempt, &s.Form, &s.Grade, &s.At, &s.Meeting, &s.Title)
			return s, err
		}, query, args...)
	if err != nil || access.Check(ctx, tx, who, access.PersonRead, u.Unit) == nil {
		return err
	}
	args = base()
	hidden := `select count(*)` + from + where + ` and not ` + scope.Where("p.unit", &args)
	r.Hidden, err = db.One(ctx, tx, db.Value[int64], hidden, args...)
	return err
}

var byMeeting = []string{"meetings", "meetings_key_cadre", "meetings_member", "meetings_mass", "meetings_thematic", "speakers", "opinions", "mass_heads"}

// held reads a piece of the meetings behind a figure.
func (r *Reason) held(ctx context.Context, tx db.Tx, ask Ask) (err error) {
	if !slices.Contains(byMeeting, r.Figure) {
		return nil
	}
	u := r.View.Unit
	query := `select m.id, m.title, own.name, m.starts_at, m.speeches,
			(select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')
		from meeting m join campaign_unit own on own.campaign = m.campaign and own.unit = m.unit and own.lo between $2 and $3
		left join campaign_audience a on a.id = m.audience
		where m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'`
	args := []any{r.View.Campaign.ID, u.Lo, u.Hi}
	if r.Document != 0 {
		args = append(args, r.Document)
		query += ` and exists (select 1 from meeting_document d where d.meeting = m.id and d.document = $4)`
	}
	switch r.Figure {
	case "meetings_key_cadre":
		query += ` and m.kind not in ('in_depth', 'thematic') and a.filter = 'key_cadre'`
	case "meetings_member":
		query += ` and m.kind not in ('in_depth', 'thematic') and (a.filter is null or a.filter = 'member')`
	case "meetings_mass":
		query += ` and m.kind not in ('in_depth', 'thematic') and a.filter in ('civil', 'mass')`
	case "meetings_thematic":
		query += ` and m.kind in ('in_depth', 'thematic')`
	case "speakers":
		query += ` and exists (select 1 from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')`
	case "opinions":
		query += ` and m.speeches > 0`
	case "mass_heads":
		query += ` and exists (select 1 from attendance_headcount h where h.meeting = m.id and h.void_at is null and h.who = 'mass')`
	}
	for _, word := range text.Words(ask.Find) {
		args = append(args, "%"+db.Like(word)+"%")
		query += ` and m.folded like $` + strconv.Itoa(len(args)) + ` escape '\'`
	}
	r.Meetings, err = db.List(ctx, tx, ask.Page, db.Order{Sort: "m.starts_at", ID: "m.id", Number: true},
		func(h Held) (string, id.ID) { return strconv.FormatInt(h.Starts, 10), h.Meeting },
		func(scan func(...any) error) (h Held, err error) {
			err = scan(&h.Meeting, &h.Title, &h.Unit, &h.Starts, &h.Speeches, &h.Speakers)
			return h, err
		}, query, args...)
	return err
}
