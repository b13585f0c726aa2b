package board

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/kit/db/dbtest"
)

// TestShots writes pictures of the room's pages into the folder BOARD_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("BOARD_SHOTS")
	if dir == "" {
		t.Skip("set BOARD_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, s := range []struct {
		name                       string
		provinces, communes, sites int
		at                         time.Duration
		fill                       int // of a hundred sites
	}{
		{"empty", 2, 8, 1, -90 * time.Minute, 0}, {"early", 2, 8, 1, -20 * time.Minute, 60}, {"during16", 2, 8, 1, 2 * time.Minute, 90},
		{"during3000", 34, 22, 4, 2 * time.Minute, 97}, {"after", 2, 8, 1, 5 * time.Hour, 100},
	} {
		if only := os.Getenv("BOARD_ONLY"); only != "" && !strings.Contains(only, s.name) {
			continue
		}
		w := seed(t, dbtest.One(t), s.provinces, s.communes, s.sites)
		w.at.Store(begin.Add(s.at).UnixMilli())
		for i, site := range w.sites {
			if i*37%100 < s.fill {
				n := int64(20 + i*7%41)
				c := Count{Persons: n, Grades: [5]int64{n / 3, n - n/3 - n/5 - n/20 - n/30, n / 5, n / 20, n / 30}}
				if i%9 == 0 {
					c.Heads = n * 3
				}
				w.came(t, w.meeting, site, c, begin.Add(min(s.at, 4*time.Hour)-time.Duration(i%8)*time.Minute))
			}
		}
		own, sites := w.meet(t, w.provinces[0], "Hội nghị cán bộ chủ chốt của tỉnh", 1, w.communes[:3]...)
		w.came(t, own, sites[0], people(180), begin)
		_, srv := replica(t, w, w.d)
		base := srv.URL + "/meetings/" + w.meeting.String() + "/board"
		for _, c := range []struct {
			name, path    string
			width, height int64
			cookie        bool
		}{
			{"page", "", 1440, 900, false}, {"phone", "", 390, 844, false}, {"wall", "?screen=1", 1920, 1080, false}, {"walldark", "?screen=1&dark=1", 1920, 1080, false},
			{"province", "?unit=" + w.provinces[0].unit.String(), 1440, 900, false}, {"wallprovince", "?screen=1&unit=" + w.provinces[0].unit.String(), 1366, 768, false}, {"wallphone", "?screen=1", 390, 844, false},
			{"day", "campaign", 1440, 900, false}, {"dayphone", "campaign", 390, 844, false},
		} {
			url := base + c.path
			if c.path == "campaign" {
				url = srv.URL + "/campaigns/" + w.campaign.String() + "/board"
			}
			err := chromedp.Do(tab, chromedp.EmulateViewport(c.width, c.height), chromedp.Navigate(url), chromedp.Sleep(1200*time.Millisecond))
			var png []byte
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, s.name+"-"+c.name+".png"), png, 0o600)
			}
			if err != nil {
				t.Error(s.name, c.name, err)
			}
		}
	}
}
