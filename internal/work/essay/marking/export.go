package marking

import (
	"bytes"
	"context"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/essay"
)

// listMost bounds an exported list.
const listMost = 50_000

// everything reads a whole queue, piece by piece.
func (s *Service) everything(ctx context.Context, who access.Actor, q Query) (v Queue, err error) {
	q.Page, q.Show = db.Page{Limit: 500}, "all"
	for {
		part, err := s.Queue(ctx, who, q)
		if err != nil {
			return v, err
		}
		part.Items = append(v.Items, part.Items...)
		v = part
		if v.Next == "" || len(v.Items) >= listMost {
			return v, s.told(ctx, who, v)
		}
		q.Page.After = v.Next
	}
}

// told logs that a list with names left the house.
func (s *Service) told(ctx context.Context, who access.Actor, v Queue) error {
	return s.DB.Write(ctx, func(tx db.Tx) error {
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.export", v.Task.ID, v.Task.Unit, map[string]any{"essays": len(v.Items)}, "")
	})
}

func columns(lang string) (out []string) {
	for _, k := range []string{"marking.no", "marking.code", "marking.unit", "marking.author", "marking.state", "marking.handed_at", "marking.late", "marking.syllables", "marking.points", "marking.result"} {
		out = append(out, words.T(lang, k))
	}
	return out
}

func line(lang string, w Waiting) []string {
	e := w.Essay
	late, points, result := "", "", ""
	if e.Late {
		late = words.T(lang, "marking.late")
	}
	if e.Points >= 0 {
		points, result = Points(lang, e.Points), outcome(lang, e)
	}
	return []string{w.Code, w.UnitName, w.Author, words.T(lang, "essay.state."+e.State), text.DateTime(e.Handed, clock.Zone), late, text.Int(w.Syllables), points, result}
}

func outcome(lang string, e essay.Essay) string {
	if e.Passed {
		return words.T(lang, "marking.passed")
	}
	return words.T(lang, "marking.failed")
}

// XLSX is the list of results as a workbook.
func (s *Service) XLSX(ctx context.Context, who access.Actor, lang string, q Query) ([]byte, error) {
	v, err := s.everything(ctx, who, q)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	x := sheet.NewXLSX(&b)
	out, err := x.Sheet(words.T(lang, "marking.results"), sheet.Layout{Widths: []float64{6, 11, 28, 28, 14, 17, 10, 10, 9, 12}, FreezeRows: 3, RepeatFrom: 3, RepeatTo: 3})
	if err != nil {
		return nil, wrap("xlsx", err)
	}
	rows := [][]sheet.Cell{{{Value: v.Task.Title, Style: sheet.Title}}, {{Value: v.Task.UnitName + ", " + v.Task.CampaignName, Style: sheet.Subtitle}}, nil}
	for _, c := range columns(lang) {
		rows[2] = append(rows[2], sheet.Cell{Value: c, Style: sheet.Head})
	}
	for i, w := range v.Items {
		row := []sheet.Cell{{Value: i + 1, Style: sheet.Int}}
		for _, c := range line(lang, w) {
			row = append(row, sheet.Cell{Value: c, Style: sheet.Text})
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return nil, wrap("xlsx", err)
		}
	}
	if err := x.Close(); err != nil {
		return nil, wrap("xlsx", err)
	}
	return b.Bytes(), nil
}

// CSV is the list of results as text.
func (s *Service) CSV(ctx context.Context, who access.Actor, lang string, q Query) ([]byte, error) {
	v, err := s.everything(ctx, who, q)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	c := sheet.NewCSV(&b)
	c.Row(columns(lang)...)
	for i, w := range v.Items {
		c.Row(append([]string{text.Int(int64(i + 1))}, line(lang, w)...)...)
	}
	err = c.Close()
	return b.Bytes(), wrap("csv", err)
}

