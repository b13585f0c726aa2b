package duty

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

type levelIn struct {
	Level  string `json:"level" maxLength:"20"`
	On     string `json:"on" maxLength:"10" doc:"last day in time"`
	Grace  int64  `json:"grace,omitempty" minimum:"0" maximum:"60" doc:"days"`
	Freeze int64  `json:"freeze,omitempty" minimum:"0" maximum:"365" doc:"days after the grace; 0 never"`
}

type newDuty struct {
	ID     id.ID     `json:"id,omitempty" doc:"made by the sender; sent twice, it makes one"`
	Unit   id.ID     `json:"unit"`
	Title  string    `json:"title" maxLength:"200"`
	Period string    `json:"period" enum:"month,quarter,half_year,year,half_term,term"`
	From   string    `json:"from" maxLength:"10"`
	To     string    `json:"to" maxLength:"10"`
	Note   string    `json:"note,omitempty" maxLength:"2000"`
	Levels []levelIn `json:"levels" minItems:"1" maxItems:"20"`
}

func (s *Service) apiOrder(ctx context.Context, who access.Actor, in *struct{ Body newDuty }) (Duty, error) {
	b := in.Body
	title, ok := text.Clean(b.Title)
	note, fine := text.Lines(b.Note)
	if !ok || !fine {
		return Duty{}, fault.At("title", "web.not_text")
	}
	d := Duty{ID: b.ID, Unit: b.Unit, Title: title, Period: b.Period, From: b.From, To: b.To, Note: note}
	for _, l := range b.Levels {
		d.Levels = append(d.Levels, Level{Level: l.Level, On: l.On, Grace: l.Grace, Freeze: l.Freeze})
	}
	return s.Order(ctx, who, d)
}

type oneIn struct {
	Duty web.Ref `path:"duty"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *struct {
	Duty web.Ref `path:"duty"`
	At   web.Ref `query:"at" doc:"unit to look from; the highest in sight when empty"`
	Sort string  `query:"sort" enum:",time,missing"`
}) (View, error) {
	return s.Show(ctx, who, in.Duty.ID, in.At.ID, in.Sort)
}

func (s *Service) apiDrop(ctx context.Context, who access.Actor, in *oneIn) (web.Empty, error) {
	return web.Empty{}, s.Drop(ctx, who, in.Duty.ID)
}

func (s *Service) apiGrace(ctx context.Context, who access.Actor, in *struct {
	Duty web.Ref `path:"duty"`
	Body struct {
		Grace  int64 `json:"grace" minimum:"0" maximum:"60"`
		Freeze int64 `json:"freeze" minimum:"0" maximum:"365"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.SetGrace(ctx, who, in.Duty.ID, in.Body.Grace, in.Body.Freeze)
}

func (s *Service) apiAsk(ctx context.Context, who access.Actor, in *struct {
	Duty web.Ref `path:"duty"`
	Body struct {
		ID   id.ID  `json:"id,omitempty"`
		Unit id.ID  `json:"unit"`
		Why  string `json:"why" minLength:"1" maxLength:"2000"`
	}
}) (Reopening, error) {
	why, ok := text.Lines(in.Body.Why)
	if !ok {
		return Reopening{}, fault.At("why", "web.not_text")
	}
	return s.AskReopen(ctx, who, in.Duty.ID, in.Body.Unit, in.Body.ID, why)
}

func (s *Service) apiDecide(ctx context.Context, who access.Actor, in *struct {
	Duty    web.Ref `path:"duty"`
	Request web.Ref `path:"request"`
	Body    struct {
		Open   bool   `json:"open" doc:"false refuses"`
		Remark string `json:"remark,omitempty" maxLength:"2000"`
	}
}) (Reopening, error) {
	remark, ok := text.Lines(in.Body.Remark)
	if !ok {
		return Reopening{}, fault.At("remark", "web.not_text")
	}
	return s.DecideReopen(ctx, who, in.Duty.ID, in.Request.ID, in.Body.Open, remark)
}
