package grant

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.Op("POST /api/v1/accounts/{account}/grants", access.AccountEdit, "give-grant", "Give a role at a unit and its subtree", s.apiGive),
		web.Op("POST /api/v1/grants/{grant}/revoke", access.Signed, "revoke-grant", "End a right and the parts of it at once", s.apiRevoke),
		web.Op("POST /api/v1/grants/{grant}/confirm", access.AccountEdit, "confirm-grant", "Let a right cover what moves have brought below it", s.apiConfirm),
		web.Op("POST /api/v1/grants/{grant}/delegate", access.Signed, "delegate-grant", "Pass a part of one's own right on, for days", s.apiDelegate),
		web.Op("GET /api/v1/rights/moved", access.AccountEdit, "list-moved-grants", "Rights that a move would have widened", s.apiMoved),
		web.Op("POST /api/v1/rights/handover", access.AccountEdit, "hand-over", "End the first set-up", s.apiHandOver),
		web.Op("GET /api/v1/units/{unit}/rights", access.UnitRead, "list-rights", "Who may do what at a unit on a day", s.apiHere),
		web.Op("POST /api/v1/units/{unit}/posts", access.AccountEdit, "create-post", "Make a post that carries a role", s.apiPost),
		web.Op("POST /api/v1/posts/{post}/appoint", access.AccountEdit, "appoint", "Give a post to somebody, or let somebody act", s.apiAppoint),
		web.Op("POST /api/v1/posts/{post}/end", access.AccountEdit, "end-post", "Take a post away", s.apiEndPost),
	}
}

// Body is a right as the API takes it.
type Body struct {
	ID   id.ID       `json:"id,omitempty" doc:"idempotency key; made when left out"`
	Role access.Role `json:"role" maxLength:"40"`
	Unit id.ID       `json:"unit"`
	From string      `json:"from" format:"date"`
	To   string      `json:"to,omitempty" maxLength:"10" doc:"last day; empty is open"`
}

// New is the right to be given.
func (b Body) New() New {
	b.ID = made(b.ID)
	return New(b)
}

func made(key id.ID) id.ID {
	if key == 0 {
		return id.New()
	}
	return key
}

type giveIn struct {
	Account web.Ref `path:"account"`
	Body    Body
}

func (s *Service) apiGive(ctx context.Context, who access.Actor, in *giveIn) (Grant, error) {
	return s.Give(ctx, who, in.Account.ID, in.Body.New())
}

type whyIn struct {
	Grant web.Ref `path:"grant"`
	Body  struct {
		Why string `json:"why,omitempty" maxLength:"500"`
	}
}

func (s *Service) apiRevoke(ctx context.Context, who access.Actor, in *whyIn) (web.Empty, error) {
	_, err := s.Revoke(ctx, who, in.Grant.ID, in.Body.Why)
	return web.Empty{}, err
}

func (s *Service) apiConfirm(ctx context.Context, who access.Actor, in *whyIn) (web.Empty, error) {
	return web.Empty{}, s.Confirm(ctx, who, in.Grant.ID, in.Body.Why)
}

type delegateIn struct {
	Grant web.Ref `path:"grant"`
	Body  struct {
		ID   id.ID       `json:"id,omitempty" doc:"idempotency key; made when left out"`
		Role access.Role `json:"role" maxLength:"40"`
		Unit id.ID       `json:"unit"`
		From string      `json:"from" format:"date"`
		To   string      `json:"to" format:"date"`
		Whom string      `json:"whom" maxLength:"100" doc:"login or number of the Party card"`
	}
}

func (s *Service) apiDelegate(ctx context.Context, who access.Actor, in *delegateIn) (Grant, error) {
	b := in.Body
	return s.Delegate(ctx, who, in.Grant.ID, Part{New{made(b.ID), b.Role, b.Unit, b.From, b.To}, b.Whom})
}

// Lines is a list of rights with their holders.
type Lines struct {
	Items []Line `json:"items"`
}

func (s *Service) apiMoved(ctx context.Context, who access.Actor, _ *web.Empty) (Lines, error) {
	list, err := s.Moved(ctx, who)
	return Lines{listed(list)}, err
}

func (s *Service) apiHandOver(ctx context.Context, who access.Actor, _ *web.Empty) (web.Empty, error) {
	return web.Empty{}, s.HandOver(ctx, who)
}

type hereIn struct {
	Unit web.Ref `path:"unit"`
	Day  string  `query:"day" maxLength:"10" doc:"civil day; empty is today"`
}

func (s *Service) apiHere(ctx context.Context, who access.Actor, in *hereIn) (Here, error) {
	h, err := s.Here(ctx, who, in.Unit.ID, in.Day)
	h.Lines, h.Posts = listed(h.Lines), listed(h.Posts)
	for i := range h.Posts {
		h.Posts[i].Held = listed(h.Posts[i].Held)
	}
	return h, err
}

// listed is never null in JSON.
func listed[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

type postIn struct {
	Unit web.Ref `path:"unit"`
	Body struct {
		ID    id.ID       `json:"id,omitempty" doc:"idempotency key; made when left out"`
		Title string      `json:"title" maxLength:"200"`
		Role  access.Role `json:"role" maxLength:"40"`
	}
}

func (s *Service) apiPost(ctx context.Context, who access.Actor, in *postIn) (access.Post, error) {
	return s.AddPost(ctx, who, access.Post{ID: made(in.Body.ID), Unit: in.Unit.ID, Title: in.Body.Title, Role: in.Body.Role})
}

type turnIn struct {
	Post web.Ref `path:"post"`
	Body struct {
		ID     id.ID  `json:"id,omitempty" doc:"idempotency key; made when left out"`
		Whom   string `json:"whom" maxLength:"100" doc:"login or number of the Party card"`
		From   string `json:"from" format:"date"`
		To     string `json:"to,omitempty" maxLength:"10" doc:"last day; empty is open"`
		Acting bool   `json:"acting,omitempty"`
	}
}

func (s *Service) apiAppoint(ctx context.Context, who access.Actor, in *turnIn) (web.Empty, error) {
	b := in.Body
	_, err := s.Appoint(ctx, who, in.Post.ID, Turn{ID: made(b.ID), Typed: b.Whom, From: b.From, To: b.To, Acting: b.Acting})
	return web.Empty{}, err
}

type endIn struct {
	Post web.Ref `path:"post"`
	Body struct {
		Why string `json:"why,omitempty" maxLength:"500"`
	}
}

func (s *Service) apiEndPost(ctx context.Context, who access.Actor, in *endIn) (web.Empty, error) {
	_, err := s.EndPost(ctx, who, in.Post.ID, in.Body.Why)
	return web.Empty{}, err
}
