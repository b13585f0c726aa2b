// The invented world: a city over a district with two communes of four people each, a campaign
// of this year and two before.
package merit

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// The units, the campaigns and the document.
const (
	City, East, One, Two = id.ID(1000), id.ID(1001), id.ID(1002), id.ID(1003)
	Strange              = id.ID(2000)
	Round, Before, First = id.ID(5002), id.ID(5001), id.ID(5000)
	Paper, Paper2        = id.ID(6000), id.ID(6001)
	Meeting              = id.ID(7000)
)

// Now is three weeks after the reports were due.
var Now = time.Date(2018, 8, 10, 8, 30, 0, 0, clock.Zone)

// People of commune One are 8000 to 8003, of Two 8004 to 8007.
func People(i int) id.ID { return id.ID(8000 + i) }

// World holds who acts.
type World struct {
	DB                         *db.DB
	Officer, Eastern, Eastern2 access.Actor // of the city and twice of the district
	One, Two, Outside          access.Actor
	Member                     access.Actor // person 8000 of commune One
}

// As is an actor with one role at one unit.
func As(name string, r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: name, Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2016-01-01"}}}
}

// Seed writes the world in one transaction. In this campaign One reported in time, made three
// absent people study later and was confirmed by nine of nine; Two was late, as in both before,
// left a question unanswered and had a contest upheld.
func Seed(t testing.TB, d *db.DB) *World {
	t.Helper()
	w := &World{DB: d, Officer: As("Cán bộ mẫu", access.Officer, City), Eastern: As("Cán bộ huyện mẫu 1", access.UnitOfficer, East), Eastern2: As("Cán bộ huyện mẫu 2", access.UnitOfficer, East),
		One: As("Bí thư xã Một", access.Secretary, One), Two: As("Bí thư xã Hai", access.Secretary, Two), Outside: As("Người ngoài", access.Officer, Strange), Member: As("Đảng viên mẫu 001", access.Member, One)}
	w.Member.Person = People(0)
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			t.Helper()
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		seedUnits(ex)
		for c, day := range map[id.ID]string{First: "2016-06-01", Before: "2017-06-01", Round: "2018-06-26"} {
			seedCampaign(ex, c, day)
		}
		seedPeople(ex)
		seedFacts(ex)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

var tree = []struct {
	unit, parent  id.ID
	level, name   string
	lo, hi, depth int
}{
	{City, 0, "province", "Đảng bộ thành phố mẫu", 1, 4, 0}, {East, City, "district", "Đảng bộ huyện Đông", 2, 4, 1},
	{One, East, "grassroots", "Đảng bộ xã Một", 3, 3, 2}, {Two, East, "grassroots", "Đảng bộ xã Hai", 4, 4, 2}, {Strange, 0, "province", "Tỉnh khác", 0, 0, 0},
}

func seedUnits(ex func(string, ...any)) {
	up := map[id.ID]id.ID{}
	for i, u := range tree {
		up[u.unit] = u.parent
		ex(`insert into org_unit (id, code, level, parent, name, short, committee, symbol, place, folded, sort_key, created_at) values ($1, $2, $3, $4, $5, $5, '', '', 'Mẫu', 'x', $2, 0)`, u.unit, fmt.Sprint(i), u.level, u.parent, u.name)
		for top, depth := u.unit, 0; top != 0; top, depth = up[top], depth+1 {
			ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.unit, depth)
		}
	}
	for i, p := range []id.ID{Paper, Paper2} {
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', $3, 'x', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, p, City, fmt.Sprintf("%d-NQ/TW", 26+i))
	}
}

// seedCampaign is due before 20 July; One sends on the 18th, Two two days late.
func seedCampaign(ex func(string, ...any), c id.ID, day string) {
	ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, $3, 'open', $4, 0)`, c, City, "Đợt học tập mẫu "+day[:4], day)
	ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, c, Paper)
	for _, level := range []string{"district", "grassroots"} {
		ex(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) values ($1, $2, $3, $4, false, 0)`, c, City, level, day[:4]+"-07-20")
	}
	for i, u := range tree[:4] {
		members := 0
		if i > 1 {
			members = 4
		}
		ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)`, c, u.unit, u.parent, u.lo, u.hi, u.depth, u.level, u.name, members)
	}
	for unit, on := range map[id.ID]string{One: "-07-18", Two: "-07-22"} {
		at := clock.Start(day[:4] + on).UnixMilli()
		ex(`insert into report (id, campaign, unit, state, version, first_sent_at, sent_at, created_at) values ($1, $2, $3, 'accepted', 1, $4, $4, 0)`, id.New(), c, unit, at)
	}
}

func seedPeople(ex func(string, ...any)) {
	ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, 'conference', 'in_person', 'Hội nghị mẫu', 'x', $4, $5, 'held', 0)`,
		Meeting, Round, East, clock.Start("2018-07-10").UnixMilli(), clock.Start("2018-07-11").UnixMilli())
	ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, 0, 'Hội trường', $3)`, Meeting+1, Meeting, East)
	for i := range 8 {
		unit, lo := One, 3
		if i >= 4 {
			unit, lo = Two, 4
		}
		name := fmt.Sprintf("Đảng viên mẫu %03d", i+1)
		ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, $2, $3, $4, 'official', $5, 0)`, People(i), name, text.Fold(name), text.NameKey(name), unit)
		ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', $5, false, $6)`, Round, People(i), unit, lo, i == 5, i)
		switch i {
		case 4, 5: // no reason given
			ex(`insert into attendance_absence (meeting, person, campaign, reason, at) values ($1, $2, $3, '', 0)`, Meeting, People(i), Round)
		default:
			form := map[bool]string{true: "make_up", false: "in_person"}[i > 0 && i < 4]
			r := id.ID(9000 + i)
			ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1, $2, $3, $4, $5, $6, 'own_code', 1, $7, $7, 'x', false)`,
				r, Round, Meeting, Meeting+1, People(i), form, clock.Start("2018-07-10").UnixMilli())
			ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, Round, Paper, People(i), r)
		}
	}
	for lo, n := range map[int][3]int{3: {4, 1, 3}, 4: {2, 2, 0}} {
		ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5)
			values ($1, $2, $3, 'member', $4, 0, $5, 0, 0, $6, 0, $4, 0, 0, 0, 0)`, Round, Paper, lo, n[0], n[1], n[2])
	}
}

func seedFacts(ex func(string, ...any)) {
	ex(`insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_person) values ($1, $2, 0, 'talk', 'Nội dung', 60, 'x', $3)`, Meeting+2, Meeting, People(0))
	ex(`insert into recheck_draw (id, campaign, unit, report, version, asker, state, secret, hash, committed_at) select 40, $1, $2, id, 1, $3, 'closed', $4, 'x', 0 from report where campaign = $1 and unit = $5`, Round, East, City, []byte("x"), One)
	for i := range 9 { // people of One, each asked at nine draws' worth: the rows need no person
		ex(`insert into recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, asked_at, closed_at, answer, salt) values (40, $1, $2, $3, 3, $2, $4, true, 0, 1, 'confirmed', 'x')`, Round, One, int64(100+i), i)
	}
	ex(`insert into honesty_lead (id, campaign, unit, code, body, state, note, at, by_name) values (41, $1, $2, 'full', '{}', 'asked', 'x', 0, 'x')`, Round, Two)
	ex(`insert into contest (id, campaign, document, person, figure, unit, lo, decider, was, kind, state, at, salt) values (42, $1, $2, $3, 'studied', $4, 4, $5, 'absent', 'was_there', 'upheld', 0, 'x')`, Round, Paper, People(6), Two, East)
}
