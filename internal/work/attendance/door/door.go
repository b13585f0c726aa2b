package door

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"

	"quantriet/internal/kit/id"
)

const (
	second = int64(1000)
	minute = 60 * second
	day    = 24 * 60 * minute

	step    = 15 * second // that a code is on the screen
	ahead   = 2 * second  // by which clocks of two servers may differ
	known   = 40          // steps for which a code is still known as an old one
	letters = 4           // that name the door, and as many that change
	// Codes that a screen is told at once. It changes them by itself and asks once in 55 to 70 s, so
	// that 31,000 screens ask some 500 times a second and not 2,000; a code nobody has seen yet is worth
	// nothing elsewhere, since it is not good before its time. What a screen learns late by that, the count
	// and a presence code, has the live board and 5 minutes.
	batch = 6
)

// alphabet has no letters that are taken for others when read from a screen or aloud.
const alphabet = "23456789ABCDEFGHJKMNPQRTUVWXYZ"

// spell writes the low digits of v in the alphabet.
func spell(v uint64) string {
	var b [letters]byte
	for i := range b {
		b[i], v = alphabet[v%uint64(len(alphabet))], v/uint64(len(alphabet))
	}
	return string(b[:])
}

// codeAt is the changing half of a door's code in the step of an instant.
func codeAt(secret []byte, at int64) string {
	h := hmac.New(sha256.New, secret)
	binary.Write(h, binary.BigEndian, at/step)
	return spell(binary.BigEndian.Uint64(h.Sum(nil)))
}

// ageOf reads the changing half at an instant: 0 for the code on the screen and the one before,
// otherwise the seconds since it changed; false for what was no code of the door lately.
func ageOf(secret []byte, code string, now int64) (age int64, ok bool) {
	if code == codeAt(secret, now+ahead) {
		return 0, true
	}
	for back := range int64(known) {
		at := now - back*step
		if code != codeAt(secret, at) {
			continue
		}
		if back <= 1 {
			return 0, true
		}
		return (now - (at/step+1)*step) / second, true
	}
	return 0, false
}

// read parts a code as it was typed or came with a picture; false for what can be none.
func read(typed string) (name, code string, ok bool) {
	if len(typed) > 40 {
		return "", "", false
	}
	s := strings.ToUpper(strings.NewReplacer(" ", "", "-", "", ".", "").Replace(strings.TrimSpace(typed)))
	if len(s) != 2*letters || strings.Trim(s, alphabet) != "" {
		return "", "", false
	}
	return s[:letters], s[letters:], true
}

// phoneOf is a browser as one meeting knows it.
func phoneOf(key []byte, meeting id.ID, mark string) int64 {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(meeting.String() + " " + mark))
	return int64(binary.BigEndian.Uint64(h.Sum(nil)) >> 1)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// digits are random ones for the letters of a door.
func digits() uint64 { return binary.BigEndian.Uint64(random(8)) }
