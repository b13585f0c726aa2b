package torture

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/need"
)

// trouble is what goes wrong with a file: the call, how, and at which of its turns in one thread; "+" for ever after.
type trouble struct {
	call, how string
	turn      int
	ever      bool
}

func (f trouble) String() string {
	s := fmt.Sprintf("%s:error=%s:when=%d", f.call, f.how, f.turn)
	if f.ever {
		s += "+"
	}
	return s
}

// TestDisk lets file calls of the program fail, one after the other: the disk is full, or does not keep its
// word. After an fsync that failed no call that begins later is answered with success, whatever the disk says then.
func TestDisk(t *testing.T) {
	_, err := exec.LookPath("strace")
	need.Tool(t, "strace", err == nil)
	r := chance(t)
	var all []trouble
	if long {
		for turn := 1; turn <= 60; turn++ {
			for _, call := range []string{"fsync", "fdatasync", "pwrite64", "write", "ftruncate", "openat", "fallocate", "pread64", "unlink"} {
				all = append(all, trouble{call, []string{"EIO", "ENOSPC"}[turn%2], turn, turn%3 == 0})
			}
		}
	} else {
		all = []trouble{{"fsync", "EIO", 2 + r.IntN(20), false}, {"fsync", "ENOSPC", 2 + r.IntN(20), true}, {"fsync", "EIO", 1, false},
			{"pwrite64", "EIO", 5 + r.IntN(60), false}, {"pwrite64", "ENOSPC", 5 + r.IntN(60), true}, {"ftruncate", "EIO", 1 + r.IntN(2), false}}
	}
	m := morning.Morning{Sites: 120, Each: 25, Meetings: 1, Begins: begins}
	path := file(t, m)
	empty, err := os.ReadFile(path)
	must(t, err)
	met := 0
	for _, f := range all {
		t.Run(f.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "disk.db")
			must(t, os.WriteFile(path, empty, 0o600))
			if broken(t, path, m, f) {
				met++
			}
		})
	}
	if met == 0 {
		t.Error("no call failed: nothing was tested")
	}
}

// broken runs a victim whose file calls fail, and reports whether one did.
func broken(t *testing.T, path string, m morning.Morning, f trouble) bool {
	log := path + ".strace"
	from, kept := 0, map[int]int64{}
	if f.turn == 1 { // what was killed leaves a log, and the first call is to copy it
		from, kept = leave(t, path, m)
	}
	v := start(t, order{URL: path, Morning: m, From: from, Stations: 4, Batch: 3, Endure: true},
		"strace", "-f", "--seccomp-bpf", "-qq", "-ttt", "-y", "-P", path, "-P", path+"-wal", "-P", path+"-shm", "-P", filepath.Dir(path), "-e", "trace="+f.call, "-e", "inject="+f.String(), "-o", log)
	stop := time.AfterFunc(time.Duration(times(1000, 4000))*time.Millisecond, v.killTracee)
	defer stop.Stop()
	for v.hear() && !v.ended {
		if len(v.no) > 40 && !long {
			break
		}
	}
	v.killTracee()
	for v.hear() {
	}
	v.cmd.Wait()
	at, n := injected(t, log)
	if strings.HasPrefix(f.call, "f") && strings.HasSuffix(f.call, "sync") && n > 0 {
		late := 0
		for _, began := range v.kept {
			if began > at+int64(time.Millisecond) {
				late++
			}
		}
		if late > 0 {
			t.Errorf("%d calls that began after the failed %s were answered with success: %s", late, f.call, failed(log))
		}
		if !strings.Contains(strings.Join(v.no, " "), "db.broken") && v.opened && len(v.no) > 5 {
			t.Errorf("the refusals do not say that the disk is broken: %q", v.no[0])
		}
	}
	for n, at := range kept {
		v.kept[n] = at
	}
	lost, stored := sound(t, path, m, 0, v.kept)
	if lost > 0 {
		t.Errorf("after %s: %s", f, summary(v.kept, stored, lost))
	}
	t.Logf("failed %d times; %s, %d refused, %s", n, summary(v.kept, stored, lost), len(v.no), v.sick)
	return n > 0
}

// leave runs a victim for a moment and kills it.
func leave(t *testing.T, path string, m morning.Morning) (next int, kept map[int]int64) {
	v := start(t, order{URL: path, Morning: m, Stations: 4, Batch: 3})
	for v.hear() {
		if len(v.kept) > 60 {
			v.cmd.Process.Kill()
		}
	}
	v.finish(t)
	for n := range v.kept {
		next = max(next, n+20)
	}
	return next, v.kept
}

// killTracee ends the victim; strace, which is its parent, ends with it.
func (r *run) killTracee() {
	kids, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", r.cmd.Process.Pid, r.cmd.Process.Pid))
	for _, pid := range strings.Fields(string(kids)) {
		var n int
		fmt.Sscan(pid, &n)
		if p, err := os.FindProcess(n); err == nil {
			p.Kill()
		}
	}
}

// failed are the calls that did, but for a folder's: that of the log was made sure of before SQLite asks once
// more without looking at the answer.
func failed(log string) (out []string) {
	b, _ := os.ReadFile(log)
	for line := range strings.Lines(string(b)) {
		if strings.Contains(line, "(INJECTED)") && (!strings.Contains(line, "sync(") || strings.Contains(line, ".db")) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return out
}

// injected reads when a call failed first, in Unix nanoseconds, and how often.
func injected(t *testing.T, log string) (first int64, n int) {
	t.Helper()
	list := failed(log)
	if len(list) == 0 {
		return 0, 0
	}
	var pid int
	var sec, micro int64
	if _, err := fmt.Sscanf(list[0], "%d %d.%d", &pid, &sec, &micro); err != nil {
		t.Fatal(list[0], err)
	}
	return sec*1e9 + micro*1e3, len(list)
}
