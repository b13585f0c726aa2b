package review

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const api = "/api/v1/reviews/{review}"
	return []web.Route{
		web.Page("GET /reviews", access.ReportRead, s.pageList),
		web.Page("GET /reviews/of", access.ReportEdit, s.pageOf),
		web.Page("GET /reviews/new", access.ReportEdit, s.pageNew),
		web.Page("POST /reviews", access.ReportEdit, s.pageBegin),
		web.Page("GET /reviews/{review}", access.ReportRead, s.pageShow),
		web.Page("GET /reviews/{review}/review.docx", access.ReportRead, s.pagePaper),
		web.Page("POST /reviews/{review}", access.ReportEdit, s.pageSave),
		web.Page("POST /reviews/{review}/drop", access.ReportEdit, s.pageDrop),
		web.Page("POST /reviews/{review}/send", access.ReportEdit, s.pageSend),
		web.Page("POST /reviews/{review}/return", access.ReportAccept, s.pageReturn),
		web.Page("POST /reviews/{review}/accept", access.ReportAccept, s.pageAccept),
		web.Page("POST /reviews/{review}/reopen", access.ReportAccept, s.pageReopen),
		web.Page("POST /reviews/{review}/ask", access.ReportEdit, s.pageAsk),
		web.Page("POST /reviews/{review}/refuse", access.ReportAccept, s.pageRefuse),
		web.Op("GET /api/v1/reviews", access.ReportRead, "list-reviews", "Periodic reports and reviews of units in sight", s.apiList),
		web.Op("POST /api/v1/reviews", access.ReportEdit, "begin-review", "Begin a periodic report or a review", s.apiBegin),
		web.Op("GET "+api, access.ReportRead, "show-review", "A review with the campaigns of its period side by side", s.apiShow),
		web.Op("PUT "+api, access.ReportEdit, "write-review", "Write head and sections", s.apiSave),
		web.Op("DELETE "+api, access.ReportEdit, "drop-review", "Take away a draft that was never sent", s.apiDrop),
		web.OpFile("GET "+api+"/review.docx", access.ReportRead, "review-paper", "The review as an official paper", s.apiPaper),
		web.Op("POST "+api+"/send", access.ReportEdit, "send-review", "Send it up; the first time answers its duty", s.apiSend),
		web.Op("POST "+api+"/return", access.ReportAccept, "return-review", "Send it back with a remark", s.apiReturn),
		web.Op("POST "+api+"/accept", access.ReportAccept, "accept-review", "Accept it", s.apiAccept),
		web.Op("POST "+api+"/reopen", access.ReportAccept, "reopen-review", "Open an accepted one so that its unit amends it", s.apiReopen),
		web.Op("POST "+api+"/ask", access.ReportEdit, "ask-review", "Ask the level above to open an accepted one", s.apiAsk),
		web.Op("POST "+api+"/refuse", access.ReportAccept, "refuse-review", "Keep it closed although its unit asked", s.apiRefuse),
	}
}

const section = "report"

func to(of id.ID) string { return "/reviews/" + of.String() }

func crumbs(r *http.Request) []ui.Crumb {
	return []ui.Crumb{{Text: web.T(r, "review.duties"), Href: "/duties"}, {Text: web.T(r, "review.list"), Href: "/reviews"}}
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q := r.URL.Query()
	page := db.Page{After: q.Get("after")}
	page.Limit, _ = strconv.Atoi(q.Get("limit"))
	rows, err := s.List(r.Context(), who, q.Get("state"), page)
	if err != nil {
		return err
	}
	next := ""
	if rows.Next != "" {
		next = "/reviews?" + url.Values{"state": {q.Get("state")}, "after": {rows.Next}}.Encode()
	}
	p := web.At(r, web.T(r, "review.list"), section, crumbs(r)[0])
	return web.Render(w, r, http.StatusOK, listPage(p, rows.Items, q.Get("state"), next, who.Holds(access.ReportEdit)))
}

