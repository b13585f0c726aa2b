package review

import (
	"slices"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/measure"
	"quantriet/internal/ui"

	"github.com/a-h/templ"
)

// chip is the colour and sign of a state.
func chip(state string) (kind, sign string) {
	switch state {
	case "sent":
		return "info", "send"
	case "returned":
		return "warn", "back"
	case "accepted":
		return "ok", "check"
	}
	return "", "pencil"
}

func moment(at int64) string { return text.DateTime(at, clock.Zone) }

func span(r Review) string { return text.Date(r.From) + " – " + text.Date(r.To) }

func states(p ui.Page) (out []ui.Option) {
	out = append(out, ui.Option{Text: p.T("review.any")})
	for _, s := range []string{"draft", "sent", "returned", "accepted"} {
		out = append(out, ui.Option{Value: s, Text: p.T("review.state." + s)})
	}
	return out
}

func kinds(p ui.Page) (out []ui.Option) {
	for _, k := range []string{"preliminary", "final", "periodic"} {
		out = append(out, ui.Option{Value: k, Text: p.T("review.kind." + k)})
	}
	return out
}

func units(o Proposal) (out []ui.Option) {
	for _, u := range o.Units {
		out = append(out, ui.Option{Value: u.ID.String(), Text: u.Name})
	}
	return out
}

// lacking counts the sections without which it cannot be sent.
func lacking(v View) (n int) {
	for _, s := range asked {
		if v.Review.Texts[s] == "" {
			n++
		}
	}
	return n
}

func dutyAt(of, unit id.ID) string { return "/duties/" + of.String() + "?at=" + unit.String() }

func only(errs ui.Errors, on bool) ui.Errors {
	if on {
		return errs
	}
	return nil
}

// needed says which sections must be written before it can be sent; a draft may lack them.
func needed(p ui.Page, section string) string {
	if slices.Contains(asked, section) {
		return p.T("review.needed")
	}
	return ""
}

// partName is what people call the part that changed.
func partName(p ui.Page, c Change) string {
	switch c.Part {
	case "text":
		return p.T("review.section." + c.Name)
	case "head":
		return p.T("review." + c.Name)
	}
	return c.Name
}

// why is where a figure opens to its formula, parts and names, as the records have them now.
func why(x Round, v View, code string, s Study) templ.SafeURL {
	return templ.SafeURL(measure.Why(x.Campaign, v.Review.Unit, code, s.Document))
}

// ownEnd reports whether it was closed by being sent, since nobody is above.
func (v View) ownEnd() bool { return v.Review.State == "sent" && v.office.Above == 0 }
