package conference

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings/{meeting}/online", access.Signed, s.pageOnline),
		web.Page("POST /meetings/{meeting}/sites/{site}/link", access.MeetingEdit, s.pageLink),
		web.Upload("POST /meetings/{meeting}/online", access.AttendanceTake, MostBytes+1<<20, s.pageBring),
		web.Page("GET /meetings/{meeting}/online/{list}", access.AttendanceTake, s.pageReview),
		web.Page("POST /meetings/{meeting}/online/{list}", access.AttendanceTake, s.pageConfirm),
		web.Page("POST /meetings/{meeting}/online/{list}/undo", access.AttendanceTake, s.pageUndo),
		web.Op("GET /api/v1/meetings/{meeting}/links", access.Signed, "list-links", "Where to join, for the invited", s.apiLinks),
		web.Op("PUT /api/v1/meetings/{meeting}/sites/{site}/link", access.MeetingEdit, "set-link", "Set where a site joins", s.apiLink),
		web.Op("GET /api/v1/meetings/{meeting}/lists", access.AttendanceTake, "list-conference-lists", "Lists of those present that were brought in", s.apiLists),
		web.OpUpload("POST /api/v1/meetings/{meeting}/sites/{site}/lists", access.AttendanceTake, MostBytes, "bring-conference-list", "Bring in a conferencing system's list; records nobody", s.apiBring),
		web.Op("GET /api/v1/meetings/{meeting}/lists/{list}", access.AttendanceTake, "review-conference-list", "A list with whom its entries may mean", s.apiReview),
		web.Op("POST /api/v1/meetings/{meeting}/lists/{list}/picks", access.AttendanceTake, "confirm-conference-list", "Record the people picked", s.apiConfirm),
		web.Op("POST /api/v1/meetings/{meeting}/lists/{list}/undo", access.AttendanceTake, "undo-conference-list", "Take back what a list recorded", s.apiUndo),
	}
}

func online(of id.ID) string { return "/meetings/" + of.String() + "/online" }

// frame is a page below its meeting; whoever may not open the meeting gets no way to it.
func frame(r *http.Request, who access.Actor, m meeting.Meeting, title string, more ...ui.Crumb) ui.Page {
	var crumbs []ui.Crumb
	if who.Holds(access.MeetingRead) {
		crumbs = []ui.Crumb{{Text: web.T(r, "meeting.list"), Href: "/meetings"}, {Text: m.Title, Href: "/meetings/" + m.ID.String()}}
	}
	return web.At(r, title, "meeting", append(crumbs, more...)...)
}

func (s *Service) pageOnline(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	return s.page(w, r, who, of, http.StatusOK, nil)
}

func (s *Service) page(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, status int, wrong error) error {
	find, ok := text.Clean(r.URL.Query().Get("q"))
	if !ok || len(find) > 200 {
		find = ""
	}
	m, links, err := s.Links(r.Context(), who, of, find)
	if err != nil {
		return err
	}
	lists, sites, err := s.Lists(r.Context(), who, of, find)
	if err != nil {
		return err
	}
	return web.Render(w, r, status, onlinePage(frame(r, who, m, web.T(r, "conference.title")), m, find, links, lists, sites, web.Errors(r, wrong)))
}

