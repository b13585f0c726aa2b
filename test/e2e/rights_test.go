package e2e

import (
	"testing"

	"quantriet/internal/base/access"
)

// Who may do what, who looked, and what a member may ask: the steward gives a post, an
// officer passes a part of the own right on and reads a record, the member sees it and sends a
// request in three taps, the officer answers, the auditor sees that it happened and no more.
func TestRightsAndLooks(t *testing.T) {
	h := open(t)
	cell := h.unit("HP-Q08-X01-C01")
	both := func(name string) {
		h.axe().shot(name+"-1440").size(390, 844).axe().shot(name+"-390").size(1440, 900)
	}
	h.size(1440, 900).as(access.Steward, "").visit("/units/" + cell).sees("Ai được làm gì ở đây")
	h.visit("/units/"+cell+"/rights").sees("Ai được làm gì", "Cán bộ đơn vị")
	h.click(`details summary.b`).fill("title", "Bí thư chi bộ").fill("role", "secretary").press("Thêm chức vụ").sees("Đã thêm chức vụ", "chưa có người giữ")
	h.fill("to_whom", "mau-dangvien").fill("from", "2018-01-01").press("Bổ nhiệm, giao phụ trách").sees("Đã ghi người giữ chức vụ", "giữ chức vụ Bí thư chi bộ")
	both("rights-unit")
	account := h.key(`select cast(id as text) from account where login = 'mau-xa'`)
	h.visit("/accounts/"+account).sees("được duyệt báo cáo, sửa báo cáo", "của 5 đơn vị")
	both("rights-account")
	h.visit("/accounts/"+account+"/grants/new").fill("role", "auditor").fill("unit", "HP").fill("from", "2018-01-01").press("Giao quyền").
		sees("Một người không thể vừa xem nhật ký, vừa có vai trò xem được đảng viên khác")
	both("rights-apart")
	h.visit("/rights").sees("Không có quyền nào cần xác nhận")

	member := h.key(`select cast(person as text) from account where login = 'mau-dangvien'`)
	h.as(access.UnitOfficer, "xã mẫu").visit("/me/rights").sees("Ủy quyền").press("Ủy quyền")
	h.fill("to_whom", "mau-dangvien").fill("role", "usher").fill("to", "2018-12-31").press("Ủy quyền").sees("Đã ủy quyền")
	both("rights-mine")
	h.visit("/people/" + member).sees("Đảng viên mẫu").visit("/people?unit=" + cell).sees("Đảng viên mẫu")

	h.as(access.Member, "").visit("/me").sees("Ai đã xem hồ sơ của tôi").visit("/me/looks").sees("Mở hồ sơ để làm công tác đảng viên", "Xem danh sách đảng viên của Chi bộ mẫu 01")
	both("rights-looks")
	h.visit("/me/privacy").sees("Sửa điều chưa đúng")
	both("rights-privacy")
	h.visit("/me/privacy/new?kind=correct").fill("body", "Ngày vào Đảng đúng là 19/05/2005.").press("Gửi yêu cầu").sees("Đã gửi yêu cầu", "chờ trả lời")
	h.visit("/me/privacy/new?kind=delete").sees("Những gì không xóa, và vì sao").axe()
	h.visit("/me/data").sees("Hồ sơ", "Nơi sinh hoạt", "Học tập đã ghi nhận")
	both("rights-data")

	h.as(access.UnitOfficer, "xã mẫu").visit("/privacy").sees("Sửa dữ liệu")
	both("rights-cases")
	h.click(`main th a`).sees("Ngày vào Đảng đúng là").fill("answer", "Đã sửa theo hồ sơ gốc.")
	both("rights-case")
	h.press("Gửi câu trả lời").sees("Đã trả lời")
	h.as(access.Member, "").visit("/me/privacy").sees("đã đáp ứng")

	h.as(access.Auditor, "").visit("/audit").sees("Nội dung thay đổi không hiện").lacks("Bí thư chi bộ")
	both("rights-audit")
	h.visit("/audit/looks").sees("Mở hồ sơ để làm công tác đảng viên: một người của")
	both("rights-audit-looks")
	h.as(access.Operator, "").visit("/").sees("Thiết lập").visit("/people").lacks("Đảng viên mẫu")
}
