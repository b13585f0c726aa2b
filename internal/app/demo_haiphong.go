package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/attendance"
)

// haiPhongDay is the morning on which the story of Hải Phòng is told.
func haiPhongDay() time.Time { return time.Date(2018, 7, 23, 8, 30, 0, 0, clock.Zone) }

func upper(s string) string { return strings.ToUpper(s) }

// haiPhong tells S2: the campaign on the resolutions of plenum 7 (term XII) in the summer
// of 2018. Places and the figures of S2 are real; people, cells and dates that S2 does not
// give are invented and called so.
func (t *demo) haiPhong(ctx context.Context) error {
	t.at("2018-06-26 08:00")
	t.story.Now = haiPhongDay()
	c := t.castCity()
	if err := t.store(ctx, "Đảng bộ thành phố Hải Phòng", c.people, c.exempt); err != nil {
		return err
	}
	if err := t.papers(ctx, c); err != nil {
		return err
	}
	doors, err := t.cityDoors(ctx, c)
	if err != nil {
		return err
	}
	run, err := t.order(ctx, c, doors)
	if err != nil {
		return err
	}
	for _, tell := range []func(context.Context, *city, *round) error{t.charges, t.conference, t.classes, t.tonight, t.plans, t.reports, t.essays, t.duties, t.doubts, t.asked, t.pictures, t.words, t.praise} {
		if err := tell(ctx, c, run); err != nil {
			return err
		}
	}
	return nil
}

// round is the campaign of the story with those who act in it.
type round struct {
	campaign campaign.Campaign
	owner    access.Actor
}

// officer acts for a unit while the story is told.
func officer(unit org.Unit) access.Actor {
	a := access.System("Cán bộ mẫu, " + unit.Short)
	return a
}

// cityDoors makes one account for each role, with people from the rosters.
func (t *demo) cityDoors(ctx context.Context, c *city) (owner access.Actor, err error) {
	host, base := c.hosts[7], c.bases[c.hosts[7].ID][0] // Thủy Nguyên
	cell := c.cells[base.ID][0]
	at := func(unit org.Unit, n int) person.Person { return t.people[unit.ID][n] }
	dep := func(i int) org.Unit { return c.cells[c.departments[i].ID][0] }
	for _, d := range []struct {
		role  access.Role
		login string
		unit  org.Unit
		who   person.Person
	}{
		{access.Steward, "mau-quyen", c.top, person.Person{}},
		{access.Operator, "mau-vanhanh", c.top, person.Person{}},
		{access.Auditor, "mau-nhatky", c.top, person.Person{}},
		{access.Officer, "mau-tuyengiao", c.top, at(dep(0), 0)},
		{access.Leader, "mau-lanhdao", c.top, at(dep(0), 1)},
		{access.UnitOfficer, "mau-thuynguyen", host, at(cell, 0)},
		{access.UnitOfficer, "mau-xa", base, at(cell, 1)},
		{access.Secretary, "mau-bithu", cell, at(cell, 2)},
		{access.Usher, "mau-diemdanh", base, at(cell, 10)},
		{access.Member, "mau-dangvien", cell, at(cell, 12)},
		{access.Inspector, "mau-kiemtra", c.top, at(dep(0), 2)},
	} {
		who, err := t.door(ctx, d.role, d.login, d.unit, d.who)
		if err != nil {
			return owner, err
		}
		if d.role == access.Officer {
			owner = who
		}
	}
	return owner, nil
}

// order opens the campaign as plan 117-KH/TU gives it: districts and equivalent before
// 20/7, grassroots before 25/7/2018.
func (t *demo) order(ctx context.Context, c *city, owner access.Actor) (*round, error) {
	draft := campaign.Campaign{ID: id.New(), Unit: c.top.ID, Title: "Học tập, quán triệt các nghị quyết Trung ương 7 (khóa XII)", StartsOn: "2018-06-26", Rounding: "half_up", Sample: true,
		Summary:   "Theo Kế hoạch 117-KH/TU ngày 26/6/2018. Đơn vị, hạn và số đại biểu theo báo Hải Phòng 18/7/2018; người, chi bộ và số liệu còn lại là mẫu.",
		Documents: []id.ID{c.docs["26"], c.docs["27"], c.docs["28"]},
		Audiences: []campaign.Audience{
			{Name: "Cán bộ chủ chốt được triệu tập", Filter: "key_cadre", Counted: "person", MinRate: 9500, NeedEssay: true},
			{Name: "Đảng viên", Filter: "member", Counted: "person", MinRate: 9000, NeedEssay: true},
			{Name: "Đoàn viên, hội viên, quần chúng", Filter: "mass", Counted: "headcount"}},
		Dues: []campaign.Due{{Level: "district", On: "2018-07-20"}, {Level: "equivalent", On: "2018-07-20"}, {Level: "department", On: "2018-07-20"}, {Level: "grassroots", On: "2018-07-25"}}}
	made, err := t.Campaign.Draft(ctx, owner, draft)
	if err != nil {
		return nil, err
	}
	made, err = t.Campaign.Open(ctx, owner, made.ID)
	return &round{campaign: made, owner: owner}, err
}

