package honesty

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

var ctx = context.Background()

const (
	city, far                 = id.ID(1), id.ID(2)
	camp, last, paper1, meet1 = id.ID(50), id.ID(51), id.ID(60), id.ID(70)
)

// bases are the units below the city, in tree order.
const (
	plain    = iota // honest, as most
	round1          // numbers that end in 0 and 5
	same            // numbers of the last campaign
	packed          // more records than heads
	shrunken        // people left before the first day and came back
	twice           // people at two places
	rushed          // everybody entered by one hand long after
	full            // all of many, where others are not
	quiet           // has not sent its report
	bases
)

func base(i int) id.ID { return id.ID(100 + i) }

func human(b, i int) id.ID { return id.ID(1000 + 100*b + i) }

var morning = time.Date(2026, 2, 7, 8, 0, 0, 0, clock.Zone)

type writer struct {
	tb testing.TB
	tx db.Tx
}

func (w writer) ex(q string, args ...any) {
	w.tb.Helper()
	if _, err := w.tx.ExecContext(ctx, q, args...); err != nil {
		w.tb.Fatalf("%s: %v", q, err)
	}
}

// seed fills an empty database with a campaign of a city and nine bases of 20 people with records
// (300 by their figures), and the campaign before it.
func seed(tb testing.TB, d *db.DB) *Service {
	tb.Helper()
	err := d.Write(ctx, func(tx db.Tx) error {
		w := writer{tb, tx}
		w.ground()
		for b := range bases {
			w.base(b)
			w.people(b)
			w.report(b)
		}
		w.odd()
		return nil
	})
	if err == nil {
		err = d.Analyze(ctx)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return &Service{DB: d, Now: clock.Fixed(time.Date(2026, 4, 20, 9, 0, 0, 0, clock.Zone))}
}

func (w writer) unit(u, parent id.ID, name, level string) {
	w.ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, 'x', $2, 0)`,
		u, fmt.Sprint(int64(u)), level, parent, name)
	w.ex(`insert into org_below (top, unit, depth) values ($1, $1, 0)`, u)
	if parent != 0 {
		w.ex(`insert into org_below (top, unit, depth) values ($1, $2, 1)`, parent, u)
	}
}

func (w writer) ground() {
	w.unit(city, 0, "Đảng bộ thành phố mẫu", "province")
	w.unit(far, 0, "Đảng bộ tỉnh khác", "province")
	w.ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', '26-NQ/TW', 'x', '2025-05-19', 'Nghị quyết mẫu', 'x', 0)`, paper1, city)
	for c, day := range map[id.ID]string{camp: "2026-02-01", last: "2025-08-01"} {
		w.ex(`insert into campaign (id, unit, title, state, starts_on, created_at, opened_at) values ($1, $2, 'Đợt học tập mẫu', 'open', $3, 0, 0)`, c, city, day)
		w.ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, c, paper1)
		w.ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, 'grassroots', '2026-03-10', true, 0)`, c, city)
		w.ex(`insert into campaign_unit (campaign, unit, lo, hi, depth, level, name, short) values ($1, $2, 1, $3, 0, 'province', 'Đảng bộ thành phố mẫu', 'Thành phố')`, c, city, bases+1)
	}
	w.ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'conference', 'in_person', 'Hội nghị mẫu', 'x', $4, $5, 'held', 0)`,
		meet1, camp, city, morning.UnixMilli(), morning.Add(4*time.Hour).UnixMilli())
	w.ex(`insert into meeting_document (meeting, document) values ($1, $2)`, meet1, paper1)
}

