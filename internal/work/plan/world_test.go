package plan

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

var now = time.Date(2018, 7, 1, 1, 0, 0, 0, time.UTC) // 08:00 in Hà Nội

// world is an open campaign of a city over two districts, one of which has a grassroots
// organisation with a cell; districts finish before 20/7, the grassroots before 25/7.
type world struct {
	*Service
	d                                                      *db.DB
	city, east, west, base, cell, paper                    id.ID
	campaign                                               campaign.Campaign
	owner, district, neighbour, grassroots, secretary, eye access.Actor
}

func as(role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: unit, From: "2018-01-01"}}}
}

func seed(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(now)}, d: d, city: id.New(), east: id.New(), west: id.New(), base: id.New(), cell: id.New(), paper: id.New()}
	unit := func(of, parent id.ID, level, code, name, committee, symbol string) org.Unit {
		return org.Unit{ID: of, Parent: parent, Level: level, Code: code, Name: name, Short: name, Committee: committee, Symbol: symbol, Place: "Hải Phòng"}
	}
	units := []org.Unit{
		unit(w.city, 0, "province", "P", "Đảng bộ thành phố mẫu", "THÀNH ỦY MẪU", "TU"),
		unit(w.east, w.city, "district", "E", "Đảng bộ huyện mẫu Đông", "HUYỆN ỦY MẪU ĐÔNG", "HU"),
		unit(w.west, w.city, "district", "W", "Đảng bộ huyện mẫu Tây", "HUYỆN ỦY MẪU TÂY", "HU"),
		unit(w.base, w.east, "grassroots", "B", "Đảng bộ xã mẫu", "", "ĐU"),
		unit(w.cell, w.base, "cell", "C", "Chi bộ mẫu 01", "", ""),
	}
	var people []person.Person
	for i := range 3 {
		people = append(people, person.Person{ID: id.New(), MemberNo: fmt.Sprintf("M%08d", i), Name: fmt.Sprintf("Đảng viên mẫu %03d", i), Kind: "official", Unit: w.cell, KeyCadre: i == 0, Since: "2010-01-01"})
	}
	ctx := context.Background()
	err := d.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 0, 0); err != nil {
			return err
		}
		if err := person.AddAll(ctx, tx, people, 0, 0); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', '26-NQ/TW', 'Trung ương', '2018-05-19', 'Nghị quyết mẫu', 'x', 0)`, w.paper, w.city)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Issued = (&document.Service{DB: d, Now: w.Now}).Issue
	w.owner, w.district, w.neighbour = as(access.Officer, w.city), as(access.UnitOfficer, w.east), as(access.UnitOfficer, w.west)
	w.grassroots, w.secretary, w.eye = as(access.UnitOfficer, w.base), as(access.Secretary, w.cell), as(access.Inspector, w.city)
	w.open(t)
	return w
}

func (w *world) open(t testing.TB) {
	t.Helper()
	s, ctx := &campaign.Service{DB: w.d, Now: w.Now}, context.Background()
	c, err := s.Draft(ctx, w.owner, campaign.Campaign{ID: id.New(), Unit: w.city, Title: "Học tập nghị quyết mẫu", StartsOn: "2018-06-26", Rounding: "half_up", Documents: []id.ID{w.paper},
		Audiences: []campaign.Audience{{Name: "Cán bộ chủ chốt", Filter: "key_cadre", Counted: "person"}, {Name: "Đảng viên", Filter: "member", Counted: "person"},
			{Name: "Quần chúng", Filter: "mass", Counted: "headcount"}},
		Dues: []campaign.Due{{Level: "district", On: "2018-07-20"}, {Level: "grassroots", On: "2018-07-25"}}})
	if err == nil {
		c, err = s.Open(ctx, w.owner, c.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.campaign = c
}

func (w *world) closed(t testing.TB) {
	t.Helper()
	if _, err := (&campaign.Service{DB: w.d, Now: w.Now}).Close(context.Background(), w.owner, w.campaign.ID); err != nil {
		t.Fatal(err)
	}
}

// ready is the proposal for a unit with what only people know written in: it may be sent.
func (w *world) ready(t testing.TB, who access.Actor, unit id.ID, number string) Plan {
	t.Helper()
	v, err := w.Show(context.Background(), who, w.campaign.ID, unit)
	if err != nil {
		t.Fatal(err)
	}
	p := v.Plan
	if p.ID == 0 {
		p.ID = id.New()
	}
	p.Number, p.IssuedOn, p.Signer = number, "2018-06-28", "Đảng viên mẫu 001"
	p.Assignments = []Assignment{{Name: "Đảng viên mẫu 001", Position: "Bí thư", Work: "Chỉ đạo chung, trực tiếp truyền đạt"}, {Name: "Đảng viên mẫu 002", Position: "Phó Bí thư", Work: "Đôn đốc, kiểm tra"}}
	for i := range p.Lines {
		p.Lines[i].Place, p.Lines[i].Speaker = "Hội trường", "Đảng viên mẫu 001"
	}
	return p
}

// sent saves and sends a unit's plan.
func (w *world) sent(t testing.TB, who access.Actor, unit id.ID, number string) View {
	t.Helper()
	ctx := context.Background()
	_, err := w.Save(ctx, who, w.ready(t, who, unit, number))
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Send(ctx, who, w.campaign.ID, unit)
	if err != nil {
		t.Fatalf("%v: %+v", err, v.Findings)
	}
	return v
}
