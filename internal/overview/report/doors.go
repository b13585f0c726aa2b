package report

import (
	"bytes"
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
	const page, api = "/campaigns/{campaign}/reports/{unit}", "/api/v1/campaigns/{campaign}/reports/{unit}"
	return []web.Route{
		web.Page("GET /reports", access.ReportRead, s.pageList),
		web.Page("GET "+page, access.ReportRead, s.pageShow),
		web.Page("GET "+page+"/why", access.ReportRead, s.pageWhy),
		web.Page("GET "+page+"/report.docx", access.ReportRead, s.pageFile("docx")),
		web.Page("GET "+page+"/appendix.xlsx", access.ReportRead, s.pageFile("xlsx")),
		web.Page("GET "+page+"/appendix.csv", access.ReportRead, s.pageFile("csv")),
		web.Page("POST "+page+"/figure", access.ReportEdit, s.pageFigure),
		web.Page("POST "+page+"/clear", access.ReportEdit, s.pageClear),
		web.Page("POST "+page+"/answer", access.ReportEdit, s.pageAnswer),
		web.Page("POST "+page+"/texts", access.ReportEdit, s.pageTexts),
		web.Page("POST "+page+"/head", access.ReportEdit, s.pageHead),
		web.Page("POST "+page+"/send", access.ReportEdit, s.pageSend),
		web.Page("POST "+page+"/return", access.ReportAccept, s.pageReturn),
		web.Page("POST "+page+"/accept", access.ReportAccept, s.pageAccept),
		web.Page("POST "+page+"/declared", access.ReportEdit, s.pageDeclared),
		web.Page("POST "+page+"/reply", access.ReportEdit, s.pageReply),
		web.Page("POST "+page+"/remark", access.ReportAccept, s.pageRemark),
		web.Page("POST "+page+"/ask", access.ReportEdit, s.pageAsk),
		web.Page("POST "+page+"/reopen", access.ReportAccept, s.pageReopen),
		web.Op("GET /api/v1/reports", access.ReportRead, "list-reports", "Reports to send and to receive", s.apiList),
		web.Op("GET "+api, access.ReportRead, "show-report", "A unit's report with figures, sums, texts and what is below", s.apiShow),
		web.Op("GET "+api+"/why", access.ReportRead, "explain-figure", "A figure taken apart down to names", s.apiWhy),
		web.OpFile("GET "+api+"/report.docx", access.ReportRead, "report-paper", "The report as an official paper", s.apiFile("docx")),
		web.OpFile("GET "+api+"/appendix.xlsx", access.ReportRead, "report-sheet", "The appendix as a workbook", s.apiFile("xlsx")),
		web.OpFile("GET "+api+"/appendix.csv", access.ReportRead, "report-csv", "The appendix as CSV", s.apiFile("csv")),
		web.Op("POST "+api+"/figure", access.ReportEdit, "set-report-figure", "Declare a figure that has no records", s.apiFigure),
		web.Op("POST "+api+"/clear", access.ReportEdit, "clear-report-figure", "Take a declaration back", s.apiClear),
		web.Op("POST "+api+"/answer", access.ReportEdit, "answer-report-sum", "Settle a sum that does not hold", s.apiAnswer),
		web.Op("POST "+api+"/texts", access.ReportEdit, "set-report-texts", "Write sections", s.apiTexts),
		web.Op("POST "+api+"/head", access.ReportEdit, "set-report-head", "Number, date, signature, recipients", s.apiHead),
		web.Op("POST "+api+"/send", access.ReportEdit, "send-report", "Send the report up", s.apiSend),
		web.Op("POST "+api+"/return", access.ReportAccept, "return-report", "Send a report back with a remark", s.apiReturn),
		web.Op("POST "+api+"/accept", access.ReportAccept, "accept-report", "Accept a report", s.apiAccept),
		web.Op("POST "+api+"/declared", access.ReportEdit, "declare-report-figure", "Declare a number beside the records", s.apiDeclared),
		web.Op("POST "+api+"/reply", access.ReportEdit, "reply-report-question", "Answer a question about figures", s.apiReply),
		web.Op("POST "+api+"/remark", access.ReportAccept, "note-report-remark", "Note a remark on a figure or section", s.apiRemark),
		web.Op("POST "+api+"/ask", access.ReportEdit, "ask-report-reopening", "Ask for a closed report to be opened again", s.apiAsk),
		web.Op("POST "+api+"/reopen", access.ReportAccept, "reopen-report", "Decide on that request", s.apiReopen),
	}
}

