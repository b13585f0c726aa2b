package report

import (
	"strconv"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
)

// column is one column of the appendix; neighbours of one group share a heading.
type column struct {
	group, name string // phrases after "col."; no name: the group alone is the heading
	code        string // a figure, a ratio, or a grade "e1" to "e5"
	brief       bool   // also on paper, where the sheet is A4
}

// columns are those of rules.md section 3 after the number and the name of the unit. The five
// grades travel with the studied.
var columns = []column{
	{"meetings", "all", "meetings", true}, {"meetings", "key_cadre", "meetings_key_cadre", false}, {"meetings", "member", "meetings_member", false},
	{"meetings", "mass", "meetings_mass", false}, {"meetings", "thematic", "meetings_thematic", false},
	{"members", "", "members", true},
	{"exempt", "exempt_all", "exempt", true}, {"exempt", "exempt_came", "exempt_came", true},
	{"obliged", "", "obliged", true},
	{"studied", "studied_all", "studied", true}, {"studied", "in_person", "form_in_person", false}, {"studied", "online", "form_online", false}, {"studied", "relay", "form_relay", false},
	{"studied", "self_study", "form_self_study", false}, {"studied", "make_up", "form_make_up", false}, {"studied", "higher", "form_higher", false},
	{"grades", "e1", "e1", true}, {"grades", "e2", "e2", true}, {"grades", "e3", "e3", true}, {"grades", "e4", "e4", true}, {"grades", "e5", "e5", true},
	{"rates", "rate_all", "rate_all", true}, {"rates", "rate_obliged", "rate_obliged", true},
	{"absent", "excused", "absent_excused", true}, {"absent", "unexcused", "absent_unexcused", true}, {"absent", "unknown", "absent_unknown", true},
	{"civil", "all", "civil", false}, {"civil", "civil_studied", "civil_studied", false}, {"civil", "rate_civil", "rate_civil", false},
	{"heads", "", "mass_heads", true},
	{"essays", "essays_due", "essays_due", false}, {"essays", "essays_handed", "essays_handed", false}, {"essays", "essays_passed", "essays_passed", false},
	{"essays", "essays_failed", "essays_failed", false}, {"essays", "essays_unmarked", "essays_unmarked", false}, {"essays", "essays_alike", "essays_alike", false},
	{"speakers", "all", "speakers", false}, {"speakers", "central", "speakers_central", false}, {"speakers", "province", "speakers_province", false}, {"speakers", "local", "speakers_local", false},
	{"opinions", "opinion_meetings", "opinion_meetings", false}, {"opinions", "opinions_all", "opinions", false},
	{"plans", "plans_issued", "plans_issued", false}, {"plans", "plans_due", "plans_due", false}, {"plans", "programmes", "programmes", false}, {"plans", "papers_other", "papers_other", false},
	{"outreach", "broadcasts", "outreach_broadcasts", false}, {"outreach", "hours", "outreach_hours", false}, {"outreach", "articles", "outreach_articles", false},
	{"outreach", "panels", "outreach_panels", false}, {"outreach", "reach", "outreach_reach", false},
}

// heading is the short name of a column; grades are their own.
func (c column) heading() string {
	switch {
	case c.name == "":
		return phrase("col." + c.group)
	case c.group == "grades":
		return strings.ToUpper(c.name)
	}
	return phrase("col." + c.name)
}

// full is the name of a column where it stands alone.
func (c column) full() string {
	if c.name == "" {
		return phrase("col." + c.group)
	}
	return phrase("col."+c.group) + ": " + c.heading()
}

// line is a row of the appendix: a unit, or a sum.
type line struct {
	number int // 0 for a sum
	unit   id.ID
	name   string
	sum    bool
	said   bool // what is declared beside records: it has no grades
	value  func(code string) (Figure, bool)
	grades [5]int64
	marks  []int // numbers of its notes
}

// figure is what stands in a column of the line; ok is false where nothing is known.
func (l line) figure(code string) (f Figure, ok bool) {
	if len(code) == 2 && code[0] == 'e' {
		return Figure{Value: l.grades[code[1]-'1'], Set: true}, !l.said
	}
	f, ok = l.value(code)
	return f, ok && f.Set
}

func (l line) rate(code string) rollup.Rate {
	r := Ratios[code]
	v := func(code string) int64 {
		if code == "" {
			return 0
		}
		f, _ := l.figure(code)
		return f.Value
	}
	return rollup.Rate{Num: v(r.Num) - v(r.Less), Den: v(r.Den)}
}

// lines are the rows of a document's appendix: the units, the report's own figures, and under
// them what the unit declared beside the records, never added.
func (d printed) lines(s Study) (out []line) {
	for i, r := range s.Rows {
		l := d.recorded(r)
		l.number = i + 1
		if r.Own {
			l.name = unitAlone(r.Name)
		}
		out = append(out, l)
	}
	last := line{name: phrase("total"), sum: true, grades: s.Total.Line.Count.Grades, value: func(code string) (Figure, bool) {
		return d.of(code, under(code, s.Document)), true
	}}
	beside := false
	for i, n := range d.notes {
		if n.unit == "" && (n.figure.Document == 0 || n.figure.Document == s.Document) {
			last.marks = append(last.marks, i+1)
		}
		beside = beside || n.unit == "" && n.figure.Document == s.Document && n.kind == "beside"
	}
	out = append(out, last)
	if beside {
		out = append(out, line{name: phrase("beside"), sum: true, said: true, value: func(code string) (Figure, bool) {
			f := d.of(code, under(code, s.Document))
			return f.Said(), f.Computed != nil && f.Said().Set
		}})
	}
	return out
}

