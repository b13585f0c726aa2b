package db

import "strings"

// rewrite turns $1 into ?1 outside quotes and comments: SQLite takes $1 for a name and
// looks it up slowly.
func rewrite(query string) string {
	if !strings.Contains(query, "$") {
		return query
	}
	var b strings.Builder
	b.Grow(len(query))
	for i := 0; i < len(query); {
		n := skip(query[i:])
		switch {
		case n > 0:
			b.WriteString(query[i : i+n])
			i += n
		case query[i] == '$' && i+1 < len(query) && digit(query[i+1]) && (i == 0 || !word(query[i-1])):
			b.WriteByte('?')
			i++
		default:
			b.WriteByte(query[i])
			i++
		}
	}
	return b.String()
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
