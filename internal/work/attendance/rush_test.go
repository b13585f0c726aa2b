package attendance

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/schema"
)

// TestRush lets forty stations scan at once, each person at several of them: nobody is
// recorded twice, nobody is lost, and one station alone is told that it was the first.
func TestRush(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, 40, 2)
		halls := []hall{w.meet(t, w.east, "class", "in_person", w.docs), w.meet(t, w.province, "conference", "in_person", w.docs[:1])}
		codes := append(append([]string{}, w.cell.codes...), w.own.codes...)
		var first atomic.Int64
		var all sync.WaitGroup
		for station := range 40 {
			all.Go(func() {
				for i := range 12 {
					h := halls[(station+i)%2]
					e, err := w.scan(w.officer, h, 0, codes[(station*2+i)%len(codes)])
					if err != nil {
						t.Error(err)
					}
					if e.Again == 0 && e.Record.ID != 0 {
						first.Add(1)
					}
				}
			})
		}
		all.Wait()
		n := w.number(t, `select count(*) from attendance_record where void_at is null`)
		if one := w.number(t, `select count(*) from (select distinct meeting, person from attendance_record where void_at is null) as x`); n != one || n != first.Load() {
			t.Errorf("%d records of %d people and meetings, %d stations were told they were the first", n, one, first.Load())
		}
		if people := w.number(t, `select count(distinct person) from attendance_record`); people != 80 {
			t.Errorf("%d people, want 80: somebody was lost", people)
		}
		w.sound(t)
	})
}

// The world of TestKilled stands in its file; the child finds it again by these.
const (
	killFile = "QT_ATTENDANCE_KILL"
	killWho  = "QT_ATTENDANCE_KILL_WHO"
)

// TestKilled kills a program that records attendance, at a moment of chance. Every scan that
// was answered is in the file when it is opened again, and the tallies agree with the records.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("another process does the work: nothing for the race detector")
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	reopen := func() *db.DB {
		d, err := db.Open(path)
		if err == nil {
			err = d.Migrate(context.Background(), schema.Files)
		}
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := reopen()
	w := seed(t, d, 2000, 2)
	h := w.meet(t, w.east, "class", "in_person", w.docs)
	d.Close()
	who := fmt.Sprint(int64(h.meeting), " ", int64(h.sites[0]), " ", int64(w.east.unit))
	for round := range 3 {
		answered := scanUntilKilled(t, path, who, 2000*round)
		w.d = reopen()
		w.DB = w.d
		kept := map[string]bool{}
		err := w.d.Read(context.Background(), func(tx db.Tx) error {
			list, err := db.All(context.Background(), tx, scanCode, `select c.code_key, p.lo, p.n from attendance_record r
				join campaign_participant p on p.campaign = r.campaign and p.person = r.person join campaign c on c.id = r.campaign`)
			for _, code := range list {
				kept[code] = true
			}
			return err
		})
		if err != nil || len(answered) == 0 {
			t.Fatal(len(answered), err)
		}
		for _, code := range answered {
			if !kept[code] {
				t.Errorf("round %d: %s was answered and is lost", round, code)
			}
		}
		t.Logf("round %d: %d answered, %d in the file", round, len(answered), len(kept))
		if n := w.number(t, `select sum(studied) from attendance_tally`); n != int64(2*len(kept)) {
			t.Errorf("round %d: %d counted for two documents of %d people", round, n, len(kept))
		}
		w.sound(t)
		w.d.Close()
	}
}

func scanUntilKilled(t *testing.T, path, who string, from int) (answered []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestChildThatScans$")
	cmd.Env = append(os.Environ(), killFile+"="+path, killWho+"="+who+" "+strconv.Itoa(from))
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var kill sync.Once
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // half a line answers nothing
		}
		if code, ok := strings.CutPrefix(line, "recorded "); ok {
			answered = append(answered, strings.TrimSpace(code))
			kill.Do(func() {
				time.AfterFunc(time.Duration(20+rand.IntN(150))*time.Millisecond, func() { cmd.Process.Kill() })
			})
		}
	}
	cmd.Wait()
	return answered
}

// TestChildThatScans is the program that TestKilled kills.
func TestChildThatScans(t *testing.T) {
	path := os.Getenv(killFile)
	if path == "" {
		t.Skip("it runs as the child of TestKilled")
	}
	var h, site, unit int64
	var from int
	if _, err := fmt.Sscan(os.Getenv(killWho), &h, &site, &unit, &from); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &Service{DB: d, Now: func() time.Time { return begin }}
	who := actor("usher", id.ID(unit))
	var serial atomic.Int64
	serial.Store(int64(from))
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for {
				var code string
				if err := d.Read(context.Background(), func(tx db.Tx) (err error) {
					code, err = db.One(context.Background(), tx, scanCode, `select 0, lo, n from campaign_roster where n = $1`, serial.Add(1))
					return err
				}); err != nil {
					return
				}
				e, err := s.Enter(context.Background(), who, id.ID(h), id.ID(site), code, Way{How: "station"})
				if err != nil {
					return // nobody is left to scan
				}
				if e.Record.ID != 0 {
					fmt.Printf("recorded %s\n", code)
				}
			}
		})
	}
	all.Wait()
	time.Sleep(time.Second) // killed at rest, then
}