// base has 300 members by its figures, 97 % of whom studied, by codes and by the roll.
func (w writer) base(b int) {
	name := fmt.Sprintf("Đảng bộ cơ sở mẫu %02d", b+1)
	w.unit(base(b), city, name, "grassroots")
	for _, c := range []id.ID{camp, last} {
		w.ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt) values ($1, $2, $3, $4, $4, 1, 'grassroots', $5, $5, 300, 20)`,
			c, base(b), city, b+2, name)
	}
	studied := 262 + 2*b%7
	if b == full {
		studied = 280
	}
	w.ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
		values ($1, $2, $3, 'member', $4, 0, $4, 0, 0, 0, 0, 20, 20, $5, 0, 0)`, camp, paper1, b+2, studied, studied-40)
	w.ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, $3, $4, $5)`, 700+b, meet1, b, "Điểm cầu "+name, base(b))
}

func (w writer) people(b int) {
	for i := range 20 {
		at := morning.Add(time.Duration(i) * time.Minute).UnixMilli()
		recorded, grade, late := at, 2, false
		if b == rushed {
			recorded, grade, late = morning.Add(40*time.Hour).UnixMilli()+int64(i), 4, true
		}
		w.ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, 'x', 'x', 'official', $3, 0)`, human(b, i), fmt.Sprintf("Đảng viên mẫu %d%02d", b, i), base(b))
		w.ex(`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values ($1, $2, $3, $4, $5, 'member', false, $6)`, camp, human(b, i), i, base(b), b+2, b == shrunken && i < 3)
		w.ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by, by_name, late) values ($1, $2, $3, $4, $5, 'in_person', 'list', $6, $7, $8, 9, 'Thư ký mẫu', $9)`,
			10*human(b, i), camp, meet1, 700+b, human(b, i), grade, at, recorded, late)
	}
}

var told = []string{"form_in_person", "form_online", "form_self_study", "absent_excused", "civil_studied", "mass_heads", "opinions", "outreach_reach", "outreach_articles", "essays_passed"}

// report states ten figures of a kind that changes, in this campaign and the last one.
func (w writer) report(b int) {
	for _, c := range []id.ID{camp, last} {
		state, sent := "sent", any(time.Date(2026, 3, 1+b, 9, 0, 0, 0, clock.Zone).UnixMilli())
		if c == camp && b == quiet {
			state, sent = "draft", nil
		}
		report := id.ID(int64(c)*100 + int64(b))
		w.ex(`insert into report (id, campaign, unit, state, version, first_sent_at, sent_at, created_at) values ($1, $2, $3, $4, 1, $5, $5, 0)`, report, c, base(b), state, sent)
		for i, code := range told {
			v := 23 + 37*i + 11*b // no two alike, few round
			switch {
			case c == camp && b == round1:
				v = 20 + 35*i
			case c == last && b != same:
				v += 6 + i
			}
			var doc any
			if i < 5 {
				doc = paper1
			}
			w.ex(`insert into report_figure (id, report, document, code, value, at) values ($1, $2, $3, $4, $5, 0)`, int64(report)*100+int64(i), report, doc, code, v)
		}
	}
}

// odd is what else the records say.
func (w writer) odd() {
	w.ex(`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name) values (1, $1, $2, $3, $4, 'hall', 9, 0, 'x')`, camp, meet1, 700+packed, city)
	w.ex(`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, second_amount, at, by_name) values (2, $1, $2, $3, $4, 'hall', 19, 20, 0, 'x')`, camp, meet1, 700+plain, city)
	for i := range 9 { // of these the first three are on the roster as exempt for a while
		p := human(shrunken, i)
		w.ex(`insert into person_exemption (id, person, kind, reason, valid_from, valid_to, resolution, created_at) values ($1, $2, 'exempt', 'x', '2026-01-15', '2026-03-15', '1', 0)`, p, p)
		gone := id.ID(9000 + i)
		w.ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'Đảng viên mẫu', 'x', 'x', 'official', $2, 0)`, gone, base(shrunken))
		w.ex(`insert into person_membership (person, unit, valid_from, valid_to, study_home) values ($1, $2, '2020-01-01', '2026-01-20', true)`, gone, base(shrunken))
		w.ex(`insert into person_membership (person, unit, valid_from, valid_to, study_home) values ($1, $2, '2026-01-21', '2026-02-20', true)`, gone, far)
		w.ex(`insert into person_membership (person, unit, valid_from, study_home) values ($1, $2, '2026-02-21', true)`, gone, base(shrunken))
	}
	for i := range 6 {
		w.ex(`insert into attendance_scan (id, meeting, site, person, how, at, received_at, label) values ($1, $2, 700, $3, 'station', 0, 0, 'elsewhere')`, 900+i, meet1, human(twice, i))
	}
	body, _ := json.Marshal("x")
	w.ex(`insert into recheck_draw (id, report, campaign, unit, version, asker, state, secret, hash, committed_at) values (1, 5000, $1, $2, 1, $2, 'closed', $3, 'x', 0)`, camp, city, body)
	w.ex(`insert into recheck_draw (id, report, campaign, unit, version, asker, state, secret, hash, committed_at) values (2, 5000, $1, $2, 2, $2, 'drawn', $3, 'x', 0)`, camp, city, body)
	for b, k := range map[int]int{plain: 10, full: 5, rushed: 8, same: 2} { // who confirmed, of twelve; of same two were asked
		n := 12
		if b == same {
			n = 2
		}
		for i := range n {
			answer := "confirmed"
			if i >= k {
				answer = "skipped"
			}
			w.ex(`insert into recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, asked_at, closed_at, answer, salt) values ($1, $2, $3, $4, $5, $3, $6, true, 0, 1, $7, 'x')`,
				1, camp, base(b), human(b, i), b+2, i, answer)
			w.ex(`insert into recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, asked_at, closed_at, answer, salt) values ($1, $2, $3, $4, $5, $3, $6, true, 0, 1, 'denied', 'x')`,
				2, camp, base(b), human(b, i), b+2, i)
		}
	}
}

func as(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// house serves the room to whoever who gives.
func house(s *Service, who func() access.Actor) http.Handler {
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who(), nil }, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }}
	return site.Handler(s.Routes(), ui.Static())
}
