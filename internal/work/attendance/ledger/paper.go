package ledger

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/setting"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Form is the office's form of official papers, as plans and reports have it.
var Form = setting.Key[paper.Form]{Name: "paper.form", Default: paper.PartyForm(), Source: "Hướng dẫn 36-HD/VPTW ngày 03/4/2018"}

// say is a word of a paper, which is Vietnamese whatever the reader's language.
func say(key string, kv ...any) string { return words.T(words.Langs[0], key, kv...) }

// Print writes the ledger of a meeting as an official paper (docx). Faults as Whole.
func (s *Service) Print(ctx context.Context, who access.Actor, q Query) ([]byte, error) {
	return s.paper(ctx, who, q, Ledger.official)
}

// SignIn writes the sign-in sheet of a meeting, or of one of its sites, as an official paper.
func (s *Service) SignIn(ctx context.Context, who access.Actor, q Query) ([]byte, error) {
	return s.paper(ctx, who, q, func(l Ledger) paper.Official { return l.signIn(q.Site) })
}

func (s *Service) paper(ctx context.Context, who access.Actor, q Query, lay func(Ledger) paper.Official) ([]byte, error) {
	l, err := s.Whole(ctx, who, q)
	if err != nil {
		return nil, err
	}
	form := Form.Default
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		form, err = Form.On(ctx, tx, l.Meeting.Unit, s.Now.Day())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("print ledger: %w", err)
	}
	var b bytes.Buffer
	if err := paper.Write(&b, form, lay(l)); err != nil {
		return nil, fmt.Errorf("print ledger: %w", err)
	}
	return b.Bytes(), nil
}

// head is what both papers begin with.
func (l Ledger) head(kind string) paper.Official {
	o := paper.Official{Superior: strings.ToUpper(l.office.above), Issuer: l.office.committee, By: l.office.name, Place: l.office.place,
		Type: strings.ToUpper(say("ledger.paper." + kind)), Abstract: l.Meeting.Title}
	if o.Issuer == "" {
		o.Issuer = strings.ToUpper(l.office.name)
	}
	o.Symbol = say("ledger.paper.symbol_bare")
	if l.office.symbol != "" {
		o.Symbol = say("ledger.paper.symbol", "unit", l.office.symbol)
	}
	o.Date = clock.Day(clock.From(l.Meeting.Ends))
	return o
}

// about are the lines that say which meeting it was.
func (l Ledger) about() paper.List {
	m := l.Meeting
	var talk []string
	for _, i := range l.Items {
		if i.Speaker != "" {
			talk = append(talk, strings.TrimSpace(i.Speaker+" "+bracket(i.SpeakerLevel)))
		}
	}
	var docs []string
	for _, d := range l.Papers {
		docs = append(docs, d.Name)
	}
	out := paper.List{}
	add := func(key, value string) {
		if value != "" {
			out.Items = append(out.Items, say(key)+": "+value)
		}
	}
	add("ledger.campaign", l.Campaign)
	add("ledger.documents", strings.Join(docs, "; "))
	add("ledger.time", when(m))
	for _, part := range m.Sessions {
		out.Items = append(out.Items, part.Title+": "+text.Time(part.Starts, clock.Zone)+"–"+text.Time(part.Ends, clock.Zone))
	}
	add("ledger.place", m.Place)
	add("ledger.mode", say("meeting.kind."+m.Kind)+", "+strings.ToLower(say("meeting.mode."+m.Mode)))
	add("ledger.chair", m.Chair)
	add("ledger.speakers", strings.Join(talk, "; "))
	add("ledger.monitor", m.Monitor)
	return out
}

