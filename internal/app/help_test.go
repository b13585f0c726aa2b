package app

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"quantriet/docs"
	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

// Every guide is listed, has its parts, fits a page and a half, and leads only to doors that exist.
func TestGuides(t *testing.T) {
	entries, err := docs.Guides.ReadDir("guide")
	if err != nil || len(entries) != len(guides) {
		t.Fatalf("%d guides listed, %d written: %v", len(guides), len(entries), err)
	}
	doors := map[string]bool{}
	for _, rt := range open(t, dbtest.One(t)).Routes() {
		doors[strings.TrimSuffix(rt.Path(), "{$}")] = true
	}
	link := regexp.MustCompile(`href="([^"#?]+)`)
	for _, x := range guides {
		g, err := readGuide(x.name)
		if err != nil {
			t.Fatal(err)
		}
		if x.role != "" || x.name == "speaker" { // the others are about one matter
			for _, part := range []string{"Mở ra thấy gì", "Ba việc chính", "Khi mất mạng", "Mức căn cứ", "Phần mềm không làm"} {
				if !strings.Contains(g.body, part) {
					t.Errorf("%s does not say: %s", x.name, part)
				}
			}
		}
		if n := len(strings.Fields(g.body)); n > 420 {
			t.Errorf("%s is too long: %d words", x.name, n)
		}
		for _, m := range link.FindAllStringSubmatch(g.body, -1) {
			if !doors[m[1]] && !strings.HasPrefix(m[1], "/help/") {
				t.Errorf("%s leads to %s, where nobody is", x.name, m[1])
			}
		}
	}
	for _, role := range access.Roles {
		if !slices.ContainsFunc(guides, func(x struct {
			name string
			role access.Role
		}) bool {
			return x.role == role
		}) {
			t.Errorf("%s has no guide", role)
		}
	}
	for _, name := range []string{"", "..", "../house", "nobody"} {
		if _, err := readGuide(name); fault.Of(err) != fault.Missing {
			t.Errorf("guide %q: %v", name, err)
		}
	}
}
