package dashboard

import (
	"bytes"
	"net/http"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

func optional(s string) (id.ID, error) {
	if s == "" {
		return 0, nil
	}
	return id.Parse(s)
}

var mimes = map[string]string{
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"csv":  "text/csv; charset=utf-8",
}

// pageExport answers with the whole table of a unit's page.
func (s *Service) pageExport(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		ask, err := readAsk(r)
		if err != nil {
			return err
		}
		o, err := s.Overview(r.Context(), who, ask)
		if err != nil {
			return err
		}
		p := web.At(r, o.Campaign.Title, "campaign")
		write := o.xlsx
		if kind == "csv" {
			write = o.csv
		}
		b, err := write(p)
		if err != nil {
			return err
		}
		return web.Download(w, p.T("dashboard.file")+" "+o.Self.Short+"."+kind, mimes[kind], b)
	}
}

var columns = []string{"no", "unit", "members", "exempt", "exempt_came", "obliged", "studied", "e1", "e2", "e3", "e4", "e5",
	"rate_all", "rate_obliged", "done", "of", "plan", "report", "sent"}

// cells are one line of the exported table; style numbers of a sum differ.
func (o Overview) cells(p ui.Page, no string, r Row) []any {
	c, rule := r.Count, rollup.Rounding(o.Campaign.Rounding)
	out := []any{no, r.Name, c.Members, c.Exempt, c.ExemptCame, c.Obliged(), c.Studied}
	for _, g := range c.Grades {
		out = append(out, g)
	}
	all, obliged := c.RateAll(), c.RateObliged()
	plan := ""
	if r.Plan.State == "sent" {
		plan = text.Date(r.Plan.IssuedOn)
	}
	sent := ""
	if r.Report.First != 0 {
		sent = text.Date(momentCivil(r.Report.First))
	}
	return append(out, sheet.Fraction{Num: all.Num, Den: all.Den, Rounding: rule}, sheet.Fraction{Num: obliged.Num, Den: obliged.Den, Rounding: rule},
		r.Parts.Done, r.Parts.All(), plan, p.T("dashboard.report."+stateOr(r.Report.State)), sent)
}

// lines are the table: the units below in tree order, then the sum.
func (o Overview) lines(p ui.Page) (out [][]any) {
	for i, r := range o.tree {
		out = append(out, o.cells(p, strconv.Itoa(i+1), r))
	}
	return append(out, o.cells(p, "", o.Self))
}

func (o Overview) heads(p ui.Page) (out []string) {
	for _, c := range columns {
		out = append(out, p.T("dashboard.sheet."+c))
	}
	return out
}

func (o Overview) subtitle(p ui.Page) string {
	s := o.Self.Name
	for _, d := range o.Documents {
		if d.ID == o.Document {
			s += " · " + d.Label()
		}
	}
	s += " · " + p.T("dashboard.as_of") + " " + asOf(p, o.AsOf)
	if o.Campaign.Sample {
		s += " · " + p.T("ui.sample")
	}
	return s
}

func (o Overview) csv(p ui.Page) ([]byte, error) {
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	if err := c.Row(o.heads(p)...); err != nil {
		return nil, err
	}
	for _, line := range o.lines(p) {
		row := make([]string, len(line))
		for i, v := range line {
			switch v := v.(type) {
			case string:
				row[i] = v
			case int64:
				row[i] = strconv.FormatInt(v, 10)
			case sheet.Fraction:
				row[i] = text.For(p.Lang).Percent(v.Num, v.Den, v.Rounding)
			}
		}
		if err := c.Row(row...); err != nil {
			return nil, err
		}
	}
	err := c.Close()
	return b.Bytes(), err
}

func (o Overview) xlsx(p ui.Page) ([]byte, error) {
	var b bytes.Buffer
	x := sheet.NewXLSX(&b)
	widths := []float64{5, 34}
	for range columns[2:] {
		widths = append(widths, 10)
	}
	s, err := x.Sheet(p.T("dashboard.units"), sheet.Layout{Widths: widths, FreezeRows: 3, FreezeCols: 2, RepeatFrom: 3, RepeatTo: 3})
	if err != nil {
		return nil, err
	}
	for _, head := range []sheet.Cell{{Value: o.Campaign.Title, Style: sheet.Title}, {Value: o.subtitle(p), Style: sheet.Subtitle}} {
		if err := s.Row(head); err != nil {
			return nil, err
		}
		if err := s.Merge(1, len(columns), 1); err != nil {
			return nil, err
		}
	}
	var heads []sheet.Cell
	for _, h := range o.heads(p) {
		heads = append(heads, sheet.Cell{Value: h, Style: sheet.Head})
	}
	if err := s.Row(heads...); err != nil {
		return nil, err
	}
	lines := o.lines(p)
	for i, line := range lines {
		if err := s.Row(styled(line, i == len(lines)-1)...); err != nil {
			return nil, err
		}
	}
	note := p.T("dashboard.formula", "came", p.Int(o.Self.Count.ExemptCame), "rule", p.T("dashboard.rounding."+o.Campaign.Rounding))
	if err := s.Row(sheet.Cell{Value: note, Style: sheet.Italic}); err != nil {
		return nil, err
	}
	err = x.Close()
	return b.Bytes(), err
}

func styled(line []any, sum bool) (out []sheet.Cell) {
	for _, v := range line {
		style := sheet.Text
		switch v.(type) {
		case int64:
			style = sheet.Int
		case sheet.Fraction:
			style = sheet.Rate
		}
		if sum {
			style = map[sheet.Style]sheet.Style{sheet.Text: sheet.TotalText, sheet.Int: sheet.TotalInt, sheet.Rate: sheet.TotalRate}[style]
		}
		out = append(out, sheet.Cell{Value: v, Style: style})
	}
	return out
}
