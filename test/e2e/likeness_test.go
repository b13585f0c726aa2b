package e2e

import (
	"strings"
	"testing"

	"quantriet/internal/base/access"
)

// likeness is what essays share: a leader sees passages, families and the paper, and no name; an officer
// decides once for a passage, takes it back, lifts the veil for a reason, and the paper names.
func likeness(t *testing.T, h *house) {
	t.Helper()
	if _, err := h.app.Likeness.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	home := "/campaigns/" + h.key(`select cast(campaign as text) from essay_task where kind = 'essay'`) + "/likeness"
	both := func(name string) { // the crawl asks axe at 390
		h.axe().shot(name).size(390, 844).fits(name).shot(name+"-phone").size(1440, 900)
	}
	h.size(1440, 900).as(access.Leader, "").visit(home+"/shared").sees("bài có đoạn này", "âm tiết").lacks("Cần trao đổi, đánh dấu các bài")
	h.visit(home+"/families").sees("bài gần như nhau", "Theo đơn vị", "Theo ngày nộp").press("Mở từng bài").click(`main details[open] a`)
	essay := h.eval(`location.pathname`)
	h.sees("âm tiết tự viết giống", "Xem tên cần quyền riêng", "cứ ba chữ thay một").lacks("Xem tên người viết").nameless()
	h.press("Phiếu đối chiếu").sees("Tham số", "So với", "Phiên bản cách so", "người viết được ẩn danh", "viết hộ").nameless()
	if code := h.post(essay+"/name", "why=xem"); code != "403" {
		t.Errorf("a leader lifts the veil: %s", code)
	}
	if code := h.post(strings.Replace(essay, "/essays/", "/api/v1/essays/", 1)+"/name", `{"why":"xem"}`); code != "403" {
		t.Errorf("a leader lifts the veil by the API: %s", code)
	}

	h.as(access.Officer, "").visit(home).sees("Bài đã đối chiếu", "Gần như giống hệt")
	both("likeness-list")
	h.visit(home + "/families")
	both("likeness-families")
	h.visit(home+"/shared").sees("bài có đoạn này", "Câu chữ chung")
	both("likeness-shared")
	open := h.eval(`String(document.querySelectorAll("main ol > li").length)`)
	h.press("Câu chữ chung").click(`main details.ask[open] button`).sees("Đã đưa vào văn bản được trích", "Đã quyết định")
	if now := h.eval(`String(document.querySelectorAll("main ol > li").length)`); now == open {
		t.Errorf("%s passages wait after one was decided, %s before", now, open)
	}
	h.press("Hoàn tác").sees("Đã hoàn tác quyết định")
	if _, err := h.app.Likeness.Work(t.Context()); err != nil {
		t.Fatal(err)
	}

	h.visit(essay).sees("âm tiết tự viết giống", "giống hệt").nameless()
	both("likeness-pair")
	h.press("Xem tên người viết").fill("why", "Trao đổi với người viết.").click(`main details.ask[open] button`).sees("Đã mở tên người viết")
	h.press("Phiếu đối chiếu").sees("Tham số", "So với")
	if first := h.eval(`document.querySelector('.evidence dd').innerText`); !strings.Contains(first, "Đảng viên mẫu") {
		t.Errorf("the paper does not name whose veil was lifted: %s", first)
	}
	both("likeness-evidence")
	if n := h.number(`select count(*) from likeness_unveiled`); n != 1 {
		t.Errorf("%d veils were lifted", n)
	}
}

// nameless fails when the page, without its frame, names anybody.
func (h *house) nameless() *house {
	h.t.Helper()
	if text := h.eval(`document.querySelector('main').innerText`); strings.Contains(text, "Đảng viên mẫu") {
		h.t.Errorf("names somebody: %s", text)
	}
	return h
}

// post sends a form or JSON from the page as its visitor, and gives the status.
func (h *house) post(path, body string) string {
	h.t.Helper()
	kind := "application/x-www-form-urlencoded"
	if strings.HasPrefix(body, "{") {
		kind = "application/json"
	}
	return h.wait(`fetch('` + path + `', {method: 'POST', redirect: 'manual', headers: {'Content-Type': '` + kind + `'}, body: '` + body + `'}).then(r => String(r.status))`)
}
