package narrative

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/review"
	"quantriet/internal/ui"
)

// TestShots writes pictures into the folder NARRATIVE_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("NARRATIVE_SHOTS")
	if dir == "" {
		t.Skip("set NARRATIVE_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	w.send(t, lastYear, two, map[string]string{"strengths": good})
	r := w.send(t, round, one, map[string]string{"causes": causes1 + " " + causes2, "strengths": good})
	w.send(t, round, two, map[string]string{"causes": causes1, "strengths": good, "lessons": "Hỏi chi bộ về mùa vụ trước khi định ngày học."})
	ok(t, w.Take(ctx, w.who[east], On(round, east), Taking{ID: id.New(), Source: r.Report.ID, Version: 1, Part: "causes", Place: "1.1", Into: "causes"}))
	old := w.wrote(t, one, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes1 + " " + causes2, "strengths": good})
	copied := w.wrote(t, two, "preliminary", "2018-01-01", "2018-06-30", map[string]string{"causes": causes1, "lessons": "Hỏi chi bộ về mùa vụ trước khi định ngày học."})
	mine, err := w.review.Begin(ctx, w.who[east], review.Review{ID: id.New(), Unit: east, Kind: "preliminary", From: "2018-01-01", To: "2018-06-30", Head: review.Head{Title: "Báo cáo sơ kết sáu tháng đầu năm 2018"}})
	ok(t, err)
	ok(t, w.Take(ctx, w.who[east], Of(mine.ID), Taking{ID: id.New(), Source: old.ID, Version: 1, Part: "causes", Place: "1.1", Into: "causes"}))
	_, err = w.Work(ctx)
	ok(t, err)
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(slices.Concat(w.Routes(), w.report.Routes(), w.review.Routes()), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	c, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, s := range []struct {
		name, path string
		who        access.Actor
	}{
		{"pieces", On(round, east).href() + "/pieces", w.who[east]},
		{"alike", On(round, two).href() + "/alike", w.who[east]},
		{"report", On(round, east).href(), w.who[east]},
		{"review", Of(mine.ID).href(), w.who[east]},
		{"review-pieces", Of(mine.ID).href() + "/pieces", w.who[east]},
		{"review-copied", Of(copied.ID).href(), w.who[east]},
		{"review-alike", Of(copied.ID).href() + "/alike", w.who[east]},
	} {
		for _, width := range []int64{1440, 390} {
			who = s.who
			var png []byte
			err := chromedp.Do(c, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+s.path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(c, chromedp.FullScreenshot(100))
			}
			ok(t, err)
			name := s.name + map[int64]string{1440: "", 390: "-phone"}[width] + ".png"
			ok(t, os.WriteFile(filepath.Join(dir, name), png, 0o644))
		}
	}
}