func (r *round) meeting(unit org.Unit, kind, mode, title, starts, ends, place string, audience int) meeting.Meeting {
	m := meeting.Meeting{ID: id.New(), Campaign: r.campaign.ID, Unit: unit.ID, Kind: kind, Mode: mode, Title: title, Starts: moment(starts), Ends: moment(ends),
		Place: place, Chair: "Bí thư cấp ủy (mẫu)", Monitor: "Đồng chí giám sát mẫu", Documents: r.campaign.Documents}
	if audience >= 0 {
		m.Audience = r.campaign.Audiences[audience].ID
	}
	return m
}

// conference is the linked conference: the main hall and 16 sites, 480 and 3,350 delegates
// by name, of whom some are absent and some make it up later.
func (t *demo) conference(ctx context.Context, c *city, r *round) error {
	m, err := t.Meeting.Plan(ctx, r.owner, r.meeting(c.top, "conference", "hybrid", "Hội nghị trực tuyến học tập, quán triệt các nghị quyết Trung ương 7 (khóa XII)",
		"2018-06-29 07:30", "2018-06-29 17:00", "Trung tâm Hội nghị thành phố", 0))
	if err != nil {
		return err
	}
	if _, err := t.Meeting.SetAgenda(ctx, r.owner, m.ID, []meeting.Item{
		{Kind: "talk", Title: "Chuyên đề 1: công tác cán bộ", Minutes: 120, Speaker: "Báo cáo viên mẫu 01", SpeakerLevel: "Trung ương"},
		{Kind: "talk", Title: "Chuyên đề 2: cải cách chính sách tiền lương", Minutes: 90, Speaker: "Báo cáo viên mẫu 02", SpeakerLevel: "Trung ương"},
		{Kind: "talk", Title: "Chuyên đề 3: cải cách chính sách bảo hiểm xã hội", Minutes: 90, Speaker: "Báo cáo viên mẫu 03", SpeakerLevel: "Trung ương"},
		{Kind: "discussion", Title: "Trao đổi, giải đáp", Minutes: 60}}); err != nil {
		return err
	}
	sites, err := t.linkSites(ctx, c, r, m)
	if err != nil {
		return err
	}
	var records []attendance.Record
	start := moment("2018-06-29 07:00")
	for host, people := range c.delegates {
		for i, p := range people {
			records = append(records, attendance.Record{ID: id.New(), Campaign: r.campaign.ID, Meeting: m.ID, Site: sites[host], Person: p,
				Form: "higher", How: "station", Grade: 2, At: start + int64(i)*4000, Recorded: start + int64(i)*4000, ByName: "Trạm điểm danh mẫu"})
		}
	}
	if err := t.record(ctx, r, records); err != nil {
		return err
	}
	t.at("2018-06-29 17:10")
	_, err = t.Meeting.Hold(ctx, r.owner, m.ID, "Hội nghị bảo đảm thời gian, nội dung. (Biên bản mẫu)", 60, 14)
	return err
}

