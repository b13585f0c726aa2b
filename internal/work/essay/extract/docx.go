package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"quantriet/internal/kit/fault"
)

// look is how a run of text is drawn, as far as it decides whether it is seen.
type look struct {
	vanish bool
	colour string // of the letters, "" the usual black
	size   int    // half points, 0 the usual
	scale  int    // width in percent, 0 the usual
	fill   string // behind the letters
}

// over lays b's settings over a's.
func (a look) over(b look) look {
	a.vanish = a.vanish || b.vanish
	if b.colour != "" {
		a.colour = b.colour
	}
	if b.size != 0 {
		a.size = b.size
	}
	if b.scale != 0 {
		a.scale = b.scale
	}
	if b.fill != "" {
		a.fill = b.fill
	}
	return a
}

// seen reports whether somebody can read what looks so.
func (a look) seen() bool {
	return !a.vanish && (a.size == 0 || a.size >= 4) && (a.scale == 0 || a.scale >= 20) && !(pale(a.colour) && pale(orWhite(a.fill)))
}

func orWhite(fill string) string {
	if fill == "" || fill == "auto" {
		return "FFFFFF"
	}
	return fill
}

// pale colours cannot be told from paper.
func pale(hex string) bool {
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		return false
	}
	return 299*(n>>16)+587*(n>>8&255)+114*(n&255) > 240_000
}

// word walks through the main part of a document.
type word struct {
	*reader
	styles map[string]look
	fills  []string // of the cells and paragraphs around
	skip   int      // depth inside of what is not shown
	para   look
	run    look
	inRun  bool
	inRPr  bool
	inPPr  bool
	text   bool
	boxes  []bool // that float around: beside the page
	offset bool
}

func readDocx(r *reader, data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fault.At("file", "essay.file_broken")
	}
	w := &word{reader: r, styles: map[string]look{}}
	if part, err := member(z, "word/styles.xml"); err == nil {
		w.styles = readStyles(part)
	} else if err == errLong {
		return err
	}
	part, err := member(z, "word/document.xml")
	if err != nil {
		return err
	}
	d := xml.NewDecoder(bytes.NewReader(part))
	d.Strict = false
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fault.At("file", "essay.file_broken")
		}
		if err := w.token(t); err != nil {
			return err
		}
	}
}

// member unpacks one part, within its bound.
func member(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		in, err := f.Open()
		if err != nil {
			break
		}
		defer in.Close()
		b, err := io.ReadAll(io.LimitReader(in, partMost+1))
		if len(b) > partMost {
			return nil, errLong
		}
		if err != nil {
			break
		}
		return b, nil
	}
	return nil, fault.At("file", "essay.file_broken")
}

// unseen elements hold text that is not part of what is read: removed or moved away by a tracked
// change, or a second copy for older programs.
var unseen = map[string]bool{"del": true, "moveFrom": true, "Fallback": true}

func (w *word) token(t xml.Token) error {
	if err := w.step(); err != nil {
		return err
	}
	switch t := t.(type) {
	case xml.StartElement:
		return w.start(t)
	case xml.EndElement:
		return w.end(t.Name.Local)
	case xml.CharData:
		if w.offset {
			w.place(string(t))
		}
		if !w.text || w.skip > 0 {
			return nil
		}
		if w.away() || !w.para.over(w.run).in(w.fills).seen() {
			w.miss(string(t))
			return nil
		}
		return w.see(string(t))
	}
	return nil
}

// in gives a look the nearest fill around it when it has none of its own.
func (a look) in(fills []string) look {
	for i := len(fills) - 1; i >= 0 && a.fill == ""; i-- {
		a.fill = fills[i]
	}
	return a
}

