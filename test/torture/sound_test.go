package torture

import (
	"context"
	"fmt"
	"testing"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// sound opens the database and proves that everybody who was answered is recorded once and that the tallies
// are what counting anew gives. It returns how many of the answered are missing, and the records.
func sound(t testing.TB, url string, m morning.Morning, meeting int, kept map[int]int64) (lost, stored int) {
	t.Helper()
	d, err := db.Open(url)
	must(t, err)
	defer d.Close()
	ctx := context.Background()
	must(t, d.Read(ctx, func(tx db.Tx) error {
		number := func(query string, args ...any) int64 {
			n, err := db.One(ctx, tx, db.Value[int64], query, args...)
			must(t, err)
			return n
		}
		if d.Engine() == db.SQLite {
			if said, err := db.One(ctx, tx, db.Value[string], `pragma integrity_check`); err != nil || said != "ok" {
				t.Errorf("integrity: %s %v", said, err)
			}
		}
		people, err := db.All(ctx, tx, db.Value[id.ID], `select person from attendance_record where meeting = $1 and void_at is null`, m.Meeting(meeting))
		must(t, err)
		times := map[int]int{}
		for _, p := range people {
			times[m.Of(p)]++
			if times[m.Of(p)] > 1 {
				t.Errorf("person %d is recorded twice", m.Of(p))
			}
		}
		for n := range kept {
			if times[n] == 0 {
				lost++
			}
		}
		stored = len(people)
		if n := number(`select count(*) from attendance_studied where document = $1`, m.Document(meeting)); n != int64(stored) {
			t.Errorf("%d studied, %d recorded", n, stored)
		}
		if n := number(`select coalesce(sum(studied), 0) from attendance_tally where document = $1`, m.Document(meeting)); n != int64(stored) {
			t.Errorf("tallies say %d, %d are recorded", n, stored)
		}
		if n := number(`select count(*) from attendance_tally t where t.document = $1 and t.studied <> (select count(*) from attendance_record r
			join campaign_roster p on p.campaign = r.campaign and p.person = r.person where r.meeting = $2 and r.void_at is null and p.lo = t.lo)`, m.Document(meeting), m.Meeting(meeting)); n != 0 {
			t.Errorf("%d units are tallied wrong", n)
		}
		counted := number(`select coalesce(sum(persons), 0) from attendance_site where meeting = $1`, m.Meeting(meeting))
		if counted != int64(stored) && number(`select count(*) from attendance_scan`) > 0 {
			t.Errorf("the sites say %d, %d are recorded", counted, stored)
		}
		return nil
	}))
	return lost, stored
}

func summary(kept map[int]int64, stored, lost int) string {
	return fmt.Sprintf("%d answered, %d recorded, %d lost", len(kept), stored, lost)
}
