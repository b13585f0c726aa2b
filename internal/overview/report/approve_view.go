package report

import (
	"net/url"
	"slices"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// book is where the records of a figure are mended.
func (v View) book(code string) string {
	switch Book(code) {
	case "people":
		return "/people?unit=" + v.Unit.Unit.String()
	case "plans":
		return "/campaigns/" + v.Campaign.ID.String() + "/plans"
	case "essays":
		return "/campaigns/" + v.Campaign.ID.String() + "/essays"
	}
	return "/meetings?campaign=" + v.Campaign.ID.String()
}

// below adds up what the units below declared of a figure.
func (v View) below(code string, document id.ID) Figure {
	if c, own := v.column(code); own && !c.Summed {
		return Figure{}
	}
	var said []Figure
	for _, c := range v.Below {
		f, _ := v.stated[c.Unit].Of(code, document)
		said = append(said, f)
	}
	return Sum(said)
}

func declareTo(f Figure) string {
	if f.Computed != nil {
		return "/declared"
	}
	return "/figure"
}

// said counts what is declared, beside records or without any.
func (v View) said() (n int) {
	for _, f := range v.Figures {
		if f.Said().Set {
			n++
		}
	}
	return n
}

// note is the page with the form of a remark open.
func (v View) note(a asked, on string) string {
	return v.to() + "?" + url.Values{"document": {a.document.String()}, "note": {on}}.Encode() + "#note"
}

// noting is the remark that the form is about; false when there is no such figure or section.
func (v View) noting(a asked) (r Remark, known bool) {
	r = Remark{Figure: a.note, Document: under(a.note, a.document)}
	if slices.Contains(Sections, a.note) {
		r = Remark{Section: a.note}
	}
	i := slices.IndexFunc(v.Remarks, func(x Remark) bool { return !x.Sent && x.about(r) })
	if i >= 0 {
		r = v.Remarks[i]
	}
	return r, r.subject() == nil
}

func (v View) remarkedOn(figure string, document id.ID, section string) bool {
	return slices.ContainsFunc(v.Remarks, func(r Remark) bool {
		return r.about(Remark{Figure: figure, Document: document, Section: section})
	})
}

// noted counts remarks that the unit does not see yet.
func (v View) noted() (n int64) {
	for _, r := range v.Remarks {
		if !r.Sent {
			n++
		}
	}
	return n
}

// remarkOn names what a remark is about.
func remarkOn(p ui.Page, v View, r Remark) string {
	if r.Section != "" {
		return p.T("report.section." + r.Section)
	}
	return strings.TrimSpace(v.name(p.Lang, r.Figure) + " " + v.paper(r.Document))
}

func replyWord(p ui.Page, q Asked) string {
	if q.Answer != "" {
		return p.T("report.answer_edit")
	}
	return p.T("report.answer_open")
}

func replyID(q Asked) string { return "reply-" + q.Code + "-" + q.Figure + "-" + q.Document.String() }

func replyErrors(a asked, q Asked) ui.Errors {
	if a.form == "reply" && a.typed.Get("code") == q.Code && a.typed.Get("figure") == q.Figure {
		return a.errs
	}
	return nil
}

func reopenTyped(a asked) string {
	if a.form == "reopen" {
		return a.typed.Get("remark")
	}
	return ""
}

func reopenErrors(a asked) ui.Errors {
	if a.form == "reopen" {
		return a.errs
	}
	return nil
}

func diffTitle(p ui.Page, v View) string {
	switch {
	case v.Report.Open() && v.Diff.Kind == "amend":
		return p.T("report.diff_amending")
	case v.Report.Open():
		return p.T("report.diff_open", "n", p.Int(v.Report.Version))
	case v.Diff.Kind == "amend":
		return p.T("report.diff_amended")
	}
	return p.T("report.diff", "n", p.Int(v.Report.Version-1))
}
