package audience

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Query says who is meant. A part that is empty asks for nothing; all parts that ask must
// hold, and within a list one is enough.
type Query struct {
	Units     []id.ID  `json:"units,omitempty" maxItems:"300" doc:"the study home is at or below one of them"`
	Only      bool     `json:"only,omitempty" doc:"exactly these units, nothing below"`
	Sitting   bool     `json:"sitting,omitempty" doc:"also who belongs to units that sit in the area of those, in another line"`
	Levels    []string `json:"levels,omitempty" maxItems:"20" doc:"level of the study home"`
	Kinds     []string `json:"kinds,omitempty" enum:"official,probationary,civil,mass" maxItems:"4"`
	KeyCadre  bool     `json:"key_cadre,omitempty"`
	Positions []string `json:"positions,omitempty" maxItems:"20" doc:"words that stand together in the position; marks and case do not matter"`
	Sex       string   `json:"sex,omitempty" enum:",m,f"`
	AgeFrom   int64    `json:"age_from,omitempty" minimum:"0" maximum:"130" doc:"full years; 0 asks for nothing, as in the next three"`
	AgeTo     int64    `json:"age_to,omitempty" minimum:"0" maximum:"130"`
	PartyFrom int64    `json:"party_from,omitempty" minimum:"0" maximum:"130" doc:"full years in the Party"`
	PartyTo   int64    `json:"party_to,omitempty" minimum:"0" maximum:"130"`
	Relief    string   `json:"relief,omitempty" enum:",exempt,reduced,none" doc:"exempt from meetings, reduced, or neither"`
	Groups    []string `json:"groups,omitempty" maxItems:"9" doc:"outside the rosters, counted by head; then nothing else is asked"`
}

// What the lists may hold, in the order they are shown. Kinds are those of person.
var (
	Kinds   = []string{"official", "probationary", "civil", "mass"}
	Reliefs = []string{"exempt", "reduced", "none"}
	Groups  = []string{"union", "association", "mass", "core_mass", "worker", "notable", "business", "religious", "ethnic"}
)

const (
	mostUnits = 300
	mostPosts = 20
	longest   = 100 // letters of a position
	oldest    = 130
)

// ByHead reports whether the query names people outside the rosters, who are counted by head.
func (q Query) ByHead() bool { return len(q.Groups) > 0 }

// Empty reports whether nothing is asked.
func (q Query) Empty() bool { return q.String() == "{}" }

// String is the form that is stored.
func (q Query) String() string {
	b, err := json.Marshal(q)
	if err != nil {
		panic(err) // numbers and text always can
	}
	return string(b)
}

// Parse reads what String wrote.
func Parse(s string) (q Query, err error) {
	if err := json.Unmarshal([]byte(s), &q); err != nil {
		return q, fmt.Errorf("audience query: %w", err)
	}
	return q, nil
}

// Tidy brings lists into one order without doubles, so that equal questions are equal texts.
func (q Query) Tidy() Query {
	q.Units = slices.Compact(slices.Sorted(slices.Values(q.Units)))
	q.Kinds = inOrder(Kinds, q.Kinds)
	q.Groups = inOrder(Groups, q.Groups)
	q.Levels = slices.Compact(slices.Sorted(slices.Values(q.Levels)))
	var posts []string
	for _, p := range q.Positions {
		if p = strings.Join(strings.Fields(text.NFC(p)), " "); p != "" && !slices.ContainsFunc(posts, func(o string) bool { return text.Bare(o) == text.Bare(p) }) {
			posts = append(posts, p)
		}
	}
	q.Positions = posts
	q.Only = q.Only && len(q.Units) > 0
	q.Sitting = q.Sitting && !q.Only
	return q
}

// inOrder are the values in the order of all; strangers come last.
func inOrder(all, values []string) (out []string) {
	for _, v := range all {
		if slices.Contains(values, v) {
			out = append(out, v)
		}
	}
	for _, v := range values {
		if !slices.Contains(all, v) {
			out = append(out, v)
		}
	}
	return out
}

