package e2e

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/app"
	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/need"
	"quantriet/internal/schema"
	"quantriet/internal/ui/uitest"
)

// house is the demo being served, and one Chromium.
type house struct {
	t     *testing.T
	base  string
	story app.Story
	app   *app.App
	ctx   context.Context
	ahead atomic.Int64 // nanoseconds by which the story's clock was put forward
	kept  string       // secret of an authenticator app
}

// open tells the story anew for one test.
func open(t *testing.T) *house {
	t.Helper()
	return serve(t, func(ctx context.Context, d *db.DB, dir string) (app.Story, error) {
		return app.Demo(ctx, d, dir, app.HaiPhong, app.Size{})
	})
}

// serve opens an installation on an empty database that tell has filled.
func serve(t *testing.T, tell func(ctx context.Context, d *db.DB, dir string) (app.Story, error)) *house {
	t.Helper()
	if testing.Short() {
		t.Skip("browser journeys are long")
	}
	path, err := exec.LookPath("chromium")
	need.Tool(t, "chromium", err == nil)
	dir := t.TempDir()
	d, err := db.Open(filepath.Join(dir, "demo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(t.Context(), schema.Files); err != nil {
		t.Fatal(err)
	}
	story, err := tell(t.Context(), d, dir)
	if err != nil {
		t.Fatal(err)
	}
	h, began := &house{t: t, story: story}, time.Now()
	h.app = app.New(d, func() time.Time { return story.Now.Add(time.Since(began)).Add(time.Duration(h.ahead.Load())) }, dir)
	srv := httptest.NewServer(h.app.Handler())
	t.Cleanup(srv.Close)
	h.base = srv.URL
	h.ctx = browse(t, path, filepath.Join(dir, "chromium"))
	return h
}

// browse is a Chromium with a profile of its own; it starts when it is first used.
func browse(t *testing.T, path, profile string, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(profile),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("lang", "vi-VN"), chromedp.Flag("hide-scrollbars", true)), more...)...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(stop)
	ctx, stop = context.WithTimeout(ctx, 6*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// as signs in by the door of a role; unit is a part of its unit's name, "" for any.
func (h *house) as(role access.Role, unit string) *house {
	h.t.Helper()
	for _, d := range h.story.Doors {
		if d.Role == role && strings.Contains(d.Unit, unit) {
			h.do(chromedp.Navigate(h.base+d.Path), chromedp.Click(`main form button`))
			h.settle(`!location.pathname.startsWith('/link/')`)
			return h
		}
	}
	h.t.Fatalf("no door for %s at %q", role, unit)
	return h
}

func (h *house) do(actions ...chromedp.Action[chromedp.Void]) {
	h.t.Helper()
	if err := chromedp.Do(h.ctx, actions...); err != nil {
		h.t.Fatal(err, h.where())
	}
}

// where says what the browser shows, for a failed step.
func (h *house) where() string {
	url, _ := chromedp.Run(h.ctx, chromedp.Evaluate[string](`location.href`))
	text, _ := chromedp.Run(h.ctx, chromedp.Evaluate[string](`document.body.innerText.slice(0, 1500)`))
	return "\nat " + url + "\n" + text
}

func (h *house) visit(path string) *house {
	h.t.Helper()
	if err := chromedp.Do(h.ctx, chromedp.Navigate(h.base+path), chromedp.WaitReady("body")); err != nil {
		h.t.Fatalf("%s: %v%s", path, err, h.where())
	}
	return h
}

// sees fails unless the page comes to show every text within three seconds.
func (h *house) sees(texts ...string) *house {
	h.t.Helper()
	for _, want := range texts {
		for try := 0; !h.shows(want); try++ {
			if try == 60 {
				h.t.Errorf("does not show %q%s", want, h.where())
				break
			}
			h.do(chromedp.Sleep(50 * time.Millisecond))
		}
	}
	return h
}

func (h *house) shows(want string) bool {
	h.t.Helper()
	return strings.Contains(strings.Join(strings.Fields(h.eval(`document.body.innerText`)), " "), want)
}

// lacks fails when the page shows the text.
func (h *house) lacks(text string) *house {
	h.t.Helper()
	if h.shows(text) {
		h.t.Errorf("shows %q%s", text, h.where())
	}
	return h
}

// eval is what a piece of script in the page gives, as text.
func (h *house) eval(js string) string {
	h.t.Helper()
	out, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](js))
	if err != nil {
		h.t.Fatalf("%s: %v%s", js, err, h.where())
	}
	return out
}

// wait is eval for a promise.
func (h *house) wait(js string) string {
	h.t.Helper()
	out, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](js, chromedp.EvalAwaitPromise))
	if err != nil {
		h.t.Fatalf("%s: %v%s", js, err, h.where())
	}
	return out
}