func bracket(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

func when(m meeting.Meeting) string {
	from, till := clock.From(m.Starts), clock.From(m.Ends)
	if clock.Day(from) == clock.Day(till) {
		return from.Format("15:04") + "–" + till.Format("15:04") + ", " + text.Date(clock.Day(from))
	}
	return text.DateTime(m.Starts, clock.Zone) + " – " + text.DateTime(m.Ends, clock.Zone)
}

func (l Ledger) official() paper.Official {
	o := l.head("ledger")
	o.Body = []paper.Block{paper.Heading{Level: 1, Text: "I. " + say("ledger.paper.about")}, l.about(),
		paper.Heading{Level: 1, Text: "II. " + say("ledger.paper.sum")}, l.summary()}
	o.Body = append(o.Body, l.rate()...)
	if l.Meeting.Minutes != "" {
		o.Body = append(o.Body, paper.Heading{Level: 1, Text: "III. " + say("ledger.paper.minutes")})
		for line := range strings.Lines(l.Meeting.Minutes) {
			if line = strings.TrimSpace(line); line != "" {
				o.Body = append(o.Body, paper.Plain(line))
			}
		}
	}
	o.Recipients = []string{say("ledger.paper.above"), say("ledger.paper.kept")}
	o.Authority, o.Position = say("ledger.paper.authority"), say("ledger.paper.keeper")
	o.Foot = []string{say("ledger.paper.grades")}
	o.Appendices = []paper.Appendix{{Title: say("ledger.paper.list"), Landscape: true, Blocks: []paper.Block{l.list()}}}
	return o
}

// rate writes the rate out as a fraction.
func (l Ledger) rate() []paper.Block {
	if l.Sum.Expected == 0 {
		return nil
	}
	return []paper.Block{paper.Plain(say("ledger.paper.rate", "came", text.Int(l.Sum.Came), "expected", text.Int(l.Sum.Expected), "rate", text.Percent(l.Sum.Came, l.Sum.Expected, text.HalfUp)))}
}

func (l Ledger) summary() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.what")}, {Title: say("ledger.number"), Align: paper.Right, Width: 30}}}
	row := func(bold bool, name string, n int64) {
		if n > 0 || bold {
			t.Rows = append(t.Rows, paper.Row{Bold: bold, Cells: []string{name, text.Int(n)}})
		}
	}
	row(true, say("ledger.expected"), l.Sum.Expected)
	row(true, say("ledger.came"), l.Sum.Came)
	for _, s := range States {
		row(false, say("ledger.state."+s), l.Sum.States[s])
		if s == "excused" {
			for _, r := range reasons {
				row(false, "   "+say("attendance.reason."+r), l.Sum.Reasons[r])
			}
		}
	}
	row(false, say("ledger.heads"), l.Heads)
	return t
}

var reasons = []string{"sick", "work", "away", "family", "other"}

// list are the people by unit.
func (l Ledger) list() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.no"), Align: paper.Centre, Width: 12}, {Title: say("ledger.name"), Width: 54}, {Title: say("ledger.position")},
		{Title: say("ledger.state")}, {Title: say("ledger.at"), Align: paper.Centre}, {Title: say("ledger.left"), Align: paper.Centre},
		{Title: say("ledger.grade"), Align: paper.Centre}, {Title: say("ledger.made_up"), Align: paper.Centre}}}
	var unit id.ID
	for n, p := range l.Rows.Items {
		if p.Unit != unit {
			unit = p.Unit
			t.Rows = append(t.Rows, paper.Row{Wide: true, Bold: true, Shade: true, Cells: []string{p.UnitName}})
		}
		t.Rows = append(t.Rows, paper.Row{Cells: append([]string{text.Int(int64(n + 1))}, cells(words.Langs[0], p)...)})
	}
	return t
}

// cells are what the ledger says of one person, after the number.
func cells(lang string, l Line) []string {
	state := words.T(lang, "ledger.state."+l.State())
	if l.State() == "excused" {
		state += ": " + strings.ToLower(words.T(lang, "attendance.reason."+l.Reason))
	}
	grade, at := "", ""
	if l.Grade > 0 {
		grade = "E" + text.Int(l.Grade)
		if l.State() != "higher" {
			at = text.Time(l.At, clock.Zone)
		}
	}
	return []string{l.Name, l.Position, state, at, hour(l.Left), grade, day(l.MadeUp)}
}

func hour(ms int64) string {
	if ms == 0 {
		return ""
	}
	return text.Time(ms, clock.Zone)
}

func day(ms int64) string {
	if ms == 0 {
		return ""
	}
	return text.Date(text.Day(ms, clock.Zone))
}

