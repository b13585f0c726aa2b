package plan

import (
	"net/http"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns/{campaign}/plans", access.PlanRead, s.pageList),
		web.Page("GET /campaigns/{campaign}/plans/{unit}", access.PlanRead, s.pageShow),
		web.Page("POST /campaigns/{campaign}/plans/{unit}", access.PlanEdit, s.pageSave),
		web.Page("POST /campaigns/{campaign}/plans/{unit}/send", access.PlanEdit, s.pageSend),
		web.Page("POST /campaigns/{campaign}/plans/{unit}/reopen", access.PlanEdit, s.pageReopen),
		web.Page("GET /campaigns/{campaign}/plans/{unit}/plan.docx", access.PlanRead, s.pagePrint),
		web.Op("GET /api/v1/campaigns/{campaign}/plans", access.PlanRead, "list-plans", "Plans of the units below one, with coverage by level", s.apiList),
		web.Op("GET /api/v1/campaigns/{campaign}/plans/{unit}", access.PlanRead, "show-plan", "A unit's plan, or a proposal, with what is missing", s.apiShow),
		web.Op("PUT /api/v1/campaigns/{campaign}/plans/{unit}", access.PlanEdit, "save-plan", "Keep a draft, finished or not", s.apiSave),
		web.Op("POST /api/v1/campaigns/{campaign}/plans/{unit}/send", access.PlanEdit, "send-plan", "Send up for information; refused with everything that is missing", s.apiSend),
		web.Op("POST /api/v1/campaigns/{campaign}/plans/{unit}/reopen", access.PlanEdit, "reopen-plan", "Take a sent plan back to change it", s.apiReopen),
		web.OpFile("GET /api/v1/campaigns/{campaign}/plans/{unit}/plan.docx", access.PlanRead, "print-plan", "The plan as a Word file", s.apiPrint),
	}
}

const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func place(r *http.Request) (campaign, unit id.ID, err error) {
	if campaign, err = web.ID(r, "campaign"); err == nil {
		unit, err = web.ID(r, "unit")
	}
	return campaign, unit, err
}

func to(campaign, unit id.ID) string {
	return "/campaigns/" + campaign.String() + "/plans/" + unit.String()
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := Filter{Find: q.Get("q"), Level: q.Get("level"), State: q.Get("state"), Page: db.Page{After: q.Get("after")}}
	if f.Unit, err = web.Query(r, "unit"); err != nil {
		return err
	}
	l, err := s.List(r.Context(), who, of, f)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "plan.list_of", "unit", l.Unit.Name), "campaign", crumbs(r, of, l.Campaign.Title)...)
	return web.Render(w, r, http.StatusOK, listPage(p, l, f))
}

func crumbs(r *http.Request, of id.ID, title string, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "plan.campaigns"), Href: "/campaigns"}, {Text: title, Href: "/campaigns/" + of.String()}}, more...)
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, campaign, unit)
	if err != nil {
		return err
	}
	return s.page(w, r, v, nil)
}

// page shows the form to those who may write a draft, the paper to everybody else.
func (s *Service) page(w http.ResponseWriter, r *http.Request, v View, wrong error) error {
	status := http.StatusOK
	switch {
	case fault.Of(wrong) == fault.Conflict:
		status = http.StatusConflict
	case wrong != nil:
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "plan.of", "unit", v.Unit.Name), "campaign",
		crumbs(r, v.Campaign.ID, v.Campaign.Title, ui.Crumb{Text: web.T(r, "plan.list"), Href: "/campaigns/" + v.Campaign.ID.String() + "/plans"})...)
	p.ID = id.New().String()
	if v.Plan.ID != 0 {
		p.ID = v.Plan.ID.String()
	}
	p.Sample = p.Sample || v.Campaign.Sample
	switch {
	case v.Plan.State == "sent", !v.MayEdit && v.Saved():
		return web.Render(w, r, status, paperPage(p, v))
	case !v.MayEdit:
		return web.Render(w, r, status, nonePage(p, v))
	}
	return web.Render(w, r, status, formPage(p, v, web.Errors(r, wrong)))
}

