package attendance

import (
	"context"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Behind every figure stand exactly as many names as it counts, however they are paged.
func TestNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 8, 2)
		ctx := context.Background()
		h := w.meet(t, w.east, "class", "in_person", w.docs)
		for i, code := range w.own.codes {
			if i != 2 {
				if _, err := w.scan(w.usher, h, 0, code); err != nil {
					t.Fatal(err)
				}
			}
		}
		p := w.cell.people
		_, err := w.call(w.secretary, h, Mark{Person: p[0], Present: true}, Mark{Person: p[1], Reason: "sick"}, Mark{Person: p[2]}, Mark{Person: p[3], Else: "higher", Note: "lớp của Thành ủy"},
			Mark{Person: p[4], Else: "self_study"}, Mark{Person: p[7], Present: true})
		if err != nil {
			t.Fatal(err)
		}
		for figure, want := range map[string]int64{"members": 14, "exempt": 2, "exempt_came": 2, "obliged": 12, "studied": 10, "form_in_person": 2, "form_online": 0, "form_relay": 0, "form_self_study": 1,
			"form_make_up": 0, "form_higher": 7, "grade_1": 0, "grade_2": 6, "grade_3": 3, "grade_4": 0, "grade_5": 1, "absent": 4, "absent_excused": 1, "absent_unexcused": 1, "absent_unknown": 2,
			"civil": 2, "civil_studied": 1} {
			q := Behind{Campaign: w.campaign, Unit: w.east.unit, Document: w.docs[1], Figure: figure, Page: db.Page{Limit: 3}}
			seen, total := map[string]bool{}, int64(-1)
			for {
				v, err := w.Names(ctx, w.unit, q)
				if err != nil {
					t.Fatal(err)
				}
				total = v.Total
				for _, n := range v.Rows.Items {
					seen[n.Person.String()] = true
				}
				if q.Page.After = v.Rows.Next; q.Page.After == "" {
					break
				}
			}
			if total != want || int64(len(seen)) != want {
				t.Errorf("%s: figure %d, names %d, want %d", figure, total, len(seen), want)
			}
		}
		if len(Figures) != 22 {
			t.Errorf("%d figures, and this test asks for 22", len(Figures))
		}
	})
}

// Names stay within the reader's scope; numbers do not leave the unit's.
func TestNamesScope(t *testing.T) {
	w := seed(t, dbtest.One(t), 4, 1)
	sectionOnly := w.secretary
	sectionOnly.Grants = append(sectionOnly.Grants, access.Grant{Role: access.Usher, Unit: w.east.unit, From: "2018-01-01"})
	stranger := id.New()
	for _, c := range []struct {
		name  string
		who   access.Actor
		ask   Behind
		fault fault.Kind
		total int64
		seen  int
		all   bool
	}{
		{"the district sees its own", w.unit, Behind{Unit: w.east.unit, Figure: "members"}, 0, 6, 6, true},
		{"one cell of it", w.unit, Behind{Unit: w.cell.unit, Figure: "members"}, 0, 3, 3, true},
		{"a secretary who is also an usher above sees the number and the names of the cell", sectionOnly, Behind{Unit: w.east.unit, Figure: "members"}, 0, 6, 3, false},
		{"an usher sees no names at all", w.usher, Behind{Unit: w.cell.unit, Figure: "members"}, 0, 3, 0, false},
		{"the neighbour finds nothing", w.other, Behind{Unit: w.east.unit, Figure: "members"}, fault.Missing, 0, 0, false},
		{"nobody finds an unknown figure", w.officer, Behind{Unit: w.east.unit, Figure: "form_' or 1=1 --"}, fault.Missing, 0, 0, false},
		{"a grade that is none", w.officer, Behind{Unit: w.east.unit, Figure: "grade_9"}, fault.Missing, 0, 0, false},
		{"a document of another campaign", w.officer, Behind{Unit: w.east.unit, Document: stranger, Figure: "members"}, fault.Missing, 0, 0, false},
		{"a unit of no tree", w.officer, Behind{Unit: stranger, Figure: "members"}, fault.Missing, 0, 0, false},
		{"a cursor that is none", w.officer, Behind{Unit: w.east.unit, Figure: "members", Page: db.Page{After: "x"}}, fault.Invalid, 0, 0, false},
	} {
		c.ask.Campaign = w.campaign
		v, err := w.Names(context.Background(), c.who, c.ask)
		if (err == nil) != (c.fault == 0) || err != nil && fault.Of(err) != c.fault || v.Total != c.total || len(v.Rows.Items) != c.seen || v.All != c.all {
			t.Errorf("%s: %d of %d, all %v, %v", c.name, len(v.Rows.Items), v.Total, v.All, err)
		}
	}
}
