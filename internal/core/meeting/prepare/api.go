package prepare

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.Op("GET /api/v1/meetings/{meeting}/sites", access.MeetingRead, "list-sites", "Sites of a meeting and how ready they are", s.apiList),
		web.Op("GET /api/v1/meetings/{meeting}/sites/{site}", access.MeetingRead, "show-site", "A site with its checklist and tests of the line", s.apiShow),
		web.Op("PATCH /api/v1/meetings/{meeting}/sites/{site}", access.MeetingRead, "mend-site", "Change what is known of a site, as its host or the organiser", s.apiMend),
		web.Op("PUT /api/v1/meetings/{meeting}/sites/{site}/ticks", access.MeetingRead, "tick-site", "Say which points of the checklist are done", s.apiTicks),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/trials", access.MeetingRead, "try-site", "Keep a test of the line", s.apiTry),
		web.Op("PUT /api/v1/meetings/{meeting}/needs", access.MeetingEdit, "set-needs", "Replace the checklist of every site", s.apiNeeds),
		web.OpUpload("POST /api/v1/meetings/{meeting}/sites/sheet", access.MeetingEdit, MostSheet, "bring-sites", "Add and change sites by rows; dry says what would happen", s.apiBring),
		web.Op("GET /api/v1/meetings/{meeting}/delegates", access.MeetingEdit, "list-delegates", "People moved to another site, or those expected by name", s.apiDelegates),
		web.Op("PUT /api/v1/meetings/{meeting}/delegates/{person}", access.MeetingEdit, "move-delegate", "Expect somebody at another site", s.apiMove),
		web.Op("GET /api/v1/meetings/{meeting}/guests", access.MeetingRead, "list-guests", "Guests by name, who are lượt", s.apiGuests),
		web.Op("POST /api/v1/meetings/{meeting}/sites/{site}/guests", access.MeetingRead, "invite-guests", "Add guests of a site", s.apiInvite),
		web.Op("PUT /api/v1/meetings/{meeting}/guests/{guest}", access.MeetingRead, "see-guest", "Say whether a guest came", s.apiSee),
	}
}

type siteIn struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Unit    web.Ref `query:"unit" doc:"hosted at or below it"`
	Find    string  `query:"q" maxLength:"100"`
	Show    string  `query:"show" enum:"open,untried,failed,unwatched,uncontacted,crowded,ready"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}) (Board, error) {
	return s.List(ctx, who, Query{Meeting: in.Meeting.ID, Unit: in.Unit.ID, Find: in.Find, Show: in.Show, Page: db.Page{After: in.After, Limit: in.Limit}})
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *siteIn) (One, error) {
	return s.Show(ctx, who, in.Meeting.ID, in.Site.ID)
}

func (s *Service) apiMend(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    struct {
		Name         string `json:"name,omitempty" maxLength:"200" doc:"only the organiser changes it"`
		Place        string `json:"place" maxLength:"200"`
		Contact      string `json:"contact" maxLength:"200"`
		Phone        string `json:"phone" maxLength:"40"`
		Monitor      string `json:"monitor" maxLength:"200"`
		MonitorPhone string `json:"monitor_phone" maxLength:"40"`
		Capacity     int64  `json:"capacity" minimum:"0" maximum:"1000000"`
		Expected     int64  `json:"expected" minimum:"0" maximum:"1000000"`
	}
}) (One, error) {
	b := in.Body
	n := meeting.Site{ID: in.Site.ID, Meeting: in.Meeting.ID, Name: b.Name, Place: b.Place, Contact: b.Contact, Phone: b.Phone, Monitor: b.Monitor,
		MonitorPhone: b.MonitorPhone, Capacity: b.Capacity, Expected: b.Expected}
	return s.after(ctx, who, n.Meeting, n.ID, s.Mend(ctx, who, n))
}

// after shows a site as a change left it.
func (s *Service) after(ctx context.Context, who access.Actor, of, site id.ID, err error) (One, error) {
	if err != nil {
		return One{}, err
	}
	return s.Show(ctx, who, of, site)
}

func (s *Service) apiTicks(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    struct {
		Done []string `json:"done" maxItems:"20"`
	}
}) (One, error) {
	return s.after(ctx, who, in.Meeting.ID, in.Site.ID, s.Ticks(ctx, who, in.Meeting.ID, in.Site.ID, in.Body.Done))
}

func (s *Service) apiTry(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    struct {
		ID     id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice makes one test"`
		At     int64  `json:"at,omitempty" doc:"Unix milliseconds UTC; none: now"`
		Result string `json:"result" enum:"good,weak,failed"`
		Note   string `json:"note,omitempty" maxLength:"300"`
	}
}) (One, error) {
	t := Trial{ID: in.Body.ID, Site: in.Site.ID, At: in.Body.At, Result: in.Body.Result, Note: in.Body.Note}
	if t.ID == 0 {
		t.ID = id.New()
	}
	return s.after(ctx, who, in.Meeting.ID, in.Site.ID, s.Try(ctx, who, in.Meeting.ID, t))
}

func (s *Service) apiNeeds(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Body    []Need
}) (Board, error) {
	if err := s.SetNeeds(ctx, who, in.Meeting.ID, in.Body); err != nil {
		return Board{}, err
	}
	return s.List(ctx, who, Query{Meeting: in.Meeting.ID})
}

func (s *Service) apiBring(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Dry     bool    `query:"dry" doc:"only say what would happen"`
	Body    []Line
}) (Foreseen, error) {
	if in.Dry {
		return s.Foresee(ctx, who, in.Meeting.ID, in.Body)
	}
	return s.Bring(ctx, who, in.Meeting.ID, in.Body)
}

func (s *Service) apiDelegates(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Find    string  `query:"q" maxLength:"100"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}) (db.Rows[Delegate], error) {
	_, rows, err := s.Moved(ctx, who, in.Meeting.ID, in.Find, db.Page{After: in.After, Limit: in.Limit})
	return rows, err
}

func (s *Service) apiMove(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Person  web.Ref `path:"person"`
	Body    struct {
		Site id.ID  `json:"site"`
		Why  string `json:"why,omitempty" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Move(ctx, who, in.Meeting.ID, in.Person.ID, in.Body.Site, in.Body.Why)
}

func (s *Service) apiGuests(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Find    string  `query:"q" maxLength:"100"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}) (Party, error) {
	return s.Guests(ctx, who, in.Meeting.ID, in.Find, db.Page{After: in.After, Limit: in.Limit})
}

func (s *Service) apiInvite(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    []struct {
		ID   id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice makes one guest"`
		Name string `json:"name" minLength:"1" maxLength:"200"`
		Post string `json:"post,omitempty" maxLength:"200"`
	}
}) (Party, error) {
	var list []Guest
	for _, g := range in.Body {
		if g.ID == 0 {
			g.ID = id.New()
		}
		list = append(list, Guest{ID: g.ID, Name: g.Name, Post: g.Post})
	}
	if err := s.Invite(ctx, who, in.Meeting.ID, in.Site.ID, list); err != nil {
		return Party{}, err
	}
	return s.Guests(ctx, who, in.Meeting.ID, "", db.Page{})
}

func (s *Service) apiSee(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Guest   web.Ref `path:"guest"`
	Body    struct {
		Came bool `json:"came"`
	}
}) (Party, error) {
	if err := s.See(ctx, who, in.Meeting.ID, in.Guest.ID, in.Body.Came); err != nil {
		return Party{}, err
	}
	return s.Guests(ctx, who, in.Meeting.ID, "", db.Page{})
}
