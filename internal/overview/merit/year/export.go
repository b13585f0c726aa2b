package year

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/merit"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/work/plan"
)

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// say is a word of the papers, which are Vietnamese whatever the screen speaks.
func say(key string, kv ...any) string { return words.T("vi", key, kv...) }

// table is a part of a sheet: a title, heads and rows of text.
type table struct {
	title string
	heads []string
	rows  [][]string
	none  string
}

// sheetOf is a whole sheet, for both kinds of file.
type sheetOf struct {
	title, about string
	tables       []table
	notes        []string
}

func (u Unit) sheet() sheetOf {
	n, of := u.InTime()
	sure, asked := u.Sure()
	out := sheetOf{title: say("year.unit"), about: u.Name + ", " + u.Span.String(), notes: []string{
		say("year.in_time", "n", text.Int(n), "total", text.Int(of)), say("year.sure", "n", text.Int(sure), "total", text.Int(asked)), say("year.no_class")}}
	t := table{title: say("year.campaigns"), heads: []string{say("year.campaign"), say("year.document"), say("year.rate_all"), say("year.rate_obliged"), say("year.grades"), say("year.report"), say("year.sure_col")}, none: say("year.none")}
	for _, h := range u.Rows {
		for i, p := range h.Papers {
			row := []string{"", p.Number, rate(p.All, h.Rounding), rate(p.Obliged, h.Rounding), grades(p.Grades), "", ""}
			if i == 0 {
				row[0], row[5], row[6] = h.Title, h.report("vi"), portion(h.Confirmed, h.Asked)
			}
			t.rows = append(t.rows, row)
		}
	}
	caps := table{title: say("year.cap"), heads: []string{say("year.group"), say("year.excellent"), say("year.good"), say("year.most"), say("year.verdict")}}
	for i, g := range u.Caps.Groups {
		caps.rows = append(caps.rows, []string{g.label("vi", i), text.Int(g.Excellent), text.Int(g.Good), text.Int(g.Most(u.Caps.Percent)), g.verdict("vi", u.Caps.Percent)})
	}
	out.tables = []table{t, judgedTable(u.Judged)}
	if len(caps.rows) > 0 {
		out.tables = append(out.tables, caps)
		out.notes = append(out.notes, say("year.rule", "n", text.Int(u.Caps.Percent)), say("year.rule_source", "source", u.Caps.Source))
	}
	return out
}

func judgedTable(all []Judged) table {
	t := table{title: say("year.judged"), heads: []string{say("year.campaign"), say("year.kind"), say("year.what"), say("year.day")}, none: say("year.none_judged")}
	for _, j := range all {
		t.rows = append(t.rows, []string{j.Title, say("merit.kind." + j.Kind), j.What, text.Date(j.Day)})
	}
	return t
}

func (p Person) sheet() sheetOf {
	t := table{title: say("year.campaigns"), heads: []string{say("year.campaign"), say("year.studied"), say("year.absent"), say("year.essays"), say("year.duties")}, none: say("year.none")}
	for _, k := range p.Rows {
		t.rows = append(t.rows, []string{k.Title, strings.Join(k.studied("vi"), "\n"), k.absent("vi"), strings.Join(k.wrote("vi"), "\n"), k.duties("vi")})
	}
	return sheetOf{title: say("year.person_sheet"), about: p.Name + ", " + p.Home + ", " + p.Span.String(), tables: []table{t, judgedTable(p.Judged)}, notes: []string{say("year.no_class")}}
}

func (s *Service) unitFile(ctx context.Context, u Unit, kind string) (web.File, error) {
	return s.file(ctx, u.Unit, u.sheet(), kind)
}

func (s *Service) personFile(ctx context.Context, p Person, kind string) (web.File, error) {
	return s.file(ctx, p.Unit, p.sheet(), kind)
}

// file writes a sheet as a paper of the unit, or as a workbook.
func (s *Service) file(ctx context.Context, unit id.ID, x sheetOf, kind string) (f web.File, err error) {
	var b bytes.Buffer
	if kind == "xlsx" {
		f, err = web.File{Name: "minh-chung.xlsx", Type: xlsx}, x.workbook(&b)
	} else {
		f, err = web.File{Name: "minh-chung.docx", Type: docx}, s.paper(ctx, unit, x, &b)
	}
	if err != nil {
		return f, fmt.Errorf("export evidence as %s: %w", kind, err)
	}
	f.Body = b.Bytes()
	return f, nil
}

func (x sheetOf) workbook(b *bytes.Buffer) error {
	out := sheet.NewXLSX(b)
	s, err := out.Sheet(x.title, sheet.Layout{Widths: []float64{40, 34, 26, 26, 34, 34, 16}})
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
	row(18, sheet.Bold, x.title)
	row(16, sheet.Plain, x.about)
	for _, t := range x.tables {
		row(12, sheet.Plain)
		row(16, sheet.Bold, t.title)
		if len(t.rows) == 0 {
			row(16, sheet.Italic, t.none)
			continue
		}
		row(0, sheet.Head, t.heads...)
		for _, r := range t.rows {
			row(0, sheet.Text, r...)
		}
	}
	row(12, sheet.Plain)
	for _, n := range x.notes {
		row(16, sheet.Italic, n)
	}
	if err != nil {
		return err
	}
	return out.Close()
}

