package person

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Whoever reads the log reads no names of columns: every field of people, exemptions, units
// and imports has its word there, and codes are read in the words of their pages.
func TestTheLogIsInWords(t *testing.T) {
	for _, row := range []any{Person{}, Exemption{}, Counts{}, org.Unit{}, org.Level{}} {
		for f := range reflect.TypeOf(row).Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "-" && name != "id" && name != "person" && !words.Has("audit.field."+name) {
				t.Errorf("%T: the log has no word for %s", row, name)
			}
		}
	}
	for _, row := range []struct{ action, detail, vi, en string }{
		{
			"person.edit", `[{"field":"kind","old":"probationary","new":"official"},{"field":"key_cadre","old":"","new":"x"}]`,
			"[{Loại Đảng viên dự bị Đảng viên chính thức} {Cán bộ chủ chốt  có}]", "[{Kind Probationary member Official member} {Key cadre  yes}]",
		},
		{"person.create", `{"id":"0000000000001","sex":"f","key_cadre":false,"unit":""}`, "[{Giới tính  Nữ} {Cán bộ chủ chốt  không}]", "[{Sex  Female} {Key cadre  no}]"},
		{"person.exempt", `{"kind":"reduced"}`, "[{Loại  Giảm sinh hoạt}]", "[{Kind  Reduced}]"},
		{"person.numbers", `{"fields":["identity","phone"]}`, "[{Phần đã ghi  Số căn cước, Số điện thoại}]", "[{What was written  Identity number, Phone number}]"},
		{"person.import", `{"file":"a.xlsx","added":250,"changed":3}`, "[{Thêm mới  250} {Thay đổi  3} {Tệp  a.xlsx}]", "[{Added  250} {Changed  3} {File  a.xlsx}]"},
	} {
		l := audit.Line{Entry: audit.Entry{Action: row.action, Detail: row.detail}}
		for lang, want := range map[string]string{"vi": row.vi, "en": row.en} {
			facts := l.Facts(lang)
			if got := fmt.Sprint(facts); len(got) != len(want) || !sameSet(got, want) {
				t.Errorf("%s: %s, want %s", row.action, got, want)
			}
		}
	}
}

// A move stands in the log of the unit left and of the unit gained, an import in that of the
// unit it went to, whatever the first grant is.
func TestBothSeeAMove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		p, err := w.Create(ctx, w.admin, Person{ID: id.New(), Name: "Đảng viên mẫu 001", Birth: "1970", Kind: Official, Unit: w.e1.ID, Since: "2020-01-01"}, false)
		wants(t, "a person is made", err, ok, "")
		wants(t, "a transfer", w.Move(ctx, w.all, p.ID, w.w1.ID, "2026-01-01", "QĐ 3"), ok, "")
		two := actor(w.east.ID)
		two.Grants = append(two.Grants, access.Grant{Role: access.UnitOfficer, Unit: w.west.ID})
		err = d.Write(ctx, func(tx db.Tx) error {
			return w.Imported(ctx, tx, &Pass{Who: two, homes: map[id.ID]bool{w.w1.ID: true}}, id.New(), Counts{File: "a.xlsx"})
		})
		wants(t, "an import", err, ok, "")
		log := &audit.Service{DB: d, Now: w.Now}
		for _, row := range []struct {
			says   string
			unit   id.ID
			action string
			want   int
		}{
			{"the unit left", w.east.ID, "person.move", 1}, {"the unit gained", w.west.ID, "person.move", 1}, {"above both", w.city.ID, "person.move", 1},
			{"imported elsewhere", w.east.ID, "person.import", 0}, {"imported here", w.west.ID, "person.import", 1},
		} {
			rows, err := log.List(ctx, actor(row.unit), audit.Filter{Action: row.action})
			if err != nil || len(rows.Items) != row.want {
				t.Errorf("%s: %d lines of %s, want %d, %v", row.says, len(rows.Items), row.action, row.want, err)
				continue
			}
			if row.action == "person.move" {
				if facts := fmt.Sprint(rows.Items[0].Facts("vi")); !strings.Contains(facts, w.e1.Name+" "+w.w1.Name) {
					t.Errorf("%s: %s", row.says, facts)
				}
			}
		}
	})
}

func sameSet(a, b string) bool {
	for _, part := range strings.Split(strings.Trim(b, "[{}]"), "} {") {
		if !strings.Contains(a, part) {
			return false
		}
	}
	return true
}
