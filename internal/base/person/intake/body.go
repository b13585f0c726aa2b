package intake

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const (
	partSize  = 512 << 10
	partsHeld = 6
)

// body reads a sheet that is kept in parts; a few of them stay in memory.
type body struct {
	ctx  context.Context
	s    *Service
	of   id.ID
	size int64

	mu    sync.Mutex
	parts map[int64][]byte
	order []int64
}

func (b *body) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) && at < b.size {
		part, err := b.part(at / partSize)
		if err != nil {
			return n, err
		}
		from := at % partSize
		if from >= int64(len(part)) {
			return n, io.ErrUnexpectedEOF
		}
		k := copy(p[n:], part[from:])
		n, at = n+k, at+int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (b *body) part(n int64) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.parts[n]; ok {
		return p, nil
	}
	var p []byte
	err := b.s.DB.Read(b.ctx, func(tx db.Tx) (err error) {
		p, err = db.One(b.ctx, tx, db.Value[[]byte], `select body from person_import_part where import = $1 and n = $2`, b.of, n)
		return err
	})
	if err == nil && b.s.Seal == nil {
		err = errNoKey
	}
	if err == nil {
		p, err = b.s.Seal.Open(p, about(b.of, n))
	}
	if err != nil {
		return nil, fmt.Errorf("part %d of a sheet: %w", n, err)
	}
	if b.parts == nil {
		b.parts = map[int64][]byte{}
	}
	if len(b.order) == partsHeld {
		delete(b.parts, b.order[0])
		b.order = b.order[1:]
	}
	b.parts[n], b.order = p, append(b.order, n)
	return p, nil
}

var errNoKey = errors.New("no key to seal sheets with")

// about says whose and which part is sealed.
func about(of id.ID, n int64) string { return fmt.Sprintf("person.import %s %d", of, n) }

// store keeps a file in parts, sealed, each in a transaction of its own: rosters hold
// identity numbers and phones, which are nowhere else in the clear either.
func (s *Service) store(ctx context.Context, of id.ID, r io.ReaderAt, size int64) error {
	if s.Seal == nil {
		return errNoKey
	}
	part := make([]byte, partSize)
	for n := int64(0); n*partSize < size; n++ {
		k, err := r.ReadAt(part[:min(partSize, size-n*partSize)], n*partSize)
		if err != nil && !(errors.Is(err, io.EOF) && n*partSize+int64(k) == size) {
			return err
		}
		sealed := s.Seal.Seal(part[:k], about(of, n))
		err = s.DB.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into person_import_part (import, n, body) values ($1, $2, $3) on conflict (import, n) do nothing`, of, n, sealed)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// meter knows how far a file has been read.
type meter struct {
	io.ReaderAt
	far atomic.Int64
}

func (m *meter) ReadAt(p []byte, at int64) (int, error) {
	m.far.Store(at + int64(len(p)))
	return m.ReaderAt.ReadAt(p, at)
}

func (m *meter) percent(size int64) int { return int(min(99, m.far.Load()*100/max(1, size))) }
