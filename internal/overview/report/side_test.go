package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/overview/rollup"
)

// Every unit stands once, with both documents beside it as in their own tables.
func TestSideBySide(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.tale(t)
	_, parts := w.export(t, w.officer, city, "xlsx")
	rows := cellsOf(parts["xl/worksheets/sheet3.xml"])
	if len(rows) < 6 || rows[3]["E"] == "" || rows[3][sheet.Letter(5+len(side))] == "" {
		t.Fatal("no heads of two documents:", rows)
	}
	v := w.show(t, w.officer, city)
	for i, l := range v.printed("").lines(v.Studies[1]) {
		f, _ := l.figure("studied")
		if got := rows[5+i][sheet.Letter(6+len(side))]; got != fmt.Sprint(f.Value) || rows[5+i]["B"] != l.name {
			t.Errorf("%s: %s studied the second document, its table has %d", rows[5+i]["B"], got, f.Value)
		}
	}
}

// province is a report of so many units on so many documents.
func provincial(units, papers int) View {
	v := View{Campaign: campaign.Campaign{Title: "Đợt mẫu", Rounding: "half_up"}, Unit: campaign.Unit{Unit: 1, Name: "Đảng bộ tỉnh mẫu"}, stated: map[id.ID]Figures{}}
	for p := range papers {
		s := Study{Document: id.ID(100 + p), Number: fmt.Sprintf("%d-NQ/TW", p+1), Title: "Nghị quyết mẫu"}
		s.Total = Row{Unit: 1, Name: v.Unit.Name}
		for u := range units {
			c := rollup.Count{Members: 500, Exempt: 20, ExemptCame: 3, Studied: 470 - int64(u%9), Civil: 9, CivilStudy: 7}
			c.Forms[0], c.Grades[1] = c.Studied, c.Studied
			r := Row{Unit: id.ID(1000 + u), Name: fmt.Sprintf("Đảng bộ xã mẫu %05d", u), Line: rollup.Line{Count: c, Meetings: rollup.Meetings{Member: 3, Speakers: 2}, Heads: rollup.Heads{Amount: int64(u)}}}
			s.Rows, s.Total.Line.Count = append(s.Rows, r), s.Total.Line.Count.Add(c)
		}
		v.Studies = append(v.Studies, s)
		v.Figures = append(v.Figures, s.Figures()...)
	}
	for u := range units {
		v.Below = append(v.Below, Child{Unit: id.ID(1000 + u), Name: fmt.Sprintf("Đảng bộ xã mẫu %05d", u), State: "accepted"})
		v.stated[id.ID(1000+u)] = Figures{{Code: "programmes", Value: 1, Set: true}, {Code: "outreach_broadcasts", Value: int64(u), Set: true}}
	}
	return v
}

func TestProvincialSheet(t *testing.T) {
	var b bytes.Buffer
	if err := provincial(40, 4).writeXLSX(&b); err != nil || !strings.HasPrefix(b.String(), "PK") {
		t.Fatal(err, b.Len())
	}
}

// BenchmarkProvincialSheet writes the appendix of a province: 10,000 rows with all columns of
// four documents, side by side, and what was declared.
func BenchmarkProvincialSheet(b *testing.B) {
	v := provincial(10_000, 4)
	for b.Loop() {
		if err := v.writeXLSX(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
