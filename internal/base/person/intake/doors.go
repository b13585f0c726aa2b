package intake

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside. Who may edit units may edit people too.
func (s *Service) Routes() []web.Route {
	return append([]web.Route{
		web.Page("GET /import", access.PersonEdit, s.pageNew),
		web.Upload("POST /import", access.PersonEdit, Most+1<<20, s.pageCheck),
		web.Page("GET /import/sample", access.PersonEdit, s.pageSample),
		web.Page("GET /import/{sheet}", access.PersonEdit, s.pageShow),
		web.Page("POST /import/{sheet}", access.PersonEdit, s.pageApply),
		web.Page("GET /import/{sheet}/columns", access.PersonEdit, s.pageColumns),
		web.Page("POST /import/{sheet}/columns", access.PersonEdit, s.pageUnderstood),
		web.Page("GET /import/{sheet}/rows/{verdict}", access.PersonEdit, s.pageRows),
		web.Page("POST /import/{sheet}/undo", access.PersonEdit, s.pageUndo),
		web.Page("GET /import/{sheet}/wrong", access.PersonEdit, s.pageWrong),
	}, s.api()...)
}

func frame(r *http.Request, kind, title string) ui.Page {
	back := ui.Crumb{Text: web.T(r, "person.people"), Href: "/people"}
	if kind == Units {
		back = ui.Crumb{Text: web.T(r, "org.units"), Href: "/units"}
	}
	return web.At(r, title, "unit", back)
}

func title(r *http.Request, kind string) string {
	if kind == Units {
		return web.T(r, "intake.title_units")
	}
	return web.T(r, "intake.title_people")
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	kind := r.URL.Query().Get("kind")
	if kind == "" {
		kind = People
	}
	if kind != Units && kind != People {
		return fault.Gone()
	}
	if err := may(who, kind); err != nil {
		return err
	}
	return s.form(w, r, who, http.StatusOK, formView{id: id.New(), kind: kind}, "")
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v formView, code string) (err error) {
	v.both, v.code = who.Holds(access.UnitEdit), code
	if v.last, err = s.List(r.Context(), who); err != nil {
		return err
	}
	return web.Render(w, r, status, formPage(frame(r, v.kind, title(r, v.kind)), v))
}

func (s *Service) pageCheck(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	sh := Sheet{ID: f.ID("id", true), Kind: f.Choice("kind", Units, People)}
	if sh.Kind == People {
		sh.Usual = f.Choice("usual", append([]string{""}, person.Kinds...)...)
	}
	code := f.Line("under", 0, 40)
	if err := f.Err(); err != nil {
		return err
	}
	if sh.Under, err = s.under(r.Context(), who, sh.Kind, code); err == nil {
		sh, err = s.sent(r.Context(), who, sh, f.File("file"))
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, http.StatusUnprocessableEntity, formView{id: sh.ID, kind: sh.Kind, usual: sh.Usual, errs: blame(r, err)}, code)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/import/"+sh.ID.String(), "")
}

// sent keeps the uploaded file.
func (s *Service) sent(ctx context.Context, who access.Actor, sh Sheet, up *web.Sent) (Sheet, error) {
	if up == nil {
		return sh, fault.At("file", "intake.no_file")
	}
	file, err := up.Open()
	if err != nil {
		return sh, err
	}
	defer file.Close()
	sh.Name, sh.Size = up.Filename, up.Size
	return s.Check(ctx, who, sh, file)
}

// blame puts what is wrong with the file beside its field.
func blame(r *http.Request, err error) ui.Errors {
	errs := web.Errors(r, err)
	if text, ok := errs[""]; ok {
		delete(errs, "")
		errs["file"] = text
	}
	return errs
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	return s.show(w, r, who, of, http.StatusOK, nil)
}

// refresh is after how many seconds a browser asks again how far a sheet is.
const refresh = "2"

// show is the page of a sheet in the state that it is in.
func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, status int, why error) error {
	sh, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := frame(r, sh.Kind, title(r, sh.Kind))
	v := resultView{Sheet: sh, list: map[batch.Verdict][]batch.Row{}}
	if why != nil {
		v.errs = web.Errors(r, why)
	}
	switch {
	case sh.State == Mapping:
		return s.columnsPage(w, r, who, of, status, why)
	case sh.Busy():
		w.Header().Set("Refresh", refresh)
		return web.Render(w, r, status, progressPage(p, v))
	}
	if v.list, err = s.Shown(r.Context(), who, of, shownMost); err != nil {
		return err
	}
	return web.Render(w, r, status, resultPage(p, v))
}

func (s *Service) pageApply(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	remove := f.Int("remove", 0, 1<<40, 0)
	if err = f.Err(); err == nil {
		_, err = s.Apply(r.Context(), who, of, f.Has("good"), remove)
	}
	return s.answer(w, r, who, of, err)
}

