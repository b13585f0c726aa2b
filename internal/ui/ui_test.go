package ui

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/words"
)

var sources = os.DirFS(".")

func render(t *testing.T, name string, p Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := samplePages()[name](p).Render(context.Background(), &b); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return b.String()
}

var (
	inline     = regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:|<script(?:\s+[a-z]+(?:="[^"]*")?)*\s*>[^<]`)
	wordKey    = regexp.MustCompile(`\bui\.[a-z_]+\b`)
	ids        = regexp.MustCompile(`\sid="([^"]+)"`)
	idRefs     = regexp.MustCompile(`(?:for|aria-describedby)="([^"]+)"`)
	outside    = regexp.MustCompile(`(?:src|href|action)="(?:https?:)?//`)
	tokenBlock = regexp.MustCompile(`(?s)\[data-bs-theme=(light|dark)\] \{(.*?)\n\}`)
	token      = regexp.MustCompile(`--([a-z0-9-]+):#([0-9A-F]{6})`)
)

func TestPagesAreSafeAndWhole(t *testing.T) {
	for name := range samplePages() {
		for _, lang := range words.Langs {
			html := render(t, name, GalleryPage(lang))
			if m := inline.FindString(html); m != "" {
				t.Errorf("%s: inline style or script: %q", name, m)
			}
			if m := outside.FindString(html); m != "" {
				t.Errorf("%s: reaches outside: %q", name, m)
			}
			if m := wordKey.FindString(html); m != "" {
				t.Errorf("%s in %s: no word for %s", name, lang, m)
			}
			seen := map[string]bool{}
			for _, m := range ids.FindAllStringSubmatch(html, -1) {
				if seen[m[1]] {
					t.Errorf("%s: id %q twice", name, m[1])
				}
				seen[m[1]] = true
			}
			for _, m := range idRefs.FindAllStringSubmatch(html, -1) {
				for id := range strings.FieldsSeq(m[1]) {
					if !seen[id] {
						t.Errorf("%s: nothing has id %q", name, id)
					}
				}
			}
			if n := strings.Count(html, "<h1"); n != 1 {
				t.Errorf("%s: %d h1", name, n)
			}
		}
	}
}

func TestWhatIsShownIsEscaped(t *testing.T) {
	p := GalleryPage("vi")
	bad := `<img src=x onerror=alert(1)>"'`
	p.Title, p.Who, p.Post, p.Installation, p.Path, p.Notice.Text = bad, bad, bad, bad, bad, bad
	p.Crumbs = []Crumb{{bad, "javascript:alert(1)"}}
	for name := range samplePages() {
		if html := render(t, name, p); strings.Contains(html, "<img") || strings.Contains(html, `href="javascript:`) {
			t.Errorf("%s shows what it was given as markup", name)
		}
	}
}

func TestWordsAreBilingual(t *testing.T) {
	for key := range words.Book("vi") {
		if _, ok := words.Book("en")[key]; !ok {
			t.Errorf("%s has no English", key)
		}
	}
	for key := range words.Book("en") {
		if _, ok := words.Book("vi")[key]; !ok {
			t.Errorf("%s has no Vietnamese", key)
		}
	}
}

func get(t *testing.T, path, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", accept)
	w := httptest.NewRecorder()
	Static().ServeHTTP(w, r)
	return w.Result()
}

func TestAssets(t *testing.T) {
	const year = "public, max-age=31536000, immutable"
	for _, c := range []struct {
		say, path, accept         string
		status                    int
		mime, coding, cache, vary string
	}{
		{"our styles", Asset("theme.css"), "gzip, br", 200, "text/css; charset=utf-8", "", year, ""},
		{"Tabler with brotli", Asset("tabler.min.css"), "gzip, deflate, br", 200, "text/css; charset=utf-8", "br", year, "Accept-Encoding"},
		{"Tabler with gzip", Asset("tabler.min.css"), "gzip", 200, "text/css; charset=utf-8", "gzip", year, "Accept-Encoding"},
		{"brotli refused by weight", Asset("tabler.min.css"), "br;q=0, gzip", 200, "text/css; charset=utf-8", "gzip", year, "Accept-Encoding"},
		{"Tabler plain", Asset("tabler.min.css"), "", 200, "text/css; charset=utf-8", "", year, "Accept-Encoding"},
		{"script", Asset("htmx.min.js"), "br", 200, "text/javascript; charset=utf-8", "br", year, "Accept-Encoding"},
		{"font", Asset("fonts/be-vietnam-pro-vietnamese-400-normal.woff2"), "br", 200, "font/woff2", "", year, ""},
		{"icon of the tab", Asset("favicon.svg"), "", 200, "image/svg+xml", "", year, ""},
		{"an older version's address", "/static/000000000000/theme.css", "", 200, "text/css; charset=utf-8", "", "no-cache", ""},
		{"nothing there", root + "no.css", "", 404, "text/plain; charset=utf-8", "", "", ""},
		{"the packed copy itself", root + "tabler.min.css.br", "", 404, "text/plain; charset=utf-8", "", "", ""},
		{"climbing out", root + "../ui.go", "", 404, "text/plain; charset=utf-8", "", "", ""},
	} {
		r := get(t, c.path, c.accept)
		h := r.Header
		got := fmt.Sprint(r.StatusCode, h.Get("Content-Type"), h.Get("Content-Encoding"), h.Get("Cache-Control"), h.Get("Vary"))
		if want := fmt.Sprint(c.status, c.mime, c.coding, c.cache, c.vary); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.say, got, want)
		}
	}
}

