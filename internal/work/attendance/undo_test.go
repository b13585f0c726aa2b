package attendance

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// What is left of a person's scans once one of them is taken back counts as if that had never been,
// whichever came first.
func TestUndoLeavesTheOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 12, 1)
		h := w.meet(t, w.province, "conference", "in_person", w.docs, w.cell, w.far)
		ctx := context.Background()
		const a, b, list = 1, 2, 8
		for i, c := range []struct {
			name  string
			steps []int // a site to scan at, with list added by name instead; below zero: the scan of that place from 1 is taken back; 99 voided by an officer
			want  string
		}{
			{"the second door stands in", []int{a, a, -1}, "site 1 grade 2, [plain undone]"},
			{"taken back before the second door", []int{a, -1, a}, "site 1 grade 2, [plain undone]"},
			{"another site stands in", []int{a, b, -1}, "site 2 grade 2, [plain undone]"},
			{"of two others the first", []int{a, b, a, -1}, "site 2 grade 2, [elsewhere plain undone]"},
			{"a displaced mark comes back", []int{a + list, b, -2}, "site 1 grade 3, [plain undone]"},
			{"what did not count is taken back", []int{a, b, -2}, "site 1 grade 2, [plain undone]"},
			{"all of them", []int{a, b, -1, -2}, "nobody, [undone undone]"},
			{"what an officer voided stays so", []int{a, a, 99, b, -3}, "nobody, [again plain undone]"},
		} {
			var keys []id.ID
			for n, step := range c.steps {
				w.at = begin.Add(time.Duration(n) * time.Minute)
				var err error
				switch {
				case step == 99:
					err = w.Void(ctx, w.officer, h.meeting, w.cell.people[i], "nhầm người")
				case step < 0:
					_, err = w.Undo(ctx, w.officer, h.meeting, h.sites[siteOfStep(c.steps, -step)], keys[-step-1], 0)
				default:
					scan := Scan{Key: id.New(), Code: w.cell.codes[i], How: "station"}
					if step > list {
						scan.Code, scan.Person, scan.How = "", w.cell.people[i], "list"
					}
					keys = append(keys, scan.Key)
					_, err = w.Take(ctx, w.officer, h.meeting, h.sites[step%list], []Scan{scan})
				}
				if err != nil {
					t.Fatal(c.name, err)
				}
			}
			if got := w.stand(t, h, w.cell.people[i]); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
			w.sound(t)
		}
		err := d.Read(ctx, func(tx db.Tx) error {
			lost, err := db.All(ctx, tx, db.Value[id.ID], `select r.person from attendance_record r where r.void_by is not null and not exists (
				select 1 from audit_entry a where a.action = 'attendance.void' and a.subject = r.person and a.account = r.void_by and a.why <> '')`)
			if len(lost) > 0 {
				t.Errorf("%d records were voided without a line in the log", len(lost))
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// siteOfStep is where the scan of a number from 1 was made.
func siteOfStep(steps []int, n int) int {
	scans := slices.DeleteFunc(slices.Clone(steps), func(s int) bool { return s < 0 || s == 99 })
	return scans[n-1] % 8
}

// stand is where a person counts, and what each of the scans is, told alike whatever their order.
func (w *world) stand(t *testing.T, h hall, person id.ID) string {
	t.Helper()
	ctx, out := context.Background(), "nobody"
	var labels []string
	err := w.d.Read(ctx, func(tx db.Tx) error {
		_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			var site id.ID
			var grade int64
			err = scan(&site, &grade)
			out = fmt.Sprintf("site %d grade %d", slices.Index(h.sites, site), grade)
			return none, err
		}, `select site, grade from attendance_record where meeting = $1 and person = $2 and void_at is null`, h.meeting, person)
		if err == nil {
			labels, err = db.All(ctx, tx, db.Value[string], `select case label when '' then 'plain' else label end from attendance_scan where meeting = $1 and person = $2 order by label desc`, h.meeting, person)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(labels)
	return fmt.Sprint(out, ", ", labels)
}