// signIn is the sheet that people sign: those expected, at one site or all, with room for
// those who come besides.
func (l Ledger) signIn(site id.ID) paper.Official {
	o := l.head("sign_in")
	o.Unnumbered = true
	o.Date = clock.Day(clock.From(l.Meeting.Starts))
	about := l.about()
	for _, s := range l.Sites {
		if s.ID == site {
			about.Items = append(about.Items, say("ledger.site")+": "+s.Name)
		}
	}
	t := paper.Table{Columns: []paper.Column{{Title: say("ledger.no"), Align: paper.Centre, Width: 11}, {Title: say("ledger.name"), Width: 54}, {Title: say("ledger.position"), Width: 26}}}
	parts := l.Meeting.Parts()
	for _, part := range parts {
		title := say("ledger.signature")
		if len(parts) > 1 {
			title += " (" + part.Title + ")"
		}
		t.Columns = append(t.Columns, paper.Column{Title: title, Width: 58 / float64(len(parts))})
	}
	t.Columns = append(t.Columns, paper.Column{Title: say("ledger.note"), Width: 16})
	t.Size = 12
	var unit id.ID
	n := 0
	for _, p := range l.Rows.Items {
		if !p.Expected {
			continue
		}
		if p.Unit != unit {
			unit = p.Unit
			t.Rows = append(t.Rows, paper.Row{Wide: true, Bold: true, Shade: true, Cells: []string{p.UnitName}})
		}
		n++
		note := ""
		if p.Exempt {
			note = say("ledger.exempt_short")
		}
		t.Rows = append(t.Rows, signRow(text.Int(int64(n)), p.Name, p.Position, len(parts), note))
	}
	o.Body = []paper.Block{about, t, besides(t, len(parts))}
	o.Position = say("ledger.paper.monitor")
	return o
}

// besides has room for those who come without being on the list, and the closing line: it stays on one
// page with the signature.
func besides(t paper.Table, parts int) paper.Table {
	out := paper.Table{Size: t.Size}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, paper.Column{Align: c.Align, Width: c.Width})
	}
	for range 3 {
		row := signRow("", "", "", parts, "")
		row.Keep = true
		out.Rows = append(out.Rows, row)
	}
	out.Rows = append(out.Rows, paper.Row{Wide: true, Keep: true, Cells: []string{say("ledger.paper.signed")}})
	return out
}

// signRow leaves two lines of room for a hand.
func signRow(n, name, position string, parts int, note string) paper.Row {
	cells := []string{n, name, position}
	for range parts {
		cells = append(cells, "\n")
	}
	return paper.Row{Cells: append(cells, note)}
}

// Sheet writes the ledger of a meeting as xlsx. Faults as Whole.
func (s *Service) Sheet(ctx context.Context, who access.Actor, q Query) ([]byte, error) {
	l, err := s.Whole(ctx, who, q)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	x := sheet.NewXLSX(&b)
	out, err := x.Sheet(say("ledger.paper.ledger"), sheet.Layout{Widths: []float64{6, 28, 24, 26, 26, 10, 10, 9, 14}, FreezeRows: 3, RepeatFrom: 3, RepeatTo: 3})
	if err != nil {
		return nil, fmt.Errorf("ledger sheet: %w", err)
	}
	for _, c := range []sheet.Cell{{Value: l.Meeting.Title, Style: sheet.Title}, {Value: l.Meeting.UnitName + ", " + when(l.Meeting) + ". " + say("ledger.expected") + ": " +
		text.Int(l.Sum.Expected) + ". " + say("ledger.came") + ": " + text.Int(l.Sum.Came), Style: sheet.Subtitle}} {
		out.Row(c)
		if err := out.Merge(1, 9, 1); err != nil {
			return nil, fmt.Errorf("ledger sheet: %w", err)
		}
	}
	var heads []sheet.Cell
	for _, k := range []string{"ledger.no", "ledger.unit", "ledger.name", "ledger.position", "ledger.state", "ledger.at", "ledger.left", "ledger.grade", "ledger.made_up"} {
		heads = append(heads, sheet.Cell{Value: say(k), Style: sheet.Head})
	}
	out.Row(heads...)
	for n, p := range l.Rows.Items {
		row := []sheet.Cell{{Value: n + 1, Style: sheet.Middle}, {Value: p.UnitName, Style: sheet.Text}}
		for _, c := range cells(words.Langs[0], p) {
			row = append(row, sheet.Cell{Value: c, Style: sheet.Text})
		}
		out.Row(row...)
	}
	if err := x.Close(); err != nil {
		return nil, fmt.Errorf("ledger sheet: %w", err)
	}
	return b.Bytes(), nil
}
