package likeness

import (
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /campaigns/{campaign}/likeness", access.EssayRead, s.pageList),
		web.Page("GET /campaigns/{campaign}/likeness/shared", access.EssayRead, s.pageShared),
		web.Page("POST /campaigns/{campaign}/likeness/shared/{shared}", access.EssayEdit, s.pageDecide),
		web.Page("POST /campaigns/{campaign}/likeness/decisions/{decision}/undo", access.EssayEdit, s.pageUndo),
		web.Page("GET /campaigns/{campaign}/likeness/families", access.EssayRead, s.pageFamilies),
		web.Page("GET /campaigns/{campaign}/likeness/references", access.EssayRead, s.pageReferences),
		web.Page("POST /campaigns/{campaign}/likeness/references", access.EssayEdit, s.pageAddReference),
		web.Page("GET /essays/{essay}/likeness", access.EssayRead, s.pageShow),
		web.Page("GET /essays/{essay}/likeness/evidence", access.EssayRead, s.pageEvidence),
		web.Page("POST /essays/{essay}/likeness/talk", access.EssayMark, s.pageStep),
		web.Page("POST /essays/{essay}/likeness/name", access.EssayIdentify, s.pageUnveil),
		web.Page("GET /my/essays/{essay}/likeness", access.Self, s.pageMine),
		web.Page("POST /my/essays/{essay}/likeness", access.Self, s.pageReply),
		web.Page("POST /my/essays/{essay}/check", access.Self, s.pageCheck),
		web.Op("GET /api/v1/campaigns/{campaign}/likeness", access.EssayRead, "list-likeness", "Essays of a campaign by what they share with others, authors not named", s.apiList),
		web.Op("GET /api/v1/campaigns/{campaign}/likeness/shared", access.EssayRead, "list-shared-passages", "Passages that several essays hold, and the decisions on them", s.apiShared),
		web.Op("POST /api/v1/campaigns/{campaign}/likeness/shared/{shared}", access.EssayEdit, "decide-shared-passage", "Settle a passage once for every essay that holds it", s.apiDecide),
		web.Op("GET /api/v1/campaigns/{campaign}/likeness/families", access.EssayRead, "list-essay-families", "Essays that are nearly the same, by unit and day", s.apiFamilies),
		web.Op("GET /api/v1/campaigns/{campaign}/likeness/references", access.EssayRead, "list-likeness-references", "What the essays may quote, without the texts", s.apiReferences),
		web.Op("POST /api/v1/campaigns/{campaign}/likeness/references", access.EssayEdit, "add-likeness-reference", "Let the essays quote one more text", s.apiAddReference),
		web.Op("GET /api/v1/essays/{essay}/likeness", access.EssayRead, "show-likeness", "What one essay shares with others, compared now", s.apiShow),
		web.Op("POST /api/v1/campaigns/{campaign}/likeness/decisions/{decision}/undo", access.EssayEdit, "undo-shared-passage", "Take a decision on a passage back", s.apiUndo),
		web.Op("POST /api/v1/essays/{essay}/likeness/name", access.EssayIdentify, "name-essay-author", "Show the author from now on; the reason is logged", s.apiUnveil),
		web.Op("GET /api/v1/my/essays/{essay}/likeness", access.Self, "my-likeness", "The talk about an own essay, and what others have of its text, too", s.apiMine),
		web.Op("POST /api/v1/my/essays/{essay}/likeness", access.Self, "reply-likeness", "Answer when asked about an own essay", s.apiReply),
		web.Op("POST /api/v1/my/essays/{essay}/check", access.Self, "check-my-essay", "Compare what is written so far, a few times a day; own text only", s.apiCheck),
		web.Op("POST /api/v1/essays/{essay}/likeness/talk", access.EssayMark, "step-likeness-talk", "Take the talk about an essay one step on", s.apiStep),
	}
}

func crumbs(r *http.Request, c campaign.Campaign, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "likeness.campaigns"), Href: "/campaigns"}, {Text: c.Title, Href: "/campaigns/" + c.ID.String()}}, more...)
}

// own is where an author is asked and answers; writing is where the essay is written.
func own(of id.ID) string { return "/my/essays/" + of.String() + "/likeness" }

