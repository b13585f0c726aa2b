package web

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"mime/multipart"
	"os"
)

// Sent is an uploaded file. A small one stays in memory; of a large one nothing can be read on disk: it lies
// enciphered, under a key that is kept nowhere, in a file whose name is gone before its first byte is written.
type Sent struct {
	Filename string
	Size     int64
	body     io.ReaderAt
}

// heldMost is how much of one file stays in memory, in bytes.
const heldMost = 256 << 10

// Open reads the file from its beginning, as often as it is asked.
func (s *Sent) Open() (multipart.File, error) {
	return reading{io.NewSectionReader(s.body, 0, s.Size)}, nil
}

type reading struct{ *io.SectionReader }

func (reading) Close() error { return nil }

// receive takes a part of a form in.
func receive(name string, r io.Reader) (*Sent, error) {
	var head bytes.Buffer
	n, err := io.CopyN(&head, r, heldMost+1)
	if err == io.EOF {
		return &Sent{Filename: name, Size: n, body: bytes.NewReader(head.Bytes())}, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := newVault()
	if err != nil {
		return nil, fmt.Errorf("keep upload: %w", err)
	}
	size, err := io.Copy(v, io.MultiReader(&head, r))
	if err != nil {
		v.Close()
	}
	return &Sent{Filename: name, Size: size, body: v}, err
}

// vault is a nameless file of enciphered bytes. It is closed with its request, or at last with its owner.
type vault struct {
	file   *os.File
	block  cipher.Block
	stream cipher.Stream
	buf    [32 << 10]byte
}

func newVault() (*vault, error) {
	f, err := os.CreateTemp("", "quantriet-upload-")
	if err != nil {
		return nil, err
	}
	os.Remove(f.Name()) // where the system does not let go of an open file, Close does
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	return &vault{file: f, block: block, stream: cipher.NewCTR(block, make([]byte, aes.BlockSize))}, err
}

func (v *vault) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		k := min(len(p), len(v.buf))
		v.stream.XORKeyStream(v.buf[:k], p[:k])
		k, err = v.file.Write(v.buf[:k])
		n, p = n+k, p[k:]
	}
	return n, err
}

// ReadAt deciphers from any place: the counter of a block is its number.
func (v *vault) ReadAt(p []byte, at int64) (int, error) {
	n, err := v.file.ReadAt(p, at)
	iv := make([]byte, aes.BlockSize)
	binary.BigEndian.PutUint64(iv[8:], uint64(at/aes.BlockSize))
	stream, skip := cipher.NewCTR(v.block, iv), make([]byte, at%aes.BlockSize)
	stream.XORKeyStream(skip, skip)
	stream.XORKeyStream(p[:n], p[:n])
	return n, err
}

func (v *vault) Close() error {
	err := v.file.Close()
	os.Remove(v.file.Name())
	return err
}
