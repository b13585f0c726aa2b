package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
)

// line is a network that can be cut.
type line struct {
	next http.Handler
	cut  atomic.Bool
	busy atomic.Bool // the server answers, and takes nobody in
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if l.cut.Load() {
		panic(http.ErrAbortHandler)
	}
	if l.busy.Load() {
		http.Error(w, "busy", http.StatusTooManyRequests)
		return
	}
	l.next.ServeHTTP(w, r)
}

// The hall at 07:25 without a network: a phone is prepared, started cold, works, and brings
// everything once when the network is back.
func TestStation(t *testing.T) {
	h := open(t)
	net := &line{next: h.app.Handler()}
	srv := httptest.NewServer(net)
	t.Cleanup(srv.Close)
	h.base = srv.URL

	h.as(access.Usher, "").size(390, 844).visit("/").press("Mở trạm điểm danh").sees("Dùng máy này làm trạm").fits("prepare").axe().shot("station-1-prepare")
	meeting, site := strings.Split(h.eval(`location.pathname`), "/")[2], strings.Split(h.eval(`location.pathname`), "/")[4]
	before := h.present(meeting)
	h.prepare("Trạm 2").sees("Trạm 2", "Đã đồng bộ · 0 lượt chờ").fits("station").axe().shot("station-2-online")
	station := h.eval(`location.hash.slice(1)`)

	net.cut.Store(true)
	h.cold().visit("/station").sees("Các trạm trên máy này", "Trạm 2").fits("home").axe().shot("station-3-home-offline")
	h.visit("/station#" + station).sees("Không có mạng · 0 lượt chưa gửi").shot("station-4-cold-offline")
	h.eval(`(() => { const f = Date.now; Date.now = () => f() - 7 * 3600e3; return '' })()`) // somebody sets the clock seven hours back

	codes := []string{h.slip(meeting, 0), h.slip(meeting, 1), h.slip(meeting, 2)}
	h.click(`[data-open="d-scan"]`).shot("station-5-scan")
	for _, code := range append(codes, codes[0], "KHONGCO99") {
		h.set("#code", strings.ToLower(code)).eval(`document.querySelector('#f-code').requestSubmit(), ''`)
		h.settle(`document.querySelector('#code').value === '' && !!document.querySelector('#scan-told').textContent`)
	}
	h.waiting(5).click(`#d-scan [data-close]`)
	h.click(`[data-open="d-tick"]`).set("#find", "dang vien mau").sees("Đảng viên mẫu").shot("station-6-tick")
	h.eval(`(() => { const b = [...document.querySelectorAll('#people button:not(.sn-in)')].slice(0, 57); b.forEach(x => x.click()); return '' })()`)
	h.waiting(62).axe().click(`#d-tick [data-close]`)
	h.click(`[data-open="d-count"]`).set(`#f-count [name=amount]`, "60").eval(`document.querySelector('#f-count').requestSubmit(), ''`)
	h.sees("Đã giữ số đếm").axe().shot("station-7-count").click(`#d-count [data-close]`)
	h.sees("Không có mạng · 62 lượt chưa gửi", "Xem 62 lượt chờ gửi").fits("station offline").axe().shot("station-8-offline")
	h.press("Bỏ lượt cuối").sees("Không có mạng · 63 lượt chưa gửi").shot("station-9-undone")

	h.cold().visit("/station#" + station).sees("Không có mạng · 63 lượt chưa gửi") // and starts again from nothing
	net.cut.Store(false)
	h.click("#sync-now").sees("Đã đồng bộ · 0 lượt chờ", "Xem cả 63 lượt").axe().shot("station-10-synced")
	came := h.present(meeting) - before
	if n := h.number(`select count(distinct id) from attendance_scan where station = $1`, h.id(station)); n < 61 || came < 55 || came > 59 {
		t.Errorf("%d scans kept, %d people more", n, came)
	}
	if n := h.number(`select count(*) from attendance_scan where station = $1 and abs(at - device_at) < 3600000`, h.id(station)); n != 0 {
		t.Errorf("%d scans are dated by the wrong clock", n)
	}
	h.number(`select count(*) from attendance_headcount where meeting = $1 and amount = 60`, h.id(meeting))
	h.click("#sync-now").sees("Đã đồng bộ · 0 lượt chờ")
	if again := h.present(meeting) - before; again != came {
		t.Errorf("%d people, then %d", came, again)
	}

	h.visit(fmt.Sprintf("/meetings/%s/sites/%s/station", meeting, site)).sees("Máy này đã là trạm của điểm cầu").prepare("Trạm 3")
	second := h.eval(`location.hash.slice(1)`)
	h.click(`[data-open="d-scan"]`).set("#code", codes[0]).eval(`document.querySelector('#f-code').requestSubmit(), ''`)
	h.sees("đã ghi lúc").click(`#d-scan [data-close]`).sees("Đã đồng bộ · 0 lượt chờ", "đã ghi trước đó").shot("station-11-second")
	if again := h.present(meeting) - before; again != came {
		t.Errorf("the same person at two stations: %d people, then %d", came, again)
	}

	shutOut(h, meeting, site, second)
	h.visit("/station#" + station).click(".sn-set summary").click(`[data-open="d-erase"]`).sees("Xóa khỏi máy này").shot("station-13-erase").click("#erase-do").sees("Các trạm trên máy này").lacks("Trạm 2")
	h.as(access.UnitOfficer, "").visit("/meetings/" + meeting + "/slips")
	if out, err := chromedp.Run(h.ctx, chromedp.Evaluate[string](readSlip, chromedp.EvalAwaitPromise)); err != nil || out != "" {
		t.Errorf("the scanner reads a slip: %v %s", err, out)
	}
	h.size(1440, 900).visit("/meetings/"+meeting+"/stations").axe().shot("station-14-list").size(390, 844).fits("stations")
}

