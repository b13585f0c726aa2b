package attendance

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return append(s.namesRoutes(), []web.Route{
		web.Page("GET /meetings/{meeting}/roll", access.AttendanceTake, s.pageRoll),
		web.Page("POST /meetings/{meeting}/roll", access.AttendanceTake, s.pageRollCall),
		web.Page("POST /meetings/{meeting}/sites/{site}/heads", access.AttendanceTake, s.pageCount),
		web.Page("POST /meetings/{meeting}/heads/{headcount}/again", access.AttendanceTake, s.pageCountAgain),
		web.Page("GET /meetings/{meeting}/attendance", access.AttendanceRead, s.pageList),
		web.Page("GET /meetings/{meeting}/attendance.xlsx", access.AttendanceRead, s.pageXLSX),
		web.Page("GET /meetings/{meeting}/attendance.csv", access.AttendanceRead, s.pageCSV),
		web.Page("POST /meetings/{meeting}/records/{person}/void", access.AttendanceEdit, s.pageVoid),
		web.Page("POST /meetings/{meeting}/records/{person}", access.AttendanceEdit, s.pageMark),
		web.Page("GET /meetings/{meeting}/sheet", access.AttendanceRead, s.pageSheet),
		web.Page("GET /meetings/{meeting}/slips", access.AttendanceEdit, s.pageSlips),
		web.Page("GET /me/record", access.Self, s.pageRecord),
		web.Op("GET /api/v1/meetings/{meeting}/attendance", access.AttendanceRead, "list-attendance", "Who is expected and who came, within the scope", s.apiList),
		web.OpLean[scanning, []Verdict]("POST /api/v1/meetings/{meeting}/sites/{site}/records", access.AttendanceTake, "enter-codes", "Record people by their codes", s.apiEnter),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/roll", access.AttendanceTake, "roll-call", "Mark people present or absent", s.apiRoll),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/headcounts", access.AttendanceTake, "count-heads", "Count people outside the roster: lượt", s.apiCount),
		web.Op("GET /api/v1/meetings/{meeting}/headcounts", access.AttendanceRead, "list-headcounts", "What was counted by head", s.apiHeads),
		web.Op("POST /api/v1/headcounts/{headcount}/again", access.AttendanceTake, "count-heads-again", "Count the same people a second time, by somebody else", s.apiCountAgain),
		web.Op("POST /api/v1/meetings/{meeting}/records/{person}/void", access.AttendanceEdit, "void-record", "Take a wrong record back", s.apiVoid),
		web.Op("GET /api/v1/me/record", access.Self, "my-record", "The actor's own records", s.apiOwn),
	}...)
}

func to(m id.ID) string { return "/meetings/" + m.String() }

func atSite(m, site id.ID) string { return to(m) + "/sites/" + site.String() + "/station" }

func crumbs(r *http.Request, m id.ID, title string) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "attendance.meetings"), Href: "/meetings"}, {Text: title, Href: to(m)}}
}

// two reads the meeting and another id of the path.
func two(r *http.Request, name string) (m, other id.ID, err error) {
	if m, err = web.ID(r, "meeting"); err == nil {
		other, err = web.ID(r, name)
	}
	return m, other, err
}

func readQuery(r *http.Request) (q Query, err error) {
	if q.Meeting, err = web.ID(r, "meeting"); err != nil {
		return q, err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	if q.Site, err = web.Query(r, "site"); err != nil {
		return q, err
	}
	if q.Find, err = readFind(r); err != nil {
		return q, err
	}
	v := r.URL.Query()
	q.Show, q.Page = v.Get("show"), db.Page{After: v.Get("after"), Limit: 60}
	return q, nil
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

// pageURL is a page of the same people, from a cursor on.
func pageURL(q Query, page, after string) string {
	v := url.Values{"after": {after}}
	for name, value := range map[string]string{"q": q.Find, "show": q.Show, "unit": q.Unit.String(), "site": q.Site.String()} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return to(q.Meeting) + page + "?" + v.Encode()
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.list"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, listPage(p, v, q))
}

func (s *Service) pageVoid(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, person, err := two(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 3, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Void(r.Context(), who, m, person, why); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.voided")
}

// pageMark records one person afterwards: present, studied at a higher level or alone.
func (s *Service) pageMark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, person, err := two(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	site, as := f.ID("site", true), f.Choice("as", "present", "self_study", "higher", "absent")
	mark := Mark{Person: person, Present: as == "present", Note: f.Line("note", 0, 300)}
	if as == "higher" || as == "self_study" {
		mark.Else = as
	}
	if as == "absent" {
		mark.Reason = strings.TrimPrefix(f.Choice("reason", reasonCodes...), "none")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := s.RollCall(r.Context(), who, m, site, []Mark{mark}); err != nil {
		return err
	}
	return web.Redirect(w, r, to(m)+"/attendance", "attendance.rolled")
}

// pageSheet is the list to sign, on paper.
func (s *Service) pageSheet(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v, err := s.everyone(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.sheet"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, sheetPage(p, v))
}

func (s *Service) pageSlips(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	q.Page.Limit = 200
	v, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.slips"), "meeting", crumbs(r, q.Meeting, v.Meeting.Title)...)
	return web.Render(w, r, http.StatusOK, slipsPage(p, v, q))
}

func (s *Service) pageRecord(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	records, _, err := s.Own(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "attendance.my_record"), "today")
	p.Back = "/"
	return web.Render(w, r, http.StatusOK, recordPage(p, records))
}
