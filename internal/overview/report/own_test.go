package report

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
)

// order adds a column that a unit wants of those below it.
func (w *world) order(t testing.TB, who access.Actor, unit id.ID, name string, summed bool) measure.Column {
	t.Helper()
	m := &measure.Service{DB: w.d, Now: w.Now}
	c, err := m.AddColumn(ctx, who, measure.Column{ID: id.New(), Campaign: round, Unit: unit, Name: name, Counted: "meeting", Summed: summed})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A column is ordered, filled below with its ground, frozen and sealed, added up with its
// marker, printed apart, and locked; it is in no rate.
func TestOwnColumn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		sum, alone := w.order(t, w.officer, city, "Buổi đối thoại", true), w.order(t, w.officer, city, "Lớp ở thôn", false)
		theirs := w.order(t, w.eastern, east, "Buổi của huyện Đông", true)
		second := as("Bí thư mẫu 2", access.Secretary, base2)
		say := func(c measure.Column, n int64, marker, reason string) Figure {
			return Figure{Code: c.Code(), Value: n, Marker: marker, Reason: reason}
		}
		before, _ := w.show(t, w.eastern, east).Rates(paper1)
		want(t, "without its ground", w.SetFigure(ctx, w.secretary, round, base1, say(sum, 5, "hơn", "")), "report.ground_needed")
		want(t, "below nought", w.SetFigure(ctx, w.secretary, round, base1, say(sum, -1, "", "sổ")), "report.value_range")
		want(t, "a column nobody ordered", w.SetFigure(ctx, w.secretary, round, base1, Figure{Code: "own:" + id.New().String(), Value: 1, Reason: "sổ"}), "fault.missing")
		want(t, "of a document", w.SetFigure(ctx, w.secretary, round, base1, Figure{Code: sum.Code(), Document: paper1, Value: 1, Reason: "sổ"}), "fault.missing")
		want(t, "a column of another district", w.SetFigure(ctx, w.western, round, west, say(theirs, 1, "", "sổ")), "fault.missing")
		want(t, "by a stranger", w.SetFigure(ctx, w.outside, round, base1, say(sum, 1, "", "sổ")), "fault.missing")
		for _, c := range []measure.Column{sum, alone, theirs} {
			want(t, c.Name, w.SetFigure(ctx, w.secretary, round, base1, say(c, 5, "hơn", "sổ của xã")), "")
		}
		want(t, "the second", w.SetFigure(ctx, second, round, base2, say(sum, 3, "", "biên bản")), "")
		want(t, "sending", w.Send(ctx, w.secretary, round, base1, "", Any), "")
		want(t, "sending the second", w.Send(ctx, second, round, base2, "", Any), "")
		v := w.show(t, w.eastern, east)
		f, _ := v.Figures.Of(sum.Code(), 0)
		if f.Value != 8 || f.Marker != "hơn" || f.Summed != 2 || f.Known() != "declared" {
			t.Errorf("the sum: %+v", f)
		}
		if _, there := v.Figures.Of(alone.Code(), 0); there {
			t.Error("added up although nobody asked for it")
		}
		want(t, "sending up", w.Send(ctx, w.eastern, round, east, "đến hạn", Any), "")
		w.sealedColumn(t, east, sum)
		want(t, "remarking on none", w.Remark(ctx, w.officer, round, east, Remark{Figure: "own:" + id.New().String(), Body: "x"}, 1), "fault.missing")
		want(t, "remarking", w.Remark(ctx, w.officer, round, east, Remark{Figure: sum.Code(), Body: "Nêu rõ từng buổi."}, 1), "")
		want(t, "returning", w.Return(ctx, w.officer, round, east, "xem lại", 1), "")
		want(t, "mending", w.SetFigure(ctx, w.eastern, round, east, say(sum, 9, "", "đếm lại")), "")
		want(t, "sending again", w.Send(ctx, w.eastern, round, east, "đến hạn", Any), "")
		want(t, "accepting", w.Accept(ctx, w.officer, round, east, 2), "")
		want(t, "after it was accepted", w.SetFigure(ctx, w.eastern, round, east, say(sum, 1, "", "x")), "report.is_accepted")
		v = w.show(t, w.officer, east)
		if all, _ := v.Rates(paper1); all != before || len(v.Diff.Figures) != 1 || v.Diff.Figures[0].Code != sum.Code() {
			t.Error("a rate moved, or the difference is not told:", all, before, v.Diff.Figures)
		}
		if f, _ = w.show(t, w.officer, city).Figures.Of(sum.Code(), 0); f.Value != 9 || f.Summed != 1 {
			t.Errorf("at the top: %+v", f)
		}
		m := &measure.Service{DB: d, Now: w.Now}
		want(t, "closing", m.CloseColumn(ctx, w.officer, round, city, sum.ID), "")
		want(t, "filling a closed one", w.SetFigure(ctx, w.western, round, west, say(sum, 1, "", "sổ")), "report.column_closed")
		if f, _ = w.show(t, w.officer, city).Figures.Of(sum.Code(), 0); f.Value != 9 {
			t.Errorf("closing takes away what was declared: %+v", f)
		}
	})
}

