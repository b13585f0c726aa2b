package sheet

import (
	"encoding/xml"
	"math"
	"strconv"
	"strings"
	"time"
)

// look is what a number format shows: only dates matter to us.
type look uint8

const (
	asNumber look = 0
	asDate   look = 1
	asTime   look = 2 // asDate|asTime is both
)

const stylesMax = 65_536

// readStyles gives the look of every cell style.
func readStyles(p pack) ([]look, error) {
	custom := map[string]look{}
	var out []look
	inside := false
	err := p.each("xl/styles.xml", func(e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			if len(custom) < stylesMax {
				custom[attr(e, "numFmtId")] = lookOf(attr(e, "formatCode"))
			}
		case "cellXfs":
			inside = true
		case "cellStyleXfs", "cellStyles", "dxfs":
			inside = false
		case "xf":
			if !inside {
				return nil
			}
			if len(out) >= stylesMax {
				return &Error{Code: TooBig}
			}
			id := attr(e, "numFmtId")
			l, ok := custom[id]
			if !ok {
				l = builtIn(id)
			}
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

// builtIn knows the formats that a file need not describe; 27–36 and 50–58 are
// the East Asian dates that some offices' Excel writes.
func builtIn(id string) look {
	n, _ := strconv.Atoi(id)
	switch {
	case n >= 14 && n <= 17, n >= 27 && n <= 31, n == 36, n >= 50 && n <= 58:
		return asDate
	case n >= 18 && n <= 21, n >= 32 && n <= 35, n >= 45 && n <= 47:
		return asTime
	case n == 22:
		return asDate | asTime
	}
	return asNumber
}

// lookOf reads a format code such as `dd/mm/yyyy;@` or `[$-42A]d mmmm yyyy`: the
// first section without quoted text, escapes and brackets.
func lookOf(code string) look {
	var l look
	months := false
	code = strings.ToLower(code)
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			i = skipTo(code, i+1, '"')
		case '[':
			end := skipTo(code, i+1, ']')
			if in := code[i+1 : min(end, len(code))]; in != "" && strings.Trim(in, "hms") == "" {
				l |= asTime // elapsed hours
			}
			i = end
		case '\\', '_', '*':
			i++
		case ';':
			i = len(code)
		case 'y', 'd':
			l |= asDate
		case 'h', 's':
			l |= asTime
		case 'm':
			months = true
		case '0', '#', '?', 'e':
			if l == asNumber && !months {
				return asNumber
			}
		}
	}
	if l == asNumber && months {
		return asDate
	}
	return l
}

func skipTo(s string, from int, c byte) int {
	if i := strings.IndexByte(s[min(from, len(s)):], c); i >= 0 {
		return from + i
	}
	return len(s)
}

func (wb *workbook) number(v string, style int) string {
	v = strings.TrimSpace(v)
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return v
	}
	if style >= 0 && style < len(wb.styles) && wb.styles[style] != asNumber {
		if s, ok := wb.date(f, wb.styles[style]); ok {
			return s
		}
	}
	if whole(v) {
		return v // more digits than a float64 keeps
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func whole(v string) bool {
	return strings.Trim(v, "0123456789") == "" && (len(v) == 1 || v[0] != '0')
}

// date turns an Excel serial into "2026-02-07", "2026-02-07 07:30" or "07:30".
// Serial 60 is the 29 February 1900 that never was; it and all outside
// 1900–9999 stay numbers.
func (wb *workbook) date(serial float64, l look) (string, bool) {
	if l == asTime && serial >= 0 && serial < 1 {
		return clock(moment(serial)), true
	}
	if wb.epoch04 {
		serial += 1462
	}
	if serial < 0 || serial >= 2_958_466 || serial >= 60 && serial < 61 {
		return "", false
	}
	if serial < 60 {
		serial++
	}
	t := moment(serial)
	if l&asTime == 0 || serial == math.Trunc(serial) {
		return time.Date(1899, 12, 30+int(serial), 0, 0, 0, 0, time.UTC).Format(time.DateOnly), true
	}
	return t.Format(time.DateOnly) + " " + clock(t), true
}

func moment(serial float64) time.Time {
	day, part := math.Modf(serial)
	return time.Date(1899, 12, 30+int(day), 0, 0, int(math.Round(part*86400)), 0, time.UTC)
}

func clock(t time.Time) string {
	if t.Second() == 0 {
		return t.Format("15:04")
	}
	return t.Format(time.TimeOnly)
}

// isoDate is the rarely seen t="d": a date already, perhaps with a midnight.
func isoDate(v string) string {
	v = strings.TrimSuffix(strings.TrimSpace(v), "Z")
	v = strings.TrimSuffix(v, ".000")
	return strings.Replace(strings.TrimSuffix(v, "T00:00:00"), "T", " ", 1)
}
