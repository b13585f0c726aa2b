package attendance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// TestTallyProperty does whatever people do to attendance, in any order, and counts the
// records by hand after every step: the tallies say the same, and counting anew changes nothing.
func TestTallyProperty(t *testing.T) {
	if testing.Short() {
		t.Skip("one request after the other: nothing for the race detector")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 3, 2)
		halls := []hall{w.meet(t, w.cell, "cell", "in_person", w.docs[:1]), w.meet(t, w.east, "class", "hybrid", w.docs, w.cell), w.meet(t, w.province, "conference", "in_person", w.docs[1:]),
			w.meet(t, w.east, "make_up", "in_person", w.docs), w.meet(t, w.own, "class", "self_study", w.docs)}
		rapid.Check(t, func(r *rapid.T) {
			w.clear(t)
			for step := range rapid.IntRange(1, 12).Draw(r, "steps") {
				turns, marks := w.turns(t)
				did := w.anything(r, halls)
				if after, anew := w.turns(t); did != "rebuild" {
					for leaf := range anew {
						if anew[leaf] != marks[leaf] && after[leaf] <= turns[leaf] {
							r.Fatalf("step %d, %s: %s became %s without a turn", step, did, marks[leaf], anew[leaf])
						}
					}
				}
				if got, want := w.tallies(t), w.byHand(t); !slices.Equal(got, want) {
					r.Fatalf("step %d, %s: kept %v, by hand %v", step, did, got, want)
				}
			}
			if kept, byHand := w.folds(t); !slices.Equal(kept, byHand) {
				r.Fatalf("folded %v, added up by hand %v", kept, byHand)
			}
			kept := w.tallies(t)
			if err := w.d.Write(context.Background(), func(tx db.Tx) error { return Rebuild(context.Background(), tx, w.campaign) }); err != nil {
				r.Fatal(err)
			}
			if anew := w.tallies(t); !slices.Equal(kept, anew) {
				r.Fatalf("kept %v, counted anew %v", kept, anew)
			}
		})
	})
}

