package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
)

// Without any script people still sign in, call the roll, scan and work on a report.
func TestWithoutJavaScript(t *testing.T) {
	h := open(t)
	h.visit("/")
	if _, err := chromedp.Call(h.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if got := h.visit("/sign-in").eval(`typeof window.htmx`); got != "undefined" {
		t.Fatal("scripts run:", got)
	}
	h.as(access.Secretary, "").visit("/me").fill("password", "bốn con ngựa xanh 2018").click(`form[action="/me/password"] button.p`).sees("mật khẩu")
	h.click(`form[action="/sign-out"] button`).sees("Đăng nhập")
	h.visit("/sign-in").fill("login", "mau-bithu").fill("password", "sai mật khẩu").press("Đăng nhập").shot("plain-refused")
	h.fill("password", "bốn con ngựa xanh 2018").press("Đăng nhập").sees("Sinh hoạt chi bộ học tập nghị quyết")

	h.press("Điểm danh").absent(0, "sick").shot("plain-roll").press("Xong điểm danh").sees("Đã lưu điểm danh.", "Vắng có lý do")

	h.as(access.Usher, "").visit("/").press("Mở trạm điểm danh")
	meeting := h.eval(`location.pathname.split('/')[2]`)
	h.fill("code", h.slip(meeting, 0)).press("Ghi").sees("E2")

	h.as(access.UnitOfficer, thuyNguyen).visit("/reports").click(`main a[href*="/reports/` + h.unit("HP-Q08") + `"]`).sees("Chưa gửi được: còn 1 câu hỏi.").shot("plain-report")
	h.press("Dùng 674").sees("Đã lưu câu trả lời.")
	h.fill("lessons", "Chuẩn bị tài liệu sớm hơn.").press("Lưu phần lời").sees("Đã lưu.")
	h.click(`main a[href*="figure=studied"]`).sees("Từng người")
}
