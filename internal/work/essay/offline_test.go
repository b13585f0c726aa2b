package essay

import (
	"encoding/base64"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// A device seals under a key of its writer alone, and the writer gets the same one again.
func TestLock(t *testing.T) {
	s := &Service{Seal: seal.Fresh()}
	a, b := id.New(), id.New()
	key, err := base64.StdEncoding.DecodeString(s.lock(a))
	if err != nil || len(key) != 32 {
		t.Fatalf("a key of %d bytes: %v", len(key), err)
	}
	if first := s.lock(a); first != s.lock(a) || first == s.lock(b) {
		t.Error("the key is not one for each writer")
	}
	if other := (&Service{Seal: seal.Fresh()}); other.lock(a) == s.lock(a) {
		t.Error("two installations give the same key")
	}
	if got := (&Service{}).lock(a); got != "" {
		t.Errorf("without a seal: %q", got)
	}
}

// A device opens what it keeps for as long as the session lasts, and a week at most.
func TestLeft(t *testing.T) {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, clock.Zone)
	s := &Service{Now: func() time.Time { return now }}
	for _, c := range []struct {
		until time.Time
		want  time.Duration
	}{{now.Add(12 * time.Hour), 12 * time.Hour}, {now.Add(90 * 24 * time.Hour), longestOff}, {now.Add(-time.Minute), 0}} {
		if got := s.left(access.Actor{Until: c.until.UnixMilli()}); got != c.want.Milliseconds() {
			t.Errorf("a session until %v: %d ms", c.until, got)
		}
	}
}
