package sheet

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// plain is a csv file.
type plain struct {
	r      io.ReaderAt
	size   int64
	limits Limits
	wide   encodingOf
	delim  byte
	sep    bool // the first line is Excel's "sep=;", no row of the table
	odd    bool // no UTF-8: read as Windows-1252, to be decoded by column
}

// encodingOf is nil for UTF-8.
type encodingOf func(io.Reader) io.Reader

func utf16(order unicode.Endianness) encodingOf {
	return func(r io.Reader) io.Reader {
		return transform.NewReader(r, unicode.UTF16(order, unicode.UseBOM).NewDecoder())
	}
}

func openCSV(r io.ReaderAt, size int64, head []byte, l Limits) ([]grid, error) {
	p := &plain{r: r, size: size, limits: l, wide: guess(head)}
	if p.wide == nil && !looksText(head) {
		return nil, &Error{Code: NotASheet}
	}
	if p.wide == nil && !validHead(head, size) {
		p.wide, p.odd = latin1, true
	}
	start, err := io.ReadAll(io.LimitReader(p.decoded(io.NewSectionReader(r, 0, int64(len(head)))), 128<<10))
	if err != nil {
		return nil, &Error{Code: NotASheet}
	}
	if len(bytes.TrimSpace(start)) == 0 && int64(len(head)) == size {
		return nil, &Error{Code: Empty}
	}
	if p.delim, p.sep = declared(start); !p.sep {
		p.delim = sniff(start, l)
	}
	return []grid{p}, nil
}

// validHead reports whether the beginning of a file is UTF-8; its last letter may be cut.
func validHead(head []byte, size int64) bool {
	if int64(len(head)) < size {
		for cut := 0; cut < utf8.UTFMax && len(head) > 0; cut++ {
			if utf8.Valid(head) {
				return true
			}
			head = head[:len(head)-1]
		}
	}
	return utf8.Valid(head)
}

func latin1(r io.Reader) io.Reader {
	return transform.NewReader(r, charmap.Windows1252.NewDecoder())
}

// guess finds UTF-16 by its byte order mark or by the zero bytes beside Latin letters.
func guess(head []byte) encodingOf {
	if bytes.HasPrefix(head, []byte("\xFF\xFE")) {
		return utf16(unicode.LittleEndian)
	}
	if bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		return utf16(unicode.BigEndian)
	}
	var zero [2]int
	for i, c := range head {
		if c == 0 {
			zero[i%2]++
		}
	}
	if zero[0] == 0 && zero[1]*5 > len(head) {
		return utf16(unicode.LittleEndian)
	}
	return nil
}

var otherKinds = []string{"%pdf", "<!doctype", "<html", "<table", "<?xml", `{\rtf`, "\x1f\x8b", "\x89png", "gif8", "rar!", "7z\xbc\xaf"}

// looksText refuses what has NUL bytes, many other control characters or the
// mark of a known kind of file.
func looksText(head []byte) bool {
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head[:min(len(head), 64)], []byte("\xEF\xBB\xBF")), " \t\r\n"))
	for _, k := range otherKinds {
		if bytes.HasPrefix(start, []byte(k)) {
			return false
		}
	}
	controls := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' && c != '\v' {
			controls++
		}
	}
	return controls*50 <= len(head) && !bytes.ContainsRune(head, 0)
}

func (p *plain) decoded(r io.Reader) *bufio.Reader {
	if p.wide != nil {
		return bufio.NewReaderSize(p.wide(r), 64<<10)
	}
	b := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := b.Peek(3); bytes.Equal(bom, []byte("\xEF\xBB\xBF")) {
		b.Discard(3)
	}
	return b
}

func declared(start []byte) (byte, bool) {
	first, _, _ := strings.Cut(string(start[:min(len(start), 16)]), "\n")
	first = strings.ToLower(strings.Trim(strings.TrimSpace(first), `"`))
	if len(first) == 5 && strings.HasPrefix(first, "sep=") {
		return first[4], true
	}
	if first == "sep=" { // a tab, trimmed away
		return '\t', true
	}
	return 0, false
}

// sniff takes the delimiter that gives most of the first lines the same number of fields.
func sniff(start []byte, l Limits) byte {
	best, most := byte(','), 0
	for _, d := range []byte(",;\t|") {
		c := &csvReader{in: bufio.NewReader(bytes.NewReader(start)), delim: d, limits: l}
		sizes := map[int]int{}
		for range 30 {
			cells, err := c.record()
			if err != nil {
				break
			}
			if n := len(cells); n > 1 {
				sizes[n]++
			}
		}
		for n, times := range sizes {
			if score := times * times * (n - 1); score > most {
				best, most = d, score
			}
		}
	}
	return best
}

