package likeness

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type campaignIn struct {
	Campaign web.Ref `path:"campaign"`
}

type listIn struct {
	Campaign web.Ref `path:"campaign"`
	Unit     web.Ref `query:"unit" doc:"this unit and all below it"`
	Level    string  `query:"level" enum:"near,note,few,all"`
	State    string  `query:"state" enum:"lead,asked,answered,explained,proposed,upheld"`
	Flags    bool    `query:"flags" doc:"only with signs of integrity"`
	After    string  `query:"after"`
	Limit    int     `query:"limit" minimum:"1" maximum:"500"`
}

type listOut struct {
	Totals Totals `json:"totals"`
	Items  []Item `json:"items"`
	Next   string `json:"next"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (listOut, error) {
	l, err := s.List(ctx, who, in.Campaign.ID, Filter{Unit: in.Unit.ID, Level: in.Level, State: in.State, Flags: in.Flags, Page: db.Page{After: in.After, Limit: in.Limit}})
	return listOut{l.Totals, l.Rows.Items, l.Rows.Next}, err
}

func (s *Service) apiShared(ctx context.Context, who access.Actor, in *campaignIn) (Worklist, error) {
	return s.Worklist(ctx, who, in.Campaign.ID)
}

type decideIn struct {
	Campaign web.Ref `path:"campaign"`
	Shared   web.Ref `path:"shared"`
	Body     struct {
		ID   id.ID  `json:"id" doc:"made by the caller: sent twice, decided once"`
		Kind string `json:"kind" enum:"common,copied,apart"`
		Note string `json:"note,omitempty" maxLength:"2000"`
	}
}

func (s *Service) apiDecide(ctx context.Context, who access.Actor, in *decideIn) (Worklist, error) {
	if err := s.Decide(ctx, who, in.Campaign.ID, in.Shared.ID, Decision{ID: in.Body.ID, Kind: in.Body.Kind, Note: in.Body.Note}); err != nil {
		return Worklist{}, err
	}
	return s.Worklist(ctx, who, in.Campaign.ID)
}

type familiesOut struct {
	Items []Family `json:"items"`
}

func (s *Service) apiFamilies(ctx context.Context, who access.Actor, in *campaignIn) (familiesOut, error) {
	_, all, err := s.Families(ctx, who, in.Campaign.ID)
	return familiesOut{all}, err
}

type referencesOut struct {
	Items []Reference `json:"items"`
}

func (s *Service) apiReferences(ctx context.Context, who access.Actor, in *campaignIn) (referencesOut, error) {
	_, all, _, err := s.References(ctx, who, in.Campaign.ID)
	return referencesOut{all}, err
}

type referenceIn struct {
	Campaign web.Ref `path:"campaign"`
	Body     struct {
		ID       id.ID  `json:"id" doc:"made by the caller: sent twice, added once"`
		Category string `json:"category" enum:"resolution,material,template,common"`
		Name     string `json:"name" minLength:"1" maxLength:"200"`
		Body     string `json:"body" maxLength:"400000"`
		Why      string `json:"why,omitempty" maxLength:"2000"`
	}
}

func (s *Service) apiAddReference(ctx context.Context, who access.Actor, in *referenceIn) (referencesOut, error) {
	r := Reference{ID: in.Body.ID, Campaign: in.Campaign.ID, Category: in.Body.Category, Name: in.Body.Name, Body: in.Body.Body, Why: in.Body.Why}
	if err := s.AddReference(ctx, who, r); err != nil {
		return referencesOut{}, err
	}
	return s.apiReferences(ctx, who, &campaignIn{in.Campaign})
}

type showIn struct {
	Essay  web.Ref   `path:"essay"`
	Source web.Ref   `query:"source"`
	Not    []web.Ref `query:"not" maxItems:"50" doc:"sources left out"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *showIn) (View, error) {
	l := Look{Source: in.Source.ID}
	for _, x := range in.Not {
		l.Not = append(l.Not, x.ID)
	}
	return s.Show(ctx, who, in.Essay.ID, l)
}

type stepIn struct {
	Essay web.Ref `path:"essay"`
	Body  struct {
		ID   id.ID  `json:"id" doc:"made by the caller: sent twice, taken once"`
		Kind string `json:"kind" enum:"lead,ask,explain,propose,uphold,reopen"`
		Body string `json:"body,omitempty" maxLength:"2000"`
	}
}

func (s *Service) apiStep(ctx context.Context, who access.Actor, in *stepIn) (View, error) {
	if err := s.Step(ctx, who, in.Essay.ID, Note{ID: in.Body.ID, Kind: in.Body.Kind, Body: in.Body.Body}); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Essay.ID, Look{})
}

func (s *Service) apiUndo(ctx context.Context, who access.Actor, in *struct {
	Campaign web.Ref `path:"campaign"`
	Decision web.Ref `path:"decision"`
}) (Worklist, error) {
	if err := s.Undo(ctx, who, in.Campaign.ID, in.Decision.ID); err != nil {
		return Worklist{}, err
	}
	return s.Worklist(ctx, who, in.Campaign.ID)
}

type unveilIn struct {
	Essay web.Ref `path:"essay"`
	Body  struct {
		Why string `json:"why" minLength:"1" maxLength:"2000"`
	}
}

func (s *Service) apiUnveil(ctx context.Context, who access.Actor, in *unveilIn) (View, error) {
	if err := s.Unveil(ctx, who, in.Essay.ID, in.Body.Why); err != nil {
		return View{}, err
	}
	return s.Show(ctx, who, in.Essay.ID, Look{})
}

type essayIn struct {
	Essay web.Ref `path:"essay"`
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, in *essayIn) (Mine, error) {
	return s.Mine(ctx, who, in.Essay.ID)
}

type replyIn struct {
	Essay web.Ref `path:"essay"`
	Body  struct {
		ID   id.ID  `json:"id" doc:"made by the caller: sent twice, said once"`
		Body string `json:"body" minLength:"1" maxLength:"2000"`
	}
}

func (s *Service) apiReply(ctx context.Context, who access.Actor, in *replyIn) (Mine, error) {
	if err := s.Reply(ctx, who, in.Essay.ID, Note{ID: in.Body.ID, Body: in.Body.Body}); err != nil {
		return Mine{}, err
	}
	return s.Mine(ctx, who, in.Essay.ID)
}

func (s *Service) apiCheck(ctx context.Context, who access.Actor, in *essayIn) (Mine, error) {
	return s.Check(ctx, who, in.Essay.ID)
}
