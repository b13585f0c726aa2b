package report

import (
	"slices"
	"testing"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

const doc = id.ID(7)

func n(v int64) *int64 { return &v }

func declared(code string, v int64) Figure {
	return Figure{Code: code, Value: v, Set: true, Reason: "biên bản"}
}

func TestGaps(t *testing.T) {
	sites := func(main, grassroots, cell, total int64) Figures {
		return Figures{declared("sites_main", main), declared("sites_grassroots", grassroots), declared("sites_cell", cell), declared("sites_total", total)}
	}
	for _, c := range []struct {
		name string
		fs   Figures
		sum  int64 // of the first gap; 0 none
	}{
		{"F4: 1 + 100 + 573 is not 675", sites(1, 100, 573, 675), 674},
		{"1 + 100 + 573 is 674", sites(1, 100, 573, 674), 0},
		{"F6: 3 + 48 + 3,555", sites(3, 48, 3555, 3606), 0},
		{"F6, its rounded total", sites(3, 48, 3555, 3600), 3606},
		{"F7: 1 + 14 + 120", sites(1, 14, 120, 135), 0},
		{"F8: 2 + 34 + 53", sites(2, 34, 53, 89), 0},
		{"a total whose parts were not given asks nothing", Figures{declared("sites_total", 89)}, 0},
		{"obliged is members less exempt", Figures{{Code: "obliged", Document: doc, Value: 90, Set: true},
			{Code: "members", Document: doc, Value: 100, Set: true}, {Code: "exempt", Document: doc, Value: 11, Set: true}}, 89},
		{"parts of another document do not count", Figures{{Code: "studied", Document: doc, Value: 5, Set: true},
			{Code: "form_online", Document: 8, Value: 5, Set: true}}, 0},
	} {
		gaps := Gaps(c.fs)
		switch {
		case c.sum == 0 && len(gaps) > 0:
			t.Errorf("%s: asked about %+v", c.name, gaps[0])
		case c.sum != 0 && (len(gaps) != 1 || gaps[0].Sum != c.sum):
			t.Errorf("%s: %+v", c.name, gaps)
		}
	}
}

func TestKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Figure
		want string
	}{
		{"as recorded", Figure{Computed: n(5), Value: 5}, "evidenced"},
		{"with a declared number beside", Figure{Computed: n(5), Value: 5, Declared: n(6)}, "evidenced"},
		{"without records", Figure{Value: 6, Set: true}, "declared"},
		{"not given", Figure{}, "none"},
	} {
		if got := c.f.Known(); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestSend(t *testing.T) {
	gap := Figures{declared("sites_main", 1), declared("sites_total", 3)}
	kept := Figures{declared("sites_main", 1), declared("sites_total", 3)}
	kept[1].Kept = "một điểm mở thêm trong ngày"
	for _, c := range []struct {
		name     string
		f        Facts
		key      string
		verified bool
	}{
		{"sound", Facts{Report: Report{State: "draft"}}, "", true},
		{"after a return", Facts{Report: Report{State: "returned"}}, "", true},
		{"twice", Facts{Report: Report{State: "sent"}}, "report.not_open", false},
		{"accepted", Facts{Report: Report{State: "accepted"}}, "report.not_open", false},
		{"a sum that does not hold, unexplained", Facts{Report: Report{State: "draft"}, Figures: gap}, "report.question_open", false},
		{"a sum kept with a reason goes up unverified", Facts{Report: Report{State: "draft"}, Figures: kept}, "", false},
		{"a question nobody answered", Facts{Report: Report{State: "draft"}, Asked: 2}, "report.asked_open", false},
		{"a declared figure that rests on nothing", Facts{Report: Report{State: "draft"}, Figures: Figures{{Code: "programmes", Value: 2, Set: true}}},
			"report.declared_without_ground", false},
		{"declared as about", Facts{Report: Report{State: "draft"}, Figures: Figures{{Code: "outreach_reach", Value: 1861, Marker: "hơn", Set: true}}}, "", true},
		{"before the units below", Facts{Report: Report{State: "draft"}, Waiting: 3}, "report.below_waiting", false},
		{"before the units below, with a reason", Facts{Report: Report{State: "draft"}, Waiting: 3, Why: "đến hạn"}, "", true},
	} {
		verified, err := Send(c.f)
		if (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key || verified != c.verified {
			t.Errorf("%s: %v %v", c.name, verified, err)
		}
	}
}

func TestDecide(t *testing.T) {
	sent := Report{State: "sent", SentBy: 1}
	for _, c := range []struct {
		name string
		err  error
		key  string
	}{
		{"accept", Accept(Facts{Report: sent, Account: 2}), ""},
		{"accept one's own", Accept(Facts{Report: sent, Account: 1}), "report.own"},
		{"accept a report of a unit one sent for before", Accept(Facts{Report: sent, Account: 2, Hand: "unit"}), "report.own_unit"},
		{"accept what one wrote in", Accept(Facts{Report: sent, Account: 2, Hand: "texts"}), "report.own_texts"},
		{"accept figures one declared", Accept(Facts{Report: sent, Account: 2, Hand: "figures"}), "report.own_figures"},
		{"accept with a remark noted", Accept(Facts{Report: sent, Account: 2, Noted: 1}), "report.remarks_open"},
		{"accept a draft", Accept(Facts{Report: Report{State: "draft"}}), "report.not_sent"},
		{"return without a remark", Return(Facts{Report: sent}), "report.remark_needed"},
		{"return with remarks on figures alone", Return(Facts{Report: sent, Noted: 1}), ""},
		{"return", Return(Facts{Report: sent, Why: "thiếu phụ lục"}), ""},
	} {
		if (c.err == nil) != (c.key == "") || c.err != nil && fault.Key(c.err) != c.key {
			t.Errorf("%s: %v", c.name, c.err)
		}
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Figure
		key  string
	}{
		{"declared", Figure{Code: "programmes", Value: 4}, ""},
		{"negative", Figure{Code: "opinion_meetings", Value: -1}, "report.value_range"},
		{"of no known code", Figure{Code: "iq"}, "fault.missing"},
		{"per document without one", Figure{Code: "studied", Value: 4}, "fault.missing"},
		{"an unknown marker", Figure{Code: "opinion_meetings", Marker: "chắc là"}, "web.choose"},
	} {
		if err := Set(c.f); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestBeside(t *testing.T) {
	for _, c := range []struct {
		name string
		f    Figure
		key  string
	}{
		{"with its ground", Figure{Code: "studied", Document: doc, Value: 4, Marker: "hơn", Reason: "sổ giấy"}, ""},
		{"without ground", Figure{Code: "studied", Document: doc, Value: 4, Marker: "hơn"}, "report.ground_needed"},
		{"with a marker nobody knows", Figure{Code: "studied", Document: doc, Value: 4, Marker: "chắc", Reason: "sổ giấy"}, "web.choose"},
	} {
		if err := Beside(c.f); (err == nil) != (c.key == "") || err != nil && fault.Key(err) != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Declared numbers are added up in their own column, and their words survive.
func TestSum(t *testing.T) {
	said := func(v int64, marker string) Figure { return Figure{Value: v, Marker: marker, Set: true} }
	beside := func(v int64, marker string) Figure {
		return Figure{Computed: n(1000), Value: 1000, Set: true, Declared: n(v), DeclaredMarker: marker}
	}
	for _, c := range []struct {
		name string
		of   []Figure
		want string
		n    int64
	}{
		{"nobody said anything", []Figure{{}, {Computed: n(5), Value: 5, Set: true}}, "", 0},
		{"exact numbers", []Figure{said(1, ""), said(2, "")}, "3", 2},
		{"one that is not exact", []Figure{said(1, ""), said(2, "hơn")}, "hơn 3", 2},
		{"the same word twice", []Figure{said(1, "gần"), said(2, "gần")}, "gần 3", 2},
		{"two words", []Figure{said(1, "gần"), said(2, "hơn")}, "khoảng 3", 2},
		{"beside records, which are not added", []Figure{beside(7, "hơn"), said(2, "")}, "hơn 9", 2},
	} {
		if sum := Sum(c.of); written(sum) != c.want || sum.Summed != c.n {
			t.Errorf("%s: %q of %d", c.name, written(sum), sum.Summed)
		}
	}
}

func TestCompare(t *testing.T) {
	one := func(f ...sealedFigure) sealed { return sealed{Number: "1", Figures: f} }
	then := one(sealedFigure{Code: "studied", Document: doc, Computed: n(7), Value: 7}, sealedFigure{Code: "programmes", Value: 2, Marker: "hơn"})
	then.Texts = [][2]string{{"causes", "Mưa"}}
	now := one(sealedFigure{Code: "studied", Document: doc, Computed: n(8), Value: 8, Declared: n(9), DeclaredMarker: "gần"})
	now.Number = "2"
	d := Compare(then, now)
	want := []Moved{{"studied", doc, false, "7", "8"}, {"studied", doc, true, "", "gần 9"}, {"programmes", 0, true, "hơn 2", ""}}
	if !slices.Equal(d.Figures, append(want[2:], want[:2]...)) {
		t.Errorf("%+v", d.Figures)
	}
	if len(d.Texts) != 1 || d.Texts[0] != (Reworded{"causes", "Mưa", ""}) || len(d.Head) != 1 || d.Head[0] != (Reworded{"number", "1", "2"}) {
		t.Errorf("%+v %+v", d.Texts, d.Head)
	}
	if !Compare(then, then).Empty() {
		t.Error("the same differs")
	}
}

// F1 as its newspaper printed it: one rounding rule gives 95,57, the other 95,56.
func TestRates(t *testing.T) {
	l := rollup.Line{Count: rollup.Count{Members: 3044, Studied: 2909}}
	var fs Figures
	for code, v := range Counts(l, Absences{}) {
		fs = append(fs, Figure{Code: code, Document: doc, Computed: n(v), Value: v, Set: true})
	}
	all, obliged := Rates(fs, doc)
	if all.Percent("half_up") != "95,57%" || all.Percent("truncate") != "95,56%" || obliged != all {
		t.Error(all, all.Percent("half_up"), all.Percent("truncate"), obliged)
	}
	exempt := rollup.Count{Members: 100, Exempt: 10, Studied: 92, ExemptCame: 3}
	if got := exempt.RateObliged(); got != (rollup.Rate{Num: 89, Den: 90}) || exempt.Absent() != 1 {
		t.Error("exempt members who came are shown apart:", got, exempt.Absent())
	}
}
