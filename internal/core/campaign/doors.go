package campaign

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside. The page of a campaign itself belongs to the overview.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns", access.CampaignRead, s.pageList),
		web.Page("GET /campaigns/new", access.CampaignEdit, s.pageNew),
		web.Page("POST /campaigns", access.CampaignEdit, s.pageDraft),
		web.Page("GET /campaigns/{campaign}/edit", access.CampaignEdit, s.pageEdit),
		web.Page("POST /campaigns/{campaign}", access.CampaignEdit, s.pageSave),
		web.Page("GET /campaigns/{campaign}/open", access.CampaignEdit, s.pagePreview),
		web.Page("POST /campaigns/{campaign}/open", access.CampaignEdit, s.pageOpen),
		web.Page("POST /campaigns/{campaign}/close", access.CampaignEdit, s.pageClose),
		web.Page("GET /campaigns/{campaign}/units/{unit}", access.CampaignRead, s.pageUnit),
		web.Page("POST /campaigns/{campaign}/units/{unit}/due", access.PlanEdit, s.pageDue),
		web.Page("POST /campaigns/{campaign}/units/{unit}/organise", access.PlanEdit, s.pageOrganise),
		web.Op("GET /api/v1/campaigns", access.CampaignRead, "list-campaigns", "Campaigns in sight, the newest first", s.apiList),
		web.Op("POST /api/v1/campaigns", access.CampaignEdit, "draft-campaign", "Draft a campaign", s.apiDraft),
		web.Op("GET /api/v1/campaigns/{campaign}", access.CampaignRead, "show-campaign", "A campaign with documents, audiences and deadlines", s.apiShow),
		web.Op("PUT /api/v1/campaigns/{campaign}", access.CampaignEdit, "edit-campaign", "Change a draft", s.apiEdit),
		web.Op("POST /api/v1/campaigns/{campaign}/open", access.CampaignEdit, "open-campaign", "Freeze tree and roster and give the order", s.apiOpen),
		web.Op("POST /api/v1/campaigns/{campaign}/close", access.CampaignEdit, "close-campaign", "End it; everything stays readable", s.apiClose),
		web.Op("GET /api/v1/campaigns/{campaign}/units/{unit}", access.CampaignRead, "unit-obligations", "What a unit owes and by when", s.apiUnit),
		web.Op("PUT /api/v1/campaigns/{campaign}/units/{unit}/due", access.PlanEdit, "tighten-deadline", "Tighten a deadline for the subtree", s.apiDue),
		web.Op("PUT /api/v1/campaigns/{campaign}/units/{unit}/organise", access.PlanEdit, "organise-unit", "Own meetings or another unit's", s.apiOrganise),
	}
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "campaign.list"), Href: "/campaigns"}}, more...)
}

func to(c id.ID) string { return "/campaigns/" + c.String() }

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	in := r.URL.Query()
	q := Query{Find: in.Get("q"), State: in.Get("state")}
	rows, err := s.List(r.Context(), who, q, db.Page{After: in.Get("after")})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "campaign.list"), "campaign"), q, rows, who.Holds(access.CampaignEdit)))
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	c := Campaign{StartsOn: s.Now.Day(), Rounding: "half_up", Audiences: Usual(func(k string) string { return web.T(r, k) })}
	var err error
	if c.Unit, err = web.Query(r, "unit"); err != nil {
		return err
	}
	if d, err := web.Query(r, "document"); err == nil && d != 0 {
		c.Documents = []id.ID{d}
	}
	return s.form(w, r, who, c, nil)
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	c, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	return s.form(w, r, who, c, nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, c Campaign, wrong error) error {
	g, unit, err := s.Offer(r.Context(), who, c)
	if err != nil {
		return err
	}
	c.Unit = unit
	if wrong == nil && !slices.ContainsFunc(c.Dues, func(d Due) bool { return g.has(d.Level) }) {
		c.Dues = UsualDues(g.Levels, c.StartsOn)
	}
	title, status := web.T(r, "campaign.new"), http.StatusOK
	if r.PathValue("campaign") != "" {
		title = web.T(r, "campaign.edit")
	}
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, title, "campaign", crumbs(r)...)
	if c.ID != 0 {
		p.ID = c.ID.String()
	}
	return web.Render(w, r, status, formPage(p, c, g, r.PathValue("campaign") != "", web.Errors(r, wrong)))
}