// Word is an essay with its result as a Word file, in Vietnamese as offices file it.
func (s *Service) Word(ctx context.Context, who access.Actor, p Paper) ([]byte, error) {
	say := func(key string, kv ...any) string { return words.T("vi", key, kv...) }
	o := paper.Official{Superior: strings.ToUpper(p.Task.UnitName), Issuer: strings.ToUpper(p.UnitName), Type: strings.ToUpper(say("essay.kind." + p.Task.Kind)), Abstract: p.Task.Title, Date: clock.Day(clock.From(p.Version.Handed))}
	names := say("marking.hidden_author", "code", p.Code)
	if len(p.Writers) > 0 {
		var list []string
		for _, w := range p.Writers {
			list = append(list, w.Name)
		}
		names = strings.Join(list, ", ")
	}
	o.Body = append(o.Body, paper.Plain(say("marking.word_author", "who", names)), paper.Plain(say("marking.word_handed", "at", text.DateTime(p.Version.Handed, clock.Zone), "no", p.Version.Number(), "n", text.Int(p.Version.Syllables))))
	for _, part := range p.Version.Parts {
		o.Body = append(o.Body, paper.Heading{Level: 2, Text: say("marking.word_question", "n", text.Int(part.Ord), "text", question(p.Task, part.Ord))})
		for _, l := range essay.Lines(essay.Cut(p.Version.Body, part.Start, part.End)) {
			o.Body = append(o.Body, paper.Plain(l))
		}
	}
	if p.Essay.State == "marked" {
		o.Body = append(o.Body, paper.Heading{Level: 1, Text: say("marking.result")}, paper.Plain(say("marking.word_result", "points", Points("vi", p.Essay.Points), "sum", text.Int(p.Task.Sum()), "result", outcome("vi", p.Essay))))
		for _, m := range p.Marks {
			t := paper.Table{Columns: []paper.Column{{Title: say("marking.criterion")}, {Title: say("marking.points"), Align: paper.Centre}}}
			for _, x := range m.Scores {
				t.Rows = append(t.Rows, paper.Row{Cells: []string{criterion(p.Task, x.Ord), Points("vi", x.Points)}})
			}
			o.Body = append(o.Body, t)
			if m.Remark != "" {
				o.Body = append(o.Body, paper.Plain(say("marking.word_remark", "text", m.Remark)))
			}
		}
	}
	var b bytes.Buffer
	err := paper.Write(&b, paper.PartyForm(), o)
	return b.Bytes(), wrap("word", err)
}

// ProposalsWord are picked contributions as a Word file.
func (s *Service) ProposalsWord(ctx context.Context, who access.Actor, q Ask) ([]byte, error) {
	v, err := s.allProposals(ctx, who, q)
	if err != nil {
		return nil, err
	}
	o := paper.Official{Issuer: strings.ToUpper(v.Task.UnitName), Type: "TỔNG HỢP", Abstract: words.T("vi", "marking.word_proposals", "title", v.Task.Title), Date: s.Now.Day()}
	unit := ""
	for _, c := range v.Items {
		if c.UnitName != unit {
			unit = c.UnitName
			o.Body = append(o.Body, paper.Heading{Level: 2, Text: unit})
		}
		for i, l := range essay.Lines(c.Text) {
			if i == 0 {
				l = "- " + l
			}
			o.Body = append(o.Body, paper.Plain(l))
		}
		if c.Note != "" {
			o.Body = append(o.Body, paper.Note{Text: c.Note})
		}
	}
	var b bytes.Buffer
	err = paper.Write(&b, paper.PartyForm(), o)
	return b.Bytes(), wrap("proposals", err)
}

// ProposalsXLSX are contributions as a workbook.
func (s *Service) ProposalsXLSX(ctx context.Context, who access.Actor, lang string, q Ask) ([]byte, error) {
	v, err := s.allProposals(ctx, who, q)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	x := sheet.NewXLSX(&b)
	out, err := x.Sheet(words.T(lang, "marking.proposals_sheet"), sheet.Layout{Widths: []float64{6, 28, 40, 90, 8, 30}, FreezeRows: 1, RepeatFrom: 1, RepeatTo: 1})
	if err != nil {
		return nil, wrap("proposals", err)
	}
	var head []sheet.Cell
	for _, k := range []string{"marking.no", "marking.unit", "marking.question", "marking.proposal", "marking.picked", "marking.note"} {
		head = append(head, sheet.Cell{Value: words.T(lang, k), Style: sheet.Head})
	}
	rows := [][]sheet.Cell{head}
	for i, c := range v.Items {
		picked := ""
		if c.Picked {
			picked = "x"
		}
		row := []sheet.Cell{{Value: i + 1, Style: sheet.Int}}
		for _, cell := range []string{c.UnitName, c.Question, c.Text, picked, c.Note} {
			row = append(row, sheet.Cell{Value: cell, Style: sheet.Text})
		}
		rows = append(rows, row)
	}
	for _, row := range rows {
		if err := out.Row(row...); err != nil {
			return nil, wrap("proposals", err)
		}
	}
	err = x.Close()
	return b.Bytes(), wrap("proposals", err)
}

// allProposals reads a whole list of contributions.
func (s *Service) allProposals(ctx context.Context, who access.Actor, q Ask) (v Proposals, err error) {
	q.Page = db.Page{Limit: 500}
	for {
		part, err := s.Proposals(ctx, who, q)
		if err != nil {
			return v, err
		}
		part.Items = append(v.Items, part.Items...)
		v = part
		if v.Next == "" || len(v.Items) >= listMost {
			return v, nil
		}
		q.Page.After = v.Next
	}
}

func question(t essay.Task, ord int64) string {
	for _, q := range t.Questions {
		if q.Ord == ord {
			return q.Text
		}
	}
	return ""
}

func criterion(t essay.Task, ord int64) string {
	for _, c := range t.Criteria {
		if c.Ord == ord {
			return c.Title
		}
	}
	return ""
}
