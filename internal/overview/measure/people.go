package measure

import (
	"slices"
	"strings"
)

// share is how much of a campaign's tree a figure is counted in. Of a small part each person is
// looked up; of most of a tree the people of several conditions are read side by side in the
// order of their numbers, which touches every row once and looks up none.
type share int

const (
	little share = iota
	most         // at least a quarter
	whole
)

// shareOf is that of a unit, with so many below it, in a tree of so many.
func shareOf(depth, units, all int64) share {
	switch {
	case depth == 0:
		return whole
	case units*4 >= all:
		return most
	}
	return little
}

// within keeps a count to the part. The sum keeps people in the order of their numbers: there is an
// order by place as well.
func (s share) within(lo string) string {
	switch s {
	case whole:
		return ""
	case most:
		return ` and ` + lo + ` + 0 between :lo and :hi`
	}
	return ` and ` + lo + ` between :lo and :hi`
}

// set is a condition on people as a query of their numbers, which come in order; out is nobody of them.
type set struct {
	query string
	out   bool
}

// Who studied a document, and whose absence from a meeting on it was noted.
const (
	study  = `select st.person from attendance_studied st where st.campaign = :campaign and st.document = :document and st.person > :after and st.person <= :upto`
	absent = `select a.person from attendance_absence a where a.campaign = :campaign and a.person > :after and a.person <= :upto
		and exists (select 1 from meeting_document md where md.meeting = a.meeting and md.document = :document)`
	formed = `select st.person from attendance_studied st cross join attendance_record ar
		where ar.id = st.record and st.campaign = :campaign and st.document = :document and st.person > :after and st.person <= :upto and `
)

// sets say the same as the filters of these keys.
var sets = map[string]set{
	studied.Key: {study, false}, missed.Key: {study, true},
	noted.Key: {absent, false}, unnoted.Key: {absent, true},
	excused.Key: {absent + ` and a.reason <> ''`, false}, unexcused.Key: {absent + ` and a.reason <> ''`, true},
}

// people counts the participants of a part whom all filters take.
func (d Def) people(part share) string {
	if part == little {
		return `select count(*) from campaign_roster p` + d.joins() + ` where p.campaign = :campaign` + part.within("p.lo") + ` and ` + d.Where(":document")
	}
	roster := `select p.person from campaign_roster p where p.campaign = :campaign and p.person > :after and p.person <= :upto` + part.within("p.lo")
	var in, out, record []string
	for _, f := range d.Filters {
		s, is := sets[f.Key]
		switch {
		case strings.Contains(f.SQL, "ar."):
			record = append(record, f.SQL)
		case !is:
			roster += ` and ` + f.SQL
		case s.out:
			out = append(out, ` except `+s.query)
		default:
			in = append(in, ` intersect `+s.query)
		}
	}
	if len(record) > 0 { // whoever has a record that counts has studied
		in = slices.DeleteFunc(in, func(q string) bool { return q == ` intersect `+study })
		in = append(in, ` intersect `+formed+strings.Join(record, ` and `))
	}
	// Intersections first: one engine reads from left to right, the other takes them first.
	return `select count(*) from (` + roster + strings.Join(append(in, out...), "") + ` order by 1) p`
}

// joins are what the filters of a figure of people look at.
func (d Def) joins() string {
	where, how := d.Where(":document"), ` join `
	if strings.Contains(where, missed.SQL) {
		how = ` left join `
	}
	out := ""
	if strings.Contains(where, "st.") || strings.Contains(where, "ar.") {
		out = how + `attendance_studied st on st.campaign = p.campaign and st.document = :document and st.person = p.person`
	}
	if strings.Contains(where, "ar.") {
		out += how + `attendance_record ar on ar.id = st.record`
	}
	return out
}

// without is a figure of people less another that asks the same and one thing more of the
// roster: those of whom that does not hold. False when the two are not such.
func (d Def) without(less Def) (Def, bool) {
	var more []Filter
	same := 0
	for _, f := range less.Filters {
		if d.asks(f.Key) {
			same++
		} else {
			more = append(more, f)
		}
	}
	if !d.People() || !less.People() || same != len(d.Filters) || len(more) != 1 || !strings.HasPrefix(more[0].SQL, "p.") {
		return d, false
	}
	d.Filters = append(d.Filters[:same:same], Filter{"not_" + more[0].Key, `not (` + more[0].SQL + `)`})
	return d, true
}

// Behind is the figure whose people stand behind another: behind a rate those who are above the line,
// less those who are taken off it.
func Behind(code string) (Def, bool) {
	d, known := Of(code)
	if !known || !d.Rate() {
		return d, known
	}
	above, known := Of(d.Numerator)
	if less, has := Of(d.Less); has {
		above, known = above.without(less)
	}
	return above, known
}

func (d Def) asks(key string) bool {
	for _, f := range d.Filters {
		if f.Key == key {
			return true
		}
	}
	return false
}
