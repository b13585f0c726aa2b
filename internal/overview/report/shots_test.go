package report

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"

	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"

	"net/http"

	"quantriet/internal/base/access"
)

// TestShots writes pictures into the folder REPORT_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("REPORT_SHOTS")
	if dir == "" {
		t.Skip("set REPORT_SHOTS to a folder to get pictures")
	}
	exe, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	w := seed(t, dbtest.One(t))
	w.story(t)
	var who access.Actor
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil },
		Name: func(*http.Request) (string, bool) { return "Đảng bộ thành phố mẫu", true }}
	srv := httptest.NewServer(site.Handler(w.Routes(), ui.Static()))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	for _, s := range []struct {
		name, path string
		who        access.Actor
	}{
		{"list", "/reports", w.eastern},
		{"show", to(round, east), w.eastern},
		{"edit", to(round, east) + "?edit=studied", w.eastern},
		{"decide", to(round, west) + "?note=studied", w.officer},
		{"returned", to(round, base1), officerOf(base1)},
		{"closed", to(round, base2), officerOf(base2)},
		{"reopen", to(round, base2), w.eastern},
		{"why", to(round, east) + "/why?figure=rate_obliged", w.eastern},
		{"meetings", to(round, east) + "/why?figure=meetings", w.eastern},
	} {
		for _, width := range []int64{1440, 390} {
			who = s.who
			var png []byte
			err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+s.path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(ctx, chromedp.FullScreenshot(100))
			}
			if err != nil {
				t.Fatal(err)
			}
			name := s.name + map[int64]string{1440: "", 390: "-phone"}[width] + ".png"
			if err := os.WriteFile(filepath.Join(dir, name), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// story is a report in the middle of being written, and one that waits for a decision.
func (w *world) story(t testing.TB) {
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []Figure{set("sites_main", 1), set("sites_grassroots", 100), set("sites_cell", 573), set("sites_total", 675),
		{Code: "outreach_reach", Value: 1861, Marker: "hơn"}, set("essays_due", 9)} {
		ok(w.SetFigure(ctx, w.eastern, round, east, f))
	}
	ok(w.Declare(ctx, w.eastern, round, east, Figure{Code: "studied", Document: paper1, Value: 8, Marker: "gần", Reason: "Một đồng chí ký sổ giấy ở xã Hai, đã có biên bản ngày 17/07, chưa nhập."}))
	ok(w.SetTexts(ctx, w.eastern, round, east, map[string]string{
		"leading":      "Ban Thường vụ Huyện ủy ban hành kế hoạch ngày 02/7/2018, phân công cấp ủy viên dự, theo dõi các tổ chức cơ sở đảng.",
		"shortcomings": "Còn một chi bộ chưa có danh sách điểm danh."}))
	ok(w.SetHead(ctx, w.eastern, round, east, Head{Number: "127", IssuedOn: "2018-07-18", Authority: "T/M BAN THƯỜNG VỤ", Position: "PHÓ BÍ THƯ",
		Signer: "Đảng viên mẫu 002", Recipients: "Thường trực Thành ủy (để báo cáo)\nLưu Văn phòng Huyện ủy"}))
	w.heads(t, 1861, "hơn")
	ok(w.SetFigure(ctx, w.eastern, round, east, Figure{Code: w.order(t, w.officer, city, "Buổi đối thoại với Nhân dân", true).Code(), Value: 12, Marker: "hơn", Reason: "Biên bản của hai xã"}))
	w.order(t, w.eastern, east, "Lớp mở ở thôn", false)
	ok(w.SetFigure(ctx, w.western, round, west, Figure{Code: "programmes", Value: 2, Reason: "Chương trình 12-CTr/HU, 13-CTr/HU"}))
	ok(w.Send(ctx, w.western, round, west, "", Any))
	ok(w.Remark(ctx, w.officer, round, west, Remark{Figure: "absent", Document: paper1, Body: "Xin ghi lý do của 135 đồng chí vắng."}, Any))
	one, two := officerOf(base1), officerOf(base2)
	ok(w.SetTexts(ctx, one, round, base1, map[string]string{"causes": "Mưa lớn."}))
	ok(w.Send(ctx, one, round, base1, "", Any))
	ok(w.Return(ctx, w.eastern, round, base1, "Xin xem lại hai chỗ dưới đây.", Any, Remark{Figure: "absent", Document: paper1, Body: "Một đồng chí chưa rõ lý do."}, Remark{Section: "causes", Body: "Nói rõ ngày nào, chi bộ nào."}))
	ok(w.SetTexts(ctx, one, round, base1, map[string]string{"causes": "Mưa lớn ngày 12/7 ở hai chi bộ."}))
	w.ex(t, `update attendance_tally set studied = 5, in_person = 5, e4 = 2 where lo = 3 and kind = 'member' and document = $1`, paper1)
	ok(w.Send(ctx, two, round, base2, "", Any))
	ok(w.Accept(ctx, w.eastern, round, base2, Any))
	ok(w.RequestReopen(ctx, two, round, base2, "Tìm thấy sổ điểm danh của chi bộ 4."))
	ok(w.Reopen(ctx, w.eastern, round, base2, true, ""))
	w.ex(t, `update attendance_tally set studied = 4, in_person = 4, e3 = 2 where lo = 4 and kind = 'member' and document = $1`, paper1)
	ok(w.Send(ctx, two, round, base2, "", Any))
	ok(w.Accept(ctx, w.eastern, round, base2, Any))
	ok(w.RequestReopen(ctx, two, round, base2, "Nhập nhầm một đồng chí."))
	w.Questions = func(context.Context, db.Tx, id.ID, id.ID) ([]Question, error) {
		return []Question{{Code: "full", Figure: "studied", Document: paper1, Key: "report.below_waiting", Args: []string{"n", "2"}, Must: true}}, nil
	}
	w.Marked = func(context.Context, db.Tx, id.ID, id.ID) ([]Mark, error) {
		return []Mark{{Figure: "studied", Document: paper1, Count: 3, Href: "/contests"}}, nil
	}
}
