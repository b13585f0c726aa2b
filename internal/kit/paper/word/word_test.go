package word

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"
)

func text(s string) Paragraph { return Paragraph{Runs: []Run{{Text: s}}} }

func xmlOf(n Node) (string, error) {
	p := &printer{pack: &pack{seen: map[string]string{}}}
	n.write(p)
	return p.String(), p.err
}

func TestClean(t *testing.T) {
	for name, c := range map[string][2]string{
		"NFC": {"Ha\u0309i Pho\u0300ng", "Hải Phòng"}, "control characters go": {"a\x00b\x1f\x7f\u0090c", "abc"}, "broken bytes show": {"a\xffb", "a\ufffdb"},
		"line breaks agree": {"a\r\nb\rc\u2028d", "a\nb\nc\nd"}, "no character": {"\ufffe\uffff\ufeff", ""}, "planes above": {"𝒳\U0001ffff", "𝒳"}, "tab stays": {"a\tb", "a\tb"},
	} {
		if got := Clean(c[0]); got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}

func FuzzAnyTextIsXML(f *testing.F) {
	f.Add("Đảng uỷ <&\"'>\n\t\x00\xff")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := xmlOf(text(s))
		if err != nil {
			t.Fatal(err)
		}
		dec := xml.NewDecoder(strings.NewReader(got))
		for {
			if _, err := dec.Token(); err == io.EOF {
				return
			} else if err != nil {
				t.Fatalf("%q: %v", got, err)
			}
		}
	})
}

func TestParagraph(t *testing.T) {
	for name, c := range map[string]struct {
		p    Paragraph
		want string
	}{
		"escape":      {text("a<b & \"c\""), `<w:t xml:space="preserve">a&lt;b &amp; &quot;c&quot;</w:t>`},
		"break, tab":  {text("a\nb\tc"), `a</w:t><w:br/><w:t xml:space="preserve">b</w:t><w:tab/><w:t xml:space="preserve">c</w:t>`},
		"look":        {Paragraph{Runs: []Run{{Text: "x", Bold: true, Italic: true, Underline: true, Size: 28, Tighter: 6}}}, `<w:rPr><w:b/><w:bCs/><w:i/><w:iCs/><w:spacing w:val="-6"/><w:sz w:val="28"/><w:szCs w:val="28"/><w:u w:val="single"/></w:rPr>`},
		"together":    {Paragraph{KeepNext: true, Break: true, Align: Justify, First: 567, Line: 276, After: 120, Outline: 2}, `<w:keepNext/><w:pageBreakBefore/><w:spacing w:before="0" w:after="120" w:line="276" w:lineRule="auto"/><w:ind w:left="0" w:right="0" w:firstLine="567"/><w:jc w:val="both"/><w:outlineLvl w:val="1"/>`},
		"page number": {Paragraph{Runs: []Run{{PageNumber: true}}}, ` PAGE `},
		"rule":        {Rule(1000, 3000), `w:left="1000" w:right="1000"`},
		"long rule":   {Rule(5000, 3000), `<w:pBdr><w:top `},
	} {
		if got, err := xmlOf(c.p); err != nil || !strings.Contains(got, c.want) {
			t.Errorf("%s: %v\n%s\nwants %s", name, err, got, c.want)
		}
	}
}

var (
	rows  = regexp.MustCompile(`(?s)<w:tr>.*?</w:tr>`)
	cells = regexp.MustCompile(`(?s)<w:tc>.*?</w:tc>`)
	span  = regexp.MustCompile(`<w:gridSpan w:val="(\d+)"/>`)
)