// Check refuses what is no sensible question; fields are those of the form.
func (q Query) Check() error {
	var errs []error
	bad := func(wrong bool, field, key string, args ...any) {
		if wrong {
			errs = append(errs, fault.At(field, key, args...))
		}
	}
	strange := func(all, some []string) bool {
		return slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
	}
	bad(len(q.Units) > mostUnits, "units", "audience.too_many_units", "n", mostUnits)
	bad(len(q.Levels) > mostPosts, "levels", "web.choose")
	bad(strange(Kinds, q.Kinds), "kinds", "web.choose")
	bad(strange(Groups, q.Groups), "groups", "web.choose")
	bad(q.Sex != "" && q.Sex != "m" && q.Sex != "f", "sex", "web.choose")
	bad(q.Relief != "" && !slices.Contains(Reliefs, q.Relief), "relief", "web.choose")
	bad(len(q.Positions) > mostPosts, "positions", "audience.too_many_posts", "n", mostPosts)
	for _, p := range q.Positions {
		clean, ok := text.Clean(p)
		bad(!ok || clean != p || text.Bare(p) == "" || utf8.RuneCountInString(p) > longest, "positions", "audience.bad_post", "n", longest)
	}
	years := func(from, to int64, field string) {
		bad(from < 0 || from > oldest || to < 0 || to > oldest, field+"_from", "audience.bad_years", "n", oldest)
		bad(to != 0 && from > to, field+"_to", "audience.years_crossed")
	}
	years(q.AgeFrom, q.AgeTo, "age")
	years(q.PartyFrom, q.PartyTo, "party")
	alone := Query{Groups: q.Groups}
	bad(q.ByHead() && q.String() != alone.String(), "groups", "audience.groups_alone")
	return fault.All(errs...)
}

// Row is what the pure rule looks at: somebody on a civil day.
type Row struct {
	Path            []id.ID // the study home and every unit above it, in any order
	Areas           []id.ID // those in whose area one of the path sits, and every unit above them
	Home            id.ID
	Level           string // of the study home
	Kind            string
	Position        string // bare: letters and digits, single spaces
	Sex             string
	Birth           string // civil date or the year alone; "" is not known
	Joined          string // civil date; "" is not known
	KeyCadre        bool
	Exempt, Reduced bool // on the day
}

// Has decides whether a person is meant on a civil day. Who is unknown in what is asked
// (birth, joining) is not meant.
func (q Query) Has(r Row, day string) bool {
	if q.ByHead() {
		return false
	}
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return q.place(r) && in(q.Levels, r.Level) && in(q.Kinds, r.Kind) && (!q.KeyCadre || r.KeyCadre) && (q.Sex == "" || q.Sex == r.Sex) &&
		years(day, r.Birth, q.AgeFrom, q.AgeTo) && years(day, r.Joined, q.PartyFrom, q.PartyTo) && q.post(r.Position) && q.relief(r)
}

func (q Query) place(r Row) bool {
	if len(q.Units) == 0 {
		return true
	}
	return slices.ContainsFunc(q.Units, func(u id.ID) bool {
		return u == r.Home || !q.Only && slices.Contains(r.Path, u) || q.Sitting && slices.Contains(r.Areas, u)
	})
}

func (q Query) post(position string) bool {
	return len(q.Positions) == 0 || slices.ContainsFunc(q.Positions, func(p string) bool {
		return strings.Contains(" "+position+" ", " "+text.Bare(p)+" ")
	})
}

func (q Query) relief(r Row) bool {
	switch q.Relief {
	case "exempt":
		return r.Exempt
	case "reduced":
		return r.Reduced
	case "none":
		return !r.Exempt && !r.Reduced
	}
	return true
}

// years reports whether so many full years have passed from a day to another. A year alone
// compares as the day before its first, so it counts by the year.
func years(day, from string, least, most int64) bool {
	if least == 0 && most == 0 {
		return true
	}
	return from != "" && (least == 0 || from <= ago(day, least)) && (most == 0 || from > ago(day, most+1))
}

