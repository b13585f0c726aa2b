package ledger

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
	"quantriet/internal/core/meeting"
	"quantriet/internal/core/meeting/prepare"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/attendance/conference"
)

// TestShots writes pictures of the pages around a meeting's day into the folder DAY_SHOTS, to
// be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("DAY_SHOTS")
	if dir == "" {
		t.Skip("set DAY_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w, ctx := seed(t, dbtest.One(t)), context.Background()
	tick := clock.Fixed(now)
	ready := &prepare.Service{DB: w.d, Now: tick}
	room := &conference.Service{DB: w.d, Now: tick, Attendance: &attendance.Service{DB: w.d, Now: tick}}
	var lines []prepare.Line
	for _, n := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"} {
		lines = append(lines, prepare.Line{Name: "Điểm cầu xã mẫu " + n, Place: "Hội trường UBND xã mẫu " + n, Capacity: "120", Expected: "62", Contact: "Đảng viên mẫu 0" + n})
	}
	key := id.New()
	list, err := room.Bring(ctx, w.host, conference.List{ID: key, Meeting: w.meeting, Site: w.siteEast, Name: "zoom-19-7.csv"}, []conference.Line{{Name: "Đảng viên mẫu 000 - Chi bộ mẫu 01", First: now.Add(-time.Hour).UnixMilli(), Last: now.UnixMilli(), Seconds: 3600, Joins: 2},
		{Name: "Điểm cầu Đông (62 người)", Seconds: 7000, Joins: 1}, {Name: "iPhone", Seconds: 60, Joins: 1}})
	for _, err := range []error{err, ready.Ticks(ctx, w.host, w.meeting, w.siteEast, []string{"hall", "sound"}), ready.Try(ctx, w.host, w.meeting, prepare.Trial{ID: id.New(), Site: w.siteEast, Result: "good", Note: "20 Mbps"}),
		ready.Invite(ctx, w.host, w.meeting, w.siteEast, []prepare.Guest{{ID: id.New(), Name: "Khách mẫu 01", Post: "Hội mẫu"}}),
		ready.Move(ctx, w.officer, w.meeting, w.people[3], w.siteWest, "đi công tác"),
		room.SetLink(ctx, w.host, w.meeting, w.siteEast, "https://hop.mau.vn/j/912345", "912 345, mật khẩu 123")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := ready.Bring(ctx, w.officer, w.meeting, lines); err != nil {
		t.Fatal(err)
	}
	w.day(t)
	w.Now = clock.Fixed(now.Add(9 * time.Hour))
	routes := append((&meeting.Service{DB: w.d, Now: w.Now}).Routes(), w.Routes()...)
	routes = append(append(routes, ready.Routes()...), room.Routes()...)
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return w.officer, nil }, Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	srv := httptest.NewServer(site.Handler(routes, ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(ctx, opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	m := "/meetings/" + w.meeting.String()
	for name, path := range map[string]string{"meeting": m, "edit": m + "/edit", "sites": m + "/sites", "site": m + "/sites/" + w.siteEast.String(), "sheet": m + "/sites/sheet", "delegates": m + "/delegates",
		"guests": m + "/guests", "online": m + "/online", "review": m + "/online/" + list.ID.String(), "ledger": m + "/ledger"} {
		for suffix, width := range map[string]int64{"": 1440, "-phone": 390} {
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 844), chromedp.Navigate(srv.URL+path), chromedp.Sleep(200*time.Millisecond))
			var png []byte
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name+suffix+".png"), png, 0o600)
			}
			if err != nil {
				t.Error(name, err)
			}
		}
	}
}
