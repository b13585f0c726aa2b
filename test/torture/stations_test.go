package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/app/bench/phone"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/station"
)

const halls = 31

// undos is where the keys of what takes back a scan begin.
const undos = 5_000

// TestStations lets 31 devices see the same people twice: at one meeting they send everything once and in order, at the other in any
// order, in parts, again and again, with answers that get lost, while the server forgets what it remembered. Both end alike.
func TestStations(t *testing.T) {
	r := chance(t)
	dir := t.TempDir()
	if st, err := os.Stat("/dev/shm"); err == nil && st.IsDir() { // what is tested is what comes of it, not whether it is durable
		if d, err := os.MkdirTemp("/dev/shm", "qt-stations-"); err == nil {
			dir = d
			t.Cleanup(func() { os.RemoveAll(d) })
		}
	}
	seeds := times(100, 1000)
	for part := 0; part < seeds; part += 200 {
		m := morning.Morning{Sites: halls, Each: 3, Meetings: 2 * min(200, seeds-part), Begins: begins}
		path := filepath.Join(dir, fmt.Sprint(part, ".db"))
		filled(t, path, m)
		d, err := db.Open(path)
		must(t, err)
		defer d.Close()
		c := &contest{m: m, d: d}
		for k := range m.Meetings / 2 {
			c.seed(t, 2*k, r.Uint64())
			if t.Failed() {
				return
			}
		}
		c.tell(t)
	}
}

// tell says what kinds of scans there were: all kinds should have come up.
func (c *contest) tell(t *testing.T) {
	must(t, c.d.Read(context.Background(), func(tx db.Tx) error {
		list, err := db.All(context.Background(), tx, func(scan func(...any) error) (string, error) {
			var label string
			var n int64
			err := scan(&label, &n)
			return fmt.Sprintf("%q %d", label, n), err
		}, `select label, count(*) from attendance_scan group by label order by label`)
		t.Log("scans by label:", list)
		return err
	}))
}

// contest is two meetings at which the same happens.
type contest struct {
	m   morning.Morning
	d   *db.DB
	now atomic.Int64
}

func (c *contest) service() *station.Service {
	now := func() time.Time { return time.UnixMilli(c.now.Load()) }
	return &station.Service{DB: c.d, Now: now, Attendance: &attendance.Service{DB: c.d, Now: now}}
}

// seen is one observation, told by numbers that are alike at both meetings.
type seen struct {
	person int    // -1: a code of nobody
	how    string // station, list
	at     int64  // truly, Unix milliseconds
	forced bool
	undone bool // taken back a minute after
	serial int  // of all observations
}

// invent draws what the stations see. Some people come to several, some codes are nobody's.
func (c *contest) invent(r *rand.Rand) (all [halls][]seen) {
	serial := 0
	for i := range all {
		for range 1 + r.IntN(4) {
			s := seen{person: i*c.m.Each + r.IntN(c.m.Each), how: "station", serial: serial}
			switch r.IntN(10) {
			case 0, 1:
				s.person = r.IntN(c.m.People())
			case 2:
				s.person = -1
			case 3, 4:
				s.how = "list"
			case 5:
				s.forced = true
			}
			s.undone = s.person >= 0 && r.IntN(6) == 0
			s.at = begins.UnixMilli() - 40*60_000 + r.Int64N(70*60_000)
			serial++
			all[i] = append(all[i], s)
		}
		slices.SortFunc(all[i], func(a, b seen) int { return int(a.at - b.at) })
	}
	return all
}

// gadget is the device of one site at one of the meetings.
type gadget struct {
	station.Pass
	key   phone.Key
	wrong int64 // by how much its clock goes wrong
	scans []station.Sent
	undos int // the last of them, which take back what the others saw
}

// gadgets signs 31 devices in, whose clocks are wrong by up to a day, and writes down what they see.
func (c *contest) gadgets(t *testing.T, s *station.Service, k int, all [halls][]seen, clocks []int64) []*gadget {
	key, err := phone.NewKey()
	must(t, err)
	point, err := key.Point()
	must(t, err)
	out := make([]*gadget, halls)
	codes := c.m.Codes()
	var ready sync.WaitGroup
	for i := range out {
		g := &gadget{key: key, wrong: clocks[i]}
		out[i] = g
		ready.Go(func() {
			g.Pass, err = s.Register(context.Background(), c.m.Actor(i), c.m.Meeting(k), c.m.Site(k, i),
				station.New{ID: c.m.Key(k, 10_000+i), Name: "Cửa mẫu", Key: point, Sent: c.now.Load() + g.wrong})
			if err != nil {
				t.Error(err)
			}
		})
		for n, v := range all[i] {
			e := station.Sent{Key: c.m.Key(k, v.serial), N: int64(n + 1), How: v.how, At: v.at + g.wrong, Offline: true, Forced: v.forced}
			switch {
			case v.person < 0:
				e.Code = "KHONGAI99"
			case v.how == "list":
				e.Person = c.m.Person(v.person)
			default:
				e.Code = c.m.Code(codes, v.person)
			}
			g.scans = append(g.scans, e)
		}
		for _, v := range all[i] {
			if v.undone {
				g.undos++
				g.scans = append(g.scans, station.Sent{Key: c.m.Key(k, undos+v.serial), N: int64(len(g.scans) + 1), How: "undo", Of: c.m.Key(k, v.serial), At: v.at + 60_000 + g.wrong, Offline: true})
			}
		}
	}
	ready.Wait()
	return out
}