// press clicks the first button or link whose text contains the words, and waits for the page.
func (h *house) press(words string) *house {
	h.t.Helper()
	js := fmt.Sprintf(`(() => { const all = [...document.querySelectorAll('main button, main a, main summary')];
		const el = all.find(e => e.innerText.replace(/\s+/g, ' ').trim() === %[1]q) || all.find(e => e.innerText.replace(/\s+/g, ' ').includes(%[1]q));
		if (!el) return false; el.scrollIntoView(); el.click(); return true })()`, words)
	ok, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](js))
	if err != nil || !ok {
		h.t.Fatalf("nothing to press called %q: %v%s", words, err, h.where())
	}
	h.do(chromedp.Sleep(150 * time.Millisecond))
	h.settle(`true`)
	return h
}

// settle waits until the page is loaded and the condition holds.
func (h *house) settle(condition string) {
	h.t.Helper()
	for range 100 {
		ok, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](`document.readyState === 'complete' && (`+condition+`)`))
		if err == nil && ok {
			return
		}
		h.do(chromedp.Sleep(50 * time.Millisecond))
	}
	h.t.Fatalf("the page does not settle: %s%s", condition, h.where())
}

// fill sets a field by its name, as a person would see it afterwards.
func (h *house) fill(name, value string) *house {
	h.t.Helper()
	return h.set(fmt.Sprintf(`main [name=%q]`, name), value)
}

// set is fill for a field that its name alone does not tell from others.
func (h *house) set(selector, value string) *house {
	h.t.Helper()
	js := fmt.Sprintf(`(() => { const el = document.querySelector(%q); if (!el) return false; el.value = %q; el.dispatchEvent(new Event('input', {bubbles: true})); el.dispatchEvent(new Event('change', {bubbles: true})); return true })()`, selector, value)
	ok, err := chromedp.Run(h.ctx, chromedp.Evaluate[bool](js))
	if err != nil || !ok {
		h.t.Fatalf("no field %q: %v%s", selector, err, h.where())
	}
	return h
}

// click presses the element of a selector and waits for the page.
func (h *house) click(selector string) *house {
	h.t.Helper()
	if h.eval(fmt.Sprintf(`(() => { const el = document.querySelector(%q); if (!el) return 'none'; el.scrollIntoView(); el.click(); return '' })()`, selector)) != "" {
		h.t.Fatalf("nothing to press at %s%s", selector, h.where())
	}
	h.do(chromedp.Sleep(150 * time.Millisecond))
	h.settle(`true`)
	return h
}

// last is the last part of the page's path: the id of what it shows.
func (h *house) last() string {
	h.t.Helper()
	return h.eval(`location.pathname.split('/').pop()`)
}

// row asks the database for one text.
func (h *house) row(query string, args ...any) string {
	h.t.Helper()
	var out string
	err := h.app.DB.Read(h.ctx, func(tx db.Tx) (err error) {
		out, err = db.One(h.ctx, tx, db.Value[string], query, args...)
		return err
	})
	if err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return out
}

// key asks the database for one id, as addresses have it; the query gives it as text.
func (h *house) key(query string, args ...any) string {
	h.t.Helper()
	n, err := strconv.ParseInt(h.row(query, args...), 10, 64)
	if err != nil {
		h.t.Fatal(err)
	}
	return id.ID(n).String()
}

// unit is the id of a unit by its code.
func (h *house) unit(code string) string {
	h.t.Helper()
	return h.key(`select cast(id as text) from org_unit where code = $1`, code)
}

// later puts the story's clock forward.
func (h *house) later(d time.Duration) *house {
	h.ahead.Add(int64(d))
	return h
}

// id reads an id of an address.
func (h *house) id(s string) id.ID {
	h.t.Helper()
	out, err := id.Parse(s)
	if err != nil {
		h.t.Fatal(err)
	}
	return out
}

// size sets the window: a desktop or a phone.
func (h *house) size(w, ht int64) *house {
	h.do(chromedp.EmulateViewport(w, ht))
	return h
}

// axe fails for what makes the page hard to use (WCAG 2.2 A and AA, serious and critical).
func (h *house) axe() *house {
	h.t.Helper()
	if _, err := chromedp.Run(h.ctx, chromedp.Evaluate[any](string(uitest.Axe)+";0")); err != nil {
		h.t.Fatal(err)
	}
	out, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](`axe.run().then(r => r.violations.filter(v => v.impact === 'serious' || v.impact === 'critical').map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' ' + n.html.slice(0, 120)).join(' | ')).join('\n'))`, chromedp.EvalAwaitPromise))
	if err != nil || out != "" {
		h.t.Errorf("axe: %v\n%s%s", err, out, h.where())
	}
	return h
}

// shot keeps a picture when QUANTRIET_SHOTS names a folder.
func (h *house) shot(name string) *house {
	h.t.Helper()
	dir := os.Getenv("QUANTRIET_SHOTS")
	if dir == "" {
		return h
	}
	png, err := chromedp.Run(h.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600); err != nil {
		h.t.Fatal(err)
	}
	return h
}
