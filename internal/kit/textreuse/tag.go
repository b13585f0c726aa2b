package textreuse

import (
	"strings"
	"unicode"
)

// maxTag bounds the bytes of a tag.
const maxTag = 300

// tag is the length of an HTML tag or comment, or a tag of forums ([b]), that nobody wrote; 0
// for none and for one that speaks: "a < b" and "<nghị quyết>" remain. by is what it does to a syllable: a line ends
// there, or nothing does.
func tag(s string) (size int, by byte) {
	switch s[0] {
	case '<':
		return markup(s)
	case '[':
		end := strings.IndexByte(s[:min(len(s), maxTag)], ']')
		if end < 2 {
			return 0, gap
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(s[1:end], "/"), "=")
		if forum[strings.ToLower(name)] && !speaks(s[1:end]) {
			return end + 1, unseen
		}
	}
	return 0, gap
}

func markup(s string) (size int, by byte) {
	end := strings.IndexByte(s[:min(len(s), maxTag)], '>')
	if end < 2 {
		return 0, gap
	}
	inner := s[1:end]
	if speaks(inner) {
		if strings.HasPrefix(inner, "!--") {
			return len("<!--"), gap
		}
		return 0, gap
	}
	if strings.HasPrefix(inner, "!--") {
		return end + 1, unseen
	}
	inner = strings.TrimSuffix(strings.TrimPrefix(inner, "/"), "/")
	name := inner
	if i := strings.IndexAny(inner, " \t\r\n"); i >= 0 {
		if name = inner[:i]; !strings.Contains(inner, "=") && strings.TrimSpace(inner[i:]) != "" {
			return 0, gap
		}
	}
	name = strings.ToLower(name)
	if inline[name] || strings.HasPrefix(name, "o:") || strings.HasPrefix(name, "st1:") { // of Word
		return end + 1, unseen
	}
	if !blocks[name] {
		return 0, gap
	}
	return end + 1, gap
}

// speaks says whether a tag or comment holds words. Who reads the text sees them, since it is
// shown as it was written: whoever hides sentences there would have them read by people alone.
func speaks(inner string) bool {
	words := 0
	for _, w := range strings.Fields(inner) {
		bare := true
		for _, c := range strings.Trim(w, `"'.,`) {
			if c >= 0x80 && unicode.IsLetter(c) {
				return true
			}
			bare = bare && (c|0x20 >= 'a' && c|0x20 <= 'z')
		}
		if bare {
			words++
		}
	}
	return words >= leastSpoken
}

// leastSpoken is how many words without marks are speech; fonts have names of three.
const leastSpoken = 6

var (
	inline = listed("a abbr b bdi bdo big center cite code del dfn em font i ins kbd label mark nobr q s samp small span strike strong sub sup tt u var wbr")
	forum  = listed("b i u s color size font url quote img center left right justify list code")
	blocks = listed("article aside blockquote body br caption col colgroup dd div dl dt footer h1 h2 h3 h4 h5 h6 head header hr html img input li link main meta " +
		"nav ol option p pre script section select style table tbody td tfoot th thead title tr ul")
)

func listed(names string) map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(names) {
		m[n] = true
	}
	return m
}
