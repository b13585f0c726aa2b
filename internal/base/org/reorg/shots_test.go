package reorg_test

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
	"quantriet/internal/base/org/area"
	"quantriet/internal/base/org/level"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// TestShots writes pictures into the folder REORG_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("REORG_SHOTS")
	if dir == "" {
		t.Skip("set REORG_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := newWorld(t, dbtest.One(t), "2025-07-02")
	province(w)
	w.actor(access.UnitOfficer, w.by["H3"])
	w.actor(access.Secretary, w.by["X7.1"])
	e := sorting(w)
	e.Title, e.Basis = "Sắp xếp đảng bộ cấp xã, kết thúc cấp huyện năm 2025", "Nghị quyết số 60-NQ/TW ngày 12/4/2025 (bản mẫu)"
	done, err := w.carry(e)
	wants(t, "carried", err, ok, "")
	draft := w.event("T", "2025-07-02",
		plan.Step{ID: id.New(), Kind: plan.Merge, Units: w.ids("X1.0 X1.1 X39.0"), New: w.fresh("N1", "cell", "P1")},
		plan.Step{ID: id.New(), Kind: plan.Move, Units: w.ids("X2.0"), Into: w.by["P3"]},
		plan.Step{ID: id.New(), Kind: plan.Rename, Units: w.ids("P5"), New: &plan.Fresh{Name: "Đảng bộ phường mẫu 5"}},
		plan.Step{ID: id.New(), Kind: plan.Split, Units: w.ids("X4.0"), New: w.fresh("N2", "cell", ""), Who: plan.Rule{BornTo: "1960"}})
	w.actor(access.UnitOfficer, w.by["P2"])
	_, err = w.Prepare(ctx, w.one, draft)
	wants(t, "draft", err, ok, "")
	sent := draft
	sent.ID, sent.Title = id.New(), "Sắp xếp chi bộ quý III"
	_, err = w.Prepare(ctx, w.one, sent)
	wants(t, "sent", err, ok, "")
	_, err = w.Submit(ctx, w.one, sent.ID)
	wants(t, "sent", err, ok, "")
	var who access.Actor
	levels, areas := &level.Service{DB: w.DB, Now: w.Now}, &area.Service{DB: w.DB, Now: w.Now}
	site := &web.Site{Now: w.Now, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Đảng bộ tỉnh mẫu", true },
		Nav: []web.Nav{{Key: "org.units", Href: "/units", Icon: "tree", Need: access.UnitRead}}}
	srv := httptest.NewServer(site.Handler(slices.Concat(w.Routes(), w.units.Routes(), levels.Routes(), areas.Routes()), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	at := "/reorganisations/" + draft.ID.String()
	for _, s := range []struct {
		name, path string
		who        access.Actor
	}{
		{"list", "/reorganisations", w.one}, {"new", "/reorganisations/new", w.one}, {"draft", at, w.one}, {"step", at + "/step?kind=split", w.one},
		{"confirm", "/reorganisations/" + sent.ID.String(), w.two}, {"province", "/reorganisations/" + done.ID.String(), w.two},
		{"unit", "/units/" + w.by["P7"].String(), w.one},
		{"move", "/units/" + w.by["P7"].String() + "/move", w.one}, {"old", "/units/" + w.by["X7"].String(), w.one}, {"levels", "/levels", w.one}, {"area", "/units/" + w.by["P7"].String() + "/area", w.one},
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
