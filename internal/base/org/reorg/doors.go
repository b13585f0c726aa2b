package reorg

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// most bounds a sheet of steps, in bytes.
const most = 8 << 20

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const one = "/reorganisations/{event}"
	return slices.Concat([]web.Route{
		web.Page("GET /reorganisations", access.UnitRead, s.pageList),
		web.Page("GET /reorganisations/new", access.UnitEdit, s.pageNew),
		web.Page("GET /reorganisations/sample", access.UnitEdit, s.pageSample),
		web.Page("POST /reorganisations", access.UnitEdit, s.pagePrepare),
		web.Page("GET "+one, access.UnitRead, s.pageShow),
		web.Page("GET "+one+"/edit", access.UnitEdit, s.pageEdit),
		web.Page("GET "+one+"/step", access.UnitEdit, s.pageStep),
		web.Page("POST "+one+"/step", access.UnitEdit, s.pageAdd),
		web.Page("POST "+one+"/drop", access.UnitEdit, s.pageDrop),
		web.Upload("POST "+one+"/sheet", access.UnitEdit, most+1<<20, s.pageSheet),
		web.Page("POST "+one+"/submit", access.UnitEdit, s.pageSubmit),
		web.Page("POST "+one+"/rework", access.UnitEdit, s.pageRework),
		web.Page("POST "+one+"/cancel", access.UnitEdit, s.pageCancel),
		web.Page("POST "+one+"/confirm", access.UnitEdit, s.pageConfirm),
		web.Page("POST "+one+"/undo", access.UnitEdit, s.pageUndo),
	}, s.api())
}

func to(e id.ID) string { return "/reorganisations/" + e.String() }

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "org.units"), Href: "/units"}, {Text: web.T(r, "reorg.list"), Href: "/reorganisations"}}, more...)
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q := r.URL.Query()
	v := listView{state: q.Get("state"), after: q.Get("after"), edit: who.Holds(access.UnitEdit)}
	if !slices.Contains(States, v.state) {
		v.state = ""
	}
	var err error
	if v.rows, v.total, err = s.List(r.Context(), who, v.state, db.Page{After: v.after}); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "reorg.list"), "unit", crumbs(r)[:1]...), v))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	v := headView{Event: Event{ID: id.New(), Day: s.Now.Day(), Unit: who.Home()}}
	if unit != 0 {
		v.Unit = unit
	}
	if v.code, err = s.code(r.Context(), who, v.Unit); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, headPage(web.At(r, web.T(r, "reorg.new"), "unit", crumbs(r)...), v))
}

// code is the organisation code of a unit that who sees, "" for none.
func (s *Service) code(ctx context.Context, who access.Actor, unit id.ID) (code string, err error) {
	if unit == 0 {
		return "", nil
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.UnitRead, unit); err != nil {
			return err
		}
		u, err := org.Find(ctx, tx, unit)
		code = u.Code
		return err
	})
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return "", nil
	}
	return code, err
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.load(r, who)
	if err != nil {
		return err
	}
	if !v.MayEdit {
		return fault.New(fault.Conflict, "reorg.not_draft")
	}
	return web.Render(w, r, http.StatusOK, headPage(s.frame(r, v, "reorg.edit"), headView{Event: v.Event, code: v.Units[v.Event.Unit].Code, known: true}))
}

func (s *Service) frame(r *http.Request, v View, title string) ui.Page {
	p := web.At(r, web.T(r, title), "unit", crumbs(r, ui.Crumb{Text: v.Event.Title, Href: to(v.Event.ID)})...)
	return p
}

func (s *Service) load(r *http.Request, who access.Actor) (View, error) {
	e, err := web.ID(r, "event")
	if err != nil {
		return View{}, err
	}
	return s.Show(r.Context(), who, e)
}

