package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/app"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
)

const units = `Mã tổ chức,Tên tổ chức đảng,Cấp,Mã cấp trên,Từ ngày
PM.01,Đảng bộ cơ sở mẫu 01,Đảng bộ cơ sở,PM,2025-07-01
PM.01.1,Chi bộ mẫu 01,Chi bộ,PM.01,2025-07-01
PM.01.2,Chi bộ mẫu 02,Chi bộ,PM.01,2025-07-01
`

const people = `Số thẻ đảng,Họ và tên,Ngày sinh,Giới tính,Đối tượng,Ngày vào Đảng,Ngày chính thức,Mã chi bộ
00.000001,Đảng viên mẫu 001,07/02/1970,Nam,Chính thức,19/05/1995,19/05/1996,PM.01.1
00.000002,Đảng viên mẫu 002,02/09/1980,Nữ,Chính thức,19/05/2005,19/05/2006,PM.01.1
00.000003,Đảng viên mẫu 003,30/04/1985,Nữ,Chính thức,19/05/2010,19/05/2011,PM.01.2
00.000004,Đảng viên mẫu 004,30/04/1986,Nam,Chính thức,19/05/2010,19/05/2011,PM.01.9
`

// The first start: the link that the program prints makes the administrator, two sheets bring
// units and people, and a wrong row is shown before anything is written.
func TestFirstStart(t *testing.T) {
	h := serve(t, func(context.Context, *db.DB, string) (app.Story, error) {
		return app.Story{Now: time.Date(2026, 2, 7, 8, 0, 0, 0, clock.Zone)}, nil
	})
	h.visit("/").sees("Đăng nhập")
	link, err := h.app.Account.SetupLink(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	h.visit(link).sees("Chào mừng đến với Quán Triệt").axe().shot("start-setup")
	h.click(`input[name=start][value=sheet]`).fill("installation", "Đảng bộ phường mẫu").fill("unit", "Đảng bộ phường mẫu").fill("code", "PM").fill("level", "commune")
	h.fill("name", "Người quản trị mẫu").fill("login", "quantri").fill("password", "ngắn").press("Hoàn tất cài đặt").sees("Mật khẩu").shot("start-refused")
	h.fill("password", "bốn con ngựa xanh 2026").press("Hoàn tất cài đặt").sees("Đã cài đặt xong. Đồng chí là người thiết lập ban đầu.", "Thêm bước xác nhận thứ hai")

	h.visit("/units").sees("Thêm bước xác nhận thứ hai").axe().shot("start-second") // nothing else opens before
	h.fill("code", "000000").press("Thêm ứng dụng").sees("Mã chưa đúng").shot("start-second-refused")
	h.fill("code", h.totp()).press("Thêm ứng dụng").sees("Mã khôi phục của đồng chí").axe().shot("start-codes")
	h.press("Tôi đã cất mã, tiếp tục")

	h.visit("/import?kind=units").send("units.csv", units).sees("Không có lỗi.").press("Xem 3 dòng thêm mới").sees("Chi bộ mẫu 02").shot("start-units")
	h.press("Xác nhận nhập 3 dòng").sees("Đã nhập: thêm 3")
	h.visit("/units").sees("Đảng bộ cơ sở mẫu 01")

	h.visit("/import?kind=people").send("people.csv", people).sees("Còn 1 dòng chưa nhập được", "PM.01.9").axe().shot("start-people")
	h.press("Chỉ nhập 3 dòng đúng").sees("Đã nhập: thêm 3")
	h.visit("/people").sees("Đảng viên mẫu 001", "Đảng viên mẫu 003").lacks("Đảng viên mẫu 004")
	h.visit("/people?q=dang+vien+mau+002").sees("Đảng viên mẫu 002").lacks("Đảng viên mẫu 001")

	h.visit("/import?kind=people").send("people.csv", strings.Replace(people, "PM.01.9", "PM.01.2", 1)).press("Xác nhận nhập 1 dòng").sees("Đã nhập: thêm 1")
	h.visit("/people").sees("Đảng viên mẫu 004").shot("start-done")
	h.visit(link).sees("Liên kết cài đặt không còn dùng được")
}

// send chooses a file on the import page and has it checked.
func (h *house) send(name, body string) *house {
	h.t.Helper()
	path := filepath.Join(h.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.do(chromedp.SetUploadFiles(`input[type=file]`, []string{path}))
	return h.press("Kiểm tra thử").sees("Bước 3: xem kết quả kiểm tra thử")
}