func to(of, unit id.ID) string { return "/campaigns/" + of.String() + "/reports/" + unit.String() }

// today is the same campaign in the tree of today, from the same unit.
func today(of, unit id.ID) string {
	return "/campaigns/" + of.String() + "/today?unit=" + unit.String()
}

func crumbs(r *http.Request, more ...ui.Crumb) []ui.Crumb {
	return append([]ui.Crumb{{Text: web.T(r, "report.list"), Href: "/reports"}}, more...)
}

func path(r *http.Request) (of, unit id.ID, err error) {
	if of, err = web.ID(r, "campaign"); err != nil {
		return 0, 0, err
	}
	unit, err = web.ID(r, "unit")
	return of, unit, err
}

func (s *Service) pageList(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	v := r.URL.Query()
	q := Query{State: v.Get("state"), Find: v.Get("q"), Page: db.Page{After: v.Get("after")}}
	var err error
	if q.Campaign, err = web.Query(r, "campaign"); err != nil {
		return err
	}
	q.Page.Limit, _ = strconv.Atoi(v.Get("limit"))
	l, err := s.List(r.Context(), who, q)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, listPage(web.At(r, web.T(r, "report.list"), "report"), q, l))
}

// asked is what the address of a report's page chooses: a document, a figure to change or to
// remark on, and of a refused form what was typed.
type asked struct {
	document id.ID
	edit     string
	note     string // a figure, or a section
	typed    url.Values
	form     string // the form that was refused
	errs     ui.Errors
}

func (a asked) value(name, stored string) string {
	if a.typed.Has(name) {
		return a.typed.Get(name)
	}
	return stored
}

func (s *Service) pageShow(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	document, err := web.Query(r, "document")
	if err != nil {
		return err
	}
	if r.URL.Query().Get("tree") == "today" {
		of, unit, err := path(r)
		if err != nil {
			return err
		}
		return web.Redirect(w, r, today(of, unit), "")
	}
	return s.show(w, r, who, asked{document: document, edit: r.URL.Query().Get("edit"), note: r.URL.Query().Get("note")}, nil)
}

func (s *Service) show(w http.ResponseWriter, r *http.Request, who access.Actor, a asked, wrong error) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	v, err := s.Show(r.Context(), who, of, unit)
	if err != nil {
		return err
	}
	if a.document == 0 && len(v.Studies) > 0 {
		a.document = v.Studies[0].Document
	}
	if _, known := v.Study(a.document); !known && a.document != 0 {
		return fault.Gone()
	}
	status := http.StatusOK
	if wrong != nil {
		status, a.errs = http.StatusUnprocessableEntity, web.Errors(r, wrong)
	}
	way := ui.Crumb{Text: web.T(r, "report.of_unit", "unit", v.Unit.Name)}
	if v.Above.Unit != 0 {
		way.Text = web.T(r, "report.from_to", "unit", v.Unit.Name, "above", v.Above.Name)
	}
	p := web.At(r, web.T(r, "report.title", "campaign", v.Campaign.Title), "report", crumbs(r, way)...)
	return web.Render(w, r, status, showPage(p, v, a))
}

// act runs a use case on the report of the path and comes back to its page; what was typed
// wrongly is shown again beside its field.
func (s *Service) act(w http.ResponseWriter, r *http.Request, who access.Actor, form, notice string, do func(f *web.Form, of, unit id.ID) error) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	document := f.ID("document", false)
	err = do(f, of, unit)
	if fault.Of(err) == fault.Invalid {
		a := asked{document: document, form: form, typed: r.PostForm}
		switch form {
		case "figure":
			a.edit = f.Raw("code")
		case "remark":
			a.note = f.Raw("figure") + f.Raw("section")
		}
		return s.show(w, r, who, a, err)
	}
	if err != nil {
		return err
	}
	back := to(of, unit)
	if document != 0 {
		back += "?document=" + document.String()
	}
	return web.Redirect(w, r, back, notice)
}