// answer leads back to the sheet, or shows it with the reason why nothing was done.
func (s *Service) answer(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, err error) error {
	switch fault.Of(err) {
	case fault.Conflict:
		return s.show(w, r, who, of, http.StatusConflict, err)
	case fault.Invalid:
		return s.show(w, r, who, of, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/import/"+of.String(), "")
}

func (s *Service) pageUndo(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	_, err = s.Undo(r.Context(), who, of)
	return s.answer(w, r, who, of, err)
}

func (s *Service) pageColumns(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	return s.columnsPage(w, r, who, of, http.StatusOK, nil)
}

func (s *Service) columnsPage(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, status int, why error) error {
	sh, looks, err := s.Look(r.Context(), who, of)
	if err != nil {
		return err
	}
	v := columnsView{Sheet: sh, looks: looks}
	if why != nil {
		v.errs = web.Errors(r, why)
	}
	return web.Render(w, r, status, columnsPage(frame(r, sh.Kind, title(r, sh.Kind)), v))
}

func (s *Service) pageUnderstood(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	sh, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	m := said(f, sh)
	name := f.Line("source", 0, 100)
	if err = f.Err(); err == nil {
		_, err = s.Understood(r.Context(), who, of, m, name)
	}
	if fault.Of(err) == fault.Invalid {
		return s.columnsPage(w, r, who, of, http.StatusUnprocessableEntity, err)
	}
	return s.answer(w, r, who, of, err)
}

// said is the mapping that a form describes: a key and an encoding for each column.
func said(f *web.Form, sh Sheet) sheet.Mapping {
	m := sheet.Mapping{Columns: map[string][2]int{}, Legacy: map[int]text.Legacy{}}
	if sh.Mapping != nil {
		m.Sheet, m.First, m.Last = sh.Mapping.Sheet, sh.Mapping.First, sh.Mapping.Last
	}
	m.First = int(f.Int("first", 1, 1<<20, int64(m.First)))
	m.Last = int(f.Int("last", 1, 1<<20, int64(m.Last)))
	allowed := []string{""}
	for _, c := range sh.columns() {
		allowed = append(allowed, c.Key)
	}
	for n := 1; n <= mappedMost && f.Has(field("col", n)); n++ {
		if l := f.Choice(field("enc", n), "", string(text.TCVN3), string(text.VNI), string(text.CP1258)); l != "" {
			m.Legacy[n] = text.Legacy(l)
		}
		key := f.Choice(field("col", n), allowed...)
		at, twice := m.Columns[key]
		switch {
		case key == "":
		case twice && at[1] == n-1:
			m.Columns[key] = [2]int{at[0], n}
		case twice:
			f.Blame(field("col", n), "intake.column_twice")
		default:
			m.Columns[key] = [2]int{n, n}
		}
	}
	return m
}

func (s *Service) pageRows(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	k := batch.Verdict(r.PathValue("verdict"))
	after, bad := strconv.Atoi(cmp.Or(r.URL.Query().Get("after"), "0"))
	if bad != nil || !slices.Contains(shownVerdicts, k) {
		return fault.Gone()
	}
	sh, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	rows, err := s.Rows(r.Context(), who, of, k, after, shownMost)
	if err != nil {
		return err
	}
	p := frame(r, sh.Kind, title(r, sh.Kind))
	p.Crumbs = append(p.Crumbs, ui.Crumb{Text: sh.Name, Href: "/import/" + of.String()})
	return web.Render(w, r, http.StatusOK, rowsPage(p, resultView{Sheet: sh, list: map[batch.Verdict][]batch.Row{k: rows}}, k))
}

func (s *Service) pageWrong(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "sheet")
	if err != nil {
		return err
	}
	kind := "xlsx"
	if r.URL.Query().Get("as") == "csv" {
		kind = "csv"
	}
	body, _, err := s.Wrong(r.Context(), who, of, kind, web.Lang(r))
	if err != nil {
		return err
	}
	return web.Download(w, "can-sua."+kind, batch.Mime(kind), body)
}

func (s *Service) pageSample(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	var b bytes.Buffer
	kind := r.URL.Query().Get("kind")
	if err := Sample(&b, kind); err != nil {
		return err
	}
	return web.Download(w, "mau-"+kind+".xlsx", batch.Mime("xlsx"), b.Bytes())
}

// Sample writes a sheet to fill in. Fault: Missing for an unknown kind.
func Sample(w io.Writer, kind string) error {
	switch kind {
	case Units:
		return org.Sample(w)
	case People:
		return person.Sample(w)
	}
	return fault.Gone()
}
