package grant

import (
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

type hereView struct {
	Here
	draft
	Title string // of a post that was refused
	Need  access.Need
	Today string
}

// needs are what somebody may do here, in the order of the filter.
func (v hereView) needs() (out []access.Need) {
	for _, n := range telling {
		if slices.ContainsFunc(v.Lines, func(l Line) bool { return l.Role.Can(n) }) {
			out = append(out, n)
		}
	}
	return out
}

// lines are those that the filter leaves.
func (v hereView) lines() (out []Line) {
	for _, l := range v.Lines {
		if v.Need == "" || l.Role.Can(v.Need) {
			out = append(out, l)
		}
	}
	return out
}

func (s *Service) renderHere(w http.ResponseWriter, r *http.Request, who access.Actor, status int, unit id.ID, v hereView) (err error) {
	day := r.URL.Query().Get("day")
	if day != "" {
		if day, err = text.ParseDate(day); err != nil {
			return fault.At("day", "web.not_date")
		}
	}
	if v.Here, err = s.Here(r.Context(), who, unit, day); err != nil {
		return err
	}
	v.Need, v.Today, v.Roles = access.Need(r.URL.Query().Get("need")), s.Now.Day(), Given(who)
	p := web.At(r, web.T(r, "grant.here"), "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"},
		ui.Crumb{Text: v.Here.Unit.Short, Href: "/units/" + unit.String()})
	p.Sub = v.Here.Unit.Name
	return web.Render(w, r, status, herePage(p, v))
}

func (s *Service) pageHere(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.ID(r, "unit")
	if err != nil {
		return err
	}
	return s.renderHere(w, r, who, http.StatusOK, unit, hereView{draft: s.fresh()})
}

func (s *Service) pageNewPost(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.ID(r, "unit")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	p := access.Post{ID: f.ID("grant", true), Unit: unit, Title: f.Line("title", 1, maxTitle), Role: access.Role(f.Line("role", 1, 40))}
	if err = f.Err(); err == nil {
		_, err = s.AddPost(r.Context(), who, p)
	}
	if status, ok := again(err); ok && fault.Of(err) != fault.Denied {
		v := hereView{draft: draft{Grant: p.ID, Role: p.Role, Errors: web.Errors(r, err)}, Title: p.Title}
		return s.renderHere(w, r, who, status, unit, v)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/posts/"+p.ID.String()+"/appoint", "grant.post_made")
}

type turnView struct {
	Post
	draft
	Unit org.Unit
}

func (s *Service) renderTurn(w http.ResponseWriter, r *http.Request, who access.Actor, status int, post id.ID, d draft) (err error) {
	v := turnView{draft: d}
	if v.Post, v.Unit, err = s.Post(r.Context(), who, post); err != nil {
		return err
	}
	p := web.At(r, v.Title, "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"}, ui.Crumb{Text: v.Unit.Short, Href: "/units/" + v.Unit.ID.String()},
		ui.Crumb{Text: web.T(r, "grant.here"), Href: "/units/" + v.Unit.ID.String() + "/rights"})
	p.Sub = v.Unit.Name
	return web.Render(w, r, status, turnPage(p, v))
}

func (s *Service) pageAppoint(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	post, err := web.ID(r, "post")
	if err != nil {
		return err
	}
	return s.renderTurn(w, r, who, http.StatusOK, post, s.fresh())
}

func (s *Service) pageAppointed(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	post, err := web.ID(r, "post")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := draft{Grant: f.ID("grant", true), Whom: f.Line("to_whom", 1, 100), From: f.Date("from", true), To: f.Date("to", false), Acting: f.Raw("acting") != ""}
	unit := id.ID(0)
	if err = f.Err(); err == nil {
		unit, err = s.Appoint(r.Context(), who, post, Turn{ID: d.Grant, Typed: d.Whom, From: d.From, To: d.To, Acting: d.Acting})
	}
	if status, ok := again(err); ok {
		d.Errors = web.Errors(r, err)
		return s.renderTurn(w, r, who, status, post, d)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/units/"+unit.String()+"/rights", "grant.appointed")
}

func (s *Service) pageEndPost(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return withWhy(r, "post", func(post id.ID, _ *web.Form, why string) error {
		unit, err := s.EndPost(r.Context(), who, post, why)
		if err != nil {
			return err
		}
		return web.Redirect(w, r, "/units/"+unit.String()+"/rights", "grant.post_ended")
	})
}
