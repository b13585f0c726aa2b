package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/work/attendance/ledger"
)

// say is a word of a paper, which is Vietnamese whatever the reader's language.
func say(key string, kv ...any) string { return words.T(words.Langs[0], key, kv...) }

// Print writes a unit's year as an official paper (docx): campaigns and meetings, then its people on
// landscape pages. Faults as Whole.
func (s *Service) Print(ctx context.Context, who access.Actor, a Ask) ([]byte, error) {
	u, err := s.Whole(ctx, who, a)
	if err != nil {
		return nil, err
	}
	return s.paper(ctx, u.Unit, func(o *paper.Official) { u.lay(o) })
}

// PrintPerson writes a person's year as an official paper of the unit of today. Faults as OfPerson.
func (s *Service) PrintPerson(ctx context.Context, who access.Actor, person id.ID, year int) ([]byte, error) {
	p, err := s.OfPerson(ctx, who, person, year)
	if err != nil {
		return nil, err
	}
	return s.paper(ctx, p.unit, func(o *paper.Official) { p.lay(o) })
}

// paper fills what every ledger begins and ends with and writes it.
func (s *Service) paper(ctx context.Context, unit id.ID, lay func(*paper.Official)) ([]byte, error) {
	var o paper.Official
	form := ledger.Form.Default
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		var name, above, symbol string
		if _, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			return none, scan(&name, &o.Issuer, &symbol, &o.Place, &above)
		}, `select u.name, u.committee, u.symbol, u.place, coalesce(a.name, '') from org_unit u left join org_unit a on a.id = u.parent where u.id = $1`, unit); err != nil {
			return err
		}
		o.By, o.Superior, o.Symbol = name, strings.ToUpper(above), say("ledger.paper.symbol_bare")
		if o.Issuer == "" {
			o.Issuer = strings.ToUpper(name)
		}
		if symbol != "" {
			o.Symbol = say("ledger.paper.symbol", "unit", symbol)
		}
		form, err = ledger.Form.On(ctx, tx, unit, s.Now.Day())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("print ledger: %w", err)
	}
	o.Date, o.Type = s.Now.Day(), strings.ToUpper(say("ledger.title"))
	o.Position = say("ledger.paper.keeper")
	lay(&o)
	var b bytes.Buffer
	if err := paper.Write(&b, form, o); err != nil {
		return nil, fmt.Errorf("print ledger: %w", err)
	}
	return b.Bytes(), nil
}

func (u Unit) lay(o *paper.Official) {
	o.Abstract = say("ledger.book.of_year", "name", u.Name, "year", fmt.Sprint(u.Year))
	o.Body = []paper.Block{paper.Heading{Level: 2, Text: "1. " + say("ledger.book.campaigns")}, u.campaigns(), paper.Heading{Level: 2, Text: "2. " + say("ledger.book.meetings")}, u.meetings(), paper.Note{Text: say("ledger.paper.grades")}}
	for _, c := range u.Courses {
		if c.Campaign == u.Chosen {
			o.Appendices = []paper.Appendix{{Title: say("ledger.book.people_of", "title", c.Title), Landscape: true, Blocks: []paper.Block{u.list()}}}
		}
	}
}

func (u Unit) campaigns() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.no"), Align: paper.Centre, Width: 9}, {Title: say("ledger.campaign"), Width: 36}, {Title: say("ledger.documents"), Width: 24}, {Title: say("ledger.book.rate_all"), Align: paper.Centre, Width: 21},
		{Title: say("ledger.book.rate_obliged"), Align: paper.Centre, Width: 21}, {Title: say("ledger.book.essays"), Align: paper.Centre, Width: 16}, {Title: say("ledger.book.report"), Align: paper.Centre, Width: 22}, {Title: say("ledger.note"), Width: 16}}, Size: 9.5}
	for _, l := range u.lines(words.Langs[0]) {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{l.number, l.Title + " (" + text.Date(l.Starts) + ")" + formerly(l.Unit, u.Name), l.Document,
			rate(l.Count.RateAll(), l.Rounding), rate(l.Count.RateObliged(), l.Rounding), l.essays, l.sent, l.merits}})
	}
	return t
}

func (u Unit) meetings() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.no"), Align: paper.Centre, Width: 10}, {Title: say("ledger.day"), Align: paper.Centre, Width: 27}, {Title: say("ledger.meeting")}, {Title: say("ledger.documents"), Width: 34},
		{Title: say("ledger.expected"), Align: paper.Right, Width: 18}, {Title: say("ledger.came"), Align: paper.Right, Width: 18}, {Title: say("ledger.made_up"), Align: paper.Right, Width: 15}}, Size: 9.5}
	for i, h := range u.Rows {
		expected := text.Int(h.Sum.Expected)
		if u.Crowded {
			expected = "–"
		}
		t.Rows = append(t.Rows, paper.Row{Cells: []string{text.Int(int64(i + 1)), day(h.Starts), h.Title + " (" + h.Organiser + ")", h.Documents, expected, text.Int(h.Sum.Came), text.Int(h.Sum.States["made_up"])}})
	}
	return t
}

// memberHeads are the columns of a unit's people, on paper and in a sheet.
var memberHeads = []string{"ledger.no", "ledger.name", "ledger.book.documents", "ledger.book.first_day", "ledger.book.form", "ledger.grade", "ledger.made_up", "ledger.book.essay", "ledger.note"}

