package file

import (
	"bytes"
	"encoding/hex"
	"strings"
)

// Tokens splits a content stream of a PDF. Brackets of arrays and dictionaries, and pictures
// within the stream, are passed over. It takes any bytes.
type Tokens struct {
	b []byte
	i int
}

// TokensOf are those of a content stream.
func TokensOf(content []byte) *Tokens { return &Tokens{b: content} }

const blanks = " \t\r\n\f\x00[]{}"

// Next is the next token, nil at the end: an operator, or an operand of the operator to come.
func (t *Tokens) Next() (tok []byte, operator bool) {
	for t.i < len(t.b) && strings.IndexByte(blanks, t.b[t.i]) >= 0 {
		t.i++
	}
	if t.i >= len(t.b) {
		return nil, false
	}
	start := t.i
	switch c := t.b[t.i]; {
	case c == '(':
		t.literal()
		return t.b[start:t.i], false
	case c == '<' || c == '>':
		end := bytes.IndexByte(t.b[t.i:], '>')
		if end < 0 {
			end = len(t.b) - t.i - 1
		}
		t.i += end + 1
		return t.b[start:t.i], false
	case c == '%':
		for t.i < len(t.b) && t.b[t.i] != '\n' && t.b[t.i] != '\r' {
			t.i++
		}
		return []byte("%"), false
	}
	t.i++
	for t.i < len(t.b) && strings.IndexByte(blanks+"()<>/%", t.b[t.i]) < 0 {
		t.i++
	}
	c := t.b[start]
	if string(t.b[start:t.i]) == "BI" { // a picture in the stream: its bytes are no operators
		if end := bytes.Index(t.b[t.i:], []byte("EI")); end >= 0 {
			t.i += end + 2
		}
	}
	return t.b[start:t.i], c != '/' && c != '+' && c != '-' && c != '.' && (c < '0' || c > '9')
}

func (t *Tokens) literal() {
	depth := 0
	for ; t.i < len(t.b); t.i++ {
		switch t.b[t.i] {
		case '\\':
			t.i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				t.i++
				return
			}
		}
	}
	t.i = len(t.b)
}

// Literal is the bytes that an operand "(…)" or "<…>" stands for.
func Literal(tok []byte) []byte {
	if tok[0] == '<' {
		digits := bytes.Map(func(r rune) rune {
			if strings.ContainsRune("0123456789abcdefABCDEF", r) {
				return r
			}
			return -1
		}, tok)
		if len(digits)%2 == 1 {
			digits = append(digits, '0')
		}
		out := make([]byte, len(digits)/2)
		_, _ = hex.Decode(out, digits)
		return out
	}
	return unescape(bytes.TrimSuffix(tok[1:], []byte(")")))
}

var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] != '\\' || i+1 >= len(b) {
			out = append(out, b[i])
			continue
		}
		i++
		switch c := b[i]; {
		case c >= '0' && c <= '7':
			v, n := 0, 0
			for ; n < 3 && i+n < len(b) && b[i+n] >= '0' && b[i+n] <= '7'; n++ {
				v = v<<3 | int(b[i+n]-'0')
			}
			i += n - 1
			out = append(out, byte(v))
		case c == '\n':
		case escapes[c] != 0:
			out = append(out, escapes[c])
		default:
			out = append(out, c)
		}
	}
	return out
}
