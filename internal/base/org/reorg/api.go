package reorg

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	const all, one = "/api/v1/reorganisations", "/api/v1/reorganisations/{event}"
	return []web.Route{
		web.Op("GET "+all, access.UnitRead, "list-reorganisations", "Reorganisations in sight, the newest day first", s.apiList),
		web.Op("POST "+all, access.UnitEdit, "prepare-reorganisation", "Prepare a reorganisation, or change a draft", s.apiPrepare),
		web.Op("GET "+one, access.UnitRead, "show-reorganisation", "A reorganisation with its dry run, or what it did", s.apiShow),
		web.Op("POST "+one+"/submit", access.UnitEdit, "submit-reorganisation", "Ask for the second person", s.apiSubmit),
		web.Op("POST "+one+"/confirm", access.UnitEdit, "confirm-reorganisation", "Confirm the effect that was shown, as the second person", s.apiConfirm),
		web.Op("POST "+one+"/rework", access.UnitEdit, "rework-reorganisation", "Give it back to its maker", s.apiRework),
		web.Op("POST "+one+"/cancel", access.UnitEdit, "cancel-reorganisation", "End one that did not come about", s.apiCancel),
		web.Op("POST "+one+"/undo", access.UnitEdit, "undo-reorganisation", "Put every row back as it was", s.apiUndo),
	}
}

// EventPath names the event of an operation.
type EventPath struct {
	Event web.Ref `path:"event"`
}

type eventList struct {
	Items []Listed `json:"items"`
	Next  string   `json:"next" doc:"send as after for the next piece; empty at the end"`
	Total int64    `json:"total"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	State string `query:"state" enum:",draft,submitted,confirmed,applied,undone,cancelled"`
	After string `query:"after" maxLength:"2000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}) (eventList, error) {
	rows, total, err := s.List(ctx, who, in.State, db.Page{After: in.After, Limit: in.Limit})
	return eventList{append([]Listed{}, rows.Items...), rows.Next, total}, err
}

func (s *Service) apiPrepare(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		ID    id.ID       `json:"id,omitempty" doc:"made by the client, so that sending twice makes one event"`
		Unit  id.ID       `json:"unit" doc:"everything happens at or below it"`
		Title string      `json:"title" minLength:"1" maxLength:"300"`
		Basis string      `json:"basis,omitempty" maxLength:"300"`
		Day   string      `json:"day" maxLength:"10" doc:"first day of the new order"`
		Steps []plan.Step `json:"steps" maxItems:"5000"`
	}
}) (View, error) {
	b := in.Body
	if b.ID == 0 {
		b.ID = id.New()
	}
	e, err := s.Prepare(ctx, who, Event{ID: b.ID, Unit: b.Unit, Title: b.Title, Basis: b.Basis, Day: b.Day, Steps: b.Steps})
	if err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, e.ID)
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *EventPath) (View, error) {
	return s.Show(ctx, who, in.Event.ID)
}

func (s *Service) apiSubmit(ctx context.Context, who access.Actor, in *EventPath) (View, error) {
	if _, err := s.Submit(ctx, who, in.Event.ID); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Event.ID)
}

func (s *Service) apiConfirm(ctx context.Context, who access.Actor, in *struct {
	EventPath
	Body struct {
		Seal string `json:"seal" maxLength:"100" doc:"of the effect that was shown"`
	}
}) (View, error) {
	if _, err := s.Confirm(ctx, who, in.Event.ID, in.Body.Seal); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Event.ID)
}

// withReason is what giving back, cancelling and undoing take.
type withReason struct {
	EventPath
	Body struct {
		Why string `json:"why,omitempty" maxLength:"300"`
	}
}

func (s *Service) apiRework(ctx context.Context, who access.Actor, in *withReason) (View, error) {
	return s.did(ctx, who, in, s.Rework)
}

func (s *Service) apiCancel(ctx context.Context, who access.Actor, in *withReason) (View, error) {
	return s.did(ctx, who, in, s.Cancel)
}

func (s *Service) apiUndo(ctx context.Context, who access.Actor, in *withReason) (View, error) {
	return s.did(ctx, who, in, s.Undo)
}

func (s *Service) did(ctx context.Context, who access.Actor, in *withReason, do func(context.Context, access.Actor, id.ID, string) (Event, error)) (View, error) {
	if _, err := do(ctx, who, in.Event.ID, in.Body.Why); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Event.ID)
}
