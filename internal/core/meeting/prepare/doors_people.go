package prepare

import (
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func (s *Service) pageDelegates(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	find := r.URL.Query().Get("q")
	m, rows, err := s.Moved(r.Context(), who, of, find, db.Page{After: r.URL.Query().Get("after"), Limit: 30})
	if err != nil {
		return err
	}
	b, err := s.List(r.Context(), who, Query{Meeting: of, Page: db.Page{Limit: 500}})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, delegatesPage(frame(r, m, web.T(r, "prepare.delegates")), m, find, rows, b.Rows.Items))
}

func (s *Service) pageMove(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	person, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	to, why := f.ID("site", true), f.Line("why", 0, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Move(r.Context(), who, m, person, to, why); err != nil {
		return err
	}
	return web.Redirect(w, r, "/meetings/"+m.String()+"/delegates", "prepare.moved_done")
}

func (s *Service) pageGuests(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	return s.guestList(w, r, who, of, http.StatusOK, "", nil)
}

func (s *Service) guestList(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, status int, typed string, wrong error) error {
	find := r.URL.Query().Get("q")
	g, err := s.Guests(r.Context(), who, of, find, db.Page{After: r.URL.Query().Get("after"), Limit: 100})
	if err != nil {
		return err
	}
	return web.Render(w, r, status, guestsPage(frame(r, g.Meeting, web.T(r, "prepare.guests")), g, find, typed, web.Errors(r, wrong)))
}

func (s *Service) pageInvite(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	key, site, typed := f.ID("id", true), f.ID("site", true), f.Text("guests", 60_000)
	if err = f.Err(); err == nil {
		err = s.Invite(r.Context(), who, of, site, readGuests(key, typed))
	}
	if fault.Of(err) == fault.Invalid {
		return s.guestList(w, r, who, of, http.StatusUnprocessableEntity, typed, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/meetings/"+of.String()+"/guests", "prepare.saved")
}

func (s *Service) pageSee(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	guest, err := web.ID(r, "guest")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	switch do := f.Choice("do", "came", "not", "drop"); {
	case f.Err() != nil:
		err = f.Err()
	case do == "drop":
		err = s.Uninvite(r.Context(), who, of, guest)
	default:
		err = s.See(r.Context(), who, of, guest, do == "came")
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/meetings/"+of.String()+"/guests", "prepare.saved")
}

func (s *Service) pageTally(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, site, err := place(r)
	if err != nil {
		return err
	}
	if err := s.Tally(r.Context(), who, of, site); err != nil {
		return err
	}
	return web.Redirect(w, r, "/meetings/"+of.String()+"/guests", "prepare.guests_told")
}
