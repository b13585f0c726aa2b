package setting

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service is the page of settings. Fields is what it shows, in this order.
type Service struct {
	DB     *db.DB
	Now    clock.Now
	Fields []Field

	mu   sync.Mutex
	head head
}

// Value is a setting with what is in force.
type Value struct {
	Field   Field           `json:"-"`
	Name    string          `json:"name"`
	Kind    Kind            `json:"kind"`
	Value   json.RawMessage `json:"value"`
	From    string          `json:"from" doc:"civil day; empty for the built-in value"`
	Source  string          `json:"source" doc:"regulation it rests on"`
	Own     bool            `json:"own" doc:"the unit's own, not the installation's"`
	History []Past          `json:"history"`
}

// Past is one value as it was set, also ahead of its day.
type Past struct {
	From   string          `json:"from"`
	Value  json.RawMessage `json:"value"`
	Source string          `json:"source"`
	At     int64           `json:"at"`
	unit   id.ID
}

// List shows the settings in force today for a unit, or with zero for the installation.
// Faults: Missing, Denied.
func (s *Service) List(ctx context.Context, who access.Actor, unit id.ID) (list []Value, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if err := s.may(ctx, tx, who, unit); err != nil {
			return err
		}
		for _, f := range s.Fields {
			if unit != 0 && f.Whole {
				continue
			}
			v, err := s.value(ctx, tx, f, unit)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

func (s *Service) value(ctx context.Context, tx db.Tx, f Field, unit id.ID) (Value, error) {
	v := Value{Field: f, Name: f.Name, Kind: f.Kind, Value: f.Default, Source: f.Source, History: []Past{}}
	past, err := history(ctx, tx, f.Name, unit)
	if err != nil {
		return v, err
	}
	today, found := s.Now.Day(), false
	for _, p := range past { // the unit's own first, then the newest
		if p.From <= today && !found {
			v.Value, v.From, v.Source, v.Own, found = p.Value, p.From, p.Source, p.unit != 0, true
		}
		if p.unit == unit {
			v.History = append(v.History, p)
		}
	}
	return v, nil
}

// may: the installation's settings belong to the top of the tree.
func (s *Service) may(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) error {
	if unit != 0 {
		return access.Check(ctx, tx, who, access.SettingEdit, unit)
	}
	args := []any{}
	n, err := db.One(ctx, tx, db.Value[int64], `
		select count(*) from org_unit r where r.parent is null and `+who.Scope(access.SettingEdit).Where("r.id", &args), args...)
	if err == nil && n == 0 {
		return fault.New(fault.Denied, "setting.top_only")
	}
	return err
}

// Put sets a value from a civil day on, for a unit or with zero for the installation;
// source names the paper it rests on. Faults: Missing, Denied, Invalid with the field
// blamed (the setting's name, a group's member, from or source).
func (s *Service) Put(ctx context.Context, who access.Actor, unit id.ID, name, from string, raw json.RawMessage, source string) error {
	f, ok := s.field(name)
	if !ok || unit != 0 && f.Whole {
		return fault.Gone()
	}
	value, err := f.accept(raw)
	if err != nil {
		return err
	}
	if from == "" {
		from = s.Now.Day()
	}
	source, clean := text.Clean(source)
	switch {
	case clock.Start(from).IsZero():
		return fault.At("from", "web.not_date")
	case !clean || utf8.RuneCountInString(source) > 300:
		return fault.At("source", "setting.bad_value")
	case name == Installation.Name && strings.Trim(string(value), `"`) == "":
		return fault.At(name, "web.required")
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := s.may(ctx, tx, who, unit); err != nil {
			return err
		}
		old, err := s.value(ctx, tx, f, unit)
		if err != nil {
			return err
		}
		if err := insert(ctx, tx, name, unit, from, string(value), source, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		detail := map[string]any{"key": name, "old": old.Value, "new": value, "from": from, "source": source}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "setting.put", 0, unit, detail, "")
	})
	s.forget()
	return err
}

func (s *Service) field(name string) (Field, bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f, true
		}
	}
	return Field{}, false
}

// head is what every page shows of the installation.
type head struct {
	name   string
	sample bool
	at     int64
}

// Name is the installation's name and whether it holds only invented people; at most a second old.
func (s *Service) Name(r *http.Request) (name string, sample bool) {
	now := s.Now.Ms()
	s.mu.Lock()
	h := s.head
	s.mu.Unlock()
	if h.at != 0 && now >= h.at && now-h.at < 1000 {
		return h.name, h.sample
	}
	err := s.DB.Read(r.Context(), func(tx db.Tx) (err error) {
		if h.name, err = Installation.On(r.Context(), tx, 0, s.Now.Day()); err != nil {
			return err
		}
		h.sample, err = Demo.On(r.Context(), tx, 0, s.Now.Day())
		return err
	})
	if err == nil && h.name != "" { // a page without its name is still a page
		h.at = now
		s.mu.Lock()
		s.head = h
		s.mu.Unlock()
	}
	return h.name, h.sample
}

func (s *Service) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.head = head{}
}

func history(ctx context.Context, tx db.Tx, name string, unit id.ID) ([]Past, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p Past, err error) {
		var value string
		err = scan(&p.From, &value, &p.Source, &p.At, &p.unit)
		p.Value = json.RawMessage(value)
		return p, err
	}, `
		select valid_from, value, source, created_at, unit from setting_value where key = $1 and (unit is null or unit = $2)
		order by case when unit is null then 1 else 0 end, valid_from desc, id desc limit 200`, name, unit)
}

func insert(ctx context.Context, tx db.Tx, name string, unit id.ID, from, value, source string, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into setting_value (id, key, unit, valid_from, value, source, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, id.New(), name, unit, from, value, source, at, by)
	return err
}
