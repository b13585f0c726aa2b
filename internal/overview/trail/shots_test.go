package trail

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
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/ui"
)

// TestShots writes pictures into the folder TRAIL_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("TRAIL_SHOTS")
	if dir == "" {
		t.Skip("set TRAIL_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	w.send(east)
	w.send(city)
	w.ex(`insert into report_figure (id, report, document, code, value, at) values (1, 9500, $1, 'members', 10, 0), (2, 9500, $1, 'studied', 7, 0), (3, 9501, $1, 'members', 5, 0), (4, 9501, $1, 'studied', 5, 0)`, paper1)
	who := as(2)
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(append(w.Routes(), w.log.Routes()...), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	shot := func(name, path string) {
		for _, width := range []int64{1440, 390} {
			var png []byte
			err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name+map[int64]string{1440: "", 390: "-phone"}[width]+".png"), png, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	shot("path", "/me/figures/path")
	shot("proof", "/proof")
	w.ex(`update trail_sum set marks = 'mo2' || substr(marks, 4) where lo = 3`)
	shot("broken", "/me/figures/path")
	who = access.Actor{Account: 1, Person: 4711, Lang: "vi"}
	shot("empty", "/me/figures/path")
}
