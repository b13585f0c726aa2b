package door

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

// shot is one page as somebody sees it so long after the begin.
type shot struct {
	name, path string
	who        access.Actor
	after      time.Duration
	click      string // pressed first
}

// TestShots writes pictures of the room's pages in both sizes into the folder DOOR_SHOTS, to be
// looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("DOOR_SHOTS")
	if dir == "" {
		t.Skip("set DOOR_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	h, ctx := build(t, dbtest.One(t)), context.Background()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.h.ServeHTTP(w, r) }))
	defer srv.Close()
	secretary := actor(access.Secretary, h.units[1])
	for i := range 7 {
		if _, err := h.answer(t, nobody, "one", 1, h.codes[1][i]); err != nil {
			t.Fatal(err)
		}
		h.at = h.at.Add(5 * time.Second)
	}
	if err := h.SetCheckout(ctx, h.officer, h.meeting, true); err != nil {
		t.Fatal(err)
	}
	h.at = begin.Add(time.Hour)
	if err := h.Presence.Start(ctx, h.officer, h.meeting, h.morning, id.New(), 1, false); err != nil {
		t.Fatal(err)
	}
	call, err := h.Screen(ctx, h.officer, h.meeting, h.sites[1])
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		if err := h.Presence.Answer(ctx, h.member(1, i), h.meeting, call.Presence.Code); err != nil {
			t.Fatal(err)
		}
	}
	m := to(h.meeting)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(ctx, opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, s := range []shot{
		{"screen", atDoor(h.meeting, h.sites[1]), h.usher, -20 * time.Minute, ""}, {"screen-presence", atDoor(h.meeting, h.sites[1]), h.usher, 61 * time.Minute, ""},
		{"screen-early", atDoor(h.meeting, h.sites[2]), h.officer, -90 * time.Minute, ""}, {"screen-over", atDoor(h.meeting, h.sites[1]), h.usher, 10 * time.Hour, ""},
		{"doors", m + "/doors", h.officer, 5 * time.Minute, ""}, {"lend", m + "/sites/" + h.sites[1].String() + "/lend", h.usher, 0, ""},
		{"tap", "/d/CODE1", h.member(1, 8), -10 * time.Minute, ""}, {"success", "/d/CODE1", h.member(1, 9), -10 * time.Minute, ".here-b"},
		{"grace", "/d/CODE1", h.member(1, 10), 5 * time.Minute, ".here-b"}, {"early", "/d/CODE2", h.member(2, 3), -90 * time.Minute, ".here-b"},
		{"nobody", "/d/CODE1", nobody, -10 * time.Minute, ""}, {"changed", "/d/OLD", h.member(1, 11), 0, ""}, {"type", "/d", h.member(1, 8), 0, ""},
		{"mine", "/me/code", h.member(1, 8), -10 * time.Minute, ""}, {"mine-presence", "/me/code", h.member(1, 6), 61 * time.Minute, ""},
		{"presence-tap", "/me/presence/" + h.meeting.String(), h.member(1, 6), 61 * time.Minute, ""},
		{"presence", m + "/presence", h.officer, 62 * time.Minute, ""}, {"presence-over", m + "/presence", h.officer, 70 * time.Minute, ""},
		{"leads", m + "/leads", secretary, 70 * time.Minute, ""}, {"leads-answer", m + "/leads", secretary, 70 * time.Minute, ".ask summary"}, {"leads-none", m + "/leads", h.other, 70 * time.Minute, ""},
	} {
		if only := os.Getenv("DOOR_ONLY"); only != "" && !strings.Contains(" "+only+" ", " "+s.name+" ") {
			continue
		}
		h.take(t, tab, srv.URL, dir, s)
	}
}

func (h *house) take(t *testing.T, tab context.Context, url, dir string, s shot) {
	h.at, h.mark = begin.Add(s.after), strings.Repeat("m", 43)
	path := s.path
	for i, hole := range []string{"CODE0", "CODE1", "CODE2"} {
		path = strings.Replace(path, hole, h.code(t, i), 1)
	}
	if strings.Contains(path, "OLD") {
		h.at = h.at.Add(-time.Minute)
		path = strings.Replace(path, "OLD", h.code(t, 1), 1)
		h.at = h.at.Add(time.Minute)
	}
	h.who = s.who
	for _, width := range []int64{390, 1440} {
		height := int64(844)
		if width == 1440 {
			height = 900
		}
		err := chromedp.Do(tab, chromedp.EmulateViewport(width, height), chromedp.Navigate(url+path), chromedp.Sleep(300*time.Millisecond))
		if err == nil && s.click != "" && (width == 390 || s.click[0] == '.' && s.click != ".here-b") {
			err = chromedp.Do(tab, chromedp.Click(s.click), chromedp.Sleep(400*time.Millisecond))
		}
		var png []byte
		if err == nil {
			png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, s.name+"-"+map[int64]string{390: "390", 1440: "1440"}[width]+".png"), png, 0o600)
		}
		if err != nil {
			t.Error(s.name, err)
		}
	}
}
