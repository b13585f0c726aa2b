package extract

import (
	"bytes"
	"compress/zlib"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/ledongthuc/pdf"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
)

// Bounds of one PDF.
const (
	pagesMost    = 60
	streamMost   = 8 << 20  // bytes of one unpacked stream that may hold text
	inflatedMost = 64 << 20 // of all together
	formsDeep    = 4
)

var (
	aPicture = regexp.MustCompile(`/(Subtype\s*/Image|DCTDecode|JPXDecode|CCITTFaxDecode|JBIG2Decode)`)
	aNumber  = regexp.MustCompile(`/(Size|Columns|Colors|BitsPerComponent|N|First|Length)\s+(\d{7,})`)
)

// sound refuses a file that would grow without bound while it is read: every stream is unpacked
// once, thrown away, and counted.
func sound(r *reader, data []byte) error {
	if big(data) {
		return errLong
	}
	left := int64(inflatedMost)
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("stream"))
		if i < 0 {
			return nil
		}
		start := at + i + 6
		head := data[max(0, at+i-600) : at+i]
		at = start
		if bytes.HasSuffix(head, []byte("end")) {
			continue
		}
		if aPicture.Match(head[bytes.LastIndex(head, []byte("obj"))+1:]) {
			continue
		}
		body := bytes.TrimPrefix(bytes.TrimPrefix(data[start:], []byte("\r")), []byte("\n"))
		z, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			continue
		}
		b, _ := io.ReadAll(io.LimitReader(z, streamMost+1))
		if left -= int64(len(b)); len(b) > streamMost || left < 0 || big(b) {
			return errLong
		}
		if r.ctx.Err() != nil {
			return errLong
		}
	}
}

// big finds numbers that would make a reader ask for more memory than any essay needs.
func big(b []byte) bool { return aNumber.Match(b) }

func readPDF(r *reader, data []byte) error {
	if err := sound(r, data); err != nil {
		return err
	}
	in, err := pdf.NewReader(&source{ReaderAt: bytes.NewReader(data), r: r, left: readMost}, int64(len(data)))
	if err != nil {
		return fault.At("file", "essay.file_broken")
	}
	t := &tree{reader: r, left: nodesMost}
	return t.walk(in.Trailer().Key("Root").Key("Pages"), pdf.Value{}, pdf.Value{}, 0)
}

// matrix is the first two columns of a PDF matrix.
type matrix [6]float64

func (m matrix) mul(n matrix) matrix {
	return matrix{m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5]}
}

// ink is the state that decides where text stands and whether it is seen.
type ink struct {
	ctm   matrix
	mode  int
	white bool
	clear bool // the paper shows through
	font  *face
	size  float64
	lead  float64
	wide  float64 // horizontal scale
	space float64
}

// page follows the operators of one page.
type page struct {
	*reader
	box    [4]float64
	now    ink
	stack  []ink
	tm, lm matrix
	fonts  map[string]*face
	y, end float64 // of the line being written
	wrote  bool
	dark   bool // something dark was painted: white letters may stand on it
}

func (r *reader) page(p, box, resources pdf.Value) error {
	g := &page{reader: r, box: [4]float64{0, 0, 612, 792}, now: ink{ctm: matrix{1, 0, 0, 1, 0, 0}, wide: 1}}
	if box.Len() == 4 {
		for i := range g.box {
			g.box[i] = box.Index(i).Float64()
		}
	}
	var content []byte
	c := p.Key("Contents")
	for i := range max(1, min(c.Len(), 400)) {
		s := c
		if c.Kind() == pdf.Array {
			s = c.Index(i)
		} else if i > 0 {
			break
		}
		content = append(append(content, stream(s)...), '\n')
	}
	if err := g.show(content, resources, 0); err != nil {
		return err
	}
	return r.see("\n")
}

// stream unpacks a stream within its bound; nothing when it cannot be.
func stream(v pdf.Value) (b []byte) {
	defer func() { _ = recover() }() // a filter that is not known
	if v.Kind() != pdf.Stream {
		return nil
	}
	in := v.Reader()
	defer in.Close()
	b, _ = io.ReadAll(io.LimitReader(in, streamMost))
	return b
}

func (g *page) show(content []byte, resources pdf.Value, deep int) error {
	before := g.fonts
	g.fonts = map[string]*face{}
	defer func() { g.fonts = before }()
	t := file.TokensOf(content)
	var args [][]byte
	for {
		tok, operator := t.Next()
		if tok == nil {
			return nil
		}
		if err := g.step(); err != nil {
			return err
		}
		if !operator {
			if args = append(args, tok); len(args) > 4000 {
				args = args[2000:]
			}
			continue
		}
		if err := g.do(string(tok), args, resources, deep); err != nil {
			return err
		}
		args = args[:0]
	}
}

func number(args [][]byte, fromEnd int) float64 {
	if len(args) < fromEnd {
		return 0
	}
	v, _ := strconv.ParseFloat(string(args[len(args)-fromEnd]), 64)
	return v
}

func six(args [][]byte) (m matrix) {
	for i := range m {
		m[i] = number(args, 6-i)
	}
	return m
}

