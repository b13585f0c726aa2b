package report

import (
	"maps"
	"slices"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/rollup"
)

// Def defines a figure of the report: one of the columns of the appendix.
type Def struct {
	Code        string   // also the word key report.figure.<code>
	Column      int      // number of the appendix column it belongs to
	PerDocument bool     // stands once for each document studied
	Evidenced   bool     // computed from records; otherwise declared by the unit
	Parts       []string // must add up to it
	Less        []string // taken away from the parts
	Heads       bool     // lượt, not persons
}

// Defs are the figures in the order of the appendix.
var Defs = []Def{
	{Code: "meetings", Column: 2, PerDocument: true, Evidenced: true,
		Parts: []string{"meetings_key_cadre", "meetings_member", "meetings_mass", "meetings_thematic"}},
	{Code: "meetings_key_cadre", Column: 2, PerDocument: true, Evidenced: true},
	{Code: "meetings_member", Column: 2, PerDocument: true, Evidenced: true},
	{Code: "meetings_mass", Column: 2, PerDocument: true, Evidenced: true},
	{Code: "meetings_thematic", Column: 2, PerDocument: true, Evidenced: true},
	{Code: "members", Column: 3, PerDocument: true, Evidenced: true},
	{Code: "exempt", Column: 4, PerDocument: true, Evidenced: true},
	{Code: "exempt_came", Column: 4, PerDocument: true, Evidenced: true},
	{Code: "obliged", Column: 5, PerDocument: true, Evidenced: true, Parts: []string{"members"}, Less: []string{"exempt"}},
	{Code: "studied", Column: 6, PerDocument: true, Evidenced: true,
		Parts: []string{"form_in_person", "form_online", "form_relay", "form_self_study", "form_make_up", "form_higher"}},
	{Code: "form_in_person", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "form_online", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "form_relay", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "form_self_study", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "form_make_up", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "form_higher", Column: 6, PerDocument: true, Evidenced: true},
	{Code: "absent", Column: 8, PerDocument: true, Evidenced: true,
		Parts: []string{"absent_excused", "absent_unexcused", "absent_unknown"}},
	{Code: "absent_excused", Column: 8, PerDocument: true, Evidenced: true},
	{Code: "absent_unexcused", Column: 8, PerDocument: true, Evidenced: true},
	{Code: "absent_unknown", Column: 8, PerDocument: true, Evidenced: true},
	{Code: "civil", Column: 9, PerDocument: true, Evidenced: true},
	{Code: "civil_studied", Column: 9, PerDocument: true, Evidenced: true},
	{Code: "mass_heads", Column: 10, PerDocument: true, Evidenced: true, Heads: true},
	{Code: "essays_due", Column: 11},
	{Code: "essays_handed", Column: 11, Parts: []string{"essays_passed", "essays_failed", "essays_unmarked"}},
	{Code: "essays_passed", Column: 11},
	{Code: "essays_failed", Column: 11},
	{Code: "essays_unmarked", Column: 11},
	{Code: "essays_alike", Column: 11}, // suspected copies: part of those handed in, whatever their mark
	{Code: "speakers", Column: 12, PerDocument: true, Evidenced: true, Heads: true, Parts: []string{"speakers_central", "speakers_province", "speakers_local"}},
	{Code: "speakers_central", Column: 12, PerDocument: true, Evidenced: true, Heads: true},
	{Code: "speakers_province", Column: 12, PerDocument: true, Evidenced: true, Heads: true},
	{Code: "speakers_local", Column: 12, PerDocument: true, Evidenced: true, Heads: true},
	{Code: "opinion_meetings", Column: 13},
	{Code: "opinions", Column: 13, Evidenced: true},
	{Code: "plans_issued", Column: 14, Evidenced: true},
	{Code: "plans_due", Column: 14, Evidenced: true},
	{Code: "programmes", Column: 14},
	{Code: "papers_other", Column: 14},
	{Code: "outreach_broadcasts", Column: 15},
	{Code: "outreach_hours", Column: 15},
	{Code: "outreach_articles", Column: 15},
	{Code: "outreach_panels", Column: 15},
	{Code: "outreach_reach", Column: 15, Heads: true},
	{Code: "sites_total", Column: 2, Parts: []string{"sites_main", "sites_grassroots", "sites_cell"}},
	{Code: "sites_main", Column: 2},
	{Code: "sites_grassroots", Column: 2},
	{Code: "sites_cell", Column: 2},
}

