package e2e

import (
	"testing"

	"quantriet/internal/base/access"
)

// Everybody's first screen opens at both sizes and is usable by everybody.
func TestFirstScreens(t *testing.T) {
	h := open(t)
	for _, s := range []struct {
		role access.Role
		unit string
		name string
	}{
		{access.Steward, "", "steward"}, {access.Operator, "", "operator"}, {access.Auditor, "", "auditor"}, {access.Officer, "", "officer"}, {access.Leader, "", "leader"}, {access.UnitOfficer, "Thủy Nguyên", "unit-officer"},
		{access.Secretary, "", "secretary"}, {access.Usher, "", "usher"}, {access.Member, "", "member"}, {access.Inspector, "", "inspector"},
	} {
		h.as(s.role, s.unit)
		h.size(1440, 900).visit("/").axe().shot("first-" + s.name + "-1440")
		h.size(390, 844).visit("/").axe().shot("first-" + s.name + "-390")
	}
}