// turns are how often each leaf has changed, and who is counted there as what.
func (w *world) turns(t testing.TB) (turns map[string]int64, marks map[string]string) {
	t.Helper()
	turns, marks = map[string]int64{}, map[string]string{}
	err := w.d.Read(context.Background(), func(tx db.Tx) error {
		_, err := db.All(context.Background(), tx, func(scan func(...any) error) (none struct{}, err error) {
			var document, lo, n int64
			var kind string
			err = scan(&document, &lo, &kind, &n)
			leaf := fmt.Sprint(document, lo, kind)
			turns[leaf], marks[leaf] = n, ""
			return none, err
		}, `select document, lo, kind, turns from attendance_tally`)
		if err != nil {
			return err
		}
		_, err = db.All(context.Background(), tx, func(scan func(...any) error) (none struct{}, err error) {
			var document, lo, person, grade int64
			var kind, form string
			err = scan(&document, &lo, &kind, &person, &form, &grade)
			marks[fmt.Sprint(document, lo, kind)] += fmt.Sprintln(person, form, grade)
			return none, err
		}, `select s.document, p.lo, p.kind, s.person, r.form, r.grade from attendance_studied s join attendance_record r on r.id = s.record
			join campaign_roster p on p.campaign = s.campaign and p.person = s.person order by s.document, s.person`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return turns, marks
}

func (w *world) clear(t testing.TB) {
	w.at = begin
	w.write(t, func(ex func(string, ...any)) {
		for _, table := range []string{"attendance_tally", "attendance_studied", "attendance_absence", "attendance_headcount", "attendance_record", "attendance_scan", "attendance_number", "attendance_site", "attendance_fold", "attendance_pending"} {
			ex(`delete from ` + table)
		}
	})
}

// anything does one thing to somebody somewhere and says what. A refusal is fine, a failure is not.
func (w *world) anything(r *rapid.T, halls []hall) string {
	ctx := context.Background()
	h := rapid.SampledFrom(halls).Draw(r, "meeting")
	home := rapid.SampledFrom([]*leaf{w.cell, w.own}).Draw(r, "unit")
	i := rapid.IntRange(0, 2).Draw(r, "person")
	person, site := home.people[i], rapid.SampledFrom(h.sites).Draw(r, "site")
	var err error
	did := rapid.SampledFrom([]string{"scan", "scan", "scan own", "tick", "roll", "roll", "void", "wait", "rebuild", "hall"}).Draw(r, "do")
	switch did {
	case "scan":
		_, err = w.Enter(ctx, w.officer, h.meeting, site, home.codes[i], Way{How: "station"})
	case "scan own":
		_, err = w.Enter(ctx, w.officer, h.meeting, site, home.codes[i], Way{How: "own_code", At: begin.UnixMilli() - int64(rapid.IntRange(0, 9).Draw(r, "earlier"))})
	case "tick":
		_, err = w.EnterPerson(ctx, w.officer, h.meeting, site, person, Way{How: "list"})
	case "roll":
		var marks []Mark
		for k, p := range home.people {
			m := Mark{Person: p, Present: rapid.Bool().Draw(r, fmt.Sprint("present ", k))}
			if !m.Present {
				m.Else, m.Note = rapid.SampledFrom([]string{"", "higher", "self_study"}).Draw(r, "else"), "ở nơi khác"
			}
			marks = append(marks, m)
		}
		_, err = w.RollCall(ctx, w.officer, h.meeting, site, marks)
	case "void":
		err = w.Void(ctx, w.officer, h.meeting, person, "nhầm")
	case "wait":
		w.at = w.at.Add(time.Duration(rapid.IntRange(1, 300).Draw(r, "minutes")) * time.Minute)
	case "rebuild":
		err = w.d.Write(ctx, func(tx db.Tx) error { return Rebuild(ctx, tx, w.campaign) })
	case "hall":
		n := rapid.Int64Range(0, 3).Draw(r, "heads")
		count := Headcount{ID: id.New(), Meeting: h.meeting, Site: site, Who: Hall, Amount: n}
		if err = w.Count(ctx, w.officer, count); err == nil {
			other := w.officer
			other.Account = id.New()
			_, err = w.CountAgain(ctx, other, count.ID, n)
		}
	}
	if err != nil && fault.Of(err) == fault.Internal {
		r.Fatal(did, err)
	}
	return did
}

// byHand counts the records as somebody with pencil and paper would.
func (w *world) byHand(t testing.TB) (out []string) {
	t.Helper()
	type row struct {
		Record
		document id.ID
		lo       int64
		kind     string
		exempt   bool
	}
	var rows []row
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		rows, err = db.All(context.Background(), tx, func(scan func(...any) error) (x row, err error) {
			err = scan(&x.ID, &x.Person, &x.Form, &x.Grade, &x.At, &x.document, &x.lo, &x.kind, &x.exempt)
			return x, err
		}, `select r.id, r.person, r.form, r.grade, r.at, md.document, p.lo, p.kind, p.exempt from attendance_record r
			join meeting_document md on md.meeting = r.meeting
			join campaign_participant p on p.campaign = r.campaign and p.person = r.person
			where r.void_at is null`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	type study struct{ document, person id.ID }
	best := map[study]row{}
	for _, x := range rows {
		s := study{x.document, x.Person}
		if old, ok := best[s]; !ok || Better(x.Record, old.Record) {
			best[s] = x
		}
	}
	type leafRow struct {
		document int
		lo       int64
		kind     string
	}
	sums := map[leafRow]*[tallied]int64{}
	for _, x := range best {
		k := leafRow{slices.Index(w.docs, x.document), x.lo, x.kind}
		if sums[k] == nil {
			sums[k] = new([tallied]int64)
		}
		n := sums[k]
		n[0]++
		if x.exempt {
			n[1]++
		}
		n[2+formIndex[x.Form]]++
		n[6+x.Grade]++
	}
	for k, n := range sums {
		out = append(out, fmt.Sprint(k.document, k.lo, k.kind, *n))
	}
	slices.Sort(out)
	return out
}

// A tree that is remembered says of everybody what the query says.
func TestClimb(t *testing.T) {
	w := seed(t, dbtest.One(t), 1, 1)
	w.write(t, func(ex func(string, ...any)) {
		ex(`update campaign_unit set self_organised = true where campaign = $1 and unit = $2`, w.campaign, w.far.unit)
	})
	units := []*leaf{w.province, w.east, w.cell, w.own, w.west, w.far}
	err := w.d.Write(context.Background(), func(tx db.Tx) error {
		ctx := context.Background()
		if err := w.trees.know(ctx, tx, []id.ID{w.campaign}); err != nil {
			return err
		}
		d := w.deskAt(ctx, tx, nil)
		for _, organiser := range append(units, &leaf{unit: id.New()}) {
			k, said, asked := pair{w.campaign, organiser.unit}, map[id.ID]bool{}, map[id.ID]bool{}
			var list []id.ID
			var places []int64
			for i, u := range units {
				list, places = append(list, u.unit), append(places, int64(u.lo))
				if i == len(units)-1 {
					places[0] = 99 // a roster that knows the place otherwise
				}
			}
			if err := d.climb(w.trees.of(w.campaign), k, list, places, func(u id.ID) { said[u] = true }); err != nil {
				return err
			}
			if err := look(ctx, tx, higherQuery, []any{k[0], k[1]}, list, one, db.Value[id.ID], func(u id.ID) { asked[u] = true }); err != nil {
				return err
			}
			delete(said, organiser.unit) // never asked of the organiser itself
			delete(asked, organiser.unit)
			if !maps.Equal(said, asked) {
				t.Errorf("below %s: %v, want %v", organiser.name, said, asked)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
