package report

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type listIn struct {
	Campaign web.Ref `query:"campaign" doc:"of the reports to receive; the newest unless given"`
	State    string  `query:"state" enum:"none,draft,sent,returned,accepted"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Lists, error) {
	return s.List(ctx, who, Query{Campaign: in.Campaign.ID, State: in.State, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

// Place is a report in the path of an operation.
type Place struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *Place) (View, error) {
	return s.Show(ctx, who, in.Campaign.ID, in.Unit.ID)
}

// after answers a change with the report as it is now.
func (s *Service) after(ctx context.Context, who access.Actor, in Place, err error) (View, error) {
	if err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Campaign.ID, in.Unit.ID)
}

func (s *Service) apiFigure(ctx context.Context, who access.Actor, in *struct {
	Place
	Body figureIn
}) (View, error) {
	f, err := in.Body.figure()
	if err == nil {
		err = s.SetFigure(ctx, who, in.Campaign.ID, in.Unit.ID, f)
	}
	return s.after(ctx, who, in.Place, err)
}

func (s *Service) apiClear(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Code     string `json:"code" maxLength:"40"`
		Document id.ID  `json:"document,omitempty"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.ClearFigure(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Code, in.Body.Document))
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Code     string `json:"code" maxLength:"40"`
		Document id.ID  `json:"document,omitempty"`
		Answer   string `json:"answer" enum:"sum,keep"`
		Reason   string `json:"reason,omitempty" maxLength:"1000"`
	}
}) (View, error) {
	b := in.Body
	reason, err := clean(b.Reason, "reason")
	if err == nil {
		err = s.AnswerGap(ctx, who, in.Campaign.ID, in.Unit.ID, b.Code, b.Document, b.Answer == "sum", reason)
	}
	return s.after(ctx, who, in.Place, err)
}

func (s *Service) apiTexts(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Texts map[string]string `json:"texts" doc:"by section: leading, forms, strengths, shortcomings, causes, lessons, proposals; others stay"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.SetTexts(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Texts))
}

func (s *Service) apiHead(ctx context.Context, who access.Actor, in *struct {
	Place
	Body Head
}) (View, error) {
	return s.after(ctx, who, in.Place, s.SetHead(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body))
}

// versionOf is the version looked at; without one any will do.
func versionOf(v *int64) int64 {
	if v == nil {
		return Any
	}
	return *v
}

func (s *Service) apiSend(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Why     string `json:"why,omitempty" maxLength:"2000" doc:"why before the units below are in"`
		Version *int64 `json:"version,omitempty" doc:"the version looked at"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.Send(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Why, versionOf(in.Body.Version)))
}

func (s *Service) apiReturn(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Remark  string     `json:"remark,omitempty" maxLength:"2000"`
		Remarks []remarkIn `json:"remarks,omitempty" maxItems:"200" doc:"on figures and sections, besides those noted before"`
		Version *int64     `json:"version,omitempty"`
	}
}) (View, error) {
	var more []Remark
	for _, r := range in.Body.Remarks {
		more = append(more, r.remark())
	}
	return s.after(ctx, who, in.Place, s.Return(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Remark, versionOf(in.Body.Version), more...))
}

func (s *Service) apiAccept(ctx context.Context, who access.Actor, in *struct {
	Place
	Body struct {
		Version *int64 `json:"version,omitempty"`
	}
}) (View, error) {
	return s.after(ctx, who, in.Place, s.Accept(ctx, who, in.Campaign.ID, in.Unit.ID, versionOf(in.Body.Version)))
}

func (s *Service) apiWhy(ctx context.Context, who access.Actor, in *struct {
	Place
	Figure   string  `query:"figure" maxLength:"40"`
	Document web.Ref `query:"document"`
	Find     string  `query:"q" maxLength:"100"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}) (Reason, error) {
	return s.Why(ctx, who, in.Campaign.ID, in.Unit.ID, Ask{Figure: in.Figure, Document: in.Document.ID, Find: in.Find, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiFile(kind string) func(context.Context, access.Actor, *Place) (web.File, error) {
	return func(ctx context.Context, who access.Actor, in *Place) (web.File, error) {
		return s.file(ctx, who, in.Campaign.ID, in.Unit.ID, kind)
	}
}
