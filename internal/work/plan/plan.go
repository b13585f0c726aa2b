package plan

import (
	"slices"
	"strings"
	"unicode"

	"quantriet/internal/core/campaign"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Codes are the sections of a plan in the order of the paper (R008); the first, what the
// plan is based on (R016), stands before them without a heading. Their words are
// "plan.section." + code.
var Codes = []string{"basis", "purpose", "content", "outreach", "programme", "assurance", "organisation"}

// Modes in which a class is held. Their words are "plan.mode." + code.
var Modes = meeting.Modes

// Plan is what a unit undertakes in a campaign. Days are civil dates.
type Plan struct {
	ID          id.ID             `json:"id"`
	Campaign    id.ID             `json:"campaign"`
	Unit        id.ID             `json:"unit"`
	State       string            `json:"state" enum:",draft,sent" doc:"empty: not saved yet, filled in as a proposal"`
	Number      string            `json:"number" example:"12-KH/HU"`
	IssuedOn    string            `json:"issued_on"`
	Abstract    string            `json:"abstract" doc:"under the word KẾ HOẠCH"`
	Authority   string            `json:"authority" example:"T/M BAN THƯỜNG VỤ"`
	Position    string            `json:"position" example:"BÍ THƯ"`
	Signer      string            `json:"signer"`
	Recipients  string            `json:"recipients" doc:"one a line"`
	Sections    map[string]string `json:"sections" doc:"text by code: basis, purpose, content, outreach, programme, assurance, organisation"`
	Lines       []Line            `json:"lines"`
	Assignments []Assignment      `json:"assignments"`
	SentAt      int64             `json:"sent_at" doc:"Unix milliseconds UTC, 0 while not sent"`
	ChangedAt   int64             `json:"changed_at" doc:"Unix milliseconds UTC; send it back to prove that nobody wrote meanwhile"`
	Document    id.ID             `json:"document" doc:"under which the register keeps it once it was sent"`
}

// Line is one class or conference for an audience (R002).
type Line struct {
	Audience id.ID  `json:"audience"`
	Level    string `json:"level" doc:"at which the audience is taught"`
	Mode     string `json:"mode" enum:"in_person,online,hybrid,relay,self_study"`
	HeldOn   string `json:"held_on,omitempty"`
	DueOn    string `json:"due_on,omitempty" doc:"last day, included"`
	Place    string `json:"place,omitempty" maxLength:"300"`
	Speaker  string `json:"speaker,omitempty" maxLength:"300"`
}

// Assignment is what a named person answers for (R004, R015).
type Assignment struct {
	Name     string `json:"name,omitempty" maxLength:"300"`
	Position string `json:"position,omitempty" maxLength:"300"`
	Work     string `json:"work,omitempty" maxLength:"600"`
	DueOn    string `json:"due_on,omitempty" doc:"last day, included"`
}

// Level is a rung of the tree in the reader's language.
type Level struct {
	Code string
	Name string
	Rank int
}

// Ground is what a plan is held against.
type Ground struct {
	Starts, Today string // civil dates: the campaign's first day, today
	Own           string // level of the unit
	Audiences     []campaign.Audience
	Levels        []Level
	Below         []string       // levels that exist at or below the unit, from the top
	Dues          []campaign.Due // in force for the unit's subtree
	Above         []Line         // of the nearest plan sent above
}

func (g Ground) rank(level string) int {
	for _, l := range g.Levels {
		if l.Code == level {
			return l.Rank
		}
	}
	return 0
}

// Last is the last day on which an audience may be taught at a level: the deadline of that
// level or of the nearest one above it, and no later than the plan above says. "" for none.
func (g Ground) Last(audience id.ID, level string) (day string) {
	nearest := -1
	for _, d := range g.Dues {
		if r := g.rank(d.Level); d.Level == level || r <= g.rank(level) && r > nearest {
			day, nearest = d.Last(), r
			if d.Level == level {
				break
			}
		}
	}
	for _, l := range g.Above {
		if l.Audience == audience && l.Level == level && l.DueOn != "" && (day == "" || l.DueOn < day) {
			day = l.DueOn
		}
	}
	return day
}

// end is the last day of everything at or below the unit; "" when nothing binds it.
func (g Ground) end() (day string) {
	for _, level := range g.Below {
		day = max(day, g.Last(0, level))
	}
	return day
}

// Finding is one thing a plan lacks. A hint does not keep it from being sent.
type Finding struct {
	Place string `json:"place" doc:"number, section_purpose, lines, line_0, assignments, assignment_0 …"`
	Key   string `json:"key"`
	Text  string `json:"text"`
	Hint  bool   `json:"hint" doc:"advice only"`
	Args  []any  `json:"-"`
}

// least is how many letters make a section.
const least = 30

// findings are collected in the order of the page.
type findings []Finding

func (all *findings) must(wrong bool, place, key string, args ...any) {
	if wrong {
		*all = append(*all, Finding{Place: place, Key: key, Args: args})
	}
}

func (all *findings) hint(wrong bool, place, key string, args ...any) {
	if wrong {
		*all = append(*all, Finding{Place: place, Key: key, Args: args, Hint: true})
	}
}

// Check holds a plan against the rules, the campaign and the plan above: every section
// written (R008), every audience counted by person covered (R002), nothing later than
// ordered (R017), at least two named persons responsible (R015). Without number and day it
// may be sent, but the register does not take it.
func Check(p Plan, g Ground) []Finding {
	var out findings
	out.hint(p.Number == "", "number", "plan.find.number")
	out.hint(p.IssuedOn == "", "issued_on", "plan.find.issued_on")
	out.must(p.IssuedOn > g.Today, "issued_on", "plan.find.future")
	out.must(p.Abstract == "", "abstract", "plan.find.abstract")
	for _, code := range Codes {
		out.must(letters(p.Sections[code]) < least, "section_"+code, "plan.find.section."+code)
	}
	for _, a := range g.Audiences {
		covers := func(l Line) bool { return l.Audience == a.ID }
		out.must(a.Counted == "person" && !slices.ContainsFunc(p.Lines, covers), "lines", "plan.find.audience", "audience", a.Name)
	}
	for i, l := range p.Lines {
		out.line(i, l, g)
	}
	out.assignments(p.Assignments, g)
	out.hint(p.Signer == "", "signer", "plan.find.signer")
	return out
}

func (all *findings) line(i int, l Line, g Ground) {
	at, n := numbered("line", i, ""), i+1
	ends, last := max(l.HeldOn, l.DueOn), g.Last(l.Audience, l.Level)
	all.must(ends == "", at, "plan.find.no_day", "n", n)
	all.must(l.HeldOn != "" && l.HeldOn < g.Starts, at, "plan.find.before_start", "n", n, "day", text.Date(g.Starts))
	all.must(l.DueOn != "" && l.HeldOn > l.DueOn, at, "plan.find.held_late", "n", n)
	all.must(last != "" && ends > last, at, "plan.find.looser", "n", n, "latest", date(last))
	all.hint(l.Place == "" && l.Mode != "online" && l.Mode != "self_study", at, "plan.find.no_place", "n", n)
	all.hint(l.Speaker == "" && l.Mode != "self_study", at, "plan.find.no_speaker", "n", n)
}

func (all *findings) assignments(assignments []Assignment, g Ground) {
	named, led, end := map[string]bool{}, false, g.end()
	for i, d := range assignments {
		at, n := numbered("assignment", i, ""), i+1
		all.must(d.Name == "", at, "plan.find.unnamed", "n", n)
		all.must(d.Work == "", at, "plan.find.no_assignment", "n", n)
		all.must(end != "" && d.DueOn > end, at, "plan.find.assignment_looser", "n", n, "latest", date(end))
		if d.Name != "" {
			named[text.Fold(d.Name)] = true
			led = led || leads(d.Position)
		}
	}
	all.must(len(named) < 2, "assignments", "plan.find.persons", "n", len(named))
	all.hint(len(named) > 0 && !led, "assignments", "plan.find.head")
}

// blocking are the findings that keep a plan from being sent.
func blocking(all []Finding) (out []Finding) {
	for _, f := range all {
		if !f.Hint {
			out = append(out, f)
		}
	}
	return out
}

// heads are the words by which a position says that its holder heads something (R013).
var heads = []string{"bí thư", "trưởng", "giám đốc", "chủ tịch", "chủ nhiệm", "đứng đầu"}

// leads reports whether a position is that of a secretary or the head of a unit. A deputy
// may head something else: "Phó Bí thư, Chủ tịch UBND".
func leads(position string) bool {
	for _, part := range strings.FieldsFunc(strings.ToLower(position), func(r rune) bool { return strings.ContainsRune(",;-–/", r) }) {
		part = strings.TrimSpace(part)
		if !strings.HasPrefix(part, "phó") && slices.ContainsFunc(heads, func(h string) bool { return strings.Contains(part, h) }) {
			return true
		}
	}
	return false
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// date is a civil day as it is read, "" for none.
func date(day string) string {
	if day == "" {
		return ""
	}
	return text.Date(day)
}
