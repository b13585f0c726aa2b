package file

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"quantriet/internal/kit/fault"
)

// Store keeps files by the hash of their content, as ab/abcdef…, in one folder of this
// machine. The same content is kept once, however many rows refer to it.
type Store struct {
	dir        string
	limit      int64
	busy       chan struct{} // bounds the memory of uploads being checked
	sync.Mutex               // a row and its file come and go together
}

// at once, so that uploads take at most this many times the limit of memory.
const atOnce = 4

// New takes the folder of the files, which is made with the first one; limit is the most
// of one file in bytes, 0 for the usual Limit.
func New(dir string, limit int64) *Store {
	if limit <= 0 {
		limit = Limit
	}
	return &Store{dir: dir, limit: limit, busy: make(chan struct{}, atOnce)}
}

// Limit is the most of one file, in bytes.
func (s *Store) Limit() int64 { return s.limit }

// Put checks a file, keeps it and calls record while it is safely on disk; when record
// fails, content that was not there before is taken away again. Faults: of Check and record.
func (s *Store) Put(name string, r io.Reader, record func(Info) error) (Info, error) {
	s.busy <- struct{}{}
	defer func() { <-s.busy }()
	info, data, err := check(name, r, s.limit)
	if err != nil {
		return info, err
	}
	s.Lock()
	defer s.Unlock()
	fresh, err := s.write(info.SHA256, data)
	if err != nil {
		return info, fmt.Errorf("file store: %w", err)
	}
	if err := record(info); err != nil {
		if fresh {
			os.Remove(s.path(info.SHA256))
		}
		return info, err
	}
	return info, nil
}

// Drop deletes content when unused says that no row refers to it any more. Call it after
// the rows are gone for good.
func (s *Store) Drop(sum string, unused func() (bool, error)) error {
	if !valid(sum) {
		return nil
	}
	s.Lock()
	defer s.Unlock()
	ok, err := unused()
	if err != nil || !ok {
		return err
	}
	if err := os.Remove(s.path(sum)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("file store: %w", err)
	}
	return nil
}

// Reader is an open file of the store.
type Reader interface {
	io.ReadSeekCloser
	io.ReaderAt
}

// Reader opens content for reading. Fault: Missing when the store does not have it.
func (s *Store) Reader(sum string) (Reader, error) {
	if !valid(sum) {
		return nil, fault.New(fault.Missing, "file.gone")
	}
	f, err := os.Open(s.path(sum))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Missing, "file.gone")
	}
	if err != nil {
		return nil, fmt.Errorf("file store: %w", err)
	}
	return f, nil
}

// Verify reads content again and reports whether it is still what its hash says.
func (s *Store) Verify(sum string) (bool, error) {
	f, err := s.Reader(sum)
	if err != nil {
		return false, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return false, fmt.Errorf("file store: %w", err)
	}
	return hex.EncodeToString(h.Sum(nil)) == sum, nil
}

func (s *Store) path(sum string) string { return filepath.Join(s.dir, sum[:2], sum) }

func valid(sum string) bool {
	b, err := hex.DecodeString(sum)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == sum
}

// write makes the file whole or not at all, and durable; fresh when it was not there before.
func (s *Store) write(sum string, data []byte) (fresh bool, err error) {
	path := s.path(sum)
	if st, err := os.Stat(path); err == nil && st.Size() == int64(len(data)) {
		return false, nil
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return false, err
	}
	temp, err := os.CreateTemp(dir, "new-")
	if err != nil {
		return false, err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Sync(), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	return true, errors.Join(err, flush(dir), flush(s.dir))
}

// flush makes the names in a folder durable.
func flush(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
