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

// TestPowerCut writes on a file system of its own that lies in an image, stops the program at a moment of chance and
// copies the image: what is on the "disk" then, and nothing that the system only remembers. Everybody who was
// answered is in the copy. The control, with synchronous=NORMAL, must lose somebody; else the test proves nothing.
func TestPowerCut(t *testing.T) {
	need.Tool(t, "loop", os.Getuid() == 0 && runs("losetup", "-f") && runs("mkfs.ext4", "-V"))
	r := chance(t)
	missing := 0
	for round := range times(3, 60) {
		lost, answered, stored := cut(t, false, time.Duration(20+r.IntN(150))*time.Millisecond)
		t.Logf("cut %d, FULL: %d answered, %d on the disk, %d lost", round, answered, stored, lost)
		if lost > 0 || answered == 0 {
			t.Errorf("%d of %d who were answered are lost with the power", lost, answered)
		}
	}
	for round := range times(2, 10) {
		lost, answered, stored := cut(t, true, time.Duration(20+r.IntN(150))*time.Millisecond)
		t.Logf("cut %d, NORMAL: %d answered, %d on the disk, %d lost", round, answered, stored, lost)
		missing += lost
	}
	if missing == 0 {
		t.Error("with synchronous=NORMAL nobody was lost: the cut does not cut")
	}
}

func runs(name string, args ...string) bool { return exec.Command(name, args...).Run() == nil }

func do(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v %s", name, strings.Join(args, " "), err, out)
	}
}

// mount mounts an image until the end of the test; its file system writes back by itself only after minutes.
func mount(t testing.TB, image, dir string) {
	t.Helper()
	must(t, os.MkdirAll(dir, 0o700))
	do(t, "mount", "-o", "loop,commit=600", image, dir)
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
}

func cut(t *testing.T, loose bool, after time.Duration) (lost, answered, stored int) {
	m := morning.Morning{Sites: 200, Each: 25, Meetings: 1, Begins: begins}
	t.Run(fmt.Sprintf("after %s, loose %v", after, loose), func(t *testing.T) {
		dir := t.TempDir()
		image, copied := filepath.Join(dir, "disk.img"), filepath.Join(dir, "cut.img")
		do(t, "truncate", "-s", "96M", image)
		do(t, "mkfs.ext4", "-q", "-F", "-O", "^metadata_csum", image)
		mount(t, image, filepath.Join(dir, "disk"))
		path := filepath.Join(dir, "disk", "morning.db")
		filled(t, path, m)
		do(t, "sync", "-f", path)
		v := start(t, order{URL: path, Morning: m, Stations: 8, Batch: 2, Loose: loose})
		for heard := false; v.hear(); {
			if !heard && len(v.kept) > 0 {
				heard = true
				time.AfterFunc(after, func() { v.stopAndCopy(t, image, copied) })
			}
		}
		v.finish(t)
		if t.Failed() {
			return
		}
		mount(t, copied, filepath.Join(dir, "cut"))
		lost, stored = sound(t, filepath.Join(dir, "cut", "morning.db"), m, 0, v.kept)
		answered = len(v.kept)
	})
	return lost, answered, stored
}

// stopAndCopy stops the program in all its threads, copies the image, and only then ends the program.
func (r *run) stopAndCopy(t *testing.T, image, copied string) {
	defer r.cmd.Process.Kill()
	pid := r.cmd.Process.Pid
	do(t, "kill", "-STOP", fmt.Sprint(pid))
	for begun := time.Now(); !stopped(pid); time.Sleep(time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			t.Error("the program does not stop")
			return
		}
	}
	do(t, "cp", "--sparse=always", image, copied)
}

// stopped reports whether every thread stands still, outside the kernel.
func stopped(pid int) bool {
	list, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", pid))
	for _, f := range list {
		b, err := os.ReadFile(f)
		if _, state, ok := strings.Cut(string(b), ") "); err == nil && ok && !strings.HasPrefix(state, "T") {
			return false
		}
	}
	return len(list) > 0
}
