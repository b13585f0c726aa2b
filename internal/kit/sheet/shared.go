package sheet

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// strs is the table of shared strings: the text in blocks and the place of each
// string, which costs 4 bytes a string beside its text.
type strs struct {
	blocks [][]byte
	ends   []uint32 // end of string i, counted over all blocks; a string never crosses blocks
	starts []uint32 // first string of each block
	base   []uint32 // bytes before each block
	total  uint32
}

const (
	blockSize  = 1 << 20
	sharedPart = 64 << 20 // bytes of xml, refused before reading
	sharedText = 48 << 20 // bytes of text
	sharedMax  = 3 << 20  // strings
)

func (s *strs) add(text string) bool {
	if int(s.total)+len(text) > sharedText || len(s.ends) >= sharedMax {
		return false
	}
	n := len(s.blocks)
	if n == 0 || len(s.blocks[n-1])+len(text) > cap(s.blocks[n-1]) {
		s.blocks = append(s.blocks, make([]byte, 0, max(blockSize, len(text))))
		s.starts = append(s.starts, uint32(len(s.ends)))
		s.base = append(s.base, s.total)
		n++
	}
	s.blocks[n-1] = append(s.blocks[n-1], text...)
	s.total += uint32(len(text))
	s.ends = append(s.ends, s.total)
	return true
}

func (s *strs) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	b := 0
	for lo, hi := 0, len(s.starts); lo < hi; {
		if mid := (lo + hi) / 2; int(s.starts[mid]) <= i {
			b, lo = mid, mid+1
		} else {
			hi = mid
		}
	}
	from := s.base[b]
	if i > int(s.starts[b]) {
		from = s.ends[i-1]
	}
	return string(s.blocks[b][from-s.base[b] : s.ends[i]-s.base[b]]), true
}

func (wb *workbook) loadStrings() error {
	if wb.shared != nil {
		return nil
	}
	const name = "xl/sharedstrings.xml"
	if f := wb.parts[name]; f != nil && f.UncompressedSize64 > sharedPart {
		return &Error{Code: TooBig}
	}
	x, err := wb.parts.open(name)
	if err == errNoPart {
		wb.shared = &strs{}
		return nil
	}
	if err != nil {
		return err
	}
	defer x.Close()
	s := &strs{}
	for {
		t, err := x.next()
		if err != nil {
			return err
		}
		if t == nil {
			break
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "si" {
			text, err := richText(x, "si", wb.limits.Cell)
			if err != nil {
				return err
			}
			if !s.add(text) {
				return &Error{Code: TooBig}
			}
		}
	}
	wb.shared = s
	return nil
}

// richText joins the <t> runs up to </end>, leaving out phonetic guides. It
// keeps a little more than limit characters, enough to see that it is too long.
func richText(x *part, end string, limit int) (string, error) {
	var b strings.Builder
	in, phonetic := false, false
	for {
		t, err := x.next()
		if err != nil {
			return "", err
		}
		switch e := t.(type) {
		case nil:
			return "", broken(0, 0)
		case xml.StartElement:
			in = e.Name.Local == "t"
			phonetic = phonetic || e.Name.Local == "rPh"
		case xml.CharData:
			if in && !phonetic && b.Len() <= limit*4 {
				b.Write(e)
			}
		case xml.EndElement:
			in = false
			if e.Name.Local == "rPh" {
				phonetic = false
			}
			if e.Name.Local == end {
				return unescape(b.String()), nil
			}
		}
	}
}

// unescape turns the _x000D_ of spreadsheets into the character it stands for.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if i+7 <= len(s) && s[i] == '_' && s[i+1] == 'x' && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				b.WriteRune(rune(n))
				i += 6
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
