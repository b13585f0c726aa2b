package measure

import (
	"slices"
	"strings"
)

// Def is one version of what a figure means. SQL names its places :campaign, :lo, :hi (the
// subtree) and :document.
type Def struct {
	Code    string   `json:"code" doc:"name of the figure, as in reports"`
	Version int64    `json:"version" doc:"a change of meaning is a new version; what was sent keeps its own"`
	Since   string   `json:"since" doc:"civil day from which the version holds"`
	Column  int      `json:"column" doc:"of the appendix"`
	Counted string   `json:"counted" doc:"what one of it is: person, head (lượt), meeting, …"`
	From    string   `json:"from" enum:"roster,meeting,talk,speech,headcount,essay,plan,ratio,declared"`
	Sum     string   `json:"sum" doc:"column that is added up, where each row is not one"`
	Filters []Filter `json:"filters" doc:"all hold"`
	Over    bool     `json:"over" doc:"stands once for each document"`

	Numerator   string `json:"numerator" doc:"of a rate: code of the figure above the line"`
	Less        string `json:"less" doc:"of a rate: what is taken off the numerator"`
	Denominator string `json:"denominator" doc:"of a rate: code of the figure below the line"`
}

// Filter is one condition, in words (measure.filter.<key>) and as it is asked.
type Filter struct {
	Key string `json:"key"`
	SQL string `json:"sql"`
}

// Places of what figures are counted in. p is a participant of the frozen roster, st that he
// or she studied, ar the record that counts for it; m is a meeting, i a talk, h a headcount.
var (
	member    = Filter{"member", `p.kind = 'member'`}
	civil     = Filter{"civil", `p.kind = 'civil'`}
	exempt    = Filter{"exempt", `p.exempt`}
	notExempt = Filter{"not_exempt", `not p.exempt`}
	studied   = Filter{"studied", `st.person is not null`}
	missed    = Filter{"missed", `st.person is null`}
	noted     = Filter{"noted", absence + `)`}
	unnoted   = Filter{"unnoted", `not ` + absence + `)`}
	excused   = Filter{"excused", absence + ` and a.reason <> '')`}
	unexcused = Filter{"unexcused", `not ` + absence + ` and a.reason <> '')`}

	held     = Filter{"held", `m.state = 'held' and m.mode <> 'self_study'`}
	plain    = Filter{"plain", `m.kind not in ('in_depth', 'thematic')`}
	thematic = Filter{"thematic", `m.kind in ('in_depth', 'thematic')`}
	cadre    = Filter{"for_cadre", `g.filter = 'key_cadre'`}
	everyone = Filter{"for_members", `(g.filter is null or g.filter = 'member')`}
	masses   = Filter{"for_mass", `g.filter in ('civil', 'mass')`}
	spoken   = Filter{"spoken", `i.kind = 'talk' and i.speaker <> ''`}
	central  = Filter{"central", Central}
	province = Filter{"province", Province}
	local    = Filter{"local", `not ` + Central + ` and not ` + Province}

	byHead = Filter{"by_head", `h.who = 'mass'`}
	stands = Filter{"stands", `h.void_at is null`}

	direct = Filter{"direct", `k.parent = :unit`}
	owes   = Filter{"owes", `exists (select 1 from campaign_due d join campaign_unit o on o.campaign = d.campaign and o.unit = d.unit
			where d.campaign = :campaign and d.level = k.level and o.lo <= :lo and o.hi >= :hi)`}
	issued = Filter{"issued", `pl.state = 'sent'`}
)

const absence = `exists (select 1 from attendance_absence a join meeting_document md on md.meeting = a.meeting and md.document = :document where a.person = p.person and a.campaign = p.campaign`

// Central and Province tell by the word for a speaker's level whom a talk i is counted with.
const (
	Central  = `substr(i.speaker_level, 1, 10) in ('Trung ương', 'trung ương', 'TRUNG ƯƠNG')`
	Province = `(substr(i.speaker_level, 1, 4) in ('Tỉnh', 'tỉnh', 'TỈNH') or substr(i.speaker_level, 1, 9) in ('Thành phố', 'thành phố', 'THÀNH PHỐ'))`
)

func people(code string, column int, filters ...Filter) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: column, Counted: "person", From: "roster", Filters: filters, Over: true}
}

func form(code string) Def {
	return people("form_"+code, 6, member, studied, Filter{"form_" + code, `ar.form = '` + code + `'`})
}

func meeting(code string, filters ...Filter) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: 2, Counted: "meeting", From: "meeting", Filters: append([]Filter{held}, filters...), Over: true}
}

func talk(code string, filters ...Filter) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: 12, Counted: "head", From: "talk", Filters: append([]Filter{held, spoken}, filters...), Over: true}
}

func written(code, sum string) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: 11, Counted: "person", From: "essay", Sum: sum}
}

func ratio(code string, column int, num, less, den string) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: column, Counted: "percent", From: "ratio", Numerator: num, Less: less, Denominator: den, Over: true}
}

