package essay

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside, but for marking.
func (s *Service) Routes() []web.Route {
	return append(append(s.mineRoutes(), s.mendRoutes()...), []web.Route{
		web.Page("GET /essays", access.EssayRead, s.pageList),
		web.Page("GET /campaigns/{campaign}/essays", access.EssayRead, s.pageList),
		web.Page("GET /campaigns/{campaign}/essays/new", access.EssayEdit, s.pageNew),
		web.Page("POST /campaigns/{campaign}/essays", access.EssayEdit, s.pageDraft),
		web.Page("GET /essay-tasks/{task}", access.EssayRead, s.pageTask),
		web.Page("GET /essay-tasks/{task}/edit", access.EssayEdit, s.pageEdit),
		web.Page("POST /essay-tasks/{task}", access.EssayEdit, s.pageStore),
		web.Page("POST /essay-tasks/{task}/open", access.EssayEdit, s.pageOpen),
		web.Page("POST /essay-tasks/{task}/close", access.EssayEdit, s.pageClose),
		web.Page("POST /essay-tasks/{task}/discard", access.EssayEdit, s.pageDiscard),
		web.Page("POST /essay-tasks/{task}/local", access.EssayMark, s.pageLocal),
		web.Page("POST /essays/{essay}/delete", access.EssayEdit, s.pageDelete),
		web.Op("GET /api/v1/essay-tasks", access.EssayRead, "list-essay-tasks", "Tasks in sight with their totals, the newest first", s.apiList),
		web.Op("POST /api/v1/essay-tasks", access.EssayEdit, "draft-essay-task", "Draft a task for an audience of a campaign", s.apiDraft),
		web.Op("GET /api/v1/essay-tasks/{task}", access.EssayRead, "show-essay-task", "A task with questions and rubric", s.apiShow),
		web.Op("PUT /api/v1/essay-tasks/{task}", access.EssayEdit, "edit-essay-task", "Change a draft; of an open task the title and a later due time", s.apiEdit),
		web.Op("POST /api/v1/essay-tasks/{task}/open", access.EssayEdit, "open-essay-task", "Give the task to the roster", s.apiOpen),
		web.Op("POST /api/v1/essay-tasks/{task}/close", access.EssayEdit, "close-essay-task", "End the handing in", s.apiClose),
		web.Op("DELETE /api/v1/essay-tasks/{task}", access.EssayEdit, "discard-essay-task", "Throw a draft away", s.apiDiscard),
		web.Op("PUT /api/v1/essay-tasks/{task}/local/{unit}", access.EssayMark, "set-essay-local", "Facts of a unit's own ground, beside the task", s.apiLocal),
		web.Op("POST /api/v1/essays/{essay}/delete", access.EssayEdit, "delete-essay", "Take an essay's texts away for a personal-data request; totals hold", s.apiDelete),
	}...)
}

// Path is the address of a task's page.
func Path(task id.ID) string { return "/essay-tasks/" + task.String() }

// Crumbs lead to a page about a task.
func Crumbs(r *http.Request, t Task) []ui.Crumb {
	return []ui.Crumb{{Text: t.CampaignName, Href: "/campaigns/" + t.Campaign.String()}, {Text: web.T(r, "essay.tasks"), Href: "/campaigns/" + t.Campaign.String() + "/essays"},
		{Text: t.Title, Href: Path(t.ID)}}
}

// ReadFind reads the words of a search. Fault: Invalid for what is not text or too long.
func ReadFind(r *http.Request) (string, error) {
	s, ok := text.Clean(r.URL.Query().Get("q"))
	switch {
	case !ok:
		return "", fault.At("q", "web.not_text")
	case utf8.RuneCountInString(s) > 100:
		return "", fault.At("q", "web.too_long", "n", 100)
	}
	return s, nil
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) (err error) {
	q := Query{Page: db.Page{After: r.URL.Query().Get("after"), Limit: 30}}
	if r.PathValue("campaign") != "" {
		if q.Campaign, err = web.ID(r, "campaign"); err != nil {
			return err
		}
	}
	if q.Find, err = ReadFind(r); err != nil {
		return err
	}
	rows, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	var crumbs []ui.Crumb
	if q.Campaign != 0 {
		crumbs = []ui.Crumb{{Text: web.T(r, "essay.campaign"), Href: "/campaigns/" + q.Campaign.String()}}
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "essay.tasks"), "campaign", crumbs...), q, rows, who.Holds(access.EssayEdit)))
}