// sealedColumn looks for a column's name and number in what was sealed of a unit's report.
func (w *world) sealedColumn(t *testing.T, unit id.ID, c measure.Column) {
	t.Helper()
	err := w.d.Read(ctx, func(tx db.Tx) error {
		r, err := find(ctx, tx, round, unit)
		if err != nil {
			return err
		}
		body, err := sentText(ctx, tx, r)
		var s sealed
		if err == nil {
			err = json.Unmarshal([]byte(body), &s)
		}
		for _, f := range s.Figures {
			if f.Code == c.Code() && f.Name == c.Name && f.Value == 8 && f.Marker == "hơn" {
				return err
			}
		}
		t.Errorf("%s is not sealed: %v", c.Name, err)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Page, paper and workbook have the column under the name its unit gave it.
func TestOwnColumnPrinted(t *testing.T) {
	w := seed(t, dbtest.One(t))
	sum := w.order(t, w.officer, city, "Buổi đối thoại", true)
	f := Figure{Code: sum.Code(), Value: 5, Marker: "hơn", Reason: "sổ của xã"}
	want(t, "declaring", w.SetFigure(ctx, w.secretary, round, base1, f), "")
	want(t, "sending", w.Send(ctx, w.secretary, round, base1, "", Any), "")
	_, book := w.export(t, w.eastern, east, "xlsx")
	if all := book["xl/worksheets/sheet4.xml"]; !strings.Contains(all, "Buổi đối thoại (buổi)") || strings.Count(all, "hơn 5") != 3 {
		t.Error("no column of its own in the workbook, or a marker lost")
	}
	_, paper := w.export(t, w.eastern, east, "docx")
	if !strings.Contains(paper["word/document.xml"], "Buổi đối thoại: hơn 5") {
		t.Error("not on paper")
	}
	for _, has := range []string{"Số khai báo theo cột riêng", "Buổi đối thoại (buổi)", "sổ của xã", "Cộng 1 đơn vị trực thuộc đã khai"} {
		if !strings.Contains(paper["word/document.xml"], has) {
			t.Errorf("the paper's appendix does not say %q", has)
		}
	}
	rows, _ := w.export(t, w.eastern, east, "csv")
	for _, has := range []string{"Buổi đối thoại (buổi), khai báo", "Buổi đối thoại (buổi), căn cứ", "hơn 5,\"sổ của xã", "hơn 5,Cộng 1 đơn vị trực thuộc đã khai"} {
		if !strings.Contains(string(rows), has) {
			t.Errorf("the csv does not say %q", has)
		}
	}
	who := w.western
	h := w.house(&who)
	form := url.Values{"code": {sum.Code()}, "value": {"7"}, "marker": {""}, "document": {paper1.String()}}
	for reason, status := range map[string]int{"": http.StatusUnprocessableEntity, "sổ": http.StatusSeeOther} {
		form.Set("reason", reason)
		rec, r := httptest.NewRecorder(), httptest.NewRequest("POST", "http://localhost"+to(round, west)+"/figure", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if h.ServeHTTP(rec, r); rec.Code != status {
			t.Errorf("the form with ground %q: %d, want %d", reason, rec.Code, status)
		}
	}
	who = w.eastern
	for _, c := range []struct{ path, has string }{
		{to(round, east), "Cột riêng do Đảng bộ thành phố mẫu yêu cầu"},
		{to(round, east) + "?edit=" + sum.Code(), "1 đơn vị trực thuộc đã khai, cộng lại được hơn 5"},
		{to(round, east) + "/why?figure=" + sum.Code(), "Đảng bộ xã Một"},
	} {
		if got := ask(h, c.path); !strings.Contains(got, "Buổi đối thoại") || strings.Contains(got, "report.figure.own") {
			t.Errorf("%s does not say the column's name", c.path)
		} else if !strings.Contains(got, c.has) {
			t.Errorf("%s does not say %q", c.path, c.has)
		}
	}
}

func ask(h http.Handler, path string) string {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost"+path, nil))
	return rec.Body.String()
}

// What records counted never stands in the table of what a unit says itself.
func TestCountedAside(t *testing.T) {
	n := int64(136)
	v := View{Figures: []Figure{{Code: "essays_due", Computed: &n, Value: n, Set: true}, {Code: "outreach_reach", Value: 1861, Marker: "hơn", Set: true}}}
	for _, c := range []struct {
		say     string
		edit    bool
		counted bool
		want    string
		len     int
	}{
		{"a reader sees what was counted", false, true, "essays_due", 1},
		{"and what was said, alone", false, false, "outreach_reach", 1},
		{"who writes sees all that may be said", true, false, "", len(asserted()) - 1},
		{"and what was counted aside", true, true, "essays_due", 1},
	} {
		v.MayEdit = c.edit
		got := v.columns(c.counted)
		if len(got) != c.len || c.want != "" && got[0].Code != c.want {
			t.Errorf("%s: %d %+v", c.say, len(got), got)
		}
	}
	if v := (View{Report: Report{State: "draft"}}); v.state() != "none" || v.headed() {
		t.Error("a report that nobody began is being drafted, or has something of the form")
	}
}
