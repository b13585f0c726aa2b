package limit

import (
	"testing"
	"time"
)

func TestLimit(t *testing.T) {
	at := time.UnixMilli(0)
	l := Limit{Most: 2, Per: 1000, Now: func() time.Time { return at }}
	for i, c := range []struct {
		ms    int64
		key   int64
		wrong bool
		spent bool // afterwards
	}{
		{0, 1, true, false}, {10, 1, true, true}, {10, 2, false, false}, {999, 1, false, true}, {1000, 1, false, false}, {1001, 1, true, false}, {1002, 1, true, true},
	} {
		at = time.UnixMilli(c.ms)
		if c.wrong {
			l.Wrong(c.key)
		}
		if got := l.Spent(c.key); got != c.spent {
			t.Errorf("%d: %v", i, got)
		}
	}
}

// Keys that the caller makes up must neither grow the memory nor make everybody wait.
func TestLimitOfManyKeys(t *testing.T) {
	at := time.UnixMilli(1)
	l := Limit{Most: 1, Per: 600_000, Now: func() time.Time { return at }}
	for key := range int64(3 * room) {
		l.Wrong(key)
		if len(l.seen) > room {
			t.Fatalf("%d keys are kept", len(l.seen))
		}
	}
	if !l.Spent(3*room - 1) {
		t.Error("the last one is forgotten")
	}
}
