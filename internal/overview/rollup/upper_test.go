package rollup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// forest fills a campaign with a drawn tree and drawn tallies, of which some are carried
// upward and the rest is pending, as in the half second after a scan.
func forest(t *testing.T, d *db.DB, r *rand.Rand) (units int) {
	t.Helper()
	ctx := context.Background()
	type unit struct{ lo, hi, parent, depth, members, exempt, civil int }
	var all []unit
	var grow func(parent, depth int)
	grow = func(parent, depth int) {
		at := len(all)
		all = append(all, unit{lo: at + 1, parent: parent, depth: depth, members: r.IntN(9), exempt: r.IntN(3), civil: r.IntN(2)})
		for range r.IntN(5) * min(1, 4-depth) {
			grow(at+1, depth+1)
		}
		all[at].hi = len(all)
	}
	for len(all) < 30 {
		all = nil
		grow(0, 0)
	}
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for i, u := range all {
			ex(`insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', 'x', 'x', 'x', 'x', 0)`, u.lo, fmt.Sprint(u.lo))
			if i == 0 {
				ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu', 'open', '2018-06-26', 0)`, camp)
			}
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil) values ($1,$2,$3,$4,$5,$6,'cell','x','x',$7,$8,$9)`,
				camp, u.lo, id.ID(u.parent), u.lo, u.hi, u.depth, u.members, u.exempt, u.civil)
		}
		ex(`insert into measure_fold (campaign, lo, hi, depth, members, exempt, civil, roster) select u.campaign, u.lo, u.hi, u.depth, sum(l.members), sum(l.exempt), sum(l.civil), ''
			from campaign_unit u join campaign_unit l on l.campaign = u.campaign and l.lo between u.lo and u.hi group by u.campaign, u.lo, u.hi, u.depth`)
		tally := func(lo int, kind string, n [13]any) {
			ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)
				values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17) on conflict (campaign, document, kind, lo) do update set
				studied = attendance_tally.studied + excluded.studied, exempt = attendance_tally.exempt + excluded.exempt, e3 = attendance_tally.e3 + excluded.e3, relay = attendance_tally.relay + excluded.relay`,
				append([]any{camp, paper, lo, kind}, n[:]...)...)
		}
		for _, u := range all {
			var n [13]any
			for i := range n {
				n[i] = r.IntN(7)
			}
			for _, kind := range []string{"member", "civil"} {
				if r.IntN(4) > 0 {
					tally(u.lo, kind, n)
				}
			}
		}
		ex(`insert into attendance_fold (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)
			select t.campaign, t.document, u.lo, t.kind, sum(t.studied), sum(t.exempt), sum(t.in_person), sum(t.online), sum(t.self_study),
				sum(t.make_up), sum(t.higher), sum(t.e1), sum(t.e2), sum(t.e3), sum(t.e4), sum(t.e5), sum(t.relay)
			from campaign_unit u join attendance_tally t on t.campaign = u.campaign and t.lo between u.lo and u.hi where u.hi > u.lo group by t.campaign, t.document, u.lo, t.kind`)
		for i := range 12 { // a correction may take away as well
			lo, kind, n, x, gone := r.IntN(len(all))+1, []string{"member", "civil"}[i%2], r.IntN(3)-1, r.IntN(2), r.IntN(2)
			tally(lo, kind, [13]any{n, x, 0, 0, 0, 0, 0, 0, 0, n, 0, 0, gone})
			ex(`insert into attendance_pending (id, campaign, document, kind, leaves) values ($1,$2,$3,$4,$5)`, id.New(), camp, paper, kind,
				fmt.Sprintf("%d:%d,%d,0,0,0,0,0,0,0,%d,0,0,%d;", lo, n, x, n, gone))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(all)
}

// What others have added up says the same as the leaves, at every unit, whatever is on its way.
func TestUpperIsTheLeaves(t *testing.T) {
	defer func(was int64) { few = was }(few)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		units := forest(t, d, rand.New(rand.NewPCG(29, 1)))
		read(t, d, func(ctx context.Context, tx db.Tx) {
			type got struct {
				At, Tree   Line
				Below      []Line
				Branches   []Branch
				err1, err2 error
			}
			look := func(unit int) (g got) {
				g.At, g.Below, g.err1 = At(ctx, tx, camp, paper, id.ID(unit))
				g.Tree, g.Branches, g.err2 = Tree(ctx, tx, camp, paper, id.ID(unit))
				for _, b := range g.Branches { // a picture of two levels is of members
					for i := range b.Below {
						b.Below[i].Civil, b.Below[i].CivilStudy = 0, 0
					}
				}
				return g
			}
			for u := 1; u <= units; u++ {
				few = 1 << 40
				leaves := look(u)
				few = 1
				added := look(u)
				if leaves.err1 != nil || leaves.err2 != nil || !reflect.DeepEqual(leaves, added) {
					t.Fatalf("unit %d:\n%+v\n%+v", u, leaves, added)
				}
			}
		})
	})
}

func TestLeaf(t *testing.T) {
	for _, c := range []struct {
		row  string
		good bool
	}{{"7:1,0,1,0,0,0,0,0,1,0,0,0,0", true}, {"x:1", false}, {"7:1,x", false}, {"7:1,0,1,0,0,0,0,0,1,0,0,0,0,9", false}, {"", false}} {
		if _, _, err := leaf(c.row); (err == nil) != c.good {
			t.Errorf("%q: %v", c.row, err)
		}
	}
}
