package db

import (
	"strconv"
	"strings"
)

// rewrite turns $1 into ?1 outside quotes and comments: SQLite takes $1 for a name and
// looks it up slowly. Parameters that stand in order, each once, become a bare ? since the
// driver looks numbered ones up in a list at every execution.
func rewrite(query string) string {
	if !strings.Contains(query, "$") {
		return query
	}
	var numbered, bare strings.Builder
	numbered.Grow(len(query))
	bare.Grow(len(query))
	ordered, last := true, 0
	for i := 0; i < len(query); {
		n := max(skip(query[i:]), 1)
		if query[i] == '$' && i+1 < len(query) && digit(query[i+1]) && (i == 0 || !word(query[i-1])) {
			n += digits(query[i+1:])
			last++
			ordered = ordered && query[i+1:i+n] == strconv.Itoa(last)
			numbered.WriteString("?" + query[i+1:i+n])
			bare.WriteByte('?')
		} else {
			numbered.WriteString(query[i : i+n])
			bare.WriteString(query[i : i+n])
		}
		i += n
	}
	if ordered {
		return bare.String()
	}
	return numbered.String()
}

// digits is how many digits s starts with.
func digits(s string) (n int) {
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n
}

// skip is the length of the quoted text or comment that s starts with; 0 for neither.
func skip(s string) int {
	switch {
	case s[0] == '\'' || s[0] == '"':
		return until(s, 1, s[:1])
	case strings.HasPrefix(s, "--"):
		return until(s, 2, "\n")
	case strings.HasPrefix(s, "/*"):
		return until(s, 2, "*/")
	}
	return 0
}

func until(s string, from int, end string) int {
	if n := strings.Index(s[from:], end); n >= 0 {
		return from + n + len(end)
	}
	return len(s)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func word(c byte) bool {
	return digit(c) || c == '_' || c == '$' || c|32 >= 'a' && c|32 <= 'z' || c >= 0x80
}
