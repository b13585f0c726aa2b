package duty

import (
	"context"
	"net/http"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /duties", access.ReportRead, s.pageList),
		web.Page("GET /duties/digest", access.ReportRead, s.pageDigest),
		web.Page("GET /duties/new", access.ReportAccept, s.pageNew),
		web.Page("POST /duties", access.ReportAccept, s.pageOrder),
		web.Page("GET /duties/{duty}", access.ReportRead, s.pageShow),
		web.Page("GET /duties/{duty}/digest", access.ReportRead, s.pagePrint),
		web.Page("POST /duties/{duty}/drop", access.ReportAccept, s.pageDrop),
		web.Page("POST /duties/{duty}/grace", access.CampaignEdit, s.pageGrace),
		web.Page("POST /duties/{duty}/reopenings", access.ReportEdit, s.pageAsk),
		web.Page("POST /duties/{duty}/reopenings/{request}", access.ReportAccept, s.pageDecide),
		web.Op("GET /api/v1/duties", access.ReportRead, "list-duties", "Reports that are owed: by one's own units and below them", s.apiList),
		web.Op("POST /api/v1/duties", access.ReportAccept, "order-duty", "Order a periodic report from units below", s.apiOrder),
		web.Op("GET /api/v1/duties/{duty}", access.ReportRead, "show-duty", "How a duty stands below a unit: complete, in time, late, missing", s.apiShow),
		web.Op("DELETE /api/v1/duties/{duty}", access.ReportAccept, "drop-duty", "Take back a periodic report that nobody has sent", s.apiDrop),
		web.Op("PUT /api/v1/duties/{duty}/grace", access.CampaignEdit, "set-duty-grace", "Days of grace and until the freeze of a campaign's report", s.apiGrace),
		web.Op("POST /api/v1/duties/{duty}/reopenings", access.ReportEdit, "ask-reopening", "Ask that a frozen report be opened again", s.apiAsk),
		web.Op("POST /api/v1/duties/{duty}/reopenings/{request}", access.ReportAccept, "decide-reopening", "Open a frozen report for seven days, or refuse", s.apiDecide),
	}
}

func to(of id.ID) string { return "/duties/" + of.String() }

func toAt(of, at id.ID) string { return to(of) + "?at=" + at.String() }

var section = "report"

func crumb(r *http.Request) ui.Crumb { return ui.Crumb{Text: web.T(r, "duty.list"), Href: "/duties"} }

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	d, err := s.Digest(r.Context(), who)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "duty.list"), section), d, who.Holds(access.ReportAccept)))
}

func (s *Service) pageDigest(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	d, err := s.Digest(r.Context(), who)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "duty.digest"), section)
	p.Back = "/duties"
	return web.Render(w, r, http.StatusOK, digestPage(p, d))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	return s.form(w, r, who, Duty{Unit: unit, Period: "month"}, nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, d Duty, wrong error) error {
	o, err := s.Offer(r.Context(), who, d.Unit)
	if err != nil {
		return err
	}
	status := http.StatusOK
	var errs ui.Errors
	if wrong != nil {
		status, errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	p := web.At(r, web.T(r, "duty.new"), section, crumb(r))
	if p.ID = r.PostFormValue("id"); p.ID == "" {
		p.ID = id.New().String()
	}
	value := func(name, usual string) string {
		if r.PostForm.Has(name) {
			return r.PostForm.Get(name)
		}
		return usual
	}
	return web.Render(w, r, status, newPage(p, o, value, errs))
}

func (s *Service) pageOrder(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	d := Duty{ID: f.ID("id", false), Unit: f.ID("unit", true), Title: f.Line("title", 1, 200), Period: f.Choice("period", Periods...),
		From: f.Date("from", true), To: f.Date("to", true), Note: f.Text("note", 2000)}
	grace, freeze := f.Int("grace", 0, mostGrace, 0), f.Int("freeze", 0, mostFreeze, 0)
	for name := range r.PostForm {
		if level, ok := strings.CutPrefix(name, "due_"); ok {
			if on := f.Date(name, false); on != "" {
				d.Levels = append(d.Levels, Level{Level: level, On: on, Grace: grace, Freeze: freeze})
			}
		}
	}
	if err = f.Err(); err == nil {
		d, err = s.Order(r.Context(), who, d)
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, d, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(d.ID), "duty.ordered")
}

// asked is what a refused form of the page said.
type asked struct {
	form string
	errs ui.Errors
	why  string
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, asked{}, nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, a asked, wrong error) error {
	of, err := web.ID(r, "duty")
	if err != nil {
		return err
	}
	at, err := web.Query(r, "at")
	if err != nil {
		return err
	}
	sort := r.URL.Query().Get("sort")
	v, err := s.Show(r.Context(), who, of, at, sort)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status, a.errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	p := web.At(r, v.Duty.Title, section, crumb(r))
	p.ID = id.New().String()
	return web.Render(w, r, status, showPage(p, v, sort, a))
}

func (s *Service) pagePrint(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "duty")
	if err != nil {
		return err
	}
	at, err := web.Query(r, "at")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of, at, "missing")
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "duty.digest"), section)
	p.Back = toAt(of, v.At.Unit)
	return web.Render(w, r, http.StatusOK, printPage(p, v))
}

func (s *Service) pageDrop(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "duty")
	if err != nil {
		return err
	}
	if err := s.Drop(r.Context(), who, of); err != nil {
		return err
	}
	return web.Redirect(w, r, "/duties", "duty.dropped")
}

// act runs a use case on the duty of the path; what was typed wrongly is shown again.
func (s *Service) act(w http.ResponseWriter, r *http.Request, who access.Actor, form, notice string, do func(f *web.Form, of, at id.ID) error) error {
	of, err := web.ID(r, "duty")
	if err != nil {
		return err
	}
	at, err := web.Query(r, "at")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	err = do(f, of, at)
	if fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, asked{form: form, why: f.Raw("why") + f.Raw("remark")}, err)
	}
	if err != nil {
		return err
	}
	back := to(of)
	if at != 0 {
		back = toAt(of, at)
	}
	return web.Redirect(w, r, back, notice)
}

func (s *Service) pageGrace(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "grace", "duty.saved", func(f *web.Form, of, _ id.ID) error {
		grace, freeze := f.Int("grace", 0, mostGrace, 0), f.Int("freeze", 0, mostFreeze, 0)
		if err := f.Err(); err != nil {
			return err
		}
		return s.SetGrace(r.Context(), who, of, grace, freeze)
	})
}

func (s *Service) pageAsk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "ask", "duty.asked", func(f *web.Form, of, at id.ID) error {
		request, why := f.ID("id", false), f.Text("why", 2000)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.AskReopen(r.Context(), who, of, at, request, why)
		return err
	})
}

func (s *Service) pageDecide(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	request, err := web.ID(r, "request")
	if err != nil {
		return err
	}
	return s.act(w, r, who, request.String(), "duty.decided", func(f *web.Form, of, _ id.ID) error {
		verdict, remark := f.Choice("verdict", "open", "refused"), f.Text("remark", 2000)
		if err := f.Err(); err != nil {
			return err
		}
		_, err := s.DecideReopen(r.Context(), who, of, request, verdict == "open", remark)
		return err
	})
}

func (s *Service) apiList(ctx context.Context, who access.Actor, _ *web.Empty) (Digest, error) {
	return s.Digest(ctx, who)
}
