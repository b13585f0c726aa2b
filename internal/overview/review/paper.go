package review

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
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/work/plan"

	"rsc.io/qr"
)

// Paper is the review as a Word file in the unit's format; what is not sent carries the mark
// of a draft. Fault: Missing.
func (s *Service) Paper(ctx context.Context, who access.Actor, of id.ID) (web.File, error) {
	var v View
	form := plan.Form.Default
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if v, err = s.whole(ctx, tx, who, of); err != nil {
			return err
		}
		form, err = plan.Form.On(ctx, tx, v.Review.Unit, s.Now.Day())
		return err
	})
	if err != nil {
		return web.File{}, fmt.Errorf("paper of review %s: %w", of, err)
	}
	var b bytes.Buffer
	if err := paper.Write(&b, form, v.official(s.Version)); err != nil {
		return web.File{}, fmt.Errorf("paper of review %s: %w", of, err)
	}
	return web.File{Name: "bao-cao.docx", Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", Body: b.Bytes()}, nil
}

// say is a sentence of the printed review: an official paper, hence in Vietnamese whatever the
// screen speaks.
func say(key string, kv ...any) string { return words.T("vi", key, kv...) }

// official lays a review out.
func (v View) official(version string) paper.Official {
	r, u := v.Review, v.office
	o := paper.Official{Superior: strings.ToUpper(u.AboveName), Issuer: u.Committee, By: u.Name, Number: r.Number, Place: u.Place, Date: r.IssuedOn,
		Type: say("review.paper.type"), Abstract: lowered(r.Title), Body: v.body(), Recipients: filled(r.Recipients),
		Authority: r.Authority, Position: r.Position, Signer: r.Signer, Foot: v.foot(version)}
	if o.Issuer == "" {
		o.Issuer = strings.ToUpper(u.Name)
	}
	if u.Symbol != "" {
		o.Symbol = "BC/" + u.Symbol
	}
	if number, symbol, whole := strings.Cut(r.Number, "-"); whole {
		o.Number, o.Symbol = number, symbol
	}
	if o.Date == "" {
		o.Date = clock.From(v.At).Format("2006-01")
	}
	switch above := u.Above != 0; {
	case r.Open():
		o.Mark = say("review.paper.draft")
	case !r.Closed(above):
		o.Mark = say("review.paper.unaccepted")
	}
	return o
}

// lowered is a title after the word "Báo cáo", which the paper says itself.
func lowered(title string) string {
	for _, head := range []string{"Báo cáo ", "báo cáo "} {
		if rest, ok := strings.CutPrefix(title, head); ok {
			return rest
		}
	}
	return title
}

func (v View) foot(version string) []string {
	out := []string{say("review.paper.foot", "at", text.DateTime(v.At, clock.Zone), "version", version)}
	if v.Seal.Shown() {
		h := v.Seal.Head
		out = append(out, say("review.paper.sealed", "n", text.Int(v.Seal.Line.N+1), "size", text.Int(h.Size), "root", h.Root, "at", text.DateTime(h.At, clock.Zone)))
	}
	for _, x := range v.Rounds {
		if x.Sample {
			return append(out, say("review.paper.sample"))
		}
	}
	return out
}

func (v View) body() (out []paper.Block) {
	r := v.Review
	out = append(out, paper.Plain(say("review.paper.opening", "unit", r.UnitName, "from", text.Date(r.From), "to", text.Date(r.To))),
		paper.Heading{Level: 1, Text: say("review.paper.results")})
	if len(v.Rounds) == 0 {
		out = append(out, paper.Plain(say("review.no_round")))
	} else {
		out = append(out, v.table(), paper.Note{Text: say("review.note")})
	}
	for _, line := range v.declared() {
		out = append(out, paper.List{Items: []string{line}})
	}
	for _, section := range Sections {
		out = append(out, paper.Heading{Level: 1, Text: say("review.paper." + section)})
		body := filled(r.Texts[section])
		if len(body) == 0 {
			body = []string{say("review.paper.none")}
		}
		for _, line := range body {
			if item, ok := strings.CutPrefix(line, "- "); ok {
				out = append(out, paper.List{Items: []string{item}})
			} else {
				out = append(out, paper.Plain(line))
			}
		}
	}
	return append(append(append(out, report.Cited(v.Sources)...), v.reopened()...), v.scanned()...)
}

// reopened says how often it was opened after it was accepted.
func (v View) reopened() []paper.Block {
	if len(v.Amendments) == 0 {
		return nil
	}
	return []paper.Block{paper.Note{Text: say("review.paper.amended", "n", text.Int(v.Review.Amendments), "why", v.Amendments[0].Why)}}
}

// scanned is the head of the log that holds the review, for a camera.
func (v View) scanned() []paper.Block {
	if !v.Seal.Shown() {
		return nil
	}
	c, err := qr.Encode(v.Seal.Head.QR(), qr.M)
	if err != nil {
		return nil
	}
	return []paper.Block{paper.Picture{PNG: c.PNG(), Width: 22, Alt: say("review.paper.sealed_alt")},
		paper.Note{Text: say("review.paper.sealed_note", "n", text.Int(v.Seal.Line.N+1), "size", text.Int(v.Seal.Head.Size))}}
}

// table puts the campaigns of the period side by side: persons with both rates, lượt apart.
func (v View) table() paper.Table {
	t := paper.Table{Columns: []paper.Column{{Title: say("review.document")}, {Title: say("review.members"), Align: paper.Right}, {Title: say("review.studied"), Align: paper.Right},
		{Title: say("review.rate_all"), Align: paper.Right}, {Title: say("review.obliged"), Align: paper.Right}, {Title: say("review.obliged_studied"), Align: paper.Right},
		{Title: say("review.rate_obliged"), Align: paper.Right}, {Title: say("review.meetings"), Align: paper.Right}, {Title: say("review.heads"), Align: paper.Right}}}
	for _, x := range v.Rounds {
		t.Rows = append(t.Rows, paper.Row{Cells: []string{x.Title}, Wide: true, Bold: true})
		for _, s := range x.Studies {
			all, obliged := s.Count.RateAll(), s.Count.RateObliged()
			t.Rows = append(t.Rows, paper.Row{Cells: []string{s.Name, text.Int(all.Den), text.Int(all.Num), all.Percent(x.Rounding), text.Int(obliged.Den),
				text.Int(obliged.Num), obliged.Percent(x.Rounding), text.Int(s.Meetings), heads(s.Heads)}})
		}
	}
	return t
}

// heads are lượt with their marker: "hơn 1.861".
func heads(h rollup.Heads) string { return strings.TrimSpace(h.Marker + " " + text.Int(h.Amount)) }

// declared are the figures without records, a sentence each.
func (v View) declared() (out []string) {
	for _, x := range v.Rounds {
		for _, d := range x.Declared {
			line := say("review.declared_item", "campaign", x.Title, "figure", d.name(), "n", d.said())
			if d.Reason != "" {
				line += " " + say("review.ground", "reason", d.Reason)
			}
			out = append(out, line)
		}
	}
	return out
}

// name is what people call a figure; an ordered column has its own.
func (d Declared) name() string {
	if d.Name != "" {
		return d.Name
	}
	return say("report.figure." + d.Code)
}

func (d Declared) said() string { return strings.TrimSpace(d.Marker + " " + text.Int(d.Value)) }

// filled are the lines of a text that say something.
func filled(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