// recorded is a line as the records have it; what has no records stands as its unit sent it.
func (d printed) recorded(r Row) line {
	counts := r.Counts()
	l := line{name: r.Name, unit: r.Unit, grades: r.Line.Count.Grades}
	l.value = func(code string) (Figure, bool) {
		if n, ok := counts[code]; ok {
			f := Figure{Code: code, Value: n, Set: true}
			if code == "mass_heads" {
				f.Marker = r.Line.Heads.Marker
			}
			return f, true
		}
		if d.of(code, 0).Computed != nil {
			return Figure{Code: code, Value: d.once(r)[code], Set: true}, !r.Own || !strings.HasPrefix(code, "plans_") // whose plan it is is asked by the level above
		}
		if r.Own || r.Unit == d.Unit.Unit {
			return Figure{}, false
		}
		return d.stated[r.Unit].Of(code, 0)
	}
	for i, n := range d.notes {
		if n.unit == r.Name && !r.Own {
			l.marks = append(l.marks, i+1)
		}
	}
	return l
}

// once is a row's part of the figures that stand once.
func (d printed) once(r Row) map[string]int64 {
	for _, first := range d.Studies[0].Rows {
		if first.Unit == r.Unit && first.Own == r.Own {
			return first.Once
		}
	}
	return nil
}

func unitAlone(name string) string { return strings.Replace(phrase("own"), "{unit}", name, 1) }

// written is a figure of a line as text; rates are without their sign where the heading has it.
func (l line) written(c column, rounding string) string {
	if _, is := Ratios[c.code]; is {
		return strings.TrimSuffix(l.rate(c.code).Percent(rounding), "%")
	}
	f, ok := l.figure(c.code)
	if !ok {
		return ""
	}
	return number("vi", f)
}

func marks(numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = "[" + strconv.Itoa(n) + "]"
	}
	return strings.Join(out, " ")
}

// small is the size of the appendix' letters in points: nineteen columns on lying A4.
const small = 9

// appendix is the table of one document on paper, lying.
func (d printed) appendix(s Study) paper.Appendix {
	t := paper.Table{Columns: []paper.Column{{Align: paper.Centre}, {}}, Size: small}
	top := []paper.Head{{Text: phrase("col.no"), Down: 2}, {Text: phrase("col.unit"), Down: 2}}
	var low []paper.Head
	cols := briefly()
	for i := 0; i < len(cols); {
		n := run(cols, i)
		if n == 1 {
			top = append(top, paper.Head{Text: shortGroup(cols[i]), Down: 2})
		} else {
			top = append(top, paper.Head{Text: shortGroup(cols[i]), Across: n})
			for _, c := range cols[i : i+n] {
				low = append(low, paper.Head{Text: c.heading()})
			}
		}
		for range n {
			t.Columns = append(t.Columns, paper.Column{Align: paper.Right})
		}
		i += n
	}
	t.Head = [][]paper.Head{top, low}
	for _, l := range d.lines(s) {
		name := l.name
		if l.sum && len(l.marks) > 0 {
			name += " " + marks(d.changedMarks(s.Document))
		}
		row := paper.Row{Cells: []string{ordinal(l), strings.TrimSpace(name)}, Bold: l.sum}
		for _, c := range cols {
			row.Cells = append(row.Cells, l.written(c, d.Campaign.Rounding))
		}
		t.Rows = append(t.Rows, row)
	}
	blocks := []paper.Block{t, paper.Note{Text: phrase("key")}}
	for _, n := range d.notes {
		if n.unit != "" && (n.figure.Document == 0 || n.figure.Document == s.Document) {
			blocks = append(blocks, paper.Note{Text: n.sentence(0)})
		}
	}
	return paper.Appendix{Title: d.appendixTitle(s), Landscape: true, Blocks: blocks}
}

// changedMarks are the notes of one document's figures that differ from the records.
func (d printed) changedMarks(document id.ID) (out []int) {
	for i, n := range d.notes {
		if n.unit == "" && n.figure.Document == document {
			out = append(out, i+1)
		}
	}
	return out
}

func ordinal(l line) string {
	if l.number == 0 {
		return ""
	}
	return text.Int(int64(l.number))
}

func (d printed) appendixTitle(s Study) string {
	if len(d.Studies) == 1 {
		return phrase("appendix", "moment", d.moment())
	}
	return phrase("appendix_paper", "paper", paperName(s), "moment", d.moment())
}

func briefly() (out []column) {
	for _, c := range columns {
		if c.brief {
			out = append(out, c)
		}
	}
	return out
}

// run is how many columns from i on share a heading.
func run(cols []column, i int) int {
	n := 1
	for i+n < len(cols) && cols[i+n].group == cols[i].group {
		n++
	}
	return n
}

// shortGroup is the heading of a group on paper, where it is narrow.
func shortGroup(c column) string {
	if s, ok := phrases["brief."+c.group]; ok {
		return s
	}
	return phrase("col." + c.group)
}
