package file

import (
	"regexp"
	"strings"
	"unicode"

	"quantriet/internal/kit/text"
)

var stamps = map[string]string{"MẬT": "Mật", "TỐIMẬT": "Tối mật", "TUYỆTMẬT": "Tuyệt mật"}

var (
	level    = regexp.MustCompile(`(?i)^(?:mức\s+)?độ\s+mật\s*[:：]\s*(tuyệt\s+mật|tối\s+mật|mật)\s*(?:$|;)`)
	question = regexp.MustCompile(`(?i)^(?:mức\s+)?độ\s+mật$`)
	answer   = regexp.MustCompile(`(?i)^(?:tuyệt\s+mật|tối\s+mật|mật)$`)
)

// frame is what surrounds a stamp on paper.
const frame = " \t\u00a0[](){}<>|*_-–—=•.:;#/\\"

// longest a line may be and still be a stamp, in bytes.
const longest = 200

// Stamp tells the secrecy that a line of a document declares: "Mật", "Tối mật" or "Tuyệt
// mật" when capital letters stand alone on it, or when it says "Độ mật: …"; else "".
// A sentence that speaks of secrecy, or of honey, declares nothing.
func Stamp(line string) string {
	if len(line) > longest {
		return ""
	}
	line = strings.Trim(text.NFC(line), frame)
	if s := stamps[squeeze(line)]; s != "" {
		return s
	}
	if m := level.FindStringSubmatch(line); m != nil {
		return stamps[strings.ToUpper(squeeze(m[1]))]
	}
	return ""
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// reader looks at the lines of a document in order until one is a stamp. A question on
// one line may have its answer on the next, as the cells of a table have.
type reader struct {
	asked bool
	found string
}

func (r *reader) line(s string) {
	if r.found != "" || len(s) > longest {
		r.asked = r.asked && len(s) <= longest
		return
	}
	for s := range strings.Lines(s) {
		r.one(s)
	}
}

func (r *reader) one(s string) {
	s = strings.TrimSpace(s)
	if s == "" || r.found != "" {
		return
	}
	r.found = Stamp(s)
	bare := strings.Trim(text.NFC(s), frame)
	if r.asked && r.found == "" && answer.MatchString(bare) {
		r.found = stamps[strings.ToUpper(squeeze(bare))]
	}
	r.asked = question.MatchString(bare)
}
