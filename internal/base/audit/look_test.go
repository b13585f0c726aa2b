package audit

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// people puts 11 into the district since 2020, and 12 there until 1 November, since in the province.
func people(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(context.Background(), func(tx db.Tx) error {
		for _, q := range []string{
			`insert into person (id, name, folded, name_key, kind, unit, created_at) values (11, 'Đảng viên mẫu 011', '', '', 'official', 2, 1), (12, 'Đảng viên mẫu 012', '', '', 'official', 1, 1)`,
			`insert into org_parent (unit, parent, valid_from) values (2, 1, '0001-01-01')`,
			`insert into person_membership (person, unit, valid_from, valid_to, study_home) values
				(11, 2, '2020-01-01', null, true), (12, 2, '2020-01-01', '2026-11-01', true), (12, 1, '2026-11-02', null, true)`,
		} {
			if _, err := tx.ExecContext(context.Background(), q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestLooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		people(t, d)
		now, who := noon.UnixMilli(), access.Actor{Account: 7, Person: 12, Name: "Cán bộ mẫu"}
		look := func(who access.Actor, at int64, sight Sight) {
			t.Helper()
			if err := Tell(ctx, d, who, at, sight); err != nil {
				t.Fatal(err)
			}
		}
		look(who, now, Sight{Person: 11, Unit: district, Purpose: "person.page"})
		look(who, now, Sight{Person: 12, Unit: province, Purpose: "person.page"})                                            // oneself
		look(access.System("x"), now, Sight{Person: 11, Unit: district, Purpose: "person.page"})                             // the program
		look(who, now, Sight{Units: []id.ID{district}, People: []id.ID{11, 12}, Purpose: "person.list"})                     // oneself not counted
		look(who, now, Sight{Units: []id.ID{district}, People: []id.ID{13}, Purpose: "person.search"})                       // somebody else
		look(who, now, Sight{Units: []id.ID{district}, N: 900, Purpose: "person.export", Why: "báo cáo"})                    // all of the district
		look(access.Actor{Account: 8, Name: "Khác"}, now, Sight{Units: []id.ID{district}, N: 900, Purpose: "person.export"}) // after 12 had left
		look(access.Actor{Account: 8, Name: "Khác"}, noon.AddDate(0, -1, 0).UnixMilli(), Sight{Units: []id.ID{province}, N: 9, Purpose: "person.export"})
		look(who, now, Sight{Units: []id.ID{district}, Purpose: "person.list"}) // nobody on it

		seen := func(person, account id.ID) (out []string) {
			t.Helper()
			rows, err := s.Mine(ctx, access.Actor{Account: account, Person: person}, db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range rows.Items {
				out = append(out, l.Who+" "+l.Purpose)
			}
			return out
		}
		for _, c := range []struct {
			says            string
			person, account id.ID
			want            []string
		}{
			{"who was looked at", 11, 9, []string{"Khác person.export", "Khác person.export", "Cán bộ mẫu person.export", "Cán bộ mẫu person.list", "Cán bộ mẫu person.page"}},
			{"who had moved up sees what was read of the province", 12, 9, []string{"Khác person.export"}},
			{"one's own readings are not news", 11, 8, []string{"Cán bộ mẫu person.export", "Cán bộ mẫu person.list", "Cán bộ mẫu person.page"}},
		} {
			if got := seen(c.person, c.account); !slices.Equal(got, c.want) {
				t.Errorf("%s: %q", c.says, got)
			}
		}
		if _, err := s.Mine(ctx, access.Actor{Account: 9}, db.Page{}); fault.Of(err) != fault.Missing {
			t.Errorf("nobody in the rosters: %v", err)
		}
		name := func(role access.Role, unit id.ID) (names []string, n int) {
			rows, err := s.Looks(ctx, at(role, unit), 0, db.Page{})
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range rows.Items {
				if l.Name != "" {
					names = append(names, l.Name)
				}
			}
			return names, len(rows.Items)
		}
		if names, n := name(access.Inspector, province); n != 6 || !slices.Equal(names, []string{"Đảng viên mẫu 011"}) {
			t.Errorf("an inspector sees %d readings, names %v", n, names)
		}
		if names, n := name(access.Auditor, province); n != 6 || len(names) != 0 {
			t.Errorf("an auditor sees %d readings, names %v", n, names)
		}
		if _, n := name(access.Auditor, district); n != 5 {
			t.Errorf("below, %d", n)
		}
	})
}

// An auditor sees who did what and when, and nothing of what changed or why.
func TestAuditorsSeeNoContent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		for role, hidden := range map[access.Role]bool{access.Auditor: true, access.Inspector: false} {
			rows, err := s.List(ctx, at(role, province), Filter{})
			if err != nil || len(rows.Items) != 9 {
				t.Fatal(len(rows.Items), err)
			}
			for _, l := range rows.Items {
				if l.Hidden != hidden || (l.Detail == "") != hidden || (l.Why == "") != hidden || l.Who == "" {
					t.Errorf("%s: %+v", role, l)
				}
			}
		}
	})
}

