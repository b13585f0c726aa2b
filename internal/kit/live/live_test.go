package live

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// look is a topic of the tests: a number, written somehow.
type look struct {
	of   id.ID
	form string
}

func (l look) Subject() Subject { return Subject{"number", l.of} }

// counter is a hub over one number that counts how often it is loaded and drawn.
type counter struct {
	Hub[look, int64]
	number, loads, draws atomic.Int64
}

// set changes it before it runs.
func newCounter(t *testing.T, every, safe time.Duration, set ...func(*counter)) *counter {
	t.Helper()
	c := &counter{}
	c.Load = func(context.Context, Subject, int64) (int64, error) {
		c.loads.Add(1)
		return c.number.Load(), nil
	}
	c.Draw = func(n int64, l look) ([]byte, error) {
		c.draws.Add(1)
		return []byte(fmt.Sprintf(l.form, n)), nil
	}
	c.Every, c.Safe = every, safe
	for _, f := range set {
		f(c)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { c.Run(ctx); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	return c
}

func (c *counter) serve(t *testing.T, form string) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := c.Serve(w, r, look{1, form}); fault.Of(err) == fault.Busy {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(srv.CloseClientConnections)
	return srv.URL
}

// wait reads lines until one is as wished.
func wait(t *testing.T, lines *bufio.Scanner, want string) {
	t.Helper()
	for lines.Scan() {
		if lines.Text() == want {
			return
		}
	}
	t.Fatalf("no %q: %v", want, lines.Err())
}

func watch(t *testing.T, url string) *bufio.Scanner {
	t.Helper()
	r, err := http.Get(url)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatal(err, r)
	}
	t.Cleanup(func() { r.Body.Close() })
	return bufio.NewScanner(r.Body)
}

// However often something happens and however many watch: one loading for all of them in
// each interval, one drawing for each way to look.
func TestOneDrawingForAll(t *testing.T) {
	c := newCounter(t, 100*time.Millisecond, time.Hour)
	plain, loud := c.serve(t, "%d"), c.serve(t, "now\n%d!")
	var all []*bufio.Scanner
	for i := range 20 {
		if i%2 == 0 {
			all = append(all, watch(t, plain))
		} else {
			all = append(all, watch(t, loud))
		}
	}
	for i, lines := range all {
		wait(t, lines, []string{"data: 0", "data: 0!"}[i%2])
	}
	loads, draws, began := c.loads.Load(), c.draws.Load(), time.Now()
	for time.Since(began) < 450*time.Millisecond {
		c.number.Add(1)
		c.Tell(Subject{"number", 1})
		time.Sleep(100 * time.Microsecond)
	}
	last := c.number.Load()
	for i, lines := range all {
		wait(t, lines, []string{fmt.Sprintf("data: %d", last), fmt.Sprintf("data: %d!", last)}[i%2])
	}
	spans := int64(time.Since(began)/(100*time.Millisecond)) + 2
	if n := c.loads.Load() - loads; n < 2 || n > spans {
		t.Errorf("loaded %d times in %d intervals", n, spans)
	}
	if n := c.draws.Load() - draws; n > 2*spans {
		t.Errorf("drawn %d times in %d intervals", n, spans)
	}
}

func TestNothingNewIsNotSent(t *testing.T) {
	c := newCounter(t, time.Millisecond, time.Hour)
	lines := watch(t, c.serve(t, "%d"))
	wait(t, lines, "data: 0")
	sent := c.sent.Load()
	for range 5 {
		c.Tell(Subject{"number", 1})
		time.Sleep(5 * time.Millisecond)
	}
	if n := c.sent.Load() - sent; n != 0 {
		t.Errorf("%d messages of nothing new", n)
	}
}

// A word that never came is made up for after Safe.
func TestUntold(t *testing.T) {
	c := newCounter(t, time.Millisecond, 100*time.Millisecond)
	lines := watch(t, c.serve(t, "%d"))
	wait(t, lines, "data: 0")
	c.number.Store(7)
	wait(t, lines, "data: 7")
}

// Somebody who takes nothing holds up nobody, and gets the newest when ready.
func TestSlowViewer(t *testing.T) {
	c := newCounter(t, time.Millisecond, time.Hour)
	v, leave, ok := c.join(look{1, "%d"})
	if !ok {
		t.Fatal("no room")
	}
	defer leave()
	lines := watch(t, c.serve(t, "%d"))
	wait(t, lines, "data: 0")
	for n := range int64(5) {
		c.number.Store(n + 1)
		c.Tell(Subject{"number", 1})
		wait(t, lines, fmt.Sprintf("data: %d", n+1))
	}
	if f := v.next.Swap(nil); f == nil || string(f.plain) != "data: 5\n\n" {
		t.Errorf("the slow one is left with %v", f)
	}
	if c.Stats().Skipped < 4 {
		t.Errorf("%+v", c.Stats())
	}
}

func TestLimit(t *testing.T) {
	c := newCounter(t, time.Millisecond, time.Hour, func(c *counter) { c.Most = 1 })
	url := c.serve(t, "%d")
	wait(t, watch(t, url), "data: 0")
	if r, err := http.Get(url); err != nil || r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%v, %v", r, err)
	}
}

