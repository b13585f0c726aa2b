package dashboard

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// actors are who the pictures are taken for; the host name's first part chooses one.
func actors() map[string]access.Actor {
	person := func(a access.Actor, p id.ID) access.Actor { a.Person = p; return a }
	return map[string]access.Actor{
		"admin":     as(at(access.Administrator, city)),
		"officer":   as(at(access.Officer, city)),
		"leader":    as(at(access.Leader, city)),
		"unit":      as(at(access.UnitOfficer, districtOf(7))),
		"secretary": person(as(at(access.Secretary, lowOf(7, 0))), member),
		"usher":     as(at(access.Usher, lowOf(7, 0))),
		"member":    person(as(at(access.Member, lowOf(7, 0))), member),
		"speaker":   person(as(at(access.Member, lowOf(7, 0))), speaker),
		"inspector": as(at(access.Inspector, city)),
		"nobody":    as(),
	}
}

// TestShots writes pictures into the folder DASHBOARD_SHOTS, to be looked at: a list of
// "who /path" in DASHBOARD_PAGES, one a line.
func TestShots(t *testing.T) {
	dir := os.Getenv("DASHBOARD_SHOTS")
	if dir == "" {
		t.Skip("set DASHBOARD_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	d := dbtest.One(t)
	world(t, d)
	who := ""
	srv := httptest.NewServer(house(d, func(*http.Request) access.Actor { return actors()[who] }))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for line := range strings.Lines(os.Getenv("DASHBOARD_PAGES")) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		who = f[0]
		width := int64(1440)
		if strings.Contains(f[2], "390") {
			width = 390
		}
		dark := ""
		if strings.Contains(f[2], "dark") {
			dark = "1"
		}
		err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+"/static/theme.css"))
		if err == nil {
			_, err = chromedp.Run(ctx, chromedp.Evaluate[any](`document.cookie="dark=`+dark+`;path=/";0`))
		}
		path := strings.NewReplacer("{c}", campaign.String(), "{u7}", districtOf(7).String(), "{low}", lowOf(7, 0).String(), "{d2}", paper2.String()).Replace(f[1])
		if err == nil {
			err = chromedp.Do(ctx, chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
		}
		if err != nil {
			t.Fatal(err)
		}
		take := chromedp.CaptureScreenshot()
		if strings.Contains(f[2], "full") {
			take = chromedp.FullScreenshot(100)
		}
		png, err := chromedp.Run(ctx, take)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, f[2]+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
