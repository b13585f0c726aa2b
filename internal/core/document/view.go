package document

import (
	"strings"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// label is what a document is called: "Kế hoạch số 117-KH/TU".
func label(p ui.Page, n Name) string {
	kind := p.T("document.kind." + n.Kind)
	if n.Secrecy != "" {
		kind = p.T("document.secret_paper")
	}
	if n.Number == "" {
		return kind
	}
	return p.T("document.called", "kind", kind, "number", n.Number)
}

// byline is who issued it and when: "Thành ủy Hải Phòng · 26/06/2018".
func byline(n Name) string {
	if n.IssuerName == "" {
		return text.Date(n.IssuedOn)
	}
	return n.IssuerName + " · " + text.Date(n.IssuedOn)
}

// group are siblings of the tree that are shown under one line because there are many.
type group struct {
	Kind, Level string
	Nodes       []Node
	Folded      bool
}

// foldFrom is how many siblings of one kind and level are put under one line.
const foldFrom = 6

func groups(nodes []Node) []group {
	count := map[[2]string]int{}
	for _, n := range nodes {
		count[[2]string{n.Kind, n.Level}]++
	}
	var out []group
	at := map[[2]string]int{}
	for _, n := range nodes {
		key := [2]string{n.Kind, n.Level}
		i, open := at[key]
		if !open || count[key] < foldFrom {
			i = len(out)
			at[key] = i
			out = append(out, group{Kind: n.Kind, Level: n.Level, Folded: count[key] >= foldFrom})
		}
		out[i].Nodes = append(out[i].Nodes, n)
	}
	return out
}

func (c Coverage) in(lang string) string {
	if lang == "en" {
		return c.NameEn
	}
	return c.Name
}

// chip is the state of a coverage: kind and sign.
func (c Coverage) chip() (kind, sign string) {
	switch {
	case c.Issued == c.Total:
		return "ok", "check"
	case c.Issued > 0:
		return "warn", "clock"
	}
	return "", "minus"
}

// hidden are units of a level that are counted but not listed.
func (c Coverage) hidden() int64 { return c.Total - int64(len(c.Done)) - int64(len(c.Missing)) }

// sum writes how parts add up: "13 + 11 + 11 + 13".
func sum(p ui.Page, parts []Part) string {
	var s []string
	for _, part := range parts {
		s = append(s, p.Int(part.Amount))
	}
	return strings.Join(s, " + ")
}

func amount(p ui.Page, n int64, marker string) string {
	if marker == "" {
		return p.Int(n)
	}
	return Marked(p.Lang, marker) + " " + p.Int(n)
}

// Marked is a marker in a language; "" without one.
func Marked(lang, marker string) string {
	if markerCode[marker] == "" {
		return marker
	}
	return words.T(lang, "document.marker."+markerCode[marker])
}

var markerCode = map[string]string{"hơn": "more", "gần": "nearly", "khoảng": "about"}

func partTitle(p ui.Page, part Part) string {
	if part.Title != "" {
		return part.Title
	}
	return p.T("document.part." + part.Kind)
}

func kindOptions(p ui.Page, first string) []ui.Option {
	out := []ui.Option{{Value: "", Text: first}}
	for _, k := range Kinds {
		out = append(out, ui.Option{Value: k, Text: p.T("document.kind." + k)})
	}
	return out
}

func plainOptions(first string, values []string) []ui.Option {
	out := []ui.Option{{Value: "", Text: first}}
	for _, v := range values {
		out = append(out, ui.Option{Value: v, Text: v})
	}
	return out
}

func secrecyOptions(p ui.Page, now string) []ui.Option {
	out := []ui.Option{{Value: "", Text: p.T("document.secrecy.none"), On: now == ""}}
	for _, d := range Degrees {
		out = append(out, ui.Option{Value: d, Text: p.T("document.secrecy." + d), On: now == d})
	}
	return out
}

func unitOptions(units []org.Unit) (out []ui.Option) {
	for _, u := range units {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name})
	}
	return out
}

