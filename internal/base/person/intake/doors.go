package intake

import (
	"bytes"
	"io"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
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

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v formView, code string) error {
	v.both, v.code = who.Holds(access.UnitEdit), code
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
	if sh.Under, err = s.under(r.Context(), code); err == nil {
		if sh.Name, sh.Body, err = upload(r); err == nil {
			_, _, err = s.Check(r.Context(), who, sh)
		}
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, http.StatusUnprocessableEntity, formView{id: sh.ID, kind: sh.Kind, usual: sh.Usual, errs: blame(r, err)}, code)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/import/"+sh.ID.String(), "")
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

func upload(r *http.Request) (string, []byte, error) {
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", nil, fault.At("file", "intake.no_file")
	}
	defer file.Close()
	if head.Size > Most {
		return "", nil, fault.At("file", "sheet.too_big")
	}
	body, err := io.ReadAll(io.LimitReader(file, Most))
	return head.Filename, body, err
}

func (s *Service) path(r *http.Request) (id.ID, error) { return web.ID(r, "sheet") }

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := s.path(r)
	if err != nil {
		return err
	}
	sh, res, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, resultPage(frame(r, sh.Kind, title(r, sh.Kind)), resultView{sh, res, nil}))
}

func (s *Service) pageApply(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := s.path(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	_, err = s.Apply(r.Context(), who, of, f.Has("good"))
	if k := fault.Of(err); k == fault.Conflict || k == fault.Invalid {
		return s.again(w, r, who, of, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/import/"+of.String(), "intake.applied")
}

// again shows the sheet with the reason why it was not applied.
func (s *Service) again(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, why error) error {
	sh, res, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusConflict, resultPage(frame(r, sh.Kind, title(r, sh.Kind)), resultView{sh, res, web.Errors(r, why)}))
}

func (s *Service) pageWrong(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := s.path(r)
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
