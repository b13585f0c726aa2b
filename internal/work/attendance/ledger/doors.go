package ledger

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /meetings/{meeting}/ledger", access.AttendanceRead, s.pageLedger),
		web.Page("GET /meetings/{meeting}/ledger.docx", access.AttendanceRead, s.pagePrint),
		web.Page("GET /meetings/{meeting}/ledger.xlsx", access.AttendanceRead, s.pageSheet),
		web.Page("GET /meetings/{meeting}/sign-in.docx", access.AttendanceRead, s.pageSignIn),
		web.Op("GET /api/v1/meetings/{meeting}/ledger", access.AttendanceRead, "meeting-ledger", "Who was expected, came, was excused, came to the make-up", s.apiLedger),
		web.OpFile("GET /api/v1/meetings/{meeting}/ledger.docx", access.AttendanceRead, "meeting-ledger-docx", "The ledger as an official paper", s.apiPrint),
		web.OpFile("GET /api/v1/meetings/{meeting}/ledger.xlsx", access.AttendanceRead, "meeting-ledger-xlsx", "The ledger as a sheet", s.apiSheet),
		web.OpFile("GET /api/v1/meetings/{meeting}/sign-in.docx", access.AttendanceRead, "meeting-sign-in", "The sheet people sign", s.apiSignIn),
	}
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
	q.Find, q.Page.After = r.URL.Query().Get("q"), r.URL.Query().Get("after")
	return q, nil
}

func (s *Service) pageLedger(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	l, err := s.Of(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "ledger.title"), "meeting", ui.Crumb{Text: web.T(r, "meeting.list"), Href: "/meetings"}, ui.Crumb{Text: l.Meeting.Title, Href: "/meetings/" + l.Meeting.ID.String()})
	return web.Render(w, r, http.StatusOK, ledgerPage(p, l, q, s.Now.Ms()))
}

// file answers a paper or a sheet of the meeting of the path.
func (s *Service) file(w http.ResponseWriter, r *http.Request, who access.Actor, name, mime string, do func(context.Context, access.Actor, Query) ([]byte, error)) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	body, err := do(r.Context(), who, q)
	if err != nil {
		return err
	}
	return web.Download(w, name, mime, body)
}

func (s *Service) pagePrint(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.file(w, r, who, say("ledger.paper.ledger")+".docx", docx, s.Print)
}

func (s *Service) pageSheet(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.file(w, r, who, say("ledger.paper.ledger")+".xlsx", xlsx, s.Sheet)
}

func (s *Service) pageSignIn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.file(w, r, who, say("ledger.paper.sign_in")+".docx", docx, s.SignIn)
}

type ledgerIn struct {
	Meeting web.Ref `path:"meeting"`
	Unit    web.Ref `query:"unit" doc:"people at or below it"`
	Site    web.Ref `query:"site" doc:"expected or recorded there"`
	Find    string  `query:"q" maxLength:"100"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}

func (in *ledgerIn) query() Query {
	return Query{Meeting: in.Meeting.ID, Unit: in.Unit.ID, Site: in.Site.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}}
}

func (s *Service) apiLedger(ctx context.Context, who access.Actor, in *ledgerIn) (Ledger, error) {
	return s.Of(ctx, who, in.query())
}

func (s *Service) apiPrint(ctx context.Context, who access.Actor, in *ledgerIn) (web.File, error) {
	body, err := s.Print(ctx, who, in.query())
	return web.File{Name: "ledger.docx", Type: docx, Body: body}, err
}

func (s *Service) apiSheet(ctx context.Context, who access.Actor, in *ledgerIn) (web.File, error) {
	body, err := s.Sheet(ctx, who, in.query())
	return web.File{Name: "ledger.xlsx", Type: xlsx, Body: body}, err
}

func (s *Service) apiSignIn(ctx context.Context, who access.Actor, in *ledgerIn) (web.File, error) {
	body, err := s.SignIn(ctx, who, in.query())
	return web.File{Name: "sign-in.docx", Type: docx, Body: body}, err
}

// local is an instant as the browser's date and time field takes it.
func local(ms int64) string { return clock.From(ms).Format("2006-01-02T15:04") }

func percent(n, of int64) string {
	if of == 0 {
		return "–"
	}
	return text.Percent(n, of, text.HalfUp)
}