// pageOf leads from a duty to the unit's answer, or to the form that begins it.
func (s *Service) pageOf(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.Query(r, "duty")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	p, err := s.Propose(r.Context(), who, of, unit)
	if err != nil {
		return err
	}
	if p.There != 0 {
		return web.Redirect(w, r, to(p.There), "")
	}
	return s.form(w, r, p, nil)
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	p, err := s.Propose(r.Context(), who, 0, unit)
	if err != nil {
		return err
	}
	return s.form(w, r, p, nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, o Proposal, wrong error) error {
	status := http.StatusOK
	var errs ui.Errors
	if wrong != nil {
		status, errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	p := web.At(r, web.T(r, "review.new"), section, crumbs(r)...)
	if p.ID = r.PostForm.Get("id"); p.ID == "" {
		p.ID = id.New().String()
	}
	return web.Render(w, r, status, newPage(p, o, typed{r.PostForm}, errs))
}

func (s *Service) pageBegin(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	x := Review{ID: f.ID("id", false), Duty: f.ID("duty", false), Unit: f.ID("unit", true)}
	if x.Duty == 0 {
		x.Kind, x.From, x.To, x.Title = f.Choice("kind", "preliminary", "final", "periodic"), f.Date("from", true), f.Date("to", true), f.Line("title", 1, 200)
	}
	if err = f.Err(); err == nil {
		x, err = s.Begin(r.Context(), who, x)
	}
	if fault.Of(err) == fault.Invalid {
		o, missing := s.Propose(r.Context(), who, x.Duty, x.Unit)
		if missing != nil {
			return missing
		}
		return s.form(w, r, o, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(x.ID), "review.begun")
}

// typed is what a refused form said.
type typed struct{ url.Values }

func (t typed) or(name, stored string) string {
	if t.Has(name) {
		return t.Get(name)
	}
	return stored
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, "", nil)
}

// show is the page; form is the one that was refused.
func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, form string, wrong error) error {
	of, err := web.ID(r, "review")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	status := http.StatusOK
	var errs ui.Errors
	if wrong != nil {
		status, errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	t := typed{}
	if form == "save" {
		t.Values = r.PostForm
	}
	p := web.At(r, v.Review.Title, section, crumbs(r)...)
	return web.Render(w, r, status, showPage(p, v, t, form, errs))
}

// act runs a use case on the review of the path and comes back to its page.
func (s *Service) act(w http.ResponseWriter, r *http.Request, who access.Actor, form, notice string, do func(f *web.Form, of id.ID) error) error {
	of, err := web.ID(r, "review")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	err = do(f, of)
	if fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, form, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of), notice)
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "save", "review.saved", func(f *web.Form, of id.ID) error {
		h := Head{Title: f.Line("title", 1, 200), Number: f.Line("number", 0, 40), IssuedOn: f.Date("issued_on", false), Authority: f.Line("authority", 0, 100),
			Position: f.Line("position", 0, 200), Signer: f.Line("signer", 0, 100), Recipients: f.Text("recipients", 4000)}
		texts := map[string]string{}
		for _, section := range Sections {
			if f.Has(section) {
				texts[section] = f.Text(section, longest)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		return s.Save(r.Context(), who, of, h, texts)
	})
}

func (s *Service) pageSend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "send", "review.was_sent", func(f *web.Form, of id.ID) error {
		version := f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Send(r.Context(), who, of, version)
	})
}

func (s *Service) pageReturn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "return", "review.was_returned", func(f *web.Form, of id.ID) error {
		remark, version := f.Text("remark", 2000), f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Return(r.Context(), who, of, remark, version)
	})
}

func (s *Service) pageAccept(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "accept", "review.was_accepted", func(f *web.Form, of id.ID) error {
		version := f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Accept(r.Context(), who, of, version)
	})
}

func (s *Service) pageReopen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "reopen", "review.was_reopened", func(f *web.Form, of id.ID) error {
		why, version := f.Text("why", 2000), f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Reopen(r.Context(), who, of, why, version)
	})
}

func (s *Service) pageAsk(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "ask", "review.was_asked", func(f *web.Form, of id.ID) error {
		why := f.Text("why", 2000)
		if err := f.Err(); err != nil {
			return err
		}
		return s.RequestReopen(r.Context(), who, of, why)
	})
}

func (s *Service) pageRefuse(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "refuse", "review.was_refused", func(f *web.Form, of id.ID) error {
		remark, version := f.Text("remark", 2000), f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Refuse(r.Context(), who, of, remark, version)
	})
}

func (s *Service) pageDrop(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "review")
	if err != nil {
		return err
	}
	if err := s.Drop(r.Context(), who, of); err != nil {
		return err
	}
	return web.Redirect(w, r, "/reviews", "review.dropped")
}

func (s *Service) pagePaper(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "review")
	if err != nil {
		return err
	}
	f, err := s.Paper(r.Context(), who, of)
	if err != nil {
		return err
	}
	return web.Download(w, f.Name, f.Type, f.Body)
}

func (s *Service) apiPaper(ctx context.Context, who access.Actor, in *oneIn) (web.File, error) {
	return s.Paper(ctx, who, in.Review.ID)
}
