package paper

import (
	"fmt"
	"strings"
	"testing"

	"quantriet/internal/kit/paper/word"
)

func TestWideTablesStayReadable(t *testing.T) {
	across := word.MM(sheetLong - 30)
	for _, c := range []struct {
		sentence  string
		table     Table
		width     int
		low, high int // half-points
	}{
		{"sixteen columns as in the report", byUnit(), across, 19, 22},
		{"twenty-four columns under three rows", wide(40), across, 16, 18},
		{"a schedule on portrait pages", schedule().Body[7].(Table), word.MM(165), 24, 24},
		{"a size that is asked for", Table{Columns: figures(3), Size: 10, Rows: []Row{{Cells: []string{"1", "a", "2"}}}}, across, 20, 20},
	} {
		f := c.table.fit(c.width, PartyForm().Sizes)
		if f.size < c.low || f.size > c.high {
			t.Errorf("%s: %d half-points, want %d to %d", c.sentence, f.size, c.low, c.high)
		}
		if sum := sum(f.grid); sum > c.width || sum < c.width-2*len(f.grid)-2 {
			t.Errorf("%s: columns are %d wide together, the page %d", c.sentence, sum, c.width)
		}
		for _, r := range c.table.Rows {
			for i, cell := range r.Cells {
				if c.table.Columns[i].Align == Right && f.measure(cell, r.Bold) > f.grid[i]+word.Pt(1) {
					t.Errorf("%s: %q does not fit in column %d", c.sentence, cell, i+1)
				}
			}
		}
	}
}

func TestNothingFitsEverywhere(t *testing.T) {
	t1 := Table{Columns: make([]Column, 60), Rows: []Row{{Cells: strings.Fields(strings.Repeat("112.000.000 ", 60))}}}
	f := t1.fit(word.MM(100), PartyForm().Sizes)
	for i, w := range f.grid {
		if w < 1 {
			t.Fatalf("column %d is %d wide", i, w)
		}
	}
	if sum(f.grid) > word.MM(100) {
		t.Error("the table leaves the page")
	}
	fixed := Table{Columns: []Column{{Width: 20}, {}, {}}, Rows: []Row{{Cells: []string{"a", "b", "c"}}}}
	if f := fixed.fit(word.MM(100), PartyForm().Sizes); f.grid[0] < word.MM(20) {
		t.Errorf("a fixed column of 20 mm became %d twips", f.grid[0])
	}
}

func TestHeadingCellsFindTheirColumns(t *testing.T) {
	var got []string
	wide(0).eachHead(func(at int, h Head) { got = append(got, fmt.Sprint(h.Text, " ", at)) })
	for _, want := range []string{"Tên đơn vị 1", "Bài thu hoạch 21", "Tổng 2", "Đạt 23", "1 0", "24 23"} {
		if !strings.Contains(strings.Join(got, "|")+"|", want+"|") {
			t.Errorf("%q is not among %q", want, got)
		}
	}
}

func TestNamesWrapEvenly(t *testing.T) {
	const name = "ĐẢNG ỦY CÁC CƠ QUAN ĐẢNG TỈNH"
	width := word.MM(70)
	if p := balanced(name, 14, false, width); p.IndentL == 0 || p.IndentL != p.IndentR || wrapped(name, 14, false, width-2*p.IndentL) != 2 {
		t.Errorf("indents %d and %d of %d", p.IndentL, p.IndentR, width)
	}
	if p := squeezed("ĐẢNG BỘ THÀNH PHỐ HẢI PHÒNG", 14, false, word.MM(79)); p.Runs[0].Tighter == 0 || p.IndentL != 0 {
		t.Errorf("a name 4 mm too long is not set closer: %+v", p)
	}
	if p := squeezed("HUYỆN ỦY", 14, true, width); p.Runs[0].Tighter != 0 || p.IndentL != 0 {
		t.Errorf("a short name is changed: %+v", p)
	}
}

func TestRoman(t *testing.T) {
	for n, want := range map[int]string{1: "I", 4: "IV", 9: "IX", 14: "XIV", 40: "XL", 99: "XCIX", 5000: "5000"} {
		if got := roman(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func sum(widths []int) int {
	n := 0
	for _, w := range widths {
		n += w
	}
	return n
}
