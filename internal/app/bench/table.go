package bench

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
)

// Table is what was measured, line by line as it comes.
type Table struct {
	Out   io.Writer
	Lines int
}

// Line prints one figure; aim is what it should be, "" for none.
func (t *Table) Line(what, figure, aim, note string) {
	if t.Lines == 0 {
		fmt.Fprintf(t.Out, "\n| %-52s | %-30s | %-16s | %s |\n|---|---|---|---|\n", "what", "figure", "aim", "note")
	}
	t.Lines++
	fmt.Fprintf(t.Out, "| %-52s | %-30s | %-16s | %s |\n", what, figure, aim, note)
}

// Conditions prints where the figures come from.
func Conditions(out io.Writer, engine, durability string) {
	fmt.Fprintf(out, "engine %s, durability %s; %s, %d cores, load %s; %s\n", engine, durability, runtime.Version(), runtime.NumCPU(), load(), time.Now().Format("2006-01-02 15:04"))
}

// load is the machine's load of the last minute; "not known" where there is no /proc.
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "not known"
	}
	first, _, _ := strings.Cut(string(b), " ")
	return first
}

// Peak is the most memory this process has had, in MB; 0 when not known.
func Peak() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		var kb int
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}

// Times are durations of the same thing, from many goroutines.
type Times struct {
	mu  sync.Mutex
	all []time.Duration
}

// Of runs fn and keeps how long it took.
func (t *Times) Of(fn func() error) error {
	began := time.Now()
	err := fn()
	t.Add(time.Since(began))
	return err
}

// Add keeps how long something took.
func (t *Times) Add(took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.all = append(t.all, took)
}

// At is a quantile, 0.5 the median; 0 without measurements.
func (t *Times) At(q float64) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.all) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t.all))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

// Said are median, 95th percentile and the longest.
func (t *Times) Said() string {
	return fmt.Sprintf("p50 %s, p95 %s, max %s", round(t.At(0.5)), round(t.At(0.95)), round(t.At(1)))
}

func round(d time.Duration) string { return Round(d) }

// Round is a duration as a figure of a table.
func Round(d time.Duration) string {
	switch {
	case d > 10*time.Second:
		return fmt.Sprintf("%.0f s", d.Seconds())
	case d > time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d > 10*time.Millisecond:
		return fmt.Sprintf("%.0f ms", float64(d)/1e6)
	}
	return fmt.Sprintf("%.1f ms", float64(d)/1e6)
}

func megabytes(n int64) string { return fmt.Sprintf("%.0f MB", float64(n)/1e6) }
