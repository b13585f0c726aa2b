package meeting

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 7, 19, 1, 0, 0, 0, time.UTC) // 08:00 in Hà Nội

// world is a province with two districts of one cell each, an open campaign on two documents
// and four members a cell.
type world struct {
	*Service
	d                                *db.DB
	province, east, west, cell, far  id.ID
	campaign, doc1, doc2, foreignDoc id.ID
	people                           []id.ID // of cell: the last one is exempt
	officer, outsider, secretary     access.Actor
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now)}, d: d, province: id.New(), east: id.New(), west: id.New(), cell: id.New(), far: id.New(),
		campaign: id.New(), doc1: id.New(), doc2: id.New(), foreignDoc: id.New()}
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
	for i, doc := range []id.ID{w.doc1, w.doc2, w.foreignDoc} {
		w.exec(t, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', $3, 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`,
			doc, w.province, fmt.Sprint(i))
	}
	w.exec(t, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, w.campaign, w.province)
	for i, doc := range []id.ID{w.doc1, w.doc2} {
		w.exec(t, `insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, w.campaign, doc, i)
	}
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
		w.exec(t, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, 'x', 'x', 'official', $3, 0)`, p, name, unit)
		w.exec(t, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n)
			values ($1, $2, $3, $4, 'member', false, $5, $6)`, w.campaign, p, unit, lo, i == 3, i)
	}
	as := func(r access.Role, unit id.ID) access.Actor {
		return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
	}
	w.officer, w.outsider, w.secretary = as(access.Officer, w.province), as(access.UnitOfficer, w.west), as(access.Secretary, w.cell)
	return w
}

func (w *world) exec(t testing.TB, q string, args ...any) {
	t.Helper()
	ctx := context.Background()
	if err := w.d.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }); err != nil {
		t.Fatal(err)
	}
}

// draft is a sound meeting of the eastern district, a day from now.
func (w *world) draft() Meeting {
	return Meeting{ID: id.New(), Campaign: w.campaign, Unit: w.east, Kind: "class", Mode: "in_person", Title: "Lớp học tập đảng viên",
		Starts: now.Add(24 * time.Hour).UnixMilli(), Ends: now.Add(28 * time.Hour).UnixMilli(), Place: "Hội trường", Documents: []id.ID{w.doc1}}
}
