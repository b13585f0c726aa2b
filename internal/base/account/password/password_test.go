package password

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/fault"
)

func TestPauses(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 0, 4: 0, 5: 5 * time.Second, 6: 10 * time.Second, 7: 20 * time.Second, 11: 5 * time.Minute, 1000: 5 * time.Minute} {
		if got := pause(n); got != want {
			t.Errorf("after %d wrong passwords the next waits %v, want %v", n, got, want)
		}
	}
}

func TestHashing(t *testing.T) {
	ctx := context.Background()
	h := &Hasher{Cost: Cost{Memory: 64, Passes: 1, Threads: 1}}
	phc, err := h.Make(ctx, "mật khẩu mẫu")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(phc, err)
	}
	decomposed := "ma\u0323\u0302t kha\u0302\u0309u ma\u0302\u0303u" // another keyboard's way to type the same
	for password, want := range map[string]bool{"mật khẩu mẫu": true, decomposed: true, "mat khau mau": false, "": false} {
		ok, stale, err := h.Matches(ctx, phc, password)
		if ok != want || stale || err != nil {
			t.Errorf("%q: %v %v %v", password, ok, stale, err)
		}
	}
	if ok, _, err := h.Matches(ctx, "", "mật khẩu mẫu"); ok || err != nil {
		t.Error("no password matches", err)
	}
	dearer := &Hasher{Cost: Cost{Memory: 128, Passes: 1, Threads: 1}}
	if ok, stale, _ := dearer.Matches(ctx, phc, "mật khẩu mẫu"); !ok || !stale {
		t.Error("a cheaper hash is right and stale")
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$!!$!!", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA"} {
		if _, _, err := h.Matches(ctx, bad, "x"); err == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}

// However many knock, few are hashed at a time, some wait and the rest hear so at once.
func TestHashingIsBounded(t *testing.T) {
	h := &Hasher{Cost: Cost{Memory: 64, Passes: 1, Threads: 1}}
	var now, most, refused atomic.Int64
	release := make(chan struct{})
	var all sync.WaitGroup
	for range 80 {
		all.Go(func() {
			err := h.run(context.Background(), func() {
				most.Store(max(most.Load(), now.Add(1)))
				<-release
				now.Add(-1)
			})
			if fault.Of(err) == fault.TooMany {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	for refused.Load() < 80-int64(atOnce)-inLine {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	if most.Load() > int64(atOnce) || refused.Load() != 80-int64(atOnce)-inLine {
		t.Errorf("%d at once, %d refused", most.Load(), refused.Load())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range atOnce {
		h.slots <- struct{}{}
	}
	if err := h.run(ctx, func() {}); !errors.Is(err, context.Canceled) {
		t.Error("who left the line is not served:", err)
	}
}

func TestGuard(t *testing.T) {
	g := &Guard{}
	for i := range 5 {
		if wait := g.Begin("an", 1000); wait != 0 {
			t.Fatalf("attempt %d waits %d", i, wait)
		}
	}
	if wait := g.Begin("an", 1000); wait != 5000 {
		t.Errorf("the sixth waits %d ms", wait)
	}
	if g.Begin("binh", 1000) != 0 {
		t.Error("somebody else waits too")
	}
	if g.Begin("an", 6000) != 0 || g.Begin("an", 6000) != 10_000 {
		t.Error("the pause does not grow")
	}
	g.Undo("an")
	if g.Begin("an", 6000) != 0 {
		t.Error("an attempt never made is counted")
	}
	g.Clear("an")
	if g.Begin("an", 6000) != 0 || g.tries["an"].n != 1 {
		t.Error("getting in does not clear")
	}
	g.Begin("cuong", 6000+2*forget)
	if len(g.tries) != 1 {
		t.Errorf("%d logins are remembered for ever", len(g.tries))
	}
}
