package campaign

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside. The pages of a campaign and of a unit in it belong to the overview.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns", access.CampaignRead, s.pageList),
		web.Page("GET /campaigns/new", access.CampaignEdit, s.pageNew),
		web.Page("POST /campaigns", access.CampaignEdit, s.pageDraft),
		web.Page("GET /campaigns/{campaign}/edit", access.CampaignEdit, s.pageEdit),
		web.Page("POST /campaigns/{campaign}", access.CampaignEdit, s.pageSave),
		web.Page("GET /campaigns/{campaign}/open", access.CampaignEdit, s.pagePreview),
		web.Page("POST /campaigns/{campaign}/open", access.CampaignEdit, s.pageOpen),
		web.Page("GET /campaigns/{campaign}/opening", access.CampaignEdit, s.pageOpening),
		web.Page("POST /campaigns/{campaign}/close", access.CampaignEdit, s.pageClose),
		web.Page("GET /campaigns/{campaign}/units/{unit}/orders", access.CampaignRead, s.pageUnit),
		web.Page("POST /campaigns/{campaign}/units/{unit}/due", access.PlanEdit, s.pageDue),
		web.Page("POST /campaigns/{campaign}/units/{unit}/organise", access.PlanEdit, s.pageOrganise),
		web.Op("GET /api/v1/campaigns", access.CampaignRead, "list-campaigns", "Campaigns in sight, the newest first", s.apiList),
		web.Op("POST /api/v1/campaigns", access.CampaignEdit, "draft-campaign", "Draft a campaign", s.apiDraft),
		web.Op("GET /api/v1/campaigns/{campaign}", access.CampaignRead, "show-campaign", "A campaign with documents, audiences and deadlines", s.apiShow),
		web.Op("PUT /api/v1/campaigns/{campaign}", access.CampaignEdit, "edit-campaign", "Change a draft", s.apiEdit),
		web.Op("POST /api/v1/campaigns/{campaign}/open", access.CampaignEdit, "open-campaign", "Freeze tree and roster and give the order", s.apiOpen),
		web.Op("GET /api/v1/campaigns/{campaign}/opening", access.CampaignEdit, "opening-progress", "How far an opening is", s.apiOpening),
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

// adopt puts an audience that is ready or was saved before the others, under a new tick.
func (s *Service) adopt(ctx context.Context, who access.Actor, c *Campaign, which string) error {
	g, _, err := s.Offer(ctx, who, *c)
	if err != nil {
		return err
	}
	a := Audience{Filter: "query", Counted: "person"}
	if q, ok := audience.ReadyOf(which); ok {
		a.Name, a.Query = words.T(cmp.Or(who.Lang, "vi"), "audience.ready."+which), q
	} else if i := slices.IndexFunc(g.Saved, func(o audience.Saved) bool { return o.ID.String() == which }); i >= 0 {
		a.Name, a.Query = g.Saved[i].Name, g.Saved[i].Query
	} else {
		return fault.At("audiences", "campaign.choose_which")
	}
	if a.Query.ByHead() {
		a.Counted = "headcount"
		c.Audiences = append(c.Audiences, a)
	} else {
		c.Audiences = append([]Audience{a}, c.Audiences...)
	}
	return nil
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
	if err := s.DB.Read(r.Context(), func(tx db.Tx) error { return say(r.Context(), tx, who.Lang, c.Audiences) }); err != nil {
		return err
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
	var order []int64
	for i, filter := range f.All("filter") {
		n := strconv.Itoa(i)
		if !f.Has("take_" + n) {
			continue
		}
		a := Audience{Name: f.Nth("audience", i, 200), Filter: filter, Counted: "person", MinRate: 100 * f.Int("rate_"+n, 0, 100, 0), NeedEssay: f.Has("essay_" + n)}
		if filter == "query" {
			var err error
			if a.Query, err = audience.Parse(f.Nth("query", i, 20_000)); err != nil {
				f.Blame("audiences", "campaign.bad_query")
			}
		}
		if a.Asks().ByHead() {
			a.Counted = "headcount"
		}
		c.Audiences = append(c.Audiences, a)
		order = append(order, f.Int("ord_"+n, 0, 99, int64(i)))
	}
	c.Audiences = sorted(c.Audiences, order)
	for _, level := range f.All("level") {
		if on := f.Date("due_"+level, false); on != "" {
			c.Dues = append(c.Dues, Due{Unit: c.Unit, Level: level, On: on, Inclusive: f.Raw("inclusive_"+level) == "1"})
		}
	}
	return c
}

// sorted puts audiences into the order that was typed beside them.
func sorted(list []Audience, order []int64) []Audience {
	at := make([]int, len(list))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(order[a], order[b]) })
	out := make([]Audience, len(list))
	for i, from := range at {
		out[i] = list[from]
	}
	return out
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
	switch f.Raw("do") {
	case "add":
		if err := s.adopt(r.Context(), who, &c, f.Raw("add")); err != nil {
			return s.form(w, r, who, c, err)
		}
		return s.form(w, r, who, c, nil)
	case "refresh":
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
	switch v.Campaign.State {
	case "draft":
	case "opening":
		return web.Redirect(w, r, to(of)+"/opening", "")
	default:
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

// pageOpen shows the campaign when it opened while the reader waited, else how far it is.
func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	c, err := s.start(r.Context(), who, of)
	if err != nil {
		return err
	}
	if c.State == "opening" {
		return web.Redirect(w, r, to(of)+"/opening", "")
	}
	return web.Redirect(w, r, to(of), "campaign.opened")
}

// pageOpening comes back by itself every two seconds, with and without JavaScript.
func (s *Service) pageOpening(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	o, err := s.Progress(r.Context(), who, of)
	if err != nil {
		return err
	}
	switch o.Campaign.State {
	case "draft":
		return web.Redirect(w, r, to(of)+"/open", "")
	case "open", "closed":
		return web.Redirect(w, r, to(of), "campaign.opened")
	}
	w.Header().Set("Refresh", "2")
	p := web.At(r, o.Campaign.Title, "campaign", crumbs(r)...)
	return web.Render(w, r, http.StatusOK, openingPage(p, o))
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
	return web.Redirect(w, r, to(campaign)+"/units/"+unit.String()+"/orders", "campaign.saved")
}
