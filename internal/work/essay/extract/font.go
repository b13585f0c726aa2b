package extract

import (
	"strings"
	"unicode/utf8"

	"github.com/ledongthuc/pdf"
)

// face is a font: how its codes become letters, and how wide they are in thousandths of its size.
type face struct {
	enc    pdf.TextEncoding
	wide   bool // codes of two bytes
	widths map[int]float64
	usual  float64
}

func (g *page) face(name string, resources pdf.Value) *face {
	if f, ok := g.fonts[name]; ok {
		return f
	}
	f := &face{}
	if v := resources.Key("Font").Key(name); !v.IsNull() {
		font := pdf.Font{V: v}
		f.enc = font.Encoder()
		f.measure(v)
	}
	g.fonts[name] = f
	return f
}

func (f *face) decode(raw []byte) string {
	if f == nil || f.enc == nil {
		return string(raw)
	}
	return f.enc.Decode(string(raw))
}

const glyphsMost = 70_000

// measure reads the widths of a font's letters, simple or composite.
func (f *face) measure(v pdf.Value) {
	f.widths = map[int]float64{}
	if kin := v.Key("DescendantFonts"); kin.Len() > 0 {
		f.wide, f.usual = true, 1000
		if dw := kin.Index(0).Key("DW"); !dw.IsNull() {
			f.usual = dw.Float64()
		}
		f.composite(kin.Index(0).Key("W"))
		return
	}
	first, w := int(v.Key("FirstChar").Int64()), v.Key("Widths")
	for i := range min(w.Len(), 256) {
		f.widths[first+i] = w.Index(i).Float64()
	}
}

// composite reads "code [width …]" and "from to width".
func (f *face) composite(w pdf.Value) {
	for i := 0; i+1 < w.Len() && len(f.widths) < glyphsMost; {
		from := int(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for k := range min(list.Len(), glyphsMost) {
				f.widths[from+k] = list.Index(k).Float64()
			}
			i += 2
			continue
		}
		to := min(int(w.Index(i+1).Int64()), from+glyphsMost)
		for c := from; c <= to && i+2 < w.Len(); c++ {
			f.widths[c] = w.Index(i + 2).Float64()
		}
		i += 3
	}
}

// width is how far codes move on, in the font's own size; estimated where it does not say.
func (f *face) width(raw []byte, s string) (w float64) {
	if f == nil || len(f.widths) == 0 && f.usual == 0 {
		return width(s)
	}
	step := 1
	if f.wide {
		step = 2
	}
	for i := 0; i+step <= len(raw); i += step {
		c := int(raw[i])
		if f.wide {
			c = c<<8 | int(raw[i+1])
		}
		if v, ok := f.widths[c]; ok {
			w += v / 1000
		} else {
			w += f.usual / 1000
		}
	}
	return w
}

// width is about how wide text is set, in its own size.
func width(s string) (w float64) {
	for _, r := range s {
		switch {
		case r == ' ' || r < utf8.RuneSelf && strings.ContainsRune("iljtf.,;:!'()|", r):
			w += 0.27
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w':
			w += 0.7
		default:
			w += 0.5
		}
	}
	return w
}
