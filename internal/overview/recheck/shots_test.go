package recheck

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
)

// TestShots writes pictures into the folder RECHECK_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("RECHECK_SHOTS")
	if dir == "" {
		t.Skip("set RECHECK_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	list := w.drawn(t)
	asked := member(list[0].Person)
	later := member(list[1].Person)
	if _, err := w.Answer(ctx, later, list[1].Draw, "there", "yes"); err != nil {
		t.Fatal(err)
	}
	var who access.Actor
	srv := httptest.NewServer(w.house(&who))
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
		{"there", "/me/recheck", asked, []int64{390}},
		{"form", "/me/recheck", later, []int64{390}},
		{"open", "/campaigns/" + round.String() + "/recheck?unit=" + commune.String(), w.above, []int64{1440}},
		{"closed", "/campaigns/" + round.String() + "/recheck?unit=" + commune.String(), w.above, []int64{1440, 390}},
	} {
		if s.name == "closed" {
			w.clock = noon.Add(11 * 24 * time.Hour)
			w.advance(t)
		}
		for _, width := range s.widths {
			who = s.who
			var png []byte
			err := chromedp.Do(view, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+s.path), chromedp.Sleep(300*time.Millisecond))
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
