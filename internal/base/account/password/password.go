package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/text"
)

// Cost is what one argon2id hashing takes: KiB of memory, passes, threads.
type Cost struct {
	Memory, Passes uint32
	Threads        uint8
}

// Standard is the cost of new passwords: 64 MiB twice, about 0.1 s on one core.
var Standard = Cost{Memory: 64 << 10, Passes: 2, Threads: 1}

// atOnce is how many hashings run at a time: each holds its memory and a core for a tenth of a
// second, and half the cores are for everybody else.
var atOnce = min(max(runtime.NumCPU()/2, 1), 4)

const (
	inLine  = 32 // more that wait, three seconds at most; beyond, the visitor is asked to come back
	saltLen = 16
	hashLen = 32
)

// What a password may be, in letters.
const (
	Least = 10
	Most  = 200
)

// Check refuses what is guessed first: same says whether a text is the login. The password is
// compared as typed, composed (NFC). Fault: Invalid on "password".
func Check(password string, same func(string) bool) error {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return fault.At("password", "account.password_text")
	case n < Least:
		return fault.At("password", "account.password_short", "n", Least)
	case n > Most:
		return fault.At("password", "account.password_long", "n", Most)
	case same(password):
		return fault.At("password", "account.password_login")
	case len(different) < 4:
		return fault.At("password", "account.password_plain")
	}
	return nil
}

// Hasher makes and checks passwords a few at a time, so that a flood of sign-ins leaves
// the rest of the program its cores and its memory. The zero value works.
type Hasher struct {
	Cost  Cost
	once  sync.Once
	slots chan struct{}
	line  chan struct{}
	idle  *time.Timer
}

func (h *Hasher) start() {
	if h.Cost == (Cost{}) {
		h.Cost = Standard
	}
	h.slots, h.line = make(chan struct{}, atOnce), make(chan struct{}, atOnce+inLine)
	h.idle = time.AfterFunc(time.Hour, debug.FreeOSMemory)
	h.idle.Stop()
}

// run does the work when there is a free place. Fault: TooMany when the line is full.
func (h *Hasher) run(ctx context.Context, work func()) error {
	h.once.Do(h.start)
	select {
	case h.line <- struct{}{}:
		defer func() { <-h.line }()
	default:
		return fault.New(fault.TooMany, "account.busy")
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	work()
	h.idle.Reset(10 * time.Second) // hands the big buffers back once nobody signs in
	return nil
}

// Make returns the PHC string of a password.
func (h *Hasher) Make(ctx context.Context, password string) (phc string, err error) {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	err = h.run(ctx, func() {
		phc = format(h.Cost, salt, derive(h.Cost, password, salt, hashLen))
	})
	return phc, err
}

// Matches compares a password with a PHC string; stale says that it was made at another
// cost. An empty phc matches nothing and takes as long as any other.
func (h *Hasher) Matches(ctx context.Context, phc, password string) (ok, stale bool, err error) {
	h.once.Do(h.start)
	cost, salt, want := h.Cost, make([]byte, saltLen), make([]byte, hashLen)
	if phc != "" {
		if cost, salt, want, err = parse(phc); err != nil {
			return false, false, err
		}
	}
	err = h.run(ctx, func() {
		got := derive(cost, password, salt, uint32(len(want)))
		ok = subtle.ConstantTimeCompare(got, want) == 1 && phc != ""
	})
	return ok, cost != h.Cost, err
}

func derive(c Cost, password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(text.NFC(password)), salt, c.Passes, c.Memory, c.Threads, n)
}

var b64 = base64.RawStdEncoding

func format(c Cost, salt, hash []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Passes, c.Threads,
		b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func parse(phc string) (c Cost, salt, hash []byte, err error) {
	bad := fmt.Errorf("password of unknown form")
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, bad
	}
	salt, err1 := b64.DecodeString(parts[4])
	hash, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(hash) < 16 || c.Memory > 1<<20 || c.Passes == 0 || c.Passes > 16 || c.Threads == 0 {
		return c, nil, nil, bad
	}
	return c, salt, hash, nil
}
