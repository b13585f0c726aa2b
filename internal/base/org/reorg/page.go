package reorg

import (
	"net/url"
	"strconv"
	"strings"

	"quantriet/internal/base/org"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/ui"
)

type listView struct {
	state string
	rows  db.Rows[Listed]
	total int64
	after string
	edit  bool
}

func (v listView) href(after string) string {
	q := url.Values{}
	if v.state != "" {
		q.Set("state", v.state)
	}
	if after != "" {
		q.Set("after", after)
	}
	return "/reorganisations?" + q.Encode()
}

func (v listView) next() string {
	if v.rows.Next == "" {
		return ""
	}
	return v.href(v.rows.Next)
}

func (v listView) first() string {
	if v.after == "" {
		return ""
	}
	return v.href("")
}

func stateOptions(p ui.Page) []ui.Option {
	out := []ui.Option{{Text: p.T("reorg.any_state")}}
	for _, s := range States {
		out = append(out, ui.Option{Value: s, Text: p.T("reorg.state." + s)})
	}
	return out
}

// looks is the kind and sign of a state's chip.
var looks = map[string][2]string{
	Draft: {"", "pencil"}, Submitted: {"warn", "clock"}, Confirmed: {"info", "calendar"}, Applied: {"ok", "check"}, Undone: {"", "back"}, Cancelled: {"", "x"},
}

// headView is the form of an event's title, day and scope.
type headView struct {
	Event
	code   string // of the unit
	values url.Values
	errs   ui.Errors
	known  bool
}

func (v headView) typed(name, own string) string {
	if v.values != nil {
		return v.values.Get(name)
	}
	return own
}

func (v headView) fields(p ui.Page) []ui.Field {
	list := []ui.Field{
		{Name: "title", Label: p.T("reorg.title"), Hint: p.T("reorg.title_hint"), Value: v.typed("title", v.Title), Length: 300},
		{Name: "basis", Label: p.T("reorg.basis"), Hint: p.T("reorg.basis_hint"), Value: v.typed("basis", v.Basis), Length: 300, Optional: true},
		{Name: "day", Label: p.T("reorg.day"), Hint: p.T("reorg.day_hint"), Value: v.typed("day", v.Day)},
		{Name: "unit", Label: p.T("reorg.unit"), Hint: p.T("reorg.unit_hint"), Value: v.typed("unit", v.code), Length: 40},
	}
	for i := range list {
		list[i] = list[i].With(v.errs)
	}
	return list
}

// stepView is the form of one step.
type stepView struct {
	Event
	kind   string
	id     id.ID
	levels []org.Level
	values url.Values
	errs   ui.Errors
}

// asks are the questions that a kind of step has, in the order of the page.
var asks = map[string][]string{
	plan.Merge:    {"units", "into", "code", "name", "new_level", "short", "above", "committee", "symbol", "place"},
	plan.Split:    {"units", "below", "like", "born_from", "born_to", "position", "numbers", "code", "name", "new_level", "short", "above", "committee", "symbol", "place"},
	plan.Move:     {"units", "into"},
	plan.Rename:   {"units", "name", "short", "code", "new_level", "committee", "symbol", "place"},
	plan.Dissolve: {"units", "into"},
	plan.Abolish:  {"level"},
}

// parted says before which question a new part of the form begins.
var parted = map[string]string{"code": "reorg.part_new", "below": "reorg.part_who"}

func (v stepView) part(p ui.Page, name string) string {
	if key := parted[name]; key != "" && v.kind != plan.Rename {
		return p.T(key)
	}
	return ""
}

func (v stepView) fields(p ui.Page) []ui.Field {
	out := make([]ui.Field, 0, 16)
	for _, name := range asks[v.kind] {
		f := ui.Field{Name: name, Label: p.T("reorg.ask." + name), Value: v.values.Get(name), Optional: v.optional(name), Length: lengths[name]}
		if key := "reorg.hint." + name; words.Has(key) {
			f.Hint = p.T(key)
		}
		if key := "reorg.ask." + v.kind + "." + name; words.Has(key) {
			f.Label = p.T(key)
		}
		if name == "level" || name == "new_level" {
			f.Options = v.rungs(p, f.Optional)
		}
		out = append(out, f.With(v.errs))
	}
	return out
}

var lengths = map[string]int{"into": 40, "code": 40, "above": 40, "name": 300, "short": 300, "committee": 300, "symbol": 20, "place": 100, "like": 100, "position": 100, "born_from": 4, "born_to": 4}

func (v stepView) optional(name string) bool {
	switch name {
	case "units", "level":
		return false
	case "into":
		return v.kind == plan.Merge
	case "code", "name", "new_level":
		return v.kind != plan.Split
	}
	return true
}

func (v stepView) rungs(p ui.Page, none bool) []ui.Option {
	var out []ui.Option
	if none {
		out = append(out, ui.Option{Text: p.T("reorg.no_change")})
	}
	for _, l := range v.levels {
		if v.kind == plan.Abolish || l.Open(v.Day) {
			out = append(out, ui.Option{Value: l.Code, Text: l.In(p.Lang)})
		}
	}
	return out
}

func kindOptions(p ui.Page) []ui.Link {
	out := make([]ui.Link, len(plan.Kinds))
	for i, k := range plan.Kinds {
		out[i] = ui.Link{Text: p.T("reorg.kind." + k), Href: "?kind=" + k}
	}
	return out
}

