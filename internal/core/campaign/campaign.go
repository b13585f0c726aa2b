package campaign

import (
	"slices"
	"time"

	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Campaign is a round of study. Days are civil dates.
type Campaign struct {
	ID        id.ID      `json:"id"`
	Unit      id.ID      `json:"unit" doc:"owner"`
	UnitName  string     `json:"unit_name"`
	Title     string     `json:"title"`
	Summary   string     `json:"summary"`
	State     string     `json:"state" enum:"draft,opening,open,closed" doc:"opening: tree and roster are being frozen"`
	StartsOn  string     `json:"starts_on" doc:"tree and roster are those of this day"`
	Rounding  string     `json:"rounding" enum:"half_up,truncate"`
	Sample    bool       `json:"sample" doc:"figures are invented"`
	OpenedAt  int64      `json:"opened_at" doc:"Unix milliseconds UTC"`
	Documents []id.ID    `json:"documents"`
	Audiences []Audience `json:"audiences"`
	Dues      []Due      `json:"dues" doc:"the owner's deadlines"`
}

// Audience is a group that is taught apart. A participant belongs to the first whose filter fits.
type Audience struct {
	ID        id.ID          `json:"id"`
	Name      string         `json:"name" minLength:"1" maxLength:"200"`
	Filter    string         `json:"filter" enum:"key_cadre,member,civil,mass,query" doc:"one of the usual four, or a query of one's own"`
	Query     audience.Query `json:"query,omitzero" doc:"of filter query; a saved audience is copied in"`
	Sentence  string         `json:"sentence,omitempty" doc:"the query read back as the campaign opened"`
	Counted   string         `json:"counted" enum:"person,headcount" doc:"headcount gives lượt, never persons"`
	MinRate   int64          `json:"min_rate" minimum:"0" maximum:"10000" doc:"required rate in hundredths of a percent; 0 none"`
	NeedEssay bool           `json:"need_essay"`
}

// Filters in the order in which they are tried.
var Filters = []string{"key_cadre", "member", "civil", "mass", "query"}

// Asks is the question behind the audience.
func (a Audience) Asks() audience.Query {
	switch a.Filter {
	case "key_cadre":
		return audience.Query{KeyCadre: true}
	case "member":
		return audience.Query{Kinds: []string{"official", "probationary"}}
	case "civil":
		return audience.Query{Kinds: []string{"civil"}}
	case "mass":
		return audience.Query{Groups: []string{"union", "association", "mass"}}
	}
	return a.Query
}

// stored is the query as the table has it; the usual four need none.
func (a Audience) stored() string {
	if a.Filter != "query" {
		return ""
	}
	return a.Query.String()
}

// editable refuses what was given as an order.
func (c Campaign) editable() error {
	switch c.State {
	case "draft":
		return nil
	case "opening":
		return fault.New(fault.Conflict, "campaign.is_opening")
	}
	return fault.New(fault.Conflict, "campaign.is_open")
}

// shown reports whether units below see it.
func (c Campaign) shown() bool { return c.State == "open" || c.State == "closed" }

// Due is a deadline that Unit sets for one level of its subtree. "Before 20/7" is not
// inclusive: it ends with 19/7.
type Due struct {
	Unit      id.ID  `json:"unit"`
	Level     string `json:"level"`
	On        string `json:"on"`
	Inclusive bool   `json:"inclusive"`
}

// Last is the last day on which it is kept.
func (d Due) Last() string {
	if d.Inclusive {
		return d.On
	}
	return clock.AddDays(d.On, -1)
}

// End is the first instant that is too late; the zero time for no deadline.
func (d Due) End() time.Time {
	if d.On == "" {
		return time.Time{}
	}
	return clock.Start(clock.AddDays(d.Last(), 1))
}

// Effective is the tightest deadline for a level along the chain of units from the owner
// down; false when none was set.
func Effective(dues []Due, chain []id.ID, level string) (best Due, ok bool) {
	for _, d := range dues {
		if d.Level == level && slices.Contains(chain, d.Unit) && (!ok || d.Last() < best.Last()) {
			best, ok = d, true
		}
	}
	return best, ok
}

// Tighten decides whether wish may stand under the deadline given from above. A deadline
// is never loosened; the refusal names the last day allowed.
func Tighten(given Due, has bool, wish Due, starts string) error {
	switch {
	case wish.On == "":
		return fault.At("due_"+wish.Level, "web.required")
	case !has:
		return fault.At("due_"+wish.Level, "campaign.level_without_deadline")
	case wish.Last() > given.Last():
		return fault.At("due_"+wish.Level, "campaign.looser", "latest", text.Date(given.Last()))
	case wish.Last() < starts:
		return fault.At("due_"+wish.Level, "campaign.before_start")
	}
	return nil
}

// Check refuses what cannot be a campaign.
func (c Campaign) Check() error {
	var errs []error
	bad := func(wrong bool, field, key string) {
		if wrong {
			errs = append(errs, fault.At(field, key))
		}
	}
	persons := slices.ContainsFunc(c.Audiences, func(a Audience) bool { return a.Counted == "person" })
	bad(c.Title == "", "title", "web.required")
	bad(c.StartsOn == "", "starts_on", "web.required")
	bad(c.Rounding != "half_up" && c.Rounding != "truncate", "rounding", "web.choose")
	bad(len(c.Documents) == 0, "documents", "campaign.no_document")
	bad(!persons, "audiences", "campaign.no_audience")
	bad(len(c.Dues) == 0, "dues", "campaign.no_deadline")
	for _, a := range c.Audiences {
		bad(a.Name == "" || !slices.Contains(Filters, a.Filter), "audiences", "campaign.bad_audience")
		bad(a.Asks().ByHead() != (a.Counted == "headcount"), "audiences", "campaign.mass_by_head")
		bad(a.Filter == "query" && (a.Query.Empty() || a.Query.Check() != nil), "audiences", "campaign.bad_query")
	}
	seen := map[string]bool{}
	for _, d := range c.Dues {
		bad(seen[d.Level], "due_"+d.Level, "campaign.level_twice")
		bad(d.On == "" || d.Last() < c.StartsOn, "due_"+d.Level, "campaign.before_start")
		seen[d.Level] = true
	}
	return fault.All(errs...)
}

// Usual are the audiences that most campaigns have (R020–R026), ready to be changed.
func Usual(name func(key string) string) []Audience {
	return []Audience{
		{Name: name("campaign.usual.key_cadre"), Filter: "key_cadre", Counted: "person", MinRate: 9500, NeedEssay: true},
		{Name: name("campaign.usual.member"), Filter: "member", Counted: "person", MinRate: 9000, NeedEssay: true},
		{Name: name("campaign.usual.civil"), Filter: "civil", Counted: "person"},
		{Name: name("campaign.usual.mass"), Filter: "mass", Counted: "headcount"},
	}
}

// UsualDues proposes deadlines for the two highest levels below the owner, as the order of
// 2018 gave them (R017): before the 24th and before the 29th day after the start.
func UsualDues(levels []LevelCount, starts string) (out []Due) {
	days, i := []int{24, 29}, -1
	for n, l := range levels {
		if n == 0 || l.Rank > levels[n-1].Rank {
			i++
		}
		if i < len(days) && starts != "" {
			out = append(out, Due{Level: l.Level, On: clock.AddDays(starts, days[i])})
		}
	}
	return out
}

// Unit is a unit of the frozen tree; its subtree is Lo..Hi in display order.
type Unit struct {
	Unit          id.ID  `json:"unit"`
	Parent        id.ID  `json:"parent"`
	Lo            int64  `json:"-"`
	Hi            int64  `json:"-"`
	Depth         int64  `json:"depth"`
	Level         string `json:"level"`
	Name          string `json:"name"`
	Short         string `json:"short"`
	Members       int64  `json:"members" doc:"whose study home is exactly this unit"`
	Exempt        int64  `json:"exempt"`
	Civil         int64  `json:"civil"`
	SelfOrganised bool   `json:"self_organised"`
	Joins         id.ID  `json:"joins" doc:"unit whose meetings it joins when it does not organise itself"`
}