func (s *Service) paper(ctx context.Context, unit id.ID, x sheetOf, b *bytes.Buffer) error {
	var o merit.Office
	var form paper.Form
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if o, err = merit.OfficeOf(ctx, tx, unit); err != nil {
			return err
		}
		form, err = plan.Form.On(ctx, tx, unit, s.Now.Day())
		return err
	})
	if err != nil {
		return err
	}
	p := o.Paper(s.Now)
	p.Type, p.Abstract = say("year.paper_type"), say("year.abstract")+"\n"+x.about
	a := paper.Appendix{Title: x.about, Landscape: true}
	for _, t := range x.tables {
		a.Blocks = append(a.Blocks, paper.Heading{Level: 2, Text: t.title})
		if len(t.rows) == 0 {
			a.Blocks = append(a.Blocks, paper.Plain(t.none))
			continue
		}
		table := paper.Table{}
		for _, h := range t.heads {
			table.Columns = append(table.Columns, paper.Column{Title: h})
		}
		for _, r := range t.rows {
			table.Rows = append(table.Rows, paper.Row{Cells: r})
		}
		a.Blocks = append(a.Blocks, table)
	}
	for _, n := range x.notes {
		p.Body = append(p.Body, paper.Plain(n))
	}
	p.Appendices = []paper.Appendix{a}
	return paper.Write(b, form, p)
}

// String is the year, or the years.
func (s Span) String() string {
	if s.From == s.To {
		return strconv.Itoa(s.From)
	}
	return strconv.Itoa(s.From) + "–" + strconv.Itoa(s.To)
}

func rate(r rollup.Rate, rounding string) string {
	if r.Den == 0 {
		return "–"
	}
	return text.Int(r.Num) + "/" + text.Int(r.Den) + " = " + r.Percent(rounding)
}

func portion(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return text.Int(n) + "/" + text.Int(of)
}

func grades(g [5]int64) string {
	var out []string
	for i, n := range g {
		if n > 0 {
			out = append(out, "E"+strconv.Itoa(i+1)+": "+text.Int(n))
		}
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, "; ")
}

// report says whether the report was in time.
func (h Held) report(lang string) string {
	t := func(key string, kv ...any) string { return words.T(lang, key, kv...) }
	out := ""
	switch {
	case h.Due == 0 && h.Sent == 0:
		return t("year.owed_none")
	case h.Sent == 0 && h.Late:
		return t("year.not_sent")
	case h.Sent == 0:
		return t("year.not_yet")
	case h.Late:
		out = t("year.late", "at", text.DateTime(h.Sent, clock.Zone))
	default:
		out = t("year.timely", "at", text.DateTime(h.Sent, clock.Zone))
	}
	if h.Amendments > 0 {
		out += " " + t("year.amended", "n", text.For(lang).Int(h.Amendments))
	}
	return out
}

func (g Group) label(lang string, i int) string {
	if g.Name != "" {
		return g.Name
	}
	return words.T(lang, "year.group_n", "n", strconv.Itoa(i+1))
}

func (g Group) verdict(lang string, percent int64) string {
	if g.Holds(percent) {
		return words.T(lang, "year.holds")
	}
	return words.T(lang, "year.exceeds", "n", text.For(lang).Int(g.Excellent-g.Most(percent)))
}

// studied are the documents with form and grade, one a line.
func (k Took) studied(lang string) (out []string) {
	for _, d := range k.Done {
		out = append(out, d.Number+": "+words.T(lang, "attendance.form."+d.Form)+", E"+strconv.FormatInt(d.Grade, 10)+", "+text.Date(text.Day(d.At, clock.Zone)))
	}
	if missing := k.Documents - int64(len(k.Done)); missing > 0 {
		out = append(out, words.T(lang, "year.not_studied", "n", text.For(lang).Int(missing), "total", text.For(lang).Int(k.Documents)))
	}
	return out
}

func (k Took) absent(lang string) string {
	switch {
	case k.Exempt:
		return words.T(lang, "year.exempt")
	case k.Excused == 0 && k.Unexcused == 0:
		return "–"
	}
	return words.T(lang, "year.absences", "excused", text.For(lang).Int(k.Excused), "unexcused", text.For(lang).Int(k.Unexcused))
}

func (k Took) wrote(lang string) (out []string) {
	for _, e := range k.Essays {
		s := e.Title + ": " + words.T(lang, "essay.state."+e.State)
		if e.Known {
			s += ", " + words.T(lang, map[bool]string{true: "year.passed", false: "year.failed"}[e.Passed])
		}
		if e.Late {
			s += ", " + words.T(lang, "year.essay_late")
		}
		out = append(out, s)
	}
	return out
}

func (k Took) duties(lang string) string {
	var out []string
	if k.Spoke > 0 {
		out = append(out, words.T(lang, "year.spoke", "n", text.For(lang).Int(k.Spoke)))
	}
	if k.Picked > 0 {
		out = append(out, words.T(lang, "year.picked", "n", text.For(lang).Int(k.Picked)))
	}
	if len(out) == 0 {
		return "–"
	}
	return strings.Join(out, "; ")
}
