package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

const tokenPrefix = "qt_"

// secret is 256 random bits in 43 letters that are safe in a cookie and an address.
func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashOf is what is stored of a secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// easy letters are not mistaken for each other when read aloud or from paper.
const easy = "abcdefghjkmnpqrstuvwxyz23456789"

// newPassword is three groups of five easy letters: 74 bits.
func newPassword() string {
	out := make([]byte, 0, 17)
	for i := range 15 {
		if i == 5 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, easy[pick(len(easy))])
	}
	return string(out)
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