func issuerOptions(p ui.Page, d draft) []ui.Option {
	out := []ui.Option{}
	if d.Issuer != 0 {
		out = append(out, ui.Option{Text: p.T("document.issuer_free")})
	}
	for _, u := range d.Upper {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name, Group: p.T("document.issuer_upper")})
	}
	for _, u := range d.Lower {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name, Group: p.T("document.issuer_lower")})
	}
	return out
}

func targetOptions(p ui.Page, d draft) (out []ui.Option) {
	for _, n := range append(append([]Name(nil), d.choice.Targets...), d.Found...) {
		out = append(out, ui.Option{Value: n.ID.String(), Text: label(p, n), Note: n.Title + " · " + byline(n), On: d.hasTarget(n.ID)})
	}
	return out
}

// partRows are the filled rows of the form and some empty ones.
func partRows(parts []Part) []Part {
	return append(append([]Part(nil), parts...), make([]Part, max(2, 4-len(parts)))...)
}

func partAmount(part Part) string {
	if part.Amount <= 0 {
		return ""
	}
	return text.Int(part.Amount)
}

// fields give the order and the labels of what may be wrong in the form.
func fields(p ui.Page) []ui.Field {
	return []ui.Field{
		{Name: "number", Label: p.T("document.number")}, {Name: "issued_on", Label: p.T("document.issued_on")}, {Name: "kind", Label: p.T("document.kind")},
		{Name: "issuer", Label: p.T("document.issuer")}, {Name: "issuer_name", Label: p.T("document.issuer_other")}, {Name: "title", Label: p.T("document.title")},
		{Name: "targets", Label: p.T("document.targets")}, {Name: "parts", Label: p.T("document.parts")}, {Name: "kept_at", Label: p.T("document.kept_at")},
	}
}

func filePath(f File) string { return to(f.Document) + "/files/" + f.ID.String() }

func newFor(d id.ID) string { return "/documents/new?target=" + d.String() }

// megabytes writes a size for people.
func megabytes(p ui.Page, n int64) string {
	if n < 1<<20 {
		return p.T("document.size_kb", "n", p.Int(max(1, n>>10)))
	}
	whole, tenth := n>>20, (n&(1<<20-1))*10>>20
	point := ","
	if p.Lang == "en" {
		point = "."
	}
	return p.T("document.size_mb", "n", p.Int(whole)+point+p.Int(tenth))
}

func nextOf(f Filter, l Listed) string {
	if l.Next == "" {
		return ""
	}
	return f.address("/documents", l.Next)
}

func firstOf(f Filter) string {
	if f.Page.After == "" {
		return ""
	}
	return f.address("/documents", "")
}

// chainNote says how much of the chain is in sight.
func chainNote(p ui.Page, v View) string {
	switch {
	case v.Chain == 0:
		return ""
	case v.Seen < v.Chain && !v.Cut:
		return p.T("document.chain_part", "n", p.Int(v.Chain), "seen", p.Int(v.Seen))
	}
	return p.T("document.chain_all", "n", p.Int(v.Chain))
}

// freeName is the issuer's name as typed: that of a unit is chosen, not typed.
func freeName(d draft) string {
	if d.Issuer != 0 {
		return ""
	}
	return d.IssuerName
}

// of names the level that issued a group.
func (g group) of(lang string) string {
	if lang == "en" {
		return g.Nodes[0].LevelEn
	}
	return g.Nodes[0].LevelName
}

// listed names units, with the number of their papers when it is more than one.
func listed(p ui.Page, units []Unit) string {
	names := make([]string, len(units))
	for i, u := range units {
		names[i] = u.Name
		if u.Documents > 1 {
			names[i] += " (" + p.Int(u.Documents) + ")"
		}
	}
	return strings.Join(names, ", ")
}