// Who looked stays known after the unit was moved to another place and after the person was:
// by name at once, and where a list kept no names, by the tree and the membership of its day.
func TestLooksAfterAReorganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := room(t, d), context.Background()
		people(t, d)
		exec := func(list ...string) {
			t.Helper()
			if err := d.Write(ctx, func(tx db.Tx) error {
				for _, q := range list {
					if _, err := tx.ExecContext(ctx, q); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		exec(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values (3, 'HP2', 'commune', 1, 'Xã mẫu', 'Xã', '', '', 1), (4, 'HP11', 'cell', 2, 'Chi bộ mẫu', 'Chi bộ', '', '', 1)`,
			`insert into org_parent (unit, parent, valid_from, valid_to) values (3, 1, '0001-01-01', null), (4, 2, '0001-01-01', '2026-11-09'), (4, 3, '2026-11-10', null)`,
			`insert into org_below (top, unit, depth) values (3, 3, 0), (1, 3, 1), (4, 4, 0), (3, 4, 1), (1, 4, 2)`, // today's tree: the cell came to the commune
			`insert into person (id, name, folded, name_key, kind, unit, created_at) values (13, 'Đảng viên mẫu 013', '', '', 'official', 4, 1)`,
			`insert into person_membership (person, unit, valid_from, valid_to, study_home) values (13, 4, '2020-01-01', null, true)`,
			`insert into person (id, name, folded, name_key, kind, unit, created_at) values (14, 'Đảng viên mẫu 014', '', '', 'official', 1, 1)`,
			`insert into person_membership (person, unit, valid_from, valid_to, study_home) values (14, 2, '2020-01-01', '2026-11-01', true), (14, 1, '2026-11-02', null, true)`)
		exec(`insert into person (id, name, folded, name_key, kind, unit, left_on, created_at) values (15, 'Đảng viên mẫu 015', '', '', 'official', 3, '2026-11-02', 1)`,
			`insert into person_membership (person, unit, valid_from, valid_to, study_home) values (15, 3, '2020-01-01', '2026-11-02', true), (15, 2, '2020-01-01', '2026-11-01', false)`)
		if err := d.Write(ctx, func(tx db.Tx) error { // the move of 14, dated back to 2 November, was written on the 15th, as what ended for 15
			at, by := noon.AddDate(0, 0, -5).UnixMilli(), access.Actor{Account: 8}
			detail := map[string]any{"old": id.ID(2), "new": id.ID(1), "from": "2026-11-02"}
			if err := Write(ctx, tx, by, at, "person.move", 14, 1, detail, "", 2); err != nil {
				return err
			}
			if err := Write(ctx, tx, by, at, "person.stay_end", 15, 2, []map[string]string{{"field": "to", "old": "", "new": "2026-11-01"}}, ""); err != nil {
				return err
			}
			return Write(ctx, tx, by, at, "person.leave", 15, 3, map[string]any{"last": "2026-11-02"}, "")
		}); err != nil {
			t.Fatal(err)
		}
		exec(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values (5, 'HP12', 'cell', 3, 'Chi bộ mẫu', 'Chi bộ', '', '', 1)`,
			`insert into org_parent (unit, parent, valid_from, valid_to) values (5, 2, '0001-01-01', '2026-11-01'), (5, 3, '2026-11-02', null)`,
			`insert into org_below (top, unit, depth) values (5, 5, 0), (3, 5, 1), (1, 5, 2)`,
			`insert into person (id, name, folded, name_key, kind, unit, created_at) values (16, 'Đảng viên mẫu 016', '', '', 'official', 5, 1)`,
			`insert into person_membership (person, unit, valid_from, valid_to, study_home) values (16, 5, '2020-01-01', null, true)`,
			fmt.Sprintf(`insert into org_event (id, unit, title, day, state, created_at, applied_at) values (1, 1, 'Sắp xếp mẫu', '2026-11-02', 'applied', 1, %d)`, noon.AddDate(0, 0, -5).UnixMilli()),
			`insert into org_event_unit (event, unit) values (1, 5)`) // the cell of 16 went to the commune on the 2nd, which was written on the 15th
		reader := access.Actor{Account: 7, Name: "Cán bộ mẫu"}
		look := func(purpose string, daysAgo int, sight Sight) {
			t.Helper()
			sight.Purpose = purpose
			if err := Tell(ctx, d, reader, noon.AddDate(0, 0, -daysAgo).UnixMilli(), sight); err != nil {
				t.Fatal(err)
			}
		}
		look("district.before", 15, Sight{Units: []id.ID{2}, N: 900})
		look("commune.before", 15, Sight{Units: []id.ID{3}, N: 900})
		look("district.named", 15, Sight{Units: []id.ID{2}, People: []id.ID{11, 13}})
		look("district.after", 2, Sight{Units: []id.ID{2}, N: 900})
		look("commune.after", 2, Sight{Units: []id.ID{3}, N: 900})
		look("province.after", 2, Sight{Units: []id.ID{1}, N: 9000})
		look("frozen.named", 2, Sight{Units: []id.ID{2}, People: []id.ID{12}}) // a campaign's roster of where 12 had been
		look("two.named", 2, Sight{Units: []id.ID{2, 3}, People: []id.ID{11, 13, 13}})
		look("beyond", 2, Sight{Units: []id.ID{3}, People: []id.ID{13}, N: 900}) // a part read for all
		for person, want := range map[id.ID][]string{
			11: {"two.named Huyện mẫu", "province.after Đảng bộ mẫu", "district.after Huyện mẫu", "district.named Huyện mẫu", "district.before Huyện mẫu"},
			12: {"frozen.named Huyện mẫu", "province.after Đảng bộ mẫu"},    // moved to the province on 2 November
			14: {"province.after Đảng bộ mẫu", "district.before Huyện mẫu"}, // on the list of the 5th, as nobody knew yet
			16: {"beyond Xã mẫu", "province.after Đảng bộ mẫu", "commune.after Xã mẫu", "commune.before Xã mẫu", "district.before Huyện mẫu"},
			15: {"commune.before Xã mẫu", "district.before Huyện mẫu"},
			13: {"beyond Xã mẫu", "two.named Xã mẫu", "province.after Đảng bộ mẫu", "commune.after Xã mẫu", "district.named Huyện mẫu", "district.before Huyện mẫu"},
		} {
			rows, err := s.Mine(ctx, access.Actor{Account: 9, Person: person}, db.Page{})
			var got []string
			for _, l := range rows.Items {
				got = append(got, l.Purpose+" "+l.UnitName)
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("%d: %v %q", person, err, got)
			}
		}
		var named []id.ID
		if err := d.Read(ctx, func(tx db.Tx) (err error) {
			named, err = db.All(ctx, tx, db.Value[id.ID], `select person from audit_looked where look = (select id from audit_look where purpose = 'district.named') order by person`)
			return err
		}); err != nil || !slices.Equal(named, []id.ID{11, 13}) {
			t.Errorf("a row for each person of a list: %v %v", named, err)
		}
	})
}
