package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
)

// The main job from end to end: a resolution is registered, a campaign is opened on it with
// deadlines by level, the plan is sent, a meeting is held at many sites and made up for, and a
// report travels up, comes back, goes up again and is accepted with its papers and its names.
func TestMainJob(t *testing.T) {
	h := open(t)
	j := job{house: h, city: h.unit("HP"), base: h.unit("HP-Q08-X01")}
	j.register()
	j.order()
	j.plan()
	j.meet()
	j.attend()
	j.close()
	j.report()
	j.papers()
}

// job is one resolution on its way.
type job struct {
	*house
	city, base                  string
	document, campaign, meeting string
	absent, absentName, scanned string
}

const thuyNguyen = "Thủy Nguyên"

func (j *job) register() {
	j.as(access.Officer, "").visit("/documents").press("Đăng ký văn bản")
	j.fill("number", "44-NQ/TW").fill("issued_on", "2018-07-20").fill("issuer_name", "Ban Chấp hành Trung ương")
	j.fill("title", "Nghị quyết mẫu về đổi mới công tác học tập").press("Lưu văn bản")
	j.sees("Đã lưu văn bản.", "44-NQ/TW", "Nghị quyết", "Nghị quyết mẫu về đổi mới công tác học tập").shot("job-document")
	j.document = j.last()
}

func (j *job) order() {
	j.visit("/campaigns/new?document="+j.document).fill("title", "Học tập Nghị quyết 44 (mẫu)").fill("starts_on", "2018-07-23")
	j.fill("due_district", "2018-08-10").fill("due_grassroots", "2018-07-31").fill("due_equivalent", "").fill("due_department", "")
	for _, row := range []string{"0", "1", "2", "3"} {
		j.eval(`(() => { const box = document.querySelector('input[name=take_` + row + `]'); if (box) box.checked = true; return '' })()`)
	}
	j.shot("job-campaign").press("Lưu và xem lại").sees("Xem lại trước khi mở", "44-NQ/TW", "trước 10/08/2018", "trước 31/07/2018").shot("job-review")
	j.press("Mở đợt học tập").sees("Đã mở đợt học tập.", "Học tập Nghị quyết 44 (mẫu)")
	j.campaign = j.last()
}

func (j *job) plan() {
	j.visit("/campaigns/"+j.campaign+"/plans/"+j.city).fill("number", "120-KH/TU").fill("issued_on", "2018-07-23").fill("authority", "T/M BAN THƯỜNG VỤ").fill("position", "BÍ THƯ").fill("signer", "Đảng viên mẫu (ký)")
	j.eval(`(() => { const put = (n, v) => { const e = document.querySelector('[name=' + n + ']'); if (e && !e.value) e.value = v };
		for (let i = 0; document.querySelector('[name=line_' + i + '_audience]'); i++) if (document.querySelector('[name=line_' + i + '_audience]').value) {
			put('line_' + i + '_place', 'Hội trường thành phố'); put('line_' + i + '_speaker', 'Báo cáo viên mẫu 01') }
		for (let i = 0; i < 2; i++) { put('assignment_' + i + '_name', 'Đồng chí mẫu 0' + (i + 1)); put('assignment_' + i + '_position', 'Bí thư'); put('assignment_' + i + '_work', 'Chỉ đạo chung') }
		for (let i = 2; document.querySelector('[name=assignment_' + i + '_name]'); i++) if (document.querySelector('[name=assignment_' + i + '_work]').value) put('assignment_' + i + '_name', 'Đồng chí mẫu 0' + (i + 1));
		return '' })()`)
	j.press("Lưu").sees("Đã lưu kế hoạch.", "Đủ các phần, đủ đối tượng, đúng hạn.").shot("job-plan")
	j.press("Lưu và gửi lên cấp trên").sees("Đã gửi kế hoạch lên cấp trên.", "120-KH/TU")
	j.answers("/campaigns/"+j.campaign+"/plans/"+j.city+"/plan.docx", "wordprocessingml")
}

func (j *job) meet() {
	j.visit("/meetings/new?campaign="+j.campaign).fill("title", "Hội nghị học tập Nghị quyết 44").fill("starts", "2018-07-23T08:00").fill("ends", "2018-07-23T11:00")
	j.fill("place", "Trung tâm Hội nghị thành phố").fill("monitor", "Đồng chí giám sát mẫu").fill("mode", "hybrid").press("Lưu").sees("Đã lập hội nghị.", "Đang diễn ra", "1 điểm cầu")
	j.meeting = j.last()
	j.press("Thêm điểm cầu cho mọi đơn vị trực thuộc").sees("37 điểm cầu", thuyNguyen, "Quân sự", "36 điểm cầu chưa có người phụ trách kỹ thuật.")
	j.fill("item_title", "Nội dung cơ bản của Nghị quyết").fill("item_speaker", "Báo cáo viên mẫu 01").fill("item_minutes_0", "90")
	j.click(`form[action$="/agenda"] button`).sees("Đã lưu.", "Nội dung cơ bản của Nghị quyết").shot("job-meeting")
	j.answers("/meetings.ics", "text/calendar")
}

