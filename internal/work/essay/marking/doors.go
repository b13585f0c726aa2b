package marking

import (
	"net/http"
	"net/url"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
	"quantriet/internal/work/essay"
)

const (
	xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	csvType  = "text/csv; charset=utf-8"
)

// Routes is the room's whole outside.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /essay-tasks/{task}/queue", access.EssayMark, s.pageQueue),
		web.Page("GET /essays/{essay}", access.EssayMark, s.pagePaper),
		web.Page("POST /essays/{essay}/mark", access.EssayMark, s.pageMark),
		web.Page("POST /essays/{essay}/comments", access.EssayMark, s.pageRemark),
		web.Page("POST /essays/{essay}/comments/{comment}/remove", access.EssayMark, s.pageUnremark),
		web.Page("POST /essays/{essay}/return", access.EssayMark, s.pageReturn),
		web.Page("POST /essays/{essay}/replies/{reply}", access.EssayMark, s.pageAnswer),
		web.Page("GET /essays/{essay}/files/{file}", access.EssayMark, s.pageFile),
		web.Page("GET /essays/{essay}/docx", access.EssayMark, s.pageWord),
		web.Page("GET /essay-tasks/{task}/totals", access.EssayRead, s.pageBoard),
		web.Page("POST /essay-tasks/{task}/release", access.EssayEdit, s.pageRelease),
		web.Page("GET /essay-tasks/{task}/results.xlsx", access.EssayMark, s.pageXLSX),
		web.Page("GET /essay-tasks/{task}/results.csv", access.EssayMark, s.pageCSV),
		web.Page("GET /essay-tasks/{task}/contributions", access.EssayRead, s.pageProposals),
		web.Page("POST /essay-tasks/{task}/contributions", access.EssayMark, s.pagePick),
		web.Page("GET /essay-tasks/{task}/contributions.docx", access.EssayRead, s.pageProposalsWord),
		web.Page("GET /essay-tasks/{task}/contributions.xlsx", access.EssayRead, s.pageProposalsXLSX),
		web.Page("GET /me/essays/{task}/result", access.Self, s.pageResult),
		web.Page("POST /me/essays/{task}/replies", access.Self, s.pageSay),
		web.Op("GET /api/v1/essay-tasks/{task}/queue", access.EssayMark, "list-essays", "Essays that wait for the actor, unit by unit", s.apiQueue),
		web.Op("GET /api/v1/essays/{essay}", access.EssayMark, "show-essay", "An essay to be marked; the author is hidden until it is", s.apiPaper),
		web.Op("POST /api/v1/essays/{essay}/marks", access.EssayMark, "mark-essay", "Judge an essay by the rubric", s.apiMark),
		web.Op("POST /api/v1/essays/{essay}/comments", access.EssayMark, "comment-essay", "Put a remark on a quoted place", s.apiRemark),
		web.Op("DELETE /api/v1/essays/{essay}/comments/{comment}", access.EssayMark, "remove-essay-comment", "Take an own remark away", s.apiUnremark),
		web.Op("POST /api/v1/essays/{essay}/replies/{reply}", access.EssayMark, "answer-essay-reply", "Answer the author's word on the result", s.apiAnswer),
		web.Op("POST /api/v1/essays/{essay}/return", access.EssayMark, "return-essay", "Give it back for rewriting", s.apiReturn),
		web.Op("POST /api/v1/essay-tasks/{task}/release", access.EssayEdit, "release-results", "Show results to members", s.apiRelease),
		web.Op("GET /api/v1/essay-tasks/{task}/totals", access.EssayRead, "essay-totals", "Totals of a unit and those directly below", s.apiBoard),
		web.Op("GET /api/v1/essay-tasks/{task}/contributions", access.EssayRead, "list-contributions", "Answers that propose something for the action programme", s.apiProposals),
		web.Op("POST /api/v1/essay-versions/{version}/pick", access.EssayMark, "pick-contribution", "Put a contribution on the list, or take it off", s.apiPick),
		web.Op("GET /api/v1/me/essays/{task}/result", access.Self, "my-result", "The own result, once results are out", s.apiResult),
		web.Op("POST /api/v1/me/essays/{task}/replies", access.Self, "reply-result", "A word on the own result", s.apiSay),
	}
}

func paperPath(e id.ID) string { return "/essays/" + e.String() }

// two reads two ids of the path.
func two(r *http.Request, a, b string) (x, y id.ID, err error) {
	if x, err = web.ID(r, a); err == nil {
		y, err = web.ID(r, b)
	}
	return x, y, err
}

func readQuery(r *http.Request, name string) (q Query, err error) {
	if name != "" {
		if q.Task, err = web.ID(r, name); err != nil {
			return q, err
		}
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	v := r.URL.Query()
	q.Show, q.Page = v.Get("show"), db.Page{After: v.Get("after"), Limit: 60}
	return q, nil
}

// queueURL is a queue narrowed alike, from a cursor on.
func queueURL(q Query, after string) string {
	v := url.Values{}
	for name, value := range map[string]string{"unit": q.Unit.String(), "show": q.Show, "after": after} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return essay.Path(q.Task) + "/queue"
	}
	return essay.Path(q.Task) + "/queue?" + v.Encode()
}

// inQueue is an essay's page that knows which unit's queue it stands in.
func inQueue(e, unit id.ID) string {
	if unit == 0 {
		return paperPath(e)
	}
	return paperPath(e) + "?unit=" + unit.String()
}

