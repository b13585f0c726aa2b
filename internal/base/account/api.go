package account

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Self is who asks, as the API says it.
type Self struct {
	Account
	Tokens []Token `json:"tokens"`
}

func (s *Service) apiMe(ctx context.Context, who access.Actor, _ *web.Empty) (Self, error) {
	m, err := s.Me(ctx, who)
	return Self{m.Account, m.Tokens}, err
}

type listIn struct {
	Q     string `query:"q" maxLength:"200" doc:"part of a name or login, without marks"`
	Role  string `query:"role" maxLength:"40"`
	State string `query:"state" enum:"active,disabled"`
	After string `query:"after" maxLength:"2000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}

// Accounts is a piece of the list.
type Accounts struct {
	Items []Account `json:"items"`
	Next  string    `json:"next" doc:"give it as after; empty at the end"`
	Total int64     `json:"total"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Accounts, error) {
	f := Filter{Text: in.Q, Role: access.Role(in.Role), State: in.State, Page: db.Page{After: in.After, Limit: in.Limit}}
	rows, total, err := s.List(ctx, who, f)
	return Accounts{listed(rows.Items), rows.Next, total}, err
}

type accountRef struct {
	Account web.Ref `path:"account"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *accountRef) (Account, error) {
	return s.Show(ctx, who, in.Account.ID)
}

type createIn struct {
	Body struct {
		ID     id.ID      `json:"id,omitempty" doc:"idempotency key; made when left out"`
		Login  string     `json:"login" minLength:"3" maxLength:"64"`
		Name   string     `json:"name,omitempty" maxLength:"200" doc:"taken from the person when one is given"`
		Person id.ID      `json:"person,omitempty"`
		Card   string     `json:"card,omitempty" maxLength:"40" doc:"number of a Party card, instead of person"`
		Grant  grant.Body `json:"grant"`
	}
}

func (s *Service) apiCreate(ctx context.Context, who access.Actor, in *createIn) (Account, error) {
	b := in.Body
	if b.ID == 0 {
		b.ID = id.New()
	}
	return s.Create(ctx, who, New{ID: b.ID, Login: b.Login, Name: b.Name, Person: b.Person, Card: b.Card, Grants: []NewGrant{b.Grant.New()}})
}

// Way is a path that signs in once.
type Way struct {
	Path string `json:"path"`
}

func (s *Service) apiLink(ctx context.Context, who access.Actor, in *accountRef) (Way, error) {
	path, err := s.NewLink(ctx, who, in.Account.ID)
	return Way{path}, err
}

type disableIn struct {
	Account web.Ref `path:"account"`
	Body    struct {
		Why string `json:"why,omitempty" maxLength:"500"`
	}
}

func (s *Service) apiDisable(ctx context.Context, who access.Actor, in *disableIn) (web.Empty, error) {
	return web.Empty{}, s.Disable(ctx, who, in.Account.ID, in.Body.Why)
}

func (s *Service) apiEnable(ctx context.Context, who access.Actor, in *accountRef) (web.Empty, error) {
	return web.Empty{}, s.Enable(ctx, who, in.Account.ID)
}

// Tokens is a list of API tokens.
type Tokens struct {
	Items []Token `json:"items"`
}

func (s *Service) apiTokens(ctx context.Context, who access.Actor, _ *web.Empty) (Tokens, error) {
	list, err := s.Tokens(ctx, who)
	return Tokens{list}, err
}

type tokenIn struct {
	Body struct {
		ID       id.ID  `json:"id,omitempty" doc:"key against making two; made when left out"`
		Name     string `json:"name" minLength:"1" maxLength:"200"`
		Days     int64  `json:"days" minimum:"1" maximum:"3650"`
		Password string `json:"password" maxLength:"200"`
	}
}

// Secret is shown once.
type Secret struct {
	Token string `json:"token"`
}

func (s *Service) apiNewToken(ctx context.Context, who access.Actor, in *tokenIn) (Secret, error) {
	row := in.Body.ID
	if row == 0 {
		row = id.New()
	}
	key, err := s.NewToken(ctx, who, row, in.Body.Name, in.Body.Days, in.Body.Password)
	if fault.Of(err) == fault.Invalid && len(fault.List(err)) == 1 && fault.List(err)[0].Field == "old" {
		err = fault.At("password", fault.Key(err))
	}
	return Secret{key}, err
}

type tokenRef struct {
	Token web.Ref `path:"token"`
}

func (s *Service) apiEndToken(ctx context.Context, who access.Actor, in *tokenRef) (web.Empty, error) {
	return web.Empty{}, s.EndToken(ctx, who, in.Token.ID)
}
