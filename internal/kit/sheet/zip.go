package sheet

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// Ratio at which a part of over bombFloor bytes is taken for a bomb. Real sheets
// pack 5 to 40 times; deflate reaches 1,032 on nothing but repetition.
const (
	bombRatio = 100
	bombFloor = 32 << 20
)

// pack is an unzipped-on-demand xlsx, its parts by lower-case path.
type pack map[string]*zip.File

// openPack reads the directory only. The sizes it declares can be trusted
// later: archive/zip fails when a part turns out longer.
func openPack(r io.ReaderAt, size int64, l Limits) (pack, error) {
	counted := &allowance{r: r, left: 2<<20 + int64(l.Entries)*256}
	z, err := zip.NewReader(counted, size)
	if errors.Is(err, errSpent) {
		return nil, &Error{Code: TooBig}
	}
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, broken(0, 0)
	}
	counted.off = true
	if len(z.File) > l.Entries {
		return nil, &Error{Code: TooBig}
	}
	p, sum := make(pack, len(z.File)), uint64(0)
	for _, f := range z.File {
		sum += min(f.UncompressedSize64, 1<<40)
		if sum > uint64(l.Unpacked) || f.UncompressedSize64 > bombFloor && f.UncompressedSize64/bombRatio > f.CompressedSize64 {
			return nil, &Error{Code: TooBig}
		}
		if f.Flags&1 != 0 {
			return nil, &Error{Code: Encrypted}
		}
		p[clean(f.Name)] = f
	}
	return p, nil
}

func clean(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

var errSpent = errors.New("directory too long")

// allowance stops a zip directory of a million entries before it becomes a
// million structs; the count in the file's tail may lie.
type allowance struct {
	r    io.ReaderAt
	left int64
	off  bool
}

func (a *allowance) ReadAt(p []byte, at int64) (int, error) {
	if !a.off {
		if a.left -= int64(len(p)); a.left < 0 {
			return 0, errSpent
		}
	}
	return a.r.ReadAt(p, at)
}

// part is one xml file being read token by token.
type part struct {
	*xml.Decoder
	file  io.ReadCloser
	guard *guard
}

// tokenMax bounds one xml token; a cell of 32,767 characters written as
// &#xNNNN; entities still fits.
const tokenMax = 1 << 20

type guard struct {
	r    io.Reader
	left int
}

func (g *guard) Read(b []byte) (int, error) {
	if g.left <= 0 {
		return 0, errSpent
	}
	n, err := g.r.Read(b)
	g.left -= n
	return n, err
}

func (p pack) open(name string) (*part, error) {
	f := p[name]
	if f == nil {
		return nil, errNoPart
	}
	file, err := f.Open()
	if err != nil {
		return nil, broken(0, 0)
	}
	return newPart(file, file), nil
}

var errNoPart = errors.New("part is not there")

func newPart(r io.Reader, c io.ReadCloser) *part {
	g := &guard{r: r, left: tokenMax}
	d := xml.NewDecoder(bufio.NewReaderSize(g, 64<<10))
	d.Strict = true
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not UTF-8") }
	return &part{Decoder: d, file: c, guard: g}
}

// next is RawToken with the guard wound up and every failure turned into Broken.
// At the end it is nil.
func (p *part) next() (xml.Token, error) {
	p.guard.left = tokenMax
	t, err := p.RawToken()
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, broken(0, 0)
	}
	return t, nil
}

func (p *part) Close() error { return p.file.Close() }

// each calls f for every start element of a small part that is there.
func (p pack) each(name string, f func(e xml.StartElement) error) error {
	x, err := p.open(name)
	if err == errNoPart {
		return nil
	}
	if err != nil {
		return err
	}
	defer x.Close()
	for {
		t, err := x.next()
		if t == nil || err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			if err := f(e); err != nil {
				return err
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