// A stream ends when the rights of its reader do, and is cleared away.
func TestEndsWithTheRequest(t *testing.T) {
	c := newCounter(t, time.Millisecond, time.Hour)
	ended := fault.New(fault.Signin, "access.ended")
	ctx, end := context.WithCancelCause(t.Context())
	done := make(chan error)
	go func() {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
		done <- c.Serve(httptest.NewRecorder(), r, look{1, "%d"})
	}()
	for c.Stats().Viewers == 0 {
		time.Sleep(time.Millisecond)
	}
	end(ended)
	if err := <-done; err != ended || c.Stats().Viewers != 0 {
		t.Errorf("%v, %+v", err, c.Stats())
	}
}

// Frames packed one by one are one stream that any reader of gzip takes, to its end.
func TestPackedFramesFollow(t *testing.T) {
	var b bytes.Buffer
	b.Write(gzipHead)
	var want strings.Builder
	var crc, size uint32
	for _, s := range []string{"a", strings.Repeat("điểm cầu mẫu ", 3000), "", "z\r\ny"} {
		f := pack(message("", []byte(s)))
		b.Write(f.packed)
		want.Write(f.plain)
		crc, size = sum(crc, f), size+uint32(len(f.plain))
	}
	b.Write(gzipTail(crc, size))
	r, err := gzip.NewReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != want.String() {
		t.Errorf("%v: %d bytes, want %d", err, len(got), want.Len())
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{"x": "data: x\n\n", "": "data: \n\n", "a\nb\r\nc": "data: a\ndata: b\ndata: c\n\n", "a\n": "data: a\ndata: \n\n"} {
		if got := string(message("", []byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What cannot be read is not forgotten: the old state is shown until it can.
func TestLoadFails(t *testing.T) {
	var broken atomic.Bool
	c := newCounter(t, time.Millisecond, 10*time.Millisecond, func(c *counter) {
		load := c.Load
		c.Load = func(ctx context.Context, s Subject, before int64) (int64, error) {
			if broken.Load() {
				return 0, io.ErrUnexpectedEOF
			}
			return load(ctx, s, before)
		}
	})
	lines := watch(t, c.serve(t, "%d"))
	wait(t, lines, "data: 0")
	broken.Store(true)
	c.number.Store(3)
	time.Sleep(50 * time.Millisecond)
	if _, err := c.State(t.Context(), Subject{"number", 1}); err == nil {
		t.Error("nobody says that it cannot be read")
	}
	broken.Store(false)
	wait(t, lines, "data: 3")
}