func (w *word) start(t xml.StartElement) error {
	name := t.Name.Local
	switch {
	case unseen[name]:
		w.skip++
	case name == "tc" || name == "p":
		w.fills = append(w.fills, "")
		if name == "p" {
			w.para = look{}
		}
	case name == "pPr":
		w.inPPr = true
	case name == "r":
		w.inRun, w.run = true, look{}
	case name == "rPr":
		w.inRPr = w.inRun
	case name == "t":
		w.text = true
	case name == "anchor":
		w.boxes = append(w.boxes, false)
	case name == "posOffset":
		w.offset = true
	case name == "tab" && w.inRun && !w.inPPr && w.skip == 0:
		return w.see(" ")
	case (name == "br" || name == "cr") && w.skip == 0:
		return w.see("\n")
	default:
		w.property(name, t.Attr)
	}
	return nil
}

func (w *word) property(name string, attrs []xml.Attr) {
	switch {
	case w.inRPr:
		if name == "rStyle" {
			w.run = w.styles[value(attrs, "val")].over(w.run)
			return
		}
		apply(&w.run, name, attrs)
	case w.inPPr && name == "pStyle":
		w.para = w.styles[value(attrs, "val")]
	case w.inPPr && pushed(name, attrs):
		w.para.vanish = true
	case name == "shd" && len(w.fills) > 0:
		w.fills[len(w.fills)-1] = value(attrs, "fill")
	}
}

func (w *word) end(name string) error {
	switch {
	case unseen[name]:
		w.skip = max(0, w.skip-1)
	case name == "tc" || name == "p":
		if n := len(w.fills); n > 0 {
			w.fills = w.fills[:n-1]
		}
		if name == "p" && w.skip == 0 {
			return w.see("\n")
		}
	case name == "pPr":
		w.inPPr = false
	case name == "r":
		w.inRun = false
	case name == "rPr":
		w.inRPr = false
	case name == "t":
		w.text = false
	case name == "anchor" && len(w.boxes) > 0:
		w.boxes = w.boxes[:len(w.boxes)-1]
	case name == "posOffset":
		w.offset = false
	}
	return nil
}

func value(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// apply reads one property of a run.
func apply(l *look, name string, attrs []xml.Attr) {
	val := value(attrs, "val")
	on := val != "0" && val != "false" && val != "off"
	switch name {
	case "vanish", "specVanish", "webHidden":
		l.vanish = on
	case "color":
		l.colour = strings.ToUpper(val)
		if theme := value(attrs, "themeColor"); theme == "background1" || theme == "light1" {
			l.colour = "FFFFFF"
		}
	case "sz":
		if n, err := strconv.Atoi(val); err == nil {
			l.size = max(n, 1)
		}
	case "w":
		if n, err := strconv.Atoi(strings.TrimSuffix(val, "%")); err == nil {
			l.scale = max(n, 1)
		}
	case "spacing":
		if n, err := strconv.Atoi(val); err == nil && n <= condensed {
			l.scale = 1
		}
	case "shd":
		l.fill = value(attrs, "fill")
	case "highlight":
		if val != "white" && val != "none" {
			l.fill = "808080"
		}
	}
}

// readStyles gives the looks of the styles, each with those it stands on.
func readStyles(part []byte) map[string]look {
	own, on := map[string]look{}, map[string]string{}
	d := xml.NewDecoder(bytes.NewReader(part))
	d.Strict = false
	var of string
	var in bool
	for range 500_000 {
		t, err := d.RawToken()
		if err != nil {
			break
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "style":
				of = value(t.Attr, "styleId")
			case "basedOn":
				on[of] = value(t.Attr, "val")
			case "rPr":
				in = true
			default:
				if l := own[of]; in && of != "" {
					apply(&l, t.Name.Local, t.Attr)
					own[of] = l
				}
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "style":
				of = ""
			case "rPr":
				in = false
			}
		}
	}
	out := map[string]look{}
	for name := range own {
		out[name] = own[name]
	}
	for name := range on {
		l, next := own[name], on[name]
		for range 10 {
			if next == "" {
				break
			}
			l, next = own[next].over(l), on[next]
		}
		out[name] = l
	}
	return out
}
