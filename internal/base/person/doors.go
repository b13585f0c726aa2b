package person

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside, beside the doors of intake.
func (s *Service) Routes() []web.Route {
	return slices.Concat([]web.Route{
		web.Page("GET /people", access.PersonRead, s.pageList),
		web.Page("GET /people.xlsx", access.PersonRead, s.pageExport("xlsx")),
		web.Page("GET /people.csv", access.PersonRead, s.pageExport("csv")),
		web.Page("GET /people/new", access.PersonEdit, s.pageNew),
		web.Page("POST /people", access.PersonEdit, s.pageCreate),
		web.Page("GET /people/{person}", access.PersonRead, s.pageShow),
		web.Page("GET /people/{person}/edit", access.PersonEdit, s.pageEdit),
		web.Page("POST /people/{person}", access.PersonEdit, s.pageSave),
		web.Page("GET /people/{person}/move", access.PersonEdit, s.pageMove),
		web.Page("POST /people/{person}/move", access.PersonEdit, s.pageMoved),
		web.Page("POST /people/{person}/leave", access.PersonEdit, s.pageLeave),
		web.Page("GET /people/{person}/stay", access.PersonEdit, s.pageStay),
		web.Page("POST /people/{person}/stay", access.PersonEdit, s.pageStayed),
		web.Page("POST /people/{person}/stay/end", access.PersonEdit, s.pageStayEnd),
		web.Page("GET /me/study", access.Self, s.pageMine),
		web.Page("GET /people/{person}/exempt", access.PersonEdit, s.pageExempt),
		web.Page("POST /people/{person}/exempt", access.PersonEdit, s.pageExempted),
		web.Page("POST /people/{person}/exempt/{exemption}/end", access.PersonEdit, s.pageExemptEnd),
	}, s.api())
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "org.units"), Href: "/units"}, {Text: web.T(r, "person.people"), Href: "/people"}}, more...)
}

func to(p id.ID) string { return "/people/" + p.String() }

func readFilter(r *http.Request) (f Filter, err error) {
	v := r.URL.Query()
	f = Filter{Text: v.Get("q"), Kind: v.Get("kind"), Key: v.Get("key") != "", Exempt: v.Get("exempt"), Left: v.Get("left") != "",
		Wide: v.Get("wide") != "", Page: db.Page{After: v.Get("after")}}
	if len(f.Text) > 400 {
		return f, fault.At("q", "web.too_long", "n", 100)
	}
	f.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	f.Unit, err = web.Query(r, "unit")
	return f, err
}

