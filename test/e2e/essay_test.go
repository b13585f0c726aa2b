package e2e

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/work/essay"
)

const written = "Học xong nghị quyết, tôi nghĩ nhiều đến việc mình nhận mà chưa làm tới nơi, nhất là chuyện ghi sổ và hẹn gặp bà con. "

// twoDevices writes without network, opens the page again from nothing, writes on, and elsewhere
// meanwhile: both texts are kept.
func twoDevices(h *house, net *line, task string) {
	h.t.Helper()
	page, offline := "/me/essays/"+task, "Viết trên tàu, lúc mất mạng."
	h.settle(ready)
	net.cut.Store(true)
	h.set(`#a-1`, "Viết trên tàu.").sees("Chưa có mạng: bài được giữ trên máy này").keeps("Viết trên tàu.")
	h.cold().visit(page).sees("Đang mở khi không có mạng", "Nộp bài").axe().shot("essay-offline")
	if got := h.eval(`document.querySelector('#a-1').value`); got != "Viết trên tàu." {
		h.t.Errorf("opened without network: %q", got)
	}
	h.set(`#a-1`, offline).keeps(offline)
	h.press("Nộp bài").sees("Chưa có mạng nên chưa nộp được")
	h.cold().visit("/me/essays").sees("những bài giữ trên máy này").axe().shot("essay-offline-list").press("Bài thu hoạch").sees("Đang mở khi không có mạng")
	if got := h.eval(`document.querySelector('#a-1').value`); got != offline {
		h.t.Errorf("opened a second time: %q", got)
	}
	who := access.Actor{Person: h.id(h.key(`select cast(e.person as text) from essay e join essay_task k on k.id = e.task where k.kind = 'essay' and e.state = 'writing'`))}
	ctx := h.t.Context()
	d, err := h.app.Essay.Desk(ctx, who, h.id(task))
	if err == nil {
		_, err = h.app.Essay.Save(ctx, who, d.Task.ID, d.Essay.ID, essay.Save{Base: d.Draft.Serial, Tab: "máy ở cơ quan", Step: 1, Answers: []string{d.Draft.Answers[0], "Viết trên máy ở cơ quan.", ""}})
	}
	if err != nil {
		h.t.Fatal(err)
	}
	net.cut.Store(false)
	h.eval(`dispatchEvent(new Event('online')), ''`)
	h.settle(`!document.querySelector('[data-off]')`) // the page itself took over
	h.sees("Bản ở máy khác", "Viết trên máy ở cơ quan.").axe().shot("essay-two").press("Giữ cả hai").sees("Đã lưu lúc")
	if d, err = h.app.Essay.Desk(ctx, who, d.Task.ID); err != nil || d.Draft.Answers[1] != offline+"\n\nViết trên máy ở cơ quan." {
		h.t.Errorf("kept: %q %v", d.Draft.Answers, err)
	}
}

// nobodys is a device that another person, or nobody, is signed in on: it keeps nothing of the writer.
func nobodys(h *house, net *line, task string) {
	h.t.Helper()
	page, left := "/me/essays/"+task, `Promise.all(['keys', 'pages', 'texts'].map(essays.names)).then(n => n.map(x => x.length).join(' '))`
	h.visit(page).settle(ready)
	if got := h.wait(left); got != "1 1 0" {
		h.t.Errorf("the device keeps %s keys, pages, texts", got)
	}
	h.as(access.Secretary, "").visit("/").settle(`localStorage.getItem('essay.kept') === '1' && !!window.essays`)
	h.do(chromedp.Sleep(100 * time.Millisecond))
	if got := h.wait(left); got != "0 0 0" {
		h.t.Errorf("of who was there before, the device keeps %s keys, pages, texts", got)
	}
	h.as(access.Member, "").visit(page).settle(ready)
	overdue(h, net, page)
	net.cut.Store(true)
	h.set(`#a-1`, "Chưa kịp gửi thì hết phiên.").keeps("Chưa kịp gửi thì hết phiên.").cold()
	net.cut.Store(false)
	h.forget() // the session is over
	h.visit(page).settle(`location.pathname === '/sign-in' && !!window.essays`)
	h.wait(`(async () => { while (await essays.owner()) await new Promise(done => setTimeout(done, 20)); return '' })()`)
	net.cut.Store(true)
	h.visit(page).sees("được khóa lại").axe()
	net.cut.Store(false)
	h.as(access.Member, "").visit(page).sees("Đã lưu lúc").settle(ready)
	if got := h.eval(`document.querySelector('#a-1').value`); got != "Chưa kịp gửi thì hết phiên." {
		h.t.Errorf("locked and opened again: %q", got)
	}
	h.set(`#a-2`, "Ý cuối, trước khi rời máy.").eval(`document.querySelector('form[action="/sign-out"]').requestSubmit(), ''`)
	h.settle(`location.pathname.startsWith('/sign-in')`)
	if n := h.number(`select count(*) from essay_answer where text = 'Ý cuối, trước khi rời máy.'`); n != 1 {
		h.t.Error("signing out did not send what was not sent")
	}
	net.cut.Store(true)
	h.visit(page).sees("chưa giữ bài nào").lacks("Viết trên tàu").axe()
	if got := h.wait(left); got != "0 0 0" {
		h.t.Errorf("after signing out the device keeps %s keys, pages, texts", got)
	}
	net.cut.Store(false)
}

