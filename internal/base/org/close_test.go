package org

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const closing = "Mã tổ chức,Tên tổ chức đảng,Cấp,Đến ngày\n"

// A unit that others opened since the sheet was weighed is not left below one that is closed.
func TestClosedBySheetWhileOthersOpenBelow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		steps := Steps{Weighed: func(*batch.Result) error {
			w.write(func(tx db.Tx) error {
				return AddAll(ctx, tx, []Unit{{ID: id.New(), Code: "W1", Level: "commune", Name: "Phường Tây mẫu", Parent: w.west.ID}}, 1, 0)
			})
			return nil
		}}
		body := batch.Bytes("t.csv", []byte(closing+"W,Đảng bộ Tây mẫu,equivalent,31/01/2026\n"))
		_, err := w.Import(ctx, access.System("test"), body, batch.Options{}, steps)
		wants(t, "somebody opened a unit below", err, fault.Conflict, "org.import_changed")
		r, err := w.Import(ctx, access.System("test"), body, batch.Options{}, Steps{})
		wants(t, "weighed again", err, ok, "")
		if r.Count[batch.Bad] != 1 || r.Applied {
			t.Errorf("%+v", r)
		}
		r, err = w.Import(ctx, access.System("test"), batch.Bytes("t.csv", []byte(closing+"W,Đảng bộ Tây mẫu,equivalent,31/01/2026\nW1,Phường Tây mẫu,Phường,31/01/2026\n")), batch.Options{}, Steps{})
		if err != nil || r.Count[batch.Changed] != 2 || !r.Applied {
			t.Errorf("both together: %+v %v", r, err)
		}
	})
}

// A unit with people in it or below it moves by a reorganisation only, at every door of one person.
func TestMovedByOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		both := actor(access.Administrator, w.city.ID)
		sheet := func(who access.Actor, code, above string) *batch.Result {
			body := "Mã tổ chức,Tên tổ chức đảng,Cấp,Mã cấp trên\n" + code + ",Phường mẫu,Phường," + above + "\n"
			r, err := w.Import(ctx, who, batch.Bytes("t.csv", []byte(body)), batch.Options{DryRun: true}, Steps{})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		wants(t, "nobody is in it yet", w.Move(ctx, both, w.ward.ID, w.west.ID, "2026-02-01", ""), ok, "")
		w.write(func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into person (id, name, folded, name_key, kind, unit, created_at)
				values ($1, 'Người mẫu', 'nguoi mau', 'mau nguoi', 'official', $2, 0)`, id.New(), w.cell.ID)
			return err
		})
		wants(t, "by hand", w.Move(ctx, both, w.ward.ID, w.east.ID, "2026-02-07", ""), fault.Conflict, "org.by_event")
		if r := sheet(both, "E1", "E"); r.Count[batch.Bad] != 1 || r.Rows[0].Notes[0].Key != "org.by_event" {
			t.Errorf("by sheet: %+v", r)
		}
		if r := sheet(access.System("test"), "E1", "E"); r.Count[batch.Changed] != 1 {
			t.Errorf("by the machine's keeper: %+v", r)
		}
		wants(t, "what has people and nothing below it", w.Move(ctx, both, w.cell.ID, w.west.ID, "2026-02-07", ""), fault.Conflict, "org.by_event_alone")

		w.Unreported = func(_ context.Context, _ db.Tx, field, day string, _ ...id.ID) error {
			if day <= "2026-01-31" {
				return fault.At(field, "reorg.campaign_closed")
			}
			return nil
		}
		for day, want := range map[string]batch.Verdict{"30/01/2026": batch.Bad, "31/01/2026": batch.Changed} {
			r, err := w.Import(ctx, both, batch.Bytes("t.csv", []byte(closing+"E,Đảng bộ Đông mẫu,equivalent,"+day+"\n")), batch.Options{DryRun: true}, Steps{})
			if err != nil || r.Count[want] != 1 {
				t.Errorf("closed by sheet on %s: %+v %v", day, r, err)
			}
		}
	})
}

// BenchmarkClosedBySheet closes 6,000 of 12,000 units of one parent: each costs its own children, not all
// units there are.
func BenchmarkClosedBySheet(b *testing.B) {
	w := newWorld(b, dbtest.One(b))
	const many = 12_000
	units := make([]Unit, many)
	var sheet strings.Builder
	sheet.WriteString(closing)
	for i := range units {
		units[i] = Unit{ID: id.New(), Code: fmt.Sprintf("E1.%05d", i), Level: "cell", Name: fmt.Sprint("Chi bộ mẫu ", i), Parent: w.ward.ID}
		if i%2 == 0 {
			fmt.Fprintf(&sheet, "%s,%s,Chi bộ,31/01/2026\n", units[i].Code, units[i].Name)
		}
	}
	w.write(func(tx db.Tx) error { return AddAll(ctx, tx, units, 1, 0) })
	for b.Loop() {
		r, err := w.Import(ctx, access.System("test"), batch.Bytes("t.csv", []byte(sheet.String())), batch.Options{DryRun: true}, Steps{})
		if err != nil || r.Count[batch.Changed] != many/2 {
			b.Fatalf("%+v %v", r.Count, err)
		}
	}
}
