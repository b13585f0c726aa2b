package e2e

import (
	"fmt"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/id"
)

// The hall in the morning: an usher with a phone scans, scans the same slip again, meets a
// strange code, finds somebody by name, and counts heads.
func TestHall(t *testing.T) {
	h := open(t)
	h.as(access.Usher, "").size(390, 844).visit("/").press("Mở trạm điểm danh").sees("Đã vào", "Mã cá nhân").fits("station").axe().shot("hall")
	at := h.eval(`location.pathname`)
	meeting := h.id(strings.Split(at, "/")[2])
	code := h.slip(meeting.String(), 0)
	name := h.named(code, h.id(h.key(`select cast(campaign as text) from meeting where id = $1`, meeting)))

	h.fill("code", code).press("Ghi").sees(name, "E2")
	before := h.told(meeting.String())
	h.fill("code", code).press("Ghi").sees("đã ghi lúc 08:3", name).axe().shot("hall-again")
	if after := h.told(meeting.String()); after != before {
		t.Errorf("the same code twice: %s, then %s", before, after)
	}
	h.fill("code", "KHONG-PHAI-MA").press("Ghi").sees("Mã này không thuộc hội nghị hoặc đợt học tập này. Xin tìm theo tên.").axe().shot("hall-unknown")
	if after := h.told(meeting.String()); after != before {
		t.Errorf("an unknown code: %s, then %s", before, after)
	}

	other := h.slip(meeting.String(), 1)
	name = h.named(other, h.id(h.key(`select cast(campaign as text) from meeting where id = $1`, meeting)))
	h.fill("q", "dang vien mau "+strings.Fields(name)[3]).press("Tìm").sees(name, "Chưa rõ").fits("station").shot("hall-find")
	h.press(name).sees(name, "E3")
	h.visit(at).press("Đếm đầu người (quần chúng, khách)").fill("amount", "62").press("Lưu").sees("Đã lưu số đếm.", "62").fits("station").shot("hall-counted")
	h.visit("/meetings/"+meeting.String()+"/attendance").sees(name, "62").fits("attendance")
}

// slip is the code of the nth person whom a meeting waits for.
func (h *house) slip(meeting string, n int) string {
	h.t.Helper()
	return h.code(` where p.campaign = (select campaign from meeting where id = $1) and not p.exempt and not p.key_cadre
		and p.unit in (select b.unit from org_below b join meeting m on m.unit = b.top where m.id = $1)
		and not exists (select 1 from attendance_record r where r.campaign = p.campaign and r.person = p.person)
		order by p.name_key, p.person limit 1 offset $2`, h.id(meeting), n)
}

// code is the personal code of the first participant p of a query's rest.
func (h *house) code(rest string, args ...any) string {
	h.t.Helper()
	var key, lo, n int64
	if _, err := fmt.Sscan(h.row(`select c.code_key || ' ' || p.lo || ' ' || p.n from campaign_participant p join campaign c on c.id = p.campaign`+rest, args...), &key, &lo, &n); err != nil {
		h.t.Fatal(err)
	}
	return campaign.CipherOf(key).Code(lo, n)
}

// named is whose code it is.
func (h *house) named(code string, of id.ID) string {
	h.t.Helper()
	var key int64
	if _, err := fmt.Sscan(h.row(`select cast(code_key as text) from campaign where id = $1`, of), &key); err != nil {
		h.t.Fatal(err)
	}
	lo, n, _ := campaign.CipherOf(key).Place(code)
	return h.row(`select name from campaign_participant where campaign = $1 and lo = $2 and n = $3`, of, lo, n)
}
