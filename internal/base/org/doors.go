package org

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return slices.Concat([]web.Route{
		web.Page("GET /units", access.UnitRead, s.pageTree),
		web.Page("GET /units.xlsx", access.UnitRead, s.pageExport("xlsx")),
		web.Page("GET /units.csv", access.UnitRead, s.pageExport("csv")),
		web.Page("GET /units/new", access.UnitEdit, s.pageNew),
		web.Page("POST /units", access.UnitEdit, s.pageCreate),
		web.Page("GET /units/{unit}", access.UnitRead, s.pageShow),
		web.Page("GET /units/{unit}/edit", access.UnitEdit, s.pageEdit),
		web.Page("POST /units/{unit}", access.UnitEdit, s.pageSave),
		web.Page("GET /units/{unit}/move", access.UnitEdit, s.pageMove),
		web.Page("POST /units/{unit}/move", access.UnitEdit, s.pageMoved),
		web.Page("POST /units/{unit}/close", access.UnitEdit, s.pageClose),
		web.Page("POST /units/{unit}/reopen", access.UnitEdit, s.pageReopen),
	}, s.api())
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "org.units"), Href: "/units"}}, more...)
}

func to(u id.ID) string { return "/units/" + u.String() }

// query is the list as its address says.
type query struct {
	Filter
	opened []id.ID // nil: not said
	values url.Values
}

func readQuery(r *http.Request) (q query, err error) {
	v := r.URL.Query()
	q = query{values: v, Filter: Filter{Text: v.Get("q"), Level: v.Get("level"), Closed: v.Get("closed") != "", Page: db.Page{After: v.Get("after")}}}
	if len(q.Text) > 400 {
		return q, fault.At("q", "web.too_long", "n", 100)
	}
	q.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	q.Under, err = web.Query(r, "under")
	if v.Has("open") {
		q.opened = []id.ID{}
		for _, s := range strings.Split(v.Get("open"), ".") {
			if u, err := id.Parse(s); err == nil && len(q.opened) < openMost {
				q.opened = append(q.opened, u)
			}
		}
	}
	return q, err
}

// narrowed reports whether the query asks for a list instead of the tree.
func (q query) narrowed() bool { return q.Text != "" || q.Level != "" || q.Under != 0 || q.Closed }

// with is the address of the same list, from its beginning, with one thing changed.
func (q query) with(path, name, value string) string {
	v := url.Values{}
	for k, s := range q.values {
		if k != name && k != "after" && k != "open" && s[0] != "" {
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

// toggle is the address of the tree with one unit opened or closed.
func toggle(opened []id.ID, u id.ID) string {
	var now []string
	for _, o := range opened {
		if o != u {
			now = append(now, o.String())
		}
	}
	if !slices.Contains(opened, u) {
		now = append(now, u.String())
	}
	return "/units?open=" + strings.Join(now, ".") + "#u" + u.String()
}

func (s *Service) pageTree(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	v := treeView{query: q, mayEdit: who.Holds(access.UnitEdit)}
	if v.levels, err = s.AllLevels(r.Context(), ""); err != nil {
		return err
	}
	if q.narrowed() {
		v.items, v.next, v.total, err = s.List(r.Context(), who, q.Filter)
	} else if v.items, err = s.Tree(r.Context(), who, q.opened); err == nil && q.opened == nil {
		for _, it := range v.items {
			if it.Opened {
				v.opened = append(v.opened, it.ID)
			}
		}
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, treePage(web.At(r, web.T(r, "org.units"), "unit"), v))
}

func (s *Service) pageExport(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		q, err := readQuery(r)
		if err != nil {
			return err
		}
		return web.Spool(w, "to-chuc-dang."+kind, batch.Mime(kind), func(to io.Writer) error {
			return s.Export(r.Context(), who, q.Filter, to, kind, web.Lang(r))
		})
	}
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.pathUnit(r, who)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, showPage(web.At(r, v.Name, "unit", pathCrumbs(r, v)...), v, s.Now.Day(), who.Holds(access.UnitEdit)))
}

// pathCrumbs is the way down to a unit.
func pathCrumbs(r *http.Request, v View) []ui.Crumb {
	out := crumbs(r)
	for _, u := range v.Path {
		out = append(out, ui.Crumb{Text: u.Short, Href: to(u.ID)})
	}
	return out
}

func (s *Service) pathUnit(r *http.Request, who access.Actor) (View, error) {
	u, err := web.ID(r, "unit")
	if err != nil {
		return View{}, err
	}
	return s.Show(r.Context(), who, u)
}

// pageNew asks for the parent first, then for the unit.
func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	parent, err := web.Query(r, "parent")
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "org.new"), "unit", crumbs(r)...)
	if parent == 0 {
		return s.pick(w, r, who, p, "/units/new", "")
	}
	u := Unit{ID: id.New(), Parent: parent, From: s.Now.Day()}
	return s.form(w, r, who, http.StatusOK, p, "/units", u, nil)
}

