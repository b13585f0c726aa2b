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

// A thing has the name that docs/words.md gives it, on the screen, in the guides and in what
// the verifier says; these names it had beside.
func TestOneNameForOneThing(t *testing.T) {
	others := map[string]string{
		"người quản trị":      "người giữ tài khoản và quyền, người vận hành máy, người thiết lập ban đầu",
		"nhân chứng":          "nơi làm chứng",
		"sổ niêm phong":       "nhật ký niêm phong",
		"hệ số xác minh":      "hệ số xác nhận",
		"bốc thăm":            "rút thăm",
		"mật số":              "mã bí mật",
		"khóa máy":            "khóa truy cập",
		"đang phản ánh":       "khiếu nại số liệu",
		"báo cáo đã chốt":     "báo cáo đã duyệt",
		"chốt báo cáo":        "duyệt báo cáo",
		"báo cáo đã nhận":     "báo cáo đã duyệt",
		"chấp nhận báo cáo":   "duyệt báo cáo",
		"báo cáo được chấp":   "báo cáo được duyệt",
		"báo cáo đã chấp":     "báo cáo đã duyệt",
		"báo cáo đã được chấ": "báo cáo đã duyệt",
	}
	look := func(where, text string) {
		text = strings.ToLower(text)
		for other, name := range others {
			if strings.Contains(text, other) {
				t.Errorf("%s says %s: say %s", where, other, name)
			}
		}
	}
	for key, text := range book(t, "vi") {
		look(key, text)
	}
	for key, text := range book(t, "en") {
		if strings.Contains(strings.ToLower(text), "administrator") {
			t.Errorf("%s says administrator: say founder, operator or steward", key)
		}
	}
	guides, _ := filepath.Glob("../docs/guide/*.md")
	verifier, _ := filepath.Glob("../cmd/quantriet-verify/*.go")
	phrases, _ := filepath.Glob("overview/*/phrase.json")
	if len(guides) == 0 || len(verifier) == 0 || len(phrases) == 0 {
		t.Fatal("no guides, no verifier or no phrases")
	}
	for _, file := range slices.Concat(guides, verifier, phrases) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		look(file, string(b))
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
