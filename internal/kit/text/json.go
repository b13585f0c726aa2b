package text

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// AppendJSON appends a text in quotes, as encoding/json would write it.
func AppendJSON(b []byte, s string) []byte {
	if !bare(s) {
		q, _ := json.Marshal(s)
		return append(b, q...)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

// bare: encoding/json would put nothing but quotes around it.
func bare(s string) bool {
	foreign := false
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == 0x7f {
			return false
		}
		foreign = foreign || c >= 0x80
	}
	return !foreign || utf8.ValidString(s) && !strings.ContainsAny(s, "\u2028\u2029")
}
