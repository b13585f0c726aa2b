package attendance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// day is a morning at a few sites: calls of scans, as devices send them.
type day struct {
	who   access.Actor
	h     hall
	site  int
	scans []Scan
}

// morning invents calls: people at several sites, in two meetings on one document, by code and by
// name, in time and not, in order and not, with keys and numbers that come twice.
func (w *world) morning(halls []hall, seed uint64, calls int) (out []day) {
	r := rand.New(rand.NewPCG(seed, 7))
	stations, counters := []id.ID{id.New(), id.New(), id.New()}, [3]int64{}
	codes := slices.Concat(w.cell.codes, w.own.codes, w.far.codes, []string{"ZZZZZZZZZ", "", "23456789A"})
	people := slices.Concat(w.cell.people, w.own.people, w.far.people)
	for range calls {
		h := halls[r.IntN(len(halls))]
		d := day{who: w.officer, h: h, site: r.IntN(len(h.sites))}
		for range 1 + r.IntN(6) {
			c := Scan{Key: id.New(), Code: codes[r.IntN(len(codes))], How: []string{"station", "own_code", "list"}[r.IntN(3)],
				At: begin.UnixMilli() + int64(r.IntN(200)-90)*60_000, Offline: r.IntN(3) == 0, Forced: r.IntN(12) == 0, Revoked: r.IntN(20) == 0}
			if r.IntN(2) == 0 {
				n := r.IntN(3)
				counters[n]++
				c.Station, c.Counter = stations[n], counters[n]
			}
			if r.IntN(5) == 0 {
				c.Code, c.Person = "", people[r.IntN(len(people))]
			}
			d.scans = append(d.scans, c)
		}
		if out = append(out, d); r.IntN(4) == 0 { // sent again, since no answer was heard
			out = append(out, d)
		}
	}
	return out
}

// state is everything that must not depend on the way a morning came in.
func (w *world) state(t testing.TB) []string {
	t.Helper()
	var out []string
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		rows, err := db.All(context.Background(), tx, func(scan func(...any) error) (string, error) {
			var scanned, m, s, p id.ID
			var label, how string
			var grade, at int64
			err := scan(&scanned, &m, &s, &p, &label, &how, &grade, &at)
			return fmt.Sprint(scanned, m, s, p, label, how, grade, at), err
		}, `select s.id, s.meeting, s.site, s.person, s.label, s.how, coalesce(r.grade, 0), coalesce(r.at, 0)
			from attendance_scan s left join attendance_record r on r.id = s.id and r.void_at is null order by s.id`)
		out = rows
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Concat(out, w.tallies(t), w.sites(t))
}

// TestTakeOrder sends one morning in several ways: call by call, in another order, through a crowded
// lane, by two services at once. What is left in the tables is the same.
func TestTakeOrder(t *testing.T) {
	seeds := 3
	if testing.Short() {
		seeds = 1
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 4, 2)
		halls := []hall{w.meet(t, w.province, "conference", "hybrid", w.docs, w.east, w.west), w.meet(t, w.east, "class", "in_person", w.docs[:1])}
		w.at = begin.Add(2 * time.Hour)
		for n := range seeds {
			calls := w.morning(halls, uint64(n), 20)
			one := func(s *Service, c day) error {
				for {
					_, err := s.Take(context.Background(), c.who, c.h.meeting, c.h.sites[c.site], c.scans)
					if fault.Of(err) != fault.Busy {
						return err
					}
				}
			}
			send := func(workers int, services ...*Service) []string {
				w.clear(t)
				w.at = begin.Add(2 * time.Hour)
				var all sync.WaitGroup
				next := make(chan day)
				for i := range workers {
					all.Go(func() {
						for c := range next {
							if err := one(services[i%len(services)], c); err != nil {
								t.Error(err)
							}
						}
					})
				}
				for _, i := range rand.Perm(len(calls)) {
					next <- calls[i]
				}
				close(next)
				all.Wait()
				w.sound(t)
				return w.state(t)
			}
			other, narrow := &Service{DB: w.d, Now: w.Now}, &Service{DB: w.d, Now: w.Now, lane: lane{calls: 1}}
			want := send(1, w.Service)
			for name, got := range map[string][]string{"another order": send(1, w.Service), "all at once": send(16, w.Service),
				"a lane for one": send(8, narrow), "two services": send(16, w.Service, other)} {
				if !slices.Equal(got, want) {
					t.Errorf("seed %d, %s:\n%s\nwant\n%s", n, name, strings.Join(missing(got, want), "\n"), strings.Join(missing(want, got), "\n"))
				}
			}
		}
	})
}

