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
	said, stems := spoken(t)
	for key, where := range said {
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
	for _, file := range append(files, more...) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]string
		if err := json.Unmarshal(b, &m); err != nil {
			t.Fatalf("%s: %v", file, err)
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

func holes(s string) []string {
	h := regexp.MustCompile(`\{\w+\}`).FindAllString(s, -1)
	slices.Sort(h)
	return slices.Compact(h)
}

// spoken finds the keys in string literals of the code: whole ones, and stems such as
// "report.state." that a code is added to.
func spoken(t *testing.T) (said map[string]string, stems []string) {
	t.Helper()
	rooms := map[string]bool{}
	for key := range book(t, "vi") {
		room, _, _ := strings.Cut(key, ".")
		rooms[room] = true
	}
	lit := regexp.MustCompile(`"([a-z][a-z0-9_]*)((?:\.[a-z0-9_]+)+)(\.?)"`)
	said = map[string]string{}
	eachGo(t, false, func(path string) {
		b, _ := os.ReadFile(path)
		for _, m := range lit.FindAllStringSubmatch(string(b), -1) {
			if rooms[m[1]] && m[3] == "." {
				stems = append(stems, m[1]+m[2]+".")
			} else if rooms[m[1]] && keyLike(string(b), m[0]) {
				said[m[1]+m[2]] = path
			}
		}
		for _, m := range regexp.MustCompile(`"([a-z][a-z0-9_]*)\."`).FindAllStringSubmatch(string(b), -1) {
			if rooms[m[1]] {
				stems = append(stems, m[1]+".")
			}
		}
	})
	return said, stems
}

// keyLike tells a word key from the other dotted names of the house: needs, actions of the
// log and names of settings are not said to anybody.
func keyLike(source, literal string) bool {
	for _, use := range []string{"T(", "p.T(", "At(", "New(", "Blame(", "words.T(", "Redirect(", "Key:", "fault."} {
		for i := strings.Index(source, literal); i >= 0; {
			line := source[strings.LastIndex(source[:i], "\n")+1 : i]
			if strings.Contains(line, use) && !strings.Contains(line, "audit.Write(") {
				return true
			}
			next := strings.Index(source[i+1:], literal)
			if next < 0 {
				break
			}
			i += next + 1
		}
	}
	return false
}
