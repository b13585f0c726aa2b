package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// Where no page reaches: twips of a frame or an indent, and EMU of a box that floats (A3 is
// 16,800 twips and 10.7 million EMU wide).
const (
	leftMost, rightMost  = -6_000, 24_000
	emuBefore, emuBeyond = -6_000_000, 16_000_000
	condensed            = -100 // twips between letters: they stand one upon the other
)

// pushed reports whether a paragraph stands beside the page.
func pushed(name string, attrs []xml.Attr) bool {
	of := []string{"x", "y"}
	if name == "ind" {
		of = []string{"left", "start"}
	} else if name != "framePr" {
		return false
	}
	for _, a := range of {
		if n, err := strconv.Atoi(value(attrs, a)); err == nil && (n < leftMost || n > rightMost) {
			return true
		}
	}
	return false
}

// place reads how far a floating box stands from its page.
func (w *word) place(s string) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err == nil && len(w.boxes) > 0 && (n < emuBefore || n > emuBeyond) {
		w.boxes[len(w.boxes)-1] = true
	}
}

// away reports whether the text at hand is in a box beside the page.
func (w *word) away() bool {
	for _, out := range w.boxes {
		if out {
			return true
		}
	}
	return false
}
