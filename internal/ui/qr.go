package ui

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// drawn is a QR picture: one path of unit squares in a box of side modules, four of them margin.
type drawn struct{ side, path string }

// draw makes the picture of a text; one that is too long (2,000 letters) gives an empty box.
func draw(text string) drawn {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return drawn{side: "1"}
	}
	var b strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				b.WriteString("M" + strconv.Itoa(x+4) + " " + strconv.Itoa(y+4) + "h1v1h-1z")
			}
		}
	}
	return drawn{strconv.Itoa(c.Size + 8), b.String()}
}
