package merit

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	const list, one = "/campaigns/{campaign}/merit", "/merits/{merit}"
	return []web.Route{
		web.Page("GET "+list, access.ReportRead, s.pageList),
		web.Page("GET "+list+"/new", access.ReportEdit, s.pageDraft),
		web.Page("POST "+list, access.ReportEdit, s.pagePropose),
		web.Page("GET "+list+".docx", access.ReportRead, s.pageFile("docx")),
		web.Page("GET "+list+".xlsx", access.ReportRead, s.pageFile("xlsx")),
		web.Page("GET "+one, access.Signed, s.pageShow),
		web.Page("POST "+one+"/answer", access.Signed, s.pageAnswer),
		web.Page("POST "+one+"/decide", access.ReportAccept, s.pageDecide),
		web.Page("POST "+one+"/withdraw", access.ReportEdit, s.pageWithdraw),
		web.Page("GET /me/merit", access.Self, s.pageMine),
		web.Op("GET /api/v1"+list, access.ReportRead, "list-merits", "Proposals to commend and criticise after a campaign, and candidates from the records", s.apiList),
		web.Op("POST /api/v1"+list, access.ReportEdit, "propose-merit", "Propose to commend or criticise", s.apiPropose),
		web.OpFile("GET /api/v1"+list+".docx", access.ReportRead, "merits-paper", "The proposals as an official paper", s.apiFile("docx")),
		web.OpFile("GET /api/v1"+list+".xlsx", access.ReportRead, "merits-sheet", "The proposals as a workbook", s.apiFile("xlsx")),
		web.Op("GET /api/v1"+one, access.Signed, "show-merit", "A proposal with its evidence, answer and decision", s.apiShow),
		web.Op("POST /api/v1"+one+"/answer", access.Signed, "answer-merit", "Answer a proposal about oneself or one's unit", s.apiAnswer),
		web.Op("POST /api/v1"+one+"/decide", access.ReportAccept, "decide-merit", "Uphold or decline a proposal", s.apiDecide),
		web.Op("POST /api/v1"+one+"/withdraw", access.ReportEdit, "withdraw-merit", "Take one's own proposal back", s.apiWithdraw),
		web.Op("GET /api/v1/me/merit", access.Self, "own-merits", "Proposals about oneself", s.apiMine),
	}
}

func at(campaign id.ID) string { return "/campaigns/" + campaign.String() + "/merit" }

func to(merit id.ID) string { return "/merits/" + merit.String() }

func crumbs(r *http.Request, campaign id.ID, title string, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "merit.campaigns"), Href: "/campaigns"}, {Text: title, Href: "/campaigns/" + campaign.String()}}, more...)
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	l, err := s.List(r.Context(), who, of, unit)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "merit.title"), "campaign", crumbs(r, of, l.Title)...), l))
}

// typed is a refused form.
type typed struct {
	form, what, said, text string
	codes                  []string
	errs                   ui.Errors
}

func (s *Service) pageDraft(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v := r.URL.Query()
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	person, err := web.Query(r, "person")
	if err != nil {
		return err
	}
	return s.form(w, r, who, unit, person, v.Get("kind"), typed{})
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, unit, person id.ID, kind string, t typed) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	d, err := s.Draft(r.Context(), who, of, unit, person, kind)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if t.errs != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "merit.new."+d.Kind), "campaign", crumbs(r, of, d.Title, ui.Crumb{Text: web.T(r, "merit.title"), Href: at(of) + "?unit=" + d.Unit.String()})...)
	return web.Render(w, r, status, draftPage(p, d, t))
}

func (s *Service) pagePropose(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	in := Proposal{ID: f.ID("id", true), Campaign: of, Unit: f.ID("unit", false), Person: f.ID("person", false), Kind: f.Raw("kind"),
		What: f.Text("what", longWhat), Codes: f.All("evidence"), Said: f.Text("said", mostLines*longLine)}
	if err = f.Err(); err == nil {
		err = s.Propose(r.Context(), who, in)
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, in.Unit, in.Person, in.Kind, typed{what: in.What, said: in.Said, codes: in.Codes, errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(in.ID), "merit.proposed")
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, typed{})
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, t typed) error {
	of, err := web.ID(r, "merit")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if t.errs != nil {
		status = http.StatusUnprocessableEntity
	}
	way := crumbs(r, v.Campaign, v.Title, ui.Crumb{Text: web.T(r, "merit.title"), Href: at(v.Campaign) + "?unit=" + v.Unit.String()})
	if v.Mine {
		way = []ui.Crumb{{Text: web.T(r, "merit.mine"), Href: "/me/merit"}}
	}
	return web.Render(w, r, status, showPage(web.At(r, web.T(r, "merit.about."+v.Kind, "who", v.subject()), "campaign", way...), v, t))
}

