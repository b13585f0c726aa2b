package attendance

import (
	"bytes"
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// most bounds an exported list; a hall holds fewer.
const most = 20_000

// everyone reads a whole list, page by page.
func (s *Service) everyone(ctx context.Context, who access.Actor, q Query) (v Sheet, err error) {
	q.Page = db.Page{Limit: 500}
	for {
		part, err := s.list(ctx, who, q)
		if err != nil {
			return Sheet{}, err
		}
		part.Rows.Items = append(v.Rows.Items, part.Rows.Items...)
		v = part
		if v.Rows.Next == "" || len(v.Rows.Items) >= most {
			return v, s.told(ctx, who, v.Meeting, "attendance.export", v.Rows.Items)
		}
		q.Page.After = v.Rows.Next
	}
}

func columns(lang string) (out []string) {
	for _, k := range []string{"attendance.no", "attendance.name", "attendance.post", "attendance.unit", "attendance.state", "attendance.form", "attendance.grade", "attendance.when", "attendance.by", "attendance.reason"} {
		out = append(out, words.T(lang, k))
	}
	return out
}

func line(lang string, s Seat) []string {
	state, form, grade, at := word(lang, s), "", "", ""
	if s.Present() {
		form, grade, at = words.T(lang, "attendance.form."+s.Form), "E"+string(rune('0'+s.Grade)), text.DateTime(s.At, clock.Zone)
	}
	reason := ""
	if s.Absent && s.Reason != "" {
		reason = words.T(lang, "attendance.reason."+s.Reason)
	}
	return []string{s.Name, s.Position, s.UnitName, state, form, grade, at, s.ByName, reason}
}

// word says how a seat stands.
func word(lang string, s Seat) string {
	switch {
	case s.Away():
		return words.T(lang, "attendance.as.higher")
	case s.Present() && s.Exempt:
		return words.T(lang, "attendance.state.exempt_came")
	case s.Present():
		return words.T(lang, "attendance.state.present")
	case s.Exempt:
		return words.T(lang, "attendance.state.exempt")
	case s.Elsewhere:
		return words.T(lang, "attendance.state.elsewhere")
	case s.Absent && s.Reason != "":
		return words.T(lang, "attendance.state.excused")
	case s.Absent:
		return words.T(lang, "attendance.state.unexcused")
	}
	return words.T(lang, "attendance.state.unknown")
}

func (s *Service) pageXLSX(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.export(w, r, who, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", writeXLSX)
}

func (s *Service) pageCSV(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.export(w, r, who, "csv", "text/csv; charset=utf-8", writeCSV)
}

func (s *Service) export(w http.ResponseWriter, r *http.Request, who access.Actor, ending, mime string, write func(*bytes.Buffer, string, Sheet) error) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v, err := s.everyone(r.Context(), who, q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, web.Lang(r), v); err != nil {
		return err
	}
	return web.Download(w, web.T(r, "attendance.list")+"."+ending, mime, b.Bytes())
}

func writeXLSX(b *bytes.Buffer, lang string, v Sheet) error {
	x := sheet.NewXLSX(b)
	out, err := x.Sheet(words.T(lang, "attendance.list"), sheet.Layout{Widths: []float64{5, 28, 22, 22, 18, 16, 7, 17, 22, 16}, FreezeRows: 3, RepeatFrom: 3, RepeatTo: 3})
	if err != nil {
		return err
	}
	out.Row(sheet.Cell{Value: v.Meeting.Title, Style: sheet.Title})
	out.Row(sheet.Cell{Value: v.Meeting.UnitName + ", " + text.DateTime(v.Meeting.Starts, clock.Zone), Style: sheet.Subtitle})
	var head []sheet.Cell
	for _, c := range columns(lang) {
		head = append(head, sheet.Cell{Value: c, Style: sheet.Head})
	}
	out.Row(head...)
	for i, s := range v.Rows.Items {
		row := []sheet.Cell{{Value: i + 1, Style: sheet.Int}}
		for _, c := range line(lang, s) {
			row = append(row, sheet.Cell{Value: c, Style: sheet.Text})
		}
		out.Row(row...)
	}
	return x.Close()
}

func writeCSV(b *bytes.Buffer, lang string, v Sheet) error {
	c := sheet.NewCSV(b)
	c.Row(columns(lang)...)
	for i, s := range v.Rows.Items {
		c.Row(append([]string{text.Int(int64(i + 1))}, line(lang, s)...)...)
	}
	return c.Close()
}
