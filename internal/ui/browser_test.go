package ui

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"quantriet/internal/ui/uitest"
)

const strict = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'; report-uri /csp"

func samplePages() map[string]func(Page) templ.Component {
	var names []string
	for i := range 24 {
		names = append(names, fmt.Sprintf("Đảng viên mẫu %03d", i+1))
	}
	return map[string]func(Page) templ.Component{
		"gallery":  func(p Page) templ.Component { return Gallery(p) },
		"overview": func(p Page) templ.Component { return GalleryOverview(p) },
		"pictures": func(p Page) templ.Component { p.Title, p.Notice = "Các hình", Notice{}; return GalleryPictures(p) },
		"tasks": func(p Page) templ.Component {
			p.Title, p.Sub, p.Notice = "Đảng viên mẫu 001", "Chi bộ mẫu 07", Notice{}
			p.Nav, p.Section = []Item{{"me", "Việc của tôi", "#", "home"}, {"docs", "Tài liệu", "#", "book"}, {"code", "Mã của tôi", "#", "code"}, {"file", "Hồ sơ", "#", "user"}}, "me"
			return GalleryTasks(p)
		},
		"roll": func(p Page) templ.Component {
			p.Title, p.Sub, p.Notice, p.Nav, p.Back, p.Sample = "Điểm danh", "Chi bộ mẫu 07 · 19:30 hôm nay", Notice{}, nil, "/", false
			return GalleryRoll(p, names)
		},
		"station": func(p Page) templ.Component {
			p.Title, p.Sub, p.Notice, p.Nav, p.Sample = "Trạm 2 · Cửa chính", "Điểm cầu Kiến Thụy · 05/07/2018", Notice{}, nil, false
			return GalleryStation(p)
		},
		"signin": func(p Page) templ.Component { p.Title, p.Notice = "Đăng nhập", Notice{}; return GallerySignIn(p) },
		"setup": func(p Page) templ.Component {
			p.Title, p.Notice, p.Installation = "Cài đặt", Notice{}, "Cài đặt lần đầu"
			return GallerySetup(p)
		},
		"paper": func(p Page) templ.Component { p.Title, p.Back = "Báo cáo", "/"; return GalleryPaper(p) },
		"fault": func(p Page) templ.Component {
			p.Title, p.Notice = "Không tìm thấy", Notice{}
			return FaultPage(p, "Không tìm thấy nội dung này, hoặc nội dung nằm ngoài phạm vi đồng chí được xem.", "180723-0830-1")
		},
	}
}

// galleryServer serves the sample pages under the product's own policy; dark, big and lang come from the query.
func galleryServer(t *testing.T, violations *atomic.Int64) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("GET /static/", Static())
	mux.HandleFunc("POST /csp", func(w http.ResponseWriter, r *http.Request) {
		violations.Add(1)
		b, _ := io.ReadAll(r.Body)
		t.Errorf("content security policy: %s", b)
	})
	for name, page := range samplePages() {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			p := GalleryPage("vi")
			q := r.URL.Query()
			if q.Has("en") {
				p = GalleryPage("en")
			}
			p.Dark, p.Big = q.Has("dark"), q.Has("big")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", strict)
			_ = page(p).Render(r.Context(), w)
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

// browser is a Chromium of its own profile; the test is skipped where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("short")
	}
	exe := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && exe == "" {
			exe = p
		}
	}
	if exe == "" {
		t.Skip("no Chromium here; the look is not tested")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(end)
	return ctx
}

const askAxe = `axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}).then(r => r.violations.map(v =>
	v.impact + ' ' + v.id + ': ' + v.nodes.slice(0,4).map(n => n.html.slice(0,160) + ' | ' + (n.any[0]||n.all[0]||n.none[0]||{}).message).join('\n      ')).join('\n'))`

func TestAxeFindsNothing(t *testing.T) {
	ctx := browser(t)
	var violations atomic.Int64
	srv := galleryServer(t, &violations)
	for _, width := range []int64{1440, 1100, 390} {
		for _, look := range []string{"", "?dark", "?big"} {
			if width == 1100 && look == "?dark" {
				continue
			}
			for name := range samplePages() {
				err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+"/"+name+look))
				tall := 0.0
				if err == nil {
					tall, err = chromedp.Run(ctx, chromedp.Evaluate[float64](`document.documentElement.scrollHeight`))
				}
				if err == nil { // a bar that sticks to the window's foot hides whatever happens to lie under it
					err = chromedp.Do(ctx, chromedp.EmulateViewport(width, max(900, int64(tall)+100)))
				}
				if err == nil {
					_, err = chromedp.Run(ctx, chromedp.Evaluate[any](string(uitest.Axe)+";0"))
				}
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				found, err := chromedp.Run(ctx, chromedp.Evaluate[string](askAxe, chromedp.EvalAwaitPromise))
				if err != nil || found != "" {
					t.Errorf("%s%s at %d px: %v\n  %s", name, look, width, err, found)
				}
				wide, err := chromedp.Run(ctx, chromedp.Evaluate[float64](`document.documentElement.scrollWidth - innerWidth`))
				if err != nil || wide > 0 && name != "paper" {
					t.Errorf("%s%s at %d px scrolls sideways by %v px: %v", name, look, width, wide, err)
				}
			}
		}
	}
}

// TestShots writes pictures of the sample pages into the folder UI_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("UI_SHOTS")
	if dir == "" {
		t.Skip("set UI_SHOTS to a folder to get pictures")
	}
	ctx := browser(t)
	var violations atomic.Int64
	srv := galleryServer(t, &violations)
	for name := range samplePages() {
		for _, shot := range []struct {
			suffix, query string
			width         int64
		}{{"1440", "", 1440}, {"1440-dark", "?dark", 1440}, {"390", "", 390}, {"390-dark", "?dark", 390}, {"390-big", "?big", 390}, {"1100", "", 1100}, {"1440-big", "?big", 1440}, {"1440-en", "?en", 1440}} {
			if only := os.Getenv("UI_ONLY"); only != "" && !strings.Contains(name+"-"+shot.suffix+" ", only) {
				continue
			}
			err := chromedp.Do(ctx, chromedp.EmulateViewport(shot.width, 900), chromedp.Navigate(srv.URL+"/"+name+shot.query), chromedp.Sleep(250*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			take := chromedp.CaptureScreenshot()
			if os.Getenv("UI_FULL") != "" {
				take = chromedp.FullScreenshot(100)
			}
			png, err := chromedp.Run(ctx, take)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+"-"+shot.suffix+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