func read(f *web.Form) Campaign {
	c := Campaign{ID: f.ID("id", true), Unit: f.ID("unit", true), Title: f.Line("title", 1, 300), Summary: f.Text("summary", 2000),
		StartsOn: f.Date("starts_on", true), Rounding: f.Choice("rounding", "half_up", "truncate"), Documents: f.IDs("documents")}
	for i, filter := range f.All("filter") {
		n := strconv.Itoa(i)
		if !f.Has("take_" + n) {
			continue
		}
		a := Audience{Name: f.Nth("audience", i, 200), Filter: filter, Counted: "person", MinRate: 100 * f.Int("rate_"+n, 0, 100, 0), NeedEssay: f.Has("essay_" + n)}
		if filter == "mass" {
			a.Counted = "headcount"
		}
		c.Audiences = append(c.Audiences, a)
	}
	for _, level := range f.All("level") {
		if on := f.Date("due_"+level, false); on != "" {
			c.Dues = append(c.Dues, Due{Unit: c.Unit, Level: level, On: on, Inclusive: f.Raw("inclusive_"+level) == "1"})
		}
	}
	return c
}

func (s *Service) pageDraft(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Draft)
}

func (s *Service) pageSave(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.save(w, r, who, s.Edit)
}

func (s *Service) save(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, Campaign) (Campaign, error)) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	c := read(f)
	if r.PathValue("campaign") != "" {
		if c.ID, err = web.ID(r, "campaign"); err != nil {
			return err
		}
	}
	if f.Raw("do") == "refresh" {
		return s.form(w, r, who, c, nil)
	}
	saved := c
	if err = f.Err(); err == nil {
		saved, err = do(r.Context(), who, c)
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, c, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(saved.ID)+"/open", "campaign.saved")
}

func (s *Service) pagePreview(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	v, err := s.Preview(r.Context(), who, of)
	if err != nil {
		return err
	}
	if v.Campaign.State != "draft" {
		return web.Redirect(w, r, to(of), "")
	}
	p := web.At(r, v.Campaign.Title, "campaign", crumbs(r)...)
	return web.Render(w, r, http.StatusOK, previewPage(p, v))
}

func (s *Service) act(w http.ResponseWriter, r *http.Request, who access.Actor, notice string, do func(context.Context, access.Actor, id.ID) (Campaign, error)) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	c, err := do(r.Context(), who, of)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(c.ID), notice)
}

func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "campaign.opened", s.Open)
}

func (s *Service) pageClose(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "campaign.closed", s.Close)
}

func place(r *http.Request) (campaign, unit id.ID, err error) {
	if campaign, err = web.ID(r, "campaign"); err == nil {
		unit, err = web.ID(r, "unit")
	}
	return campaign, unit, err
}

func (s *Service) pageUnit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.showUnit(w, r, who, Due{}, nil)
}

func (s *Service) showUnit(w http.ResponseWriter, r *http.Request, who access.Actor, wish Due, wrong error) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	v, err := s.Obligations(r.Context(), who, campaign, unit)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, v.Unit.Name, "campaign", crumbs(r, ui.Crumb{Text: v.Campaign.Title, Href: to(campaign)})...)
	return web.Render(w, r, status, unitPage(p, v, wish, web.Errors(r, wrong)))
}

func (s *Service) pageDue(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.settle(w, r, who, func(f *web.Form, campaign, unit id.ID) (Due, error) {
		level := f.Line("level", 1, 40)
		d := Due{Unit: unit, Level: level, On: f.Date("due_"+level, false), Inclusive: f.Raw("inclusive") == "1"}
		if err := f.Err(); err != nil {
			return d, err
		}
		return d, s.SetDue(r.Context(), who, campaign, d)
	})
}

func (s *Service) pageOrganise(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.settle(w, r, who, func(f *web.Form, campaign, unit id.ID) (Due, error) {
		self := f.Choice("self", "1", "0") == "1"
		joins := f.ID("joins", !self)
		if err := f.Err(); err != nil {
			return Due{}, err
		}
		return Due{}, s.Organise(r.Context(), who, campaign, unit, self, joins)
	})
}

// settle runs a form of a unit's page and comes back to it.
func (s *Service) settle(w http.ResponseWriter, r *http.Request, who access.Actor, do func(f *web.Form, campaign, unit id.ID) (Due, error)) error {
	campaign, unit, err := place(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	wish, err := do(f, campaign, unit)
	if fault.Of(err) == fault.Invalid {
		return s.showUnit(w, r, who, wish, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, to(campaign)+"/units/"+unit.String(), "campaign.saved")
}
