package ui

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update-tabler", false, "write static/tabler.min.css anew")

// Of Tabler's sheet the first view carries the rules whose classes some source names; the whole one is
// nine tenths of what a phone would wait for. A class that came since makes this fail:
// go test ./internal/ui -run TestTabler -update-tabler, then the packed copies (static/VENDORED.md).
func TestTabler(t *testing.T) {
	full := unpacked(t, "testdata/tabler.min.css.gz")
	named := namedBy(t, "../../internal", "../../cmd")
	want := carried(full, named)
	if *update {
		if err := os.WriteFile("static/tabler.min.css", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	served, err := os.ReadFile("static/tabler.min.css")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	rules(string(served), "", func(r string) { have[r] = true })
	missing := 0
	rules(want, "", func(r string) {
		if !have[r] {
			if missing++; missing < 5 {
				t.Errorf("not served, and a source names it: %.120s", r)
			}
		}
	})
}

func unpacked(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// namedBy lists every word of what draws pages; one that ends in "-" begins the names of classes.
func namedBy(t *testing.T, roots ...string) func(class string) bool {
	t.Helper()
	words, begin := map[string]bool{}, []string{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
			ext := filepath.Ext(p)
			if err != nil || d.IsDir() || strings.HasSuffix(p, "_test.go") || strings.HasSuffix(p, "_templ.go") || strings.Contains(p, ".min.") ||
				ext != ".go" && ext != ".templ" && ext != ".js" && ext != ".svg" {
				return err
			}
			b, err := os.ReadFile(p)
			for _, w := range bytes.FieldsFunc(b, func(r rune) bool {
				return r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
			}) {
				words[string(w)] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for w := range words {
		if len(w) > 2 && strings.HasSuffix(w, "-") {
			begin = append(begin, w)
		}
	}
	return func(class string) bool {
		for _, b := range begin {
			if strings.HasPrefix(class, b) {
				return true
			}
		}
		return words[class]
	}
}

var (
	inBrackets = regexp.MustCompile(`:(not|is|where|has)\([^()]*(\([^()]*\)[^()]*)*\)`)
	classes    = regexp.MustCompile(`\.((?:\\.|[A-Za-z0-9_-])+)`)
)

// carried is the sheet without the selectors that need a class nobody names.
func carried(css string, named func(string) bool) string {
	var b strings.Builder
	blocks(css, func(head, body string) {
		switch {
		case body == "" && !strings.HasSuffix(head, "{"):
			b.WriteString(head)
		case nests(head):
			if kids := carried(body, named); kids != "" {
				b.WriteString(head + kids + "}")
			}
		default:
			var keep []string
			for _, s := range selectors(strings.TrimSuffix(head, "{")) {
				all := true
				for _, c := range classes.FindAllStringSubmatch(inBrackets.ReplaceAllString(s, ""), -1) {
					all = all && named(strings.ReplaceAll(c[1], `\`, ""))
				}
				if all || strings.HasPrefix(head, "@") {
					keep = append(keep, s)
				}
			}
			if len(keep) > 0 {
				b.WriteString(strings.Join(keep, ",") + "{" + body + "}")
			}
		}
	})
	return b.String()
}

// rules calls f with every selector, what it stands in and what it says.
func rules(css, in string, f func(string)) {
	blocks(css, func(head, body string) {
		switch {
		case nests(head):
			rules(body, in+head, f)
		case strings.HasSuffix(head, "{"):
			for _, s := range selectors(strings.TrimSuffix(head, "{")) {
				f(in + s + "{" + body)
			}
		}
	})
}

func nests(head string) bool {
	for _, at := range []string{"@media", "@supports", "@layer", "@container"} {
		if strings.HasPrefix(head, at) {
			return strings.HasSuffix(head, "{")
		}
	}
	return false
}

// blocks calls f with each rule ("head{", body) and with what has none ("@charset …;").
func blocks(css string, f func(head, body string)) {
	for i := 0; i < len(css); {
		if strings.HasPrefix(css[i:], "/*") {
			end := i + strings.Index(css[i:], "*/") + 2
			f(css[i:end], "")
			i = end
			continue
		}
		end := scan(css, i, func(c byte, depth int) bool { return depth == 0 && (c == '{' || c == ';') })
		if end == len(css) {
			return
		}
		if css[end] == ';' {
			f(css[i:end+1], "")
			i = end + 1
			continue
		}
		braces := 1
		stop := scan(css, end+1, func(c byte, _ int) bool {
			if c == '{' {
				braces++
			} else if c == '}' {
				braces--
			}
			return braces == 0
		})
		f(css[i:end+1], css[end+1:stop])
		i = stop + 1
	}
}

// scan is where stop first holds outside of strings; depth counts round and square brackets.
func scan(s string, i int, stop func(c byte, depth int) bool) int {
	quote, depth := byte(0), 0
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case stop(c, depth):
			return i
		}
	}
	return len(s)
}

func selectors(head string) (out []string) {
	for i := 0; i <= len(head); {
		end := scan(head, i, func(c byte, depth int) bool { return depth == 0 && c == ',' })
		out = append(out, head[i:end])
		i = end + 1
	}
	return out
}