func (s *Service) pageQueue(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r, "task")
	if err != nil {
		return err
	}
	v, err := s.Queue(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "marking.queue"), "campaign", essay.Crumbs(r, v.Task)...)
	return web.Render(w, r, http.StatusOK, queuePage(p, v))
}

func (s *Service) pagePaper(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.paper(w, r, who, http.StatusOK, nil, nil)
}

// sent is what a refused mark held.
type sent struct {
	scores map[int64]string
	remark string
	why    string
	id     id.ID
}

func (s *Service) paper(w http.ResponseWriter, r *http.Request, who access.Actor, status int, in *sent, errs ui.Errors) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	q, err := readQuery(r, "")
	if err != nil {
		return err
	}
	v, err := s.Paper(r.Context(), who, web.Lang(r), of, q)
	if err != nil {
		return err
	}
	c := append(essay.Crumbs(r, v.Task), ui.Crumb{Text: web.T(r, "marking.queue"), Href: essay.Path(v.Task.ID) + "/queue"})
	p := web.At(r, web.T(r, "marking.essay", "code", v.Code), "campaign", c[2:]...)
	if in != nil && in.id != 0 {
		p.ID = in.id.String()
	}
	return web.Render(w, r, status, paperPage(p, desk{Paper: v, sent: in, errs: errs, unit: q.Unit}))
}

// again shows the essay with what was wrong.
func (s *Service) again(w http.ResponseWriter, r *http.Request, who access.Actor, in *sent, err error) error {
	status := http.StatusUnprocessableEntity
	if fault.Of(err) == fault.Conflict {
		status = http.StatusConflict
	}
	return s.paper(w, r, who, status, in, web.Errors(r, err))
}

func mends(err error) bool {
	return fault.Of(err) == fault.Invalid || fault.Of(err) == fault.Conflict
}

func (s *Service) pageMark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	g := Given{ID: f.ID("id", true), Version: f.ID("version", true), Remark: f.Text("remark", 4000), Why: f.Text("why", 500)}
	in := &sent{scores: map[int64]string{}, remark: g.Remark, why: g.Why, id: g.ID}
	for ord := range int64(16) {
		name := "score_" + strconv.FormatInt(ord, 10)
		if !f.Has(name) {
			continue
		}
		in.scores[ord] = f.Raw(name)
		n, ok := Tenths(f.Raw(name))
		if !ok {
			f.Blame("score", "marking.score")
		}
		g.Scores = append(g.Scores, Score{ord, n})
	}
	next, unit := f.ID("next", false), f.ID("unit", false)
	if err = f.Err(); err == nil {
		err = s.Give(r.Context(), who, of, g)
	}
	if mends(err) {
		return s.again(w, r, who, in, err)
	}
	if err != nil {
		return err
	}
	if next != 0 && f.Raw("do") == "next" {
		return web.Redirect(w, r, inQueue(next, unit), "marking.given")
	}
	return web.Redirect(w, r, inQueue(of, unit), "marking.given")
}

func (s *Service) pageRemark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	unit := f.ID("unit", false)
	err = s.Remark(r.Context(), who, of, f.ID("id", true), f.Raw("quote"), f.Int("at", 0, 1<<30, 0), f.Raw("text"))
	if err = fault.All(f.Err(), err); mends(err) {
		return s.again(w, r, who, nil, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, inQueue(of, unit)+"#remarks", "marking.remarked")
}

func (s *Service) pageUnremark(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, comment, err := two(r, "essay", "comment")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	unit := f.ID("unit", false)
	if err := s.Unremark(r.Context(), who, of, comment); err != nil {
		return err
	}
	return web.Redirect(w, r, inQueue(of, unit)+"#remarks", "marking.unremarked")
}

func (s *Service) pageReturn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	form, why, due := f.ID("id", true), f.Line("why", 3, 1000), f.Moment("due")
	if err = f.Err(); err == nil {
		err = s.Return(r.Context(), who, of, form, why, due)
	}
	if mends(err) {
		return s.again(w, r, who, nil, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, paperPath(of), "marking.returned")
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, reply, err := two(r, "essay", "reply")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	answer := f.Line("answer", 1, 2000)
	if err = f.Err(); err == nil {
		err = s.Answer(r.Context(), who, of, reply, answer)
	}
	if mends(err) {
		return s.again(w, r, who, nil, err)
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, paperPath(of)+"#replies", "marking.answered")
}

func (s *Service) pageFile(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, which, err := two(r, "essay", "file")
	if err != nil {
		return err
	}
	f, body, err := s.File(r.Context(), who, of, which)
	if err != nil {
		return err
	}
	defer body.Close()
	return essay.Send(w, f, body)
}

func (s *Service) pageWord(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, err := web.ID(r, "essay")
	if err != nil {
		return err
	}
	v, err := s.Paper(r.Context(), who, web.Lang(r), of, Query{})
	if err != nil {
		return err
	}
	b, err := s.Word(r.Context(), who, v)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "marking.essay", "code", v.Code)+".docx", docxType, b)
}

func (s *Service) pageBoard(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	b, err := s.Board(r.Context(), who, task, unit)
	if err != nil {
		return err
	}
	p := web.At(r, b.Self.Name, "campaign", essay.Crumbs(r, b.Task)...)
	return web.Render(w, r, http.StatusOK, boardPage(p, b))
}

func (s *Service) pageRelease(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	if err := s.Release(r.Context(), who, task); err != nil {
		return err
	}
	return web.Redirect(w, r, essay.Path(task)+"/totals", "marking.released")
}
