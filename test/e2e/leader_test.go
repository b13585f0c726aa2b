package e2e

import (
	"strings"
	"testing"

	"quantriet/internal/base/access"
)

// The leader before a meeting: which units are late, why is this figure so, show me.
func TestLeader(t *testing.T) {
	h := open(t)
	h.as(access.Leader, "").size(1440, 900).visit("/").sees("Quá hạn", "Vĩnh Bảo", "Bạch Long Vĩ", "%").axe().shot("leader")
	home := h.eval(`document.querySelector('.figs .val').innerText`)
	h.click(`main a[href*="/why?"]`).sees("Vì sao con số này?", strings.TrimSpace(home), "Từng người", "E2").axe().shot("leader-why")
	h.click(`main a[href^="/meetings/"]`).sees("Đã tổ chức", "Đã điểm danh").press("Mở danh sách điểm danh").sees("Đảng viên mẫu", "E2").shot("leader-evidence")

	campaign := h.key(`select cast(id as text) from campaign limit 1`)
	h.visit("/campaigns/"+campaign+"?state=overdue").sees("Vĩnh Bảo", "Bạch Long Vĩ").axe().shot("leader-late")
	if rows := h.eval(`[...document.querySelectorAll('main tbody tr')].map(r => r.innerText.split('\n')[0].trim()).join('; ')`); strings.Contains(rows, "Hồng Bàng") {
		t.Errorf("the late are asked for, and these are listed: %s", rows)
	}
	h.answers("/campaigns/"+campaign+"/overview.xlsx", "spreadsheetml")
}
