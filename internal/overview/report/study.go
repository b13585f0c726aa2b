package report

import (
	"slices"

	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Row is one line of the appendix: what the records say of a unit's subtree, or, when Own,
// of the unit itself without those below it.
type Row struct {
	Unit     id.ID       `json:"unit"`
	Name     string      `json:"name"`
	Own      bool        `json:"own" doc:"the unit itself, without those below it"`
	Line     rollup.Line `json:"line"`
	Absences Absences    `json:"absences"`

	Once map[string]int64 `json:"once,omitempty" doc:"its part of the figures that stand once for all documents, on the rows of the first; none is 0"`
}

// Counts are the figures of the row by code.
func (r Row) Counts() map[string]int64 { return Counts(r.Line, r.Absences) }

// Study is one document: Total is the unit with all below it, and Rows add up to it.
type Study struct {
	Document id.ID  `json:"document"`
	Number   string `json:"number"`
	Title    string `json:"title"`
	Issuer   string `json:"issuer"`
	IssuedOn string `json:"issued_on"`
	Total    Row    `json:"total"`
	Rows     []Row  `json:"rows"`
}

// Figures are the figures of a study as computed.
func (s Study) Figures() (out []Figure) {
	counts := s.Total.Counts()
	for _, d := range Defs {
		if !d.PerDocument {
			continue
		}
		n := counts[d.Code]
		f := Figure{Code: d.Code, Document: s.Document, Computed: &n, Value: n, Set: true}
		if d.Code == "mass_heads" {
			f.Marker = s.Total.Line.Heads.Marker
		}
		out = append(out, f)
	}
	return out
}

// Shares are what units contribute to the figures that stand once, by unit and code.
type Shares map[id.ID]map[string]int64

func (s Shares) put(unit id.ID, code string, n int64) {
	if n == 0 {
		return
	}
	if s[unit] == nil {
		s[unit] = map[string]int64{}
	}
	s[unit][code] = n
}

// share writes them on the rows of the first study; the unit's own into a row of its own.
func (s Shares) share(unit id.ID, list []Study) {
	if len(list) == 0 {
		return
	}
	first := &list[0]
	if len(s[unit]) > 0 && !slices.ContainsFunc(first.Rows, func(r Row) bool { return r.Own }) {
		first.Rows = append([]Row{{Unit: unit, Name: first.Total.Name, Own: true}}, first.Rows...)
	}
	for i, r := range first.Rows {
		first.Rows[i].Once = s[r.Unit]
	}
}

// own is what of total does not lie in rows: people and meetings of the unit itself. It is
// false when there is nothing.
func own(total Row, rows []Row) (Row, bool) {
	r := total
	r.Own = true
	marked := false
	for _, b := range rows {
		r.Line.Count = r.Line.Count.Add(negated(b.Line.Count))
		r.Line.Meetings = r.Line.Meetings.Add(opposite(b.Line.Meetings))
		r.Line.Heads.Amount -= b.Line.Heads.Amount
		r.Absences.Excused -= b.Absences.Excused
		r.Absences.Unexcused -= b.Absences.Unexcused
		r.Absences.Unknown -= b.Absences.Unknown
		marked = marked || b.Line.Heads.Marker != ""
	}
	if marked || r.Line.Heads.Amount == 0 {
		r.Line.Heads.Marker = ""
	}
	return r, r.Line.Count != (rollup.Count{}) || r.Line.Meetings != (rollup.Meetings{}) || r.Line.Heads.Amount != 0
}

func negated(c rollup.Count) rollup.Count {
	n := rollup.Count{Members: -c.Members, Exempt: -c.Exempt, ExemptCame: -c.ExemptCame, Studied: -c.Studied, Civil: -c.Civil, CivilStudy: -c.CivilStudy}
	for i := range c.Forms {
		n.Forms[i] = -c.Forms[i]
	}
	for i := range c.Grades {
		n.Grades[i] = -c.Grades[i]
	}
	return n
}

func opposite(m rollup.Meetings) rollup.Meetings {
	return rollup.Meetings{KeyCadre: -m.KeyCadre, Member: -m.Member, Mass: -m.Mass, Thematic: -m.Thematic,
		Sites: -m.Sites, Speakers: -m.Speakers, Speeches: -m.Speeches,
		Central: -m.Central, Province: -m.Province}
}

// Change is a figure whose records say something else now than when the report was sent.
type Change struct {
	Code     string `json:"code"`
	Document id.ID  `json:"document"`
	Then     int64  `json:"then"`
	Now      int64  `json:"now"`
}

// Changes compare what was frozen with what the records say now.
func Changes(frozen, live Figures) (out []Change) {
	for _, f := range frozen {
		now, ok := live.Of(f.Code, f.Document)
		if ok && f.Computed != nil && now.Computed != nil && *f.Computed != *now.Computed {
			out = append(out, Change{f.Code, f.Document, *f.Computed, *now.Computed})
		}
	}
	return out
}