func writing(task id.ID) string { return "/me/essays/" + task.String() }

func home(of id.ID) string { return "/campaigns/" + of.String() + "/likeness" }

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	f := Filter{Level: q.Get("level"), State: q.Get("state"), Flags: q.Get("flags") != "", Page: db.Page{After: q.Get("after")}}
	if f.Unit, err = web.Query(r, "unit"); err != nil {
		return err
	}
	l, err := s.List(r.Context(), who, of, f)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "likeness.list"), "campaign", crumbs(r, l.Campaign)...)
	p.Sample = p.Sample || l.Campaign.Sample
	return web.Render(w, r, http.StatusOK, listPage(p, l, f))
}

func (s *Service) pageShared(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	return s.shared(w, r, who, of, nil)
}

func (s *Service) shared(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, wrong error) error {
	l, err := s.Worklist(r.Context(), who, of)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "likeness.shared"), "campaign", crumbs(r, l.Campaign, ui.Crumb{Text: web.T(r, "likeness.list"), Href: home(of)})...)
	p.Sample = p.Sample || l.Campaign.Sample
	return web.Render(w, r, status, sharedPage(p, l, web.Errors(r, wrong)))
}

func (s *Service) pageDecide(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	which, err := web.ID(r, "shared")
	if err != nil {
		return err
	}
	return post(w, r, "campaign", func(of id.ID, f *web.Form) (to, notice string, err error) {
		d := Decision{ID: f.ID("id", true), Kind: f.Choice("kind", Kinds...), Note: f.Line("note", 0, noteMax)}
		if err = f.Err(); err == nil {
			err = s.Decide(r.Context(), who, of, which, d)
		}
		return home(of) + "/shared", "likeness.decided_" + d.Kind, err
	}, func(of id.ID, wrong error) error { return s.shared(w, r, who, of, wrong) })
}

// post does what a form about the thing asks that name is in the path, and goes on to where
// do says; a form that is wrong is shown again.
func post(w http.ResponseWriter, r *http.Request, name string, do func(of id.ID, f *web.Form) (to, notice string, err error), again func(of id.ID, wrong error) error) error {
	of, err := web.ID(r, name)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	to, notice, err := do(of, f)
	switch {
	case err == nil:
		return web.Redirect(w, r, to, notice)
	case fault.Of(err) == fault.Invalid:
		return again(of, err)
	}
	return err
}

func (s *Service) pageUndo(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	which, err := web.ID(r, "decision")
	if err != nil {
		return err
	}
	if err := s.Undo(r.Context(), who, of, which); err != nil {
		return err
	}
	return web.Redirect(w, r, home(of)+"/shared", "likeness.undone")
}

func (s *Service) pageFamilies(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	c, all, err := s.Families(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "likeness.families"), "campaign", crumbs(r, c, ui.Crumb{Text: web.T(r, "likeness.list"), Href: home(of)})...)
	p.Sample = p.Sample || c.Sample
	return web.Render(w, r, http.StatusOK, familiesPage(p, c, all))
}

func (s *Service) pageReferences(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "campaign")
	if err != nil {
		return err
	}
	return s.refs(w, r, who, of, Reference{}, nil)
}

func (s *Service) refs(w http.ResponseWriter, r *http.Request, who access.Actor, of id.ID, typed Reference, wrong error) error {
	c, all, may, err := s.References(r.Context(), who, of)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "likeness.references"), "campaign", crumbs(r, c, ui.Crumb{Text: web.T(r, "likeness.list"), Href: home(of)})...)
	if p.ID = id.New().String(); typed.ID != 0 {
		p.ID = typed.ID.String()
	}
	p.Sample = p.Sample || c.Sample
	return web.Render(w, r, status, referencesPage(p, c, all, may, typed, web.Errors(r, wrong)))
}

