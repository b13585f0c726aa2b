package attendance

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// tidy is a code as it was handed out, however it was typed: the case and separators do not
// matter. It reports whether it may be a code at all.
func tidy(code string) (string, bool) {
	code = strings.ToUpper(separators.Replace(strings.TrimSpace(code)))
	for _, c := range code {
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') {
			return "", false
		}
	}
	return code, code != "" && len(code) <= 40
}

// drawn is a code as a QR picture: one path of unit squares in a box of side modules, four
// of them margin.
type drawn struct {
	Side string
	Path string
}

// draw makes the QR picture of a personal code; a code is short, so it always fits.
func draw(code string) drawn {
	c, err := qr.Encode(code, qr.M)
	if err != nil {
		return drawn{Side: "1"}
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

var separators = strings.NewReplacer(" ", "", "-", "", ".", "")
