package recompute

import (
	"context"
	"strings"

	"quantriet/internal/kit/db"
)

// Key is a figure of a report; Document is 0 for what stands once.
type Key struct {
	Unit, Document int64
	Code           string
}

// Figures are all figures of a campaign's units, each with all units below it.
type Figures map[Key]int64

type person struct {
	unit          int64
	civil, exempt bool
}

type record struct {
	id, person, meeting, grade, at int64
	form                           string
}

// book is everything of a campaign as it lies in the tables.
type book struct {
	ctx      context.Context
	tx       db.Tx
	campaign int64
	above    map[int64]int64 // who stands directly above a unit
	people   map[int64]person
	papers   map[int64][]int64 // of a meeting
	all      []int64           // papers of the campaign
	out      Figures
}

// Count counts a campaign's figures anew.
func Count(ctx context.Context, tx db.Tx, campaign int64) (Figures, error) {
	b := &book{ctx: ctx, tx: tx, campaign: campaign, above: map[int64]int64{}, people: map[int64]person{}, papers: map[int64][]int64{}, out: Figures{}}
	for _, step := range []func() error{b.tree, b.documents, b.roster, b.studies, b.meetings, b.speakers, b.heads, b.essays, b.plans} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b.out, nil
}

// rows reads a query into places and calls each after every row.
func (b *book) rows(query string, into []any, each func()) error {
	rows, err := b.tx.QueryContext(b.ctx, query, b.campaign)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		each()
	}
	return rows.Err()
}

// add counts n at a unit and at every unit above it.
func (b *book) add(unit, document int64, code string, n int64) {
	u, known := unit, true
	for known {
		b.out[Key{u, document, code}] += n
		u, known = b.above[u]
	}
}

func (b *book) tree() error {
	var unit, parent int64
	return b.rows(`select unit, coalesce(parent, 0) from campaign_unit where campaign = $1`, []any{&unit, &parent}, func() {
		if parent != 0 {
			b.above[unit] = parent
		}
	})
}

func (b *book) documents() error {
	var meeting, document int64
	err := b.rows(`select document from campaign_document where campaign = $1`, []any{&document}, func() { b.all = append(b.all, document) })
	if err != nil {
		return err
	}
	return b.rows(`select d.meeting, d.document from meeting_document d, meeting m where m.id = d.meeting and m.campaign = $1`,
		[]any{&meeting, &document}, func() { b.papers[meeting] = append(b.papers[meeting], document) })
}

func (b *book) roster() error {
	var id int64
	var kind string
	var p person
	return b.rows(`select person, unit, kind, exempt from campaign_roster where campaign = $1`, []any{&id, &p.unit, &kind, &p.exempt}, func() {
		p.civil = kind == "civil"
		b.people[id] = p
		for _, d := range b.all {
			switch {
			case p.civil:
				b.add(p.unit, d, "civil", 1)
			case p.exempt:
				b.add(p.unit, d, "members", 1)
				b.add(p.unit, d, "exempt", 1)
			default:
				b.add(p.unit, d, "members", 1)
				b.add(p.unit, d, "obliged", 1)
			}
		}
	})
}

// studies finds for each person and paper the record that counts, and what is known of who has none.
func (b *book) studies() error {
	type seat struct{ person, document int64 }
	best := map[seat]record{}
	var r record
	err := b.rows(`select id, person, meeting, grade, at, form from attendance_record where campaign = $1 and void_at is null`,
		[]any{&r.id, &r.person, &r.meeting, &r.grade, &r.at, &r.form}, func() {
			for _, d := range b.papers[r.meeting] {
				was, there := best[seat{r.person, d}]
				if !there || r.grade < was.grade || r.grade == was.grade && (r.at < was.at || r.at == was.at && r.id < was.id) {
					best[seat{r.person, d}] = r
				}
			}
		})
	if err != nil {
		return err
	}
	noted := map[seat]string{}
	var who, meeting int64
	var reason string
	err = b.rows(`select person, meeting, reason from attendance_absence where campaign = $1`, []any{&who, &meeting, &reason}, func() {
		for _, d := range b.papers[meeting] {
			if was, there := noted[seat{who, d}]; !there || was == "" {
				noted[seat{who, d}] = reason
			}
		}
	})
	if err != nil {
		return err
	}
	for id, p := range b.people {
		for _, d := range b.all {
			came, studied := best[seat{id, d}]
			why, said := noted[seat{id, d}]
			b.one(p, d, came.form, studied, why, said)
		}
	}
	return nil
}

// one counts one person for one paper.
func (b *book) one(p person, d int64, form string, studied bool, why string, said bool) {
	switch {
	case p.civil && studied:
		b.add(p.unit, d, "civil_studied", 1)
	case p.civil:
	case studied:
		b.add(p.unit, d, "studied", 1)
		b.add(p.unit, d, "form_"+form, 1)
		if p.exempt {
			b.add(p.unit, d, "exempt_came", 1)
		}
	case p.exempt:
	default:
		b.add(p.unit, d, "absent", 1)
		switch {
		case said && why != "":
			b.add(p.unit, d, "absent_excused", 1)
		case said:
			b.add(p.unit, d, "absent_unexcused", 1)
		default:
			b.add(p.unit, d, "absent_unknown", 1)
		}
	}
}

