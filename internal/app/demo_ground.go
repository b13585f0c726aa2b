package app

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The fifteen districts of Hải Phòng in 2018, as S2 counts them.
var districts = []struct{ kind, name string }{
	{"quận", "Hồng Bàng"}, {"quận", "Ngô Quyền"}, {"quận", "Lê Chân"}, {"quận", "Hải An"}, {"quận", "Kiến An"}, {"quận", "Đồ Sơn"},
	{"quận", "Dương Kinh"}, {"huyện", "Thủy Nguyên"}, {"huyện", "An Dương"}, {"huyện", "An Lão"}, {"huyện", "Kiến Thụy"},
	{"huyện", "Tiên Lãng"}, {"huyện", "Vĩnh Bảo"}, {"huyện", "Cát Hải"}, {"huyện", "Bạch Long Vĩ"},
}

// What S2 gives is used; what it does not give is invented and called "mẫu".
const (
	cityDelegates  = 480  // summoned to the main site (S2)
	siteDelegates  = 3350 // at 16 sites (S2)
	departmentsAll = 20   // that issued plans (S2)
	basesADistrict = 6    // invented from here on
	cellsABase     = 4
	plainACell     = 10 // ordinary members a cell
)

// city is the cast of the story of Hải Phòng.
type city struct {
	top         org.Unit
	hosts       []org.Unit // 15 districts and the military command
	departments []org.Unit
	bases       map[id.ID][]org.Unit
	cells       map[id.ID][]org.Unit
	delegates   map[id.ID][]id.ID // key cadres by host; the top's are the 480
	docs        map[string]id.ID
	people      []person.Person
	exempt      []person.Exemption
}

func (t *demo) castCity() *city {
	c := &city{bases: map[id.ID][]org.Unit{}, cells: map[id.ID][]org.Unit{}, delegates: map[id.ID][]id.ID{}, docs: map[string]id.ID{}}
	c.top = t.unit(0, "province", "HP", "Đảng bộ thành phố Hải Phòng", "Hải Phòng", "THÀNH UỶ HẢI PHÒNG", "TU", "Hải Phòng", "1990-01-01")
	for i, d := range districts {
		committee := map[string]string{"quận": "QUẬN UỶ ", "huyện": "HUYỆN UỶ "}[d.kind] + upper(d.name)
		symbol := map[string]string{"quận": "QU", "huyện": "HU"}[d.kind]
		c.hosts = append(c.hosts, t.unit(c.top.ID, "district", fmt.Sprintf("HP-Q%02d", i+1), "Đảng bộ "+d.kind+" "+d.name, d.name, committee, symbol, d.name, "1990-01-01"))
	}
	c.hosts = append(c.hosts, t.unit(c.top.ID, "equivalent", "HP-QS", "Đảng bộ Quân sự thành phố", "Quân sự", "ĐẢNG UỶ QUÂN SỰ THÀNH PHỐ", "ĐU", "Hải Phòng", "1990-01-01"))
	for i := range departmentsAll {
		c.departments = append(c.departments, t.unit(c.top.ID, "department", fmt.Sprintf("HP-S%02d", i+1),
			fmt.Sprintf("Sở, ngành, đoàn thể mẫu %02d", i+1), fmt.Sprintf("Sở, ngành mẫu %02d", i+1), fmt.Sprintf("ĐẢNG UỶ SỞ, NGÀNH MẪU %02d", i+1), "ĐU", "Hải Phòng", "1990-01-01"))
	}
	t.castDelegates(c)
	return c
}

