package station

import (
	"net/http"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/attendance"
)

// The page of a site is a whole station by itself as long as there is a network, without any
// script; with one it offers to make the device a station that works without a network too.

func (s *Service) pageSite(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.site(w, r, who, http.StatusOK, nil, "")
}

// site shows the screen of a site with what the last scan did.
func (s *Service) site(w http.ResponseWriter, r *http.Request, who access.Actor, status int, last *attendance.Entry, wrong string) error {
	m, site, err := two(r)
	if err != nil {
		return err
	}
	find, err := readFind(r)
	if err != nil {
		return err
	}
	var recorded id.ID
	if last != nil {
		recorded = last.Person
	}
	v, err := s.Attendance.AtSite(r.Context(), who, m, site, find, recorded)
	if err != nil {
		return err
	}
	if v.Meeting.ID != m {
		return fault.Gone()
	}
	p := web.At(r, v.Site.Name, "meeting")
	p.Sub, p.Back, p.Nav = v.Meeting.Title, to(m), nil
	return web.Render(w, r, status, sitePage(p, v, last, wrong, find))
}

func two(r *http.Request) (m, site id.ID, err error) {
	if m, err = web.ID(r, "meeting"); err == nil {
		site, err = web.ID(r, "site")
	}
	return m, site, err
}

// readFind reads the words of a search. Fault: Invalid for what is not text or too long.
func readFind(r *http.Request) (string, error) {
	s, ok := text.Clean(r.URL.Query().Get("q"))
	switch {
	case !ok:
		return "", fault.At("q", "web.not_text")
	case utf8.RuneCountInString(s) > 100:
		return "", fault.At("q", "web.too_long", "n", 100)
	}
	return s, nil
}

func (s *Service) pageEnter(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	var e attendance.Entry
	if person := f.ID("person", false); person != 0 {
		e, err = s.Attendance.EnterPerson(r.Context(), who, m, site, person, attendance.Way{How: "list"})
	} else {
		code := f.Line("code", 1, 60)
		if err = f.Err(); err == nil {
			e, err = s.Attendance.Enter(r.Context(), who, m, site, code, attendance.Way{How: "station"})
		}
	}
	if err != nil {
		if fault.Of(err) == fault.Internal || fault.Of(err) == fault.Busy || fault.Key(err) == "fault.missing" {
			return err
		}
		return s.site(w, r, who, http.StatusUnprocessableEntity, nil, web.Errors(r, err).First())
	}
	return s.site(w, r, who, http.StatusOK, &e, "")
}
