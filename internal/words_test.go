package internal

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every key that the code says exists in every language with the same placeholders,
// and no word is kept that nothing says.
func TestEveryWordTranslated(t *testing.T) {
	vi, en := book(t, "vi"), book(t, "en")
	for key, text := range vi {
		other, ok := en[key]
		switch {
		case !ok:
			t.Errorf("%s has no English", key)
		case !slices.Equal(holes(text), holes(other)):
			t.Errorf("%s: placeholders differ: %v %v", key, holes(text), holes(other))
		case strings.TrimSpace(text) == "" || strings.TrimSpace(other) == "":
			t.Errorf("%s is empty", key)
		}
	}
	for key := range en {
		if _, ok := vi[key]; !ok {
			t.Errorf("%s has no Vietnamese", key)
		}
	}
	rooms := map[string]bool{}
	for key := range vi {
		room, _, _ := strings.Cut(key, ".")
		rooms[room] = true
	}
	said, asked, stems := spoken(t, rooms)
	for key, where := range asked {
		if _, ok := vi[key]; !ok {
			t.Errorf("%s: no word for %s", where, key)
		}
	}
	for key := range vi {
		stem := func(s string) bool { return strings.HasPrefix(key, s) }
		if said[key] == "" && !slices.ContainsFunc(stems, stem) {
			t.Errorf("nothing says %s", key)
		}
	}
}

func book(t *testing.T, lang string) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, _ := filepath.Glob("*/*/words/" + lang + ".json")
	more, _ := filepath.Glob("*/words/" + lang + ".json")
	deep, _ := filepath.Glob("*/*/*/words/" + lang + ".json")
	for _, file := range slices.Concat(files, more, deep) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, k := range repeated(string(b)) {
			t.Errorf("%s: %s stands twice", file, k)
		}
		for k, v := range m {
			if _, twice := out[k]; twice {
				t.Errorf("%s: %s stands twice", file, k)
			}
			out[k] = v
		}
	}
	return out
}

// repeated are the keys that stand more than once in one file, of which JSON keeps the last
// without a word.
func repeated(file string) (out []string) {
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^\s*"([^"]+)":`).FindAllStringSubmatch(file, -1) {
		if seen[m[1]] {
			out = append(out, m[1])
		}
		seen[m[1]] = true
	}
	return out
}

func holes(s string) []string {
	h := regexp.MustCompile(`\{\w+\}`).FindAllString(s, -1)
	slices.Sort(h)
	return slices.Compact(h)
}

// spoken finds the keys in string literals of the code: whole ones, and stems such as
// "report.state." that a code is added to. asked are those on a line that speaks; other
// dotted names (needs, actions of the log, settings) only look alike.
func spoken(t *testing.T, rooms map[string]bool) (said, asked map[string]string, stems []string) {
	t.Helper()
	lit := regexp.MustCompile(`"([a-z][a-z0-9_]*)\.([a-z0-9_.]*)"`)
	speaks := regexp.MustCompile(`\bT\(|fault\.|Blame\(|Redirect\(|\bKey: |\bbad\(|\bsay\(`)
	said, asked = map[string]string{}, map[string]string{}
	eachGo(t, false, func(path string) {
		b, _ := os.ReadFile(path)
		for line := range strings.Lines(string(b)) {
			for _, m := range lit.FindAllStringSubmatch(line, -1) {
				key := m[1] + "." + m[2]
				switch {
				case !rooms[m[1]]:
				case m[2] == "" || strings.HasSuffix(key, "."), strings.HasSuffix(key, "_"):
					stems = append(stems, key)
				default:
					said[key] = path
					if speaks.MatchString(line) && !strings.Contains(line, "audit.Write(") {
						asked[key] = path
					}
				}
			}
		}
	})
	return said, asked, stems
}
