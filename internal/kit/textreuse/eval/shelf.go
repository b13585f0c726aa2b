package eval

import (
	"os"

	"quantriet/internal/kit/textreuse"
)

// shelf keeps prepared essays in a file, as an installation keeps them in its database, so
// that memory holds the index alone.
type shelf struct {
	file *os.File
	ends []int64
}

func newShelf(n int) *shelf {
	f, err := os.CreateTemp("", "textreuse-")
	if err != nil {
		panic(err)
	}
	os.Remove(f.Name())
	return &shelf{f, make([]int64, n+1)}
}

// add puts the blobs of the essays from one on; the earlier ones are there.
func (s *shelf) add(from int, blobs [][]byte) {
	var all []byte
	start := s.ends[from]
	for i, b := range blobs {
		all = append(all, b...)
		s.ends[from+i+1] = start + int64(len(all))
	}
	if _, err := s.file.WriteAt(all, start); err != nil {
		panic(err)
	}
}

func (s *shelf) load(id int) (*textreuse.Essay, error) {
	b := make([]byte, s.ends[id+1]-s.ends[id])
	if _, err := s.file.ReadAt(b, s.ends[id]); err != nil {
		return nil, err
	}
	return textreuse.OpenEssay(b)
}
