package e2e

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
)

// row is what differs from one page to the next of its kind: an id, or a figure's code.
var row = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{13}|^(/figures/)[a-z_]+$`)

// shape is an address without its ids and query: pages of one shape are one kind of page.
func shape(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return row.ReplaceAllString(path, "$1*")
}

const links = `[...document.querySelectorAll('a[href^="/"]')].filter(a => !a.hasAttribute('download') && !/\.(xlsx|csv|docx|ics|json)(\?|$)/.test(a.getAttribute('href'))).map(a => a.getAttribute('href')).join('\n')`

// Every kind of page that a role can reach by links opens, fits a phone without scrolling
// sideways, passes axe, and says nothing of its own in Vietnamese when it is asked for in English. A dead
// link fails here.
func TestEveryPageByLinks(t *testing.T) {
	h := open(t)
	seen := map[string]bool{}
	ours := vietnamese()
	for _, s := range []struct {
		role access.Role
		unit string
	}{{access.Officer, ""}, {access.UnitOfficer, "Thủy Nguyên"}, {access.Secretary, ""}, {access.Steward, ""}, {access.Operator, ""}, {access.Auditor, ""}, {access.Member, ""}} {
		h.as(s.role, s.unit).visit("/")
		mine := map[string]bool{"/": true}
		for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
			path := queue[0]
			if !h.opens(path) {
				continue
			}
			h.size(390, 844).visit(path)
			name := strings.NewReplacer("/", "-", "*", "x").Replace(string(s.role) + shape(path))
			if !seen[shape(path)] {
				seen[shape(path)] = true
				h.english(path, ours).fits(path).axe().shot("page-" + name + "-390")
				h.size(1440, 900).shot("page-" + name + "-1440")
			}
			if strings.HasPrefix(path, "/help/") {
				continue // a guide names pages of its own role
			}
			found, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](links))
			if err != nil {
				t.Fatal(err)
			}
			for next := range strings.SplitSeq(found, "\n") {
				if next, _, _ = strings.Cut(next, "#"); next != "" && !mine[shape(next)] && !strings.HasPrefix(next, "/static/") {
					mine[shape(next)] = true
					queue = append(queue, next)
				}
			}
		}
	}
	t.Logf("%d kinds of pages", len(seen))
}

// opens asks for an address as the page would and fails when it answers with a fault. It is
// false for what is no page, such as a file.
func (h *house) opens(path string) bool {
	h.t.Helper()
	got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](fmt.Sprintf(`fetch(%q).then(r => r.status + ' ' + r.headers.get('content-type'))`, path), chromedp.EvalAwaitPromise))
	if err != nil || !strings.HasPrefix(got, "200") {
		h.t.Errorf("%s answers %s %v", path, got, err)
		return false
	}
	return strings.Contains(got, "text/html")
}

// fits fails when the page scrolls sideways.
func (h *house) fits(path string) *house {
	h.t.Helper()
	wide, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`(() => { const w = document.documentElement.scrollWidth - innerWidth; if (w <= 0) return '';
		const bad = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll, .pic-box')).slice(0, 3).map(e => e.outerHTML.slice(0, 140));
		return w + ' px: ' + bad.join(' | ') })()`))
	if err != nil || wide != "" {
		h.t.Errorf("%s scrolls sideways: %v", path, fmt.Sprint(wide, err))
	}
	return h
}
