package prepare

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 7, 19, 1, 0, 0, 0, time.UTC) // 08:00 in Hà Nội

// world is a province with two districts of one cell each, four members a cell, and a linked
// conference with a site for each district to which its people are invited.
type world struct {
	*Service
	d                                      *db.DB
	province, east, west, cell, far        id.ID
	campaign, meeting                      id.ID
	main, siteEast, siteWest               id.ID
	people                                 []id.ID // of cell
	officer, host, usher, stranger, member access.Actor
	told                                   int64
	keys                                   []id.ID // under which guests were told
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{d: d, province: id.New(), east: id.New(), west: id.New(), cell: id.New(), far: id.New(), campaign: id.New(), main: id.New(), siteEast: id.New(), siteWest: id.New()}
	w.Service = &Service{DB: d, Now: clock.Fixed(now), Count: func(_ context.Context, _ access.Actor, _, _, key id.ID, n int64) error {
		w.told, w.keys = w.told+n, append(w.keys, key)
		return nil
	}}
	doc := id.New()
	units := []struct {
		id, parent id.ID
		name       string
		lo, hi     int
		path       []id.ID
	}{
		{w.province, 0, "Thành ủy mẫu", 1, 5, nil},
		{w.east, w.province, "Quận ủy mẫu Đông", 2, 3, []id.ID{w.province}},
		{w.cell, w.east, "Chi bộ mẫu 01", 3, 3, []id.ID{w.province, w.east}},
		{w.west, w.province, "Quận ủy mẫu Tây", 4, 5, []id.ID{w.province}},
		{w.far, w.west, "Chi bộ mẫu 02", 5, 5, []id.ID{w.province, w.west}},
	}
	for i, u := range units {
		w.exec(t, `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`,
			u.id, fmt.Sprint("u", i), u.parent, u.name)
		for depth, top := range append([]id.ID{u.id}, u.path...) {
			w.exec(t, `insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.id, depth)
		}
	}
	w.exec(t, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`, doc, w.province)
	w.exec(t, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, w.campaign, w.province)
	w.exec(t, `insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, w.campaign, doc)
	for _, u := range units {
		w.exec(t, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, 0, 'cell', $6, $6)`,
			w.campaign, u.id, u.parent, u.lo, u.hi, u.name)
	}
	for i := range 8 {
		p, unit, lo := id.New(), w.cell, 3
		if i >= 4 {
			unit, lo = w.far, 5
		} else {
			w.people = append(w.people, p)
		}
		name := fmt.Sprintf("Đảng viên mẫu %03d", i)
		w.exec(t, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`,
			p, name, fmt.Sprintf("dang vien mau %03d", i), fmt.Sprint("k", i), unit)
		w.exec(t, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', false, false, $5)`, w.campaign, p, unit, lo, i)
	}
	as := func(r access.Role, unit id.ID) access.Actor {
		return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
	}
	w.officer, w.host, w.usher, w.stranger, w.member = as(access.Officer, w.province), as(access.UnitOfficer, w.east), as(access.Usher, w.east), as(access.UnitOfficer, w.west), as(access.Secretary, w.cell)
	m, err := (&meeting.Service{DB: d, Now: clock.Fixed(now)}).Plan(context.Background(), w.officer, meeting.Meeting{ID: id.New(), Campaign: w.campaign, Unit: w.province, Kind: "conference",
		Mode: "hybrid", Title: "Hội nghị trực tuyến", Starts: now.Add(24 * time.Hour).UnixMilli(), Ends: now.Add(28 * time.Hour).UnixMilli(), Documents: []id.ID{doc}})
	if err != nil {
		t.Fatal(err)
	}
	w.meeting = m.ID
	w.exec(t, `delete from meeting_invite where meeting = $1`, m.ID)
	w.exec(t, `delete from meeting_site where meeting = $1`, m.ID)
	for ord, s := range []struct {
		site, unit id.ID
		name       string
	}{{w.main, w.province, "Trung tâm"}, {w.siteEast, w.east, "Điểm cầu Đông"}, {w.siteWest, w.west, "Điểm cầu Tây"}} {
		w.exec(t, `insert into meeting_site (id, meeting, ord, name, unit, expected, folded) values ($1, $2, $3, $4, $5, 4, $6)`, s.site, m.ID, ord, s.name, s.unit, []string{"trung tam", "diem cau dong", "diem cau tay"}[ord])
		if ord > 0 {
			w.exec(t, `insert into meeting_invite (id, meeting, site, unit) values ($1, $2, $3, $4)`, id.New(), m.ID, s.site, s.unit)
		}
	}
	return w
}

func (w *world) exec(t testing.TB, q string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }); err != nil {
		t.Fatal(q, err)
	}
}

// expected counts who is expected at a site.
func (w *world) expected(t testing.TB, site id.ID) (n int64) {
	t.Helper()
	ctx := context.Background()
	err := w.d.Read(ctx, func(tx db.Tx) (err error) {
		n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_participant p where p.campaign = $2 and `+meeting.ExpectedAt("$1", "$3"), w.meeting, w.campaign, site)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
