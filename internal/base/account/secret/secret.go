package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// New is 256 random bits in 43 letters that are safe in a cookie and an address.
func New() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Hash is what is stored of a secret.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// easy letters are not mistaken for each other when read aloud or from paper.
const easy = "abcdefghjkmnpqrstuvwxyz23456789"

// Easy is groups of size letters that are easy to read, joined by hyphens: 4.95 bits each.
func Easy(groups, size int) string {
	var b strings.Builder
	for i := range groups * size {
		if i > 0 && i%size == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(easy[pick(len(easy))])
	}
	return b.String()
}

// Tidy is an easy code as it was handed out, however it was typed: case, spaces and hyphens
// do not matter. It is false for what can be no code of n letters.
func Tidy(typed string, groups, size int) (string, bool) {
	if len(typed) > 200 {
		return "", false
	}
	var out []byte
	for _, c := range []byte(strings.ToLower(typed)) {
		switch {
		case strings.IndexByte(easy, c) >= 0:
			if n := len(out) - strings.Count(string(out), "-"); n > 0 && n%size == 0 {
				out = append(out, '-')
			}
			out = append(out, c)
		case strings.IndexByte(" -.\t\r\n", c) < 0:
			return "", false
		}
	}
	return string(out), len(out) == groups*(size+1)-1
}

// pick is an even choice below n ≤ 256.
func pick(n int) int {
	var b [1]byte
	for {
		rand.Read(b[:])
		if int(b[0]) < 256/n*n {
			return int(b[0]) % n
		}
	}
}

// Same compares two secrets in constant time; an empty one equals nothing.
func Same(a, b string) bool { return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