// DefOf finds a definition; false for an unknown code.
func DefOf(code string) (Def, bool) {
	i := slices.IndexFunc(Defs, func(d Def) bool { return d.Code == code })
	if i < 0 {
		return Def{}, false
	}
	return Defs[i], true
}

// Markers say that a declared number is not exact; they are kept to the last print (F8).
var Markers = []string{"", "hơn", "gần", "khoảng"}

// Figure is a value of the report. Where there are records they are its value, and what the
// unit itself says stands beside it; where there are none the value is what the unit declared.
type Figure struct {
	Code     string `json:"code"`
	Document id.ID  `json:"document" doc:"empty when the figure is not per document"`
	Computed *int64 `json:"computed" doc:"from records; null for a declared figure"`
	Value    int64  `json:"value" doc:"the records', or without records the declared one"`
	Set      bool   `json:"set" doc:"false: declared figure that was not given"`
	Marker   string `json:"marker" doc:"hơn, gần, khoảng: the value is not exact"`
	Reason   string `json:"reason" doc:"what the declared number rests on"`
	Kept     string `json:"kept" doc:"why the unit keeps it although its parts add up to something else"`
	At       int64  `json:"at"`
	By       string `json:"by" doc:"who declared it; empty: nobody did"`
	Summed   int64  `json:"summed" doc:"the declared number adds up what so many units below declared; 0: the unit's own"`

	Declared       *int64 `json:"declared" doc:"what the unit says beside the records, never added to them; null for nothing"`
	DeclaredMarker string `json:"declared_marker"`

	Definition int64  `json:"definition" doc:"version of the definition it was sent with; 0 while it is open"`
	Grades     string `json:"grades" doc:"of those who studied, E1 to E5, by commas; empty for other figures"`
}

// Known says how a figure is known: evidenced, declared (no records) or none.
func (f Figure) Known() string {
	switch {
	case f.Computed != nil:
		return "evidenced"
	case f.Set:
		return "declared"
	}
	return "none"
}

// Said is what the unit itself says of the figure, beside records or without any; not Set for
// nothing.
func (f Figure) Said() Figure {
	said := Figure{Code: f.Code, Document: f.Document, Value: f.Value, Marker: f.Marker, Set: f.Set, Reason: f.Reason, At: f.At, By: f.By, Summed: f.Summed}
	if f.Computed == nil {
		return said
	}
	said.Value, said.Marker, said.Set = 0, f.DeclaredMarker, f.Declared != nil
	if said.Set {
		said.Value = *f.Declared
	}
	return said
}

// say lays what the unit says over the figure.
func (f Figure) say(said Figure) Figure {
	f.Reason, f.At, f.By, f.Summed = said.Reason, said.At, said.By, said.Summed
	switch {
	case f.Computed == nil:
		f.Value, f.Marker, f.Set = said.Value, said.Marker, said.Set
	case said.Set:
		f.Declared, f.DeclaredMarker = &said.Value, said.Marker
	default:
		f.Declared, f.DeclaredMarker = nil, ""
	}
	return f
}

// Sum adds up what units declared of one figure, in their own column. One number that is not
// exact makes the sum so; two words that differ make it "khoảng".
func Sum(of []Figure) (sum Figure) {
	for _, f := range of {
		said := f.Said()
		if !said.Set {
			continue
		}
		switch {
		case said.Marker == "" || said.Marker == sum.Marker:
		case sum.Marker == "":
			sum.Marker = said.Marker
		default:
			sum.Marker = "khoảng"
		}
		sum.Value, sum.Set, sum.Summed = sum.Value+said.Value, true, sum.Summed+1
	}
	return sum
}

// Figures are a report's, found by code and document.
type Figures []Figure

// Of finds a figure; false when there is none.
func (fs Figures) Of(code string, document id.ID) (Figure, bool) {
	i := slices.IndexFunc(fs, func(f Figure) bool { return f.Code == code && f.Document == document })
	if i < 0 {
		return Figure{}, false
	}
	return fs[i], true
}

// Value is a figure's number, zero when there is none.
func (fs Figures) Value(code string, document id.ID) int64 {
	f, _ := fs.Of(code, document)
	return f.Value
}

// Absences are the obliged who did not study, by what is known of the reason.
type Absences struct{ Excused, Unexcused, Unknown int64 }

