package document

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	most := s.Files.Limit() + 1<<20
	return append([]web.Route{
		web.Page("GET /documents", access.DocumentRead, s.pageList),
		web.Page("GET /documents.xlsx", access.DocumentRead, s.pageExport("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
		web.Page("GET /documents.csv", access.DocumentRead, s.pageExport("csv", "text/csv; charset=utf-8")),
		web.Page("GET /documents/new", access.DocumentEdit, s.pageNew),
		web.Page("POST /documents", access.DocumentEdit, s.pageRegister),
		web.Page("GET /documents/{document}", access.DocumentRead, s.pageShow),
		web.Page("GET /documents/{document}/edit", access.DocumentEdit, s.pageEdit),
		web.Page("POST /documents/{document}", access.DocumentEdit, s.pageSave),
		web.Upload("POST /documents/{document}/files", access.DocumentEdit, most, s.pageAttach),
		web.Page("GET /documents/{document}/files/{file}", access.DocumentRead, s.pageFile),
		web.Page("POST /documents/{document}/files/{file}/remove", access.DocumentEdit, s.pageRemove),
	}, s.api(most)...)
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "document.list"), Href: "/documents"}}, more...)
}

func to(d id.ID) string { return "/documents/" + d.String() }

var year = regexp.MustCompile(`^[12]\d{3}$`)

func readFilter(r *http.Request) (f Filter, err error) {
	v := r.URL.Query()
	f = Filter{Find: v.Get("q"), Kind: v.Get("kind"), Year: v.Get("year"), Issuer: v.Get("issuer"), Page: db.Page{After: v.Get("after")}}
	f.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	f.Target, err = web.Query(r, "target")
	if f.Year != "" && !year.MatchString(f.Year) {
		return f, fault.At("year", "web.choose")
	}
	return f, errors.Join(err, f.check())
}

// address is the list with this filter; path is "/documents" or a sheet of it.
func (f Filter) address(path, after string) string {
	v := url.Values{}
	for k, s := range map[string]string{"q": f.Find, "kind": f.Kind, "year": f.Year, "issuer": f.Issuer, "target": f.Target.String(), "after": after} {
		if s != "" {
			v.Set(k, s)
		}
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
	l, err := s.List(r.Context(), who, f)
	if err != nil {
		return err
	}
	c, err := s.choices(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "document.list"), "document")
	return web.Render(w, r, http.StatusOK, listPage(p, f, l, c, who.Holds(access.DocumentEdit)))
}

func (s *Service) pageExport(kind, mime string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		f, err := readFilter(r)
		if err != nil {
			return err
		}
		body, err := s.sheet(r.Context(), who, f, kind, web.Lang(r))
		if err != nil {
			return err
		}
		return web.Download(w, web.T(r, "document.list")+"."+kind, mime, body)
	}
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	return s.show(w, r, who, document, nil)
}

// show is the page of a document; wrong is why a file was not taken.
func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, document id.ID, wrong error) error {
	v, err := s.Show(r.Context(), who, document)
	if err != nil {
		return err
	}
	p := web.At(r, "", "document", crumbs(r)...)
	p.Title, p.ID = label(p, v.Document.titled()), id.New().String()
	return web.Render(w, r, statusOf(wrong), showPage(p, v, who.Holds(access.DocumentEdit), s.Files.Limit(), web.Errors(r, wrong)))
}

func statusOf(wrong error) int {
	switch fault.Of(wrong) {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Conflict:
		return http.StatusConflict
	}
	return http.StatusOK
}

// draft is a form on its way: what was typed, what it offers, and what is wrong.
type draft struct {
	Document
	choice
	Action string
	Find   string
	Known  id.ID // stands in the register already
	New    bool
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	t, err := web.Query(r, "target")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	d := Document{ID: id.New(), Unit: unit, Targets: unique([]id.ID{t})}
	return s.form(w, r, who, draft{Document: d, New: true}, nil)
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, document)
	if err != nil {
		return err
	}
	if !v.CanEdit {
		return fault.New(fault.Denied, "document.other_register")
	}
	return s.form(w, r, who, draft{Document: v.Document}, nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, d draft, wrong error) (err error) {
	if d.choice, err = s.offer(r.Context(), who, &d.Document, d.Find); err != nil {
		return err
	}
	if known := new(Known); errors.As(wrong, &known) {
		d.Known = known.Of
	}
	p := web.At(r, web.T(r, "document.new"), "document", crumbs(r)...)
	d.Action, p.ID = "/documents", d.ID.String()
	if !d.New {
		d.Action = to(d.ID)
		p.Title = web.T(r, "document.edit_title", "number", label(p, d.titled()))
		p.Crumbs = crumbs(r, ui.Crumb{Text: label(p, d.titled()), Href: d.Action})
	}
	return web.Render(w, r, statusOf(wrong), formPage(p, d, web.Errors(r, wrong)))
}