func listURL(q Query, after string) string {
	v := url.Values{"after": {after}}
	if q.Find != "" {
		v.Set("q", q.Find)
	}
	return listPath(q) + "?" + v.Encode()
}

func listPath(q Query) string {
	if q.Campaign != 0 {
		return "/campaigns/" + q.Campaign.String() + "/essays"
	}
	return "/essays"
}

// Ground is what a form about a task of a campaign offers.
type Ground struct {
	Campaign  id.ID
	Title     string
	Unit      id.ID
	UnitName  string
	Audiences []Audience
}

// Audience is a part of a campaign's roster that can be given a task.
type Audience struct {
	ID   id.ID
	Name string
}

// Offer says for which unit and audiences who may set a task in a campaign. Faults: Missing, Denied.
func (s *Service) Offer(ctx context.Context, who access.Actor, campaign, unit id.ID) (g Ground, err error) {
	g.Campaign, g.Unit = campaign, unit
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		owner, err := db.One(ctx, tx, db.Value[id.ID], `select unit from campaign where id = $1`, campaign)
		if err != nil {
			return err
		}
		if g.Unit == 0 {
			if g.Unit = owner; access.Check(ctx, tx, who, access.EssayEdit, owner) != nil {
				g.Unit = who.Home()
			}
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, g.Unit); err != nil {
			return err
		}
		_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) { return none, scan(&g.Title, &g.UnitName) },
			`select c.title, cu.name from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $2 where c.id = $1`, campaign, g.Unit)
		if err != nil {
			return err
		}
		g.Audiences, err = db.All(ctx, tx, func(scan func(...any) error) (a Audience, err error) {
			err = scan(&a.ID, &a.Name)
			return a, err
		}, `select id, name from campaign_audience where campaign = $1 and counted = 'person' order by ord`, campaign)
		return err
	})
	return g, wrap("offer", err)
}

func (s *Service) pageNew(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	t := Template(r.URL.Query().Get("from"), func(k string) string { return web.T(r, k) })
	t.Campaign, t.Unit = campaign, unit
	t.Due = clock.Start(clock.AddDays(s.Now.Day(), 15)).UnixMilli() - 60_000
	return s.form(w, r, who, t, nil)
}

func (s *Service) pageEdit(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	t, err := s.Task(r.Context(), who, of)
	if err != nil {
		return err
	}
	return s.form(w, r, who, t, nil)
}

func (s *Service) form(w http.ResponseWriter, r *http.Request, who access.Actor, t Task, wrong error) error {
	g, err := s.Offer(r.Context(), who, t.Campaign, t.Unit)
	if err != nil {
		return err
	}
	t.Unit = g.Unit
	status, title := http.StatusOK, web.T(r, "essay.new")
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	action := "/campaigns/" + t.Campaign.String() + "/essays"
	if r.PathValue("task") != "" {
		title, action = web.T(r, "essay.edit"), Path(t.ID)
	}
	p := web.At(r, title, "campaign", ui.Crumb{Text: g.Title, Href: "/campaigns/" + g.Campaign.String()}, ui.Crumb{Text: web.T(r, "essay.tasks"), Href: "/campaigns/" + g.Campaign.String() + "/essays"})
	if t.ID != 0 {
		p.ID = t.ID.String()
	}
	return web.Render(w, r, status, formPage(p, t, g, action, web.Errors(r, wrong)))
}

// readTask reads the form; questions and lines of the rubric without words are left out.
func readTask(f *web.Form) Task {
	t := Task{ID: f.ID("id", true), Unit: f.ID("unit", true), Audience: f.ID("audience", false), Kind: f.Choice("kind", Kinds...), Title: f.Line("title", 3, 300),
		Prompt: f.Text("prompt", promptMost), Facts: f.Text("facts", promptMost), Due: f.Moment("due"), Least: f.Int("least", 0, 20_000, 0),
		Handwritten: f.Has("handwritten"), Grouped: f.Has("grouped"), InvitedAge: f.Int("invited_age", 0, 110, 0), Pass: f.Int("pass", 0, 800, 0),
		Bound: f.Int("bound", 0, 800, 0), Twice: 100 * f.Int("twice", 0, 100, 0)}
	models := [][]string{f.All("good"), f.All("fair"), f.All("weak")}
	for i, words := range f.All("question") {
		q := Question{Text: words, Contribution: f.Has("contribution_" + strconv.Itoa(i))}
		for _, m := range models {
			q.Models = append(q.Models, at(m, i))
		}
		if words != "" {
			t.Questions = append(t.Questions, q)
		}
	}
	for i, title := range f.All("criterion") {
		if title != "" {
			t.Criteria = append(t.Criteria, Criterion{Title: title, Points: f.Int("points_"+strconv.Itoa(i), 1, 100, 0)})
		}
	}
	return t
}

