package campaign

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// alphabet has no letters that are taken for others when read aloud or from bad print.
const alphabet = "23456789ABCDEFGHJKMNPQRTUVWXYZ"

// A code is a participant's place: the unit's number in the tree and the serial number in the
// roster, 44 bits, enciphered under the campaign's key. Nine letters that say nothing about
// the person, are stored nowhere and need no index to be found by.
const (
	codeLetters = 9
	serialBits  = 25 // 33 million people
	placeBits   = 19 // half a million units
	halfBits    = (serialBits + placeBits) / 2
	halfMask    = 1<<halfBits - 1
	rounds      = 10 // of the Feistel network, as in NIST SP 800-38G
)

// Cipher makes and reads the personal codes of a campaign.
type Cipher struct{ block cipher.Block }

// CipherOf takes the campaign's key.
func CipherOf(key int64) Cipher {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("quantriet personal code "), uint64(key)))
	block, err := aes.NewCipher(sum[:16])
	if err != nil {
		panic(err) // the length is right
	}
	return Cipher{block}
}

func newKey() int64 {
	var b [8]byte
	rand.Read(b[:])
	return int64(binary.BigEndian.Uint64(b[:]))
}

// Code is the personal code of the nth participant, who belongs to the unit numbered lo.
func (c Cipher) Code(lo, n int64) string {
	v := uint64(lo)<<serialBits | uint64(n)
	l, r := v>>halfBits, v&halfMask
	for i := range rounds {
		l, r = r, l^c.mix(i, r)
	}
	v = l<<halfBits | r
	var out [codeLetters]byte
	for i := codeLetters - 1; i >= 0; i-- {
		out[i], v = alphabet[v%uint64(len(alphabet))], v/uint64(len(alphabet))
	}
	return string(out[:])
}

// Place reads a code; false when it is none of any campaign.
func (c Cipher) Place(code string) (lo, n int64, ok bool) {
	if len(code) != codeLetters {
		return 0, 0, false
	}
	var v uint64
	for i := range codeLetters {
		d := strings.IndexByte(alphabet, code[i])
		if d < 0 {
			return 0, 0, false
		}
		v = v*uint64(len(alphabet)) + uint64(d)
	}
	if v >= 1<<(serialBits+placeBits) {
		return 0, 0, false
	}
	l, r := v>>halfBits, v&halfMask
	for i := rounds - 1; i >= 0; i-- {
		l, r = r^c.mix(i, l), l
	}
	v = l<<halfBits | r
	return int64(v >> serialBits), int64(v & (1<<serialBits - 1)), true
}

func (c Cipher) mix(round int, half uint64) uint64 {
	var b [aes.BlockSize]byte
	b[0] = byte(round)
	binary.BigEndian.PutUint64(b[8:], half)
	c.block.Encrypt(b[:], b[:])
	return binary.BigEndian.Uint64(b[:8]) & halfMask
}