// ago is the same day n years earlier, as text to compare with; 29 February stays.
func ago(day string, n int64) string {
	y, err := strconv.ParseInt(day[:4], 10, 64)
	if err != nil {
		y = 0
	}
	return fmt.Sprintf("%04d%s", max(0, y-n), day[4:])
}

// Columns says where a statement has what a query asks for.
type Columns struct {
	Person string                              // alias of person, "p"
	Unit   string                              // column of the study home, "p.unit"
	Level  string                              // column of its level, "u.level"
	Below  func(top id.ID, args *[]any) string // condition that the study home is at or below a unit; nil for today's tree
}

// Where compiles the query to a condition; it appends its parameters to args. Day is civil.
func (q Query) Where(c Columns, day string, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	var parts []string
	add := func(cond string) { parts = append(parts, cond) }
	if q.ByHead() {
		return "(1 = 0)"
	}
	if len(q.Units) > 0 {
		add(q.placeSQL(c, day, args))
	}
	in := func(column string, values []string) {
		if len(values) == 0 {
			return
		}
		list := make([]string, len(values))
		for i, v := range values {
			list[i] = put(v)
		}
		add(column + " in (" + strings.Join(list, ", ") + ")")
	}
	in(c.Level, q.Levels)
	in(c.Person+".kind", q.Kinds)
	if q.KeyCadre {
		add(c.Person + ".key_cadre")
	}
	if q.Sex != "" {
		add(c.Person + ".sex = " + put(q.Sex))
	}
	between := func(column string, least, most int64) {
		if least > 0 {
			add(column + " <= " + put(ago(day, least)))
		}
		if most > 0 {
			add(column + " > " + put(ago(day, most+1)))
		}
		if least > 0 || most > 0 {
			add(column + " <> ''") // null is no day either
		}
	}
	between(c.Person+".birth", q.AgeFrom, q.AgeTo)
	between(c.Person+".joined_on", q.PartyFrom, q.PartyTo)
	var posts []string
	for _, p := range q.Positions {
		posts = append(posts, "' ' || "+c.Person+".position_folded || ' ' like "+put("% "+text.Bare(p)+" %"))
	}
	if len(posts) > 0 {
		add(c.Person + ".position_folded <> '' and (" + strings.Join(posts, " or ") + ")")
	}
	if q.Relief != "" {
		add(q.reliefSQL(c.Person, put(day), put))
	}
	if len(parts) == 0 {
		return "(1 = 1)"
	}
	return "(" + strings.Join(parts, " and ") + ")"
}

func (q Query) placeSQL(c Columns, day string, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	tops := func() string {
		out := make([]string, len(q.Units))
		for i, u := range q.Units {
			out[i] = put(u)
		}
		return strings.Join(out, ", ")
	}
	var ways []string
	switch {
	case q.Only:
		return c.Unit + " in (" + tops() + ")"
	case c.Below != nil:
		for _, u := range q.Units {
			ways = append(ways, c.Below(u, args))
		}
	default:
		ways = append(ways, c.Unit+" in (select bq.unit from org_below bq where bq.top in ("+tops()+"))")
	}
	if q.Sitting {
		on := put(day)
		ways = append(ways, c.Unit+` in (select sb.unit from org_below ba join org_area ar on ar.area = ba.unit join org_below sb on sb.top = ar.unit
			where ba.top in (`+tops()+`) and ar.valid_from <= `+on+` and (ar.valid_to is null or ar.valid_to >= `+on+`))`)
	}
	return "(" + strings.Join(ways, " or ") + ")"
}

func (q Query) reliefSQL(person, day string, put func(any) string) string {
	kind := " and ex.kind = "
	not := ""
	switch q.Relief {
	case "none":
		not, kind = "not ", ""
	default:
		kind += put(q.Relief)
	}
	return not + "exists (select 1 from person_exemption ex where ex.person = " + person + ".id and ex.valid_from <= " + day +
		" and (ex.valid_to is null or ex.valid_to >= " + day + ")" + kind + ")"
}
