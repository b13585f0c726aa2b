package file

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// letters is a ToUnicode map: codes of one or two bytes to text.
type letters struct {
	wide bool
	to   map[int]string
}

const codesMax = 70_000

var (
	single = regexp.MustCompile(`(?s)beginbfchar(.*?)endbfchar`)
	ranged = regexp.MustCompile(`(?s)beginbfrange(.*?)endbfrange`)
	hexes  = regexp.MustCompile(`<\s*([0-9A-Fa-f]{1,64})\s*>|\[|\]`)
)

func parseLetters(cmap []byte) letters {
	l := letters{to: map[int]string{}}
	for _, m := range single.FindAllSubmatch(cmap, -1) {
		h := hexes.FindAllSubmatch(m[1], -1)
		for i := 0; i+1 < len(h); i += 2 {
			l.put(code(h[i][1]), len(h[i][1]), utf16Text(h[i+1][1], 0))
		}
	}
	for _, m := range ranged.FindAllSubmatch(cmap, -1) {
		l.ranges(hexes.FindAllSubmatch(m[1], -1))
	}
	return l
}

// ranges takes "<from> <to> <first letter>" and "<from> <to> [<letter> …]".
func (l *letters) ranges(h [][][]byte) {
	for i := 0; i+2 < len(h); i += 3 {
		from, to, digits := code(h[i][1]), code(h[i+1][1]), len(h[i][1])
		if from < 0 || to < from || to-from > 0xffff {
			return
		}
		if string(h[i+2][0]) != "[" {
			for c := from; c <= to && len(l.to) < codesMax; c++ {
				l.put(c, digits, utf16Text(h[i+2][1], c-from))
			}
			continue
		}
		for i += 3; i < len(h) && string(h[i][0]) != "]"; i++ {
			l.put(from, digits, utf16Text(h[i][1], 0))
			from++
		}
		i -= 2
	}
}

func (l *letters) put(c, digits int, s string) {
	if c < 0 || len(l.to) >= codesMax {
		return
	}
	l.wide = l.wide || digits > 2
	l.to[c] = s
}

func code(b []byte) int {
	n, err := strconv.ParseUint(string(b), 16, 32)
	if err != nil || n > math.MaxInt32 {
		return -1
	}
	return int(n)
}

// utf16Text reads hex digits of UTF-16 and adds to the last letter.
func utf16Text(b []byte, add int) string {
	var units []uint16
	for i := 0; i+4 <= len(b); i += 4 {
		n, _ := strconv.ParseUint(string(b[i:i+4]), 16, 16)
		units = append(units, uint16(n))
	}
	if len(units) > 0 {
		units[len(units)-1] += uint16(add)
	}
	return string(utf16.Decode(units))
}

// decode turns shown codes into text; without a map they are Latin-1.
func (l letters) decode(s []byte) string {
	var b strings.Builder
	step := 1
	if l.wide {
		step = 2
	}
	for i := 0; i+step <= len(s) && b.Len() < 4*longest; i += step {
		c := int(s[i])
		if l.wide {
			c = c<<8 | int(s[i+1])
		}
		if t, ok := l.to[c]; ok {
			b.WriteString(t)
		} else if len(l.to) == 0 {
			b.WriteRune(rune(c))
		} else {
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}

// page follows the operators that place and show text, just closely enough to know what
// stands on one line.
type page struct {
	fonts   map[string][]letters
	variant int
	font    letters
	size    float64
	scale   float64
	x, y    float64
	startX  float64 // of the line being written
	startY  float64
	end     float64 // of it, estimated
	wrote   bool
	text    strings.Builder
	out     func(string)
}

// show gives the lines of a content stream to out.
func show(content []byte, fonts map[string][]letters, variant int, out func(string)) {
	p := &page{fonts: fonts, variant: variant, size: 12, scale: 1, out: out}
	var args [][]byte
	t := TokensOf(content)
	for {
		tok, operator := t.Next()
		if tok == nil {
			break
		}
		if !operator {
			if args = append(args, tok); len(args) > 4000 {
				args = args[2000:]
			}
			continue
		}
		p.do(string(tok), args)
		args = args[:0]
	}
	p.flush()
}

func (p *page) do(op string, args [][]byte) {
	n := func(fromEnd int) float64 {
		if len(args) < fromEnd {
			return 0
		}
		v, _ := strconv.ParseFloat(string(args[len(args)-fromEnd]), 64)
		return v
	}
	switch op {
	case "BT":
		p.scale = 1
		p.x, p.y = 0, 0
	case "Tf":
		if len(args) >= 2 {
			p.size = n(1)
			p.choose(strings.TrimPrefix(string(args[len(args)-2]), "/"))
		}
	case "Td", "TD":
		p.move(p.x+n(2)*p.scale, p.y+n(1)*p.scale)
	case "Tm":
		if a := math.Abs(n(6)); a > 0 {
			p.scale = a
		}
		p.move(n(2), n(1))
	case "T*":
		p.flush()
	case "'", `"`:
		p.flush()
		p.show(args)
	case "Tj", "TJ":
		p.show(args)
	}
}

func (p *page) choose(name string) {
	p.font = letters{}
	if all := p.fonts[name]; len(all) > 0 {
		p.font = all[min(p.variant, len(all)-1)]
	}
}

// move begins a new line unless the place is just behind what was written.
func (p *page) move(x, y float64) {
	em := math.Abs(p.size * p.scale)
	if p.wrote {
		gap := x - p.end
		switch {
		case math.Abs(y-p.startY) > em/4, x < p.startX-em, gap > 3*em+(p.end-p.startX)/6:
			p.flush()
		case gap > em/5:
			p.text.WriteByte(' ')
		}
		p.end = x
	}
	p.x, p.y = x, y
}

func (p *page) show(args [][]byte) {
	em := math.Abs(p.size * p.scale)
	if !p.wrote {
		p.startX, p.startY, p.end = p.x, p.y, p.x
	}
	for _, a := range args {
		if a[0] != '(' && a[0] != '<' {
			if v, err := strconv.ParseFloat(string(a), 64); err == nil && v < -200 {
				p.add(" ", em)
			}
			continue
		}
		p.add(p.font.decode(Literal(a)), em)
	}
}

func (p *page) add(s string, em float64) {
	p.wrote = true
	p.end += width(s) * em
	if p.text.Len() <= 2*longest {
		p.text.WriteString(s)
	}
}

// width is about how wide text is set, in its own size.
func width(s string) (w float64) {
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			w += 0.7
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			w += 0.48
		default:
			w += 0.26
		}
	}
	return w
}

func (p *page) flush() {
	if p.wrote {
		p.out(p.text.String())
	}
	p.text.Reset()
	p.wrote = false
}
