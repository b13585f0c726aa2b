package ledger

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

// The world: in 2018 a commune with one branch of three members studied one document; since then the branch has
// another name and stands in another commune, and one member has moved to a third place.
const (
	province  = id.ID(10)
	commune   = id.ID(11)
	branch    = id.ID(12)
	away      = id.ID(13)
	campaign1 = id.ID(500)
	paper1    = id.ID(600)
	meeting1  = id.ID(700)
	site1     = id.ID(710)
	first     = id.ID(800) // came, wrote, was commended; lives elsewhere today
	second    = id.ID(801) // came to the make-up
	third     = id.ID(802) // exempt
	task      = id.ID(900)
)

var now = time.Date(2026, 11, 22, 8, 0, 0, 0, clock.Zone)

func moment(day string, hour int) int64 { return clock.Start(day).UnixMilli() + int64(hour)*3600_000 }

func world(t testing.TB, d *db.DB) *Service {
	t.Helper()
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for _, u := range []struct {
			unit, parent id.ID
			name         string
		}{{province, 0, "Đảng bộ tỉnh mẫu"}, {commune, province, "Đảng bộ xã Cũ"}, {branch, province, "Chi bộ mẫu 1 (mới)"}, {away, province, "Chi bộ nơi khác"}} {
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1,$2,'cell',$3,$4,$4,'x','x',0)`, u.unit, fmt.Sprint(int64(u.unit)), u.parent, u.name)
			ex(`insert into org_below (top, unit, depth) values ($1,$1,0)`, u.unit)
			if u.parent != 0 {
				ex(`insert into org_below (top, unit, depth) values ($1,$2,1)`, u.parent, u.unit)
			}
		}
		ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1,$2,'resolution','26-NQ/TW','Ban Chấp hành Trung ương','2018-05-19','Nghị quyết','x',0)`, paper1, province)
		ex(`insert into campaign (id, unit, title, state, starts_on, rounding, created_at) values ($1,$2,'Đợt học tập 2018','closed','2018-06-26','half_up',0)`, campaign1, province)
		ex(`insert into campaign_document (campaign, document, ord) values ($1,$2,0)`, campaign1, paper1)
		for _, u := range []struct {
			unit, parent    id.ID
			lo, hi, depth   int
			name            string
			members, exempt int
		}{{province, 0, 1, 3, 0, "Đảng bộ tỉnh mẫu", 0, 0}, {commune, province, 2, 3, 1, "Đảng bộ xã Cũ", 0, 0}, {branch, commune, 3, 3, 2, "Chi bộ mẫu 1", 3, 1}} {
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt) values ($1,$2,$3,$4,$5,$6,'cell',$7,$7,$8,$9)`, campaign1, u.unit, u.parent, u.lo, u.hi, u.depth, u.name, u.members, u.exempt)
		}
		for i, p := range []id.ID{first, second, third} {
			name, home := fmt.Sprintf("Đảng viên mẫu %03d", i+1), branch
			if p == first {
				home = away
			}
			ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1,$2,'x',$3,'official',$4,0)`, p, name, fmt.Sprintf("%03d", i), home)
			ex(`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values ($1,$2,$3,$4,3,'member',false,$5)`, campaign1, p, i, branch, p == third)
		}
		for i, m := range []struct {
			kind, title, day string
			of               any
		}{{"class", "Lớp học tập tại xã", "2018-07-10", nil}, {"make_up", "Lớp học bù", "2018-07-17", meeting1}} {
			ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, makes_up, created_at) values ($1,$2,$3,$4,'in_person',$5,'x',$6,$7,'held',$8,0)`,
				meeting1+id.ID(i), campaign1, commune, m.kind, m.title, moment(m.day, 7), moment(m.day, 11), m.of)
			ex(`insert into meeting_document (meeting, document) values ($1,$2)`, meeting1+id.ID(i), paper1)
			ex(`insert into meeting_site (id, meeting, ord, name, unit, expected, folded) values ($1,$2,0,'Hội trường',$3,3,'x')`, site1+id.ID(i), meeting1+id.ID(i), commune)
		}
		ex(`insert into meeting_invite (id, meeting, site, unit) values (720,$1,$2,$3)`, meeting1, site1, branch)
		for i, p := range []id.ID{first, second} {
			form := []string{"in_person", "make_up"}[i]
			ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1,$2,$3,$4,$5,$6,'roll_call',3,$7,$7,'mẫu',false)`,
				1000+i, campaign1, meeting1+id.ID(i), site1+id.ID(i), p, form, moment([]string{"2018-07-10", "2018-07-17"}[i], 7))
			ex(`insert into attendance_studied (campaign, document, person, record) values ($1,$2,$3,$4)`, campaign1, paper1, p, 1000+i)
		}
		ex(`insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5) values ($1,$2,3,'member',2,0,1,0,0,1,0,0,0,2,0,0)`, campaign1, paper1)
		ex(`insert into essay_task (id, campaign, unit, kind, title, folded, prompt, state, due_at, pass, bound, seed, released_at, created_at) values ($1,$2,$3,'essay','Bài','x','x','closed',1,50,10,'x',1,0)`, task, campaign1, province)
		ex(`insert into essay (id, task, campaign, unit, lo, person, state, points, passed, started_at) values (901,$1,$2,$3,3,$4,'marked',85,true,0)`, task, campaign1, branch, first)
		ex(`insert into essay_member (task, person, essay, ord, must) values ($1,$2,901,0,true)`, task, first)
		ex(`insert into merit (id, campaign, unit, lo, person, kind, what, decider, state, at, by_name, until) values (950,$1,$2,3,$3,'commend','Học tốt',$4,'upheld',0,'mẫu',0), (951,$1,$2,3,$5,'criticise','Chưa học',$4,'open',0,'mẫu',0)`, campaign1, branch, first, province, second)
		ex(`insert into report (id, campaign, unit, state, first_sent_at, created_at) values (960,$1,$2,'accepted',$3,0)`, campaign1, branch, moment("2018-07-20", 9))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &Service{DB: d, Now: clock.Fixed(now)}
}

func as(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: 99, Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2018-01-01"}}}
}