func TestPackedCopiesAreFresh(t *testing.T) {
	for name, a := range assets {
		if a.gzip == nil {
			continue
		}
		z, err := gzip.NewReader(bytes.NewReader(a.gzip))
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || !bytes.Equal(plain, a.body) {
			t.Errorf("%s.gz is stale: %v", name, err)
		}
		brotli, err := exec.LookPath("brotli")
		if err != nil {
			t.Logf("no brotli here: %s.br not compared", name)
			continue
		}
		cmd := exec.Command(brotli, "-dc")
		cmd.Stdin = bytes.NewReader(a.brt)
		if plain, err := cmd.Output(); err != nil || !bytes.Equal(plain, a.body) {
			t.Errorf("%s.br is stale: %v", name, err)
		}
	}
}

// TestFirstView holds the budget: 100 KB over the wire, fonts apart.
func TestFirstView(t *testing.T) {
	size := 0
	for _, name := range []string{"tabler.min.css", "fonts.css", "theme.css", "pages.css", "htmx.min.js", "app.js", "favicon.svg"} {
		if a := assets[name]; a.brt != nil {
			size += len(a.brt)
		} else {
			size += len(pack(t, a.body))
		}
	}
	for _, name := range []string{"gallery", "overview"} {
		page := size + len(pack(t, []byte(render(t, name, GalleryPage("vi")))))
		t.Logf("first view of the %s: %d bytes", name, page)
		if page > 100_000 {
			t.Errorf("first view of the %s is %d bytes", name, page)
		}
	}
}

func pack(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	z.Close()
	return out.Bytes()
}

// TestOurClassesAreOurs: a class of ours that Tabler also styles looks wrong in surprising ways.
func TestOurClassesAreOurs(t *testing.T) {
	class := regexp.MustCompile(`\.(-?[a-zA-Z_][\w-]*)`)
	strip := regexp.MustCompile(`(?s)url\([^)]*\)|/\*.*?\*/|\{[^{}]*\}`)
	theirs := map[string]bool{}
	for _, m := range class.FindAllStringSubmatch(strip.ReplaceAllString(string(assets["tabler.min.css"].body), " {} "), -1) {
		theirs[m[1]] = true
	}
	known := map[string]bool{"badge": true, "page": true} // one is corrected on purpose, the other set whole
	for _, file := range []string{"theme.css", "pages.css"} {
		for _, m := range class.FindAllStringSubmatch(strip.ReplaceAllString(string(assets[file].body), " {} "), -1) {
			if theirs[m[1]] && !known[m[1]] {
				t.Errorf("%s: .%s is Tabler's too", file, m[1])
				known[m[1]] = true
			}
		}
	}
}

