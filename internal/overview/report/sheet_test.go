package report

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/sheet"
)

var sheetRow = regexp.MustCompile(`<row .*?</row>`)
var sheetCell = regexp.MustCompile(`<c r="([A-Z]+)\d+"[^>]*?(?:/>|>(?:<v>(.*?)</v>|<is><t[^>]*>(.*?)</t></is>)</c>)`)

// cellsOf are the texts of a sheet's rows by column letter.
func cellsOf(xml string) (out []map[string]string) {
	for _, row := range sheetRow.FindAllString(xml, -1) {
		m := map[string]string{}
		for _, c := range sheetCell.FindAllStringSubmatch(row, -1) {
			m[c[1]] = c[2] + c[3]
		}
		out = append(out, m)
	}
	return out
}

func TestSheet(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.tale(t)
	whole, parts := w.export(t, w.eastern, east, "xlsx")
	keep(t, "appendix.xlsx", whole)
	golden(t, "appendix.xml", strings.ReplaceAll(parts["xl/worksheets/sheet1.xml"], "</row>", "</row>\n"))
	golden(t, "declared.xml", strings.ReplaceAll(parts["xl/worksheets/sheet4.xml"], "</row>", "</row>\n"))
	golden(t, "notes.xml", strings.ReplaceAll(parts["xl/worksheets/sheet5.xml"], "</row>", "</row>\n"))
	v := w.show(t, w.eastern, east)
	rows := cellsOf(parts["xl/worksheets/sheet1.xml"])
	i := slices.IndexFunc(rows, func(r map[string]string) bool { return r["B"] == "Tổng cộng" })
	if i < 0 {
		t.Fatal("no line of what the report states")
	}
	for n, c := range columns { // every figure of the page stands in the last line
		got := rows[i][sheet.Letter(n+3)]
		if _, rate := Ratios[c.code]; rate {
			continue
		}
		f := v.of(c.code, under(c.code, paper1))
		want := ""
		switch {
		case c.group == "grades":
			want = strconv.FormatInt(v.Studies[0].Total.Line.Count.Grades[c.code[1]-'1'], 10)
		case f.Marker != "":
			want = number("vi", f)
		case f.Set:
			want = strconv.FormatInt(f.Value, 10)
		}
		if got != want {
			t.Errorf("%s is %q, on the page %q", c.full(), got, want)
		}
	}
	notes := parts["xl/worksheets/sheet5.xml"]
	for _, want := range []string{"thêm một báo cáo viên của tỉnh", "chương trình hành động số 49-CTr/HU", "1 + 100 + 573 = 674. một điểm mở thêm", "một người ký sổ giấy"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes do not say %q", want)
		}
	}
	if !strings.Contains(parts["xl/worksheets/sheet4.xml"], "gần 900") {
		t.Error("a declared number loses its marker on the way up")
	}
}

// Parts add up to the total in every column that is a sum, also in those that stand once for all
// documents; so they do when it was sent and the records go on.
func TestLinesAddUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.ex(t, `insert into plan (id, campaign, unit, state, created_at) values (77001, $1, $2, 'sent', 0)`, round, east)
		v := w.show(t, w.officer, city)
		if v.of("plans_issued", 0).Value != 1 || v.of("plans_due", 0).Value != 2 || v.of("opinions", 0).Value == 0 {
			t.Errorf("plans and opinions: %+v %+v %+v", v.of("plans_issued", 0), v.of("plans_due", 0), v.of("opinions", 0))
		}
		addUp(t, v)
		addUp(t, w.show(t, w.eastern, east))
		w.tale(t)
		if err := w.Send(ctx, w.eastern, round, east, "còn chờ", Any); err != nil {
			t.Fatal(err)
		}
		w.ex(t, `update meeting set speeches = speeches + 7`)
		addUp(t, w.show(t, w.eastern, east))
	})
}

func addUp(t *testing.T, v View) {
	t.Helper()
	for _, s := range v.Studies {
		sums, lines := map[string]int64{}, v.printed("").lines(s)
		for _, l := range lines {
			for _, c := range columns {
				f, ok := l.figure(c.code)
				if _, rate := Ratios[c.code]; rate || !ok || l.said || under(c.code, s.Document) == 0 && v.of(c.code, 0).Computed == nil {
					continue
				}
				if l.sum {
					f.Value = -f.Value
				}
				sums[c.code] += f.Value
			}
		}
		for code, n := range sums {
			if n != 0 {
				t.Errorf("%s of %s: the lines differ from the total by %d", code, s.Number, n)
			}
		}
	}
}

func TestCSV(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.tale(t)
	w.ex(t, `update campaign_unit set name = '=1+1|Đảng bộ xã Một' where unit = $1`, base1)
	whole, _ := w.export(t, w.eastern, east, "csv")
	if !bytes.HasPrefix(whole, []byte("\ufeff")) {
		t.Error("without BOM")
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(whole, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 1+5+4 || len(rows[0]) != len(columns)+4 {
		t.Fatal(len(rows), err)
	}
	if rows[2][2] != "'=1+1|Đảng bộ xã Một" || !slices.Contains(rows[4], "hơn 1861") || !slices.Contains(rows[4], "70,00%") || rows[5][2] != phrase("beside") || !slices.Contains(rows[5], "3") {
		t.Errorf("%q\n%q", rows[2], rows[5])
	}
}