// castDelegates gives every host its key cadres, spread over its cells, and each
// department its 24, so that both numbers of S2 are people who can be opened by name.
func (t *demo) castDelegates(c *city) {
	n := 0
	add := func(unit, host id.ID, cadre bool) {
		n++
		p := t.member(n, unit, cadre)
		c.people = append(c.people, p)
		if cadre {
			c.delegates[host] = append(c.delegates[host], p.ID)
		} else if n%9 == 0 {
			c.exempt = append(c.exempt, person.Exemption{ID: id.New(), Person: p.ID, Kind: "exempt", Reason: "Tuổi cao, sức yếu",
				From: "2017-01-01", Resolution: fmt.Sprintf("%02d-NQ/CB", n%90+1), Approver: "Đảng ủy cơ sở mẫu"})
		}
	}
	for i, d := range c.departments {
		cell := t.unit(d.ID, "cell", fmt.Sprintf("%s-C01", d.Code), fmt.Sprintf("Chi bộ cơ quan mẫu %02d", i+1), "Chi bộ 01", "CHI BỘ CƠ QUAN", "CB", "Hải Phòng", "1990-01-01")
		c.cells[d.ID] = append(c.cells[d.ID], cell)
		for range cityDelegates / departmentsAll {
			add(cell.ID, c.top.ID, true)
		}
	}
	for h, host := range c.hosts {
		cells := t.castBases(c, host)
		cadres := siteDelegates / len(c.hosts)
		if h < siteDelegates%len(c.hosts) {
			cadres++
		}
		for i := range cadres {
			add(cells[i%len(cells)].ID, host.ID, true)
		}
		for _, cell := range cells {
			for range plainACell {
				add(cell.ID, host.ID, false)
			}
		}
	}
}

func (t *demo) castBases(c *city, host org.Unit) (cells []org.Unit) {
	for b := range basesADistrict {
		name := fmt.Sprintf("Đảng bộ xã mẫu %02d", b+1)
		base := t.unit(host.ID, "grassroots", fmt.Sprintf("%s-X%02d", host.Code, b+1), name, fmt.Sprintf("Xã mẫu %02d", b+1),
			fmt.Sprintf("ĐẢNG UỶ XÃ MẪU %02d", b+1), "ĐU", "Xã mẫu", "1990-01-01")
		c.bases[host.ID] = append(c.bases[host.ID], base)
		for k := range cellsABase {
			cell := t.unit(base.ID, "cell", fmt.Sprintf("%s-C%02d", base.Code, k+1), fmt.Sprintf("Chi bộ mẫu %02d", k+1), fmt.Sprintf("Chi bộ %02d", k+1),
				fmt.Sprintf("CHI BỘ MẪU %02d", k+1), "CB", "Xã mẫu", "1990-01-01")
			c.cells[base.ID] = append(c.cells[base.ID], cell)
			cells = append(cells, cell)
		}
	}
	return cells
}

