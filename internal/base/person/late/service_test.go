package late

import (
	"context"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

// A cell of three under a ward: one came, one did not and is exempt late, one was exempt before.
func TestQuestions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := clock.Fixed(clock.Start("2026-04-01").Add(9 * time.Hour))
		s := &Service{DB: d, Now: now}
		frozen := ms("2026-03-05")
		err := d.Write(ctx, func(tx db.Tx) error {
			for _, q := range []string{
				`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values (1, 'E', 'commune', null, 'Phường Đông mẫu', 'Đông', 'x', 'x', 0), (2, 'E1', 'cell', 1, 'Chi bộ 1 mẫu', 'Chi bộ 1', 'x', 'x', 0)`,
				`insert into org_below (top, unit, depth) values (1, 1, 0), (2, 2, 0), (1, 2, 1)`,
				`insert into account (id, login, name, folded, name_key, lang, created_at) values (8, 'mau.008', 'Bí thư mẫu', 'x', 'x', 'vi', 0)`,
				`insert into person (id, name, folded, name_key, kind, unit, created_at) values (11, 'Đảng viên mẫu 011', 'x', 'x', 'official', 2, 0), (12, 'Đảng viên mẫu 012', 'x', 'y', 'official', 2, 0), (13, 'Đảng viên mẫu 013', 'x', 'z', 'official', 2, 0)`,
				`insert into document (id, unit, kind, issuer_name, issued_on, title, folded, created_at) values (5, 1, 'resolution', 'x', '2026-01-01', 'x', 'x', 0)`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			_, err := tx.ExecContext(ctx, `insert into campaign (id, unit, title, state, starts_on, opened_at, created_at) values (4, 1, 'Đợt mẫu', 'open', '2026-03-02', $1, 0)`, frozen)
			if err != nil {
				return err
			}
			for _, q := range []string{
				`insert into campaign_document (campaign, document, ord) values (4, 5, 1)`,
				`insert into campaign_unit (campaign, unit, lo, hi, depth, level, name, short) values (4, 2, 2, 2, 1, 'cell', 'Chi bộ 1 mẫu', 'Chi bộ 1')`,
				`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values (4, 11, 1, 2, 2, 'member', false, false), (4, 12, 2, 2, 2, 'member', false, false), (4, 13, 3, 2, 2, 'member', false, true)`,
				`insert into person_exemption (id, person, kind, reason, valid_from, resolution, created_at, created_by) values (21, 12, 'exempt', 'Tuổi cao', '2026-01-01', '1-NQ', 1774000000000, 8), (22, 13, 'exempt', 'Tuổi cao', '2026-01-01', '2-NQ', 1774000000000, 8), (23, 11, 'reduced', 'Ốm', '2026-03-10', '3-NQ', 1774000000000, 8)`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		actor := func(account, unit id.ID) access.Actor {
			return access.Actor{Account: account, Name: "Người mẫu", Grants: []access.Grant{{Role: access.UnitOfficer, Unit: unit}}}
		}
		above, cell, writer, own := actor(7, 1), actor(9, 2), actor(8, 1), actor(10, 1)
		own.Person = 12
		// who had a reduction before, and an exemption that ended before the campaign, both changed while it runs
		err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into person_exemption (id, person, kind, reason, valid_from, valid_to, resolution, created_at, created_by, changed_at, changed_by)
				values (24, 11, 'exempt', 'Ốm', '2025-01-01', '2026-03-09', '4-NQ', 5, 8, 1775000000000, 9)`)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		stretched, err := s.List(ctx, above, true)
		if err != nil || len(stretched) != 2 || stretched[0].Exemption != 24 || stretched[0].When != Stretched || stretched[0].Before != (Rate{0, 2}) || stretched[1].Exemption != 21 {
			t.Fatalf("%v %+v", err, stretched)
		}
		if q, err := s.Show(ctx, actor(9, 1), 24, 4); err != nil || q.MayAnswer {
			t.Errorf("who stretched it does not conclude: %+v %v", q, err)
		}
		if err = d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `delete from person_exemption where id = 24`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		list, err := s.List(ctx, above, true)
		if err != nil || len(list) != 1 || list[0].Exemption != 21 || list[0].When != Back || list[0].Before != (Rate{0, 2}) || list[0].After != (Rate{0, 1}) || list[0].WrittenBy != "Bí thư mẫu" {
			t.Fatalf("%v %+v", err, list)
		}
		for _, c := range []struct {
			say  string
			who  access.Actor
			why  string
			kind fault.Kind
			key  string
		}{
			{"the cell itself does not conclude", cell, "x", fault.Denied, "late.above"},
			{"nor who wrote the exemption", writer, "x", fault.Denied, "late.above"},
			{"nor who has it", own, "x", fault.Denied, "late.above"},
			{"a stranger sees nothing", actor(6, 3), "x", fault.Missing, "fault.missing"},
			{"a reason is needed", above, "", fault.Invalid, "web.required"},
			{"the level above concludes", above, "đã kiểm tra", fault.Internal, ""},
			{"once", above, "x", fault.Conflict, "late.answered"},
		} {
			q, err := s.Answer(ctx, c.who, 21, 4, true, c.why)
			if c.key == "" && (err != nil || q.Answer.At == 0) || c.key != "" && (fault.Of(err) != c.kind || fault.Key(err) != c.key) {
				t.Errorf("%s: %v", c.say, err)
			}
		}
		open, err := s.List(ctx, above, true)
		if err != nil || len(open) != 0 {
			t.Errorf("still open: %v %+v", err, open)
		}
		seen, err := looked(d, 12)
		if err != nil || seen < 2 {
			t.Errorf("who read the list and the case is told to the person: %d %v", seen, err)
		}
		before := seen
		if _, err := s.Show(ctx, above, 21, 4); err != nil {
			t.Error(err)
		}
		if seen, err = looked(d, 12); err != nil || seen != before+1 {
			t.Errorf("one more reading: %d %v", seen, err)
		}
		all, err := s.List(ctx, above, false)
		if err != nil || len(all) != 1 || !all[0].Answer.Accepted || all[0].Before != (Rate{0, 2}) {
			t.Errorf("the roster stays as it was: %v %+v", err, all)
		}
	})
}

func looked(d *db.DB, person id.ID) (n int64, err error) {
	return n, d.Read(ctx, func(tx db.Tx) error {
		n, err = db.One(ctx, tx, db.Value[int64], `select (select count(*) from audit_look where person = $1) + (select count(*) from audit_looked where person = $1)`, person)
		return err
	})
}
