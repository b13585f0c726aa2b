package setting

import (
	"context"
	"encoding/json"
	"net/http"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Routes is every door of the room.
func (s *Service) Routes() []web.Route {
	return []web.Route{
		web.Page("GET /settings", access.SettingEdit, s.page),
		web.Page("POST /settings/{name}", access.SettingEdit, s.pagePut),
		web.Op("GET /api/v1/settings", access.SettingEdit, "list-settings", "Settings in force today, with their history", s.apiList),
		web.Op("PUT /api/v1/settings/{name}", access.SettingEdit, "put-setting", "Set a value from a day on", s.apiPut),
	}
}

type view struct {
	Values   []Value
	Unit     id.ID
	UnitName string
	Bad      string // name of the setting whose form was refused
	Errors   ui.Errors
	From     string
	Source   string
	Typed    json.RawMessage
}

func (s *Service) page(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	unit, err := web.Query(r, "unit")
	if err != nil {
		return err
	}
	return s.render(w, r, who, http.StatusOK, view{Unit: unit, From: s.Now.Day()})
}

func (s *Service) render(w http.ResponseWriter, r *http.Request, who access.Actor, status int, v view) (err error) {
	if v.Unit == 0 && !s.top(r.Context(), who) {
		v.Unit = who.Home() // a keeper below the top starts with the own unit
	}
	if v.Values, err = s.List(r.Context(), who, v.Unit); err != nil {
		return err
	}
	if v.UnitName, err = s.unitName(r.Context(), v.Unit); err != nil {
		return err
	}
	return web.Render(w, r, status, settingsPage(web.At(r, web.T(r, "setting.title"), "setting"), v))
}

func (s *Service) top(ctx context.Context, who access.Actor) bool {
	return s.DB.Read(ctx, func(tx db.Tx) error { return s.may(ctx, tx, who, 0) }) == nil
}

func (s *Service) unitName(ctx context.Context, unit id.ID) (name string, err error) {
	if unit == 0 {
		return "", nil
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		name, err = db.One(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, unit)
		return err
	})
	return name, err
}

func (s *Service) pagePut(w http.ResponseWriter, r *http.Request, who access.Actor) error {
	f, err := web.Read(r)
	if err != nil {
		return err
	}
	name := r.PathValue("name")
	field, ok := s.field(name)
	if !ok {
		return fault.Gone()
	}
	v := view{Unit: f.ID("unit", false), From: f.Date("from", true), Source: f.Line("source", 0, 300), Bad: name, Typed: typed(f, field)}
	if err = f.Err(); err == nil {
		err = s.Put(r.Context(), who, v.Unit, name, v.From, v.Typed, v.Source)
	}
	if fault.Of(err) == fault.Invalid {
		v.Errors = web.Errors(r, err)
		return s.render(w, r, who, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	to := "/settings"
	if v.Unit != 0 {
		to += "?unit=" + v.Unit.String()
	}
	return web.Redirect(w, r, to, "setting.saved")
}

// typed is the JSON of what the form holds; a number that is none stays text and is refused later.
func typed(f *web.Form, field Field) json.RawMessage {
	if field.Kind != KindGroup {
		return one(f, field)
	}
	m := map[string]json.RawMessage{}
	for _, p := range field.Parts {
		m[p.Name] = one(f, p)
	}
	b, _ := json.Marshal(m)
	return b
}

func one(f *web.Form, field Field) json.RawMessage {
	var v any = f.Raw(field.Name)
	switch field.Kind {
	case KindFlag:
		v = f.Has(field.Name)
	case KindNumber:
		v = f.Int(field.Name, field.Min, field.Max, field.Min)
	}
	b, _ := json.Marshal(v)
	return b
}

type listIn struct {
	Unit web.Ref `query:"unit" doc:"empty: the installation"`
}

// Values is the list of settings.
type Values struct {
	Items []Value `json:"items"`
}

func (s *Service) apiList(ctx context.Context, who access.Actor, in *listIn) (Values, error) {
	list, err := s.List(ctx, who, in.Unit.ID)
	return Values{list}, err
}

type putIn struct {
	Name string `path:"name" maxLength:"100"`
	Body struct {
		Unit   id.ID           `json:"unit,omitempty" doc:"empty: the installation"`
		Value  json.RawMessage `json:"value"`
		From   string          `json:"from,omitempty" maxLength:"10" doc:"civil day; today when left out"`
		Source string          `json:"source,omitempty" maxLength:"300"`
	}
}

func (s *Service) apiPut(ctx context.Context, who access.Actor, in *putIn) (web.Empty, error) {
	return web.Empty{}, s.Put(ctx, who, in.Body.Unit, in.Name, in.Body.From, in.Body.Value, in.Body.Source)
}
