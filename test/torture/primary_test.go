package torture

import (
	"errors"
	"os"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/app/bench/pair"
	"quantriet/internal/kit/need"
)

// TestPrimaryKilled kills the primary of PostgreSQL while people are let in and promotes the synchronous standby: within five
// seconds somebody is let in again by the same process, and nobody who was answered before is lost.
func TestPrimaryKilled(t *testing.T) {
	for range times(1, 10) {
		primaryKilled(t)
	}
}

func primaryKilled(t *testing.T) {
	dir, err := os.MkdirTemp("/var/tmp", "qt-torture-")
	must(t, err)
	defer os.RemoveAll(dir)
	must(t, os.Chmod(dir, 0o755))
	p, err := pair.Start(t.Context(), dir)
	need.Tool(t, "postgres", !errors.Is(err, pair.ErrMissing))
	must(t, err)
	defer p.Stop()
	r := chance(t)
	m := morning.Morning{Sites: 300, Each: 25, Meetings: 1, Begins: begins}
	filled(t, p.URL(), m)
	t.Log(p.Said())

	v := start(t, order{URL: p.URL(), Morning: m, Stations: 6, Batch: 5, Endure: true})
	defer v.cmd.Process.Kill()
	lines := make(chan int) // how many were answered so far
	go func() {
		for v.hear() {
			lines <- len(v.kept)
		}
		close(lines)
	}()
	before := listen(lines, time.Duration(700+r.IntN(600))*time.Millisecond)
	p.KillPrimary()
	n := listen(lines, 300*time.Millisecond)
	promoted := make(chan error)
	go func() { promoted <- p.Promote() }()
	for done := false; !done; {
		select {
		case err := <-promoted:
			must(t, err)
			done = true
		case n = <-lines:
		}
	}
	at := time.Now()
	took := time.Duration(-1)
	for took < 0 && time.Since(at) < 20*time.Second {
		if listen(lines, 10*time.Millisecond) > n {
			took = time.Since(at)
		}
	}
	listen(lines, 500*time.Millisecond)
	v.cmd.Process.Kill()
	for range lines {
	}
	v.cmd.Wait()
	if took < 0 || took > 5*time.Second {
		t.Errorf("after the promotion it took %s until somebody was let in", took)
	}
	lost, stored := sound(t, p.URL(), m, 0, v.kept)
	if lost > 0 || before == 0 {
		t.Errorf("%s, %d before the primary was killed", summary(v.kept, stored, lost), before)
	}
	t.Logf("%d before the kill; %s after the promotion somebody was let in again; %s; %d calls failed meanwhile", before, took.Round(time.Millisecond), summary(v.kept, stored, lost), len(v.no))
}

// listen reads what the victim says for a while; how many were answered, 0 when it said nothing.
func listen(lines chan int, long time.Duration) (n int) {
	end := time.After(long)
	for {
		select {
		case said, ok := <-lines:
			if !ok {
				return n
			}
			n = said
		case <-end:
			return n
		}
	}
}