func (u Unit) list() paper.Table {
	widths := []float64{11, 52, 26, 28, 36, 18, 18, 36, 32}
	var t paper.Table
	for i, h := range memberHeads {
		c := paper.Column{Title: say(h), Width: widths[i]}
		if i != 1 && i < 7 {
			c.Align = paper.Centre
		}
		t.Columns = append(t.Columns, c)
	}
	unit := ""
	for i, m := range u.People.Items {
		if m.Unit != unit {
			unit = m.Unit
			t.Rows = append(t.Rows, paper.Row{Wide: true, Bold: true, Shade: true, Cells: []string{unit}})
		}
		t.Rows = append(t.Rows, paper.Row{Cells: append([]string{text.Int(int64(i + 1))}, memberCells(words.Langs[0], m)...)})
	}
	return t
}

// memberCells are what the ledger says of one person, after the number.
func memberCells(lang string, m Member) []string {
	grade, made, note := "", "", merits(lang, m.Merits)
	if m.Grade > 0 {
		grade = "E" + text.Int(m.Grade)
	}
	if m.MadeUp {
		made = "x"
	}
	if m.Exempt {
		note = strings.Trim(words.T(lang, "ledger.exempt_short")+"; "+note, "; ")
	}
	return []string{m.Name, ratio(m.Studied, m.Of), day(m.Day), form(lang, m.Form), grade, made, essays(lang, m.Essays), note}
}

func (p Person) lay(o *paper.Official) {
	o.Abstract = say("ledger.book.of_year", "name", p.Name, "year", fmt.Sprint(p.Year))
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.day"), Align: paper.Centre, Width: 26}, {Title: say("ledger.meeting")}, {Title: say("ledger.documents"), Width: 40}, {Title: say("ledger.state"), Width: 42},
		{Title: say("ledger.grade"), Align: paper.Centre, Width: 18}, {Title: say("ledger.made_up"), Align: paper.Centre, Width: 26}}}
	for _, c := range p.Courses {
		t.Rows = append(t.Rows, paper.Row{Wide: true, Bold: true, Shade: true, Cells: []string{c.headline(words.Langs[0])}})
		for _, r := range c.Rows {
			t.Rows = append(t.Rows, paper.Row{Cells: tookCells(words.Langs[0], r)})
		}
	}
	o.Body = []paper.Block{paper.List{Items: []string{say("ledger.name") + ": " + p.Name, say("ledger.unit") + ": " + p.Unit}}}
	o.Appendices = []paper.Appendix{{Title: say("ledger.book.of_year", "name", p.Name, "year", fmt.Sprint(p.Year)), Landscape: true, Blocks: []paper.Block{t, paper.Note{Text: say("ledger.paper.grades")}}}}
	for _, c := range p.Courses {
		o.Body = append(o.Body, paper.Plain(c.headline(words.Langs[0])))
	}
}

// headline is a campaign of a person's year in one line.
func (t Taken) headline(lang string) string {
	out := t.Title + " (" + text.Date(t.Starts) + "), " + t.Unit + ": " + words.T(lang, "ledger.book.studied", "n", text.Int(t.Studied), "of", text.Int(int64(len(t.Documents))))
	if t.Exempt {
		out += "; " + words.T(lang, "ledger.exempt_short")
	}
	if e := essays(lang, t.Essays); e != "" {
		out += "; " + words.T(lang, "ledger.book.essay") + ": " + e
	}
	if m := merits(lang, t.Merits); m != "" {
		out += "; " + m
	}
	return out
}

func tookCells(lang string, t ledger.Took) []string {
	state := words.T(lang, "ledger.state."+t.State())
	if t.State() == "excused" {
		state += ": " + strings.ToLower(words.T(lang, "attendance.reason."+t.Reason))
	}
	if f := form(lang, t.Form); f != "" {
		state += ", " + f
	}
	grade := ""
	if t.Grade > 0 {
		grade = "E" + text.Int(t.Grade)
	}
	return []string{day(t.Starts), t.Title + " (" + t.Organiser + ")", t.Documents, state, grade, day(t.MadeUp)}
}

func form(lang, f string) string {
	if f == "" {
		return ""
	}
	return words.T(lang, "attendance.form."+f)
}

func essays(lang string, all []Essay) string {
	var out []string
	for _, e := range all {
		s := words.T(lang, "ledger.book.essay."+e.Word())
		if e.Released && e.State == "marked" {
			s += " (" + tenths(lang, e.Points) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// tenths writes 85 as 8,5.
func tenths(lang string, n int64) string {
	if lang == "en" {
		return fmt.Sprintf("%d.%d", n/10, n%10)
	}
	return fmt.Sprintf("%d,%d", n/10, n%10)
}

func merits(lang string, all []Merit) string {
	var out []string
	for _, m := range all {
		out = append(out, words.T(lang, "ledger.book.merit."+m.Kind))
	}
	return strings.Join(out, "; ")
}

// formerly names a unit as it was called then, when it has another name today.
func formerly(then, now string) string {
	if then == now {
		return ""
	}
	return "; " + say("ledger.book.then", "name", then)
}

func rate(r rollup.Rate, rule string) string {
	return r.Percent(rule) + " (" + text.Int(r.Num) + "/" + text.Int(r.Den) + ")"
}

func ratio(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return text.Int(n) + "/" + text.Int(of)
}

func day(ms int64) string {
	if ms == 0 {
		return ""
	}
	return text.Date(clock.Day(clock.From(ms)))
}
