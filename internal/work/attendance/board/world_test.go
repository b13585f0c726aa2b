package board

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// begin is when the meetings of the tests begin: 07:30 in Hà Nội.
var begin = time.Date(2026, 2, 7, 0, 30, 0, 0, time.UTC)

// node is a unit of the test's tree.
type node struct {
	unit, parent id.ID
	name         string
	lo, hi       int
	depth        int
}

// world is the centre with provinces, each with communes, and a meeting of the centre with
// sites at every commune.
type world struct {
	*Service
	d                          *db.DB
	at                         atomic.Int64
	campaign, meeting          id.ID
	root                       node
	provinces, communes        []node
	sites                      []id.ID // by commune
	officer, province, commune access.Actor
	stranger                   access.Actor
}

func actor(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// seed makes the world: so many provinces, communes in each, and sites in each commune.
func seed(t testing.TB, d *db.DB, provinces, communes, sites int) *world {
	t.Helper()
	w := &world{d: d, campaign: id.New()}
	w.at.Store(begin.UnixMilli())
	w.Service = New(d, func() time.Time { return time.UnixMilli(w.at.Load()) })
	lo := 1
	w.root = node{unit: id.New(), name: "Trung ương mẫu", lo: 1, hi: 1 + provinces*(communes+1)}
	var units, below, tree [][]any
	add := func(n node, tops ...id.ID) {
		units = append(units, []any{n.unit, fmt.Sprint("u", n.lo), "commune", n.parent, n.name, n.name, "x", fmt.Sprint(n.lo), 0})
		for depth, top := range append([]id.ID{n.unit}, tops...) {
			below = append(below, []any{top, n.unit, depth})
		}
		tree = append(tree, []any{w.campaign, n.unit, n.parent, n.lo, n.hi, n.depth, "commune", n.name, n.name})
	}
	add(w.root)
	for i := range provinces {
		lo++
		p := node{unit: id.New(), parent: w.root.unit, name: fmt.Sprintf("Tỉnh ủy mẫu %02d", i+1), lo: lo, hi: lo + communes, depth: 1}
		w.provinces = append(w.provinces, p)
		add(p, w.root.unit)
		for j := range communes {
			lo++
			c := node{unit: id.New(), parent: p.unit, name: fmt.Sprintf("Xã mẫu %02d.%02d", i+1, j+1), lo: lo, hi: lo, depth: 2}
			w.communes = append(w.communes, c)
			add(c, p.unit, w.root.unit)
		}
	}
	w.write(t, func(ctx context.Context, tx db.Tx) error {
		if err := batch.Insert(ctx, tx, `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at)`, 9, units); err != nil {
			return err
		}
		if err := batch.Insert(ctx, tx, `insert into org_below (top, unit, depth)`, 3, below); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Học tập, quán triệt nghị quyết mẫu', 'open', '2026-02-01', 0)`, w.campaign, w.root.unit); err != nil {
			return err
		}
		return batch.Insert(ctx, tx, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short)`, 9, tree)
	})
	w.meeting, w.sites = w.meet(t, w.root, "Hội nghị toàn quốc nghiên cứu, học tập, quán triệt nghị quyết mẫu", sites, w.communes...)
	w.officer, w.province, w.commune = actor(access.Officer, w.root.unit), actor(access.Leader, w.provinces[0].unit), actor(access.Usher, w.communes[0].unit)
	w.stranger = actor(access.Officer, w.elsewhere(t))
	return w
}

// elsewhere makes a unit that is no part of the tree.
func (w *world) elsewhere(t testing.TB) id.ID {
	u := id.New()
	w.exec(t, `insert into org_unit (id, code, level, name, short, folded, sort_key, created_at) values ($1, 'other', 'province', 'Nơi khác', 'Nơi khác', 'x', 'x', 0)`, u)
	w.exec(t, `insert into org_below (top, unit, depth) values ($1, $1, 0)`, u)
	return u
}

// meet makes a meeting of a unit with so many sites at each host.
func (w *world) meet(t testing.TB, by node, title string, each int, hosts ...node) (meeting id.ID, sites []id.ID) {
	t.Helper()
	meeting = id.New()
	w.exec(t, `insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'conference', 'relay', $4, 'x', $5, $6, 'planned', 0)`,
		meeting, w.campaign, by.unit, title, begin.UnixMilli(), begin.Add(4*time.Hour).UnixMilli())
	var rows [][]any
	for _, h := range hosts {
		for i := range each {
			s := id.New()
			sites = append(sites, s)
			rows = append(rows, []any{s, meeting, len(rows), fmt.Sprintf("Điểm cầu %s-%d", h.name, i+1), h.unit, "Đồng chí mẫu", "0912 345 678", 60})
		}
	}
	w.write(t, func(ctx context.Context, tx db.Tx) error {
		return batch.Insert(ctx, tx, `insert into meeting_site (id, meeting, ord, name, unit, contact, phone, expected)`, 8, rows)
	})
	return meeting, sites
}

// came puts a site's counters as they stand at an instant.
func (w *world) came(t testing.TB, meeting, site id.ID, c Count, last time.Time) {
	t.Helper()
	w.exec(t, `insert into attendance_site (meeting, site, persons, heads, last_at, stations, e1, e2, e3, e4, e5) values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10)
		on conflict (meeting, site) do update set persons = excluded.persons, heads = excluded.heads, last_at = excluded.last_at,
			e1 = excluded.e1, e2 = excluded.e2, e3 = excluded.e3, e4 = excluded.e4, e5 = excluded.e5`,
		meeting, site, c.Persons, c.Heads, last.UnixMilli(), c.Grades[0], c.Grades[1], c.Grades[2], c.Grades[3], c.Grades[4])
}

// people are n persons whose codes were read at a station, and some marked by hand.
func people(n int64) Count { return Count{Persons: n, Grades: [5]int64{0, n - n/4, n / 4, 0, 0}} }

func (w *world) write(t testing.TB, fn func(context.Context, db.Tx) error) {
	t.Helper()
	if err := w.d.Write(context.Background(), func(tx db.Tx) error { return fn(context.Background(), tx) }); err != nil {
		t.Fatal(err)
	}
}

func (w *world) exec(t testing.TB, q string, args ...any) {
	t.Helper()
	w.write(t, func(ctx context.Context, tx db.Tx) error {
		_, err := tx.ExecContext(ctx, q, args...)
		return err
	})
}

// door serves the room to whoever who says at the moment.
func door(s *Service, who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Now(s.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	return site.Handler(s.Routes(), ui.Static())
}
