package door

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/id"
)

type doorsIn struct {
	Meeting web.Ref `path:"meeting"`
	Find    string  `query:"q" maxLength:"100"`
}

func (s *Service) apiDoors(ctx context.Context, who access.Actor, in *doorsIn) (Doors, error) {
	v, err := s.Doors(ctx, who, in.Meeting.ID, in.Find)
	if v.Places == nil {
		v.Places = []Place{}
	}
	return v, err
}

type checking struct {
	Checkout bool `json:"checkout"`
}

type checkoutIn struct {
	Meeting web.Ref `path:"meeting"`
	Body    checking
}

func (s *Service) apiCheckout(ctx context.Context, who access.Actor, in *checkoutIn) (web.Empty, error) {
	return web.Empty{}, s.SetCheckout(ctx, who, in.Meeting.ID, in.Body.Checkout)
}

type screenIn struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
}

func (s *Service) apiScreen(ctx context.Context, who access.Actor, in *screenIn) (Screen, error) {
	return s.Screen(ctx, who, in.Meeting.ID, in.Site.ID)
}

type tapping struct {
	ID     id.ID  `json:"id" doc:"made by the sender: sending it twice answers once"`
	Code   string `json:"code" maxLength:"40" doc:"of the screen"`
	Slip   string `json:"slip,omitempty" maxLength:"60" doc:"personal code; left out: the actor"`
	Device string `json:"device" minLength:"8" maxLength:"100" doc:"a random text that the device keeps"`
}

type tapIn struct{ Body tapping }

func (s *Service) apiAnswer(ctx context.Context, who access.Actor, in *tapIn) (Done, error) {
	v, err := s.Open(ctx, who, in.Body.Code, in.Body.Device)
	if err != nil {
		return Done{}, err
	}
	return s.Answer(ctx, who, Reply{Key: in.Body.ID, Ticket: v.Ticket, Mark: in.Body.Device, Slip: in.Body.Slip})
}

func (s *Service) apiToday(ctx context.Context, who access.Actor, _ *web.Empty) (Today, error) {
	return s.Today(ctx, who)
}

type leaving struct {
	Session id.ID `json:"session"`
	Back    bool  `json:"back,omitempty" doc:"stays after all"`
}

type leaveIn struct {
	Meeting web.Ref `path:"meeting"`
	Body    leaving
}

func (s *Service) apiLeave(ctx context.Context, who access.Actor, in *leaveIn) (web.Empty, error) {
	return web.Empty{}, s.Leave(ctx, who, in.Meeting.ID, in.Body.Session, in.Body.Back)
}
