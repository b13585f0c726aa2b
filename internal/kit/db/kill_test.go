package db_test

import (
	"bufio"
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
)

// TestKilled kills a program that writes, at a moment of chance, and looks for every row
// that it had been told was kept.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "killed.db")
	d, err := db.Open(path)
	must(t, err)
	note(t, d)
	must(t, d.Close())
	for round := range 3 {
		acknowledged := runAndKill(t, path, round)
		d, err := db.Open(path)
		must(t, err)
		kept := map[string]bool{}
		for _, w := range words(t, d) {
			kept[w] = true
		}
		for _, w := range acknowledged {
			if !kept[w] {
				t.Errorf("round %d: %s was acknowledged and is lost", round, w)
			}
		}
		t.Logf("round %d: %d acknowledged, %d in the file", round, len(acknowledged), len(kept))
		var sound string
		must(t, d.Read(t.Context(), func(tx db.Tx) (err error) {
			sound, err = db.One(t.Context(), tx, db.Value[string], `pragma integrity_check`)
			return err
		}))
		if sound != "ok" || len(acknowledged) == 0 {
			t.Errorf("integrity %s, %d acknowledged", sound, len(acknowledged))
		}
		must(t, d.Close())
	}
}

func runAndKill(t *testing.T, path string, round int) (acknowledged []string) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestChildThatWrites$")
	cmd.Env = append(os.Environ(), "QT_KILL_DB="+path, "QT_KILL_ROUND="+strconv.Itoa(round))
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	lines := bufio.NewReader(out)
	var kill sync.Once
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // half a line acknowledges nothing
		}
		if w, ok := strings.CutPrefix(line, "kept "); ok {
			acknowledged = append(acknowledged, strings.TrimSpace(w))
			kill.Do(func() {
				time.AfterFunc(time.Duration(100+rand.IntN(300))*time.Millisecond, func() { cmd.Process.Kill() })
			})
		}
	}
	cmd.Wait()
	return acknowledged
}

// TestChildThatWrites is the program that TestKilled kills.
func TestChildThatWrites(t *testing.T) {
	path := os.Getenv("QT_KILL_DB")
	if path == "" {
		t.Skip("it runs as the child of TestKilled")
	}
	round, _ := strconv.ParseInt(os.Getenv("QT_KILL_ROUND"), 10, 64)
	d, err := db.Open(path)
	must(t, err)
	var serial atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for {
				n := round*10_000_000 + serial.Add(1)
				if err := d.Write(t.Context(), adding(t.Context(), n, fmt.Sprint(n), nil)); err != nil {
					panic(err)
				}
				fmt.Printf("kept %d\n", n)
			}
		})
	}
	all.Wait()
}
