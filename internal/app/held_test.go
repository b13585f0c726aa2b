package app

import (
	"context"
	"regexp"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// What is kept about somebody is read back in words of every room it comes from.
func TestOwnDataIsReadable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, code, filled := sealSeed(t, d), regexp.MustCompile(`^[a-z]+\.[a-z_.]+$`), map[string]bool{}
		w.tell()
		err := d.Write(context.Background(), func(tx db.Tx) error {
			for _, q := range []string{
				`insert into attendance_absence (meeting, person, campaign, reason, at) values (7000, 8000, 5000, 'sick', 5)`,
				`insert into attendance_visit (session, person, meeting, site, came_at, timing, how) values (7000, 8000, 7000, 7001, 5, 'late', 'x')`,
				`insert into person_exemption (id, person, kind, reason, valid_from, resolution, created_at) values (1, 8000, 'exempt', 'x', '2026-01-01', '1', 5)`,
				`insert into person_late (exemption, campaign, accepted, why, created_at, by_name) values (1, 5000, true, 'x', 5, 'x')`,
				`insert into merit (id, campaign, unit, lo, person, kind, what, decider, state, at, by_name, until) values (1, 5000, 1002, 3, 8000, 'commend', 'x', 1001, 'upheld', 5, 'x', 6)`,
				`insert into contest (id, campaign, person, figure, unit, lo, decider, was, kind, state, at, salt) values (1, 5000, 8000, 'x', 1002, 3, 1001, '', 'was_there', 'rejected', 5, 'x')`,
			} {
				if _, err := tx.ExecContext(context.Background(), q); err != nil {
					t.Fatal(q, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 9 {
			list, err := w.Privacy.Data(context.Background(), access.Actor{Account: 1, Person: id.ID(8000 + i)}, "vi")
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range list {
				filled[s.Title] = filled[s.Title] || len(s.Rows) > 0
				for _, row := range append([][]string{s.Head, {s.Title}}, s.Rows...) {
					for _, cell := range row {
						if code.MatchString(cell) {
							t.Errorf("%s: %q is no word", s.Title, cell)
						}
					}
				}
			}
		}
		for _, must := range []string{"Hồ sơ", "Danh sách các đợt học tập", "Học tập đã ghi nhận", "Vắng và lý do", "Giờ đến, giờ về", "Miễn, giảm sinh hoạt", "Kết luận về miễn ghi sau chốt", "Biểu dương, phê bình", "Khiếu nại số liệu"} {
			if !filled[must] {
				t.Errorf("%s was to have rows", must)
			}
		}
	})
}
