package sheet

import (
	"bytes"
	"cmp"
	"io"
	"iter"
)

// Limits bound what Open and reading may cost; a zero field means its default.
type Limits struct {
	Size     int64 // bytes as uploaded, 20 MB
	Unpacked int64 // bytes of an xlsx unpacked, 256 MB
	Entries  int   // parts in an xlsx, 10,000
	Rows     int   // rows that hold something, 1,048,576
	Columns  int   // 256
	Cell     int   // characters in a cell, 32,767
}

func (l Limits) orDefault() Limits {
	return Limits{
		Size:     cmp.Or(l.Size, 20<<20),
		Unpacked: cmp.Or(l.Unpacked, 256<<20),
		Entries:  cmp.Or(l.Entries, 10_000),
		Rows:     cmp.Or(l.Rows, 1<<20),
		Columns:  cmp.Or(l.Columns, 256),
		Cell:     cmp.Or(l.Cell, 32_767),
	}
}

// Book is an opened file. It may be read as often as needed while the reader
// given to Open stays open; it holds nothing that must be closed.
type Book struct {
	Name  string // as uploaded, to be shown only
	Kind  string // "xlsx" or "csv"
	grids []grid

	columns int // most columns of a row
}

// grid is one sheet: lines in order, blank ones left out. The cells of a line
// are good until the next one.
type grid interface {
	title() string
	lines() iter.Seq2[line, error]
	merges() ([]area, error)
}

type line struct {
	number int // from 1, as in the file
	cells  []cell
}

// cell is a value as text and, when it could not be read, the code that says why.
type cell struct{ text, bad string }

func (l line) text(col int) string {
	if col < len(l.cells) {
		return l.cells[col].text
	}
	return ""
}

func (l line) blank() bool {
	for _, c := range l.cells {
		if c != (cell{}) {
			return false
		}
	}
	return true
}

// area is a merged range, rows and columns from 1, ends included.
type area struct{ row, col, lastRow, lastCol int }

var (
	oleMagic = []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	zipMagic = []byte("PK")
)

// Open looks at the content of a file of size bytes and prepares reading it.
// It fails with an *Error; an error of r itself is passed through.
func Open(name string, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	l := limits.orDefault()
	if size > l.Size {
		return nil, &Error{Code: TooBig}
	}
	head := make([]byte, min(size, 64<<10))
	if n, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	} else if head = head[:n]; n == 0 {
		return nil, &Error{Code: Empty}
	}
	b := &Book{Name: name, Kind: "xlsx", columns: l.Columns}
	var err error
	switch {
	case bytes.HasPrefix(head, oleMagic):
		return nil, ole(io.NewSectionReader(r, 0, size))
	case bytes.HasPrefix(head, zipMagic):
		b.grids, err = openXLSX(r, size, l)
	default:
		b.Kind = "csv"
		b.grids, err = openCSV(r, size, head, l)
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// ole tells an encrypted xlsx, which is a compound file with an EncryptedPackage
// stream, from an old xls.
func ole(r io.Reader) error {
	var name []byte
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	if _, found, err := seek(r, name); err != nil {
		return err
	} else if found {
		return &Error{Code: Encrypted}
	}
	return &Error{Code: OldFormat}
}

// seek reads until mark has passed and gives what was read behind it.
func seek(r io.Reader, mark []byte) (rest []byte, found bool, err error) {
	buf := make([]byte, 64<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		have := buf[:kept+n]
		if i := bytes.Index(have, mark); i >= 0 {
			return have[i+len(mark):], true, nil
		}
		if err == io.EOF {
			return nil, false, nil
		}
		if err != nil {
			return nil, false, err
		}
		kept = copy(buf, have[max(0, len(have)-len(mark)+1):])
	}
}
