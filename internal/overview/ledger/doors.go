package ledger

import (
	"context"
	"net/http"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

const (
	docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /units/{unit}/ledger", access.AttendanceRead, s.pageUnit),
		web.Page("GET /units/{unit}/ledger.docx", access.AttendanceRead, s.pageUnitFile(docx, s.Print)),
		web.Page("GET /units/{unit}/ledger.xlsx", access.AttendanceRead, s.pageUnitFile(xlsx, s.Sheet)),
		web.Page("GET /people/{person}/ledger", access.PersonRead, s.pagePerson),
		web.Page("GET /people/{person}/ledger.docx", access.PersonRead, s.pagePersonPaper),
		web.Page("GET /me/ledger", access.Self, s.pageMine),
		web.Page("GET /me/ledger.docx", access.Self, s.pageMyPaper),
		web.Op("GET /api/v1/units/{unit}/ledger", access.AttendanceRead, "unit-ledger", "A year of a unit's study: campaigns, meetings, people of one campaign", s.apiUnit),
		web.OpFile("GET /api/v1/units/{unit}/ledger.docx", access.AttendanceRead, "unit-ledger-docx", "The unit's year as an official paper", s.apiPrint),
		web.OpFile("GET /api/v1/units/{unit}/ledger.xlsx", access.AttendanceRead, "unit-ledger-xlsx", "The unit's year as a sheet", s.apiSheet),
		web.Op("GET /api/v1/people/{person}/ledger", access.PersonRead, "person-ledger", "A year of somebody's study", s.apiPerson),
		web.OpFile("GET /api/v1/people/{person}/ledger.docx", access.PersonRead, "person-ledger-docx", "Somebody's year as an official paper", s.apiPrintPerson),
	}
}

// yearOf reads the year asked for; 0 is this one. Fault: Invalid.
func yearOf(r *http.Request) (int, error) {
	v := r.URL.Query().Get("year")
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil || n == 0 {
		return 0, fault.At("year", "web.not_number", "min", 1990, "max", 2100)
	}
	return n, nil
}

func readAsk(r *http.Request) (a Ask, err error) {
	if a.Unit, err = web.ID(r, "unit"); err != nil {
		return a, err
	}
	if a.Campaign, err = web.Query(r, "campaign"); err != nil {
		return a, err
	}
	a.Page.After = r.URL.Query().Get("after")
	a.Year, err = yearOf(r)
	return a, err
}

func (s *Service) pageUnit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	a, err := readAsk(r)
	if err != nil {
		return err
	}
	u, err := s.OfUnit(r.Context(), who, a)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "ledger.of", "name", u.Name), "unit", ui.Crumb{Text: web.T(r, "ledger.book.units"), Href: "/units"}, ui.Crumb{Text: u.Name, Href: "/units/" + u.Unit.String()})
	return web.Render(w, r, http.StatusOK, unitPage(p, u, who.Holds(access.ReportRead), s.Now().Year()))
}

func (s *Service) pageUnitFile(mime string, do func(context.Context, access.Actor, Ask) ([]byte, error)) web.Handler {
	ending := map[string]string{docx: ".docx", xlsx: ".xlsx"}[mime]
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		a, err := readAsk(r)
		if err != nil {
			return err
		}
		b, err := do(r.Context(), who, a)
		if err != nil {
			return err
		}
		return web.Download(w, say("ledger.title")+ending, mime, b)
	}
}

func (s *Service) pagePerson(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	person, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	return s.person(w, r, who, person, "/people/"+person.String()+"/ledger", ui.Crumb{Text: web.T(r, "ledger.people"), Href: "/people"})
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.person(w, r, who, who.Person, "/me/ledger")
}

func (s *Service) person(w http.ResponseWriter, r *http.Request, who access.Actor, person id.ID, path string, crumbs ...ui.Crumb) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	m, err := s.OfPerson(r.Context(), who, person, year)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "ledger.of", "name", m.Name), "person", crumbs...)
	return web.Render(w, r, http.StatusOK, personPage(p, m, path, who.Holds(access.MeetingRead), s.Now().Year()))
}

func (s *Service) pagePersonPaper(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	person, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	return s.personPaper(w, r, who, person)
}

func (s *Service) pageMyPaper(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.personPaper(w, r, who, who.Person)
}

func (s *Service) personPaper(w http.ResponseWriter, r *http.Request, who access.Actor, person id.ID) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	b, err := s.PrintPerson(r.Context(), who, person, year)
	if err != nil {
		return err
	}
	return web.Download(w, say("ledger.title")+".docx", docx, b)
}

type unitIn struct {
	Unit     web.Ref `path:"unit"`
	Year     int     `query:"year" minimum:"0" maximum:"2100"`
	Campaign web.Ref `query:"campaign" doc:"whose people follow; the last of the year unless given"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (in *unitIn) ask() Ask {
	return Ask{Unit: in.Unit.ID, Campaign: in.Campaign.ID, Year: in.Year, Page: db.Page{After: in.After, Limit: in.Limit}}
}

func (s *Service) apiUnit(ctx context.Context, who access.Actor, in *unitIn) (Unit, error) {
	return s.OfUnit(ctx, who, in.ask())
}

func (s *Service) apiPrint(ctx context.Context, who access.Actor, in *unitIn) (web.File, error) {
	body, err := s.Print(ctx, who, in.ask())
	return web.File{Name: "ledger.docx", Type: docx, Body: body}, err
}

func (s *Service) apiSheet(ctx context.Context, who access.Actor, in *unitIn) (web.File, error) {
	body, err := s.Sheet(ctx, who, in.ask())
	return web.File{Name: "ledger.xlsx", Type: xlsx, Body: body}, err
}

type personIn struct {
	Person web.Ref `path:"person"`
	Year   int     `query:"year" minimum:"0" maximum:"2100"`
}

func (s *Service) apiPerson(ctx context.Context, who access.Actor, in *personIn) (Person, error) {
	return s.OfPerson(ctx, who, in.Person.ID, in.Year)
}

func (s *Service) apiPrintPerson(ctx context.Context, who access.Actor, in *personIn) (web.File, error) {
	body, err := s.PrintPerson(ctx, who, in.Person.ID, in.Year)
	return web.File{Name: "ledger.docx", Type: docx, Body: body}, err
}
