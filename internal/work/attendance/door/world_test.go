package door

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/lead"
	"quantriet/internal/work/attendance/presence"
)

// house is a district with two cells of twelve people each, a meeting of the district with a
// site at every one of the three, a morning and an afternoon, and a campaign of strangers.
type house struct {
	*Service
	lead     *lead.Service
	d        *db.DB
	at       time.Time
	units    []id.ID // the district, cell 01, cell 02
	sites    []id.ID // of each
	meeting  id.ID
	morning  id.ID
	after    id.ID
	people   [][]id.ID // of each unit
	codes    [][]string
	stranger id.ID // of no campaign
	officer  access.Actor
	usher    access.Actor // of cell 01
	other    access.Actor // secretary of cell 02
	h        http.Handler
	who      access.Actor
	mark     string // of the phone that asks
}

func actor(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// member is the nth person of a unit as they are signed in.
func (h *house) member(unit, n int) access.Actor {
	return access.Actor{Account: id.ID(1_000_000 + 1000*unit + n), Person: h.people[unit][n], Name: fmt.Sprintf("Đảng viên mẫu %d%02d", unit, n), Lang: "vi"}
}

func build(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{d: d, at: begin.Add(-20 * time.Minute), meeting: id.New(), morning: id.New(), after: id.New(), mark: strings.Repeat("m", 43)}
	now := clock.Now(func() time.Time { return h.at })
	box := seal.Fresh()
	h.Service = New(d, now)
	h.Seal, h.Presence, h.Attendance = box, presence.New(d, now), &attendance.Service{DB: d, Now: now}
	h.Presence.Seal = box
	h.lead = &lead.Service{DB: d, Now: now}
	h.write(t, h.plant)
	h.officer, h.usher, h.other = actor(access.UnitOfficer, h.units[0]), actor(access.Usher, h.units[1]), actor(access.Secretary, h.units[2])
	site := &web.Site{Now: now, WhoIs: func(*http.Request) (access.Actor, error) { return h.who, nil }, Name: func(*http.Request) (string, bool) { return "Quận ủy mẫu", true }}
	h.h = site.Handler(append(append(h.Routes(), h.Presence.Routes()...), h.lead.Routes()...), ui.Static())
	return h
}

func (h *house) plant(ex func(string, ...any)) {
	of, doc := id.New(), id.New()
	for i, name := range []string{"Quận ủy mẫu", "Chi bộ mẫu 01", "Chi bộ mẫu 02"} {
		u := id.New()
		h.units = append(h.units, u)
		ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`, u, fmt.Sprint("u", i), h.above(i), name)
		ex(`insert into org_below (top, unit, depth) values ($1, $1, 0)`, u)
		if i > 0 {
			ex(`insert into org_below (top, unit, depth) values ($1, $2, 1)`, h.units[0], u)
		}
	}
	ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '26', 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`, doc, h.units[0])
	ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, of, h.units[0])
	ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, of, doc)
	for i, u := range h.units {
		lo, hi := i+1, i+1
		if i == 0 {
			hi = 3
		}
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised) values ($1, $2, $3, $4, $5, 0, 'cell', $6, $6, $7)`,
			of, u, h.above(i), lo, hi, fmt.Sprint("Đơn vị ", i), i == 0)
		h.settle(ex, of, u, i)
	}
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, grace, created_at) values ($1, $2, $3, 'conference', 'in_person', 'Hội nghị học tập Nghị quyết', 'x', $4, $5, 'planned', $6, 0)`,
		h.meeting, of, h.units[0], begin.UnixMilli(), begin.Add(9*time.Hour).UnixMilli(), 15*minute)
	ex(`insert into meeting_document (meeting, document) values ($1, $2)`, h.meeting, doc)
	ex(`insert into meeting_session (id, meeting, ord, title, starts_at, ends_at) values ($1, $2, 0, 'Buổi sáng', $3, $4)`, h.morning, h.meeting, begin.UnixMilli(), begin.Add(4*time.Hour).UnixMilli())
	ex(`insert into meeting_session (id, meeting, ord, title, starts_at, ends_at) values ($1, $2, 1, 'Buổi chiều', $3, $4)`, h.after, h.meeting, begin.Add(6*time.Hour).UnixMilli(), begin.Add(9*time.Hour).UnixMilli())
	for i, u := range h.units {
		s := id.New()
		h.sites = append(h.sites, s)
		ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, $3, $4, $5)`, s, h.meeting, i, []string{"Hội trường Quận ủy", "Điểm cầu 01", "Điểm cầu 02"}[i], u)
		ex(`insert into meeting_invite (id, meeting, site, unit) values ($1, $2, $3, $4)`, id.New(), h.meeting, s, u)
	}
	h.stranger = id.New()
	ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'Đảng viên mẫu 999', 'x', 'x', 'official', $2, 0)`, h.stranger, h.units[2])
}

func (h *house) above(i int) id.ID {
	if i == 0 {
		return 0
	}
	return h.units[0]
}

func (h *house) settle(ex func(string, ...any), of, unit id.ID, i int) {
	var people []id.ID
	var codes []string
	for n := range 12 {
		p, name, serial := id.New(), fmt.Sprintf("Đảng viên mẫu %d%02d", i, n), int64(100*i+n+1)
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, p, name, text.Fold(name), text.NameKey(name), unit)
		ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', $5, $5, $6)`, of, p, unit, i+1, false, serial)
		people, codes = append(people, p), append(codes, campaign.CipherOf(0).Code(int64(i+1), serial))
	}
	h.people, h.codes = append(h.people, people), append(h.codes, codes)
}

func (h *house) write(t testing.TB, fn func(ex func(string, ...any))) {
	t.Helper()
	err := h.d.Write(context.Background(), func(tx db.Tx) (err error) {
		fn(func(q string, args ...any) {
			if err == nil {
				_, err = tx.ExecContext(context.Background(), q, args...)
			}
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) number(t testing.TB, q string, args ...any) (n int64) {
	t.Helper()
	err := h.d.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// code is what the screen of a site shows now.
func (h *house) code(t testing.TB, site int) string {
	t.Helper()
	v, err := h.Screen(context.Background(), h.officer, h.meeting, h.sites[site])
	if err != nil || len(v.Codes) == 0 {
		t.Fatal(err, v.Window)
	}
	return v.Codes[0].Code
}

// answer opens the code of a site and taps, as somebody on a phone; a slip is a personal code.
func (h *house) answer(t testing.TB, who access.Actor, mark string, site int, slip string) (Done, error) {
	t.Helper()
	v, err := h.Open(context.Background(), who, h.code(t, site), mark)
	if err != nil {
		return Done{}, err
	}
	return h.Answer(context.Background(), who, Reply{Key: id.New(), Ticket: v.Ticket, Mark: mark, Slip: slip})
}

// knock asks a door once; a body to /api/ is JSON, elsewhere a form.
func (h *house) knock(who access.Actor, method, path, body string) *httptest.ResponseRecorder {
	h.who = who
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	if h.mark != "" {
		r.AddCookie(&http.Cookie{Name: markName, Value: h.mark})
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w
}
