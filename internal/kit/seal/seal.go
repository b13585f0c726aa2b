package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
)

// Box seals and opens with the keys of one installation. It is safe for concurrent use.
type Box struct {
	keys map[uint32]cipher.AEAD
	now  uint32 // key of new seals
	find []byte
}

const (
	keySize = 32
	idSize  = 4
)

// ErrClosed is returned for what was sealed with another key, for another purpose, or changed since.
var ErrClosed = errors.New("seal: it cannot be opened with the keys of this installation")

// Fresh is a box with new keys that are kept nowhere: for tests and demonstrations.
func Fresh() *Box {
	b := &Box{keys: map[uint32]cipher.AEAD{}, find: random(keySize)}
	b.add(random(keySize), binary.BigEndian.Uint32(random(idSize)))
	return b
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

func (b *Box) add(key []byte, number uint32) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // the size is ours
	}
	if b.keys[number], err = cipher.NewGCM(block); err != nil {
		panic(err)
	}
	b.now = number
}

// Seal encrypts plain with AES-256-GCM: 4 bytes that name the key, the nonce, the text and
// its tag. about says what it is and whose, "person.identity 01ARZ…"; it must be the same
// to open it, so that a sealed text cannot be moved to another row.
func (b *Box) Seal(plain []byte, about string) []byte {
	k := b.keys[b.now]
	out := binary.BigEndian.AppendUint32(make([]byte, 0, idSize+k.NonceSize()+len(plain)+k.Overhead()), b.now)
	out = append(out, random(k.NonceSize())...)
	return k.Seal(out, out[idSize:], plain, []byte(about))
}

// Open is the text that Seal was given. Error: ErrClosed.
func (b *Box) Open(sealed []byte, about string) ([]byte, error) {
	if len(sealed) < idSize {
		return nil, ErrClosed
	}
	k := b.keys[binary.BigEndian.Uint32(sealed)]
	if k == nil || len(sealed) < idSize+k.NonceSize() {
		return nil, fmt.Errorf("%w (key %x)", ErrClosed, sealed[:idSize])
	}
	nonce := sealed[idSize : idSize+k.NonceSize()]
	plain, err := k.Open(nil, nonce, sealed[idSize+k.NonceSize():], []byte(about))
	if err != nil {
		return nil, ErrClosed
	}
	return plain, nil
}

// Knows reports whether the key that sealed is in the box.
func (b *Box) Knows(sealed []byte) bool {
	return len(sealed) >= idSize && b.keys[binary.BigEndian.Uint32(sealed)] != nil
}

// Find is a keyed hash (HMAC-SHA-256, its first 63 bits) of a text in its one usual form.
// Equal texts of one purpose have equal hashes; two different ones may, once in many
// billions, so what is found is opened and compared.
func (b *Box) Find(purpose, plain string) int64 {
	h := hmac.New(sha256.New, b.find)
	h.Write([]byte(purpose + "\x00" + plain))
	return int64(binary.BigEndian.Uint64(h.Sum(nil)) >> 1)
}

// Key is 32 bytes for one purpose, the same as long as the find key is.
func (b *Box) Key(purpose string) []byte {
	h := hmac.New(sha256.New, b.find)
	h.Write([]byte("key\x00" + purpose))
	return h.Sum(nil)
}
