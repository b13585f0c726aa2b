package campaign

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type listIn struct {
	Find  string `query:"q" maxLength:"100"`
	State string `query:"state" enum:"draft,open,closed"`
	After string `query:"after" maxLength:"3000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (db.Rows[Listed], error) {
	return s.List(ctx, who, Query{in.Find, in.State}, db.Page{After: in.After, Limit: in.Limit})
}

// New is a campaign as a program sends it.
type New struct {
	ID        id.ID      `json:"id,omitempty" doc:"made by the sender: sending it twice makes one campaign"`
	Unit      id.ID      `json:"unit" doc:"owner"`
	Title     string     `json:"title" minLength:"1" maxLength:"300"`
	Summary   string     `json:"summary,omitempty" maxLength:"2000"`
	StartsOn  string     `json:"starts_on" format:"date"`
	Rounding  string     `json:"rounding,omitempty" enum:"half_up,truncate"`
	Documents []id.ID    `json:"documents" minItems:"1" maxItems:"50"`
	Audiences []Audience `json:"audiences" minItems:"1" maxItems:"30"`
	Dues      []Due      `json:"dues" minItems:"1" maxItems:"20"`
}

func (n New) campaign() Campaign {
	if n.ID == 0 {
		n.ID = id.New()
	}
	if n.Rounding == "" {
		n.Rounding = "half_up"
	}
	return Campaign{ID: n.ID, Unit: n.Unit, Title: n.Title, Summary: n.Summary, StartsOn: n.StartsOn, Rounding: n.Rounding,
		Documents: n.Documents, Audiences: n.Audiences, Dues: n.Dues}
}

func (s *Service) apiDraft(ctx context.Context, who access.Actor, in *struct{ Body New }) (Campaign, error) {
	return s.Draft(ctx, who, in.Body.campaign())
}

type oneIn struct {
	Campaign web.Ref `path:"campaign"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (Campaign, error) {
	return s.Show(ctx, who, in.Campaign.ID)
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Body     New
}) (Campaign, error) {
	c := in.Body.campaign()
	c.ID = in.Campaign.ID
	return s.Edit(ctx, who, c)
}

func (s *Service) apiOpen(ctx context.Context, who access.Actor, in *oneIn) (Campaign, error) {
	return s.start(ctx, who, in.Campaign.ID)
}

func (s *Service) apiOpening(ctx context.Context, who access.Actor, in *oneIn) (Opening, error) {
	return s.Progress(ctx, who, in.Campaign.ID)
}

func (s *Service) apiClose(ctx context.Context, who access.Actor, in *oneIn) (Campaign, error) {
	return s.Close(ctx, who, in.Campaign.ID)
}

type unitIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}

func (s *Service) apiUnit(ctx context.Context, who access.Actor, in *unitIn) (Standing, error) {
	return s.Obligations(ctx, who, in.Campaign.ID, in.Unit.ID)
}

func (s *Service) apiDue(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     struct {
		Level     string `json:"level" maxLength:"40"`
		On        string `json:"on" format:"date" doc:"civil date"`
		Inclusive bool   `json:"inclusive"`
	}
}) (Standing, error) {
	d := Due{Unit: in.Unit.ID, Level: in.Body.Level, On: in.Body.On, Inclusive: in.Body.Inclusive}
	if err := s.SetDue(ctx, who, in.Campaign.ID, d); err != nil {
		return Standing{}, err
	}
	return s.Obligations(ctx, who, in.Campaign.ID, in.Unit.ID)
}

func (s *Service) apiOrganise(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     struct {
		Self  bool  `json:"self"`
		Joins id.ID `json:"joins,omitempty"`
	}
}) (Standing, error) {
	if err := s.Organise(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Self, in.Body.Joins); err != nil {
		return Standing{}, err
	}
	return s.Obligations(ctx, who, in.Campaign.ID, in.Unit.ID)
}
