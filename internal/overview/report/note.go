package report

import (
	"strconv"

	"quantriet/internal/kit/text"
)

// note says of one figure why it is not simply what the records say.
type note struct {
	kind   string // declared, beside (declared beside records), kept, contested, known (upheld, of a frozen roster)
	unit   string // "" the report's own; otherwise a unit directly below
	figure Figure
	paper  string // of a figure that stands once for each document
	sum    string // of a sum that is kept: what its parts add up to
	own    string // name of the column that a unit ordered
}

// footnotes are the notes of a report in the order of its figures, then those of the units
// below that changed something.
func (v View) footnotes() (out []note) {
	add := func(f Figure) {
		if f.Said().Set {
			out = append(out, note{kind: sayKind(f), figure: f, paper: v.paper(f.Document)})
		}
		m, _ := v.marked(f.Code, f.Document)
		for _, x := range []struct {
			kind string
			n    int64
		}{{"contested", m.Count}, {"known", m.Known}} {
			if x.n > 0 {
				out = append(out, note{kind: x.kind, figure: f, paper: v.paper(f.Document), sum: text.Int(x.n)})
			}
		}
	}
	for _, s := range v.Studies {
		for _, d := range Defs {
			if d.PerDocument {
				add(v.of(d.Code, s.Document))
			}
		}
	}
	for _, d := range Defs {
		if !d.PerDocument {
			add(v.of(d.Code, 0))
		}
	}
	for _, c := range v.Columns {
		if f := v.of(c.Code(), 0); f.Said().Set {
			out = append(out, note{kind: "declared", figure: f, own: c.Name})
		}
	}
	for _, g := range v.settled() {
		out = append(out, note{kind: "kept", figure: v.of(g.Code, g.Document), paper: v.paper(g.Document), sum: g.Written()})
	}
	for _, c := range v.Below {
		for _, f := range v.stated[c.Unit] {
			if f.Declared != nil && f.By != "" {
				out = append(out, note{kind: "beside", unit: c.Name, figure: f, paper: v.paper(f.Document)})
			}
		}
	}
	return out
}

func sayKind(f Figure) string {
	if f.Computed != nil {
		return "beside"
	}
	return "declared"
}

func (n note) name() string {
	switch {
	case n.own != "":
		return n.own
	case n.paper == "":
		return named(n.figure.Code)
	}
	return named(n.figure.Code) + " (" + n.paper + ")"
}

func (n note) was() string {
	if n.figure.Computed == nil {
		return ""
	}
	return text.Int(*n.figure.Computed)
}

// stated is the number the note is about: beside records the unit's own.
func (n note) stated() Figure {
	if n.kind == "beside" {
		return n.figure.Said()
	}
	return n.figure
}

func (n note) reason() string {
	if n.kind == "kept" {
		return n.figure.Kept
	}
	return n.figure.Reason
}

// sentence is the note as it stands under the report.
func (n note) sentence(mark int) string {
	key := "note." + n.kind
	switch {
	case n.unit != "":
		key = "note.below"
	case n.kind == "declared" && n.figure.By == "":
		key = "note.summed"
	case n.kind == "beside" && n.figure.By == "":
		key = "note.beside_summed"
	case n.kind == "declared" && n.figure.Reason == "" && n.figure.Marker == "":
		key = "note.groundless"
	case n.kind == "declared" && n.figure.Reason == "":
		key = "note.inexact"
	}
	return phrase(key, "mark", strconv.Itoa(mark), "unit", n.unit, "figure", n.name(), "was", n.was(), "now", number("vi", n.figure),
		"said", number("vi", n.figure.Said()), "sum", n.sum, "reason", closed(n.reason()), "who", n.figure.By, "when", moment(n.figure.At), "marker", n.figure.Marker)
}

// closed is a reason without the full stop that the sentence brings.
func closed(s string) string {
	for len(s) > 0 && s[len(s)-1] == '.' {
		s = s[:len(s)-1]
	}
	return s
}
