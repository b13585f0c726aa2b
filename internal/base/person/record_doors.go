package person

import (
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// pageMine is one's own record.
func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return web.Render(w, r, http.StatusOK, showPage(web.At(r, web.T(r, "person.mine"), "me"), v, s.Now.Day()))
}

// pageStay asks for the further unit first, then for its days.
func (s *Service) pageStay(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	p := s.frame(r, v, web.T(r, "person.stay_add"))
	if unit == 0 {
		return s.pick(w, r, who, p, to(v.ID)+"/stay", web.T(r, "person.pick_stay", "name", v.Name))
	}
	return s.stayForm(w, r, who, http.StatusOK, p, stayView{View: v, m: Membership{Unit: unit, From: s.Now.Day()}})
}

func (s *Service) stayForm(w http.ResponseWriter, r *http.Request, who access.Actor, status int, p ui.Page, v stayView) (err error) {
	if v.unit, err = s.unit(r, who, v.m.Unit); err != nil {
		return err
	}
	return web.Render(w, r, status, stayPage(p, v))
}

func (s *Service) pageStayed(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m, why := Membership{Unit: f.ID("unit", true), From: f.Date("from", true), To: f.Date("to", false)}, f.Line("why", 0, textMax)
	if err = f.Err(); err == nil {
		err = s.AddStay(r.Context(), who, v.ID, m, why)
	}
	if mendable(err) && m.Unit != 0 {
		m.From, m.To = f.Raw("from"), f.Raw("to")
		return s.stayForm(w, r, who, status(err), s.frame(r, v, web.T(r, "person.stay_add")), stayView{View: v, m: m, why: why, errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "person.stayed")
}

func (s *Service) pageStayEnd(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	person, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m, why := Membership{Unit: f.ID("unit", true), From: f.Date("from", true), To: f.Date("last", true)}, f.Line("why", 0, textMax)
	if err = f.Err(); err == nil {
		err = s.EndStay(r.Context(), who, person, m, why)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(person), "person.stay_ended")
}

func stayKey(unit id.ID, from string) string { return unit.String() + from }

// evidence is where the evidence sheet of the record's year stands.
func (v View) evidence() string {
	if v.Mine {
		return "/me/evidence"
	}
	return to(v.ID) + "/evidence"
}
