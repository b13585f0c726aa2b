// Package id makes the numbers that name rows: time-ordered 63-bit integers shown
// to people as 13 characters of Crockford base32.
package id

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"quantriet/internal/kit/fault"
)

// ID is 41 bits of milliseconds since 2020, 10 bits of node and 12 bits of counter.
// Zero means none: it is stored as NULL and read back from NULL.
type ID int64

const (
	epoch  = 1577836800000 // 2020-01-01 in Unix milliseconds
	digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	length = 13
)

var maker struct {
	sync.Mutex
	last int64 // milliseconds<<12 | counter of the newest id
	node int64
}

func init() {
	var b [2]byte
	rand.Read(b[:])
	maker.node = int64(binary.BigEndian.Uint16(b[:]) & 1023)
}

// New returns an id greater than every id this process made before, also when the clock steps back.
func New() ID {
	maker.Lock()
	defer maker.Unlock()
	now := (time.Now().UnixMilli() - epoch) << 12
	maker.last = max(maker.last+1, now)
	ms, n := maker.last>>12, maker.last&4095
	return ID(ms<<22 | maker.node<<12 | n)
}

// String is the 13-character form; "" for none.
func (i ID) String() string {
	if i == 0 {
		return ""
	}
	var b [length]byte
	v := uint64(i)
	for k := length - 1; k >= 0; k-- {
		b[k] = digits[v&31]
		v >>= 5
	}
	return string(b[:])
}

// Parse reads the 13-character form, in either case. Fault: Missing, since a
// mistyped address and an absent row look the same.
func Parse(s string) (ID, error) {
	if len(s) != length {
		return 0, fault.Gone()
	}
	var v uint64
	for k := range length {
		d := value[s[k]]
		if d < 0 || (k == 0 && d > 7) {
			return 0, fault.Gone()
		}
		v = v<<5 | uint64(d)
	}
	if v == 0 {
		return 0, fault.Gone()
	}
	return ID(v), nil
}

var value = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range digits {
		c := digits[i]
		t[c] = int8(i)
		if c >= 'A' {
			t[c+32] = int8(i)
		}
	}
	return t
}()

// MarshalText makes JSON show the 13-character form.
func (i ID) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText wrote; empty means none.
func (i *ID) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	*i, err = Parse(string(b))
	return err
}

// Value stores none as NULL.
func (i ID) Value() (driver.Value, error) {
	if i == 0 {
		return nil, nil
	}
	return int64(i), nil
}

// Scan reads NULL as none.
func (i *ID) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*i = 0
	case int64:
		*i = ID(v)
	default:
		return fmt.Errorf("id: cannot scan %T", v)
	}
	return nil
}