func (s *Service) pageLink(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	site, err := web.ID(r, "site")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	address, note := f.Line("url", 0, 1000), f.Line("note", 0, 300)
	if err = f.Err(); err == nil {
		err = s.SetLink(r.Context(), who, of, site, address, note)
	}
	if fault.Of(err) == fault.Invalid {
		return s.page(w, r, who, of, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, online(of), "conference.saved")
}

func (s *Service) pageBring(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "meeting")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m, _, err := s.Links(r.Context(), who, of, "")
	if err != nil {
		return err
	}
	l := List{ID: f.ID("id", true), Meeting: of, Site: f.ID("site", true), Least: f.Int("least", 0, 1440, 0)}
	lines, err := upload(f, m, &l)
	if err == nil {
		l, err = s.Bring(r.Context(), who, l, lines)
	}
	if fault.Of(err) == fault.Invalid {
		return s.page(w, r, who, of, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, online(of)+"/"+l.ID.String(), "conference.brought")
}

func upload(f *web.Form, m meeting.Meeting, l *List) ([]Line, error) {
	if err := f.Err(); err != nil {
		return nil, err
	}
	h := f.File("file")
	if h == nil {
		return nil, fault.At("file", "web.required")
	}
	data, err := h.Open()
	if err != nil {
		return nil, fault.At("file", "web.broken_form")
	}
	defer data.Close()
	l.Name = cut(strings.ToValidUTF8(strings.ReplaceAll(h.Filename, "\x00", ""), ""), 200)
	return ReadList(m, h.Filename, data, h.Size)
}

func under(r *http.Request) (of, list id.ID, err error) {
	if of, err = web.ID(r, "meeting"); err == nil {
		list, err = web.ID(r, "list")
	}
	return of, list, err
}

func (s *Service) pageReview(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, list, err := under(r)
	if err != nil {
		return err
	}
	m, l, rows, err := s.Review(r.Context(), who, of, list, db.Page{After: r.URL.Query().Get("after"), Limit: 100})
	if err != nil {
		return err
	}
	_, sites, err := s.Lists(r.Context(), who, of, "")
	if err != nil {
		return err
	}
	p := frame(r, who, m, l.Name, ui.Crumb{Text: web.T(r, "conference.title"), Href: online(of)})
	return web.Render(w, r, http.StatusOK, reviewPage(p, m, l, rows, sites))
}

func (s *Service) pageConfirm(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, list, err := under(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	var picks []Pick
	for _, row := range f.All("n") {
		n, err := strconv.ParseInt(row, 10, 32)
		if err != nil {
			return fault.At("picks", "web.choose")
		}
		what := f.Raw("pick_" + row)
		if what == "later" {
			continue
		}
		p := Pick{N: n}
		if site, is := strings.CutPrefix(what, "site:"); is {
			p.Site, err = id.Parse(site)
		} else if what != "" {
			p.Person, err = id.Parse(what)
		}
		if err != nil {
			return fault.At("picks", "web.choose")
		}
		picks = append(picks, p)
	}
	if _, err := s.Confirm(r.Context(), who, of, list, picks); err != nil {
		return err
	}
	to := online(of) + "/" + list.String()
	if next := f.Raw("next"); next != "" && len(next) < 3000 {
		to += "?after=" + urlq(next)
	}
	return web.Redirect(w, r, to, "conference.confirmed")
}

func (s *Service) pageUndo(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, list, err := under(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 1, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if _, _, err := s.Undo(r.Context(), who, of, list, why); err != nil {
		return err
	}
	return web.Redirect(w, r, online(of)+"/"+list.String(), "conference.undone")
}

type meetingIn struct {
	Meeting web.Ref `path:"meeting"`
}

type findIn struct {
	Meeting web.Ref `path:"meeting"`
	Find    string  `query:"q" maxLength:"200" doc:"in the names of sites; 200 at most are listed"`
}

func (s *Service) apiLinks(ctx context.Context, who access.Actor, in *findIn) ([]Link, error) {
	_, out, err := s.Links(ctx, who, in.Meeting.ID, in.Find)
	return out, err
}

func (s *Service) apiLink(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    struct {
		URL  string `json:"url" maxLength:"1000" doc:"https; empty takes it away"`
		Note string `json:"note,omitempty" maxLength:"300"`
	}
}) ([]Link, error) {
	if err := s.SetLink(ctx, who, in.Meeting.ID, in.Site.ID, in.Body.URL, in.Body.Note); err != nil {
		return nil, err
	}
	_, out, err := s.Links(ctx, who, in.Meeting.ID, "")
	return out, err
}

func (s *Service) apiLists(ctx context.Context, who access.Actor, in *meetingIn) ([]List, error) {
	out, _, err := s.Lists(ctx, who, in.Meeting.ID, "")
	return out, err
}

func (s *Service) apiBring(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    struct {
		ID    id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice brings one list in"`
		Name  string `json:"name" minLength:"1" maxLength:"200"`
		Least int64  `json:"least,omitempty" minimum:"0" maximum:"1440" doc:"minutes below which nobody is proposed"`
		Lines []Line `json:"lines"`
	}
}) (List, error) {
	l := List{ID: in.Body.ID, Meeting: in.Meeting.ID, Site: in.Site.ID, Name: in.Body.Name, Least: in.Body.Least}
	if l.ID == 0 {
		l.ID = id.New()
	}
	for i, line := range in.Body.Lines {
		if line.Name == "" || line.Seconds < 0 || line.Seconds > 1e7 || line.Joins < 0 || line.Joins > 1e6 {
			return List{}, fault.At("lines", "web.choose")
		}
		in.Body.Lines[i].Name, in.Body.Lines[i].Email = cut(line.Name, 200), cut(line.Email, 200)
	}
	return s.Bring(ctx, who, l, merge(in.Body.Lines))
}

func (s *Service) apiReview(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	List    web.Ref `path:"list"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}) (db.Rows[Row], error) {
	_, _, rows, err := s.Review(ctx, who, in.Meeting.ID, in.List.ID, db.Page{After: in.After, Limit: in.Limit})
	return rows, err
}

func (s *Service) apiConfirm(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	List    web.Ref `path:"list"`
	Body    []Pick
}) (Result, error) {
	return s.Confirm(ctx, who, in.Meeting.ID, in.List.ID, in.Body)
}

// Undone says what taking back came to.
type Undone struct {
	Undone int `json:"undone"`
	Kept   int `json:"kept" doc:"not the actor's to correct"`
}

func (s *Service) apiUndo(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	List    web.Ref `path:"list"`
	Body    struct {
		Why string `json:"why" minLength:"1" maxLength:"300"`
	}
}) (u Undone, err error) {
	u.Undone, u.Kept, err = s.Undo(ctx, who, in.Meeting.ID, in.List.ID, in.Body.Why)
	return u, err
}