func (g *page) do(op string, args [][]byte, resources pdf.Value, deep int) error {
	switch op {
	case "q":
		if len(g.stack) < 200 {
			g.stack = append(g.stack, g.now)
		}
	case "Q":
		if n := len(g.stack); n > 0 {
			g.now, g.stack = g.stack[n-1], g.stack[:n-1]
		}
	case "cm":
		g.now.ctm = six(args).mul(g.now.ctm)
	case "BT":
		g.tm, g.lm = matrix{1, 0, 0, 1, 0, 0}, matrix{1, 0, 0, 1, 0, 0}
	case "g", "rg", "k", "sc", "scn":
		g.now.white = white(op, args)
	case "gs":
		g.through(args, resources)
	case "f", "F", "f*", "B", "b", "B*", "b*":
		g.dark = g.dark || !g.now.white
	case "Do":
		return g.form(args, resources, deep)
	default:
		return g.write(op, args, resources)
	}
	return nil
}

// write are the operators of text.
func (g *page) write(op string, args [][]byte, resources pdf.Value) error {
	s := &g.now
	switch op {
	case "Tf":
		if len(args) >= 2 {
			s.size, s.font = number(args, 1), g.face(strings.TrimPrefix(string(args[len(args)-2]), "/"), resources)
		}
	case "Tr":
		s.mode = int(number(args, 1))
	case "Tz":
		s.wide = number(args, 1) / 100
	case "Tw":
		s.space = number(args, 1)
	case "TL":
		s.lead = number(args, 1)
	case "Td":
		g.move(number(args, 2), number(args, 1))
	case "TD":
		s.lead = -number(args, 1)
		g.move(number(args, 2), number(args, 1))
	case "Tm":
		g.tm = six(args)
		g.lm = g.tm
	case "T*":
		g.move(0, -s.lead)
	case "'", `"`:
		g.move(0, -s.lead)
		return g.text(args)
	case "Tj", "TJ":
		return g.text(args)
	}
	return nil
}

func (g *page) move(x, y float64) {
	g.lm = matrix{1, 0, 0, 1, x, y}.mul(g.lm)
	g.tm = g.lm
}

// white reports whether a colour cannot be told from paper.
func white(op string, args [][]byte) bool {
	n := map[string]int{"g": 1, "rg": 3, "k": 4}[op]
	if n == 0 {
		n = min(len(args), 4)
	}
	for i := 1; i <= n; i++ {
		v := number(args, i)
		if n == 4 && v > 0.06 || n != 4 && v < 0.94 {
			return false
		}
	}
	return n > 0
}

// form draws a picture made of operators.
func (g *page) form(args [][]byte, resources pdf.Value, deep int) error {
	if len(args) == 0 || deep >= formsDeep {
		return nil
	}
	x := resources.Key("XObject").Key(strings.TrimPrefix(string(args[len(args)-1]), "/"))
	if x.Key("Subtype").Name() != "Form" {
		g.dark = true // a picture: letters of any colour may stand on it
		return nil
	}
	kept, stack := g.now, g.stack
	if m := x.Key("Matrix"); m.Len() == 6 {
		var f matrix
		for i := range f {
			f[i] = m.Index(i).Float64()
		}
		g.now.ctm = f.mul(g.now.ctm)
	}
	own := x.Key("Resources")
	if own.IsNull() {
		own = resources
	}
	err := g.show(stream(x), own, deep+1)
	g.now, g.stack = kept, stack
	return err
}

// text shows strings and moves on by their width.
func (g *page) text(args [][]byte) error {
	for _, a := range args {
		if a[0] != '(' && a[0] != '<' {
			if v, err := strconv.ParseFloat(string(a), 64); err == nil {
				g.tm = matrix{1, 0, 0, 1, -v / 1000 * g.now.size * g.now.wide, 0}.mul(g.tm)
			}
			continue
		}
		raw := file.Literal(a)
		s := g.now.font.decode(raw)
		if err := g.put(s); err != nil {
			return err
		}
		w := g.now.font.width(raw, s)*g.now.size + float64(strings.Count(s, " "))*g.now.space
		g.tm = matrix{1, 0, 0, 1, w * g.now.wide, 0}.mul(g.tm)
		g.end = g.tm.mul(g.now.ctm)[4]
	}
	return nil
}

// put writes text where it stands, or counts it as not seen.
func (g *page) put(s string) error {
	at := g.tm.mul(g.now.ctm)
	em := math.Abs(g.now.size) * math.Hypot(at[2], at[3])
	out := at[4] < g.box[0]-2 || at[4] > g.box[2]+2 || at[5] < g.box[1]-2 || at[5] > g.box[3]+2
	if g.now.mode == 3 || g.now.mode == 7 || g.now.clear || em < 2 || math.Abs(g.now.wide) < 0.1 || out || g.now.white && !g.dark || !finite(at) {
		g.miss(s)
		return nil
	}
	if g.wrote {
		down, gap := g.y-at[5], at[4]-g.end
		switch {
		case down > 1.9*em || down < -em/2:
			s = "\n\n" + s
		case math.Abs(down) > em/3:
			s = " " + s // the next line of the same paragraph
		case gap > em/6 && !strings.HasPrefix(s, " "):
			s = " " + s
		}
	}
	g.wrote, g.y = true, at[5]
	return g.see(s)
}

// through reads how much of the paper shows through the ink.
func (g *page) through(args [][]byte, resources pdf.Value) {
	if len(args) == 0 {
		return
	}
	if ca := resources.Key("ExtGState").Key(strings.TrimPrefix(string(args[len(args)-1]), "/")).Key("ca"); !ca.IsNull() {
		g.now.clear = ca.Float64() < 0.06
	}
}

func finite(m matrix) bool {
	for _, v := range m {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
