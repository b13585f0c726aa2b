package audience

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Find  string `query:"q" maxLength:"100"`
	After string `query:"after" maxLength:"3000"`
	Limit int    `query:"limit" minimum:"0" maximum:"500"`
}) (db.Rows[Saved], error) {
	return s.List(ctx, who, in.Find, db.Page{After: in.After, Limit: in.Limit})
}

func (s *Service) apiReady(ctx context.Context, who access.Actor, _ *web.Empty) ([]Group, error) {
	return s.Ready(ctx, who)
}

// body is an audience as a program sends it.
type body struct {
	ID    id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice makes one audience"`
	Unit  id.ID  `json:"unit,omitempty" doc:"owner; not changed by an edit"`
	Name  string `json:"name" minLength:"1" maxLength:"200"`
	Query Query  `json:"query"`
}

func (b body) saved() Saved {
	if b.ID == 0 {
		b.ID = id.New()
	}
	return Saved{ID: b.ID, Unit: b.Unit, Name: text.NFC(b.Name), Query: b.Query}
}

func (s *Service) apiCreate(ctx context.Context, who access.Actor, in *struct{ Body body }) (Saved, error) {
	return s.Create(ctx, who, in.Body.saved())
}

type oneIn struct {
	Audience web.Ref `path:"audience"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *oneIn) (Saved, error) {
	return s.Show(ctx, who, in.Audience.ID)
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	Audience web.Ref `path:"audience"`
	Body     body
}) (Saved, error) {
	a := in.Body.saved()
	a.ID = in.Audience.ID
	return s.Edit(ctx, who, a)
}

func (s *Service) apiDrop(ctx context.Context, who access.Actor, in *oneIn) (web.Empty, error) {
	return web.Empty{}, s.Drop(ctx, who, in.Audience.ID)
}

// Told is a count with the query read back.
type Told struct {
	Count
	Sentence string `json:"sentence"`
}

func (s *Service) apiCount(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		Unit  id.ID `json:"unit" doc:"people at or below it"`
		Query Query `json:"query"`
	}
}) (t Told, err error) {
	t.Count, t.Sentence, err = s.Count(ctx, who, in.Body.Unit, in.Body.Query)
	return t, err
}