func readDocument(f *web.Form) Document {
	d := Document{Kind: f.Raw("kind"), Number: f.Line("number", 0, numberMax), IssuedOn: f.Date("issued_on", true), Title: f.Line("title", 0, titleMax),
		Secrecy: f.Raw("secrecy"), KeptAt: f.Line("kept_at", 0, keptMax), Targets: unique(f.IDs("targets")), Issuer: f.ID("issuer", false)}
	if d.Issuer == 0 {
		d.IssuerName = f.Line("issuer_name", 0, nameMax)
	}
	for i := range min(len(f.All("part_kind")), 2*partsMax) {
		d.Parts = append(d.Parts, readPart(f, i))
	}
	d.Parts = onlyFilled(d.Parts)
	return d
}

func readPart(f *web.Form, i int) Part {
	p := Part{Kind: f.Nth("part_kind", i, 40), Title: f.Nth("part_title", i, nameMax), Marker: f.Nth("part_marker", i, 20)}
	if s := f.Nth("part_amount", i, 20); s != "" {
		n, err := strconv.ParseInt(dots.ReplaceAllString(s, ""), 10, 64)
		if p.Amount = n; err != nil {
			p.Amount = -1 // said by the rule
		}
	}
	return p
}

var dots = regexp.MustCompile(`[.\s]`)

func onlyFilled(parts []Part) (out []Part) {
	for _, p := range parts {
		if p.Amount != 0 || p.Title != "" {
			out = append(out, p)
		}
	}
	return out
}

func (s *Service) pageRegister(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := readDocument(f)
	d.ID, d.Unit = f.ID("id", true), f.ID("unit", true)
	if d.ID == 0 || d.Unit == 0 {
		return f.Err()
	}
	return s.save(w, r, who, f, draft{Document: d, New: true}, s.Register)
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, document)
	if err != nil {
		return err
	}
	d := readDocument(f)
	d.ID, d.Unit = document, v.Document.Unit
	return s.save(w, r, who, f, draft{Document: d}, s.Edit)
}

// save does what the button said: look for papers to implement, or keep the form.
func (s *Service) save(w http.ResponseWriter, r *http.Request, who access.Actor, f *web.Form, d draft, keep keeper) error {
	d.Find = f.Line("find", 0, findMax)
	if f.Raw("do") == "find" {
		return s.form(w, r, who, d, nil)
	}
	err := f.Err()
	if err == nil {
		_, err = keep(r.Context(), who, d.Document)
	}
	switch k := fault.Of(err); {
	case err == nil:
		return web.Redirect(w, r, to(d.ID), "document.saved")
	case k == fault.Invalid || k == fault.Conflict:
		return s.form(w, r, who, d, err)
	}
	return err
}

func (s *Service) pageAttach(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if fault.Key(err) == "web.too_large" {
		return s.show(w, r, who, document, file.TooLarge(s.Files.Limit()))
	}
	if err != nil {
		return err
	}
	up, of := f.File("file"), f.ID("id", true)
	if up == nil || of == 0 {
		return s.show(w, r, who, document, fault.At("file", "file.none"))
	}
	body, err := up.Open()
	if err != nil {
		return fmt.Errorf("open upload: %w", err)
	}
	defer body.Close()
	_, err = s.Attach(r.Context(), who, File{ID: of, Document: document, Name: up.Filename}, body)
	switch k := fault.Of(err); {
	case err == nil:
		return web.Redirect(w, r, to(document), "document.attached")
	case k == fault.Invalid || k == fault.Conflict:
		return s.show(w, r, who, document, err)
	}
	return err
}

func (s *Service) pageFile(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	which, err := web.ID(r, "file")
	if err != nil {
		return err
	}
	f, body, err := s.Open(r.Context(), who, document, which)
	if err != nil {
		return err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	return web.Download(w, f.Name, f.Type, data)
}

func (s *Service) pageRemove(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.ID(r, "document")
	if err != nil {
		return err
	}
	which, err := web.ID(r, "file")
	if err != nil {
		return err
	}
	err = s.RemoveFile(r.Context(), who, document, which)
	if fault.Of(err) == fault.Conflict {
		return s.show(w, r, who, document, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(document), "document.removed")
}