// Counts are the records of one unit and document, as the report states them.
func Counts(l rollup.Line, a Absences) map[string]int64 {
	c, m := l.Count, l.Meetings
	return map[string]int64{
		"meetings": m.All(), "meetings_key_cadre": m.KeyCadre, "meetings_member": m.Member, "meetings_mass": m.Mass, "meetings_thematic": m.Thematic,
		"members": c.Members, "exempt": c.Exempt, "exempt_came": c.ExemptCame, "obliged": c.Obliged(), "studied": c.Studied,
		"form_in_person": c.Forms[0], "form_online": c.Forms[1], "form_relay": c.Forms[5], "form_self_study": c.Forms[2], "form_make_up": c.Forms[3], "form_higher": c.Forms[4],
		"absent": c.Absent(), "absent_excused": a.Excused, "absent_unexcused": a.Unexcused, "absent_unknown": a.Unknown,
		"civil": c.Civil, "civil_studied": c.CivilStudy, "mass_heads": l.Heads.Amount, "speakers": m.Speakers, "speakers_central": m.Central, "speakers_province": m.Province, "speakers_local": m.Speakers - m.Central - m.Province,
	}
}

// Merge lays what the unit declared over what the records say. own may hold only known codes.
// What was declared before there were records stands beside them from then on, and the other
// way round.
func Merge(computed []Figure, own []Figure) Figures {
	out := slices.Clone(computed)
	for _, o := range own {
		said := o.Said()
		i := slices.IndexFunc(out, func(f Figure) bool { return f.Code == o.Code && f.Document == o.Document })
		switch {
		case i >= 0:
			out[i] = out[i].say(said)
			out[i].Kept = o.Kept
		case said.Set:
			said.Kept = o.Kept
			out = append(out, said)
		}
	}
	return out
}

// carried fills what the unit did not say itself with the sum of what those below declared.
func (fs Figures) carried(below map[id.ID]Figures, documents []id.ID) Figures {
	for _, d := range Defs {
		of := []id.ID{0}
		if d.PerDocument {
			of = documents
		}
		for _, document := range of {
			fs = fs.carry(d.Code, document, below)
		}
	}
	return fs
}

func (fs Figures) carry(code string, document id.ID, below map[id.ID]Figures) Figures {
	var said []Figure
	for _, unit := range slices.Sorted(maps.Keys(below)) {
		f, _ := below[unit].Of(code, document)
		said = append(said, f)
	}
	sum := Sum(said)
	i := slices.IndexFunc(fs, func(f Figure) bool { return f.Code == code && f.Document == document })
	if !sum.Set || i >= 0 && fs[i].Said().Set {
		return fs
	}
	sum.Code, sum.Document, sum.Reason = code, document, words.T("vi", "report.summed", "n", sum.Summed)
	if i < 0 {
		return append(fs, sum)
	}
	kept := fs[i].Kept
	fs[i] = fs[i].say(sum)
	fs[i].Kept = kept
	return fs
}

// Gap is a sum that does not hold: Parts add up to Sum while Stated was written.
type Gap struct {
	Code     string `json:"code"`
	Document id.ID  `json:"document"`
	Parts    []Part `json:"parts"`
	Sum      int64  `json:"sum"`
	Stated   int64  `json:"stated"`
	Reason   string `json:"reason" doc:"why the unit keeps the number all the same"`
}

// Part is one number of a sum; Less is taken away.
type Part struct {
	Code  string `json:"code"`
	Value int64  `json:"value"`
	Less  bool   `json:"less"`
}

// Gaps finds every sum that does not hold (F4). A declared sum is asked about only when it
// and one of its parts were given.
func Gaps(fs Figures) (out []Gap) {
	for _, f := range fs {
		d, ok := DefOf(f.Code)
		if !ok || len(d.Parts) == 0 || !f.Set {
			continue
		}
		g, given := Gap{Code: f.Code, Document: f.Document, Stated: f.Value, Reason: f.Kept}, false
		add := func(codes []string, sign int64) {
			for _, code := range codes {
				p, _ := fs.Of(code, f.Document)
				given = given || p.Set
				g.Parts = append(g.Parts, Part{code, p.Value, sign < 0})
				g.Sum += sign * p.Value
			}
		}
		add(d.Parts, 1)
		add(d.Less, -1)
		if given && g.Sum != g.Stated {
			out = append(out, g)
		}
	}
	return out
}