func TestEveryRowFillsTheGrid(t *testing.T) {
	cell := func(s string, across, down int) Cell { return Cell{Across: across, Down: down, Body: []Node{text(s)}} }
	for name, c := range map[string]struct {
		rows  []Row
		error bool
	}{
		"plain":              {[]Row{{Cells: []Cell{cell("a", 1, 1), cell("b", 1, 1), cell("c", 1, 1), cell("d", 1, 1)}}}, false},
		"two header rows":    {[]Row{{Header: true, Cells: []Cell{cell("a", 1, 2), cell("b", 2, 1), cell("c", 1, 2)}}, {Cells: []Cell{cell("d", 1, 1), cell("e", 1, 1)}}, {}}, false},
		"a block of four":    {[]Row{{Cells: []Cell{cell("a", 2, 2)}}, {Cells: []Cell{cell("b", 1, 1)}}}, false},
		"too wide is cut":    {[]Row{{Cells: []Cell{cell("a", 9, 1)}}}, false},
		"held cells stop it": {[]Row{{Cells: []Cell{cell("a", 1, 1), cell("b", 1, 2)}}, {Cells: []Cell{cell("c", 3, 1)}}}, false},
		"below the end":      {[]Row{{Cells: []Cell{cell("a", 1, 9)}}}, false},
		"one cell too many":  {[]Row{{Cells: make([]Cell, 5)}}, true},
		"none left below":    {[]Row{{Cells: []Cell{cell("a", 4, 2)}}, {Cells: make([]Cell, 1)}}, true},
	} {
		got, err := xmlOf(Table{Grid: []int{100, 100, 100, 100}, Borders: true, Rows: c.rows})
		if (err != nil) != c.error {
			t.Errorf("%s: %v", name, err)
		}
		for _, row := range rows.FindAllString(got, -1) {
			n := 0
			for _, one := range cells.FindAllString(row, -1) {
				across := 1
				if m := span.FindStringSubmatch(one); m != nil {
					fmt.Sscan(m[1], &across)
				}
				n += across
			}
			if n != 4 {
				t.Errorf("%s: a row covers %d of 4 columns: %s", name, n, row)
			}
		}
	}
}

func TestEqualPicturesAreStoredOnce(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 10, 5))); err != nil {
		t.Fatal(err)
	}
	k := &pack{seen: map[string]string{}}
	p := &printer{pack: k}
	for range 2 {
		Paragraph{Runs: []Run{{Picture: &Picture{PNG: b.Bytes(), Width: 1000, Alt: `"mã"`}}}}.write(p)
	}
	if p.err != nil || len(k.parts) != 1 || !strings.Contains(p.String(), `id="2"`) || !strings.Contains(p.String(), `cx="635000" cy="317500"`) {
		t.Errorf("%v, %d parts: %s", p.err, len(k.parts), p)
	}
}

func TestPicturesStayOutOfHeaders(t *testing.T) {
	d := Document{Sections: []Section{{Header: []Node{Paragraph{Runs: []Run{{Picture: &Picture{}}}}}}}}
	if err := d.Write(io.Discard); err == nil {
		t.Error("a picture in a header was written")
	}
}

func TestSectionsTurnThePage(t *testing.T) {
	table := Table{Grid: []int{10}, Rows: []Row{{Cells: []Cell{{Body: []Node{Table{Grid: []int{5}, Rows: []Row{{}}}}}}}}}
	d := Document{Sections: []Section{
		{Width: 100, Height: 200, BareFirst: true, Body: []Node{text("a")}}, {Width: 200, Height: 100, Body: []Node{table}}, {},
	}}
	got, err := d.body(&pack{seen: map[string]string{}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`w:orient="landscape"`, "<w:titlePg/>", `<w:headerReference w:type="first"`, "</w:tbl><w:p/></w:tc>"} {
		if strings.Count(got, want) != 1 {
			t.Errorf("%q is there %d times, want 1", want, strings.Count(got, want))
		}
	}
	if n := strings.Count(got, "<w:sectPr>"); n != 3 {
		t.Errorf("%d sections", n)
	}
}

func TestWidth(t *testing.T) {
	for _, c := range []struct {
		text string
		bold bool
		want int
	}{
		{"", false, 0}, {"0", false, 140}, {"ấ", false, 125}, {"đ", false, 140}, {"Đ", true, 203}, {"aa", true, 280}, {"ơ", false, 152}, {"漢\u00a0€", false, 490},
	} {
		if got := Width(c.text, 28, c.bold); got != c.want {
			t.Errorf("%q is %d twips, want %d", c.text, got, c.want)
		}
	}
}