func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(hex, 16, 32)
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrast(t *testing.T) {
	themes := map[string]map[string]string{}
	for _, m := range tokenBlock.FindAllStringSubmatch(string(assets["theme.css"].body), -1) {
		set := map[string]string{}
		for _, c := range token.FindAllStringSubmatch(m[2], -1) {
			set[c[1]] = c[2]
		}
		themes[m[1]] = set
	}
	pairs := []struct {
		front, backs string
		least        float64
	}{
		{"ink", "paper card sunk hover gold-wash late-wash warn-wash ok-wash info-wash red-wash e5", 4.5},
		{"ink-2", "paper card sunk hover gold-wash warn-wash late-wash red-wash", 4.5},
		{"ink-3", "paper card sunk", 4.5},
		{"red-text", "paper card sunk hover gold-wash late-wash", 4.5},
		{"on-red", "red red-deep", 4.5},
		{"ok", "ok-wash card", 4.5}, {"warn", "warn-wash card paper", 4.5}, {"late", "late-wash card paper", 4.5}, {"info", "info-wash card", 4.5},
		{"on-e1", "e1", 4.5}, {"on-e2", "e2", 4.5}, {"on-e3", "e3", 4.5}, {"on-e4", "e4", 4.5}, {"on-e5", "e5", 4.5},
		{"field", "card", 3}, {"info", "paper", 3}, {"gold", "card", 3}, {"late-fill", "card", 3}, {"ok-fill", "card", 3}, {"warn-fill", "card", 3}, {"e5-line", "e5 card", 3},
	}
	for _, theme := range []string{"light", "dark"} {
		set := themes[theme]
		for _, p := range pairs {
			for back := range strings.FieldsSeq(p.backs) {
				if set[p.front] == "" || set[back] == "" {
					t.Fatalf("%s: no colour %s or %s", theme, p.front, back)
				}
				if got := contrast(set[p.front], set[back]); got < p.least {
					t.Errorf("%s: %s on %s is %.2f, at least %.1f is needed", theme, p.front, back, got, p.least)
				}
			}
		}
	}
}

func TestLook(t *testing.T) {
	for _, c := range []struct{ say, form, back, cookies string }{
		{"dark on", "dark=1&back=/reports?q=a", "/reports?q=a", "dark=1"},
		{"English", "lang=en&back=/", "/", "lang=en"},
		{"an unknown language is left alone", "lang=fr&back=/", "/", ""},
		{"another site is no way back", "big=1&back=https://example.org/", "/", "big=1"},
		{"nor is a path that means another site", "big=0&back=//example.org/", "/", "big=0"},
		{"nor one with a backslash", `big=0&back=/\example.org`, "/", "big=0"},
		{"no way back at all", "dark=0", "/", "dark=0"},
	} {
		r := httptest.NewRequest("POST", LookPath, strings.NewReader(c.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		Look(w, r)
		var got []string
		for _, k := range w.Result().Cookies() {
			got = append(got, k.Name+"="+k.Value)
		}
		if w.Code != 303 || w.Header().Get("Location") != c.back || strings.Join(got, ";") != c.cookies {
			t.Errorf("%s: %d to %q with %v", c.say, w.Code, w.Header().Get("Location"), got)
		}
	}
}

func TestLeft(t *testing.T) {
	p := GalleryPage("vi") // Monday 23/07/2018, 08:30
	for _, c := range []struct {
		due        time.Time
		kind, text string
	}{
		{day(25, 0, 0), "warn", "Còn 1 ngày 15 giờ"},
		{day(20, 0, 0), "late", "Quá hạn 3 ngày 8 giờ"},
		{day(23, 8, 50), "warn", "Còn 20 phút"},
		{day(23, 8, 30), "late", "Quá hạn 0 phút"},
		{day(23, 20, 30), "warn", "Còn 12 giờ"},
		{day(26, 8, 30), "", "Còn 3 ngày"},
		{day(31, 0, 0).AddDate(0, 0, 20), "", "Còn 27 ngày"},
		{day(1, 0, 0), "late", "Quá hạn 22 ngày"},
	} {
		if kind, text := Left(p, c.due); kind != c.kind || text != c.text {
			t.Errorf("%v: %s %q, want %s %q", c.due, kind, text, c.kind, c.text)
		}
	}
}

func TestEvidenceFillsTheBar(t *testing.T) {
	for _, n := range [][5]int64{sampleAll, {1, 1, 1, 0, 0}, {0, 0, 0, 0, 7}, {1, 0, 0, 0, 1 << 40}, {3, 0, 3, 0, 3}} {
		at := int64(0)
		for _, s := range segments(n) {
			if s.from != at || s.to < s.from {
				t.Errorf("%v: a gap at %d", n, at)
			}
			at = s.to
		}
		if at != 10000 {
			t.Errorf("%v ends at %d", n, at)
		}
	}
	if len(segments([5]int64{})) != 0 {
		t.Error("nobody is no segment")
	}
}

func TestEveryIconUsedIsThere(t *testing.T) {
	files, _ := fs.Glob(sources, "*.templ")
	if len(files) == 0 {
		t.Fatal("no sources")
	}
	use := regexp.MustCompile(`@Icon\("([a-z]+)"\)`)
	for _, f := range files {
		b, _ := fs.ReadFile(sources, f)
		for _, m := range use.FindAllSubmatch(b, -1) {
			if _, ok := icons[string(m[1])]; !ok {
				t.Errorf("%s: no icon %s", f, m[1])
			}
		}
	}
}
