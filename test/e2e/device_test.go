package e2e

import (
	"bytes"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"rsc.io/qr"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
)

// A slip held before the camera for seconds is one scan, also where the browser claims to have a
// reader of its own and has none. Then without network: three people, the page closed and
// opened again by a clock that went back, three more; each is stored once, numbered on.
func TestDevice(t *testing.T) {
	h := open(t)
	net := &line{next: h.app.Handler()}
	srv := httptest.NewServer(net)
	t.Cleanup(srv.Close)
	h.base = srv.URL
	film := filepath.Join(t.TempDir(), "slip.y4m")
	path, _ := exec.LookPath("chromium")
	h.ctx = browse(t, path, filepath.Join(t.TempDir(), "camera"), chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("use-file-for-fake-video-capture", film))

	h.as(access.Usher, "").size(390, 844).visit("/").press("Mở trạm điểm danh")
	meeting, site := strings.Split(h.eval(`location.pathname`), "/")[2], strings.Split(h.eval(`location.pathname`), "/")[4]
	var codes []string
	for n := range 7 {
		codes = append(codes, h.slip(meeting, n))
	}
	if err := os.WriteFile(film, slipFilm(t, codes[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	station := h.prepare("Trạm máy ảnh").sees("Đã đồng bộ · 0 lượt chờ").camera(codes[0])

	net.cut.Store(true)
	for _, code := range codes[1:4] {
		h.typed(code)
	}
	h.sees("Không có mạng · 3 lượt chưa gửi").cold().visit("/station#" + station).sees("Không có mạng · 3 lượt chưa gửi")
	h.eval(`(() => { const f = Date.now; Date.now = () => f() - 7 * 3600e3; return '' })()`)
	for _, code := range codes[4:] {
		h.typed(code)
	}
	h.sees("Không có mạng · 6 lượt chưa gửi")
	net.cut.Store(false)
	h.click("#sync-now").sees("Đã đồng bộ · 0 lượt chờ")
	h.numbered(station)
	h.second(meeting, site)
	h.codeOffline(net)
}

// camera opens the scanner on a film of a slip, waits longer than the station ignores what it
// has just read, and gives the station's id.
func (h *house) camera(code string) string {
	h.t.Helper()
	station := h.eval(`location.hash.slice(1)`)
	before := h.eval(`document.querySelector('#n-in').textContent`)
	h.t.Logf("the browser's own reader: %s", h.eval(`typeof window.BarcodeDetector`))
	h.eval(`(() => { window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code'] } async detect() { throw new Error('no reader') } }; return '' })()`)
	began := time.Now()
	h.click(`[data-open="d-scan"]`)
	h.settle(`document.querySelector('#n-in').textContent !== '` + before + `'`)
	h.t.Logf("read after %v", time.Since(began).Round(10*time.Millisecond))
	h.shot("device-camera").do(chromedp.Sleep(4500 * time.Millisecond))
	h.click(`#d-scan [data-close]`).sees("Đã đồng bộ · 0 lượt chờ")
	after := h.eval(`document.querySelector('#n-in').textContent`)
	var a, b int
	fmt.Sscan(before, &a)
	fmt.Sscan(after, &b)
	if n := h.number(`select count(*) from attendance_scan where station = $1`, h.id(station)); b != a+1 || n != 1 {
		h.t.Errorf("the counter went from %s to %s, %d scans kept", before, after, n)
	}
	if n := h.number(`select count(*) from attendance_scan where station = $1 and person is not null and label = ''`, h.id(station)); n != 1 {
		h.t.Errorf("the slip %s names nobody", code)
	}
	return station
}

// typed types a code at the station and waits until it is kept.
func (h *house) typed(code string) {
	h.t.Helper()
	n := `document.querySelector('#sync-t').textContent`
	was := h.eval(n)
	h.set("#code", code).eval(`document.querySelector('#f-code').requestSubmit(), ''`)
	h.settle(fmt.Sprintf(`%s !== %q`, n, was))
}

// numbered fails unless what the station sent is seven scans of seven people, counted from one,
// of which the six that waited follow one another by their keys too.
func (h *house) numbered(station string) {
	h.t.Helper()
	of := h.id(station)
	for query, want := range map[string]int64{
		`select count(*) from attendance_scan where station = $1`:                                                                                                    7,
		`select count(distinct counter) from attendance_scan where station = $1`:                                                                                     7,
		`select count(distinct person) from attendance_scan where station = $1`:                                                                                      7,
		`select max(counter) from attendance_scan where station = $1`:                                                                                                7,
		`select max(id) - min(id) from attendance_scan where station = $1 and counter > 1`:                                                                           5,
		`select count(*) from attendance_scan where station = $1 and label not in ('','late')`:                                                                       0,
		`select count(*) from attendance_scan a join attendance_scan b on b.station = a.station and b.counter = a.counter + 1 where a.station = $1 and b.id <= a.id`: 0,
	} {
		if n := h.number(query, of); n != want {
			h.t.Errorf("%s: %d, not %d", query, n, want)
		}
	}
}

// second counts the hall at this station and once more at another device by somebody else, who
// isn't told the first number; both are kept and both devices say that they differ.
func (h *house) second(meeting, site string) {
	h.t.Helper()
	h.count("62").sees("Đã giữ số đếm").click(`#d-count [data-close]`).sees("Đã đồng bộ · 0 lượt chờ")
	first := h.ctx
	path, _ := exec.LookPath("chromium")
	h.ctx = browse(h.t, path, filepath.Join(h.t.TempDir(), "other"))
	h.as(access.UnitOfficer, "").size(390, 844).visit("/meetings/" + meeting + "/sites/" + site + "/station").prepare("Trạm người thứ hai").sees("Đã đồng bộ · 0 lượt chờ")
	h.click(`[data-open="d-count"]`)
	if h.shows("62") {
		h.t.Error("who counts again is told the first number")
	}
	h.click(`#counts .btn-q`).set(`#f-count [name=amount]`, "60").eval(`document.querySelector('#f-count').requestSubmit(), ''`)
	h.sees("Hai lần đếm lệch nhau (62 và 60), cả hai được giữ").axe().shot("device-second")
	h.ctx = first
	h.click("#sync-now").click(`[data-open="d-count"]`).sees("Hai lần đếm lệch nhau (62 và 60), cả hai được giữ").shot("device-first")
	if n := h.number(`select count(*) from attendance_headcount where meeting = $1 and amount = 62 and second_amount = 60 and second_by <> by`, h.id(meeting)); n != 1 {
		h.t.Errorf("%d headcounts with both numbers", n)
	}
}

// codeOffline shows a member's own code without a network, without a name, until they sign out, for
// two days at most, and to nobody who signs in after them.
func (h *house) codeOffline(net *line) {
	h.t.Helper()
	h.as(access.Member, "").visit("/me/code").sees("Máy này giữ mã 2 ngày").axe().shot("device-code")
	code := h.eval(`document.querySelector('.mycode [translate=no]').textContent`)
	net.cut.Store(true)
	h.cold().visit("/me/code").sees("Chưa nối được máy chủ. Mã vẫn dùng được ở trạm.", code).lacks("Đảng viên mẫu").axe().fits("code offline").shot("device-code-offline")
	net.cut.Store(false)
	h.codeOverdue(net, code)
	h.codeOfAnother(net, code)
	h.codeRevoked(net, code)
	h.as(access.Member, "").visit("/me/code").sees("Máy này giữ mã 2 ngày").eval(`setTimeout(() => document.querySelector('form[action="/sign-out"]').requestSubmit()), ''`)
	h.settle(`location.pathname !== '/me/code'`)
	h.codeless(net, code, "who signed out")
}

// codeless fails when the device still opens a code, or keeps anything of it.
func (h *house) codeless(net *line, code, whose string) {
	h.t.Helper()
	net.cut.Store(true)
	h.cold()
	if err := chromedp.Do(h.ctx, chromedp.Navigate(h.base+"/me/code")); err == nil && h.shows(code) {
		h.t.Errorf("the code of %s is shown", whose)
	}
	net.cut.Store(false)
	h.visit("/static/0/app.js") // a page that itself clears nothing
	if got := h.wait(`caches.has('code').then(String)`); got != "false" {
		h.t.Errorf("the code of %s is kept", whose)
	}
}

// aged lets a kept code be so many minutes older, and answers how many hours it had left before.
const aged = `(async minutes => {
	const c = await caches.open('code'), r = await c.match('/me/code'), headers = new Headers(r.headers), until = Number(headers.get('X-Until'));
	headers.set('X-Until', until - minutes * 60000);
	await c.put('/me/code', new Response(await r.text(), { headers }));
	return ((until - Date.now()) / 3600000).toFixed(1);
})`

// codeOverdue is a phone that hears nothing of the server for two days: the code opens to the last
// minute and not after, and then none is kept.
func (h *house) codeOverdue(net *line, code string) {
	h.t.Helper()
	if got := h.wait(aged + `(2 * 1440 - 2)`); got != "48.0" {
		h.t.Errorf("the code is kept for %s hours", got)
	}
	net.cut.Store(true)
	h.cold().visit("/me/code").sees("Mã vẫn dùng được ở trạm", code)
	h.wait(aged + `(2)`)
	h.codeless(net, code, "who was here two days ago")
}

// codeOfAnother is somebody else who signs in on the phone, whatever page they see first.
func (h *house) codeOfAnother(net *line, code string) {
	h.t.Helper()
	h.as(access.Member, "").visit("/me/code").sees("Máy này giữ mã 2 ngày", code)
	h.as(access.Secretary, "").visit("/").settle(`!localStorage.getItem('code.of')`)
	h.codeless(net, code, "who was here before")
}

// codeRevoked is a phone without network whose sessions are ended elsewhere meanwhile: the first page
// of the server takes the code, whichever that is, and a server that is busy takes nothing.
func (h *house) codeRevoked(net *line, code string) {
	h.t.Helper()
	h.as(access.Member, "").visit("/me/code").sees("Máy này giữ mã 2 ngày", code)
	net.busy.Store(true)
	h.cold().visit("/me/code").sees("Mã vẫn dùng được ở trạm", code)
	net.busy.Store(false)
	h.elsewhere().visit("/meetings").settle(`location.pathname.startsWith('/sign-in') && !localStorage.getItem('code.of')`)
	h.codeless(net, code, "whose session was ended")
}

// elsewhere ends every session of the member who is signed in here, without a word to this device.
func (h *house) elsewhere() *house {
	h.t.Helper()
	member := h.id(h.key(`select cast(account as text) from account_session order by created_at desc, id desc limit 1`))
	if err := h.app.DB.Write(h.t.Context(), func(tx db.Tx) error { return h.app.Account.EndAll(h.t.Context(), tx, member) }); err != nil {
		h.t.Fatal(err)
	}
	h.app.Account.Forget()
	return h
}

// count gives the station a headcount of the hall.
func (h *house) count(n string) *house {
	h.t.Helper()
	h.click(`[data-open="d-count"]`).set(`#f-count [name=amount]`, n).eval(`document.querySelector('#f-count').requestSubmit(), ''`)
	return h
}

// slipFilm is a second and a half of a hall's table, and a slip with a code that a hand holds
// crooked and not quite still, in the plain form that Chromium plays as a camera.
func slipFilm(t *testing.T, code string) []byte {
	t.Helper()
	c, err := qr.Encode(code, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	const w, ht = 640, 480
	var b bytes.Buffer
	fmt.Fprintf(&b, "YUV4MPEG2 W%d H%d F4:1 Ip A1:1 C420jpeg\n", w, ht)
	grey := bytes.Repeat([]byte{128}, w*ht/2)
	half := float64(c.Size) / 2
	for n := range 6 {
		sin, cos := math.Sincos(float64(n)*0.06 - 0.2)
		b.WriteString("FRAME\n")
		b.Write(blurred(w, ht, func(x, y float64) byte {
			x, y = x-w/2-float64(6*n), y-ht/2+float64(4*n)
			u, v := (x*cos+y*sin)/8, (y*cos-x*sin)/8
			switch {
			case n < 1 || math.Abs(u) > half+4 || math.Abs(v) > half+4:
				return 90
			case c.Black(int(math.Floor(u+half)), int(math.Floor(v+half))):
				return 40
			}
			return 215
		}))
		b.Write(grey)
	}
	return b.Bytes()
}

// blurred draws a picture with each point the mean of nine around it.
func blurred(w, ht int, at func(x, y float64) byte) []byte {
	out := make([]byte, 0, w*ht)
	for y := range ht {
		for x := range w {
			sum := 0
			for i := range 9 {
				sum += int(at(float64(x)+float64(i%3-1)*1.2, float64(y)+float64(i/3-1)*1.2))
			}
			out = append(out, byte(sum/9))
		}
	}
	return out
}