func (s *Service) pageAddReference(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	var ref Reference
	return post(w, r, "campaign", func(of id.ID, f *web.Form) (to, notice string, err error) {
		ref = Reference{ID: f.ID("id", true), Campaign: of, Category: f.Choice("category", "resolution", "material", "template", "common"),
			Name: f.Line("name", 1, nameMax), Body: f.Text("body", bodyMax), Why: f.Line("why", 0, noteMax)}
		if err = f.Err(); err == nil {
			err = s.AddReference(r.Context(), who, ref)
		}
		return home(of) + "/references", "likeness.reference_added", err
	}, func(of id.ID, wrong error) error { return s.refs(w, r, who, of, ref, wrong) })
}

// look reads which source is beside and which are left out.
func look(r *http.Request) (l Look, err error) {
	q := r.URL.Query()
	if l.Source, err = web.Query(r, "source"); err != nil {
		return l, err
	}
	for _, x := range q["not"] {
		v, err := id.Parse(x)
		if err != nil {
			return l, err
		}
		l.Not = append(l.Not, v)
	}
	return l, nil
}

// URL is the address of a look.
func (l Look) URL(of id.ID) string {
	q := url.Values{}
	if l.Source != 0 {
		q.Set("source", l.Source.String())
	}
	for _, x := range l.Not {
		q.Add("not", x.String())
	}
	at := "/essays/" + of.String() + "/likeness"
	if len(q) > 0 {
		at += "?" + q.Encode()
	}
	return at
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.show(w, r, who, nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, wrong error) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	l, err := look(r)
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of, l)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "likeness.title"), "campaign", ui.Crumb{Text: web.T(r, "likeness.list"), Href: home(v.Campaign)})
	p.ID = id.New().String()
	return web.Render(w, r, status, showPage(p, v, web.Errors(r, wrong)))
}

func (s *Service) pageEvidence(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	l, err := look(r)
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of, l)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "likeness.evidence"), "campaign", ui.Crumb{Text: web.T(r, "likeness.title"), Href: l.URL(of)})
	return web.Render(w, r, http.StatusOK, evidencePage(p, v))
}

func (s *Service) pageStep(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return post(w, r, "essay", func(of id.ID, f *web.Form) (to, notice string, err error) {
		n := Note{ID: f.ID("id", true), Kind: f.Choice("kind", "lead", "ask", "explain", "propose", "uphold", "reopen"), Body: f.Text("body", noteMax)}
		if err = f.Err(); err == nil {
			err = s.Step(r.Context(), who, of, n)
		}
		return "/essays/" + of.String() + "/likeness", "likeness.stepped", err
	}, func(_ id.ID, wrong error) error { return s.show(w, r, who, wrong) })
}

func (s *Service) pageUnveil(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return post(w, r, "essay", func(of id.ID, f *web.Form) (to, notice string, err error) {
		why := f.Line("why", 1, noteMax)
		if err = f.Err(); err == nil {
			err = s.Unveil(r.Context(), who, of, why)
		}
		return "/essays/" + of.String() + "/likeness", "likeness.unveiled", err
	}, func(_ id.ID, wrong error) error { return s.show(w, r, who, wrong) })
}

func (s *Service) pageMine(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.mine(w, r, who, nil)
}

func (s *Service) mine(w http.ResponseWriter, r *http.Request, who access.Actor, wrong error) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	m, err := s.Mine(r.Context(), who, of)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "likeness.mine"), "today", ui.Crumb{Text: m.TaskTitle, Href: writing(m.Task)})
	p.Back, p.ID = writing(m.Task), id.New().String()
	return web.Render(w, r, status, minePage(p, m, web.Errors(r, wrong)))
}

func (s *Service) pageReply(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return post(w, r, "essay", func(of id.ID, f *web.Form) (to, notice string, err error) {
		n := Note{ID: f.ID("id", true), Body: f.Text("body", noteMax)}
		if err = f.Err(); err == nil {
			err = s.Reply(r.Context(), who, of, n)
		}
		return own(of), "likeness.replied", err
	}, func(_ id.ID, wrong error) error { return s.mine(w, r, who, wrong) })
}

func (s *Service) pageCheck(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	m, err := s.Check(r.Context(), who, of)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "likeness.check"), "today", ui.Crumb{Text: m.TaskTitle, Href: writing(m.Task)})
	p.Back = writing(m.Task)
	return web.Render(w, r, http.StatusOK, checkPage(p, m))
}
