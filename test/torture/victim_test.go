package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/work/attendance"
)

const orderEnv = "QUANTRIET_TORTURE_ORDER"

// order tells the victim what to do.
type order struct {
	URL      string
	Morning  morning.Morning
	Meeting  int
	From     int  // the first person; those after follow
	Stations int  // that scan at the same time
	Batch    int  // people in one call
	Loose    bool // the control: synchronous=NORMAL
	Endure   bool // goes on after errors
}

// victim lets people in until it is killed or all are in, and says after each call who was recorded, and when the
// call began: "ok 12 1800000000000000000". A line is written at once or not at all.
func victim(raw string) {
	var o order
	die(json.Unmarshal([]byte(raw), &o))
	open := db.Open
	if o.Loose {
		open = db.OpenLoose
	}
	d, err := open(o.URL)
	die(err)
	s := &attendance.Service{DB: d, Now: func() time.Time { return begins }}
	var next atomic.Int64
	next.Store(int64(o.From))
	var all sync.WaitGroup
	fmt.Println("open")
	for range o.Stations {
		all.Go(func() {
			codes := o.Morning.Codes()
			for {
				first := int(next.Add(int64(o.Batch))) - o.Batch
				last := min(first+o.Batch, o.Morning.People(), (o.Morning.At(first)+1)*o.Morning.Each)
				if first >= o.Morning.People() {
					return
				}
				site := o.Morning.At(first)
				var scans []attendance.Scan
				for n := first; n < last; n++ {
					scans = append(scans, attendance.Scan{Key: o.Morning.Key(o.Meeting, n), Code: o.Morning.Code(codes, n), How: "station"})
				}
				o.say(s, site, first, scans)
			}
		})
	}
	all.Wait()
	if err := d.Ping(context.Background()); err != nil {
		fmt.Println("sick", fault.Key(err))
	}
	fmt.Println("end")
	select {} // killed at rest, then
}

// say sends until it is answered, when it is to endure: each failure is told. A disk that is broken stays so.
func (o order) say(s *attendance.Service, site, first int, scans []attendance.Scan) {
	began := time.Now()
	list, err := s.Take(context.Background(), o.Morning.Actor(site), o.Morning.Meeting(o.Meeting), o.Morning.Site(o.Meeting, site), scans)
	if err != nil {
		if !o.Endure {
			die(err)
		}
		os.Stdout.WriteString("no " + fault.Key(err) + " " + strings.ReplaceAll(err.Error(), "\n", " ") + "\n")
		time.Sleep(20 * time.Millisecond)
		if fault.Key(err) != "db.broken" {
			o.say(s, site, first, scans)
		}
		return
	}
	var b strings.Builder
	for i, v := range list {
		if v.Fault == "" {
			fmt.Fprintf(&b, "ok %d %d\n", first+i, began.UnixNano())
		} else {
			fmt.Fprintf(&b, "no %s\n", v.Fault)
		}
	}
	os.Stdout.WriteString(b.String())
}

func die(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "victim:", err)
		os.Exit(3)
	}
}

// run is a victim at work.
type run struct {
	cmd    *exec.Cmd
	lines  *bufio.Reader
	errors strings.Builder

	opened bool
	ended  bool
	kept   map[int]int64 // who was answered, and when that call began
	no     []string
	sick   string
	at     int // how far it says it is
}

// start starts a victim, behind another program when one is given.
func start(t testing.TB, o order, behind ...string) *run {
	t.Helper()
	raw, err := json.Marshal(o)
	must(t, err)
	return begin(t, orderEnv+"="+string(raw), behind...)
}

// begin starts the test program with an order in its environment.
func begin(t testing.TB, order string, behind ...string) *run {
	t.Helper()
	args := append(behind, os.Args[0])
	r := &run{cmd: exec.Command(args[0], args[1:]...), kept: map[int]int64{}}
	r.cmd.Env = append(os.Environ(), order)
	r.cmd.Stderr = &r.errors
	out, err := r.cmd.StdoutPipe()
	must(t, err)
	must(t, r.cmd.Start())
	r.lines = bufio.NewReaderSize(out, 1<<16)
	return r
}

// hear reads one whole line; false at the end of the victim. Half a line answers nothing.
func (r *run) hear() bool {
	line, err := r.lines.ReadString('\n')
	if err != nil {
		return false
	}
	word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	switch word {
	case "ok":
		var n int
		var at int64
		if _, err := fmt.Sscan(rest, &n, &at); err == nil {
			r.kept[n] = at
		}
	case "no":
		r.no = append(r.no, rest)
	case "at":
		r.at, _ = strconv.Atoi(rest)
	case "sick":
		r.sick = rest
	case "open":
		r.opened = true
	case "end":
		r.ended = true
	}
	return true
}

// finish hears what is left and waits for the end of a victim that was killed.
func (r *run) finish(t testing.TB) {
	t.Helper()
	for r.hear() {
	}
	r.cmd.Wait()
	if code := r.cmd.ProcessState.ExitCode(); code > 0 && r.errors.Len() > 0 {
		t.Errorf("the victim ended by itself: %d %.2000s", code, r.errors.String())
	}
}
