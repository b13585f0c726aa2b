package marking

import (
	"net/http"
	"net/url"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/work/essay"
)

func (s *Service) pageXLSX(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r, "task")
	if err != nil {
		return err
	}
	b, err := s.XLSX(r.Context(), who, web.Lang(r), q)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "marking.results")+".xlsx", xlsxType, b)
}

func (s *Service) pageCSV(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readQuery(r, "task")
	if err != nil {
		return err
	}
	b, err := s.CSV(r.Context(), who, web.Lang(r), q)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "marking.results")+".csv", csvType, b)
}

func readAsk(r *http.Request) (q Ask, err error) {
	if q.Task, err = web.ID(r, "task"); err != nil {
		return q, err
	}
	if q.Unit, err = web.Query(r, "unit"); err != nil {
		return q, err
	}
	q.Picked, q.Page = r.URL.Query().Get("picked") == "1", db.Page{After: r.URL.Query().Get("after"), Limit: 40}
	return q, nil
}

// askURL is a page of contributions chosen alike.
func askURL(q Ask, page, after string) string {
	v := url.Values{}
	if q.Unit != 0 {
		v.Set("unit", q.Unit.String())
	}
	if q.Picked {
		v.Set("picked", "1")
	}
	if after != "" {
		v.Set("after", after)
	}
	return essay.Path(q.Task) + page + "?" + v.Encode()
}

func (s *Service) pageProposals(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readAsk(r)
	if err != nil {
		return err
	}
	v, err := s.Proposals(r.Context(), who, q)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "marking.proposals"), "campaign", essay.Crumbs(r, v.Task)...)
	return web.Render(w, r, http.StatusOK, proposalsPage(p, v, q))
}

func (s *Service) pagePick(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readAsk(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	version, ord, on, note := f.ID("version", true), f.Int("ord", 1, 16, 0), f.Raw("on") == "1", f.Line("note", 0, 300)
	if err := f.Err(); err != nil {
		return err
	}
	if err := s.Pick(r.Context(), who, version, ord, on, note); err != nil {
		return err
	}
	return web.Redirect(w, r, askURL(q, "/contributions", "")+"#c-"+version.String(), "marking.pick_saved")
}

func (s *Service) pageProposalsWord(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readAsk(r)
	if err != nil {
		return err
	}
	b, err := s.ProposalsWord(r.Context(), who, q)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "marking.proposals_sheet")+".docx", docxType, b)
}

func (s *Service) pageProposalsXLSX(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	q, err := readAsk(r)
	if err != nil {
		return err
	}
	b, err := s.ProposalsXLSX(r.Context(), who, web.Lang(r), q)
	if err != nil {
		return err
	}
	return web.Download(w, web.T(r, "marking.proposals_sheet")+".xlsx", xlsxType, b)
}

func (s *Service) pageResult(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.showResult(w, r, who, http.StatusOK, nil, "")
}

func (s *Service) showResult(w http.ResponseWriter, r *http.Request, who access.Actor, status int, wrong error, said string) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	v, err := s.Result(r.Context(), who, task)
	if err != nil {
		return err
	}
	p := web.At(r, web.T(r, "marking.result"), "today")
	p.Sub, p.Back = v.Task.Title, "/me/essays"
	return web.Render(w, r, status, resultPage(p, v, said, web.Errors(r, wrong)))
}

func (s *Service) pageSay(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	task, err := web.ID(r, "task")
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	form := f.ID("id", true)
	if err := f.Err(); err != nil {
		return err
	}
	err = s.Say(r.Context(), who, task, form, f.Raw("text"))
	if fault.Of(err) == fault.Invalid {
		return s.showResult(w, r, who, http.StatusUnprocessableEntity, err, f.Raw("text"))
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, "/me/essays/"+task.String()+"/result", "marking.said")
}