// step reads a form of one text, runs a use case and comes back.
func (s *Service) step(w http.ResponseWriter, r *http.Request, who access.Actor, form, field, notice string, do func(of id.ID, f *web.Form, text string) error) error {
	of, err := web.ID(r, "merit")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	text := f.Text(field, longAnswer)
	if err = f.Err(); err == nil {
		err = do(of, f, text)
	}
	if fault.Of(err) == fault.Invalid {
		return s.show(w, r, who, typed{form: form, text: text, errs: web.Errors(r, err)})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(of), notice)
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.step(w, r, who, "answer", "answer", "merit.answer_kept", func(of id.ID, _ *web.Form, text string) error {
		return s.Answer(r.Context(), who, of, text)
	})
}

func (s *Service) pageDecide(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.step(w, r, who, "decide", "reason", "merit.was_decided", func(of id.ID, f *web.Form, text string) error {
		uphold := f.Choice("verdict", "uphold", "decline") == "uphold"
		if err := f.Err(); err != nil {
			return err
		}
		return s.Decide(r.Context(), who, of, uphold, text)
	})
}

func (s *Service) pageWithdraw(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.step(w, r, who, "withdraw", "reason", "merit.was_withdrawn", func(of id.ID, _ *web.Form, text string) error {
		return s.Withdraw(r.Context(), who, of, text)
	})
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	all, err := s.Mine(r.Context(), who)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, minePage(web.At(r, web.T(r, "merit.mine"), "me"), all))
}

func (s *Service) pageFile(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		of, err := web.ID(r, "campaign")
		if err != nil {
			return err
		}
		unit, err := web.Query(r, "unit")
		if err != nil {
			return err
		}
		f, err := s.file(r.Context(), who, of, unit, kind)
		if err != nil {
			return err
		}
		return web.Download(w, f.Name, f.Type, f.Body)
	}
}

type listIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"the actor's own unless given"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (List, error) {
	return s.List(ctx, who, in.Campaign.ID, in.Unit.ID)
}

func (s *Service) apiFile(kind string) func(context.Context, access.Actor, *listIn) (web.File, error) {
	return func(ctx context.Context, who access.Actor, in *listIn) (web.File, error) {
		return s.file(ctx, who, in.Campaign.ID, in.Unit.ID, kind)
	}
}

func (s *Service) apiPropose(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Body     struct {
		ID       id.ID    `json:"id" doc:"made by the caller; sent twice it is one"`
		Unit     id.ID    `json:"unit,omitempty"`
		Person   id.ID    `json:"person,omitempty"`
		Kind     string   `json:"kind" enum:"commend,criticise"`
		What     string   `json:"what" maxLength:"1000"`
		Evidence []string `json:"evidence,omitempty" maxItems:"20" doc:"codes of what the records say"`
		Said     string   `json:"said,omitempty" maxLength:"3600" doc:"further evidence, one a line"`
	}
}) (View, error) {
	b := in.Body
	err := s.Propose(ctx, who, Proposal{b.ID, in.Campaign.ID, b.Unit, b.Person, b.Kind, b.What, b.Evidence, b.Said})
	return s.after(ctx, who, b.ID, err)
}

func (s *Service) after(ctx context.Context, who access.Actor, of id.ID, err error) (View, error) {
	if err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, of)
}

// Place is a proposal in the path of an operation.
type Place struct {
	Merit web.Ref `path:"merit"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *Place) (View, error) {
	return s.Show(ctx, who, in.Merit.ID)
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Answer string `json:"answer" maxLength:"4000"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Merit.ID, s.Answer(ctx, who, in.Merit.ID, in.Body.Answer))
}

func (s *Service) apiDecide(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Uphold bool   `json:"uphold"`
		Reason string `json:"reason" maxLength:"4000"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Merit.ID, s.Decide(ctx, who, in.Merit.ID, in.Body.Uphold, in.Body.Reason))
}

func (s *Service) apiWithdraw(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Reason string `json:"reason" maxLength:"4000"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Merit.ID, s.Withdraw(ctx, who, in.Merit.ID, in.Body.Reason))
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, _ *web.Empty) (struct {
	Items []Merit `json:"items"`
}, error) {
	all, err := s.Mine(ctx, who)
	return struct {
		Items []Merit `json:"items"`
	}{all}, err
}