// with is the address of the same list, from its beginning, with one thing changed.
func with(r *http.Request, path, name, value string) string {
	v := url.Values{}
	for k, s := range r.URL.Query() {
		if k != name && k != "after" && s[0] != "" {
			v[k] = s[:1]
		}
	}
	if value != "" {
		v.Set(name, value)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := readFilter(r)
	if err != nil {
		return err
	}
	v := listView{Filter: f, mayEdit: who.Holds(access.PersonEdit),
		xlsx: with(r, "/people.xlsx", "", ""), csv: with(r, "/people.csv", "", "")}
	if v.Found, err = s.Search(r.Context(), who, f); err != nil {
		return err
	}
	if v.Found.Next != "" {
		v.next = with(r, "/people", "after", v.Found.Next)
	}
	if v.Partial && !f.Wide {
		v.more = with(r, "/people", "wide", "1")
	}
	if f.Page.After != "" {
		v.first = with(r, "/people", "", "")
	}
	if f.Unit != 0 {
		if v.unit, err = s.unit(r, who, f.Unit); err != nil {
			return err
		}
	}
	p := web.At(r, web.T(r, "person.people"), "unit", ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"})
	return web.Render(w, r, http.StatusOK, listPage(p, v))
}

// unit is a unit in who's sight, for the head of a list or form.
func (s *Service) unit(r *http.Request, who access.Actor, unit id.ID) (u org.Unit, err error) {
	return u, s.DB.Read(r.Context(), func(tx db.Tx) error {
		if u, err = org.Find(r.Context(), tx, unit); err != nil {
			return err
		}
		return access.Check(r.Context(), tx, who, access.PersonRead, unit)
	})
}

func (s *Service) pageExport(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		f, err := readFilter(r)
		if err != nil {
			return err
		}
		return web.Spool(w, "dang-vien."+kind, batch.Mime(kind), func(to io.Writer) error {
			return s.Export(r.Context(), who, f, to, kind, web.Lang(r))
		})
	}
}

// shown is the person of the path; edit asks also for the right to change.
func (s *Service) shown(r *http.Request, who access.Actor, edit bool) (View, error) {
	p, err := web.ID(r, "person")
	if err != nil {
		return View{}, err
	}
	v, err := s.Show(r.Context(), who, p)
	if err == nil && edit && !v.MayEdit {
		err = fault.New(fault.Denied, "access.denied")
	}
	return v, err
}

func (s *Service) frame(r *http.Request, v View, title string) ui.Page {
	return web.At(r, title, "unit", crumbs(r, ui.Crumb{Text: v.Home.Short, Href: "/people?unit=" + v.Unit.String()}, ui.Crumb{Text: v.Name, Href: to(v.ID)})...)
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, false)
	if err != nil {
		return err
	}
	p := web.At(r, v.Name, "unit", crumbs(r, ui.Crumb{Text: v.Home.Short, Href: "/people?unit=" + v.Unit.String()})...)
	return web.Render(w, r, http.StatusOK, showPage(p, v, s.Now.Day()))
}

// pageNew asks for the unit first, then for the person.
func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "person.new"), "unit", crumbs(r)...)
	if unit == 0 {
		return s.pick(w, r, who, p, "/people/new", web.T(r, "person.pick_new"))
	}
	v := formView{Person: Person{ID: id.New(), Unit: unit, Kind: Official, Since: s.Now.Day()}, action: "/people"}
	return s.form(w, r, who, http.StatusOK, p, v)
}

