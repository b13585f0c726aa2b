package document

import (
	"context"
	"fmt"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
)

var today = time.Date(2018, 7, 20, 8, 0, 0, 0, clock.Zone)

// world is Hải Phòng as S2 tells it: 15 districts, 20 departments, a cell below one.
type world struct {
	*Service
	t           testing.TB
	city, cell  id.ID
	districts   []id.ID
	departments []id.ID
	officer     access.Actor // of the city
	district    access.Actor // unit officer of the first district
	member      access.Actor // of the cell
	stranger    access.Actor // unit officer of another tree
}

func newWorld(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := &world{Service: &Service{DB: d, Now: clock.Fixed(today), Files: file.New(t.TempDir(), 1<<20)}, t: t}
	var units []org.Unit
	add := func(level string, parent id.ID, name string) id.ID {
		u := org.Unit{ID: id.New(), Code: fmt.Sprintf("U%02d", len(units)), Level: level, Parent: parent, Name: name, Short: name, Position: len(units), From: "2000-01-01"}
		units = append(units, u)
		return u.ID
	}
	w.city = add("province", 0, "Đảng bộ thành phố Hải Phòng")
	for i := range 15 {
		w.districts = append(w.districts, add("district", w.city, fmt.Sprintf("Đảng bộ quận, huyện %02d", i+1)))
	}
	for i := range 20 {
		w.departments = append(w.departments, add("department", w.city, fmt.Sprintf("Sở, ngành %02d", i+1)))
	}
	w.cell = add("cell", w.districts[0], "Chi bộ mẫu 1")
	other := add("province", 0, "Đảng bộ tỉnh khác")
	w.must(d.Write(context.Background(), func(tx db.Tx) error { return org.AddAll(context.Background(), tx, units, 1, 0) }))
	w.officer, w.district = actor(1, access.Officer, w.city), actor(2, access.UnitOfficer, w.districts[0])
	w.member, w.stranger = actor(3, access.Member, w.cell), actor(4, access.UnitOfficer, other)
	return w
}

func actor(account id.ID, role access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: account, Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{ID: account, Account: account, Role: role, Unit: unit}}}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// haiphong registers resolution 18, plan 91 and the plans of all units below (F9).
func (w *world) haiphong() (resolution, plan Document) {
	w.t.Helper()
	resolution = Document{ID: id.New(), Unit: w.city, Kind: "resolution", Number: "18-NQ/TW", IssuerName: "Ban Chấp hành Trung ương", IssuedOn: "2017-10-25", Title: "Một số vấn đề về tiếp tục đổi mới, sắp xếp tổ chức bộ máy", Sample: true}
	plan = Document{ID: id.New(), Unit: w.city, Kind: "plan", Number: "91-KH/TU", Issuer: w.city, IssuerName: "Đảng bộ thành phố Hải Phòng", IssuedOn: "2018-01-15", Title: "Thực hiện Nghị quyết số 18-NQ/TW",
		Targets: []id.ID{resolution.ID}, Parts: []Part{{Kind: "task_general", Amount: 13}, {Kind: "task_year", Amount: 11}, {Kind: "task_roadmap", Amount: 11}, {Kind: "task_waiting", Amount: 13}, {Kind: "survey", Title: "Khảo sát ở địa phương", Amount: 300, Marker: "hơn"}}}
	docs := []Document{resolution, plan}
	for i := range 4 {
		docs = append(docs, Document{ID: id.New(), Unit: w.city, Kind: "plan", IssuerName: "Ủy ban nhân dân thành phố", IssuedOn: "2018-02-01", Title: fmt.Sprintf("Kế hoạch mẫu %d của Ủy ban nhân dân", i+1), Targets: []id.ID{plan.ID}, Sample: true})
	}
	for i, u := range append(append([]id.ID(nil), w.districts...), w.departments...) {
		docs = append(docs, Document{ID: id.New(), Unit: u, Kind: "plan", Number: fmt.Sprintf("%02d-KH/U", i+1), Issuer: u, IssuerName: "x", IssuedOn: "2018-03-01", Title: "Kế hoạch mẫu thực hiện Kế hoạch số 91", Targets: []id.ID{plan.ID}, Sample: true})
	}
	w.must(w.DB.Write(context.Background(), func(tx db.Tx) error { return Add(context.Background(), tx, docs...) }))
	return resolution, plan
}

func (w *world) letter(number string) Document {
	return Document{ID: id.New(), Unit: w.city, Number: number, IssuerName: "Thành ủy", IssuedOn: "2018-07-01", Title: "Về việc học tập"}
}

func key(err error) string {
	if err == nil {
		return ""
	}
	return fault.Key(err)
}

func (w *world) count(from string) int64 {
	w.t.Helper()
	var n int64
	w.must(w.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], "select count(*) from "+from)
		return err
	}))
	return n
}

// use puts the document under an opened campaign, with the campaign's own statements.
func (w *world) use(document id.ID) {
	w.t.Helper()
	ctx, c := context.Background(), id.New()
	w.must(w.DB.Write(ctx, func(tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt', 'open', '2018-07-01', 1)`, c, w.city); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into campaign_document (campaign, document, ord) values ($1, $2, 1)`, c, document)
		return err
	}))
}

// BenchmarkLongChain shows a plan that 10,000 cells have answered, after the planner has
// learnt how uneven the links are.
func BenchmarkLongChain(b *testing.B) {
	w, ctx := newWorld(b, dbtest.One(b)), context.Background()
	_, plan := w.haiphong()
	var units []org.Unit
	var docs []Document
	for i := range 10_000 {
		u := org.Unit{ID: id.New(), Code: fmt.Sprintf("C%d", i), Level: "cell", Parent: w.districts[i%15], Name: "Chi bộ", Short: "Chi bộ", From: "2000-01-01"}
		units = append(units, u)
		docs = append(docs, Document{ID: id.New(), Unit: u.ID, Kind: "plan", Number: fmt.Sprintf("%d-KH/CB", i), Issuer: u.ID, IssuerName: "x",
			IssuedOn: "2018-03-05", Title: "Kế hoạch", Targets: []id.ID{plan.ID}})
	}
	w.must(w.DB.Write(ctx, func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 1, 0); err != nil {
			return err
		}
		return Add(ctx, tx, docs...)
	}))
	w.must(w.DB.Analyze(ctx))
	for b.Loop() {
		v, err := w.Show(ctx, w.officer, plan.ID)
		if err != nil || v.Chain != 10_039 {
			b.Fatal(v.Chain, err)
		}
	}
}