// attend has the secretary call the roll of one cell, and a station of the district scan a
// code and count the masses.
func (j *job) attend() {
	j.as(access.Secretary, "").visit("/meetings/" + j.meeting + "/roll").sees("Có mặt tất cả, trừ…")
	j.absent = j.eval(`document.querySelector('input[name=absent]').value`)
	j.absentName = j.eval(`document.querySelector('input[name=absent]').closest('li').querySelector('.nm-p').innerText.trim()`)
	j.away(j.absent, "work").shot("job-roll").press("Xong điểm danh").sees("Đã lưu điểm danh.", j.absentName, "Vắng có lý do")

	code := j.code(` join org_unit u on u.id = p.unit where p.campaign = $1 and u.code = 'HP-Q08-X01-C02' and not p.exempt order by p.name_key limit 1`, j.id(j.campaign))
	j.scanned = j.named(code, j.id(j.campaign))
	j.as(access.UnitOfficer, thuyNguyen).visit("/meetings/"+j.meeting+"/sites/"+j.site("HP-Q08")+"/station").fill("code", strings.ToLower(code)).press("Ghi").sees(j.scanned, "E2")
	j.press("Đếm đầu người (quần chúng, khách)").fill("amount", "40").press("Lưu").sees("Đã lưu số đếm.").shot("job-station")
}

// site is the address of the meeting's site at a unit.
func (j *job) site(code string) string {
	j.t.Helper()
	return j.key(`select cast(s.id as text) from meeting_site s join org_unit u on u.id = s.unit where s.meeting = $1 and u.code = $2`, j.id(j.meeting), code)
}

func (j *job) close() {
	j.as(access.Officer, "").visit("/meetings/"+j.meeting).fill("minutes", "Hội nghị bảo đảm nội dung, thời gian.").fill("discussion_minutes", "30").fill("speeches", "5")
	j.press("Ghi nhận đã tổ chức").sees("Đã ghi nhận hội nghị.", "Đã tổ chức", "40")
	j.press("Lập buổi học bù").set("#mu-starts", "2018-07-23T09:15").set("#mu-ends", "2018-07-23T10:30").click(`form[action$="/make-up"] button`)
	j.sees("Đã lập hội nghị.", "Học bù cho").shot("job-make-up")
	second := j.last()
	j.as(access.Secretary, "").visit("/meetings/"+second+"/roll").sees(j.absentName).press("Xong điểm danh").sees("Đã lưu điểm danh.", "Có mặt")
}

func (j *job) report() {
	at := "/campaigns/" + j.campaign + "/reports/" + j.base
	j.as(access.UnitOfficer, "xã mẫu").visit(at).sees("Chưa lập")
	for _, f := range [][2]string{{"sites_main", "1"}, {"sites_grassroots", "2"}, {"sites_cell", "4"}, {"sites_total", "8"}} {
		j.visit(at+"?edit="+f[0]).fill("value", f[1]).fill("reason", "Biên bản mẫu").press("Lưu số liệu").sees("Đã lưu số liệu.")
	}
	j.sees("Đang soạn", "Chưa gửi được: còn 1 câu hỏi.").shot("job-question").press("Dùng 7").sees("Đã lưu câu trả lời.").lacks("Chưa gửi được")
	j.fill("leading", "Đảng ủy đã ban hành kế hoạch và phân công cấp ủy viên.").press("Lưu phần lời").sees("Đã lưu.")
	j.click(`form[action$="/send"] button`).sees("Đã gửi báo cáo.")

	j.as(access.UnitOfficer, thuyNguyen).visit(at).fill("remark", "Đề nghị ghi rõ bài học.").press("Trả lại đơn vị").sees("Đã trả lại báo cáo.")
	j.as(access.UnitOfficer, "xã mẫu").visit(at).sees("Cấp trên trả lại: Đề nghị ghi rõ bài học.")
	j.fill("lessons", "Chuẩn bị tài liệu sớm.").press("Lưu phần lời").click(`form[action$="/send"] button`).sees("Đã gửi báo cáo.")
	j.as(access.UnitOfficer, thuyNguyen).visit(at).press("Duyệt báo cáo").sees("Đã duyệt báo cáo.", "Đã duyệt").shot("job-accepted")
}

// papers opens what came of it: the official paper, the appendix, and the names behind a figure.
func (j *job) papers() {
	at := "/campaigns/" + j.campaign + "/reports/" + j.base
	j.answers(at+"/report.docx", "wordprocessingml")
	j.answers(at+"/appendix.xlsx", "spreadsheetml")
	j.answers(at+"/appendix.csv", "text/csv")
	j.click(`main a[href*="figure=studied"]`).sees("Từng người", j.absentName, j.scanned, "Học bù: Hội nghị học tập Nghị quyết 44").shot("job-why")
}

// answers fails unless an address gives a file of a kind.
func (h *house) answers(path, kind string) {
	h.t.Helper()
	got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](fmt.Sprintf(`fetch(%q).then(r => r.status + ' ' + r.headers.get('content-type'))`, path), chromedp.EvalAwaitPromise))
	if err != nil || !strings.HasPrefix(got, "200 ") || !strings.Contains(got, kind) {
		h.t.Errorf("%s answers %s, want %s %v", path, got, kind, err)
	}
}
