package plan

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/paper"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Form is the format in which plans are printed; an office may choose another, or change
// margins and marks, from a day on.
var Form = setting.Key[paper.Form]{Name: "paper.form", Default: paper.PartyForm(), Source: "Hướng dẫn 36-HD/VPTW ngày 03/4/2018"}

// Print is a plan as a Word file in the unit's format; a draft carries the mark of one.
func (s *Service) Print(ctx context.Context, who access.Actor, campaign, unit id.ID) (name string, docx []byte, err error) {
	v, err := s.Show(ctx, who, campaign, unit)
	if err != nil {
		return "", nil, err
	}
	form := Form.Default
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		form, err = Form.On(ctx, tx, unit, s.Now.Day())
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("print plan of %s: %w", unit, err)
	}
	var b bytes.Buffer
	if err := paper.Write(&b, form, v.official()); err != nil {
		return "", nil, fmt.Errorf("print plan of %s: %w", unit, err)
	}
	name = "Kế hoạch " + strings.ReplaceAll(v.Plan.Number, "/", "-") + " " + v.Unit.Short
	return strings.Join(strings.Fields(name), " ") + ".docx", b.Bytes(), nil
}

// official lays a plan out as a paper.
func (v View) official() paper.Official {
	p, words := v.Plan, skeleton.Paper
	number, symbol, _ := strings.Cut(p.Number, "-")
	if p.Number == "" && v.Office.Symbol != "" {
		symbol = "KH/" + v.Office.Symbol
	}
	o := paper.Official{
		Superior: strings.ToUpper(v.Office.Above), Issuer: v.Office.Committee, By: v.Office.Name, Number: number, Symbol: symbol,
		Place: v.Office.Place, Date: p.IssuedOn, Type: words["type"], Abstract: p.Abstract,
		Recipients: filled(p.Recipients), Authority: p.Authority, Position: p.Position, Signer: p.Signer,
	}
	if o.Issuer == "" {
		o.Issuer = strings.ToUpper(v.Office.Name)
	}
	if p.State != "sent" {
		o.Mark = words["draft"]
	}
	if v.Campaign.Sample {
		o.Foot = []string{words["sample"]}
	}
	for i, code := range Codes {
		if i > 0 {
			o.Body = append(o.Body, paper.Heading{Level: 1, Text: roman[i-1] + ". " + words[code]})
		}
		o.Body = append(o.Body, blocks(p.Sections[code])...)
	}
	if len(p.Assignments) > 0 {
		o.Body = append(o.Body, p.assignments())
	}
	o.Body = append(o.Body, paper.Plain(strings.ReplaceAll(words["closing"], "{abstract}", p.Abstract)))
	if len(p.Lines) > 0 {
		o.Appendices = []paper.Appendix{{Title: words["schedule"], Landscape: true, Blocks: []paper.Block{v.schedule()}}}
	}
	return o
}

var roman = []string{"I", "II", "III", "IV", "V", "VI"}

// filled are the lines of a text that say something.
func filled(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// blocks reads what was typed: "1. …" alone on a short line is a heading, the rest are
// paragraphs, with the dashes that were typed.
func blocks(body string) (out []paper.Block) {
	for _, line := range filled(body) {
		if first, _, ok := strings.Cut(line, ". "); ok && len(line) < 200 && digits(first) && !strings.HasSuffix(line, ".") && !strings.HasSuffix(line, ";") {
			out = append(out, paper.Heading{Level: 2, Text: line})
		} else if item, ok := strings.CutPrefix(line, "- "); ok {
			out = append(out, paper.List{Items: []string{item}})
		} else {
			out = append(out, paper.Plain(line))
		}
	}
	return out
}

func digits(s string) bool { _, err := strconv.Atoi(s); return err == nil }

func (p Plan) assignments() paper.Table {
	w := skeleton.Paper
	t := paper.Table{Columns: []paper.Column{{Title: w["no"], Align: paper.Centre}, {Title: w["name"]}, {Title: w["position"]}, {Title: w["assignment"]}, {Title: w["due_on"], Align: paper.Centre}}}
	for i, d := range p.Assignments {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{strconv.Itoa(i + 1), d.Name, d.Position, d.Work, text.Date(d.DueOn)}})
	}
	return t
}

// schedule is the appendix: a row for every class.
func (v View) schedule() paper.Table {
	w := skeleton.Paper
	t := paper.Table{Columns: []paper.Column{{Title: w["no"], Align: paper.Centre}, {Title: w["audience"]}, {Title: w["level"]}, {Title: w["mode"]},
		{Title: w["time"]}, {Title: w["place"]}, {Title: w["speaker"]}}}
	for i, l := range v.Plan.Lines {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{strconv.Itoa(i + 1), v.Ground.audience(l.Audience), v.Ground.level(l.Level),
			words.T("vi", "plan.mode."+l.Mode), when(l), l.Place, l.Speaker}})
	}
	return t
}

// when is "Ngày 15/07/2018" or "Xong trong ngày 19/07/2018", or both.
func when(l Line) string {
	var out []string
	for _, d := range [][2]string{{"held", l.HeldOn}, {"due", l.DueOn}} {
		if d[1] != "" {
			out = append(out, strings.ReplaceAll(skeleton.Paper[d[0]], "{day}", text.Date(d[1])))
		}
	}
	return strings.Join(out, "\n")
}

// audience is the name of one of the campaign's.
func (g Ground) audience(of id.ID) string {
	for _, a := range g.Audiences {
		if a.ID == of {
			return a.Name
		}
	}
	return ""
}

func (g Ground) level(code string) string {
	for _, l := range g.Levels {
		if l.Code == code {
			return l.Name
		}
	}
	return code
}
