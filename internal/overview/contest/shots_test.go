package contest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/ui"
)

// TestShots writes pictures into the folder CONTEST_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("CONTEST_SHOTS")
	if dir == "" {
		t.Skip("set CONTEST_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	c, err := w.Open(ctx, actor(absent), contested(absent, "absent_unexcused", "was_there"))
	if err == nil {
		_, err = w.Open(ctx, actor(came), contested(came, "studied", "other_form"))
	}
	if err != nil {
		t.Fatal(err)
	}
	var who access.Actor
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", true }}
	srv := httptest.NewServer(site.Handler(w.Routes(), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	view, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, s := range []struct {
		name, path string
		who        access.Actor
		widths     []int64
	}{
		{"mine", "/me/figures", actor(came), []int64{390}},
		{"list", "/contests", w.above, []int64{1440, 390}},
		{"decide", "/contests/" + c.ID.String(), w.above, []int64{1440, 390}},
		{"unit", "/contests/" + c.ID.String(), w.secretary, []int64{390}},
	} {
		for _, width := range s.widths {
			who = s.who
			var png []byte
			err := chromedp.Do(view, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+s.path), chromedp.Sleep(300*time.Millisecond))
			if err == nil && s.name == "mine" {
				_, err = chromedp.Run(view, chromedp.Evaluate[bool](`document.querySelectorAll("details.sn-set").forEach((d, i) => d.open = i > 1); true`))
			}
			if err == nil {
				png, err = chromedp.Run(view, chromedp.FullScreenshot(100))
			}
			if err != nil {
				t.Fatal(err)
			}
			name := s.name + map[int64]string{1440: "", 390: "-phone"}[width] + ".png"
			if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
