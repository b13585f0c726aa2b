package org

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.Op("GET /api/v1/levels", access.UnitRead, "list-levels", "The levels of the tree with the days on which they exist", s.apiLevels),
		web.Op("GET /api/v1/units", access.UnitRead, "list-units", "Units in sight, by name", s.apiList),
		web.Op("POST /api/v1/units", access.UnitEdit, "create-unit", "Add a unit under a parent", s.apiCreate),
		web.Op("GET /api/v1/units/{unit}", access.UnitRead, "show-unit", "A unit with the way down to it", s.apiShow),
		web.Op("GET /api/v1/units/{unit}/children", access.UnitRead, "list-children", "The units directly below", s.apiChildren),
		web.Op("PUT /api/v1/units/{unit}", access.UnitEdit, "edit-unit", "Change the facts of a unit", s.apiEdit),
		web.Op("POST /api/v1/units/{unit}/move", access.UnitEdit, "move-unit", "Hang a unit under another parent from a day on", s.apiMove),
		web.Op("POST /api/v1/units/{unit}/close", access.UnitEdit, "close-unit", "Write the last day of a unit", s.apiClose),
		web.Op("POST /api/v1/units/{unit}/reopen", access.UnitEdit, "reopen-unit", "Take the last day of a unit back", s.apiReopen),
	}
}

// Facts are what a client sends of a unit. (huma reads embedded types only when exported.)
type Facts struct {
	Code      string `json:"code" minLength:"1" maxLength:"40"`
	Level     string `json:"level" minLength:"1" maxLength:"40"`
	Name      string `json:"name" minLength:"1" maxLength:"300"`
	Short     string `json:"short,omitempty" maxLength:"300" doc:"the name when empty"`
	Committee string `json:"committee,omitempty" maxLength:"300"`
	Symbol    string `json:"symbol,omitempty" maxLength:"20"`
	Place     string `json:"place,omitempty" maxLength:"100"`
	Position  int    `json:"position,omitempty" minimum:"-1000000" maximum:"1000000"`
}

func (f Facts) unit() Unit {
	return Unit{Code: f.Code, Level: f.Level, Name: f.Name, Short: f.Short, Committee: f.Committee, Symbol: f.Symbol, Place: f.Place, Position: f.Position}
}

// listed is a unit of a list.
type listed struct {
	Unit
	Children int64 `json:"children" doc:"open units directly below"`
	Members  int64 `json:"members" doc:"people of the unit and all below it"`
}

type unitList struct {
	Items []listed `json:"items"`
	Next  string   `json:"next" doc:"send as after for the next piece; empty at the end"`
	Total int64    `json:"total"`
}

func asListed(items []Item) []listed {
	out := make([]listed, len(items))
	for i, it := range items {
		out[i] = listed{it.Unit, it.Children, it.Members}
	}
	return out
}

func (s *Service) apiLevels(ctx context.Context, _ access.Actor, _ *web.Empty) ([]Level, error) {
	return s.AllLevels(ctx, "")
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Q      string  `query:"q" maxLength:"100" doc:"name or code, marks do not matter"`
	Level  string  `query:"level" maxLength:"40"`
	Under  web.Ref `query:"under" doc:"this unit and all below it"`
	Closed bool    `query:"closed" doc:"also units that no longer exist"`
	After  string  `query:"after" maxLength:"2000"`
	Limit  int     `query:"limit" minimum:"0" maximum:"500"`
}) (out unitList, err error) {
	f := Filter{Text: in.Q, Level: in.Level, Under: in.Under.ID, Closed: in.Closed, Page: db.Page{After: in.After, Limit: in.Limit}}
	items, next, total, err := s.List(ctx, who, f)
	return unitList{asListed(items), next, total}, err
}

// UnitPath names the unit of an operation.
type UnitPath struct {
	Unit web.Ref `path:"unit"`
}

type shown struct {
	Unit
	Path    []Unit `json:"path" doc:"top first, without the unit itself"`
	Members int64  `json:"members" doc:"people of the unit and all below it"`
	Own     int64  `json:"own" doc:"people directly in it"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *UnitPath) (shown, error) {
	v, err := s.Show(ctx, who, in.Unit.ID)
	return shown{v.Unit, append([]Unit{}, v.Path...), v.Members, v.Own}, err
}

func (s *Service) apiChildren(ctx context.Context, who access.Actor, in *UnitPath) (unitList, error) {
	v, err := s.Show(ctx, who, in.Unit.ID)
	return unitList{asListed(v.Children), "", int64(len(v.Children))}, err
}

func (s *Service) apiCreate(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		Facts
		ID     id.ID  `json:"id,omitempty" doc:"made by the client, so that sending twice makes one unit"`
		Parent id.ID  `json:"parent"`
		From   string `json:"from,omitempty" maxLength:"10"`
	}
}) (Unit, error) {
	u := in.Body.unit()
	u.ID, u.Parent, u.From = in.Body.ID, in.Body.Parent, in.Body.From
	if u.ID == 0 {
		u.ID = id.New()
	}
	return s.Create(ctx, who, u)
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	UnitPath
	Body Facts
}) (Unit, error) {
	u := in.Body.unit()
	u.ID = in.Unit.ID
	return s.Edit(ctx, who, u)
}

func (s *Service) apiMove(ctx context.Context, who access.Actor, in *struct {
	UnitPath
	Body struct {
		Parent id.ID  `json:"parent"`
		From   string `json:"from" maxLength:"10" doc:"first day under the new parent"`
		Why    string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	if err := s.Move(ctx, who, in.Unit.ID, in.Body.Parent, in.Body.From, in.Body.Why); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.UnitPath)
}

func (s *Service) apiClose(ctx context.Context, who access.Actor, in *struct {
	UnitPath
	Body struct {
		To  string `json:"to" maxLength:"10" doc:"last day"`
		Why string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	if err := s.Close(ctx, who, in.Unit.ID, in.Body.To, in.Body.Why); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.UnitPath)
}

func (s *Service) apiReopen(ctx context.Context, who access.Actor, in *struct {
	UnitPath
	Body struct {
		Why string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	if err := s.Reopen(ctx, who, in.Unit.ID, in.Body.Why); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.UnitPath)
}