// missing are the lines of a that b has not.
func missing(a, b []string) (out []string) {
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, line)
		}
	}
	return out
}

// Every scan is answered in a word and kept as what it is, and none spoils another.
func TestTake(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, ctx := seed(t, d, 6, 1), context.Background()
		h := w.meet(t, w.province, "conference", "hybrid", w.docs, w.east, w.west)
		other := w.meet(t, w.west, "class", "in_person", w.docs)
		w.exec(t, `insert into campaign (id, unit, title, state, starts_on, created_at, code_key) values ($1, $2, 'Đợt khác', 'open', '2018-06-26', 0, 77)`, id.ID(900), w.province.unit)
		w.exec(t, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, 3, 'member', false, false, 5)`, id.ID(900), w.cell.people[0], w.cell.unit)
		code, station, first, now := w.cell.codes, id.New(), id.New(), begin.UnixMilli()
		for _, c := range []struct {
			name  string
			site  int
			scan  Scan
			label string
			fault string
		}{
			{"by code", 0, Scan{Key: first, Station: station, Counter: 1, Code: code[0], How: "station"}, "", ""},
			{"the same key again", 0, Scan{Key: first, Station: station, Counter: 1, Code: code[0], How: "station"}, "", ""},
			{"the same key from another site", 1, Scan{Key: first, Station: station, Counter: 1, Code: code[0], How: "station"}, "", "attendance.id_taken"},
			{"the same key under another number", 0, Scan{Key: first, Station: station, Counter: 9, Code: code[5], How: "station"}, "", ""},
			{"the same key of another device", 0, Scan{Key: first, Station: id.New(), Counter: 1, Code: code[5], How: "station"}, "", ""},
			{"another scan of the person", 0, Scan{Code: code[0], How: "station"}, Again, ""},
			{"at another site", 1, Scan{Code: code[0], How: "station"}, Elsewhere, ""},
			{"an old number for somebody else", 0, Scan{Key: id.New(), Station: station, Counter: 1, Code: code[1], How: "station"}, Double, "attendance.double"},
			{"an earlier scan elsewhere, sent late", 2, Scan{Key: id.New(), Code: code[0], How: "station", At: now - 60_000, Offline: true}, "", ""},
			{"by a device a day ahead", 0, Scan{Code: code[2], How: "station", At: now + 24*hour}, Future, "attendance.future"},
			{"by a device seven hours behind", 0, Scan{Code: code[2], How: "station", At: now - 7*hour, DeviceAt: now - 7*hour}, Early, "attendance.early"},
			{"of an age long gone", 0, Scan{Code: code[2], How: "station", At: -1 << 62}, Early, "attendance.early"},
			{"of an age to come", 0, Scan{Code: code[2], How: "station", At: 1<<63 - 1, DeviceAt: 1<<63 - 1}, Future, "attendance.future"},
			{"let in by the usher", 0, Scan{Code: code[2], How: "station", At: now - 7*hour, Forced: true}, Forced, ""},
			{"by a station that was shut out", 0, Scan{Code: code[3], How: "station", Revoked: true}, Revoked, "attendance.revoked"},
			{"a code nobody has", 0, Scan{Code: "ZZZZZZZZZ", How: "station"}, Unknown, "attendance.unknown_code"},
			{"a code of another campaign", 0, Scan{Code: cipherFor(77).Code(3, 5), How: "station"}, Foreign, "attendance.foreign"},
			{"no code", 0, Scan{How: "station"}, Unknown, "attendance.unknown_code"},
			{"no text", 0, Scan{Code: "\xff\x00", How: "station", Note: "\x00"}, Unknown, "attendance.unknown_code"},
			{"a book", 0, Scan{Code: strings.Repeat("A", 9000), How: "station", Note: strings.Repeat("đ ", 9000)}, Unknown, "attendance.unknown_code"},
			{"a person nobody knows", 0, Scan{Person: id.New(), How: "list"}, "", "fault.missing"},
			{"no known way", 0, Scan{Code: code[4], How: "dreamt"}, "", "web.choose"},
			{"a key below zero", 0, Scan{Key: -5, Code: code[4], How: "station"}, "", "web.choose"},
			{"by a list", 0, Scan{Person: w.own.people[0], How: "list"}, "", ""},
		} {
			w.at = begin
			out, err := w.Take(ctx, w.officer, h.meeting, h.sites[c.site], []Scan{c.scan})
			if err != nil || len(out) != 1 || out[0].Label != c.label || out[0].Fault != c.fault {
				t.Errorf("%s: %+v %v", c.name, out, err)
			}
		}
		if n := w.number(t, `select count(*) from attendance_scan`); n != 17 {
			t.Errorf("%d scans kept, want 17", n)
		}
		if n := w.number(t, `select count(*) from attendance_scan where id = $1 and label = 'elsewhere'`, first); n != 1 {
			t.Error("the scan that an earlier one overtook is still called the first")
		}
		if n := w.number(t, `select count(*) from attendance_record where void_at is null`); n != 3 {
			t.Errorf("%d records count, want 3", n)
		}
		for name, err := range map[string]error{
			"201 scans":                   second2(w.Take(ctx, w.officer, h.meeting, h.sites[0], make([]Scan, 201))),
			"a stranger":                  second2(w.Take(ctx, w.other, h.meeting, h.sites[1], []Scan{{Code: code[4], How: "station"}})),
			"a stranger picking somebody": second2(w.Take(ctx, w.other, h.meeting, h.sites[1], []Scan{{Person: w.cell.people[4], How: "list"}})),
			"the site of another meeting": second2(w.Take(ctx, w.officer, h.meeting, other.sites[0], []Scan{{Code: code[4], How: "station"}})),
			"a meeting that is not there": second2(w.Take(ctx, w.officer, id.New(), id.New(), []Scan{{Code: code[4], How: "station"}})),
			"nobody":                      second2(w.Take(ctx, access.Actor{}, h.meeting, h.sites[0], []Scan{{Code: code[4], How: "station"}})),
			"somebody who left the queue": second2(w.Take(gone(), w.officer, h.meeting, h.sites[0], []Scan{{Code: code[4], How: "station"}})),
		} {
			if k := fault.Of(err); err == nil || k == fault.Internal && !errors.Is(err, context.Canceled) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if out, err := w.Take(ctx, w.officer, h.meeting, h.sites[0], nil); err != nil || len(out) != 0 {
			t.Error("nothing at all:", out, err)
		}
		w.sound(t)
	})
}

func second2[A any](_ A, err error) error { return err }

func gone() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// A lane without room says so at once; what was acknowledged is kept, what was not is not.
func TestFullLane(t *testing.T) {
	w := seed(t, dbtest.One(t), 40, 1)
	w.lane.calls = 2
	h := w.meet(t, w.province, "conference", "in_person", w.docs)
	told := map[id.ID]int{}
	w.Told = func(_, m id.ID) { told[m]++ }
	var mu sync.Mutex
	var kept, refused int64
	var all sync.WaitGroup
	for _, code := range slices.Concat(w.cell.codes, w.own.codes, w.far.codes) {
		all.Go(func() {
			_, err := w.scan(w.officer, h, 0, code)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case fault.Of(err) == fault.Busy:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := w.number(t, `select count(*) from attendance_record`); n != kept || kept+refused != 120 || kept == 0 {
		t.Errorf("%d records, %d were told so, %d turned away", n, kept, refused)
	}
	if told[h.meeting] == 0 || w.Waiting() != 0 || w.Full() {
		t.Error("told", told, "waiting", w.Waiting())
	}
	w.sound(t)
}