func (p *plain) title() string           { return "" }
func (p *plain) merges() ([]area, error) { return nil, nil }

func (p *plain) lines() iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		c := &csvReader{in: p.decoded(io.NewSectionReader(p.r, 0, p.size)), delim: p.delim, limits: p.limits}
		held := 0
		for {
			cells, err := c.record()
			if err == io.EOF {
				return
			}
			if err != nil {
				yield(line{}, err)
				return
			}
			l := line{c.row, cells}
			if l.blank() || p.sep && c.row == 1 {
				continue
			}
			if held++; held > p.limits.Rows {
				yield(line{}, &Error{Code: TooManyRows, Row: c.row})
				return
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

// csvReader is more patient than encoding/csv: a quote inside a field that does
// not begin with one is a letter, blank lines count as rows, \r alone ends a line.
type csvReader struct {
	in     *bufio.Reader
	delim  byte
	limits Limits
	row    int
	left   int // bytes that the row may still have
	cells  []cell
	field  []byte
}

// rowMax bounds one row in bytes, so that a quote without end or a line of a gigabyte is
// refused at once.
const rowMax = 8 << 20

// record reads one row; io.EOF after the last. Empty fields at the end are left out.
func (c *csvReader) record() ([]cell, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, c.blame(err, 0)
	}
	c.row++
	c.left = rowMax
	c.cells = c.cells[:0]
	for col := 1; ; col++ {
		last, err := c.readField()
		if err != nil {
			return nil, c.blame(err, col)
		}
		v, err := c.value(col)
		if err != nil {
			return nil, err
		}
		if v != (cell{}) {
			for len(c.cells) < col-1 {
				c.cells = append(c.cells, cell{})
			}
			c.cells = append(c.cells, v)
		}
		if last {
			return c.cells, nil
		}
	}
}

func (c *csvReader) blame(err error, col int) error {
	if e, ok := err.(*Error); ok {
		e.Row, e.Col = c.row, col
	}
	return err
}

// readField fills c.field; last is true when the row ends with it.
func (c *csvReader) readField() (last bool, err error) {
	c.field = c.field[:0]
	quoted := c.follows('"')
	for {
		end, err := c.run(quoted)
		switch {
		case err == io.EOF && quoted:
			return true, &Error{Code: OpenQuote}
		case err == io.EOF:
			return true, nil
		case err != nil:
			return true, err
		case quoted && c.follows('"'):
			c.keep('"')
		case quoted:
			quoted = false
		case end == '\r':
			c.follows('\n')
			return true, nil
		default:
			return end == '\n', nil
		}
	}
}

// run keeps what stands before the next byte that means something, and eats that byte.
func (c *csvReader) run(quoted bool) (end byte, err error) {
	for {
		if _, err := c.in.Peek(1); err != nil {
			return 0, err
		}
		b, _ := c.in.Peek(c.in.Buffered())
		n := 0
		for n < len(b) && (quoted && b[n] != '"' || !quoted && b[n] != c.delim && b[n] != '\n' && b[n] != '\r') {
			n++
		}
		if c.left -= n + 1; c.left < 0 {
			return 0, &Error{Code: map[bool]string{true: OpenQuote, false: TooBig}[quoted]}
		}
		c.keep(b[:n]...)
		if n < len(b) {
			end = b[n]
			c.in.Discard(n + 1)
			return end, nil
		}
		c.in.Discard(n)
	}
}

// follows eats the next byte if it is b.
func (c *csvReader) follows(b byte) bool {
	next, err := c.in.Peek(1)
	if err != nil || next[0] != b {
		return false
	}
	c.in.Discard(1)
	return true
}

// keep stops storing a field that is too long anyway.
func (c *csvReader) keep(b ...byte) {
	if len(c.field) <= c.limits.Cell*4 {
		c.field = append(c.field, b...)
	}
}

func (c *csvReader) value(col int) (cell, error) {
	if len(c.field) == 0 {
		return cell{}, nil
	}
	if len(c.field) <= c.limits.Cell*4 && !utf8.Valid(c.field) {
		return cell{}, &Error{Code: Encoding, Row: c.row, Col: col}
	}
	v := c.limits.typed(unguard(string(c.field)))
	if col > c.limits.Columns && v != (cell{}) {
		return cell{}, &Error{Code: TooManyCols, Row: c.row, Col: col}
	}
	return v, nil
}
