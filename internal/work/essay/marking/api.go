package marking

import (
	"context"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

type queueIn struct {
	Task  web.Ref `path:"task"`
	Unit  web.Ref `query:"unit"`
	Show  string  `query:"show" enum:"todo,mine,marked,returned,late,lead,all"`
	After string  `query:"after" maxLength:"3000"`
	Limit int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiQueue(ctx context.Context, who access.Actor, in *queueIn) (Queue, error) {
	return s.Queue(ctx, who, Query{Task: in.Task.ID, Unit: in.Unit.ID, Show: in.Show, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type essayIn[B any] struct {
	Essay web.Ref `path:"essay"`
	Body  B
}

func (s *Service) apiPaper(ctx context.Context, who access.Actor, in *struct {
	Essay web.Ref `path:"essay"`
}) (Paper, error) {
	return s.Paper(ctx, who, who.Lang, in.Essay.ID, Query{})
}

func (s *Service) apiMark(ctx context.Context, who access.Actor, in *essayIn[Given]) (web.Empty, error) {
	return web.Empty{}, s.Give(ctx, who, in.Essay.ID, in.Body)
}

type remarking struct {
	ID    id.ID  `json:"id" doc:"made by the sender"`
	Quote string `json:"quote" maxLength:"2000" doc:"words of the text that it is about"`
	At    int64  `json:"at,omitempty" doc:"code point near which they stand, when they stand twice"`
	Text  string `json:"text" maxLength:"2000"`
}

func (s *Service) apiRemark(ctx context.Context, who access.Actor, in *essayIn[remarking]) (web.Empty, error) {
	b := in.Body
	return web.Empty{}, s.Remark(ctx, who, in.Essay.ID, b.ID, b.Quote, b.At, b.Text)
}

type returning struct {
	ID     id.ID  `json:"id" doc:"made by the sender"`
	Reason string `json:"reason" minLength:"3" maxLength:"1000"`
	Due    int64  `json:"due" doc:"Unix milliseconds UTC"`
}

func (s *Service) apiReturn(ctx context.Context, who access.Actor, in *essayIn[returning]) (web.Empty, error) {
	if strings.ContainsRune(in.Body.Reason, 0) {
		return web.Empty{}, fault.At("reason", "web.not_text")
	}
	return web.Empty{}, s.Return(ctx, who, in.Essay.ID, in.Body.ID, in.Body.Reason, in.Body.Due)
}

type taskIn struct {
	Task web.Ref `path:"task"`
}

func (s *Service) apiRelease(ctx context.Context, who access.Actor, in *taskIn) (web.Empty, error) {
	return web.Empty{}, s.Release(ctx, who, in.Task.ID)
}

func (s *Service) apiBoard(ctx context.Context, who access.Actor, in *struct {
	Task web.Ref `path:"task"`
	Unit web.Ref `query:"unit" doc:"empty: where the actor stands"`
}) (Board, error) {
	return s.Board(ctx, who, in.Task.ID, in.Unit.ID)
}

func (s *Service) apiProposals(ctx context.Context, who access.Actor, in *struct {
	Task   web.Ref `path:"task"`
	Unit   web.Ref `query:"unit"`
	Picked bool    `query:"picked"`
	After  string  `query:"after" maxLength:"3000"`
	Limit  int     `query:"limit" minimum:"0" maximum:"500"`
}) (Proposals, error) {
	return s.Proposals(ctx, who, Ask{Task: in.Task.ID, Unit: in.Unit.ID, Picked: in.Picked, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiPick(ctx context.Context, who access.Actor, in *struct {
	Version web.Ref `path:"version"`
	Body    struct {
		Ord  int64  `json:"ord" minimum:"1" maximum:"16"`
		On   bool   `json:"on"`
		Note string `json:"note,omitempty" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Pick(ctx, who, in.Version.ID, in.Body.Ord, in.Body.On, in.Body.Note)
}

func (s *Service) apiResult(ctx context.Context, who access.Actor, in *taskIn) (Result, error) {
	return s.Result(ctx, who, in.Task.ID)
}

func (s *Service) apiSay(ctx context.Context, who access.Actor, in *struct {
	Task web.Ref `path:"task"`
	Body struct {
		ID   id.ID  `json:"id" doc:"made by the sender"`
		Text string `json:"text" maxLength:"2000"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Say(ctx, who, in.Task.ID, in.Body.ID, in.Body.Text)
}

func (s *Service) apiUnremark(ctx context.Context, who access.Actor, in *struct {
	Essay   web.Ref `path:"essay"`
	Comment web.Ref `path:"comment"`
}) (web.Empty, error) {
	return web.Empty{}, s.Unremark(ctx, who, in.Essay.ID, in.Comment.ID)
}

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *struct {
	Essay web.Ref `path:"essay"`
	Reply web.Ref `path:"reply"`
	Body  struct {
		Answer string `json:"answer" minLength:"1" maxLength:"2000"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Answer(ctx, who, in.Essay.ID, in.Reply.ID, in.Body.Answer)
}
