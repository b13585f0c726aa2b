package app

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// provinceDay is the morning on which the synthetic province is shown.
func provinceDay() time.Time { return time.Date(2026, 2, 10, 8, 0, 0, 0, clock.Zone) }

// province is a province without districts, as they are since July 2025, of any size. All
// of it is invented.
func (t *demo) province(ctx context.Context, s Size) error {
	if s.Communes < 1 || s.Grassroots < 1 || s.Cells < 1 || s.Members < 1 || s.Communes*s.Grassroots*s.Cells*s.Members > 1_000_000 {
		return fault.New(fault.Invalid, "app.demo_size")
	}
	t.at("2026-01-26 08:00")
	t.story.Now = provinceDay()
	top := t.unit(0, "province", "TM", "Đảng bộ tỉnh mẫu", "Tỉnh mẫu", "TỈNH UỶ MẪU", "TU", "Tỉnh mẫu", "2000-01-01")
	var bases, cells []org.Unit
	for i := range s.Communes {
		commune := t.unit(top.ID, "commune", fmt.Sprintf("TM-%03d", i+1), fmt.Sprintf("Đảng bộ xã mẫu %03d", i+1), fmt.Sprintf("Xã %03d", i+1), fmt.Sprintf("ĐẢNG UỶ XÃ MẪU %03d", i+1), "ĐU", "Xã mẫu", "2025-07-01")
		for j := range s.Grassroots {
			base := t.unit(commune.ID, "grassroots", fmt.Sprintf("%s-%02d", commune.Code, j+1), fmt.Sprintf("Đảng bộ cơ sở mẫu %02d", j+1), fmt.Sprintf("Cơ sở %02d", j+1), fmt.Sprintf("ĐẢNG UỶ CƠ SỞ MẪU %02d", j+1), "ĐU", "Xã mẫu", "2025-07-01")
			bases = append(bases, base)
			for k := range s.Cells {
				cells = append(cells, t.unit(base.ID, "cell", fmt.Sprintf("%s-%02d", base.Code, k+1), fmt.Sprintf("Chi bộ mẫu %02d", k+1), fmt.Sprintf("Chi bộ %02d", k+1), fmt.Sprintf("CHI BỘ MẪU %02d", k+1), "CB", "Xã mẫu", "2025-07-01"))
			}
		}
	}
	var people []person.Person
	for i, c := range cells {
		for j := range s.Members {
			people = append(people, t.member(i*s.Members+j+1, c.ID, j == 0))
		}
	}
	if err := t.store(ctx, "Đảng bộ tỉnh mẫu", people, nil); err != nil {
		return err
	}
	return t.provinceCampaign(ctx, top, bases, cells)
}

func (t *demo) provinceCampaign(ctx context.Context, top org.Unit, bases, cells []org.Unit) error {
	doc := document.Document{ID: id.New(), Unit: top.ID, Kind: "directive", Number: "01-CT/TW", IssuerName: "Bộ Chính trị", IssuedOn: "2026-01-23",
		Title: "Nghiên cứu, học tập, quán triệt, tuyên truyền và triển khai thực hiện Nghị quyết Đại hội XIV của Đảng", CreatedAt: t.Now.Ms()}
	if err := t.DB.Write(ctx, func(tx db.Tx) error { return document.Add(ctx, tx, doc) }); err != nil {
		return err
	}
	owner, err := t.provinceDoors(ctx, top, bases[0], cells[0])
	if err != nil {
		return err
	}
	made, err := t.Campaign.Draft(ctx, owner, campaign.Campaign{ID: id.New(), Unit: top.ID, Title: "Học tập, quán triệt Nghị quyết Đại hội XIV của Đảng", StartsOn: "2026-01-26",
		Rounding: "half_up", Sample: true, Documents: []id.ID{doc.ID},
		Audiences: []campaign.Audience{{Name: "Cán bộ chủ chốt", Filter: "key_cadre", Counted: "person", MinRate: 9500}, {Name: "Đảng viên", Filter: "member", Counted: "person", MinRate: 9000}},
		Dues:      []campaign.Due{{Level: "commune", On: "2026-02-28", Inclusive: true}, {Level: "grassroots", On: "2026-03-10", Inclusive: true}}})
	if err != nil {
		return err
	}
	if made, err = t.Campaign.Open(ctx, owner, made.ID); err != nil {
		return err
	}
	r := &round{campaign: made, owner: owner}
	m, err := t.Meeting.Plan(ctx, owner, r.meeting(top, "conference", "relay", "Hội nghị toàn quốc quán triệt Nghị quyết Đại hội XIV", "2026-02-07 07:30", "2026-02-07 17:00", "Hội trường tỉnh", -1))
	if err != nil {
		return err
	}
	var main meeting.Site
	if err := t.DB.Read(ctx, func(tx db.Tx) error {
		all, err := meeting.Sites(ctx, tx, m.ID)
		if err == nil {
			main = all[0]
		}
		return err
	}); err != nil {
		return err
	}
	t.at("2026-02-07 17:30")
	return t.record(ctx, r, t.relayed(r, m, main, cells))
}

// relayed draws who followed the relay: nine in ten.
func (t *demo) relayed(r *round, m meeting.Meeting, main meeting.Site, cells []org.Unit) (out []attendance.Record) {
	for _, c := range cells {
		for _, p := range t.people[c.ID] {
			if draw := t.rand.IntN(10); draw > 0 {
				at := m.Starts + int64(draw)*60_000
				out = append(out, attendance.Record{ID: id.New(), Campaign: r.campaign.ID, Meeting: m.ID, Site: main.ID, Person: p.ID, Form: "higher", How: "station",
					Grade: int64(2 + draw/8), At: at, Recorded: at, ByName: "Trạm điểm danh mẫu"})
			}
		}
	}
	return out
}

func (t *demo) provinceDoors(ctx context.Context, top, base, cell org.Unit) (owner access.Actor, err error) {
	who := t.people[cell.ID]
	for i, d := range []struct {
		role  access.Role
		login string
		unit  org.Unit
	}{
		{access.Steward, "mau-quyen", top}, {access.Operator, "mau-vanhanh", top}, {access.Auditor, "mau-nhatky", top}, {access.Officer, "mau-tuyengiao", top}, {access.Leader, "mau-lanhdao", top},
		{access.UnitOfficer, "mau-coso", base}, {access.Secretary, "mau-bithu", cell}, {access.Member, "mau-dangvien", cell}, {access.Inspector, "mau-kiemtra", top},
	} {
		of := person.Person{}
		if i -= 2; i > 0 && i < len(who) { // the first three are in no roster
			of = who[i]
		}
		a, err := t.door(ctx, d.role, d.login, d.unit, of)
		if err != nil {
			return owner, err
		}
		if d.role == access.Officer {
			owner = a
		}
	}
	return owner, nil
}
