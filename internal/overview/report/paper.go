package report

import (
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"rsc.io/qr"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/rollup"
)

//go:embed phrase.json
var phraseFile []byte

// phrases are the sentences of the printed report. It is an official paper, hence in
// Vietnamese whatever the screen speaks.
var phrases = func() (m map[string]string) {
	if err := json.Unmarshal(phraseFile, &m); err != nil {
		panic("phrase.json: " + err.Error())
	}
	return m
}()

// phrase fills the {name} places of a sentence from name, value pairs.
func phrase(key string, kv ...string) string {
	s, ok := phrases[key]
	if !ok {
		return key
	}
	for i := 0; i+1 < len(kv); i += 2 {
		s = strings.ReplaceAll(s, "{"+kv[i]+"}", kv[i+1])
	}
	return s
}

func named(code string) string { return words.T("vi", "report.figure."+code) }

// press is what newspapers print: members and people counted by head in one sum. The report
// shows it apart and takes no rate of it.
func press(fs Figures, document id.ID) (num, den int64) {
	heads := fs.Value("mass_heads", document)
	return fs.Value("studied", document) + heads, fs.Value("members", document) + heads
}

// printed is a report on its way to paper: the view with the notes its figures need.
type printed struct {
	View
	version string
	notes   []note
}

func (v View) printed(version string) printed {
	return printed{View: v, version: version, notes: v.footnotes()}
}

func (v View) writeDOCX(w io.Writer, form paper.Form, version string) error {
	return paper.Write(w, form, v.printed(version).official())
}

// num is a figure as printed, with the number of its note.
func (d printed) num(code string, document id.ID) string {
	return d.noted(d.of(code, document))
}

func (d printed) noted(f Figure) string {
	s := number("vi", f)
	if m := d.mark(f.Code, f.Document); m > 0 {
		s += " [" + strconv.Itoa(m) + "]"
	}
	return s
}

// mark is the number of a figure's note, 0 for none.
func (d printed) mark(code string, document id.ID) int {
	i := slices.IndexFunc(d.notes, func(n note) bool { return n.unit == "" && n.figure.Code == code && n.figure.Document == document })
	return i + 1
}

func (d printed) percent(r rollup.Rate) string { return r.Percent(d.Campaign.Rounding) }

// moment is when the figures were counted: "08 giờ 30 ngày 23/7/2018".
func (d printed) moment() string {
	t := clock.From(d.At)
	clock := phrase("clock", "hour", t.Format("15"), "minute", t.Format("04"))
	return phrase("moment", "clock", clock, "day", shortDay(t.Format("2006-01-02")))
}

// shortDay is a civil day as papers cite it: "23/7/2018", "07/02/2018".
func shortDay(day string) string {
	y, m, ok := strings.Cut(day, "-")
	month, d, both := strings.Cut(m, "-")
	if !ok || !both {
		return day
	}
	if month > "02" {
		month = strings.TrimPrefix(month, "0")
	}
	return d + "/" + month + "/" + y
}

// official lays the report out.
func (d printed) official() paper.Official {
	r := d.Report
	o := paper.Official{
		Superior: strings.ToUpper(d.Above.Name), Issuer: d.issuer.Committee, By: d.issuer.Name, Number: r.Number,
		Place: d.issuer.Place, Date: r.IssuedOn, Type: phrase("type"), Abstract: d.abstract(), Body: d.body(),
		Recipients: filled(r.Recipients), Authority: r.Authority, Position: r.Position, Signer: r.Signer,
		Mark: d.stamp(), Foot: d.foot(),
	}
	if d.issuer.Symbol != "" {
		o.Symbol = phrase("symbol", "unit", d.issuer.Symbol)
	}
	if number, symbol, whole := strings.Cut(r.Number, "-"); whole {
		o.Number, o.Symbol = number, symbol
	}
	if o.Issuer == "" {
		o.Issuer = strings.ToUpper(d.issuer.Name)
	}
	if o.Date == "" {
		o.Date = clock.From(d.At).Format("2006-01")
	}
	for _, s := range d.Studies {
		o.Appendices = append(o.Appendices, d.appendix(s))
	}
	if a, there := d.ownAppendix(); there {
		o.Appendices = append(o.Appendices, a)
	}
	return o
}

func (d printed) abstract() string {
	title := strings.TrimSpace(d.Campaign.Title)
	key := "abstract"
	if strings.HasPrefix(text.Fold(title), "hoc tap") {
		key, title = "abstract_of", lowered(title)
	}
	s := phrase(key, "campaign", title)
	if d.provisional() {
		s += phrase("until", "moment", d.moment())
	}
	return s
}

// provisional: units below are still missing.
func (d printed) provisional() bool { return d.Waiting() > 0 }

func (d printed) stamp() string {
	switch {
	case d.provisional():
		return phrase("provisional", "n", text.Int(d.Accepted), "total", text.Int(d.Expected))
	case d.Report.Reopened && d.Report.Open():
		return phrase("amending")
	case d.Report.Open():
		return phrase("draft")
	case d.Report.State == "sent" && d.Above.Unit != 0:
		return phrase("unaccepted")
	}
	return ""
}