func (s *Service) pageDraft(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	campaign, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	return s.store(w, r, who, s.Draft, func(t *Task) { t.Campaign = campaign })
}

func (s *Service) pageStore(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	old, err := s.Task(r.Context(), who, of)
	if err != nil {
		return err
	}
	return s.store(w, r, who, s.Edit, func(t *Task) { t.ID, t.Campaign, t.Unit = of, old.Campaign, old.Unit })
}

func (s *Service) store(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, Task) (Task, error), set func(*Task)) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	t := readTask(f)
	set(&t)
	saved := t
	if err = f.Err(); err == nil {
		saved, err = do(r.Context(), who, t)
	}
	if fault.Of(err) == fault.Invalid {
		return s.form(w, r, who, t, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, Path(saved.ID), "essay.saved")
}

func (s *Service) pageTask(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of)
	if err != nil {
		return err
	}
	c := Crumbs(r, v.Task)
	return web.Render(w, r, http.StatusOK, taskPage(web.At(r, v.Task.Title, "campaign", c[:2]...), v))
}

// Shown is a task with what the asker may do about it.
type Shown struct {
	Task    Task
	Tally   Tally
	MayEdit bool
	MayMark bool
	Home    id.ID // where the asker's own facts belong; zero for none
	Local   string
	Locals  []Local
	Alike   bool // likeness is looked for
}

// Show is Task with the totals in scope and the local facts of the asker's unit.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (v Shown, err error) {
	if v.Task, err = s.Task(ctx, who, of); err != nil {
		return v, err
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Tally, err = inScope(ctx, tx, who, of); err != nil {
			return err
		}
		v.Alike = s.HandedIn != nil
		v.MayEdit, v.MayMark = access.Check(ctx, tx, who, access.EssayEdit, v.Task.Unit) == nil, who.Holds(access.EssayMark)
		lo, err := db.One(ctx, tx, db.Value[int64], `select lo from campaign_unit where campaign = $1 and unit = $2`, v.Task.Campaign, who.Home())
		if fault.Of(err) == fault.Missing {
			return nil
		}
		if err != nil {
			return err
		}
		if access.Check(ctx, tx, who, access.EssayMark, who.Home()) == nil && v.Task.Takes() == nil {
			v.Home = who.Home()
		}
		if v.Locals, err = locals(ctx, tx, v.Task, lo); err != nil {
			return err
		}
		for _, l := range v.Locals {
			if l.Unit == v.Home {
				v.Local = l.Text
			}
		}
		return nil
	})
	return v, wrap("show", err)
}

// act answers a button of a task's page.
func (s *Service) act(w http.ResponseWriter, r *http.Request, who access.Actor, do func(context.Context, access.Actor, id.ID) error, notice string) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	if err := do(r.Context(), who, of); err != nil {
		return err
	}
	return web.Redirect(w, r, Path(of), notice)
}

func (s *Service) pageOpen(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, s.Open, "essay.opened")
}

func (s *Service) pageClose(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, s.Close, "essay.closed_now")
}

func (s *Service) pageDiscard(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	campaign, err := s.Discard(r.Context(), who, of)
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/campaigns/"+campaign.String()+"/essays", "essay.discarded")
}

func (s *Service) pageLocal(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	unit, facts := f.ID("unit", true), f.Text("facts", questionMost)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.SetLocal(r.Context(), who, of, unit, facts); err != nil {
		return err
	}
	return web.Redirect(w, r, Path(of), "essay.local_saved")
}

func (s *Service) pageDelete(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	why := f.Line("why", 3, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Delete(r.Context(), who, of, why); err != nil {
		return err
	}
	return web.Redirect(w, r, "/essays", "essay.deleted_now")
}
