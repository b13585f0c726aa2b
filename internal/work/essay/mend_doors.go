package essay

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

func (s *Service) mendRoutes() []web.Route {
	return []web.Route{
		web.Page("GET /essay-tasks/{task}/contests/{contest}", access.ReportAccept, s.pageCase),
		web.Page("POST /essay-tasks/{task}/contests/{contest}", access.ReportAccept, s.pageMend),
		web.Op("GET /api/v1/essay-tasks/{task}/contests/{contest}", access.ReportAccept, "show-essay-contest", "How a task counts the person of an upheld contest", s.apiCase),
		web.Op("POST /api/v1/essay-tasks/{task}/contests/{contest}", access.ReportAccept, "mend-essay-record", "Put right what an upheld contest found wrong: who must write, what came late, what was handed in on paper, what was not handed in", s.apiMend),
	}
}

// MendPath is where the record that an upheld contest found wrong is put right.
func MendPath(task, contest id.ID) string { return Path(task) + "/contests/" + contest.String() }

func readCase(r *http.Request) (task, contest id.ID, err error) {
	if task, err = web.ID(r, "task"); err == nil {
		contest, err = web.ID(r, "contest")
	}
	return task, contest, err
}

func (s *Service) pageCase(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, contest, err := readCase(r)
	if err != nil {
		return err
	}
	return s.contestedPage(w, r, who, Mending{Contest: contest, Task: task}, nil)
}

func (s *Service) contestedPage(w http.ResponseWriter, r *http.Request, who access.Actor, m Mending, wrong error) error {
	c, err := s.Case(r.Context(), who, m.Contest, m.Task)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	p := web.At(r, web.T(r, "essay.mend"), "report", ui.Crumb{Text: web.T(r, "essay.mend_contest"), Href: "/contests/" + m.Contest.String()})
	if m.ID != 0 {
		p.ID = m.ID.String()
	}
	return web.Render(w, r, status, mendPage(p, c, m, web.Errors(r, wrong)))
}

func (s *Service) pageMend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, contest, err := readCase(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	m := Mending{ID: f.ID("id", true), Contest: contest, Task: task, Why: f.Text("why", whyMost)}
	if f.Has("handed") {
		m.Handed = f.Moment("handed")
	}
	if err = f.Err(); err == nil {
		_, err = s.Mend(r.Context(), who, m)
	}
	if fault.Of(err) == fault.Invalid {
		return s.contestedPage(w, r, who, m, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/contests/"+contest.String(), "essay.mended")
}

type caseIn struct {
	Task    web.Ref `path:"task"`
	Contest web.Ref `path:"contest"`
}

func (s *Service) apiCase(ctx context.Context, who access.Actor, in *caseIn) (Case, error) {
	return s.Case(ctx, who, in.Contest.ID, in.Task.ID)
}

func (s *Service) apiMend(ctx context.Context, who access.Actor, in *struct {
	Task    web.Ref `path:"task"`
	Contest web.Ref `path:"contest"`
	Body    struct {
		ID     id.ID  `json:"id" doc:"made by the sender: sending it twice answers once"`
		Why    string `json:"why" maxLength:"500" doc:"what the correction rests on"`
		Handed int64  `json:"handed,omitempty" doc:"when it was handed in on paper, Unix milliseconds UTC"`
	}
}) (Mended, error) {
	return s.Mend(ctx, who, Mending{ID: in.Body.ID, Contest: in.Contest.ID, Task: in.Task.ID, Why: in.Body.Why, Handed: in.Body.Handed})
}