// foot says where the figures come from, on every page.
func (d printed) foot() (out []string) {
	sent := phrase("foot.draft")
	if !d.Report.Open() {
		sum := phrase("foot.unverified")
		if d.Report.Verified {
			sum = phrase("foot.verified")
		}
		sent = phrase("foot.sent", "n", text.Int(d.Report.Version), "sum", sum)
	}
	out = append(out, phrase("foot", "moment", d.moment(), "version", strings.TrimSpace(phrase("program")+" "+d.version), "sent", sent))
	if len(d.Studies) <= 2 {
		for _, s := range d.Studies {
			out = append(out, phrase("foot.grades", append([]string{"paper", paperName(s)}, grades(s.Total)...)...))
		}
	}
	if d.Seal.Shown() {
		out = append(out, phrase("foot.sealed", "n", text.Int(d.Seal.Line.N+1), "size", text.Int(d.Seal.Head.Size), "root", d.Seal.Head.Root, "at", text.DateTime(d.Seal.Head.At, clock.Zone)))
	}
	if d.Campaign.Sample {
		out = append(out, phrase("foot.sample"))
	}
	return out
}

// sealed is the head of the log that holds the report, for a camera.
func (d printed) sealed() (out []paper.Block) {
	if !d.Seal.Shown() {
		return nil
	}
	c, err := qr.Encode(d.Seal.Head.QR(), qr.M)
	if err != nil {
		return nil
	}
	return []paper.Block{paper.Picture{PNG: c.PNG(), Width: 22, Alt: phrase("sealed_alt")}, paper.Note{Text: phrase("sealed", "n", text.Int(d.Seal.Line.N+1), "size", text.Int(d.Seal.Head.Size))}}
}

func grades(r Row) (kv []string) {
	for i, n := range r.Line.Count.Grades {
		kv = append(kv, "e"+strconv.Itoa(i+1), text.Int(n))
	}
	return kv
}

// body is the text: what was written, and the sentences that the figures make.
func (d printed) body() (out []paper.Block) {
	say := func(level int, key string) { out = append(out, paper.Heading{Level: level, Text: phrase(key)}) }
	tell := func(section, none string, more ...paper.Block) {
		told := append(paragraphs(d.Report.Texts[section]), more...)
		if len(told) == 0 {
			told = []paper.Block{paper.Plain(phrase(none))}
		}
		out = append(out, told...)
	}
	opening := "opening_own"
	if d.Above.Unit != 0 {
		opening = "opening"
	}
	out = append(out, paper.Plain(phrase(opening, "campaign", d.Campaign.Title, "owner", d.Campaign.UnitName, "unit", d.issuer.Name)))
	say(1, "part.leading")
	tell("leading", "unwritten", d.plans()...)
	say(1, "part.results")
	out = append(out, paragraphs(d.Report.Texts["forms"])...)
	out = append(out, d.results()...)
	say(1, "part.judgement")
	say(2, "part.strengths")
	tell("strengths", "unwritten")
	say(2, "part.shortcomings")
	tell("shortcomings", "unwritten", d.lacking()...)
	say(2, "part.causes")
	tell("causes", "unwritten")
	say(1, "part.lessons")
	tell("lessons", "unwritten")
	say(1, "part.proposals")
	tell("proposals", "no_proposal")
	return append(append(out, d.closing()...), d.sealed()...)
}

func (d printed) plans() []paper.Block {
	if d.Figures.Value("plans_due", 0) == 0 {
		return nil
	}
	return []paper.Block{paper.Plain(phrase("plans", "n", d.num("plans_issued", 0), "total", d.num("plans_due", 0)))}
}

// closing is the rounding rule, the notes and the way to the appendix.
func (d printed) closing() (out []paper.Block) {
	last := phrase("rounding." + d.Campaign.Rounding)
	if len(d.Studies) > 0 {
		last = phrase("see_appendix") + " " + last
	}
	out = append(out, paper.Plain(last))
	for i, n := range d.notes { // those of units below stand under the appendix
		if n.unit != "" {
			break
		}
		if i == 0 {
			out = append(out, paper.Heading{Level: 3, Text: phrase("part.notes")})
		}
		out = append(out, paper.Note{Text: n.sentence(i + 1)})
	}
	return append(append(append(out, d.answered()...), d.amended()...), Cited(d.Sources)...)
}

// answered are the questions to the unit that went up with its answers.
func (d printed) answered() (out []paper.Block) {
	for _, a := range d.Asks {
		if a.Answer == "" {
			continue
		}
		if out == nil {
			out = append(out, paper.Heading{Level: 3, Text: phrase("part.answers")})
		}
		out = append(out, paper.Note{Text: phrase("answer", "question", a.Told("vi"), "answer", a.Answer, "who", a.By, "when", moment(a.At))})
	}
	return out
}

// amended says how often this report, and those below, were changed after they were closed.
func (d printed) amended() (out []paper.Block) {
	if n := d.Report.Amendments; n > 0 {
		out = append(out, paper.Note{Text: phrase("amended", "n", text.Int(n), "why", closed(d.Diff.Why))})
	}
	if d.Amended > 0 {
		out = append(out, paper.Note{Text: phrase("amended_below", "n", text.Int(d.Amended))})
	}
	return out
}

// paragraphs are what was typed: "- …" makes a list item.
func paragraphs(body string) (out []paper.Block) {
	for _, line := range filled(body) {
		if item, ok := strings.CutPrefix(line, "- "); ok {
			out = append(out, paper.List{Items: []string{item}})
		} else {
			out = append(out, paper.Plain(line))
		}
	}
	return out
}

// filled are the lines of a text that say something.
func filled(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