// unit is the name of a unit as the page says it.
func (v View) unit(u id.ID) string {
	if unit, known := v.Units[u]; known {
		return unit.Name
	}
	for _, c := range v.Effect.Begins {
		if c.Unit.ID == u {
			return c.Unit.Name
		}
	}
	return u.String()
}

// there reports whether a unit has a page.
func (v View) there(u id.ID) bool {
	unit, known := v.Units[u]
	return known && (unit.From != v.Event.Day || v.Event.State == Applied || v.Event.State == Undone && unit.To != "")
}

func (v View) level(p ui.Page, code string) string {
	for _, l := range v.Levels {
		if l.Code == code {
			return l.In(p.Lang)
		}
	}
	return code
}

const namesMost = 6 // units of a step that are named one by one

func (v View) names(units []id.ID) string {
	var out []string
	for _, u := range units[:min(len(units), namesMost)] {
		out = append(out, v.unit(u))
	}
	s := strings.Join(out, "; ")
	if len(units) > namesMost {
		s += "; …"
	}
	return s
}

// sentence says a step in words.
func (v View) sentence(p ui.Page, s plan.Step) string {
	n := p.Int(int64(len(s.Units)))
	switch s.Kind {
	case plan.Merge:
		if s.New != nil {
			return p.T("reorg.say.merge_new", "n", n, "units", v.names(s.Units), "new", s.New.Name, "level", v.level(p, s.New.Level))
		}
		return p.T("reorg.say.merge", "n", n, "units", v.names(s.Units), "into", v.unit(s.Into))
	case plan.Dissolve:
		return p.T("reorg.say.dissolve", "units", v.names(s.Units), "into", v.unit(s.Into))
	case plan.Move:
		return p.T("reorg.say.move", "n", n, "units", v.names(s.Units), "into", v.unit(s.Into))
	case plan.Split:
		return p.T("reorg.say.split", "units", v.names(s.Units), "new", s.New.Name, "what", v.going(p, s))
	case plan.Rename:
		return p.T("reorg.say.rename", "units", v.names(s.Units), "new", renamed(s))
	}
	return p.T("reorg.say.abolish", "level", v.level(p, s.Level))
}

func renamed(s plan.Step) string {
	for _, n := range []string{s.New.Name, s.New.Short, s.New.Code, s.New.Committee, s.New.Symbol, s.New.Place, s.New.Level} {
		if n != "" {
			return n
		}
	}
	return ""
}

// going says who and what goes to the new unit of a split.
func (v View) going(p ui.Page, s plan.Step) string {
	var out []string
	add := func(really bool, key string, args ...any) {
		if really {
			out = append(out, p.T(key, args...))
		}
	}
	add(len(s.Below) > 0, "reorg.going.below", "n", p.Int(int64(len(s.Below))), "units", v.names(s.Below))
	add(s.Like != "", "reorg.going.like", "like", s.Like)
	add(s.Who.BornFrom != "", "reorg.going.born_from", "year", s.Who.BornFrom)
	add(s.Who.BornTo != "", "reorg.going.born_to", "year", s.Who.BornTo)
	add(s.Who.Position != "", "reorg.going.position", "position", s.Who.Position)
	add(len(s.Who.Numbers) > 0, "reorg.going.numbers", "n", p.Int(int64(len(s.Who.Numbers))))
	return strings.Join(out, ", ")
}

// wrongAt is what is wrong with a step, "" for nothing.
func (v View) wrongAt(errs ui.Errors, i int) string { return errs["step"+strconv.Itoa(i+1)] }

// signed is a difference with its sign: "+12".
func signed(p ui.Page, n int64) string {
	if n > 0 {
		return "+" + p.Int(n)
	}
	return p.Int(n)
}

func moment(ms int64) string { return text.DateTime(ms, clock.Zone) }

// calm is how many rows a list may have and still stand open.
const calm = 15

// folding is how many rows the steps count as: those of a draft stand open.
func (v View) folding() int {
	if v.Event.State == Draft || v.wrong != nil {
		return 0
	}
	return len(v.Event.Steps)
}

// shown is how many rows of a long list the page has; the API has all.
const shown = 200

func first[T any](list []T) []T { return list[:min(len(list), shown)] }

// edits are the facts of a unit that change.
func edits(p ui.Page, v View, e plan.Edit) (out []ui.Part) {
	for _, f := range []struct{ key, old, new string }{
		{"org.name", e.Old.Name, e.New.Name}, {"org.short", e.Old.Short, e.New.Short}, {"org.code", e.Old.Code, e.New.Code},
		{"org.level", v.level(p, e.Old.Level), v.level(p, e.New.Level)}, {"org.committee", e.Old.Committee, e.New.Committee},
		{"org.symbol", e.Old.Symbol, e.New.Symbol}, {"org.place", e.Old.Place, e.New.Place},
	} {
		if f.old != f.new && (f.key != "org.short" || f.new != e.New.Name) {
			out = append(out, ui.Part{Text: p.T(f.key) + ": " + f.old, Value: f.new})
		}
	}
	return out
}

// group is a number of units that move from one unit to another.
type group struct {
	from, to id.ID
	units    []id.ID
}

func grouped(moves []plan.Shift) (out []group) {
	at := map[[2]id.ID]int{}
	for _, m := range moves {
		k := [2]id.ID{m.From, m.To}
		i, known := at[k]
		if !known {
			i = len(out)
			at[k], out = i, append(out, group{from: m.From, to: m.To})
		}
		out[i].units = append(out[i].units, m.Unit)
	}
	return out
}