// pagePrepare makes a new event or changes the head of a draft, whose steps stay.
func (s *Service) pagePrepare(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	e := Event{ID: f.ID("id", true), Title: f.Line("title", 1, 300), Basis: f.Line("basis", 0, 300), Day: f.Date("day", true)}
	code := f.Line("unit", 1, 40)
	old, known, err := s.mine(r.Context(), who, e.ID)
	if err != nil {
		return err
	}
	e.Steps = old.Steps
	if err = f.Err(); err == nil {
		if e.Unit, err = s.byCode(r.Context(), who, code); err == nil {
			_, err = s.Prepare(r.Context(), who, e)
		}
	}
	if fault.Of(err) == fault.Invalid && e.ID != 0 {
		title := "reorg.new"
		if known {
			title = "reorg.edit"
		}
		v := headView{Event: e, values: r.PostForm, errs: web.Errors(r, err), known: known}
		return web.Render(w, r, http.StatusUnprocessableEntity, headPage(web.At(r, web.T(r, title), "unit", crumbs(r)...), v))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(e.ID), "reorg.saved")
}

// mine is the event that who made under an id, if there is one.
func (s *Service) mine(ctx context.Context, who access.Actor, event id.ID) (e Event, known bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		e, err = find(ctx, tx, event)
		return err
	})
	switch {
	case fault.Of(err) == fault.Missing:
		return Event{}, false, nil
	case err == nil && e.CreatedBy != who.Account:
		return Event{}, false, fault.New(fault.Conflict, "reorg.not_yours")
	}
	return e, err == nil, err
}

func (s *Service) byCode(ctx context.Context, who access.Actor, code string) (unit id.ID, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		u, err := org.ByCode(ctx, tx, code)
		if err == nil {
			err = access.Check(ctx, tx, who, access.UnitEdit, u.ID)
		}
		unit = u.ID
		return err
	})
	if fault.Of(err) == fault.Missing {
		err = fault.At("unit", "reorg.unknown_code", "code", code)
	}
	return unit, err
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.page(w, r, who, http.StatusOK, nil)
}

// page is the page of an event, perhaps with what was wrong with the deed that was asked for.
func (s *Service) page(w http.ResponseWriter, r *http.Request, who access.Actor, status int, wrong error) error {
	v, err := s.load(r, who)
	if err != nil {
		return err
	}
	if wrong == nil {
		wrong = v.wrong
	}
	errs := web.Errors(r, wrong)
	if len(v.Event.Steps) == 0 && status == http.StatusOK {
		errs = nil
	}
	p := web.At(r, v.Event.Title, "unit", crumbs(r)...)
	return web.Render(w, r, status, showPage(p, v, errs))
}

func (s *Service) pageStep(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.load(r, who)
	if err != nil {
		return err
	}
	kind := r.URL.Query().Get("kind")
	if !slices.Contains(plan.Kinds, kind) {
		return fault.Gone()
	}
	if !v.MayEdit {
		return fault.New(fault.Conflict, "reorg.not_draft")
	}
	return s.stepForm(w, r, http.StatusOK, v, stepView{kind: kind, id: id.New()})
}

func (s *Service) stepForm(w http.ResponseWriter, r *http.Request, status int, v View, f stepView) error {
	f.Event, f.levels = v.Event, v.Levels
	p := s.frame(r, v, "reorg.kind."+f.kind)
	return web.Render(w, r, status, stepPage(p, f))
}

func readStep(f *web.Form) Typed {
	return Typed{ID: f.ID("id", true), Kind: f.Choice("kind", plan.Kinds...), Units: f.Text("units", 200_000), Into: f.Line("into", 0, 40), Above: f.Line("above", 0, 40),
		New: plan.Fresh{Code: f.Line("code", 0, 40), Level: f.Line("new_level", 0, 40), Name: f.Line("name", 0, 300), Short: f.Line("short", 0, 300),
			Committee: f.Line("committee", 0, 300), Symbol: f.Line("symbol", 0, 20), Place: f.Line("place", 0, 100)},
		Below: f.Text("below", 200_000), Like: f.Line("like", 0, 100), BornFrom: f.Line("born_from", 0, 4), BornTo: f.Line("born_to", 0, 4),
		Position: f.Line("position", 0, 100), Numbers: f.Text("numbers", 200_000), Level: f.Line("level", 0, 40)}
}