// read takes the form; rows without an audience or a name are dropped when the plan is kept.
func read(f *web.Form, campaign, unit id.ID) Plan {
	p := Plan{ID: f.ID("id", true), Campaign: campaign, Unit: unit, Number: f.Line("number", 0, numberMax), IssuedOn: f.Date("issued_on", false),
		Abstract: f.Line("abstract", 0, 2*shortMax), Authority: f.Line("authority", 0, shortMax), Position: f.Text("position", shortMax),
		Signer: f.Line("signer", 0, shortMax), Recipients: f.Text("recipients", 10*shortMax), Sections: map[string]string{},
		ChangedAt: f.Int("changed_at", 0, 1<<52, 0)}
	for _, code := range Codes {
		p.Sections[code] = f.Text("section_"+code, bodyMax)
	}
	for i := range f.Int("lines", 0, rowsMax+spare, 0) {
		n := "line_" + strconv.Itoa(int(i))
		p.Lines = append(p.Lines, Line{Audience: f.ID(n+"_audience", false), Level: f.Line(n+"_level", 0, 40), Mode: f.Line(n+"_mode", 0, 40),
			HeldOn: f.Date(n+"_held_on", false), DueOn: f.Date(n+"_due_on", false), Place: f.Line(n+"_place", 0, shortMax), Speaker: f.Line(n+"_speaker", 0, shortMax)})
	}
	for i := range f.Int("assignments", 0, rowsMax+spare, 0) {
		n := "assignment_" + strconv.Itoa(int(i))
		p.Assignments = append(p.Assignments, Assignment{Name: f.Line(n+"_name", 0, shortMax), Position: f.Line(n+"_position", 0, shortMax),
			Work: f.Line(n+"_work", 0, 2*shortMax), DueOn: f.Date(n+"_due_on", false)})
	}
	return p
}

// pageSave keeps what was typed, and then sends it when that was asked for.
func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	p := read(f, campaign, unit)
	var v View
	if err = f.Err(); err == nil {
		v, err = s.Save(r.Context(), who, p)
	}
	notice := "plan.saved"
	if err == nil && f.Raw("do") == "send" {
		notice = "plan.sent"
		_, err = s.Send(r.Context(), who, campaign, unit)
		p = v.Plan
	}
	if err == nil {
		return web.Redirect(w, r, to(campaign, unit), notice)
	}
	changed := fault.Key(err) == "plan.changed"
	if fault.Of(err) != fault.Invalid && !changed {
		return err
	}
	shown, again := s.Show(r.Context(), who, campaign, unit)
	if again != nil {
		return again
	}
	if changed { // what was typed is kept, and may be saved over what is there
		p.ChangedAt = shown.Plan.ChangedAt
	}
	p.State = shown.Plan.State
	shown.Plan = p
	return s.page(w, r, shown, err)
}

// pageSend sends what was saved, without a form.
func (s *Service) pageSend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	if _, err = s.Send(r.Context(), who, campaign, unit); err == nil {
		return web.Redirect(w, r, to(campaign, unit), "plan.sent")
	}
	if fault.Of(err) != fault.Invalid {
		return err
	}
	v, again := s.Show(r.Context(), who, campaign, unit)
	if again != nil {
		return again
	}
	return s.page(w, r, v, err)
}

func (s *Service) pageReopen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 0, shortMax)
	if err := f.Err(); err != nil {
		return err
	}
	if _, err := s.Reopen(r.Context(), who, campaign, unit, why); err != nil {
		return err
	}
	return web.Redirect(w, r, to(campaign, unit), "plan.reopened")
}

func (s *Service) pagePrint(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	name, body, err := s.Print(r.Context(), who, campaign, unit)
	if err != nil {
		return err
	}
	return web.Download(w, name, docx, body)
}

// tell writes a finding in a language.
func tell(lang string, f Finding) string { return words.T(lang, f.Key, f.Args...) }
