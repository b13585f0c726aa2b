package attendance

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// TestShots writes pictures of the room's pages into the folder ATTENDANCE_SHOTS, to be
// looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("ATTENDANCE_SHOTS")
	if dir == "" {
		t.Skip("set ATTENDANCE_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t), 12, 2)
	h := w.meet(t, w.east, "class", "in_person", w.docs)
	w.at = begin.Add(-5 * time.Minute)
	who := w.secretary
	who.Person = w.cell.people[0]
	srv := httptest.NewServer(door(w, &who))
	defer srv.Close()
	ctx := context.Background()
	for _, code := range w.own.codes[:4] {
		if _, err := w.scan(w.usher, h, 0, code); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.RollCall(ctx, w.secretary, h.meeting, h.sites[0], []Mark{{Person: w.cell.people[0], Present: true}, {Person: w.cell.people[2], Reason: "sick"}, {Person: w.cell.people[3]},
		{Person: w.cell.people[11], Present: true}, {Person: w.cell.people[5], Else: "higher", Note: "lớp của Thành ủy"}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Count(ctx, w.usher, Headcount{ID: id.New(), Meeting: h.meeting, Site: h.sites[0], Who: "mass", Amount: 61, Marker: "hơn", Note: "đoàn viên"}); err != nil {
		t.Fatal(err)
	}
	m, s := to(h.meeting), atSite(h.meeting, h.sites[0])
	names := "/campaigns/" + w.campaign.String() + "/names?unit=" + w.east.unit.String() + "&figure="
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(ctx, opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, c := range []struct {
		name, path string
		wide       bool
	}{
		{"roll", m + "/roll", false}, {"station", s, false}, {"station-found", s + "?q=mau+0000", false}, {"list", m + "/attendance", true}, {"list-phone", m + "/attendance", false},
		{"slips", m + "/slips", true}, {"sheet", m + "/sheet", true}, {"record", "/me/record", false}, {"names", names + "absent", true}, {"names-phone", names + "studied", false},
	} {
		if only := os.Getenv("ATTENDANCE_ONLY"); only != "" && !strings.Contains(only, c.name) {
			continue
		}
		switch {
		case strings.HasPrefix(c.name, "station"):
			who = w.usher
		case strings.HasPrefix(c.name, "list"), strings.HasPrefix(c.name, "names"):
			who = w.unit
		default:
			who = w.secretary
			who.Person = w.cell.people[0]
		}
		width := int64(390)
		if c.wide {
			width = 1440
		}
		var png []byte
		err := chromedp.Do(tab, chromedp.EmulateViewport(width, 844), chromedp.Navigate(srv.URL+c.path), chromedp.Sleep(300*time.Millisecond))
		if err == nil && c.name == "station" { // a scanner types two codes and presses Enter
			err = chromedp.Do(tab, chromedp.SendKeys("#code", w.own.codes[6]+"\r"), chromedp.Sleep(600*time.Millisecond), chromedp.KeyEvent(w.own.codes[6]+"\r"), chromedp.Sleep(600*time.Millisecond))
		}
		if err == nil {
			png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, c.name+".png"), png, 0o600)
		}
		if c.name == "slips" || c.name == "sheet" {
			var pdf []byte
			if pdf, err = chromedp.Run(tab, chromedp.PrintToPDF()); err == nil {
				err = os.WriteFile(filepath.Join(dir, c.name+".pdf"), pdf, 0o600)
			}
		}
		if err != nil {
			t.Error(c.name, err)
		}
	}
}
