package prepare

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return append([]web.Route{
		web.Page("GET /meetings/{meeting}/sites", access.MeetingRead, s.pageList),
		web.Page("POST /meetings/{meeting}/sites/bulk", access.MeetingRead, s.pageBulk),
		web.Page("POST /meetings/{meeting}/needs", access.MeetingEdit, s.pageNeeds),
		web.Page("GET /meetings/{meeting}/sites/sheet", access.MeetingEdit, s.pageSheet),
		web.Upload("POST /meetings/{meeting}/sites/sheet", access.MeetingEdit, MostSheet+1<<20, s.pageForesee),
		web.Upload("POST /meetings/{meeting}/sites/bring", access.MeetingEdit, MostSheet, s.pageBring),
		web.Page("GET /meetings/{meeting}/sites/{site}", access.MeetingRead, s.pageShow),
		web.Page("POST /meetings/{meeting}/sites/{site}", access.MeetingRead, s.pageMend),
		web.Page("POST /meetings/{meeting}/sites/{site}/ticks", access.MeetingRead, s.pageTicks),
		web.Page("POST /meetings/{meeting}/sites/{site}/trials", access.MeetingRead, s.pageTry),
		web.Page("GET /meetings/{meeting}/delegates", access.MeetingEdit, s.pageDelegates),
		web.Page("POST /meetings/{meeting}/delegates/{person}", access.MeetingEdit, s.pageMove),
		web.Page("GET /meetings/{meeting}/guests", access.MeetingRead, s.pageGuests),
		web.Page("POST /meetings/{meeting}/guests", access.MeetingRead, s.pageInvite),
		web.Page("POST /meetings/{meeting}/guests/{guest}", access.MeetingRead, s.pageSee),
		web.Page("POST /meetings/{meeting}/sites/{site}/guests", access.AttendanceTake, s.pageTally),
	}, s.api()...)
}

func sites(of id.ID) string { return "/meetings/" + of.String() + "/sites" }

// frame is a page below its meeting.
func frame(r *http.Request, m meeting.Meeting, title string, more ...ui.Crumb) ui.Page {
	return web.At(r, title, "meeting", append([]ui.Crumb{{Text: web.T(r, "meeting.list"), Href: "/meetings"}, {Text: m.Title, Href: "/meetings/" + m.ID.String()}}, more...)...)
}

func readQuery(r *http.Request) (q Query, err error) {
	if q.Meeting, err = web.ID(r, "meeting"); err != nil {
		return q, err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	v := r.URL.Query()
	q.Find, q.Show, q.Page.After = v.Get("q"), v.Get("show"), v.Get("after")
	q.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	return q, nil
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	b, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(frame(r, b.Meeting, web.T(r, "prepare.title")), q, b))
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, site, err := place(r)
	if err != nil {
		return err
	}
	o, err := s.Show(r.Context(), who, of, site)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, sitePage(siteFrame(r, o), o, s.Now.Ms(), nil))
}

func siteFrame(r *http.Request, o One) ui.Page {
	return frame(r, o.Meeting, o.Site.Name, ui.Crumb{Text: web.T(r, "prepare.title"), Href: sites(o.Meeting.ID)})
}

func place(r *http.Request) (of, site id.ID, err error) {
	if of, err = web.ID(r, "meeting"); err == nil {
		site, err = web.ID(r, "site")
	}
	return of, site, err
}

// tell runs a use case on the site of the path; what is wrong in the form is shown beside it.
func (s *Service) tell(w http.ResponseWriter, r *http.Request, who access.Actor, do func(f *web.Form, of, site id.ID) error) error {
	of, site, err := place(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	err = do(f, of, site)
	if fault.Of(err) == fault.Invalid {
		o, wrong := s.Show(r.Context(), who, of, site)
		if wrong != nil {
			return wrong
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, sitePage(siteFrame(r, o), o, s.Now.Ms(), web.Errors(r, err)))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, sites(of)+"/"+site.String(), "prepare.saved")
}

func (s *Service) pageMend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.tell(w, r, who, func(f *web.Form, of, site id.ID) error {
		n := meeting.Site{ID: site, Meeting: of, Name: f.Line("name", 0, 200), Place: f.Line("place", 0, 200), Contact: f.Line("contact", 0, 200), Phone: f.Line("phone", 0, 40),
			Monitor: f.Line("monitor", 0, 200), MonitorPhone: f.Line("monitor_phone", 0, 40), Capacity: f.Int("capacity", 0, 1_000_000, 0), Expected: f.Int("expected", 0, 1_000_000, 0)}
		if err := f.Err(); err != nil {
			return err
		}
		return s.Mend(r.Context(), who, n)
	})
}

