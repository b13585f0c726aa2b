package attendance

import (
	"context"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

type listIn struct {
	Meeting web.Ref `path:"meeting"`
	Unit    web.Ref `query:"unit"`
	Find    string  `query:"q" maxLength:"100"`
	Show    string  `query:"show" enum:"present,absent,exempt"`
	After   string  `query:"after" maxLength:"3000"`
	Limit   int     `query:"limit" minimum:"0" maximum:"500"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Sheet, error) {
	return s.List(ctx, who, Query{Meeting: in.Meeting.ID, Unit: in.Unit.ID, Find: in.Find, Show: in.Show, Page: db.Page{After: in.After, Limit: in.Limit}})
}

type siteIn[B any] struct {
	Meeting web.Ref `path:"meeting"`
	Site    web.Ref `path:"site"`
	Body    B
}

type scanning struct {
	Codes []string `json:"codes" maxItems:"500"`
	Keys  []id.ID  `json:"keys,omitempty" maxItems:"500" doc:"one for each code, made by the sender: sending a key again counts once and answers as before"`
	At    int64    `json:"at,omitempty" doc:"when they were scanned, Unix milliseconds UTC; 0 now"`
}

func (s *Service) apiEnter(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	m, site, err := two(r, "site")
	if err != nil {
		return err
	}
	var in scanning
	if err := web.Body(r, &in); err != nil {
		return err
	}
	scans := make([]Scan, len(in.Codes))
	for i, code := range in.Codes {
		scans[i] = Scan{Code: code, How: "station", At: in.At}
		if i < len(in.Keys) {
			scans[i].Key = in.Keys[i]
		}
	}
	out, err := s.many(r.Context(), who, m, site, scans)
	if err != nil {
		return err
	}
	return web.Answer(w, appendVerdicts(make([]byte, 0, 512*(len(out)+1)), out))
}

type marking struct {
	Marks []Mark `json:"marks" maxItems:"1000"`
}

func (s *Service) apiRoll(ctx context.Context, who access.Actor, in *siteIn[marking]) (r Rolled, err error) {
	return s.RollCall(ctx, who, in.Meeting.ID, in.Site.ID, in.Body.Marks)
}

type counting struct {
	ID     id.ID  `json:"id,omitempty" doc:"made by the sender: sending it twice counts once"`
	Who    string `json:"who" enum:"mass,guest,delegate,hall"`
	Amount int64  `json:"amount" minimum:"0" maximum:"1000000"`
	Marker string `json:"marker,omitempty" enum:",hơn,gần,khoảng"`
	Note   string `json:"note,omitempty" maxLength:"300"`
}

func (s *Service) apiCount(ctx context.Context, who access.Actor, in *siteIn[counting]) (Headcount, error) {
	b := in.Body
	if b.ID == 0 {
		b.ID = id.New()
	}
	h := Headcount{ID: b.ID, Meeting: in.Meeting.ID, Site: in.Site.ID, Who: b.Who, Amount: b.Amount, Marker: b.Marker, Note: b.Note, Second: -1}
	return h, s.Count(ctx, who, h)
}

func (s *Service) apiVoid(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
	Person  web.Ref `path:"person"`
	Body    struct {
		Why string `json:"why" minLength:"3" maxLength:"300"`
	}
}) (web.Empty, error) {
	return web.Empty{}, s.Void(ctx, who, in.Meeting.ID, in.Person.ID, in.Body.Why)
}

// Ownership is the actor's own records and codes.
type Ownership struct {
	Records []Mine   `json:"records"`
	Codes   []Ticket `json:"codes"`
}

func (s *Service) apiOwn(ctx context.Context, who access.Actor, _ *web.Empty) (o Ownership, err error) {
	o.Records, o.Codes, err = s.Own(ctx, who)
	return o, err
}

func (s *Service) apiHeads(ctx context.Context, who access.Actor, in *struct {
	Meeting web.Ref `path:"meeting"`
}) ([]Headcount, error) {
	return s.Heads(ctx, who, in.Meeting.ID)
}

func (s *Service) apiCountAgain(ctx context.Context, who access.Actor, in *struct {
	Headcount web.Ref `path:"headcount"`
	Body      struct {
		Amount int64 `json:"amount" minimum:"0" maximum:"1000000"`
	}
}) (Headcount, error) {
	return s.CountAgain(ctx, who, in.Headcount.ID, in.Body.Amount)
}