// pick shows a search for the unit; each hit leads back with ?unit=.
func (s *Service) pick(w http.ResponseWriter, r *http.Request, who access.Actor, p ui.Page, back, lead string) error {
	v := pickView{text: r.URL.Query().Get("q"), back: back, lead: lead}
	err := s.read(r.Context(), "pick unit", func(tx db.Tx) (err error) {
		v.units, err = org.Search(r.Context(), tx, who.Scope(access.PersonEdit), v.text, 30)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, pickPage(p, v))
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, status int, p ui.Page, v formView) (err error) {
	if v.home, err = s.unit(r, who, v.Unit); err != nil {
		return err
	}
	v.values = r.PostForm
	return web.Render(w, r, status, formPage(p, v))
}

func readPerson(f *web.Form) Person {
	p := Person{
		Name: f.Line("name", 1, nameMax), MemberNo: f.Line("member_no", 0, numberMax), Sex: f.Choice("sex", "", "m", "f"),
		Kind: f.Choice("kind", Kinds...), Position: f.Line("position", 0, textMax), KeyCadre: f.Has("key_cadre"),
		JoinedOn: f.Date("joined_on", false), OfficialOn: f.Date("official_on", false),
	}
	if p.Birth = strings.TrimSpace(f.Raw("birth")); !year(p.Birth) {
		p.Birth = f.Date("birth", false)
	}
	return p
}

func (s *Service) pageCreate(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	x := readPerson(f)
	x.ID, x.Unit, x.Since = f.ID("id", true), f.ID("unit", true), f.Date("since", false)
	if err = f.Err(); err == nil {
		_, err = s.Create(r.Context(), who, x, f.Has("sure"))
	}
	if mendable(err) && x.ID != 0 && x.Unit != 0 {
		p := web.At(r, web.T(r, "person.new"), "unit", crumbs(r)...)
		return s.form(w, r, who, status(err), p, formView{Person: x, action: "/people", errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(x.ID), "person.created")
}

// mendable reports whether the sender can mend the form.
func mendable(err error) bool {
	k := fault.Of(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

func status(err error) int {
	if fault.Of(err) == fault.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	return s.form(w, r, who, http.StatusOK, s.frame(r, v, web.T(r, "person.edit")), formView{Person: v.Person, action: to(v.ID)})
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	x := readPerson(f)
	x.ID, x.Unit = v.ID, v.Unit
	if err = f.Err(); err == nil {
		_, err = s.Edit(r.Context(), who, x)
	}
	if mendable(err) {
		return s.form(w, r, who, status(err), s.frame(r, v, web.T(r, "person.edit")), formView{Person: x, action: to(v.ID), errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "person.saved")
}

func (s *Service) pageMove(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	p := s.frame(r, v, web.T(r, "person.move"))
	if unit == 0 {
		return s.pick(w, r, who, p, to(v.ID)+"/move", web.T(r, "person.pick_move", "name", v.Name))
	}
	return s.moveForm(w, r, who, http.StatusOK, p, moveView{View: v, from: s.Now.Day()}, unit)
}

func (s *Service) moveForm(w http.ResponseWriter, r *http.Request, who access.Actor, status int, p ui.Page, v moveView, unit id.ID) (err error) {
	if v.to, err = s.unit(r, who, unit); err != nil {
		return err
	}
	return web.Render(w, r, status, movePage(p, v))
}

func (s *Service) pageMoved(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	unit, from, why := f.ID("unit", true), f.Date("from", true), f.Line("why", 0, textMax)
	if err = f.Err(); err == nil {
		err = s.Transfer(r.Context(), who, v.ID, Transfer{unit, from, f.Has("keep"), why})
	}
	if mendable(err) && unit != 0 {
		m := moveView{View: v, from: f.Raw("from"), why: why, keep: f.Has("keep"), errs: web.Errors(r, err)}
		return s.moveForm(w, r, who, status(err), s.frame(r, v, web.T(r, "person.move")), m, unit)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "person.moved")
}

func (s *Service) pageLeave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	p, err := web.ID(r, "person")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	last, why := f.Date("last", true), f.Line("why", 0, textMax)
	if err = f.Err(); err == nil {
		err = s.Leave(r.Context(), who, p, last, why)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(p), "person.left")
}

func (s *Service) pageExempt(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	e := Exemption{ID: id.New(), Kind: Exempt, From: s.Now.Day()}
	return web.Render(w, r, http.StatusOK, exemptPage(s.frame(r, v, web.T(r, "person.exempt_add")), exemptView{View: v, e: e}))
}

func (s *Service) pageExempted(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.shown(r, who, true)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	e := Exemption{ID: f.ID("id", true), Person: v.ID, Kind: f.Choice("kind", Exempt, Reduced), Reason: f.Line("reason", 1, textMax),
		From: f.Date("from", true), To: f.Date("to", false), Resolution: f.Line("resolution", 1, 100), Approver: f.Line("approver", 1, textMax),
		ResolvedOn: f.Date("resolved_on", true)}
	if err = f.Err(); err == nil {
		_, err = s.AddExemption(r.Context(), who, e)
	}
	if mendable(err) && e.ID != 0 {
		view := exemptView{View: v, e: e, errs: web.Errors(r, err)}
		return web.Render(w, r, status(err), exemptPage(s.frame(r, v, web.T(r, "person.exempt_add")), view))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "person.exempted")
}

func (s *Service) pageExemptEnd(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	e, err := web.ID(r, "exemption")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	last, why := f.Date("to", true), f.Line("why", 0, textMax)
	if err := f.Err(); err != nil {
		return err
	}
	done, err := s.EndExemption(r.Context(), who, e, last, why)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(done.Person), "person.exempt_ended")
}