// papers registers the chain that S2 tells of: central resolutions 18, 19 and those of
// plenum 7, plans 91 and 117, programme 49, and what came of them.
func (t *demo) papers(ctx context.Context, c *city) error {
	const centre = "Ban Chấp hành Trung ương"
	var all []document.Document
	add := func(key, kind, number, issuer, on, title string, unit, by id.ID, targets []string, parts ...document.Part) {
		d := document.Document{ID: id.New(), Unit: unit, Kind: kind, Number: number, Issuer: by, IssuerName: issuer, IssuedOn: on, Title: title,
			Parts: parts, Sample: key == "", CreatedAt: t.Now.Ms()}
		for _, k := range targets {
			d.Targets = append(d.Targets, c.docs[k])
		}
		if key != "" {
			c.docs[key] = d.ID
		}
		all = append(all, d)
	}
	city := "Thành ủy Hải Phòng"
	add("18", "resolution", "18-NQ/TW", centre, "2017-10-25", "Một số vấn đề về tiếp tục đổi mới, sắp xếp tổ chức bộ máy của hệ thống chính trị tinh gọn, hoạt động hiệu lực, hiệu quả", c.top.ID, 0, nil)
	add("19", "resolution", "19-NQ/TW", centre, "2017-10-25", "Tiếp tục đổi mới hệ thống tổ chức và quản lý, nâng cao chất lượng và hiệu quả hoạt động của các đơn vị sự nghiệp công lập", c.top.ID, 0, nil)
	add("26", "resolution", "26-NQ/TW", centre, "2018-05-19", "Tập trung xây dựng đội ngũ cán bộ các cấp, nhất là cấp chiến lược", c.top.ID, 0, nil)
	add("27", "resolution", "27-NQ/TW", centre, "2018-05-21", "Cải cách chính sách tiền lương", c.top.ID, 0, nil)
	add("28", "resolution", "28-NQ/TW", centre, "2018-05-23", "Cải cách chính sách bảo hiểm xã hội", c.top.ID, 0, nil)
	add("117", "plan", "117-KH/TU", city, "2018-06-26", "Học tập, quán triệt, tuyên truyền và triển khai thực hiện các nghị quyết Hội nghị Trung ương 7 (khóa XII)", c.top.ID, c.top.ID, []string{"26", "27", "28"})
	add("91", "plan", "91-KH/TU", city, "2018-01-02", "Thực hiện Nghị quyết số 18-NQ/TW (ngày ban hành là số liệu mẫu)", c.top.ID, c.top.ID, []string{"18"},
		document.Part{Kind: "task_general", Title: "Nhiệm vụ, giải pháp chung", Amount: 13},
		document.Part{Kind: "task_year", Title: "Nhiệm vụ thực hiện trong năm 2018", Amount: 11},
		document.Part{Kind: "task_roadmap", Title: "Nhiệm vụ thực hiện theo lộ trình", Amount: 11},
		document.Part{Kind: "task_waiting", Title: "Nhiệm vụ thực hiện khi có hướng dẫn của Trung ương", Amount: 13},
		document.Part{Kind: "meeting", Title: "Cuộc họp của Ban Thường vụ cho ý kiến", Amount: 5},
		document.Part{Kind: "survey", Title: "Khảo sát, nghiên cứu, tọa đàm cấp thành phố", Amount: 25},
		document.Part{Kind: "survey", Title: "Khảo sát ở các địa phương", Amount: 300, Marker: "hơn"})
	add("49", "programme", "49-CTr/TU", city, "2018-01-02", "Thực hiện Nghị quyết số 19-NQ/TW (ngày ban hành là số liệu mẫu)", c.top.ID, c.top.ID, []string{"19"},
		document.Part{Kind: "task_group", Title: "Nhóm nhiệm vụ, giải pháp chủ yếu", Amount: 7})
	both := []string{"91", "49"}
	for i := range 4 {
		add("", "plan", fmt.Sprintf("M%02d-KH/UBND", i+1), "Ủy ban nhân dân thành phố", "2018-03-01", fmt.Sprintf("Kế hoạch mẫu %02d của Ủy ban nhân dân thành phố", i+1), c.top.ID, 0, both)
	}
	for i := range 5 {
		add("", "letter", fmt.Sprintf("M%02d-CV/UBND", i+1), "Ủy ban nhân dân thành phố", "2018-03-15", fmt.Sprintf("Văn bản chỉ đạo mẫu %02d của Ủy ban nhân dân thành phố", i+1), c.top.ID, 0, both)
	}
	for i := range 25 {
		add("", "guidance", fmt.Sprintf("M%02d-HD/CQ", i+1), "Cơ quan được phân công chủ trì", "2018-04-01", fmt.Sprintf("Văn bản chỉ đạo, hướng dẫn, đôn đốc mẫu %02d", i+1), c.top.ID, 0, both)
	}
	for _, u := range append(append([]org.Unit{}, c.hosts[:len(districts)]...), c.departments...) {
		add("", "plan", "M01-KH/"+u.Symbol, u.Name, "2018-04-20", "Kế hoạch cụ thể thực hiện Kế hoạch 91 và Chương trình hành động 49 (số hiệu mẫu)", u.ID, u.ID, both)
	}
	return t.DB.Write(ctx, func(tx db.Tx) error { return document.Add(ctx, tx, all...) })
}

// recall finds the ways in of a story that was told in an earlier run.
func (t *demo) recall(ctx context.Context, scenario string) error {
	t.story.Now = haiPhongDay()
	if scenario == Province {
		t.story.Now = provinceDay()
	}
	return t.DB.Read(ctx, func(tx db.Tx) (err error) {
		t.story.Doors, err = db.All(ctx, tx, func(scan func(...any) error) (d Door, err error) {
			var role string
			err = scan(&d.Account, &d.Name, &role, &d.Unit)
			d.Role = access.Role(role)
			return d, err
		}, `select a.id, a.name, g.role, u.name from account a join access_grant g on g.account = a.id join org_unit u on u.id = g.unit
			where g.revoked_at is null and a.disabled_at is null and a.login like 'mau-%' order by a.id`)
		return err
	})
}
