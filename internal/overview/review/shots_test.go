package review

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
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// TestShots writes pictures and a paper into the folder REVIEW_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("REVIEW_SHOTS")
	if dir == "" {
		t.Skip("set REVIEW_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	due := w.half(t)
	r, err := w.Begin(ctx, w.eastern, Review{Duty: due.ID, Unit: east})
	if err != nil {
		t.Fatal(err)
	}
	var who access.Actor
	site := &web.Site{Now: clock.Now(w.Service.Now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(w.Routes(), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	shoot := func(as access.Actor, name, path string) {
		for width, size := range map[int64]string{1440: "", 390: "-phone"} {
			who = as
			var png []byte
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name+size+".png"), png, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	shoot(w.eastern, "draft", to(r.ID))
	shoot(w.eastern, "new", "/reviews/new")
	if err := w.Save(ctx, w.eastern, r.ID, Head{Title: r.Title, Authority: "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ", Signer: "Đảng viên mẫu 002", Recipients: "Thường trực Thành ủy\nLưu Văn phòng"}, whole); err != nil {
		t.Fatal(err)
	}
	if err := w.Send(ctx, w.eastern, r.ID, Any); err != nil {
		t.Fatal(err)
	}
	shoot(w.officer, "decide", to(r.ID))
	shoot(w.officer, "list", "/reviews")
	f, err := w.Paper(ctx, w.officer, r.ID)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "review.docx"), f.Body, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	own, err := w.Begin(ctx, w.officer, Review{ID: id.New(), Unit: city, Kind: "final", From: "2018-01-01", To: "2018-06-30", Head: Head{Title: "Tổng kết"}})
	for _, do := range []func() error{func() error { return w.Save(ctx, w.officer, own.ID, Head{Title: "Tổng kết"}, whole) }, func() error { return w.Send(ctx, w.officer, own.ID, Any) }} {
		if err == nil {
			err = do()
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	shoot(w.officer, "owner", to(own.ID))
	if err := w.RequestReopen(ctx, w.officer, own.ID, "Sai số quyết định"); err != nil {
		t.Fatal(err)
	}
	shoot(w.second, "owner-asked", to(own.ID))
}
