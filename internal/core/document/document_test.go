package document

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestKindOf(t *testing.T) {
	for number, want := range map[string]string{
		"18-NQ/TW": "resolution", "01-CT/TW": "directive", "224-KL/TU": "conclusion", "117-KH/TU": "plan", "12/KH-UBND": "plan", "49-CTr/TU": "programme",
		"1039-CV/HU": "letter", "05-HD/BTGTU": "guidance", "339-QĐ/TW": "", "30/2020/NĐ-CP": "", "": "", "91": "", "KHUNG": "",
	} {
		if got := KindOf(number); got != want {
			t.Errorf("%s is %q, want %q", number, got, want)
		}
	}
}

func paperOf(change func(*Document)) Document {
	d := Document{ID: 1, Unit: 2, Kind: "plan", Number: "117-KH/TU", IssuerName: "Thành ủy", IssuedOn: "2018-06-26", Title: "Kế hoạch"}
	change(&d)
	return d
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		what   string
		change func(*Document)
		want   string // field and key, "" when it is right
	}{
		{"a plan", func(d *Document) {}, ""},
		{"a number typed with spaces", func(d *Document) { d.Number = "117 - kh / TU" }, ""},
		{"no number", func(d *Document) { d.Number = "" }, ""},
		{"the kind is read from the number", func(d *Document) { d.Kind = "" }, ""},
		{"neither number nor kind", func(d *Document) { d.Kind, d.Number = "", "" }, "kind: document.kind_unknown"},
		{"a kind of nobody", func(d *Document) { d.Kind = "poem" }, "kind: document.kind_unknown"},
		{"no title", func(d *Document) { d.Title = "" }, "title: web.required"},
		{"a title without end", func(d *Document) { d.Title = strings.Repeat("ạ", 1001) }, "title: web.too_long"},
		{"a title with a NUL", func(d *Document) { d.Title = "a\x00" }, "title: web.not_text"},
		{"a title that is no text", func(d *Document) { d.Title = "\xff" }, "title: web.not_text"},
		{"nobody issued it", func(d *Document) { d.IssuerName = "" }, "issuer_name: document.issuer_none"},
		{"a unit issued it", func(d *Document) { d.IssuerName, d.Issuer = "", 7 }, ""},
		{"no day", func(d *Document) { d.IssuedOn = "" }, "issued_on: web.required"},
		{"no such day", func(d *Document) { d.IssuedOn = "2018-02-30" }, "issued_on: web.not_date"},
		{"a day of another writing", func(d *Document) { d.IssuedOn = "1/2/2018" }, "issued_on: web.not_date"},
		{"tomorrow", func(d *Document) { d.IssuedOn = "2018-07-21" }, "issued_on: document.future"},
		{"it implements itself", func(d *Document) { d.Targets = []id.ID{1} }, "targets: document.circle"},
		{"a part of nothing", func(d *Document) { d.Parts = []Part{{Kind: "survey"}} }, "parts: document.part_amount"},
		{"a part of nobody's kind", func(d *Document) { d.Parts = []Part{{Kind: "x", Amount: 1}} }, "parts: document.part_unknown"},
		{"hơn 300 surveys", func(d *Document) { d.Parts = []Part{{Kind: "survey", Amount: 300, Marker: "hơn"}} }, ""},
		{"too many parts", func(d *Document) { d.Parts = slices.Repeat([]Part{{Kind: "survey", Amount: 1}}, 31) }, "parts: document.parts_many"},
		{"a secret one", func(d *Document) { d.Secrecy, d.KeptAt = "mat", "Phòng Cơ yếu" }, ""},
		{"a secret one without a place", func(d *Document) { d.Secrecy = "mat" }, "kept_at: web.required"},
		{"a secret one without a number", func(d *Document) { d.Secrecy, d.KeptAt, d.Number = "mat", "Phòng Cơ yếu", "" }, "number: web.required"},
		{"a degree of nobody", func(d *Document) { d.Secrecy, d.KeptAt = "very", "Phòng Cơ yếu" }, "secrecy: web.choose"},
	} {
		err := paperOf(c.change).tidy().check("2018-07-20")
		got := ""
		if list := fault.List(err); len(list) > 0 {
			got = list[0].Error()
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestSecretKeepsOnlyThePointer(t *testing.T) {
	d := paperOf(func(d *Document) {
		d.Secrecy, d.KeptAt, d.Issuer, d.Targets, d.Parts = "tuyet_mat", "Phòng Cơ yếu", 5, []id.ID{9}, []Part{{Kind: "survey", Amount: 1}}
	}).tidy()
	want := Document{ID: 1, Unit: 2, Kind: "other", Number: "117-KH/TU", IssuedOn: "2018-06-26", Secrecy: "tuyet_mat", KeptAt: "Phòng Cơ yếu"}
	if fmt.Sprint(d) != fmt.Sprint(want) {
		t.Errorf("kept %+v", d)
	}
	if f := d.folded(); strings.Contains(f, "ke hoach") || strings.Contains(f, "thanh uy") {
		t.Errorf("search knows %q", f)
	}
}

func TestSame(t *testing.T) {
	a := paperOf(func(*Document) {}).tidy()
	for _, c := range []struct {
		what   string
		change func(*Document)
		want   bool
	}{
		{"the same", func(d *Document) {}, true},
		{"written otherwise", func(d *Document) { d.Number, d.IssuerName = "117 – kh/tu", "THANH UY" }, true},
		{"another day", func(d *Document) { d.IssuedOn = "2018-06-27" }, false},
		{"another issuer", func(d *Document) { d.IssuerName = "Huyện ủy" }, false},
		{"another number", func(d *Document) { d.Number = "118-KH/TU" }, false},
		{"a secret pointer to it", func(d *Document) { d.Secrecy = "mat" }, true},
	} {
		if got := same(a, paperOf(c.change).tidy()); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	if none := paperOf(func(d *Document) { d.Number = "" }); same(none, none) {
		t.Error("papers without number are never the same")
	}
}

// F9: 13 + 11 + 11 + 13 tasks of plan 91.
func TestTasks(t *testing.T) {
	parts := []Part{{Kind: "task_general", Amount: 13}, {Kind: "task_year", Amount: 11}, {Kind: "task_roadmap", Amount: 11},
		{Kind: "task_waiting", Amount: 13}, {Kind: "meeting", Amount: 5}, {Kind: "survey", Amount: 300, Marker: "hơn"}, {Kind: "task_group", Amount: 7}}
	total, marker, of := Tasks(parts)
	if total != 48 || marker != "" || len(of) != 4 {
		t.Errorf("%d %q %v", total, marker, of)
	}
	if _, marker, _ := Tasks([]Part{{Kind: "task_year", Amount: 9, Marker: "gần"}}); marker != "gần" {
		t.Error("the marker got lost")
	}
}

func TestCircular(t *testing.T) {
	links := []Link{{2, 1}, {3, 2}, {4, 2}, {5, 3}, {5, 4}} // 5 → 3,4 → 2 → 1
	for _, c := range []struct {
		what     string
		document id.ID
		targets  []id.ID
		want     bool
	}{
		{"the resolution implements its last plan", 1, []id.ID{5}, true},
		{"and one of two is enough", 1, []id.ID{9, 5}, true},
		{"itself", 7, []id.ID{7}, true},
		{"a plan implements two", 6, []id.ID{3, 4}, false},
		{"a shortcut is no circle", 5, []id.ID{1}, false},
		{"nothing", 1, nil, false},
	} {
		if got := circular(links, c.document, c.targets); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestCover(t *testing.T) {
	levels := []org.Level{{Code: "province", Rank: 20}, {Code: "department", Rank: 30}, {Code: "district", Rank: 30}, {Code: "cell", Rank: 60}}
	some := func(level string, first, n int) (out []Unit) {
		for i := range n {
			out = append(out, Unit{ID: id.ID(first + i), Level: level, Mine: true})
		}
		return out
	}
	by := func(units ...[]Unit) map[id.ID]int64 {
		m := map[id.ID]int64{}
		for _, u := range slices.Concat(units...) {
			m[u.ID] = 2
		}
		return m
	}
	districts, departments, cells := some("district", 1, 15), some("department", 100, 20), some("cell", 1000, 400)
	for _, c := range []struct {
		what   string
		units  []Unit
		issued map[id.ID]int64
		want   string
	}{
		{"R116", slices.Concat(cells, districts, departments), by(districts, departments), "department 20/20* district 15/15* cell 0/400"},
		{"nobody", slices.Concat(districts, cells), nil, "district 0/15* cell 0/400"},
		{"one, with two papers", districts, by(districts[:1]), "district 1/15*"},
		{"a cell was quicker", slices.Concat(districts, cells), by(cells[:1]), "district 0/15* cell 1/400*"},
		{"a unit that is not expected", districts, by(some("group", 9000, 1)), "district 0/15*"},
		{"a level that is not known", some("hamlet", 1, 2), nil, ""},
		{"nobody is below", nil, by(districts), ""},
	} {
		var got []string
		for _, l := range cover(levels, c.units, c.issued) {
			s := fmt.Sprintf("%s %d/%d", l.Level, l.Issued, l.Total)
			if l.Main {
				s += "*"
			}
			got = append(got, s)
			if int64(len(l.Done)) != l.Issued || len(l.Missing) != int(min(l.Total-l.Issued, namedMax)) {
				t.Errorf("%s: %d done and %d missing are named", c.what, len(l.Done), len(l.Missing))
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.what, s, c.want)
		}
	}
	districts[3].Mine = false
	if c := cover(levels, districts, by(districts))[0]; c.Issued != 15 || len(c.Done) != 14 || c.hidden() != 1 {
		t.Errorf("out of scope a unit is counted but not named: %+v", c)
	}
}

func TestGrow(t *testing.T) {
	names := map[id.ID]Name{}
	for i := range id.ID(10) {
		names[i] = Name{ID: i, IssuedOn: fmt.Sprintf("2018-01-%02d", 28-i)}
	}
	tree, cut := grow(1, []Link{{2, 1}, {3, 1}, {4, 2}, {4, 3}, {99, 1}}, names)
	if got := outline(tree); got != "3(4) 2(4)" || cut {
		t.Errorf("%s %v", got, cut)
	}
	var many []Link
	for i := range id.ID(1000) {
		many = append(many, Link{i + 100, 1})
		names[i+100] = Name{ID: i + 100}
	}
	if tree, cut := grow(1, many, names); len(tree) != nodesMax || !cut {
		t.Errorf("%d %v", len(tree), cut)
	}
	if tree, cut := grow(1, []Link{{2, 1}, {1, 2}}, names); !cut || len(tree) != 1 {
		t.Errorf("a circle, which cannot be, ended with %v %v", outline(tree), cut)
	}
}

func outline(nodes []Node) string {
	var out []string
	for _, n := range nodes {
		s := fmt.Sprint(int64(n.ID))
		if len(n.Below) > 0 {
			s += "(" + outline(n.Below) + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestGroups(t *testing.T) {
	var nodes []Node
	for i := range 15 {
		nodes = append(nodes, Node{Name: Name{ID: id.ID(i), Kind: "plan", Level: "district"}})
	}
	nodes = append(nodes, Node{Name: Name{Kind: "directive"}}, Node{Name: Name{Kind: "directive"}})
	gs := groups(nodes)
	if len(gs) != 3 || !gs[0].Folded || len(gs[0].Nodes) != 15 || gs[1].Folded {
		t.Errorf("%+v", gs)
	}
}

func TestTidyTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Document{Number: rapid.String().Draw(t, "number"), Title: rapid.String().Draw(t, "title"), IssuedOn: rapid.String().Draw(t, "day"),
			Secrecy: rapid.SampledFrom([]string{"", "mat", "x"}).Draw(t, "secrecy")}
		once := d.tidy()
		if fmt.Sprint(once.tidy()) != fmt.Sprint(once) {
			t.Fatalf("%+v then %+v", once, once.tidy())
		}
		once.check("2026-01-01")
	})
}
