package merit

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

// TestShots writes pictures into the folder MERIT_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("MERIT_SHOTS")
	if dir == "" {
		t.Skip("set MERIT_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	m, p := id.New(), id.New()
	ok(t, w.Propose(ctx, w.Eastern, Proposal{ID: m, Campaign: round, Unit: Two, Kind: Criticise, What: "Báo cáo chậm ba năm liền.", Codes: []string{"late_again", "unanswered"}, Said: "Đã nhắc bằng văn bản hai lần /reports"}))
	ok(t, w.Answer(ctx, w.Two, m, "Xã mất điện hai ngày; đã khắc phục và phân công người thay."))
	ok(t, w.Propose(ctx, w.Eastern, Proposal{ID: p, Campaign: round, Person: People(0), Kind: Commend, What: "Báo cáo viên dễ hiểu, sát việc.", Codes: []string{"spoke"}}))
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(Now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(w.Routes(), ui.Static()))
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
		{"list", at(round) + "?unit=" + East.String(), w.Eastern},
		{"draft", at(round) + "/new?kind=criticise&unit=" + Two.String(), w.Eastern},
		{"decide", to(m), w.Eastern2},
		{"answer", to(p), w.Member},
		{"mine", "/me/merit", w.Member},
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
	for _, kind := range []string{"docx", "xlsx"} {
		f, err := w.file(ctx, w.Eastern, round, East, kind)
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(dir, f.Name), f.Body, 0o644))
	}
}
