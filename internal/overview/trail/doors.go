package trail

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /me/figures/path", access.Self, s.pageMine),
		web.Page("GET /me/figures/path.json", access.Self, s.pageFile),
		web.Op("GET /api/v1/me/path", access.Self, "show-own-path", "How one's own record goes into the figure at the top, with the file for quantriet-verify", s.apiMine),
	}
}

func (s *Service) mine(r *http.Request, who access.Actor) (v View, err error) {
	campaign, err := web.Query(r, "campaign")
	if err != nil {
		return v, err
	}
	document, err := web.Query(r, "document")
	if err != nil {
		return v, err
	}
	return s.Mine(r.Context(), who, campaign, document)
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.mine(r, who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "trail.title"), "mine", ui.Crumb{Text: web.T(r, "trail.record"), Href: "/me/study"})
	return web.Render(w, r, http.StatusOK, pathPage(p, v))
}

func (s *Service) pageFile(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.mine(r, who)
	switch {
	case err != nil:
		return err
	case !v.Shown():
		return fault.Gone()
	case v.Waiting:
		return fault.New(fault.Conflict, "proof.waiting")
	}
	if err := s.beside(r.Context(), &v); err != nil {
		return err
	}
	b, err := v.Path.File()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", `attachment; filename="quantriet-path.json"`)
	_, err = w.Write(b)
	return err
}

// File is the path as it is handed out: one form only, so that no byte of it can be another.
func (p Path) File() ([]byte, error) {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false)
	to.SetIndent("", " ")
	err := to.Encode(p)
	return b.Bytes(), err
}

type askMine struct {
	Campaign web.Ref `query:"campaign"`
	Document web.Ref `query:"document"`
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, in *askMine) (View, error) {
	v, err := s.Mine(ctx, who, in.Campaign.ID, in.Document.ID)
	if err == nil && v.Shown() && !v.Waiting {
		err = s.beside(ctx, &v)
	}
	return v, err
}

func (v View) href(page string, document id.ID) string {
	return page + "?campaign=" + v.Campaign.String() + "&document=" + document.String()
}

// said is what a mark says in words.
func said(lang string, m Mark) string {
	who := map[bool]string{true: "trail.is_civil", false: "trail.is_member"}[m.Civil()]
	if m.Exempt() {
		who = "trail.is_exempt"
	}
	if !m.Studied() {
		return words.T(lang, who) + ", " + words.T(lang, "trail.not_studied")
	}
	return words.T(lang, who) + ", " + words.T(lang, "trail.form."+m.Form()) + ", " + words.T(lang, "trail.evidence", "n", m.Grade())
}

// signed says when and as what the root was signed.
func signed(p ui.Page, v View) string {
	return p.T("trail.signed", "n", p.Int(v.Size), "at", text.DateTime(v.Signed, clock.Zone))
}

// row is a line of the page's table.
type row struct {
	name         string
	own          bool
	n            []int64
	stated       Stated
	agrees, says bool
}

func (v View) rows(p ui.Page) (out []row) {
	if n, err := v.Mark.counts(); err == nil {
		out = append(out, row{name: p.T("trail.you"), own: true, n: n})
	}
	for _, s := range v.Steps {
		r := row{name: s.Name, n: s.Counts, stated: s.Stated, says: s.Stated.State != ""}
		r.agrees = r.says && r.stated.Members == r.n[members] && r.stated.Studied == r.n[studied]
		out = append(out, r)
	}
	return out
}
