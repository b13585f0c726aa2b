package report

import (
	"net/url"
	"strconv"

	"quantriet/internal/kit/text"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
)

// quotient is num/den with six digits cut off: "0,942538…".
func quotient(p ui.Page, r rollup.Rate) string {
	if r.Den <= 0 {
		return text.None
	}
	whole, rest, digits := r.Num/r.Den, r.Num%r.Den, ""
	for range 6 {
		rest *= 10
		digits += strconv.FormatInt(rest/r.Den, 10)
		rest %= r.Den
	}
	point := ","
	if p.Lang == "en" {
		point = "."
	}
	s := strconv.FormatInt(whole, 10) + point + digits
	if rest != 0 {
		s += "…"
	}
	return s
}

// explained is the panel of a figure.
func (r Reason) explained(p ui.Page) ui.Why {
	v := r.View
	w := ui.Why{Label: v.name(p.Lang, r.Figure), Grades: r.Grades, Close: v.to()}
	if r.Document != 0 {
		w.Close += "?document=" + r.Document.String()
	}
	if ratio, is := Ratios[r.Figure]; is {
		count := func(code string) string {
			return p.T("report.of_figure", "n", p.Int(v.Figures.Value(code, r.Document)), "figure", lowered(p.T("report.figure."+code)))
		}
		w.Value, w.Above, w.Below = v.percent(p, r.Rate), count(ratio.Num), count(ratio.Den)
		if ratio.Less != "" {
			w.Above += " − " + count(ratio.Less)
		}
		if r.Figure == "rate_obliged" {
			w.Below = count("members") + " − " + count("exempt")
		}
		w.Quotient = "= " + p.Int(r.Rate.Num) + " ÷ " + p.Int(r.Rate.Den) + " = " + quotient(p, r.Rate)
		w.Rounding = rounding(p, r)
	} else {
		w.Value = number(p.Lang, r.Stated)
		for _, part := range r.Parts {
			value := p.Int(part.Value)
			if part.Less {
				value = "−" + value
			}
			w.Parts = append(w.Parts, ui.Part{Text: p.T("report.figure." + part.Code), Value: value, Href: v.why(part.Code, r.Document)})
		}
		if len(w.Parts) > 0 {
			w.Parts = append(w.Parts, ui.Part{Text: w.Label, Value: w.Value, Total: true})
		}
	}
	return w
}

// rounding names the rule, and what the other would print.
func rounding(p ui.Page, r Reason) string {
	f := text.For(p.Lang)
	up, cut := f.Percent(r.Rate.Num, r.Rate.Den, text.HalfUp), f.Percent(r.Rate.Num, r.Rate.Den, text.Truncate)
	if r.Rounding == "truncate" {
		return p.T("report.rounding.truncate", "other", up)
	}
	return p.T("report.rounding.half_up", "other", cut)
}

// places are the pieces as lines that lead to their own reasons.
func (r Reason) places(p ui.Page) (out []ui.Part) {
	for _, piece := range r.Pieces {
		if piece.Own && piece.Value == 0 && piece.Rate.Den == 0 {
			continue
		}
		line := ui.Part{Text: piece.Name, Value: p.Int(piece.Value), Href: measure.Why(r.View.Campaign.ID, piece.Unit, r.Figure, r.Document)}
		if r.IsRate() {
			line.Value = r.View.percent(p, piece.Rate) + " (" + fraction(p, piece.Rate) + ")"
		}
		if r.parted() {
			line.Href = "/campaigns/" + r.View.Campaign.ID.String() + "/plans/" + piece.Unit.String()
			if r.Figure == "plans_issued" {
				line.Value = p.T("report.plan_sent." + strconv.FormatInt(piece.Value, 10))
			}
		}
		if piece.Own {
			line.Text, line.Href = p.T("report.own_row", "unit", piece.Name), ""
		}
		out = append(out, line)
	}
	return out
}

func (r Reason) next(after, find string) string {
	q := url.Values{"figure": {r.Figure}, "after": {after}}
	if r.Document != 0 {
		q.Set("document", r.Document.String())
	}
	if find != "" {
		q.Set("q", find)
	}
	return r.View.to() + "/why?" + q.Encode()
}
