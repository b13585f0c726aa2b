package person

import (
	"slices"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Person is somebody who may have to study. Days are civil dates, "" is not known.
type Person struct {
	ID         id.ID  `json:"id"`
	MemberNo   string `json:"member_no" doc:"Party card number; empty outside the Party"`
	Name       string `json:"name"`
	Birth      string `json:"birth" doc:"civil date, or the year alone"`
	Sex        string `json:"sex" enum:",m,f"`
	Kind       string `json:"kind" enum:"official,probationary,civil,mass"`
	Position   string `json:"position"`
	KeyCadre   bool   `json:"key_cadre"`
	JoinedOn   string `json:"joined_on"`
	OfficialOn string `json:"official_on"`
	Unit       id.ID  `json:"unit" doc:"study home of today, or the last one"`
	LeftOn     string `json:"left_on" doc:"last day; empty while here"`
	Since      string `json:"-"` // first day in Unit, when the person is new; "" is the day of making
}

// The kinds of people: two inside the Party, two outside.
const (
	Official     = "official"
	Probationary = "probationary"
	Civil        = "civil" // cadres, civil servants, public employees who are no members
	Mass         = "mass"
)

// Kinds in the order they are shown.
var Kinds = []string{Official, Probationary, Civil, Mass}

// Member reports whether the person is in the Party.
func (p Person) Member() bool { return p.Kind == Official || p.Kind == Probationary }

// Bounds of the columns, in letters.
const (
	nameMax   = 120
	numberMax = 30
	textMax   = 300
)

// tidy makes what was typed comparable.
func (p Person) tidy() Person {
	p.MemberNo = strings.ToUpper(strings.ReplaceAll(p.MemberNo, " ", ""))
	return p
}

// check finds what is wrong with a person by itself, on a civil day.
func (p Person) check(day string) error {
	errs := []error{
		line("name", p.Name, 1, nameMax), line("member_no", p.MemberNo, 0, numberMax), line("position", p.Position, 0, textMax),
		civil("joined_on", p.JoinedOn), civil("official_on", p.OfficialOn), civil("since", p.Since),
	}
	if !year(p.Birth) {
		errs = append(errs, civil("birth", p.Birth))
	}
	if !slices.Contains(Kinds, p.Kind) {
		errs = append(errs, fault.At("kind", "web.choose"))
	}
	if !slices.Contains([]string{"", "m", "f"}, p.Sex) {
		errs = append(errs, fault.At("sex", "web.choose"))
	}
	if err := fault.All(errs...); err != nil {
		return err
	}
	return fault.All(p.order(day)...)
}

// order checks the days of a life against each other.
func (p Person) order(day string) (errs []error) {
	wrong := func(field, key string, when bool) {
		if when {
			errs = append(errs, fault.At(field, key))
		}
	}
	wrong("birth", "person.not_ahead", p.Birth > day)
	wrong("joined_on", "person.not_ahead", p.JoinedOn > day)
	wrong("official_on", "person.not_ahead", p.OfficialOn > day)
	wrong("joined_on", "person.joined_before_birth", p.JoinedOn != "" && p.Birth != "" && p.JoinedOn[:4] <= p.Birth[:4])
	wrong("official_on", "person.official_before_joined", p.OfficialOn != "" && p.JoinedOn != "" && p.OfficialOn < p.JoinedOn)
	wrong("member_no", "person.number_outside", p.MemberNo != "" && !p.Member())
	wrong("official_on", "person.official_probationary", p.OfficialOn != "" && p.Kind == Probationary)
	return errs
}

func year(s string) bool {
	return len(s) == 4 && s >= "1900" && s <= "2100" && strings.Trim(s, "0123456789") == ""
}

func line(field, s string, least, most int) error {
	clean, ok := text.Clean(s)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok || clean != s:
		return fault.At(field, "web.not_text")
	case n < least:
		return fault.At(field, "web.required")
	case n > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

func civil(field, s string) error {
	if s == "" {
		return nil
	}
	if day, err := text.ParseDate(s); err != nil || day != s {
		return fault.At(field, "web.not_date")
	}
	return nil
}

// Exemption is why somebody need not study, from one civil day to another; To "" is open.
type Exemption struct {
	ID         id.ID  `json:"id"`
	Person     id.ID  `json:"person"`
	Kind       string `json:"kind" enum:"exempt,reduced"`
	Reason     string `json:"reason"`
	From       string `json:"from"`
	To         string `json:"to"`
	Resolution string `json:"resolution" doc:"number of the cell's resolution"`
	Approver   string `json:"approver" doc:"unit or office that approved it"`
	ResolvedOn string `json:"resolved_on" doc:"day of the resolution; empty where it is not known"`
}

// Kinds of exemption.
const (
	Exempt  = "exempt"
	Reduced = "reduced"
)

func (e Exemption) check() error {
	errs := []error{line("reason", e.Reason, 1, textMax), line("resolution", e.Resolution, 1, 100), line("approver", e.Approver, 0, textMax),
		civil("from", e.From), civil("to", e.To), civil("resolved_on", e.ResolvedOn)}
	if e.From == "" {
		errs = append(errs, fault.At("from", "web.required"))
	}
	if e.Kind != Exempt && e.Kind != Reduced {
		errs = append(errs, fault.At("kind", "web.choose"))
	}
	if e.To != "" && e.From != "" && e.To < e.From {
		errs = append(errs, fault.At("to", "person.to_before_from"))
	}
	return fault.All(errs...)
}

// On reports whether it is in force on a civil day.
func (e Exemption) On(day string) bool { return e.From <= day && (e.To == "" || e.To >= day) }

// clash finds another exemption of the same person that has a day in common.
func (e Exemption) clash(all []Exemption) *Exemption {
	for i, o := range all {
		if o.ID != e.ID && (o.To == "" || e.From <= o.To) && (e.To == "" || o.From <= e.To) {
			return &all[i]
		}
	}
	return nil
}

// Membership is a stretch of somebody's life in a unit; To "" is open.
type Membership struct {
	Unit     id.ID
	From, To string
	Home     bool // the study home; false: a further unit
}

// rehome decides how memberships change when somebody moves on a day: the one in force
// ends the day before, or is corrected when it began that very day. Fault: Invalid for a
// day before the last move, a day ahead, or the unit where the person is already.
func rehome(last Membership, left string, unit id.ID, from, today string) (end string, fix bool, err error) {
	switch {
	case from == "":
		return "", false, fault.At("from", "web.required")
	case from > today:
		return "", false, fault.At("from", "person.not_ahead")
	case left != "" && from <= left:
		return "", false, fault.At("from", "person.left_later", "day", text.Date(left))
	case left != "":
		return last.To, false, nil
	case last.Unit == unit:
		return "", false, fault.At("unit", "person.same_unit")
	case from < last.From:
		return "", false, fault.At("from", "person.moved_later", "day", text.Date(last.From))
	case from == last.From:
		return "", true, nil
	}
	return clock.AddDays(from, -1), false, nil
}

// Change is a field before and after.
type Change struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// diff lists what an edit changes; the unit is changed by Move.
func diff(old, p Person) []Change {
	list := []Change{
		{"member_no", old.MemberNo, p.MemberNo}, {"name", old.Name, p.Name}, {"birth", old.Birth, p.Birth}, {"sex", old.Sex, p.Sex},
		{"kind", old.Kind, p.Kind}, {"position", old.Position, p.Position}, {"key_cadre", yes(old.KeyCadre), yes(p.KeyCadre)},
		{"joined_on", old.JoinedOn, p.JoinedOn}, {"official_on", old.OfficialOn, p.OfficialOn},
	}
	return slices.DeleteFunc(list, func(c Change) bool { return c.Old == c.New })
}

func yes(b bool) string {
	if b {
		return "x"
	}
	return ""
}
