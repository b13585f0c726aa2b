package person

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/base/person/late"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

func (s *Service) api() []web.Route {
	return []web.Route{
		web.Op("GET /api/v1/people", access.PersonRead, "list-people", "People in scope, in Vietnamese name order", s.apiList),
		web.Op("POST /api/v1/people", access.PersonEdit, "create-person", "Add a person", s.apiCreate),
		web.Op("GET /api/v1/people/{person}", access.PersonRead, "show-person", "A person with memberships and exemptions", s.apiShow),
		web.Op("GET /api/v1/me/study", access.Self, "show-own-study-record", "One's own record", s.apiMine),
		web.Op("PUT /api/v1/people/{person}", access.PersonEdit, "edit-person", "Change the facts of a person", s.apiEdit),
		web.Op("POST /api/v1/people/{person}/move", access.PersonEdit, "move-person", "Give a person another study home from a day on", s.apiMove),
		web.Op("POST /api/v1/people/{person}/leave", access.PersonEdit, "leave-person", "Write a person's last day", s.apiLeave),
		web.Op("POST /api/v1/people/{person}/memberships", access.PersonEdit, "add-membership", "Record that a person belongs to a further unit", s.apiStay),
		web.Op("POST /api/v1/people/{person}/memberships/end", access.PersonEdit, "end-membership", "Write the last day in a further unit", s.apiStayEnd),
		web.Op("POST /api/v1/people/{person}/exemptions", access.PersonEdit, "add-exemption", "Record why a person need not study", s.apiExempt),
		web.Op("POST /api/v1/exemptions/{exemption}/end", access.PersonEdit, "end-exemption", "Write the last day of an exemption", s.apiExemptEnd),
	}
}

// Facts are what a client sends of a person.
type Facts struct {
	MemberNo   string `json:"member_no,omitempty" maxLength:"30"`
	Name       string `json:"name" minLength:"1" maxLength:"120"`
	Birth      string `json:"birth,omitempty" maxLength:"10" doc:"civil date, or the year alone"`
	Sex        string `json:"sex,omitempty" enum:",m,f"`
	Kind       string `json:"kind" enum:"official,probationary,civil,mass"`
	Position   string `json:"position,omitempty" maxLength:"300"`
	KeyCadre   bool   `json:"key_cadre,omitempty"`
	JoinedOn   string `json:"joined_on,omitempty" maxLength:"10"`
	OfficialOn string `json:"official_on,omitempty" maxLength:"10"`
}

func (f Facts) person() Person {
	return Person{MemberNo: f.MemberNo, Name: f.Name, Birth: f.Birth, Sex: f.Sex, Kind: f.Kind, Position: f.Position, KeyCadre: f.KeyCadre,
		JoinedOn: f.JoinedOn, OfficialOn: f.OfficialOn}
}

