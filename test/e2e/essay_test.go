package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/work/essay"
)

const written = "Học xong nghị quyết, tôi nghĩ nhiều đến việc mình nhận mà chưa làm tới nơi, nhất là chuyện ghi sổ và hẹn gặp bà con. "

// twoDevices writes without network here and elsewhere meanwhile: both texts are kept.
func twoDevices(h *house, task string) {
	h.t.Helper()
	h.eval(`(() => { window.fetch = () => Promise.reject(new TypeError('no network')); return '' })()`)
	h.set(`#a-1`, "Viết trên tàu, lúc mất mạng.").sees("Chưa có mạng: bài được giữ trên máy này")
	who := access.Actor{Person: h.id(h.key(`select cast(e.person as text) from essay e join essay_task k on k.id = e.task where k.kind = 'essay' and e.state = 'writing'`))}
	ctx := h.t.Context()
	d, err := h.app.Essay.Desk(ctx, who, h.id(task))
	if err == nil {
		_, err = h.app.Essay.Save(ctx, who, d.Task.ID, d.Essay.ID, essay.Save{Base: d.Draft.Serial, Tab: "máy ở cơ quan", Step: 1, Answers: []string{d.Draft.Answers[0], "Viết trên máy ở cơ quan.", ""}})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	h.visit("/me/essays/"+task).sees("Bản ở máy khác", "Viết trên máy ở cơ quan.").axe().shot("essay-two").press("Giữ cả hai").sees("Đã lưu lúc")
	if d, err = h.app.Essay.Desk(ctx, who, d.Task.ID); err != nil || d.Draft.Answers[1] != "Viết trên tàu, lúc mất mạng.\n\nViết trên máy ở cơ quan." {
		h.t.Errorf("kept: %q %v", d.Draft.Answers, err)
	}
}

// A member writes on a phone, also while the network is away, hands in and keeps the receipt; the
// secretary marks by keys alone, without knowing whose it is.
func TestEssay(t *testing.T) {
	h := open(t)
	task := h.key(`select cast(id as text) from essay_task where kind = 'essay'`)
	h.as(access.Member, "").size(390, 844).visit("/me/essays").sees("Bài thu hoạch Nghị quyết Trung ương 7").axe().shot("essay-mine")
	h.visit("/me/essays/" + task).sees("Nộp bài").fits("/me/essays").axe()
	body := written + written + written + written + written + written
	h.eval(`(() => { window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError('no network')); return '' })()`)
	h.set(`#a-0`, body).sees("Chưa có mạng: bài được giữ trên máy này")
	h.visit("/me/essays/" + task).sees("Đã lưu lúc").shot("essay-write")
	twoDevices(h, task)
	if n := h.row(`select cast(length(text) as text) from essay_answer a join essay e on e.id = a.essay join essay_task k on k.id = e.task where k.kind = 'essay' and e.state = 'writing'`); n < "6" {
		t.Errorf("what was written without network did not come back: %s letters", n)
	}
	h.set(`#a-2`, "Đề nghị gộp hai cuộc họp buổi sáng để cán bộ có thời gian ra thôn.").press("Nộp bài").sees("Số biên nhận", "Nộp đúng hạn").axe().shot("essay-receipt")
	h.visit("/me/essays/"+task).sees("Nộp lại bản mới").size(1440, 900).shot("essay-write-wide")
	h.size(390, 844).visit("/me/essays").press("Tình huống").sees("Ý kiến của người viết").axe().shot("essay-result")

	h.as(access.Secretary, "").size(1440, 900).visit("/essay-tasks/" + task + "/queue").sees("bài chờ chấm").axe().shot("essay-queue")
	h.do(chromedp.KeyEvent("j")) // from the queue to the next essay no mouse is touched
	h.settle(`location.pathname.startsWith('/essays/')`)
	h.sees("Giấu tên đến khi chấm xong").axe()
	first := h.eval(`location.pathname`)
	h.do(chromedp.KeyEvent("4"), chromedp.KeyEvent("n"), chromedp.KeyEvent("n"))
	quote := h.eval(`getSelection().toString().trim()`)
	h.do(chromedp.KeyEvent("c"), chromedp.KeyEvent("Nêu được việc cụ thể."), chromedp.KeyEvent("\r", chromedp.KeyModifiers(chromedp.ModifierCtrl)))
	h.settle(`document.querySelector('.mk-c') !== null`)
	if got := h.eval(`document.querySelector('.mk-c').firstChild.textContent.trim()`); got != quote || len(quote) < 20 {
		t.Errorf("the remark is on %q, the sentence chosen was %q", got, quote)
	}
	h.do(chromedp.KeyEvent("5"), chromedp.KeyEvent("3")) // the first score was not lost by the remark
	h.shot("essay-mark")
	h.do(chromedp.KeyEvent("\r"))
	h.settle(`location.pathname !== '` + first + `'`)
	h.sees("Đã lưu điểm.", "Giấu tên")
	second := h.eval(`location.pathname`)
	h.do(chromedp.KeyEvent("j"))
	h.settle(`location.pathname !== '` + second + `'`)
	h.do(chromedp.KeyEvent("k"))
	h.settle(`location.pathname === '` + second + `'`)
	h.visit(first).sees("Lần chấm 1", "8")
	h.size(390, 844).visit(second).axe().shot("essay-mark-phone")

	h.as(access.Officer, "").size(1440, 900).visit("/essay-tasks/" + task).sees("Tiêu chí chấm").axe().shot("essay-task")
	h.visit("/essay-tasks/"+task+"/totals").sees("Đơn vị trực thuộc", "Cộng").axe().shot("essay-totals")
	h.visit("/essay-tasks/" + task + "/contributions").sees("Ý kiến đóng góp").axe().shot("essay-contributions")
	h.visit("/essay-tasks/" + task + "/edit").axe().shot("essay-form")
	h.size(390, 844).visit("/essay-tasks/" + task + "/totals").axe().shot("essay-totals-phone")
}
