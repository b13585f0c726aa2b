package rollup

import (
	"context"
	"fmt"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const camp, paper, other = id.ID(50), id.ID(60), id.ID(61)

// small is a campaign in which unit 1 has 2 (cells 3 and 4) and 5 below; everybody but unit 2 has people.
func small(t *testing.T, d *db.DB) {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for _, u := range []struct{ unit, parent, lo, hi, depth, members, exempt, civil int }{
			{1, 0, 1, 5, 0, 4, 0, 0}, {2, 1, 2, 4, 1, 0, 0, 0}, {3, 2, 3, 3, 2, 30, 3, 2}, {4, 2, 4, 4, 2, 20, 0, 0}, {5, 1, 5, 5, 1, 10, 1, 5},
		} {
			name := fmt.Sprint("Đơn vị mẫu ", u.unit)
			ex(`insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $3, 'x', 'x', 0)`, u.unit, fmt.Sprint(u.unit), name)
			if u.unit == 1 {
				ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu', 'open', '2018-06-26', 0)`, camp)
				for _, p := range []id.ID{paper, other} {
					ex(`insert into document (id, unit, kind, issuer_name, issued_on, title, folded, created_at) values ($1, 1, 'resolution', 'x', '2018-05-19', 'x', 'x', 0)`, p)
				}
			}
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil) values ($1,$2,$3,$4,$5,$6,'cell',$7,$7,$8,$9,$10)`,
				camp, u.unit, id.ID(u.parent), u.lo, u.hi, u.depth, name, u.members, u.exempt, u.civil)
		}
		tally := func(doc id.ID, lo int, kind string, n ...any) {
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
				values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`, append([]any{camp, doc, lo, kind}, n...)...)
		}
		tally(paper, 1, "member", 4, 0, 0, 0, 0, 0, 4, 4, 0, 0, 0, 0)
		tally(paper, 3, "member", 28, 2, 10, 12, 3, 2, 1, 5, 6, 7, 8, 2)
		tally(paper, 3, "civil", 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0)
		tally(paper, 5, "member", 9, 0, 9, 0, 0, 0, 0, 0, 9, 0, 0, 0)
		tally(other, 4, "member", 20, 0, 20, 0, 0, 0, 0, 0, 0, 20, 0, 0)
		ex(`insert into campaign_audience (id, campaign, ord, name, filter, counted) values (70, $1, 0, 'Cán bộ chủ chốt', 'key_cadre', 'person'), (71, $1, 1, 'Quần chúng', 'mass', 'headcount')`, camp)
		for i, m := range []struct {
			unit     int
			kind     string
			audience id.ID
			state    string
		}{{1, "conference", 70, "held"}, {3, "cell", 0, "held"}, {3, "thematic", 70, "held"}, {5, "class", 71, "held"}, {5, "class", 0, "planned"}} {
			of := 80 + i
			ex(`insert into meeting (id, campaign, unit, kind, mode, audience, title, folded, starts_at, ends_at, state, speeches, created_at)
				values ($1,$2,$3,$4,'in_person',$5,'x','x',1,2,$6,3,0)`, of, camp, m.unit, m.kind, m.audience, m.state)
			ex(`insert into meeting_document (meeting, document) values ($1,$2),($1,$3)`, of, paper, other)
			ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1,$2,0,'x',$3)`, 90+i, of, m.unit)
			ex(`insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker) values ($1,$2,0,'talk','x',60,'Báo cáo viên mẫu')`, 100+i, of)
		}
		ex(`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, marker, at, by_name) values (110,$1,83,93,5,'mass',120,'hơn',0,'x'), (111,$1,83,93,5,'guest',7,'',0,'x')`, camp)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		small(t, d)
		read(t, d, func(ctx context.Context, tx db.Tx) {
			self, below, err := At(ctx, tx, camp, paper, 1)
			if err != nil || len(below) != 2 || self.Kids != 2 || below[0].Kids != 2 {
				t.Fatal(err, len(below))
			}
			want := Count{Members: 64, Exempt: 4, ExemptCame: 2, Studied: 41, Forms: [6]int64{19, 12, 3, 2, 5}, Grades: [5]int64{9, 15, 7, 8, 2}, Civil: 7, CivilStudy: 1}
			if self.Count != want {
				t.Errorf("the whole: %+v", self.Count)
			}
			if got := self.Count; got.Obliged() != 60 || got.Absent() != 21 || got.RateAll() != (Rate{41, 64}) || got.RateObliged() != (Rate{39, 60}) {
				t.Errorf("obliged %d, absent %d", got.Obliged(), got.Absent())
			}
			if c := below[0].Count; c.Members != 50 || c.Studied != 28 || below[1].Count.Studied != 9 {
				t.Errorf("below: %+v %+v", c, below[1].Count)
			}
			if m := self.Meetings; m != (Meetings{KeyCadre: 1, Member: 1, Mass: 1, Thematic: 1, Sites: 4, Speakers: 4, Speeches: 12}) || m.All() != 4 || below[0].Meetings.All() != 2 {
				t.Errorf("meetings: %+v %+v", m, below[0].Meetings)
			}
			if self.Heads != (Heads{120, "hơn"}) || below[1].Heads.Amount != 120 || below[0].Heads.Amount != 0 {
				t.Errorf("heads stay lượt, with their marker: %+v", self.Heads)
			}
			cell, none, err := At(ctx, tx, camp, other, 4)
			if err != nil || len(none) != 0 || cell.Count.Studied != 20 || cell.Count.Members != 20 {
				t.Errorf("a leaf, for the other document: %v %+v", err, cell.Count)
			}
			if _, _, err := At(ctx, tx, camp, paper, 99); fault.Of(err) != fault.Missing {
				t.Error("a unit outside the frozen tree:", err)
			}
		})
	})
}

func TestTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		small(t, d)
		read(t, d, func(ctx context.Context, tx db.Tx) {
			self, below, err := Tree(ctx, tx, camp, paper, 1)
			if err != nil || len(below) != 2 {
				t.Fatal(err, len(below))
			}
			if self.Count.Studied != 41 || self.Count.Members != 64 || below[0].Count.Studied != 28 || below[1].Count.Members != 10 {
				t.Errorf("%+v %+v", self.Count, below[0].Count)
			}
			if low := below[0].Below; len(low) != 2 || low[0].Studied != 28 || low[0].Members != 30 || low[1].Studied != 0 || low[1].Members != 20 || len(below[1].Below) != 0 {
				t.Errorf("two levels down: %+v", low)
			}
		})
	})
}

func read(t *testing.T, d *db.DB, do func(context.Context, db.Tx)) {
	t.Helper()
	ctx := context.Background()
	if err := d.Read(ctx, func(tx db.Tx) error { do(ctx, tx); return nil }); err != nil {
		t.Fatal(err)
	}
}