// shutOut revokes a station, and lets the server forget another one: neither device keeps anybody.
func shutOut(h *house, meeting, site, station string) {
	h.t.Helper()
	if err := h.app.Station.Revoke(h.t.Context(), access.System("thử"), h.id(meeting), h.id(station), "mất máy"); err != nil {
		h.t.Fatal(err)
	}
	h.later(2e9).click("#sync-now").sees("Trạm đã bị thu hồi").axe().shot("station-12-revoked")
	if got := h.wait(keptPeople + `('` + station + `')`); got != "0 people, 0 scans" {
		h.t.Errorf("of a station that was shut out the device keeps %s", got)
	}
	other := h.visit(fmt.Sprintf("/meetings/%s/sites/%s/station", meeting, site)).prepare("Trạm 4").sees("Đã đồng bộ · 0 lượt chờ").eval(`location.hash.slice(1)`)
	if got := h.wait(keptPeople + `('` + other + `')`); strings.HasPrefix(got, "0 ") {
		h.t.Errorf("a station keeps %s", got)
	}
	token := h.swap(other, "x")       // as where the database was put back to a day before
	h.do(chromedp.Sleep(time.Second)) // what it began when it was prepared is done
	h.click("#sync-now").sees("Máy chủ không nhận ra trạm này").shot("station-12-unknown")
	if got := h.wait(keptPeople + `('` + other + `')`); got != "0 people, 0 scans" {
		h.t.Errorf("of a station that the server does not know the device keeps %s", got)
	}
	h.swap(other, token)
	h.click("#sync-now").sees("Đã đồng bộ · 0 lượt chờ")
	if got := h.wait(keptPeople + `('` + other + `')`); strings.HasPrefix(got, "0 ") {
		h.t.Errorf("a station that the server knows again keeps %s", got)
	}
}

// swap gives a station another hash of its token and returns the one it had.
func (h *house) swap(station, hash string) (was string) {
	h.t.Helper()
	err := h.app.DB.Write(h.t.Context(), func(tx db.Tx) (err error) {
		if was, err = db.One(h.t.Context(), tx, db.Value[string], `select hash from attendance_station where id = $1`, h.id(station)); err != nil {
			return err
		}
		_, err = tx.ExecContext(h.t.Context(), `update attendance_station set hash = $2 where id = $1`, h.id(station), hash)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.app.Station.Forget()
	return was
}

// prepare makes the browser a station under a name.
func (h *house) prepare(name string) *house {
	h.t.Helper()
	h.settle(`!document.querySelector('#prepare').hidden`)
	h.set("#device-name", name).eval(`document.querySelector('#prepare-do').click(), ''`)
	for range 12 {
		if h.eval(`location.pathname`) == "/station" {
			break
		}
		h.do(chromedp.Sleep(250 * time.Millisecond))
	}
	h.settle(`location.pathname === '/station' && !document.querySelector('#desk').hidden`)
	return h
}

// waiting fails unless so many scans come to wait on the device.
func (h *house) waiting(n int) *house {
	h.t.Helper()
	return h.sees(fmt.Sprintf("%d lượt chưa gửi", n))
}

// present is how many people have a record at a meeting.
func (h *house) present(meeting string) int64 {
	return h.number(`select count(*) from attendance_record where meeting = $1 and void_at is null`, h.id(meeting))
}

func (h *house) number(query string, args ...any) (n int64) {
	h.t.Helper()
	err := h.app.DB.Read(h.ctx, func(tx db.Tx) (err error) {
		n, err = db.One(h.ctx, tx, db.Value[int64], query, args...)
		return err
	})
	if err != nil {
		h.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// cold leaves the page, so that the next one begins from what the browser keeps.
func (h *house) cold() *house {
	h.do(chromedp.Navigate("about:blank"))
	return h
}

// keptPeople opens what the device keeps of a station.
const keptPeople = `(async id => {
	const got = r => new Promise((ok, no) => { r.onsuccess = () => ok(r.result); r.onerror = () => no(r.error); });
	const d = await got(indexedDB.open('quantriet-station')), s = d.transaction(['stations', 'done']);
	const row = await got(s.objectStore('stations').get(id)), done = await got(s.objectStore('done').getAll(IDBKeyRange.bound([id], [id, []])));
	d.close();
	const box = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: row.secret.iv }, row.aes, row.secret.data)));
	return box.people.length + ' people, ' + done.length + ' scans';
})`

// readSlip gives the picture of a printed slip to the engine that scans without the browser's
// own; "" when it reads the code beside the picture.
const readSlip = `(async () => {
	const svg = document.querySelector('.slip svg'), shown = svg.closest('.slip').innerText.replace(/[ .-]/g, '');
	const src = new XMLSerializer().serializeToString(svg).replace('<svg', '<svg width="300" height="300"').replace(/class="qr-b"/g, 'fill="#fff"');
	const img = new Image();
	await new Promise((ok, no) => { img.onload = ok; img.onerror = no; img.src = 'data:image/svg+xml;base64,' + btoa(unescape(encodeURIComponent(src))); });
	const c = document.createElement('canvas'), x = c.getContext('2d');
	c.width = c.height = 360;
	x.fillStyle = '#fff'; x.fillRect(0, 0, 360, 360); x.drawImage(img, 30, 30, 300, 300);
	const d = x.getImageData(0, 0, 360, 360), w = new Worker('/static/0/qr-worker.min.js');
	const read = await new Promise(ok => { w.onmessage = e => ok(e.data.data); w.postMessage({ id: 1, type: 'decode', data: d }); });
	return read && shown.includes(read.toUpperCase()) ? '' : 'read ' + read + ', shown ' + shown;
})()`
