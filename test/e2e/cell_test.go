package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
)

// The cell at night: the secretary calls the roll on a phone, writes the minutes and is done.
// Sending anything a second time changes nothing.
func TestCellAtNight(t *testing.T) {
	h := open(t)
	h.as(access.Secretary, "").size(390, 844).visit("/").sees("Sinh hoạt chi bộ học tập nghị quyết")
	h.press("Điểm danh").sees("Có mặt tất cả, trừ…").fits("/roll").axe().shot("cell-roll")
	roll := h.eval(`location.pathname`)
	meeting := h.eval(`location.pathname.split('/')[2]`)
	all := h.eval(`'' + document.querySelectorAll('input[name=absent]').length`)

	h.absent(1, "sick").absent(2, "none").press("Xong điểm danh").sees("Đã lưu điểm danh.", "Vắng có lý do", "Vắng không lý do").shot("cell-list")
	counted := h.told(meeting)
	t.Logf("%s people, %s", all, counted)

	h.visit(roll).press("Xong điểm danh").sees("Đã lưu điểm danh.")
	if again := h.told(meeting); again != counted {
		t.Errorf("the same roll sent twice: %s, then %s", counted, again)
	}
	h.do(chromedp.NavigateBack())
	h.settle(`true`)
	h.press("Xong điểm danh").sees("Đã lưu điểm danh.")
	if again := h.told(meeting); again != counted {
		t.Errorf("the roll of the page before sent again: %s, then %s", counted, again)
	}

	h.twice(`form[action^="/meetings/"]`, roll)
	if again := h.told(meeting); again != counted {
		t.Errorf("the roll sent twice at once: %s, then %s", counted, again)
	}

	h.later(40 * time.Minute) // the meeting begins at nine
	h.visit("/meetings/"+meeting).fits("/meetings/*").fill("minutes", "Chi bộ thảo luận ba nội dung, thống nhất việc phải làm trong quý.").fill("discussion_minutes", "40").fill("speeches", "7")
	h.press("Ghi nhận đã tổ chức").sees("Đã tổ chức", "Thảo luận 40 phút, 7 ý kiến phát biểu.").axe().shot("cell-done")
	h.do(chromedp.NavigateBack())
	h.settle(`true`)
	h.click(`form[action$="/hold"] button`).sees("Thảo luận 40 phút, 7 ý kiến phát biểu.")
	if again := h.told(meeting); again != counted {
		t.Errorf("after the minutes: %s, then %s", counted, again)
	}
	h.visit("/").sees("Đã học 16/18 người phải học").lacks("Sinh hoạt chi bộ học tập nghị quyết").shot("cell-home")
}

// absent ticks the nth person of a roll call as absent for a reason.
func (h *house) absent(n int, reason string) *house {
	h.t.Helper()
	return h.away(h.eval(fmt.Sprintf(`document.querySelectorAll('input[name=absent]')[%d].value`, n)), reason)
}

// away ticks a person of a roll call as absent for a reason.
func (h *house) away(person, reason string) *house {
	h.t.Helper()
	return h.click(`input[name=absent][value="` + person + `"]`).click(`input[name="why_` + person + `"][value=` + reason + `]`)
}

// twice sends the form of a page two times at the same moment, as two taps do.
func (h *house) twice(form, page string) {
	h.t.Helper()
	h.visit(page)
	got, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](fmt.Sprintf(`(() => { const f = document.querySelector(%q + '[method=post]'), body = new URLSearchParams(new FormData(f));
		return Promise.all([1, 2].map(() => fetch(f.action, {method: 'POST', body}).then(r => r.status))).then(s => s.join(' ')) })()`, form), chromedp.EvalAwaitPromise))
	if err != nil || got != "200 200" {
		h.t.Errorf("%s sent twice answers %s %v", page, got, err)
	}
}

// told is what the database keeps of a meeting.
func (h *house) told(meeting string) string {
	h.t.Helper()
	return h.row(`select (select count(*) from attendance_record where meeting = $1 and void_at is null) || ' here, ' ||
		(select count(*) from attendance_record where meeting = $1 and void_at is not null) || ' void, ' || (select count(*) from attendance_absence where meeting = $1) || ' absent'`, h.id(meeting))
}
