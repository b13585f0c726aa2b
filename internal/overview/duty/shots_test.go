package duty

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

// TestShots writes pictures into the folder DUTY_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("DUTY_SHOTS")
	if dir == "" {
		t.Skip("set DUTY_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	d := w.story(t)
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
	for _, s := range []struct {
		name, path string
		who        access.Actor
	}{
		{"list", "/duties", w.eastern}, {"show", to(d) + "?sort=time", w.officer}, {"east", to(d), w.eastern}, {"frozen", to(d), w.low1},
		{"new", "/duties/new", w.officer}, {"digest", "/duties/digest", w.eastern}, {"aloud", to(d) + "/digest", w.officer}, {"campaign", to(round), w.officer},
	} {
		for width, size := range map[int64]string{1440: "", 390: "-phone"} {
			who = s.who
			var png []byte
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+s.path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, s.name+size+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// story is a half year that most have sent, and one unit that asks for a frozen one.
func (w *world) story(t testing.TB) id.ID {
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.at("2018-07-01T08:00")
	d, err := w.Order(ctx, w.officer, Duty{ID: id.New(), Unit: city, Title: "Báo cáo công tác tuyên giáo 6 tháng đầu năm 2018", Period: "half_year", From: "2018-01-01", To: "2018-06-30",
		Levels: []Level{{Level: "district", On: "2018-07-15", Grace: 3, Freeze: 3}, {Level: "grassroots", On: "2018-07-10", Grace: 3, Freeze: 3}}})
	ok(err)
	for unit, day := range map[id.ID]string{base2: "2018-07-08T09:00", east: "2018-07-14T16:00", west: "2018-07-17T08:00"} {
		w.at(day)
		ok(w.send(d.ID, unit))
	}
	w.reported(t, base1, "returned", "2018-07-14T08:00")
	w.reported(t, base3, "sent", "2018-07-16T08:00")
	w.at("2018-07-18T08:30")
	ok(w.SetGrace(ctx, w.officer, round, 3, 30))
	_, err = w.AskReopen(ctx, w.low1, d.ID, base1, 0, "Đồng chí phụ trách đi công tác dài ngày, nay đã về.")
	ok(err)
	return d.ID
}