func stated(code string, column int, counted string) Def {
	return Def{Code: code, Version: 1, Since: "2026-01-01", Column: column, Counted: counted, From: "declared"}
}

// Defs are all versions of all figures, in the order of the appendix, of one figure the
// newest last. A line is never changed once a report was sent with it: a test holds the print
// of each.
var Defs = []Def{
	meeting("meetings"),
	meeting("meetings_key_cadre", plain, cadre), meeting("meetings_member", plain, everyone), meeting("meetings_mass", plain, masses), meeting("meetings_thematic", thematic),
	stated("sites_total", 2, "site"), stated("sites_main", 2, "site"), stated("sites_grassroots", 2, "site"), stated("sites_cell", 2, "site"),
	people("members", 3, member),
	people("exempt", 4, member, exempt), people("exempt_came", 4, member, exempt, studied),
	people("obliged", 5, member, notExempt),
	people("studied", 6, member, studied),
	form("in_person"), form("online"), form("relay"), form("self_study"), form("make_up"), form("higher"),
	ratio("rate_all", 7, "studied", "", "members"), ratio("rate_obliged", 7, "studied", "exempt_came", "obliged"),
	people("absent", 8, member, notExempt, missed),
	people("absent_excused", 8, member, notExempt, missed, noted, excused), people("absent_unexcused", 8, member, notExempt, missed, noted, unexcused),
	people("absent_unknown", 8, member, notExempt, missed, unnoted),
	people("civil", 9, civil), people("civil_studied", 9, civil, studied), ratio("rate_civil", 9, "civil_studied", "", "civil"),
	{Code: "mass_heads", Version: 1, Since: "2026-01-01", Column: 10, Counted: "head", From: "headcount", Sum: "h.amount", Filters: []Filter{byHead, stands}, Over: true},
	written("essays_due", "y.must"), written("essays_handed", "y.handed + y.came"), written("essays_passed", "y.passed"), written("essays_failed", "y.failed"),
	written("essays_unmarked", "y.handed + y.came - y.passed - y.failed"), written("essays_alike", "y.leads"),
	talk("speakers"), talk("speakers_central", central), talk("speakers_province", province), talk("speakers_local", local),
	stated("opinion_meetings", 13, "meeting"),
	{Code: "opinions", Version: 1, Since: "2026-01-01", Column: 13, Counted: "opinion", From: "speech", Sum: "m.speeches", Filters: []Filter{held}},
	{Code: "plans_issued", Version: 1, Since: "2026-01-01", Column: 14, Counted: "unit", From: "plan", Filters: []Filter{direct, owes, issued}},
	{Code: "plans_due", Version: 1, Since: "2026-01-01", Column: 14, Counted: "unit", From: "plan", Filters: []Filter{direct, owes}},
	stated("programmes", 14, "paper"), stated("papers_other", 14, "paper"),
	stated("outreach_broadcasts", 15, "broadcast"), stated("outreach_hours", 15, "hour"), stated("outreach_articles", 15, "article"), stated("outreach_panels", 15, "panel"),
	stated("outreach_reach", 15, "head"),
}

// Of is the version in force of a figure; false for an unknown code.
func Of(code string) (Def, bool) {
	for _, d := range slices.Backward(Defs) {
		if d.Code == code {
			return d, true
		}
	}
	return Def{}, false
}

// At is one version of a figure; false when there never was one.
func At(code string, version int64) (Def, bool) {
	i := slices.IndexFunc(Defs, func(d Def) bool { return d.Code == code && d.Version == version })
	if i < 0 {
		return Def{}, false
	}
	return Defs[i], true
}

// VersionOf is the version in force of a figure; 0 for an unknown code.
func VersionOf(code string) int64 {
	d, _ := Of(code)
	return d.Version
}

// Current are the definitions in force, in the order of the appendix.
func Current() (out []Def) {
	for _, d := range Defs {
		if now, _ := Of(d.Code); now.Version == d.Version {
			out = append(out, d)
		}
	}
	return out
}

// Declared reports whether there are no records behind the figure.
func (d Def) Declared() bool { return d.From == "declared" }

// Rate reports whether the figure is a percentage.
func (d Def) Rate() bool { return d.From == "ratio" }

// People reports whether names stand behind the figure.
func (d Def) People() bool { return d.From == "roster" }

// Where is the condition of the filters, with a place of the caller's for the document: "$2".
func (d Def) Where(document string) string {
	var all []string
	for _, f := range d.Filters {
		all = append(all, f.SQL)
	}
	return strings.ReplaceAll(strings.Join(all, ` and `), ":document", document)
}

// Meaning is everything that makes the figure what it is, as one text.
func (d Def) Meaning() string {
	return strings.Join([]string{d.Code, d.Counted, d.From, d.Sum, d.Where(":document"), d.Numerator, d.Less, d.Denominator}, "\n")
}
