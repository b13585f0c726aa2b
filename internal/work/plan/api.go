package plan

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type listIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"plans below this unit; the highest that may be read when left out"`
	Find     string  `query:"q" maxLength:"100"`
	Level    string  `query:"level" maxLength:"40"`
	State    string  `query:"state" enum:"sent,draft,none,joins"`
	After    string  `query:"after" maxLength:"3000"`
	Limit    int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Listed, error) {
	return s.List(ctx, who, in.Campaign.ID, Filter{Unit: in.Unit.ID, Find: in.Find, Level: in.Level, State: in.State, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type oneIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
}

// spoken writes the findings out in the reader's language.
func spoken(who access.Actor, v View, err error) (View, error) {
	for i, f := range v.Findings {
		v.Findings[i].Text = tell(who.Lang, f)
	}
	return v, err
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (View, error) {
	v, err := s.Show(ctx, who, in.Campaign.ID, in.Unit.ID)
	return spoken(who, v, err)
}

// Draft is a plan as a program sends it.
type Draft struct {
	ID          id.ID             `json:"id,omitempty" doc:"of a new plan, made by the sender: sending it twice makes one"`
	ChangedAt   int64             `json:"changed_at,omitempty" doc:"as read; a plan that changed meanwhile is a conflict"`
	Number      string            `json:"number,omitempty" maxLength:"60"`
	IssuedOn    string            `json:"issued_on,omitempty" maxLength:"10"`
	Abstract    string            `json:"abstract,omitempty" maxLength:"600"`
	Authority   string            `json:"authority,omitempty" maxLength:"300"`
	Position    string            `json:"position,omitempty" maxLength:"300"`
	Signer      string            `json:"signer,omitempty" maxLength:"300"`
	Recipients  string            `json:"recipients,omitempty" maxLength:"3000"`
	Sections    map[string]string `json:"sections" maxProperties:"7"`
	Lines       []Line            `json:"lines" maxItems:"60"`
	Assignments []Assignment      `json:"assignments" maxItems:"60"`
}

func (s *Service) apiSave(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     Draft
}) (View, error) {
	d := in.Body
	if d.ID == 0 {
		d.ID = id.New()
	}
	v, err := s.Save(ctx, who, Plan{ID: d.ID, Campaign: in.Campaign.ID, Unit: in.Unit.ID, ChangedAt: d.ChangedAt, Number: d.Number, IssuedOn: d.IssuedOn,
		Abstract: d.Abstract, Authority: d.Authority, Position: d.Position, Signer: d.Signer, Recipients: d.Recipients, Sections: d.Sections,
		Lines: d.Lines, Assignments: d.Assignments})
	return spoken(who, v, err)
}

func (s *Service) apiSend(ctx context.Context, who access.Actor, in *oneIn) (View, error) {
	v, err := s.Send(ctx, who, in.Campaign.ID, in.Unit.ID)
	return spoken(who, v, err)
}

func (s *Service) apiReopen(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `path:"unit"`
	Body     struct {
		Why string `json:"why,omitempty" maxLength:"300"`
	}
}) (View, error) {
	v, err := s.Reopen(ctx, who, in.Campaign.ID, in.Unit.ID, in.Body.Why)
	return spoken(who, v, err)
}

func (s *Service) apiPrint(ctx context.Context, who access.Actor, in *oneIn) (web.File, error) {
	name, body, err := s.Print(ctx, who, in.Campaign.ID, in.Unit.ID)
	return web.File{Name: name, Type: docx, Body: body}, err
}