// ended is a device without network whose session is ended elsewhere meanwhile: from the first word of
// the server on nothing of it opens, neither text nor code, and what was typed waits, sealed, for its writer.
func ended(h *house, net *line, page string) {
	h.t.Helper()
	const nobody = `(async () => { while (await essays.owner() || await caches.has('code')) await new Promise(done => setTimeout(done, 20)); return '' })()`
	begin := func() {
		h.as(access.Member, "").visit("/me/code").sees("Máy này giữ mã 2 ngày")
		h.visit(page).settle(ready)
		net.cut.Store(true)
	}
	locked := func(text string) {
		h.t.Helper()
		net.cut.Store(true)
		h.visit(page).sees("được khóa lại").lacks(text).cold().visit("/me/essays").sees("được khóa lại").lacks("Thu hoạch")
		net.cut.Store(false)
	}
	begin()
	first, second := "Viết khi phiên đã bị thu hồi.", "Trang đang mở khi phiên bị thu hồi."
	h.cold().visit(page).sees("Đang mở khi không có mạng").set(`#a-1`, first).keeps(first)
	h.do(chromedp.Sleep(3100 * time.Millisecond)) // the page does not give way to the server under somebody's hands
	h.elsewhere()                                 // before the network is there again: what was typed is not to slip through
	net.cut.Store(false)
	h.eval(`dispatchEvent(new Event('online')), ''`)
	h.settle(`location.pathname === '/sign-in' && !!window.essays`)
	h.wait(nobody)
	locked(first)

	begin() // an open page, which learns it when it saves
	if got := h.eval(`document.querySelector('#a-1').value`); got != first {
		h.t.Errorf("locked and opened again: %q", got)
	}
	h.set(`#a-1`, second).keeps(second)
	h.elsewhere()
	net.cut.Store(false)
	h.eval(`dispatchEvent(new Event('online')), ''`)
	h.wait(nobody)
	locked(second)
	h.as(access.Member, "").visit(page).sees("Đã lưu lúc").settle(ready)
	if got := h.eval(`document.querySelector('#a-1').value`); got != second {
		h.t.Errorf("of the open page is kept: %q", got)
	}
}

// overdue is a device without network when the time of the session is over: an open page closes, and
// nothing opens, the clock set back or not, before its writer is there again.
func overdue(h *house, net *line, page string) {
	h.t.Helper()
	net.cut.Store(true)
	h.cold().visit(page).sees("Đang mở khi không có mạng")
	h.set(`#a-1`, "Viết đến khi hết giờ.").keeps("Viết đến khi hết giờ.")
	if got := h.wait(`(async () => { const f = document.querySelector('form[data-essay]').dataset; return String('left' in f || 'lock' in f) })()`); got != "false" {
		h.t.Error("the page that is kept holds a key")
	}
	h.eval(`Date.now = (now => () => now + 8 * 864e5)(Date.now()), document.dispatchEvent(new Event('visibilitychange')), ''`)
	h.settle(`!!document.querySelector('[data-off-note=locked]')?.offsetParent`)
	h.sees("được khóa lại", "không mất").lacks("Viết đến khi hết giờ").axe().shot("essay-locked")
	h.cold().visit(page).sees("được khóa lại").cold().visit("/me/essays").sees("được khóa lại").lacks("Thu hoạch")
	net.cut.Store(false)
	h.visit(page).sees("Đã lưu lúc").settle(ready)
	if got := h.eval(`document.querySelector('#a-1').value`); got != "Viết đến khi hết giờ." {
		h.t.Errorf("after the time was over: %q", got)
	}
}

// ready is when the writing page can be opened without network.
const ready = `document.querySelector('form[data-essay]')?.dataset.ready === '1'`

// keeps waits until the device has written a text of the second answer down.
func (h *house) keeps(text string) *house {
	h.t.Helper()
	h.wait(`new Promise(done => { const f = document.querySelector('form[data-essay]').dataset, look = () => essays.get('texts', f.owner, f.essay).then(d => d && d.answers[1] === '` + text + `' ? done('') : setTimeout(look, 20)); look() })`)
	return h
}

// A member writes on a phone, also while the network is away, hands in and keeps the receipt; the
// secretary marks by keys alone, without knowing whose it is.
func TestEssay(t *testing.T) {
	h := open(t)
	net := &line{next: h.app.Handler()}
	srv := httptest.NewServer(net)
	t.Cleanup(srv.Close)
	h.base = srv.URL
	task := h.key(`select cast(id as text) from essay_task where kind = 'essay'`)
	h.as(access.Member, "").size(390, 844).visit("/me/essays").sees("Bài thu hoạch Nghị quyết Trung ương 7").axe().shot("essay-mine")
	h.visit("/me/essays/" + task).sees("Nộp bài").fits("/me/essays").axe()
	body := written + written + written + written + written + written
	h.eval(`(() => { window.real = window.fetch; window.fetch = () => Promise.reject(new TypeError('no network')); return '' })()`)
	h.set(`#a-0`, body).sees("Chưa có mạng: bài được giữ trên máy này")
	h.visit("/me/essays/" + task).sees("Đã lưu lúc").shot("essay-write")
	twoDevices(h, net, task)
	if n := h.row(`select cast(length(text) as text) from essay_answer a join essay e on e.id = a.essay join essay_task k on k.id = e.task where k.kind = 'essay' and e.state = 'writing'`); n < "6" {
		t.Errorf("what was written without network did not come back: %s letters", n)
	}
	h.set(`#a-2`, "Đề nghị gộp hai cuộc họp buổi sáng để cán bộ có thời gian ra thôn.").press("Nộp bài").sees("Số biên nhận", "Nộp đúng hạn").axe().shot("essay-receipt")
	h.visit("/me/essays/"+task).sees("Nộp lại bản mới").size(1440, 900).shot("essay-write-wide")
	h.size(390, 844).visit("/me/essays").press("Tình huống").sees("Ý kiến của người viết").axe().shot("essay-result")
	nobodys(h, net, task)
	ended(h, net, "/me/essays/"+task)

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
	likeness(t, h)
}
