package recheck

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/tlog"
	"quantriet/internal/ui"
)

// The invented world: a province over a commune of three cells with 9, 6 and 3 members, of
// whom the last of each did not study.
const (
	province, commune   = id.ID(1000), id.ID(1001)
	cell1, cell2, cell3 = id.ID(1002), id.ID(1003), id.ID(1004)
	round, paper, class = id.ID(5000), id.ID(6000), id.ID(7000)
	communal, top       = id.ID(9500), id.ID(9501)
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 2, 7, 12, 0, 0, 0, clock.Zone)
)

type world struct {
	*Service
	log   *proof.Service
	clock time.Time

	above, officer, secretary, outside access.Actor
}

func as(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func member(p id.ID) access.Actor {
	return access.Actor{Account: id.New(), Person: p, Name: "Đảng viên mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Member, Unit: cell1, From: "2018-01-01"}}}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{clock: noon}
	now := clock.Now(func() time.Time { return w.clock })
	w.Service = &Service{DB: d, Now: now, Seal: seal.Fresh()}
	w.log = &proof.Service{DB: d, Now: now, Log: tlog.LogKey("quantriet-mau", make([]byte, 32)), Rows: map[string]proof.Rows{"recheck": w.Sealed}}
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		fill(ex)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.above, w.officer = as("Cán bộ tỉnh mẫu", access.Officer, province), as("Cán bộ xã mẫu", access.UnitOfficer, commune)
	w.secretary, w.outside = as("Bí thư mẫu", access.Secretary, cell1), as("Người ngoài", access.Officer, 2000)
	return w
}

func fill(ex func(q string, args ...any)) {
	units := []struct {
		id, parent id.ID
		name       string
		lo, hi     int
		people     int
	}{{province, 0, "Đảng bộ tỉnh mẫu", 1, 5, 0}, {commune, province, "Đảng bộ xã mẫu", 2, 5, 0}, {cell1, commune, "Chi bộ Một", 3, 3, 9},
		{cell2, commune, "Chi bộ Hai", 4, 4, 6}, {cell3, commune, "Chi bộ Ba", 5, 5, 3}, {2000, 0, "Tỉnh khác", 0, 0, 0}}
	up := map[id.ID]id.ID{}
	for _, u := range units {
		up[u.id] = u.parent
		ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, $5, $2, 0)`,
			u.id, fmt.Sprint(int64(u.id)), u.parent, u.name, text.Fold(u.name))
		for above, depth := u.id, 0; above != 0; above, depth = up[above], depth+1 {
			ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, above, u.id, depth)
		}
	}
	ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '1-NQ/TW', 'Trung ương', '2026-01-01', 'Nghị quyết mẫu', 'x', 0)`, paper, province)
	ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt học tập mẫu', 'open', '2026-01-10', 0)`, round, province)
	ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, round, paper)
	at := noon.Add(-240 * time.Hour).UnixMilli()
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, speeches, created_at)
		values ($1, $2, $3, 'conference', 'in_person', 'Hội nghị học tập mẫu', 'x', $4, $5, 'held', 0, 0)`, class, round, commune, at, at+3600_000)
	ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'Hội trường mẫu', $3)`, class+1, class, commune)
	n := 0
	for _, u := range units[:5] {
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) values ($1, $2, $3, $4, $5, 0, 'cell', $6, $6, $7)`,
			round, u.id, u.parent, u.lo, u.hi, u.name, u.people)
		for i := range u.people {
			p := 8000 + id.ID(n)
			n++
			name := fmt.Sprintf("Đảng viên mẫu %03d", n)
			ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), u.id)
			ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', false, false, $5)`, round, p, u.id, u.lo, n)
			if i == u.people-1 {
				continue
			}
			ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late)
				values ($1, $2, $3, $4, $5, 'in_person', 'roll_call', 3, $6, $6, 'x', false)`, 20_000+p, round, class, class+1, p, at)
			ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, round, paper, p, 20_000+p)
		}
	}
}

// closes sends and accepts a report; the owner's is closed by being sent.
func (w *world) closes(t testing.TB, unit id.ID, version int64) {
	t.Helper()
	report, state := communal, "accepted"
	if unit == province {
		report, state = top, "sent"
	}
	err := w.DB.Write(ctx, func(tx db.Tx) error {
		if version == 1 {
			if _, err := tx.ExecContext(ctx, `insert into report (id, campaign, unit, state, version, created_at) values ($1, $2, $3, $4, 1, 0)`, report, round, unit, state); err != nil {
				return err
			}
		} else if _, err := tx.ExecContext(ctx, `update report set version = $2 where id = $1`, report, version); err != nil {
			return err
		}
		for _, kind := range []string{"report.send", "report.accept"} {
			if err := proof.Append(ctx, tx, w.Now.Ms(), proof.Row{Kind: kind, Subject: report, Version: version, Body: "báo cáo"}); err != nil {
				return err
			}
			if unit == province {
				break
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) advance(t testing.TB) int {
	t.Helper()
	n, err := w.Advance(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// head signs what waits in the log.
func (w *world) head(t testing.TB) {
	t.Helper()
	if _, err := w.log.Advance(ctx); err != nil {
		t.Fatal(err)
	}
}

// drawn brings the commune's report to the asking.
func (w *world) drawn(t testing.TB) []asked {
	t.Helper()
	w.closes(t, commune, 1)
	w.advance(t)
	w.head(t)
	w.advance(t)
	return w.people(t, commune)
}

func (w *world) of(t testing.TB, unit id.ID) (d draw) {
	t.Helper()
	err := w.DB.Read(ctx, func(tx db.Tx) (err error) {
		d, err = db.One(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d where d.unit = $1 order by d.version desc limit 1`, unit)
		if err == nil {
			d.Strata, err = strata(ctx, tx, d.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w *world) people(t testing.TB, unit id.ID) (list []asked) {
	t.Helper()
	of := w.of(t, unit).ID
	if err := w.DB.Read(ctx, func(tx db.Tx) (err error) { list, err = people(ctx, tx, of); return err }); err != nil {
		t.Fatal(err)
	}
	return list
}

// house serves the doors as whoever who points at.
func (w *world) house(who *access.Actor) http.Handler {
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", true }}
	return site.Handler(w.Routes(), ui.Static())
}

// fine is the kind of no error.
const fine = fault.Kind(-1)

func kindOf(err error) fault.Kind {
	if err == nil {
		return fine
	}
	return fault.Of(err)
}