// pick shows a search for the parent; each hit leads back with ?parent=.
func (s *Service) pick(w http.ResponseWriter, r *http.Request, who access.Actor, p ui.Page, back, lead string) error {
	q, err := readQuery(r)
	if err != nil {
		return err
	}
	q.Filter = Filter{Text: q.Text, Page: db.Page{Limit: 30, After: q.Page.After}}
	items, next, total, err := s.List(r.Context(), who, q.Filter)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, pickPage(p, pickView{query: q, items: items, next: next, total: total, back: back, lead: lead}))
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, status int, p ui.Page, action string, u Unit, errs ui.Errors) error {
	v := formView{Unit: u, action: action, errs: errs, values: r.PostForm}
	parent := u.Parent
	if parent != 0 {
		above, err := s.Show(r.Context(), who, parent)
		if err != nil {
			return err
		}
		v.above = above.Unit
	}
	var err error
	if v.levels, err = s.AllLevels(r.Context(), ""); err != nil {
		return err
	}
	v.day = s.Now.Day()
	return web.Render(w, r, status, formPage(p, v))
}

func readUnit(f *web.Form) Unit {
	return Unit{
		Code: f.Line("code", 1, codeMax), Level: f.Line("level", 1, codeMax), Name: f.Line("name", 1, nameMax), Short: f.Line("short", 0, nameMax),
		Committee: f.Line("committee", 0, nameMax), Symbol: f.Line("symbol", 0, tagMax), Place: f.Line("place", 0, 100),
		Position: int(f.Int("position", -positionMax, positionMax, 0)),
	}
}

func (s *Service) pageCreate(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	u := readUnit(f)
	u.ID, u.Parent, u.From = f.ID("id", true), f.ID("parent", true), f.Date("from", false)
	if err = f.Err(); err == nil {
		_, err = s.Create(r.Context(), who, u)
	}
	if refused(err) && u.ID != 0 && u.Parent != 0 {
		p := web.At(r, web.T(r, "org.new"), "unit", crumbs(r)...)
		return s.form(w, r, who, status(err), p, "/units", u, web.Errors(r, err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(u.ID), "org.created")
}

// refused reports whether the sender can mend the form.
func refused(err error) bool {
	k := fault.Of(err)
	return err != nil && (k == fault.Invalid || k == fault.Conflict)
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.editable(r, who)
	if err != nil {
		return err
	}
	return s.form(w, r, who, http.StatusOK, s.editFrame(r, v, "org.edit"), to(v.ID), v.Unit, nil)
}

func (s *Service) editFrame(r *http.Request, v View, title string) ui.Page {
	return web.At(r, web.T(r, title), "unit", append(pathCrumbs(r, v), ui.Crumb{Text: v.Short, Href: to(v.ID)})...)
}

// editable is the unit of the path, for who may change it.
func (s *Service) editable(r *http.Request, who access.Actor) (View, error) {
	v, err := s.pathUnit(r, who)
	if err == nil && !v.MayEdit {
		err = fault.New(fault.Denied, "access.denied")
	}
	return v, err
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.editable(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	u := readUnit(f)
	u.ID = v.ID
	if err = f.Err(); err == nil {
		_, err = s.Edit(r.Context(), who, u)
	}
	if refused(err) {
		u.Parent = v.Parent
		return s.form(w, r, who, status(err), s.editFrame(r, v, "org.edit"), to(v.ID), u, web.Errors(r, err))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "org.saved")
}

func (s *Service) pageMove(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.editable(r, who)
	if err != nil {
		return err
	}
	parent, err := web.Query(r, "parent")
	if err != nil {
		return err
	}
	p := s.editFrame(r, v, "org.move")
	err = s.DB.Read(r.Context(), func(tx db.Tx) error { return single(r.Context(), tx, who, v.ID, s.Now.Day()) })
	if fault.Of(err) == fault.Conflict {
		return web.Render(w, r, http.StatusOK, eventPage(p, v.Unit, web.T(r, fault.Key(err), fault.List(err)[0].Args...)))
	}
	if err != nil {
		return err
	}
	if parent == 0 {
		return s.pick(w, r, who, p, to(v.ID)+"/move", v.Name)
	}
	return s.moveForm(w, r, who, http.StatusOK, p, moveView{View: v, from: s.Now.Day()}, parent)
}

func (s *Service) moveForm(w http.ResponseWriter, r *http.Request, who access.Actor, status int, p ui.Page, v moveView, parent id.ID) error {
	above, err := s.Show(r.Context(), who, parent)
	if err != nil {
		return err
	}
	v.above = above.Unit
	return web.Render(w, r, status, movePage(p, v))
}

func (s *Service) pageMoved(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.editable(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	parent, from, why := f.ID("parent", true), f.Date("from", true), f.Line("why", 0, 300)
	if err = f.Err(); err == nil {
		err = s.Move(r.Context(), who, v.ID, parent, from, why)
	}
	if refused(err) && parent != 0 {
		m := moveView{View: v, from: f.Raw("from"), why: why, errs: web.Errors(r, err)}
		return s.moveForm(w, r, who, status(err), s.editFrame(r, v, "org.move"), m, parent)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.ID), "org.moved")
}

func (s *Service) pageClose(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, "org.closed", func(u id.ID, f *web.Form) error {
		last, why := f.Date("to", true), f.Line("why", 0, 300)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Close(r.Context(), who, u, last, why)
	})
}

func (s *Service) pageReopen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, "org.reopened", func(u id.ID, f *web.Form) error {
		why := f.Line("why", 0, 300)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Reopen(r.Context(), who, u, why)
	})
}

// deed does something to the unit of the path and goes back to it.
func (s *Service) deed(w http.ResponseWriter, r *http.Request, notice string, do func(id.ID, *web.Form) error) error {
	u, err := web.ID(r, "unit")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err == nil {
		err = do(u, f)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(u), notice)
}

func status(err error) int {
	if fault.Of(err) == fault.Conflict {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}
