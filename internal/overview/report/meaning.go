package report

import (
	"net/url"
	"strconv"
	"strings"

	"quantriet/internal/overview/measure"
)

// graded are the counts by evidence that a figure is sent with; only who studied has them.
func (v View) graded(f Figure) string {
	s, ok := v.Study(f.Document)
	if f.Code != "studied" || !ok {
		return ""
	}
	var out []string
	for _, n := range s.Total.Line.Count.Grades {
		out = append(out, strconv.FormatInt(n, 10))
	}
	return strings.Join(out, ",")
}

// definition is the version the figure was sent with, of an open report the one in force; a
// rate has that of its numerator's sending. False for a figure nobody defines.
func (r Reason) definition() (measure.Def, bool) {
	if f, sent := r.View.Figures.Of(r.Figure, r.Document); sent && f.Definition > 0 {
		return measure.At(r.Figure, f.Definition)
	}
	return measure.Of(r.Figure)
}

// defined is the page of the definition, with the figure counted anew from the records.
func (r Reason) defined(d measure.Def) string {
	q := url.Values{"version": {strconv.FormatInt(d.Version, 10)}}
	if !d.Declared() && r.Stated.Known() != "declared" {
		q.Set("campaign", r.View.Campaign.ID.String())
		q.Set("unit", r.View.Unit.Unit.String())
		if r.Document != 0 {
			q.Set("document", r.Document.String())
		}
	}
	return "/figures/" + d.Code + "?" + q.Encode()
}
