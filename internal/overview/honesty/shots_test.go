package honesty

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db/dbtest"
)

// TestShots writes pictures into the folder HONESTY_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("HONESTY_SHOTS")
	if dir == "" {
		t.Skip("set HONESTY_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	s := seed(t, dbtest.One(t))
	above, own := as(access.Officer, city), as(access.UnitOfficer, base(packed))
	for _, err := range []error{
		s.Mark(ctx, above, camp, base(packed), "hall", "asked", "Đề nghị đồng chí đối chiếu danh sách với số đếm tại hội trường."),
		s.Mark(ctx, above, camp, base(round1), "ends", "asked", "Số liệu ước lượng hay theo hồ sơ?"),
		s.Answer(ctx, as(access.UnitOfficer, base(round1)), camp, base(round1), "ends", "Số liệu ước lượng; đơn vị sẽ ghi rõ “gần”, “hơn”."),
		s.Mark(ctx, above, camp, base(shrunken), "shrunk", "settled", "Đảng viên đi biển theo mùa, đã xem giấy giới thiệu sinh hoạt tạm thời."),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	who := above
	srv := httptest.NewServer(house(s, func() access.Actor { return who }))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for name, as := range map[string]access.Actor{"above": above, "unit": own} {
		who = as
		for width, size := range map[int64]string{1440: "", 390: "-phone"} {
			var png []byte
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+"/campaigns/"+camp.String()+"/honesty"), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name+size+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
