package merit

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/plan"
)

// say is a word of the printed papers, which are Vietnamese whatever the screen speaks.
func say(key string, kv ...any) string { return words.T("vi", key, kv...) }

// Office is a unit as its papers name it.
type Office struct{ Name, Above, Committee, Symbol, Place string }

// OfficeOf is who issues a paper. Fault: Missing.
func OfficeOf(ctx context.Context, tx db.Tx, unit id.ID) (Office, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (o Office, err error) {
		err = scan(&o.Name, &o.Committee, &o.Symbol, &o.Place, &o.Above)
		return o, err
	}, `select u.name, u.committee, u.symbol, u.place, coalesce(a.name, '') from org_unit u left join org_unit a on a.id = u.parent where u.id = $1`, unit)
}

// Paper is an empty paper of the office: its head, and the day left to the clerk.
func (o Office) Paper(now clock.Now) paper.Official {
	issuer := o.Committee
	if issuer == "" {
		issuer = strings.ToUpper(o.Name)
	}
	return paper.Official{Superior: strings.ToUpper(o.Above), Issuer: issuer, By: o.Name, Symbol: o.Symbol, Place: o.Place, Date: now.Day()[:7], Position: say("merit.paper.maker")}
}

func (s *Service) file(ctx context.Context, who access.Actor, of, unit id.ID, kind string) (f web.File, err error) {
	l, err := s.List(ctx, who, of, unit)
	if err != nil {
		return f, err
	}
	var b bytes.Buffer
	if kind == "xlsx" {
		f, err = web.File{Name: "bieu-duong-phe-binh.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, l.writeXLSX(&b)
	} else {
		f = web.File{Name: "bieu-duong-phe-binh.docx", Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
		err = s.writeDOCX(ctx, l, &b)
	}
	if err != nil {
		return f, fmt.Errorf("export proposals as %s: %w", kind, err)
	}
	f.Body = b.Bytes()
	return f, nil
}

// cells are one proposal as a row of text.
func (m Merit) cells() []string {
	var why []string
	for _, e := range m.Evidence {
		why = append(why, "- "+e.Text)
	}
	verdict := say("merit.state." + m.State)
	if m.Reason != "" {
		verdict += ": " + m.Reason
	}
	return []string{m.subject(), say("merit.kind." + m.Kind), m.What, strings.Join(why, "\n"), m.Answer, verdict, m.when()}
}

// subject is whom it is about.
func (m Merit) subject() string {
	if m.Person != 0 {
		return m.PersonName + ", " + m.Name
	}
	return m.Name
}

func (m Merit) when() string {
	at := m.At
	if m.DecidedAt != 0 {
		at = m.DecidedAt
	}
	return text.Date(text.Day(at, clock.Zone))
}

func heads() []string {
	return []string{say("merit.col.who"), say("merit.col.kind"), say("merit.col.what"), say("merit.col.evidence"), say("merit.col.answer"), say("merit.col.verdict"), say("merit.col.day")}
}

func (l List) writeXLSX(b *bytes.Buffer) error {
	x := sheet.NewXLSX(b)
	s, err := x.Sheet(say("merit.sheet"), sheet.Layout{Widths: []float64{5, 30, 12, 34, 44, 34, 34, 12}, FreezeRows: 3, RepeatFrom: 3, RepeatTo: 3})
	if err != nil {
		return err
	}
	row := func(height float64, style sheet.Style, values ...string) {
		var cells []sheet.Cell
		for _, v := range values {
			cells = append(cells, sheet.Cell{Value: v, Style: style})
		}
		if err == nil {
			err = s.RowOf(height, cells...)
		}
	}
	row(18, sheet.Bold, say("merit.paper", "campaign", l.Title))
	row(16, sheet.Italic, say("merit.paper_of", "unit", l.Name))
	row(0, sheet.Head, append([]string{say("merit.col.no")}, heads()...)...)
	for i, m := range l.Merits {
		row(0, sheet.Text, append([]string{text.Int(int64(i + 1))}, m.cells()...)...)
	}
	if err != nil {
		return err
	}
	return x.Close()
}

func (s *Service) writeDOCX(ctx context.Context, l List, b *bytes.Buffer) error {
	var o Office
	var form paper.Form
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if o, err = OfficeOf(ctx, tx, l.Unit); err != nil {
			return err
		}
		form, err = plan.Form.On(ctx, tx, l.Unit, s.Now.Day())
		return err
	})
	if err != nil {
		return err
	}
	p := o.Paper(s.Now)
	p.Type, p.Abstract = say("merit.paper_type"), say("merit.paper", "campaign", l.Title)
	t := paper.Table{Columns: []paper.Column{{Title: say("merit.col.no"), Align: paper.Centre, Width: 10}}}
	for i, h := range heads() {
		t.Columns = append(t.Columns, paper.Column{Title: h, Width: []float64{36, 22, 36, 56, 40, 40, 25}[i]})
	}
	for i, m := range l.Merits {
		t.Rows = append(t.Rows, paper.Row{Cells: append([]string{text.Int(int64(i + 1))}, m.cells()...)})
	}
	p.Body = []paper.Block{paper.Plain(say("merit.paper_lead", "unit", l.Name, "n", text.Int(int64(len(l.Merits))), "open", text.Int(l.waiting())))}
	p.Appendices = []paper.Appendix{{Title: say("merit.sheet"), Landscape: true, Blocks: []paper.Block{t, paper.Note{Text: say("merit.paper_note")}}}}
	return paper.Write(b, form, p)
}

// waiting counts the proposals that are not decided.
func (l List) waiting() (n int64) {
	for _, m := range l.Merits {
		if m.Open() {
			n++
		}
	}
	return n
}