func (s *Service) pageTicks(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.tell(w, r, who, func(f *web.Form, of, site id.ID) error { return s.Ticks(r.Context(), who, of, site, f.All("done")) })
}

func (s *Service) pageTry(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.tell(w, r, who, func(f *web.Form, of, site id.ID) error {
		t := Trial{ID: f.ID("id", true), Site: site, Result: f.Choice("result", Results...), Note: f.Line("note", 0, 300)}
		if f.Raw("at") != "" {
			t.At = f.Moment("at")
		}
		if err := f.Err(); err != nil {
			return err
		}
		return s.Try(r.Context(), who, of, t)
	})
}

func (s *Service) pageBulk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return of(w, r, func(f *web.Form, of id.ID) error {
		picked := f.IDs("site")
		what, code, _ := strings.Cut(f.Line("what", 0, 40), ":")
		if err := f.Err(); err != nil {
			return err
		}
		if what == "trial" {
			return s.Bulk(r.Context(), who, of, picked, "", code)
		}
		return s.Bulk(r.Context(), who, of, picked, code, "")
	})
}

// of runs a use case on the meeting of the path and comes back to its sites.
func of(w http.ResponseWriter, r *http.Request, do func(f *web.Form, of id.ID) error) error {
	m, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	if err := do(f, m); err != nil {
		return err
	}
	return web.Redirect(w, r, sites(m), "prepare.saved")
}

func (s *Service) pageNeeds(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return of(w, r, func(f *web.Form, of id.ID) error {
		own := f.Text("own", 5000)
		if err := f.Err(); err != nil {
			return err
		}
		b, err := s.List(r.Context(), who, Query{Meeting: of, Page: db.Page{Limit: 1}})
		if err != nil {
			return err
		}
		return s.SetNeeds(r.Context(), who, of, readNeeds(f.All("code"), own, b.Needs))
	})
}

// readNeeds joins the points everybody knows with own ones, one a line, which keep their code.
func readNeeds(codes []string, own string, old []Need) (out []Need) {
	for _, c := range Codes {
		if slices.Contains(codes, c) {
			out = append(out, Need{Code: c})
		}
	}
	for line := range strings.Lines(own) {
		title := strings.TrimSpace(line)
		if title == "" {
			continue
		}
		n := Need{Code: "c" + id.New().String(), Title: title}
		if i := slices.IndexFunc(old, func(o Need) bool { return o.Title == title }); i >= 0 {
			n = old[i]
		}
		out = append(out, n)
	}
	return out
}

func (s *Service) pageSheet(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	return s.sheet(w, r, who, of, http.StatusOK, nil, nil)
}

func (s *Service) sheet(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, status int, f *Foreseen, wrong error) error {
	b, err := s.List(r.Context(), who, Query{Meeting: of, Page: db.Page{Limit: 1}})
	if err != nil {
		return err
	}
	if !b.MayEdit {
		return fault.Gone()
	}
	p := frame(r, b.Meeting, web.T(r, "prepare.sheet"), ui.Crumb{Text: web.T(r, "prepare.title"), Href: sites(of)})
	return web.Render(w, r, status, sheetPage(p, b.Meeting, f, web.Errors(r, wrong)))
}

func (s *Service) pageForesee(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	lines, err := upload(f)
	var seen Foreseen
	if err == nil {
		seen, err = s.Foresee(r.Context(), who, of, lines)
	}
	switch {
	case fault.Of(err) == fault.Invalid:
		return s.sheet(w, r, who, of, http.StatusUnprocessableEntity, nil, err)
	case err != nil:
		return err
	}
	return s.sheet(w, r, who, of, http.StatusOK, &seen, nil)
}

func upload(f *web.Form) ([]Line, error) {
	h := f.File("file")
	if h == nil {
		return nil, fault.At("file", "web.required")
	}
	data, err := h.Open()
	if err != nil {
		return nil, fault.At("file", "web.broken_form")
	}
	defer data.Close()
	return ReadSheet(h.Filename, data, h.Size)
}

func (s *Service) pageBring(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return of(w, r, func(f *web.Form, of id.ID) error {
		var lines []Line
		if err := json.Unmarshal([]byte(f.Raw("lines")), &lines); err != nil {
			return fault.At("lines", "web.broken_form")
		}
		_, err := s.Bring(r.Context(), who, of, lines)
		return err
	})
}