type personList struct {
	Items   []Item `json:"items"`
	Next    string `json:"next" doc:"send as after for the next piece; empty at the end"`
	Total   int64  `json:"total" doc:"10001 means more than 10000, -1 that nobody counted"`
	Partial bool   `json:"partial" doc:"there may be more whose given name is none of the words; send wide for them"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *struct {
	Q      string  `query:"q" maxLength:"100" doc:"name, marks do not matter, or a whole member number"`
	Kind   string  `query:"kind" enum:",member,official,probationary,civil,mass"`
	Key    bool    `query:"key" doc:"only key cadres"`
	Exempt string  `query:"exempt" enum:",any,exempt,reduced" doc:"today"`
	Unit   web.Ref `query:"unit" doc:"this unit and all below it"`
	Left   bool    `query:"left" doc:"those who left instead"`
	Wide   bool    `query:"wide" doc:"those whose given name is none of the words of q; may take seconds"`
	After  string  `query:"after" maxLength:"2000"`
	Limit  int     `query:"limit" minimum:"0" maximum:"500"`
}) (personList, error) {
	found, err := s.Search(ctx, who, Filter{Text: in.Q, Kind: in.Kind, Key: in.Key, Exempt: in.Exempt, Unit: in.Unit.ID, Left: in.Left,
		Wide: in.Wide, Page: db.Page{After: in.After, Limit: in.Limit}})
	return personList{append([]Item{}, found.Items...), found.Next, found.Total, found.Partial}, err
}

// PersonPath names the person of an operation.
type PersonPath struct {
	Person web.Ref `path:"person"`
}

type stay struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
	From string `json:"from"`
	To   string `json:"to"`
	Home bool   `json:"home" doc:"the study home; false: a further unit"`
}

type shown struct {
	Person
	Numbers     secret.Numbers  `json:"numbers" doc:"their last four digits"`
	Memberships []stay          `json:"memberships"`
	Exemptions  []Exemption     `json:"exemptions"`
	Late        []late.Question `json:"late" doc:"exemptions that came after a roster was frozen"`
	Study       []Study         `json:"study" doc:"campaigns, the newest first"`
}

func (s *Service) apiShow(ctx context.Context, who access.Actor, in *PersonPath) (shown, error) {
	v, err := s.Show(ctx, who, in.Person.ID)
	return v.shown(), err
}

func (s *Service) apiMine(ctx context.Context, who access.Actor, _ *struct{}) (shown, error) {
	v, err := s.Mine(ctx, who)
	return v.shown(), err
}

func (v View) shown() shown {
	out := shown{v.Person, v.Numbers, []stay{}, append([]Exemption{}, v.Exemptions...), append([]late.Question{}, v.Late...), append([]Study{}, v.Study...)}
	for _, m := range v.Memberships {
		out.Memberships = append(out.Memberships, stay{m.Unit, m.Name, m.From, m.To, m.Home})
	}
	return out
}

func (s *Service) apiCreate(ctx context.Context, who access.Actor, in *struct {
	Body struct {
		Facts
		ID    id.ID  `json:"id,omitempty" doc:"made by the client, so that sending twice makes one person"`
		Unit  id.ID  `json:"unit" doc:"study home"`
		Since string `json:"since,omitempty" maxLength:"10" doc:"first day there; today when empty"`
		Sure  bool   `json:"sure,omitempty" doc:"not the person of the same name and birth there"`
	}
}) (Person, error) {
	p := in.Body.person()
	p.ID, p.Unit, p.Since = in.Body.ID, in.Body.Unit, in.Body.Since
	if p.ID == 0 {
		p.ID = id.New()
	}
	return s.Create(ctx, who, p, in.Body.Sure)
}

func (s *Service) apiEdit(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body Facts
}) (Person, error) {
	p := in.Body.person()
	p.ID = in.Person.ID
	return s.Edit(ctx, who, p)
}

func (s *Service) apiMove(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body struct {
		Unit id.ID  `json:"unit"`
		From string `json:"from" maxLength:"10" doc:"first day there"`
		Keep bool   `json:"keep,omitempty" doc:"go on belonging to the unit that was the study home"`
		Why  string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	b := in.Body
	if err := s.Transfer(ctx, who, in.Person.ID, Transfer{b.Unit, b.From, b.Keep, b.Why}); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.PersonPath)
}

func (s *Service) apiStay(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body struct {
		Unit id.ID  `json:"unit"`
		From string `json:"from" maxLength:"10" doc:"first day there"`
		To   string `json:"to,omitempty" maxLength:"10" doc:"last day; open when empty"`
		Why  string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	b := in.Body
	if err := s.AddStay(ctx, who, in.Person.ID, Membership{Unit: b.Unit, From: b.From, To: b.To}, b.Why); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.PersonPath)
}

type ended struct {
	Unit id.ID  `json:"unit"`
	From string `json:"from"`
	To   string `json:"to"`
}

func (s *Service) apiStayEnd(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body struct {
		Unit id.ID  `json:"unit"`
		From string `json:"from" maxLength:"10" doc:"first day, which names the membership with its unit"`
		Last string `json:"last" maxLength:"10" doc:"last day"`
		Why  string `json:"why,omitempty" maxLength:"300"`
	}
}) (ended, error) {
	b := in.Body
	err := s.EndStay(ctx, who, in.Person.ID, Membership{Unit: b.Unit, From: b.From, To: b.Last}, b.Why)
	return ended{b.Unit, b.From, b.Last}, err
}

func (s *Service) apiLeave(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body struct {
		Last string `json:"last" maxLength:"10" doc:"last day"`
		Why  string `json:"why,omitempty" maxLength:"300"`
	}
}) (shown, error) {
	if err := s.Leave(ctx, who, in.Person.ID, in.Body.Last, in.Body.Why); err != nil {
		return shown{}, err
	}
	return s.apiShow(ctx, who, &in.PersonPath)
}

func (s *Service) apiExempt(ctx context.Context, who access.Actor, in *struct {
	PersonPath
	Body struct {
		ID         id.ID  `json:"id,omitempty" doc:"made by the client, so that sending twice makes one"`
		Kind       string `json:"kind" enum:"exempt,reduced"`
		Reason     string `json:"reason" minLength:"1" maxLength:"300"`
		From       string `json:"from" maxLength:"10"`
		To         string `json:"to,omitempty" maxLength:"10" doc:"last day; open when empty"`
		Resolution string `json:"resolution" minLength:"1" maxLength:"100" doc:"number of the cell's resolution"`
		Approver   string `json:"approver" minLength:"1" maxLength:"300" doc:"unit or office that approved it"`
		ResolvedOn string `json:"resolved_on" minLength:"1" maxLength:"10" doc:"day of the resolution"`
	}
}) (Exemption, error) {
	b := in.Body
	e := Exemption{b.ID, in.Person.ID, b.Kind, b.Reason, b.From, b.To, b.Resolution, b.Approver, b.ResolvedOn}
	if e.ID == 0 {
		e.ID = id.New()
	}
	return s.AddExemption(ctx, who, e)
}

func (s *Service) apiExemptEnd(ctx context.Context, who access.Actor, in *struct {
	Exemption web.Ref `path:"exemption"`
	Body      struct {
		To  string `json:"to" maxLength:"10" doc:"last day"`
		Why string `json:"why,omitempty" maxLength:"300"`
	}
}) (Exemption, error) {
	return s.EndExemption(ctx, who, in.Exemption.ID, in.Body.To, in.Body.Why)
}