// meetings counts those held once, at the unit that organised them.
func (b *book) meetings() error {
	var id, unit, speeches, talks int64
	var kind, filter string
	return b.rows(`select m.id, m.unit, m.kind, m.speeches, coalesce(a.filter, ''),
			(select count(*) from meeting_item i where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '')
		from meeting m left join campaign_audience a on a.id = m.audience
		where m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'`, []any{&id, &unit, &kind, &speeches, &filter, &talks}, func() {
		which := "meetings_mass"
		switch {
		case kind == "in_depth" || kind == "thematic":
			which = "meetings_thematic"
		case filter == "key_cadre":
			which = "meetings_key_cadre"
		case filter == "" || filter == "member":
			which = "meetings_member"
		}
		for _, d := range b.papers[id] {
			if filter != "query" || which == "meetings_thematic" {
				b.add(unit, d, "meetings", 1)
				b.add(unit, d, which, 1)
			}
			b.add(unit, d, "speakers", talks)
		}
		b.add(unit, 0, "opinions", speeches)
	})
}

// speakers tells talks apart by where who gave them comes from.
func (b *book) speakers() error {
	var meeting, unit int64
	var from string
	return b.rows(`select m.id, m.unit, i.speaker_level from meeting m, meeting_item i
		where i.meeting = m.id and i.kind = 'talk' and i.speaker <> '' and m.campaign = $1 and m.state = 'held' and m.mode <> 'self_study'`, []any{&meeting, &unit, &from}, func() {
		which, level := "speakers_local", strings.ToLower(from)
		switch {
		case strings.HasPrefix(level, "trung ương"):
			which = "speakers_central"
		case strings.HasPrefix(level, "tỉnh"), strings.HasPrefix(level, "thành phố"):
			which = "speakers_province"
		}
		for _, d := range b.papers[meeting] {
			b.add(unit, d, which, 1)
		}
	})
}

// plans counts the units directly below that owe a plan to whoever set the day at or above, and those that issued it.
func (b *book) plans() error {
	type due struct {
		by    int64
		level string
	}
	var dues []due
	var one due
	err := b.rows(`select unit, level from campaign_due where campaign = $1`, []any{&one.by, &one.level}, func() { dues = append(dues, one) })
	if err != nil {
		return err
	}
	sent := map[int64]bool{}
	var unit int64
	if err := b.rows(`select unit from plan where campaign = $1 and state = 'sent'`, []any{&unit}, func() { sent[unit] = true }); err != nil {
		return err
	}
	var level string
	return b.rows(`select unit, level from campaign_unit where campaign = $1`, []any{&unit, &level}, func() {
		up := b.above[unit]
		for _, d := range dues {
			if up == 0 || d.level != level || !b.below(up, d.by) {
				continue
			}
			b.out[Key{up, 0, "plans_due"}]++
			if sent[unit] {
				b.out[Key{up, 0, "plans_issued"}]++
			}
			return
		}
	})
}

func (b *book) heads() error {
	var meeting, unit, n int64
	return b.rows(`select meeting, unit, amount from attendance_headcount where campaign = $1 and who = 'mass' and void_at is null`, []any{&meeting, &unit, &n}, func() {
		for _, d := range b.papers[meeting] {
			b.add(unit, d, "mass_heads", n)
		}
	})
}

// essays counts those who have to write, and what became of what was handed in, by persons. Of a task without an
// audience every member below its unit is meant.
func (b *book) essays() error {
	type seat struct{ task, person int64 }
	tasks, invited := map[int64]int64{}, map[seat]bool{} // tasks by the unit that set them
	var task, unit, who int64
	err := b.rows(`select id, unit from essay_task where campaign = $1 and state <> 'draft' and audience is null`, []any{&task, &unit}, func() { tasks[task] = unit })
	if err != nil {
		return err
	}
	err = b.rows(`select i.task, i.person from essay_invited i, essay_task t where t.id = i.task and t.campaign = $1`, []any{&task, &who}, func() { invited[seat{task, who}] = true })
	if err != nil {
		return err
	}
	for task, set := range tasks {
		for id, p := range b.people {
			if !p.civil && !p.exempt && !invited[seat{task, id}] && b.below(p.unit, set) {
				b.add(p.unit, 0, "essays_due", 1)
			}
		}
	}
	var handed, result int64
	var alike bool
	return b.rows(`select m.person, coalesce(e.handed_at, 0), case when e.passed is null then 0 when e.passed then 1 else 2 end, e.lead
		from essay e, essay_member m where m.essay = e.id and e.campaign = $1`, []any{&who, &handed, &result, &alike}, func() {
		if handed == 0 {
			return
		}
		at := b.people[who].unit
		b.add(at, 0, "essays_handed", 1)
		b.add(at, 0, []string{"essays_unmarked", "essays_passed", "essays_failed"}[result], 1)
		if alike {
			b.add(at, 0, "essays_alike", 1)
		}
	})
}

// below reports whether a unit is top or stands somewhere below it.
func (b *book) below(unit, top int64) bool {
	for known := true; known; unit, known = b.above[unit] {
		if unit == top {
			return true
		}
	}
	return false
}
