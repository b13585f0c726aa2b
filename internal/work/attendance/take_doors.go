package attendance

import (
	"net/http"
	"net/url"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// reasonCodes are the answers of a roll call in their order; "none" is none given.
var reasonCodes = []string{"sick", "work", "away", "family", "other", "none"}

// rollURL is the roll call of the same people, from a cursor on.
func rollURL(q Query, after string) string {
	v := url.Values{}
	for name, value := range map[string]string{"q": q.Find, "unit": q.Unit.String(), "site": q.Site.String(), "after": after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return to(q.Meeting) + "/roll"
	}
	return to(q.Meeting) + "/roll?" + v.Encode()
}

func (s *Service) pageRoll(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	q.Taking = true
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.roll"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	p.Sub, p.Back = v.Meeting.Title+" · "+text.DateTime(v.Meeting.Starts, clock.Zone), to(q.Meeting)
	return web.Render(w, r, http.StatusOK, rollPage(p, v, q))
}

func (s *Service) pageRollCall(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	site, marks := f.ID("site", true), readMarks(f)
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := s.RollCall(r.Context(), who, q.Meeting, site, marks); err != nil {
		return err
	}
	if next := f.Raw("next"); next != "" {
		return web.Redirect(w, r, rollURL(q, next), "attendance.rolled")
	}
	return web.Redirect(w, r, to(q.Meeting)+"/attendance", "attendance.rolled")
}

// readMarks reads a roll call: everybody shown is present unless ticked as absent. Spare
// people (exempt, or having studied elsewhere) are nothing unless ticked as come, now or before.
func readMarks(f *web.Form) (out []Mark) {
	absent, came, spare, was := set(f, "absent"), set(f, "came"), set(f, "spare"), set(f, "was")
	for _, v := range f.All("shown") {
		p, err := id.Parse(v)
		if err != nil {
			f.Blame("shown", "web.choose")
			continue
		}
		switch {
		case spare[v] && (came[v] || was[v]):
			out = append(out, Mark{Person: p, Present: came[v]})
		case spare[v]:
		case absent[v]:
			out = append(out, Mark{Person: p, Reason: strings.TrimPrefix(f.Choice("why_"+v, reasonCodes...), "none")})
		default:
			out = append(out, Mark{Person: p, Present: true})
		}
	}
	return out
}

func set(f *web.Form, name string) map[string]bool {
	out := map[string]bool{}
	for _, v := range f.All(name) {
		out[v] = true
	}
	return out
}

func (s *Service) pageCount(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r, "site")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	h := Headcount{ID: f.ID("id", true), Meeting: m, Site: site, Who: f.Choice("who", Crowds...), Amount: f.Int("amount", 0, 1_000_000, 0),
		Marker: f.Choice("marker", Markers...), Note: f.Line("note", 0, 300)}
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Count(r.Context(), who, h); err != nil {
		return err
	}
	return web.Redirect(w, r, atSite(m, site), "attendance.counted")
}

func (s *Service) pageCountAgain(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, h, err := two(r, "headcount")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	n := f.Int("amount", 0, 1_000_000, -1)
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := s.CountAgain(r.Context(), who, h, n); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.counted")
}
