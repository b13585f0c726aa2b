package today

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

// TestShots writes pictures into the folder TODAY_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("TODAY_SHOTS")
	if dir == "" {
		t.Skip("set TODAY_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	s := seed(t, dbtest.One(t))
	who := as(access.Officer, city)
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(s.Routes(), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for name, path := range map[string]string{"today": "/campaigns/" + camp.String() + "/today", "successors": "/campaigns/" + camp.String() + "/successors"} {
		for width, size := range map[int64]string{1440: "", 390: "-phone"} {
			var png []byte
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+size+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