func (s *Service) pageFigure(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "figure", "report.figure_saved", func(f *web.Form, of, unit id.ID) error {
		fig, err := readFigure(f)
		if err != nil {
			return err
		}
		return s.SetFigure(r.Context(), who, of, unit, fig)
	})
}

func (s *Service) pageClear(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "", "report.figure_cleared", func(f *web.Form, of, unit id.ID) error {
		code, document := f.Raw("code"), f.ID("of", false)
		if code == "" { // the undo button of a changed figure has nothing but its address
			code = r.URL.Query().Get("code")
			var err error
			if document, err = web.Query(r, "of"); err != nil {
				return err
			}
		}
		return s.ClearFigure(r.Context(), who, of, unit, code, document)
	})
}

func (s *Service) pageAnswer(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "answer", "report.question_answered", func(f *web.Form, of, unit id.ID) error {
		code, document, use := f.Raw("code"), f.ID("of", false), f.Choice("answer", "sum", "keep") == "sum"
		reason := f.Text("reason", 1000)
		if err := f.Err(); err != nil {
			return err
		}
		return s.AnswerGap(r.Context(), who, of, unit, code, document, use, reason)
	})
}

func (s *Service) pageTexts(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "texts", "report.saved", func(f *web.Form, of, unit id.ID) error {
		texts := map[string]string{}
		for _, section := range Sections {
			if f.Has(section) {
				texts[section] = f.Text(section, longest)
			}
		}
		if err := f.Err(); err != nil {
			return err
		}
		return s.SetTexts(r.Context(), who, of, unit, texts)
	})
}

func (s *Service) pageHead(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "head", "report.saved", func(f *web.Form, of, unit id.ID) error {
		h := Head{Number: f.Line("number", 0, 40), IssuedOn: f.Date("issued_on", false), Authority: f.Line("authority", 0, 100),
			Position: f.Line("position", 0, 200), Signer: f.Line("signer", 0, 100), Recipients: f.Text("recipients", 4000)}
		if err := f.Err(); err != nil {
			return err
		}
		return s.SetHead(r.Context(), who, of, unit, h)
	})
}

func (s *Service) pageSend(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "send", "report.was_sent", func(f *web.Form, of, unit id.ID) error {
		why, version := f.Text("why", 2000), f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Send(r.Context(), who, of, unit, why, version)
	})
}

func (s *Service) pageReturn(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "return", "report.was_returned", func(f *web.Form, of, unit id.ID) error {
		remark, version := f.Text("remark", 2000), f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Return(r.Context(), who, of, unit, remark, version)
	})
}

func (s *Service) pageAccept(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	return s.act(w, r, who, "", "report.was_accepted", func(f *web.Form, of, unit id.ID) error {
		version := f.Int("version", 0, 1_000_000, Any)
		if err := f.Err(); err != nil {
			return err
		}
		return s.Accept(r.Context(), who, of, unit, version)
	})
}

// pageFile is the door of one kind of file.
func (s *Service) pageFile(kind string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		of, unit, err := path(r)
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

func (s *Service) file(ctx context.Context, who access.Actor, of, unit id.ID, kind string) (web.File, error) {
	var b bytes.Buffer
	if err := s.Export(ctx, who, of, unit, kind, &b); err != nil {
		return web.File{}, err
	}
	f := kinds[kind]
	f.Body = b.Bytes()
	return f, nil
}

var kinds = map[string]web.File{
	"docx": {Name: "bao-cao.docx", Type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	"xlsx": {Name: "phu-luc.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	"csv":  {Name: "phu-luc.csv", Type: "text/csv; charset=utf-8"},
}

func (s *Service) pageWhy(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	of, unit, err := path(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	ask := Ask{Figure: q.Get("figure"), Find: q.Get("q"), Page: db.Page{After: q.Get("after")}}
	if ask.Document, err = web.Query(r, "document"); err != nil {
		return err
	}
	reason, err := s.Why(r.Context(), who, of, unit, ask)
	if err != nil {
		return err
	}
	v := reason.View
	p := web.At(r, v.name(who.Lang, reason.Figure), "report",
		crumbs(r, ui.Crumb{Text: v.Campaign.Title + ", " + v.Unit.Name, Href: reason.explained(ui.Page{}).Close}, ui.Crumb{Text: web.T(r, "report.why")})...)
	return web.Render(w, r, http.StatusOK, whyPage(p, reason, ask.Find))
}
