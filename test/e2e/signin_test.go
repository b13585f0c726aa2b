package e2e

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"quantriet/internal/app"
	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
)

// totp is the code that an authenticator app shows now for the secret on the page.
func (h *house) totp() string {
	h.t.Helper()
	h.kept = strings.ReplaceAll(h.eval(`document.querySelector('#totp-secret').textContent`), " ", "")
	return h.again()
}

// again is the code of the app that was added before.
func (h *house) again() string {
	h.t.Helper()
	code, err := totp.GenerateCode(h.kept, h.app.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	return code
}

// finger puts a phone with passkeys into the browser.
func (h *house) finger() {
	h.t.Helper()
	if _, err := chromedp.Call(h.ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		h.t.Fatal(err)
	}
	_, err := chromedp.Call(h.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Ctap2version: webauthn.Ctap2versionCtap21, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true}})
	if err != nil {
		h.t.Fatal(err)
	}
}

// out signs out of wherever it is.
func (h *house) out() *house {
	h.t.Helper()
	return h.visit("/me").click(`form[action="/sign-out"] button`).sees("Đăng nhập")
}

// An officer adds a passkey at the first start, signs in with it alone and with it after the
// password, names it and takes it away; then the app on the phone and a code on paper do.
func TestPasskeysAndPhones(t *testing.T) {
	h := serve(t, func(context.Context, *db.DB, string) (app.Story, error) {
		return app.Story{Now: time.Date(2026, 2, 7, 8, 0, 0, 0, clock.Zone)}, nil
	})
	h.base = strings.Replace(h.base, "127.0.0.1", "localhost", 1) // a passkey needs a name
	h.visit("/")
	h.finger()
	link, err := h.app.Account.SetupLink(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	h.visit(link).click(`input[name=start][value=alone]`).fill("installation", "Đảng bộ phường mẫu").fill("unit", "Đảng bộ phường mẫu").fill("code", "PM").fill("level", "commune")
	h.fill("name", "Người quản trị mẫu").fill("login", "quantri").fill("password", "bốn con ngựa xanh 2026").press("Hoàn tất cài đặt").sees("Thêm bước xác nhận thứ hai")
	h.fill("name", "Máy tính mẫu").press("Thêm khóa truy cập").sees("Mã khôi phục của đồng chí")
	paper := h.eval(`document.querySelector('.rcodes code').textContent`)
	h.press("Tôi đã cất mã, tiếp tục")
	h.visit("/me/factors").sees("Máy tính mẫu", "Còn 10 mã khôi phục").axe().shot("signin-factors")

	h.out().visit("/sign-in").axe().shot("signin-page")
	h.press("Dùng khóa truy cập").visit("/units").sees("Đảng bộ phường mẫu")
	h.visit("/me/factors").sees("dùng gần nhất")

	h.out().visit("/sign-in?next=/units").fill("login", "quantri").fill("password", "bốn con ngựa xanh 2026").press("Đăng nhập").sees("Bước xác nhận thứ hai").axe().shot("signin-second")
	h.visit("/units").sees("Tên đăng nhập") // the password alone opens nothing
	h.visit("/sign-in/second?next=/units").press("Dùng khóa truy cập").sees("Đảng bộ phường mẫu")

	h.visit("/me/factors").press("Đổi tên").set(`details[open] input[name=name]`, "Điện thoại mẫu").click(`details[open] button`).sees("Đã đổi tên", "Điện thoại mẫu")
	h.click(`form[action*="passkeys/"][action$="/remove"] button`).sees("Xin thêm cách khác trước khi gỡ cách này.").shot("signin-last")
	h.fill("code", h.totp()).press("Thêm ứng dụng").sees("Đã thêm ứng dụng xác thực.")
	h.click(`form[action*="passkeys/"][action$="/remove"] button`).sees("Đã gỡ.").lacks("Điện thoại mẫu")

	h.later(time.Minute)
	h.out().visit("/sign-in?next=/units").fill("login", "quantri").fill("password", "bốn con ngựa xanh 2026").click(`input[name=keep]`).press("Đăng nhập").sees("Bước xác nhận thứ hai").lacks("Dùng khóa truy cập")
	code := h.again()
	h.fill("code", code).press("Tiếp tục").sees("Đảng bộ phường mẫu")
	h.visit("/me/devices").sees("Thiết bị này", "Được nhớ").axe().size(390, 844).fits("/me/devices").shot("signin-devices-390").size(1440, 900).shot("signin-devices")

	h.out().visit("/sign-in?next=/units").fill("login", "quantri").fill("password", "bốn con ngựa xanh 2026").press("Đăng nhập").sees("Đảng bộ phường mẫu") // the device is kept
	h.do(chromedp.Navigate(h.base + "/me/devices"))
	h.out()
	h.forget()
	h.visit("/sign-in?next=/units").fill("login", "quantri").fill("password", "bốn con ngựa xanh 2026").press("Đăng nhập").sees("Bước xác nhận thứ hai")
	h.fill("code", code).press("Tiếp tục").sees("Mã chưa đúng, đã dùng hoặc đã hết hạn")
	h.fill("code", strings.ToUpper(paper)).press("Tiếp tục").sees("Đảng bộ phường mẫu")
	h.visit("/me/factors").sees("Còn 9 mã khôi phục")
}

// forget empties the browser of what it remembers.
func (h *house) forget() {
	h.t.Helper()
	if _, err := chromedp.Call(h.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		h.t.Fatal(err)
	}
}

// A secretary prints slips; a member who has nothing but the paper comes in and stays in.
func TestSlipsOnPaper(t *testing.T) {
	h := open(t)
	h.as(access.Secretary, "").visit("/slips").axe().shot("slip-list").size(390, 844).fits("/slips").shot("slip-list-390").size(1440, 900)
	name := h.eval(`document.querySelector('input[name=person]:not(:disabled)').closest('label').querySelector('b').textContent`)
	h.press("In phiếu").sees("Xin chọn ít nhất một người.")
	h.eval(`[...document.querySelectorAll('input[name=person]:not(:disabled)')].slice(0, 7).forEach(b => { b.checked = true }), ''`)
	h.press("In phiếu").sees("Phiếu đăng nhập một lần", name).axe().shot("slip-paper")
	code := h.eval(`document.querySelector('.tkt-c').textContent`)
	h.forget()
	h.size(390, 844).visit("/slip/" + code).sees("Bấm Vào để mở trang").lacks(name).axe().fits("/slip").shot("slip-open-390")
	h.press("Vào").sees("Đồng chí đã vào.")
	h.later(60 * 24 * time.Hour).visit("/me/devices").sees("Được nhớ")
	h.forget()
	h.visit("/slip").fill("code", code).press("Vào").sees("đã dùng hoặc đã hết hạn").shot("slip-over-390")
}
