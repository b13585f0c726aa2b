package review

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

type oneIn struct {
	Review web.Ref `path:"review"`
}

type page struct {
	Items []Review `json:"items"`
	Next  string   `json:"next" doc:"send as after for the next piece; empty at the end"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	State string `query:"state" enum:",draft,sent,returned,accepted"`
	After string `query:"after" maxLength:"2000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}) (page, error) {
	rows, err := s.List(ctx, who, in.State, db.Page{After: in.After, Limit: in.Limit})
	return page{append([]Review{}, rows.Items...), rows.Next}, err
}

type newReview struct {
	ID    id.ID  `json:"id,omitempty" doc:"made by the sender; sent twice, it makes one"`
	Duty  id.ID  `json:"duty,omitempty" doc:"gives title, kind and period"`
	Unit  id.ID  `json:"unit"`
	Kind  string `json:"kind,omitempty" enum:"periodic,preliminary,final"`
	Title string `json:"title,omitempty" maxLength:"200"`
	From  string `json:"from,omitempty" maxLength:"10"`
	To    string `json:"to,omitempty" maxLength:"10"`
}

func (s *Service) apiBegin(ctx context.Context, who access.Actor, in *struct{ Body newReview }) (Review, error) {
	b := in.Body
	title, ok := text.Clean(b.Title)
	if !ok {
		return Review{}, fault.At("title", "web.not_text")
	}
	return s.Begin(ctx, who, Review{ID: b.ID, Duty: b.Duty, Unit: b.Unit, Kind: b.Kind, From: b.From, To: b.To, Head: Head{Title: title}})
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (View, error) {
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiSave(ctx context.Context, who access.Actor, in *struct {
	Review web.Ref `path:"review"`
	Body   struct {
		Head  Head              `json:"head"`
		Texts map[string]string `json:"texts,omitempty" doc:"strengths, shortcomings, causes, lessons, proposals"`
	}
}) (View, error) {
	texts := in.Body.Texts
	if texts == nil {
		texts = map[string]string{}
	}
	if err := s.Save(ctx, who, in.Review.ID, in.Body.Head, texts); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiDrop(ctx context.Context, who access.Actor, in *oneIn) (web.Empty, error) {
	return web.Empty{}, s.Drop(ctx, who, in.Review.ID)
}

type stepIn struct {
	Version *int64 `json:"version,omitempty" minimum:"0" doc:"the one that was looked at"`
	Remark  string `json:"remark,omitempty" maxLength:"2000" doc:"of a return: what to mend"`
}

func (b stepIn) version() int64 {
	if b.Version == nil {
		return Any
	}
	return *b.Version
}

type stepOn struct {
	Review web.Ref `path:"review"`
	Body   stepIn
}

func (s *Service) apiSend(ctx context.Context, who access.Actor, in *stepOn) (View, error) {
	if err := s.Send(ctx, who, in.Review.ID, in.Body.version()); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiReturn(ctx context.Context, who access.Actor, in *stepOn) (View, error) {
	if err := s.Return(ctx, who, in.Review.ID, in.Body.Remark, in.Body.version()); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiAccept(ctx context.Context, who access.Actor, in *stepOn) (View, error) {
	if err := s.Accept(ctx, who, in.Review.ID, in.Body.version()); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiReopen(ctx context.Context, who access.Actor, in *struct {
	Review web.Ref `path:"review"`
	Body   struct {
		Version *int64 `json:"version,omitempty" minimum:"0" doc:"the one that was looked at"`
		Why     string `json:"why" maxLength:"2000"`
	}
}) (View, error) {
	step := stepIn{Version: in.Body.Version}
	if err := s.Reopen(ctx, who, in.Review.ID, in.Body.Why, step.version()); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiAsk(ctx context.Context, who access.Actor, in *struct {
	Review web.Ref `path:"review"`
	Body   struct {
		Why string `json:"why" maxLength:"2000"`
	}
}) (View, error) {
	if err := s.RequestReopen(ctx, who, in.Review.ID, in.Body.Why); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}

func (s *Service) apiRefuse(ctx context.Context, who access.Actor, in *stepOn) (View, error) {
	if err := s.Refuse(ctx, who, in.Review.ID, in.Body.Remark, in.Body.version()); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Review.ID)
}