func (t *demo) linkSites(ctx context.Context, c *city, r *round, m meeting.Meeting) (map[id.ID]id.ID, error) {
	var main meeting.Site
	err := t.DB.Read(ctx, func(tx db.Tx) error {
		all, err := meeting.Sites(ctx, tx, m.ID)
		if err == nil {
			main = all[0]
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	main.Expected, main.Capacity, main.Contact = cityDelegates, 600, "Kỹ thuật viên mẫu"
	if _, err := t.Meeting.PutSite(ctx, r.owner, main, false); err != nil {
		return nil, err
	}
	out := map[id.ID]id.ID{c.top.ID: main.ID}
	for _, h := range c.hosts {
		s := meeting.Site{ID: id.New(), Meeting: m.ID, Unit: h.ID, Name: "Điểm cầu " + h.Short, Place: "Hội trường " + h.Short, Capacity: 300, Contact: "Kỹ thuật viên mẫu", Expected: int64(len(c.delegates[h.ID]))}
		if _, err := t.Meeting.PutSite(ctx, r.owner, s, false); err != nil {
			return nil, err
		}
		out[h.ID] = s.ID
	}
	return out, nil
}

func (t *demo) record(ctx context.Context, r *round, records []attendance.Record) error {
	return t.DB.Write(ctx, func(tx db.Tx) error {
		if err := attendance.AddRecords(ctx, tx, records); err != nil {
			return err
		}
		return attendance.Rebuild(ctx, tx, r.campaign.ID)
	})
}

// classes holds a class in every base for the ordinary members: most come, a few are
// absent, some bases make up for it, and a handful have not begun.
func (t *demo) classes(ctx context.Context, c *city, r *round) error {
	var records []attendance.Record
	for h, host := range c.hosts {
		for b, base := range c.bases[host.ID] {
			if (h+b)%17 == 5 || host.Short == "Vĩnh Bảo" && b > 3 {
				continue // not begun
			}
			rs, err := t.class(ctx, c, r, base, 5+(h*3+b*2)%14)
			if err != nil {
				return err
			}
			records = append(records, rs...)
		}
	}
	return t.record(ctx, r, records)
}

func (t *demo) class(ctx context.Context, c *city, r *round, base org.Unit, day int) ([]attendance.Record, error) {
	who := officer(base)
	date := fmt.Sprintf("2018-07-%02d", day)
	t.at("2018-07-01 08:00")
	m, err := t.Meeting.Plan(ctx, who, r.meeting(base, "class", "in_person", "Lớp học tập nghị quyết, "+base.Name, date+" 07:30", date+" 11:30", "Hội trường xã mẫu", 1))
	if err != nil {
		return nil, err
	}
	if _, err := t.Meeting.SetAgenda(ctx, who, m.ID, []meeting.Item{{Kind: "talk", Title: "Nội dung cơ bản của ba nghị quyết", Minutes: 150, Speaker: "Báo cáo viên mẫu " + base.Code, SpeakerLevel: "Huyện"},
		{Kind: "discussion", Title: "Thảo luận, liên hệ địa phương", Minutes: 60}}); err != nil {
		return nil, err
	}
	var site id.ID
	err = t.DB.Read(ctx, func(tx db.Tx) error {
		all, err := meeting.Sites(ctx, tx, m.ID)
		if err == nil {
			site = all[0].ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	records, missing := t.attend(c, r, base, m, site)
	t.at(date + " 11:40")
	if err := t.Attendance.Count(ctx, who, attendance.Headcount{ID: id.New(), Meeting: m.ID, Site: site, Who: "mass", Amount: int64(8 + day)}); err != nil {
		return nil, err
	}
	if _, err := t.Attendance.RollCall(ctx, who, m.ID, site, missing); err != nil {
		return nil, err
	}
	_, err = t.Meeting.Hold(ctx, who, m.ID, "Lớp học bảo đảm nội dung, thời gian. (Biên bản mẫu)", 45, int64(3+day%5))
	return records, err
}

// tonightCell is the secretary's cell, which studies on the evening of the story.
const tonightCell = "HP-Q08-X01-C01"

// attend draws who came to a class and how it is known; the rest are marked absent.
func (t *demo) attend(c *city, r *round, base org.Unit, m meeting.Meeting, site id.ID) (records []attendance.Record, missing []attendance.Mark) {
	exempt := map[id.ID]bool{}
	for _, e := range c.exempt {
		exempt[e.Person] = true
	}
	for _, cell := range c.cells[base.ID] {
		if cell.Code == tonightCell {
			continue // studies tonight, in its own meeting
		}
		for _, p := range t.people[cell.ID] {
			draw := t.rand.IntN(100)
			switch {
			case p.KeyCadre, exempt[p.ID] && draw >= 12:
				continue
			case draw >= 95 && !exempt[p.ID]:
				missing = append(missing, attendance.Mark{Person: p.ID, Reason: []string{"sick", "work", "", "other"}[draw%4]})
				continue
			case draw >= 92 && !exempt[p.ID]:
				continue // nobody has said anything yet
			}
			rec := attendance.Record{ID: id.New(), Campaign: r.campaign.ID, Meeting: m.ID, Site: site, Person: p.ID, Form: "in_person", How: "station", Grade: 2,
				At: m.Starts + int64(draw)*9000 - 15*60_000, ByName: "Trạm điểm danh mẫu"}
			rec.Recorded = rec.At
			switch {
			case draw%10 > 6:
				rec.How, rec.Grade, rec.ByName = "roll_call", 3, "Bí thư "+cell.Short
			case draw%10 == 6:
				rec.How, rec.Grade, rec.ByName, rec.Late = "list", 4, "Bí thư "+cell.Short, true
				rec.Recorded = m.Ends + 6*3600_000
			}
			records = append(records, rec)
		}
	}
	return records, missing
}

// tonight gives the secretary and the usher of the story something to do: a class that is
// under way and a cell meeting this evening.
func (t *demo) tonight(ctx context.Context, c *city, r *round) error {
	base := c.bases[c.hosts[7].ID][0]
	cell := c.cells[base.ID][0]
	t.at("2018-07-20 08:00")
	if _, err := t.Meeting.Plan(ctx, officer(base), r.meeting(base, "in_depth", "in_person", "Hội nghị chuyên sâu về công tác cán bộ", "2018-07-23 08:00", "2018-07-23 11:00", "Hội trường xã mẫu", -1)); err != nil {
		return err
	}
	m := r.meeting(cell, "cell", "in_person", "Sinh hoạt chi bộ học tập nghị quyết", "2018-07-23 09:00", "2018-07-23 11:00", "Nhà văn hóa thôn mẫu 03", -1)
	m.Chair = "Bí thư chi bộ (mẫu)"
	_, err := t.Meeting.Plan(ctx, officer(cell), m)
	return err
}
