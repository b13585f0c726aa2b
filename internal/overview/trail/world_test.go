package trail

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/tlog"
)

// A city with an eastern district of two cells, one of which is empty, and a western one that
// is a unit without anything below it. Two people stand at the city itself.
const (
	city, east, cellA, cellB, west = id.ID(1000), id.ID(1001), id.ID(1002), id.ID(1003), id.ID(1004)
	round, later                   = id.ID(5000), id.ID(5001)
	paper1, paper2                 = id.ID(6000), id.ID(6001)
	conference                     = id.ID(7000)
)

var (
	ctx = context.Background()
	now = time.Date(2018, 7, 18, 8, 30, 0, 0, clock.Zone)
)

type world struct {
	*Service
	t   testing.TB
	log *proof.Service
}

func (w *world) ex(q string, args ...any) {
	w.t.Helper()
	if err := w.DB.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }); err != nil {
		w.t.Fatalf("%s: %v", q, err)
	}
}

// roster is who is where: unit, lo, kind, exempt, form and grade on the first paper.
var roster = []struct {
	unit   id.ID
	lo     int
	kind   string
	exempt bool
	form   string
	grade  int
}{
	{city, 1, "member", false, "in_person", 1}, {city, 1, "member", true, "", 0},
	{cellA, 3, "member", false, "in_person", 1}, {cellA, 3, "member", false, "online", 2}, {cellA, 3, "member", false, "make_up", 4},
	{cellA, 3, "member", true, "relay", 3}, {cellA, 3, "member", false, "", 0}, {cellA, 3, "civil", false, "in_person", 1}, {cellA, 3, "civil", false, "", 0},
	{west, 5, "member", false, "self_study", 5}, {west, 5, "member", false, "higher", 1}, {west, 5, "member", false, "", 0},
}

func person(i int) id.ID { return id.ID(8000 + i) }

func as(i int) access.Actor {
	return access.Actor{Account: id.New(), Person: person(i), Name: "Đảng viên mẫu", Lang: "vi"}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	log := tlog.LogKey("quantriet-test", bytes.Repeat([]byte{7}, 32))
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now), Log: log}, t: t}
	w.log = &proof.Service{DB: d, Now: clock.Fixed(now), Log: log, Witness: tlog.WitnessKey("quantriet-test", bytes.Repeat([]byte{7}, 32), now.Unix),
		Rows: map[string]proof.Rows{"trail": w.Sealed}}
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		w.tree(ex)
		w.people(ex)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) tree(ex func(string, ...any)) {
	units := []struct {
		id, parent    id.ID
		name          string
		lo, hi, depth int
	}{{city, 0, "Đảng bộ thành phố mẫu", 1, 5, 0}, {east, city, "Đảng bộ huyện Đông", 2, 4, 1}, {cellA, east, "Chi bộ A", 3, 3, 2}, {cellB, east, "Chi bộ B", 4, 4, 2}, {west, city, "Đảng bộ huyện Tây", 5, 5, 1}}
	for _, u := range units {
		ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`, u.id, fmt.Sprint(int64(u.id)), u.parent, u.name)
	}
	for _, p := range []id.ID{paper1, paper2} {
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', $3, 'x', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, p, city, fmt.Sprintf("%d-NQ/TW", p-5974))
	}
	for _, c := range []id.ID{round, later} {
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Học tập các nghị quyết mẫu', 'open', '2018-06-26', 0)`, c, city)
		for i, p := range []id.ID{paper1, paper2} {
			ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, c, p, i)
		}
	}
	for _, u := range units {
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, $6, 'cell', $7, $7)`, round, u.id, u.parent, u.lo, u.hi, u.depth, u.name)
	}
	for i, u := range []id.ID{city, east, cellA, west} {
		ex(`insert into report (id, campaign, unit, state, version, sent_at, created_at) values ($1, $2, $3, 'sent', 1, 1, 0)`, id.ID(9500+i), round, u)
	}
}

func (w *world) people(ex func(string, ...any)) {
	at := now.Add(-48 * time.Hour).UnixMilli()
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'conference', 'in_person', 'x', 'x', $4, $5, 'held', 0)`, conference, round, city, at, at+1)
	ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'x', $3)`, conference+1, conference, city)
	for i, r := range roster {
		name := fmt.Sprintf("Đảng viên mẫu %03d", i+1)
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, person(i), name, text.Fold(name), text.NameKey(name), r.unit)
		ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, $5, false, $6, $7)`, round, person(i), r.unit, r.lo, r.kind, r.exempt, i)
		if r.grade > 0 {
			ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1, $2, $3, $4, $5, $6, 'own_code', $7, $8, $8, 'x', false)`,
				id.ID(9000+i), round, conference, conference+1, person(i), r.form, r.grade, at)
			ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, round, paper1, person(i), id.ID(9000+i))
		}
	}
}

// swap counts one person of cell A in another's place: the sums stay the same. Attendance keeps
// the turns of the tally.
func (w *world) swap(from, to int) {
	w.t.Helper()
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `update attendance_studied set person = $1 where campaign = $2 and document = $3 and person = $4`, person(to), round, paper1, person(from))
		if err == nil && n != 1 {
			err = fmt.Errorf("%d is not counted", from)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
				values ($1, $2, 3, 'member', 4, 1, 1, 1, 0, 1, 0, 1, 1, 1, 1, 0) on conflict (campaign, document, kind, lo) do update set turns = attendance_tally.turns + 1`, round, paper1)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// send seals the tree of a unit's report, and has the log signed.
func (w *world) send(of id.ID) {
	w.t.Helper()
	if err := w.DB.Write(ctx, func(tx db.Tx) error { return w.Sent(ctx, tx, round, of) }); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.log.Advance(ctx); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) mine(i int, document id.ID) View {
	w.t.Helper()
	v, err := w.Mine(ctx, as(i), round, document)
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}
