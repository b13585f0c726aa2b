package grant

import (
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

func TestSay(t *testing.T) {
	const today = "2026-02-07"
	for _, c := range []struct {
		says string
		g    Grant
		need access.Need
		want string
	}{
		{"one thing, many units, an end", Grant{Role: access.UnitOfficer, UnitName: "Thủy Nguyên", From: "2026-01-01", To: "2026-06-30", Units: 14}, access.ReportEdit,
			"Lan được sửa báo cáo của 14 đơn vị đến 30/06/2026, là Cán bộ đơn vị tại Thủy Nguyên"},
		{"one unit, no end", Grant{Role: access.Secretary, UnitName: "Chi bộ 01", From: "2026-01-01", Units: 1}, access.AttendanceTake,
			"Lan được điểm danh của Chi bộ 01, là Bí thư chi bộ tại Chi bộ 01"},
		{"the role's own things, the rest counted", Grant{Role: access.Leader, UnitName: "Hải Phòng", From: "2026-01-01", Units: 1930}, "",
			"Lan được xem danh sách và hồ sơ đảng viên, xem báo cáo, đọc văn bản và 6 việc khác của 1.930 đơn vị, là Lãnh đạo cấp ủy tại Hải Phòng"},
		{"a single duty", Grant{Role: access.Auditor, UnitName: "Hải Phòng", From: "2026-01-01", Units: 3}, "",
			"Lan được xem nhật ký của 3 đơn vị, là Người xem nhật ký tại Hải Phòng"},
		{"ahead of its day", Grant{Role: access.Usher, UnitName: "Xã mẫu 01", From: "2026-03-01", To: "2026-03-02", Units: 1}, access.AttendanceTake,
			"Lan được điểm danh của Xã mẫu 01 từ 01/03/2026 đến 02/03/2026, là Phụ trách điểm danh tại Xã mẫu 01"},
		{"with a post", Grant{Role: access.Secretary, UnitName: "Chi bộ 01", From: "2026-01-01", Units: 1, Kind: access.ByPost, Title: "Bí thư chi bộ"}, access.ReportEdit,
			"Lan được sửa báo cáo của Chi bộ 01, giữ chức vụ Bí thư chi bộ tại Chi bộ 01"},
		{"acting", Grant{Role: access.Secretary, UnitName: "Chi bộ 01", From: "2026-01-01", To: "2026-02-28", Units: 1, Kind: access.Acting, Title: "Bí thư chi bộ"}, access.ReportEdit,
			"Lan được sửa báo cáo của Chi bộ 01 đến 28/02/2026, phụ trách thay Bí thư chi bộ tại Chi bộ 01"},
		{"passed on", Grant{Role: access.Usher, UnitName: "Chi bộ 01", From: "2026-01-01", To: "2026-02-28", Units: 1, Kind: access.Delegated, By: "Hùng"}, access.AttendanceTake,
			"Lan được điểm danh của Chi bộ 01 đến 28/02/2026, do Hùng ủy quyền (Phụ trách điểm danh tại Chi bộ 01)"},
	} {
		if got := Say("vi", "Lan", c.g, c.need, today); got != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.says, got, c.want)
		}
	}
	if got := Say("en", "Lan", Grant{Role: access.UnitOfficer, UnitName: "X", From: "2026-01-01", To: "2026-06-30", Units: 14}, access.ReportEdit, today); got[:len("Lan may edit reports of 14 units until")] != "Lan may edit reports of 14 units until" {
		t.Error(got)
	}
}

func TestMay(t *testing.T) {
	who, system := access.Actor{Account: 1}, access.System("x")
	for _, c := range []struct {
		says string
		who  access.Actor
		own  []access.Role
		role access.Role
		want bool
	}{
		{"the founder gives any role", who, []access.Role{access.Administrator}, access.Officer, true},
		{"but makes no second founder", who, []access.Role{access.Administrator}, access.Administrator, false},
		{"a steward gives the other duties", who, []access.Role{access.Steward}, access.Auditor, true},
		{"and no founder", who, []access.Role{access.Steward}, access.Administrator, false},
		{"the program makes the founder", system, access.Roles, access.Administrator, true},
		{"an officer gives nothing", who, []access.Role{access.Officer}, access.Usher, false},
		{"nobody gives nothing", who, nil, access.Member, false},
	} {
		if May(c.who, c.own, c.role) != c.want {
			t.Error(c.says)
		}
	}
}

func TestParts(t *testing.T) {
	whole := access.Grant{Role: access.Officer, From: "2026-01-01", To: "2026-06-30"}
	second := whole
	second.Kind = access.Delegated
	for _, c := range []struct {
		says     string
		g        access.Grant
		role     access.Role
		from, to string
		want     string
	}{
		{"a smaller role for a week", whole, access.UnitOfficer, "2026-02-07", "2026-02-14", ""},
		{"the same role", whole, access.Officer, "2026-02-07", "2026-06-30", ""},
		{"a role with more", whole, access.Inspector, "2026-02-07", "2026-02-14", "grant.not_yours"},
		{"another duty", whole, access.Steward, "2026-02-07", "2026-02-14", "grant.not_yours"},
		{"the founder's role is nobody's part", whole, access.Administrator, "2026-02-07", "2026-02-14", "grant.not_yours"},
		{"nothing of the founder's is passed on", access.Grant{Role: access.Administrator}, access.Officer, "2026-02-07", "2026-02-14", "grant.not_yours"},
		{"no end", whole, access.Usher, "2026-02-07", "", "grant.needs_end"},
		{"past one's own end", whole, access.Usher, "2026-02-07", "2026-07-01", "grant.after_own"},
		{"in the past", whole, access.Usher, "2026-02-06", "2026-02-14", "grant.not_back"},
		{"backwards", whole, access.Usher, "2026-02-14", "2026-02-07", "grant.bad_to"},
		{"a second hand", second, access.Usher, "2026-02-07", "2026-02-14", "grant.not_twice_passed"},
	} {
		err := part(c.g, c.role, c.from, c.to, "2026-02-07")
		if got := fault.Key(err); (err == nil) != (c.want == "") || err != nil && got != c.want {
			t.Errorf("%s: %v, want %q", c.says, err, c.want)
		}
	}
}

func TestSucceed(t *testing.T) {
	holds := func(from, to string) access.Grant { return access.Grant{Kind: access.ByPost, From: from, To: to} }
	acts := access.Grant{Kind: access.Acting, From: "2026-02-01", To: "2026-03-01"}
	end, err := succeed([]access.Grant{holds("2020-01-01", ""), acts, holds("2015-01-01", "2019-12-31")}, "2026-02-07", "")
	if err != nil || len(end) != 1 || end[0].From != "2020-01-01" {
		t.Errorf("the holder makes room: %v %v", end, err)
	}
	if _, err := succeed([]access.Grant{holds("2026-03-01", "")}, "2026-02-07", ""); fault.Key(err) != "grant.held_later" {
		t.Errorf("somebody is named from a later day: %v", err)
	}
	if end, err := succeed([]access.Grant{holds("2026-03-01", "")}, "2026-02-07", "2026-02-28"); err != nil || len(end) != 0 {
		t.Errorf("until the next begins: %v %v", end, err)
	}
}
