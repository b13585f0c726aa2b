package essay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Draft is what is being written: one answer for each question. Serial counts what was kept; Tab
// and Step are the window that kept it last and its count of saves.
type Draft struct {
	Serial  int64    `json:"serial"`
	Tab     string   `json:"tab"`
	Step    int64    `json:"step"`
	Saved   int64    `json:"saved_at" doc:"Unix milliseconds UTC"`
	Hidden  int64    `json:"hidden" doc:"letters that nobody could see, dropped"`
	Answers []string `json:"answers" doc:"one for each question"`
}

// Save is a draft on its way. Base is the serial that the window started from.
type Save struct {
	Base    int64    `json:"base" minimum:"0"`
	Tab     string   `json:"tab" maxLength:"40" doc:"the window, an id of its own making"`
	Step    int64    `json:"step" minimum:"0" doc:"counts the saves of the window"`
	Answers []string `json:"answers" maxItems:"12"`
	hidden  int64
}

// Verdicts on a save.
const (
	Keep  = "keep"  // newer: written down
	Known = "known" // the same, or an older one of the same window: nothing to do
	Clash = "clash" // another window wrote in between: both texts are shown
)

// Decide says what becomes of a save. An older text never takes the place of a newer one: only
// the window that wrote last, or one that had read what is there, may go on.
func (d Draft) Decide(s Save) string {
	switch {
	case d.Serial > 0 && same(d.Answers, s.Answers):
		return Known
	case d.Serial > 0 && d.Tab == s.Tab && s.Tab != "":
		if s.Step <= d.Step {
			return Known
		}
		return Keep
	case s.Base == d.Serial:
		return Keep
	}
	return Clash
}

func same(a, b []string) bool {
	for i := range max(len(a), len(b)) {
		if at(a, i) != at(b, i) {
			return false
		}
	}
	return true
}

func at(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return ""
}

// bodyMost bounds a whole text, in letters.
const bodyMost = 60_000

// Part says which code points of a body answer a question.
type Part struct {
	Ord   int64 `json:"ord"`
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Join makes the body of a version of the answers, one after the other with an empty line
// between; empty ones are left out.
func Join(answers []string) (body string, parts []Part) {
	var b strings.Builder
	var n int64
	for i, a := range answers {
		if a == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("\n\n")
			n += 2
		}
		length := int64(utf8.RuneCountInString(a))
		parts = append(parts, Part{int64(i + 1), n, n + length})
		b.WriteString(a)
		n += length
	}
	return b.String(), parts
}

// Cut is code points start..end of a body; bounds outside of it are drawn in.
func Cut(body string, start, end int64) string {
	r := []rune(body)
	start = max(0, min(start, int64(len(r))))
	end = max(start, min(end, int64(len(r))))
	return string(r[start:end])
}

// Syllables counts words of a text as Vietnamese counts them: runs between white space that hold
// a letter or a digit.
func Syllables(s string) (n int64) {
	for w := range strings.FieldsSeq(s) {
		if strings.IndexFunc(w, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0 {
			n++
		}
	}
	return n
}

// clean is text.Lines of a text in today's letters, and how many invisible ones it dropped. False for
// what is no text.
func clean(s string) (out string, hidden int64, ok bool) {
	for _, r := range s {
		if unicode.Is(unicode.Cf, r) && r != '\u00ad' && r != '\ufeff' {
			hidden++
		}
	}
	out, ok = text.Lines(text.Modern(s))
	return out, hidden, ok
}

// ReadTwice reports whether an essay is read by a second marker: rate hundredths of a percent of
// all, decided by the task's seed, so that neither author nor marker can steer it.
func ReadTwice(seed string, essay id.ID, rate int64) bool {
	m := hmac.New(sha256.New, []byte(seed))
	m.Write([]byte(essay.String()))
	return int64(binary.BigEndian.Uint64(m.Sum(nil))%10_000) < rate
}

// Split finds answers in one text by lines that begin with "Câu 1", "Câu hỏi 2", "Bước 3" in
// order from 1 to n; without them everything is the first answer.
func Split(body string, n int) []string {
	out := make([]string, n)
	if n == 0 {
		return out
	}
	next, into := 1, 0
	var parts [][]string
	parts = append(parts, nil)
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		if rest, ok := heading(line, next); ok && next <= n {
			if next > 1 || len(parts[0]) > 0 {
				parts = append(parts, nil)
				into = len(parts) - 1
			}
			next++
			line = rest
		}
		parts[into] = append(parts[into], line)
	}
	if next <= n { // not every question has its heading: nothing is guessed
		out[0] = body
		return out
	}
	if len(parts) > n { // an introduction before the first heading belongs to the first answer
		parts[1] = append(append(parts[0], ""), parts[1]...)
		parts = parts[1:]
	}
	for i, p := range parts {
		out[i] = strings.TrimSpace(strings.Join(p, "\n"))
	}
	return out
}

// heading is what follows "Câu n" at the beginning of a line.
func heading(line string, n int) (rest string, ok bool) {
	f := strings.Fields(line)
	if len(f) < 2 {
		return "", false
	}
	i := 1
	if word := text.Fold(f[0]); word != "cau" && word != "buoc" {
		return "", false
	}
	if text.Fold(f[1]) == "hoi" && len(f) > 2 {
		i = 2
	}
	number := strings.TrimRight(f[i], ".:)-–")
	if number != text.Int(int64(n)) {
		return "", false
	}
	return strings.TrimLeft(strings.Join(f[i+1:], " "), ".:)-– "), true
}

// Lines are the paragraphs of a text, without the empty ones.
func Lines(s string) (out []string) {
	for line := range strings.SplitSeq(s, "\n") {
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}