// send brings the scans from..to, signed.
func (g *gadget) send(ctx context.Context, s *station.Service, now int64, from, to int) error {
	b := station.Batch{Sent: now + g.wrong, Prev: station.Chain("", g.scans[:from]), Unsent: int64(len(g.scans) - to), Scans: g.scans[from:to]}
	if err := g.key.Sign(g.ID, &b); err != nil {
		return err
	}
	a, err := s.Send(ctx, g.ID, g.Token, b)
	for _, v := range a.Verdicts {
		if v.Fault != "" {
			err = errors.Join(err, fmt.Errorf("%s: %s", v.Key, v.Fault))
		}
	}
	return err
}

func (c *contest) seed(t *testing.T, k int, seed uint64) {
	t.Helper()
	r := pcg(seed, 31)
	all := c.invent(r)
	clocks := make([]int64, halls)
	for i := range clocks {
		clocks[i] = []int64{0, 0, 7 * 3_600_000, -7 * 3_600_000, 24 * 3_600_000, -24 * 3_600_000, r.Int64N(600_000)}[r.IntN(7)]
	}
	s := c.service()
	c.now.Store(begins.UnixMilli() - 50*60_000)
	plain, wild := c.gadgets(t, s, k, all, clocks), c.gadgets(t, s, k+1, all, clocks)
	if t.Failed() {
		return
	}
	c.now.Store(begins.UnixMilli() + 45*60_000)
	for _, g := range plain {
		if err := g.send(context.Background(), s, c.now.Load(), 0, len(g.scans)); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
	c.chaos(t, wild, r)
	want, got := c.state(t, k), c.state(t, k+1)
	if !slices.Equal(want, got) {
		t.Errorf("seed %d ends otherwise:\n%s", seed, difference(want, got))
	}
}

// chaos brings every scan at least once, in any order and any parts, many of them again.
func (c *contest) chaos(t *testing.T, all []*gadget, r *rand.Rand) {
	var server atomic.Pointer[station.Service]
	server.Store(c.service())
	var done sync.WaitGroup
	for _, g := range all {
		r := pcg(r.Uint64(), 1)
		done.Go(func() {
			cut := func(from, end int) (parts [][2]int) {
				for first := from; from < end; {
					to := min(from+1+r.IntN(4), end)
					parts = append(parts, [2]int{from, to})
					if from = to; from == end {
						for range r.IntN(3) { // what was sent before, in other parts
							again := first + r.IntN(end-first)
							parts = append(parts, [2]int{again, again + 1 + r.IntN(end-again)})
						}
					}
				}
				r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
				return parts
			}
			// A device takes back what it knows to have arrived; what it sees may come again after that.
			saw := len(g.scans) - g.undos
			parts := append(cut(0, saw), cut(saw, len(g.scans))...)
			if g.undos > 0 {
				parts = append(parts, [2]int{0, saw})
			}
			for _, p := range parts {
				if r.IntN(12) == 0 {
					server.Store(c.service()) // killed: it remembers nothing
				}
				ctx, cancel := context.WithCancel(context.Background())
				if r.IntN(5) == 0 { // the answer is lost, or the request
					time.AfterFunc(time.Duration(r.IntN(2_000))*time.Microsecond, cancel)
				}
				err := g.send(ctx, server.Load(), c.now.Load(), p[0], p[1])
				cancel()
				for err != nil {
					if !errors.Is(err, context.Canceled) && fault.Of(err) != fault.Busy && fault.Of(err) != fault.TooMany {
						t.Error(err)
						return
					}
					err = g.send(context.Background(), server.Load(), c.now.Load(), p[0], p[1])
				}
			}
		})
	}
	done.Wait()
}

// state is everything a meeting has come to, in words that are alike at both.
func (c *contest) state(t *testing.T, k int) (out []string) {
	t.Helper()
	ctx := context.Background()
	rows := func(what, query string, args ...any) {
		t.Helper()
		must(t, c.d.Read(ctx, func(tx db.Tx) error {
			list, err := db.All(ctx, tx, func(scan func(...any) error) (string, error) {
				var n [8]any
				err := scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7])
				return fmt.Sprint(what, n), err
			}, query, args...)
			out = append(out, list...)
			return err
		}))
	}
	first, site := int64(c.m.Key(k, 0)), int64(c.m.Site(k, 0))
	rows("record", `select person, site - $2, at, grade, form, how, late, id - $3 from attendance_record where meeting = $1 and void_at is null order by person`, c.m.Meeting(k), site, first)
	rows("scan", `select id - $2, site - $3, coalesce(person, 0), at, label, how, forced, coalesce(counter, 0) from attendance_scan where meeting = $1 order by id`, c.m.Meeting(k), first, site)
	rows("site", `select site - $2, persons, scans, odd, e1, e2, e3, e4 from attendance_site where meeting = $1 order by site`, c.m.Meeting(k), site)
	rows("tally", `select lo, kind, studied, in_person, e1, e2, e3, e4 from attendance_tally where document = $1 and studied > 0 order by lo, kind`, c.m.Document(k))
	return out
}

func difference(want, got []string) string {
	var out string
	for _, l := range want {
		if !slices.Contains(got, l) {
			out += "  in order: " + l + "\n"
		}
	}
	for _, l := range got {
		if !slices.Contains(want, l) {
			out += "  in chaos: " + l + "\n"
		}
	}
	return fmt.Sprintf("%.3000s", out)
}