func (s *Service) pageAdd(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v, err := s.load(r, who)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	t := readStep(f)
	if err = f.Err(); err == nil {
		_, err = s.Add(r.Context(), who, v.Event.ID, t)
	}
	if fault.Of(err) == fault.Invalid && t.Kind != "" && t.ID != 0 {
		return s.stepForm(w, r, http.StatusUnprocessableEntity, v, stepView{kind: t.Kind, id: t.ID, values: r.PostForm, errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(v.Event.ID), "reorg.step_added")
}

func (s *Service) pageDrop(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, who, "reorg.step_dropped", func(ctx context.Context, e id.ID, f *web.Form) error {
		step := f.ID("step", true)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.Drop(ctx, who, e, step)
		return err
	})
}

func (s *Service) pageSheet(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, who, "reorg.sheet_read", func(ctx context.Context, e id.ID, f *web.Form) error {
		key, head := f.ID("id", true), f.File("file")
		if head == nil {
			f.Blame("file", "reorg.no_file")
		}
		if err := f.Err(); err != nil {
			return err
		}
		if head.Size > most {
			return fault.At("file", "sheet.too_big")
		}
		file, err := head.Open()
		if err != nil {
			return err
		}
		defer file.Close()
		body, err := io.ReadAll(io.LimitReader(file, most))
		if err == nil {
			_, err = s.AddSheet(ctx, who, e, key, batch.Bytes(head.Filename, body))
		}
		return err
	})
}

func (s *Service) pageSample(w http.ResponseWriter, _ *http.Request, _ access.Actor) error {
	var b bytes.Buffer
	if err := Sample(&b); err != nil {
		return err
	}
	return web.Download(w, "mau-sap-xep.xlsx", batch.Mime("xlsx"), b.Bytes())
}

// deed does something to the event of the path and goes back to it; what the sender can mend
// is said on the event's page.
func (s *Service) deed(w http.ResponseWriter, r *http.Request, who access.Actor, notice string, do func(context.Context, id.ID, *web.Form) error) error {
	e, err := web.ID(r, "event")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err == nil {
		err = do(r.Context(), e, f)
	}
	switch fault.Of(err) {
	case fault.Invalid:
		return s.page(w, r, who, http.StatusUnprocessableEntity, err)
	case fault.Conflict:
		return s.page(w, r, who, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(e), notice)
}

func (s *Service) pageSubmit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, who, "reorg.submitted", func(ctx context.Context, e id.ID, _ *web.Form) error {
		_, err := s.Submit(ctx, who, e)
		return err
	})
}

func (s *Service) pageRework(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withWhy(w, r, who, "reorg.reworked", 0, s.Rework)
}

func (s *Service) pageCancel(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withWhy(w, r, who, "reorg.cancelled", 0, s.Cancel)
}

func (s *Service) pageUndo(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.withWhy(w, r, who, "reorg.undone", 1, s.Undo)
}

func (s *Service) withWhy(w http.ResponseWriter, r *http.Request, who access.Actor, notice string, least int,
	do func(context.Context, access.Actor, id.ID, string) (Event, error)) error {
	return s.deed(w, r, who, notice, func(ctx context.Context, e id.ID, f *web.Form) error {
		why := f.Line("why", least, 300)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := do(ctx, who, e, why)
		return err
	})
}

func (s *Service) pageConfirm(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.deed(w, r, who, "reorg.confirmed", func(ctx context.Context, e id.ID, f *web.Form) error {
		seal := f.Line("seal", 0, 100)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.Confirm(ctx, who, e, seal)
		return err
	})
}
