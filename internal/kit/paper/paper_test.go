package paper

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"html"
	"image"
	"image/png"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write the golden files anew")

// parts writes a document and returns its members.
func parts(t *testing.T, f Form, o Official) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f, o); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, m := range z.File {
		r, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[m.Name] = string(data)
	}
	return out
}

// sound checks what every Word file must keep: parts that are XML, are declared and are all reachable.
func sound(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if strings.HasSuffix(name, ".png") {
			continue
		}
		dec := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		if !utf8.ValidString(text) || !norm.NFC.IsNormalString(text) {
			t.Errorf("%s is not UTF-8 in NFC", name)
		}
		declared := strings.HasSuffix(name, ".rels") || name == "[Content_Types].xml" ||
			strings.Contains(files["[Content_Types].xml"], `PartName="/`+name+`"`)
		if !declared {
			t.Errorf("%s has no content type", name)
		}
	}
	for _, m := range regexp.MustCompile(`Target="([^"]+)"`).FindAllStringSubmatch(files["word/_rels/document.xml.rels"], -1) {
		if _, ok := files["word/"+m[1]]; !ok {
			t.Errorf("relationship to %s leads nowhere", m[1])
		}
	}
	for _, m := range regexp.MustCompile(`r:(?:id|embed)="([^"]+)"`).FindAllStringSubmatch(files["word/document.xml"], -1) {
		if !strings.Contains(files["word/_rels/document.xml.rels"], `Id="`+m[1]+`"`) {
			t.Errorf("no relationship %s", m[1])
		}
	}
}

func TestEveryDocumentIsASoundPackage(t *testing.T) {
	annex := report()
	annex.Appendices = append(annex.Appendices, Appendix{Title: "Mã", Blocks: []Block{Picture{PNG: square(t), Width: 30, Alt: "mã"}, wide(40)}})
	cases := map[string]struct {
		form Form
		doc  Official
	}{
		"report": {PartyForm(), report()}, "plan": {PartyForm(), schedule()}, "letter": {PartyForm(), letter()},
		"council": {AdministrativeForm(), council()}, "annex": {AdministrativeForm(), annex}, "nothing": {PartyForm(), Official{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			files := parts(t, c.form, c.doc)
			sound(t, files)
			for _, must := range []string{"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/styles.xml", "word/settings.xml"} {
				if files[must] == "" {
					t.Errorf("no %s", must)
				}
			}
			if n, want := strings.Count(files["word/document.xml"], "<w:sectPr>"), 1+len(c.doc.Appendices); n != want {
				t.Errorf("%d sections, want %d", n, want)
			}
		})
	}
}

func TestSameInputSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	if err := errors.Join(Write(&a, PartyForm(), report()), Write(&b, PartyForm(), report())); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two files of the same document differ")
	}
}

func TestReportIsTheGoldenOne(t *testing.T) {
	const golden = "testdata/report.xml"
	got := strings.ReplaceAll(parts(t, PartyForm(), report())["word/document.xml"], "</w:p>", "</w:p>\n")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("line %d differs (go test -update writes it anew)\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
	t.Fatalf("%d lines, want %d", len(g), len(w))
}

var tags = regexp.MustCompile(`<[^>]*>`)

// said is the text of the document, a line per paragraph, blanks as ordinary spaces.
func said(files map[string]string) string {
	s := strings.NewReplacer("</w:p>", "\n", "<w:br/>", "\n", "\u00a0", " ").Replace(files["word/document.xml"])
	return html.UnescapeString(tags.ReplaceAllString(s, ""))
}

func TestWhatIsWritten(t *testing.T) {
	numbered := func(number, symbol string) Official {
		return Official{Number: number, Symbol: symbol, Type: "BÁO CÁO"}
	}
	dated := func(place, date string) Official { return Official{Place: place, Date: date} }
	cases := []struct {
		sentence string
		form     Form
		doc      Official
		want     string
	}{
		{"the Party writes no colon", PartyForm(), numbered("127", "BC/HU"), "Số 127-BC/HU\n"},
		{"administrations do", AdministrativeForm(), numbered("127", "BC-UBND"), "Số: 127/BC-UBND\n"},
		{"a missing number is a blank", PartyForm(), numbered("", "BC/HU"), "Số      -BC/HU\n"},
		{"a number without symbol stands alone", PartyForm(), numbered("8", ""), "Số 8\n"},
		{"days below 10 and month 2 have a zero", PartyForm(), dated("Hải Phòng", "2026-02-07"), "Hải Phòng, ngày 07 tháng 02 năm 2026\n"},
		{"month 7 has none", PartyForm(), dated("Hải Phòng", "2018-07-23"), "Hải Phòng, ngày 23 tháng 7 năm 2018\n"},
		{"a month without day", PartyForm(), dated("Hải Phòng", "2018-07"), "Hải Phòng, ngày     tháng 7 năm 2018\n"},
		{"a year alone", PartyForm(), dated("Hải Phòng", "2026"), "Hải Phòng, ngày     tháng     năm 2026\n"},
		{"no date at all", PartyForm(), dated("Hải Phòng", ""), "Hải Phòng, ngày     tháng     năm    \n"},
		{"no place", PartyForm(), dated("", "2026-12-31"), "Ngày 31 tháng 12 năm 2026\n"},
		{"an administration has TM.", AdministrativeForm(), Official{Authority: "T/M ỦY BAN"}, "TM. ỦY BAN\n"},
		{"the Party has T/M", PartyForm(), Official{Authority: "TM. BAN THƯỜNG VỤ"}, "T/M BAN THƯỜNG VỤ\n"},
		{"and K/T on the second line", PartyForm(), Official{Authority: "X", Position: "KT. BÍ THƯ\nPHÓ BÍ THƯ"}, "K/T BÍ THƯ\nPHÓ BÍ THƯ\n"},
		{"no mark is invented", AdministrativeForm(), Official{Authority: "TMA"}, "\nTMA\n"},
		{"one addressee beside the word", PartyForm(), Official{Addressees: []string{"Các chi bộ;"}}, "Kính gửi: Các chi bộ.\n"},
		{"many below each other", AdministrativeForm(), Official{Addressees: []string{"A", "B,"}}, "Kính gửi:- A;\n- B.\n"},
		{"V/v once", AdministrativeForm(), Official{Abstract: "V/v hội nghị"}, "\nV/v hội nghị\n"},
		{"the appendix names its document", PartyForm(), Official{Type: "KẾ HOẠCH", Number: "9", Symbol: "KH/TU", Date: "2018-06-26", By: "Thành uỷ", Appendices: []Appendix{{}}}, "PHỤ LỤC\n(kèm theo Kế hoạch số 9-KH/TU, ngày 26/6/2018 của Thành uỷ)\n"},
		{"appendices have Roman numbers", PartyForm(), Official{Appendices: make([]Appendix, 4)}, "PHỤ LỤC IV\n(kèm theo Công văn số      , ngày    /   /   )\n"},
		{"the provisional mark", PartyForm(), Official{Mark: "DỰ THẢO"}, "\nDỰ THẢO\n"},
		{"markup is text", PartyForm(), Official{Body: []Block{Plain(`<b>"&`)}}, "\n<b>\"&\n"},
	}
	for _, c := range cases {
		if got := said(parts(t, c.form, c.doc)); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q is not in\n%s", c.sentence, c.want, got)
		}
	}
}

func TestMarkAndFootAreOnEveryPage(t *testing.T) {
	files := parts(t, PartyForm(), report())
	heads, feet := 0, 0
	for name, text := range files {
		if strings.Contains(name, "header") && strings.Contains(text, "BẢN TẠM TÍNH") && strings.Contains(text, "PAGE") {
			heads++
		}
		if strings.Contains(name, "footer") && strings.Contains(text, madeOf) {
			feet++
		}
	}
	if heads != 2 || feet != 3 {
		t.Errorf("%d headers with mark and %d footers, want 2 and 3 (first page, others, appendix)", heads, feet)
	}
}

func TestBadTextIsPrintedNotRefused(t *testing.T) {
	for name, bad := range map[string]string{
		"control characters": "a\x00\x01\x1f\x7f\u0085b\ufffe\uffff", "broken UTF-8": "Đ\xc3\x28\xff\xe1\xba", "decomposed": "Ha\u0309i Pho\u0300ng",
		"a long word": strings.Repeat("dài", 20000), "many lines": strings.Repeat("\r\n", 500), "markup": "]]></w:t><w:p/>&amp;&#0;", "empty": "", "spaces": "   ", "bidi": "\u202eabc\u2066",
	} {
		t.Run(name, func(t *testing.T) {
			o := Official{
				Superior: bad, Issuer: bad, By: bad, Number: bad, Symbol: bad, Place: bad, Type: bad, Abstract: bad, Addressees: []string{bad, bad}, Recipients: []string{bad},
				Authority: bad, Position: bad, Signer: bad, Mark: bad, Foot: []string{bad},
				Body:       []Block{Heading{0, bad}, Heading{99, bad}, Plain(bad), Paragraph{}, List{bad, []string{bad}}, List{}, Note{bad}, Table{}, nil},
				Appendices: []Appendix{{bad, true, []Block{Table{Columns: []Column{{bad, Left, 0}, {bad, Right, 0}}, Rows: []Row{{Cells: []string{bad, bad}}, {}, {Wide: true}}}}}},
			}
			for _, f := range []Form{PartyForm(), AdministrativeForm()} {
				f.Font, f.Words.Star, f.Words.Dash = bad, bad, bad
				sound(t, parts(t, f, o))
			}
		})
	}
}

func TestRefused(t *testing.T) {
	narrow, odd := PartyForm(), PartyForm()
	narrow.Upright.Left, odd.Style = 90, "poster"
	var lost Form
	table := func(columns int, rows ...Row) Official {
		return Official{Body: []Block{Table{Columns: make([]Column, columns), Rows: rows}}}
	}
	cases := []struct {
		sentence string
		form     Form
		doc      Official
		want     string
	}{
		{"a form without settings", lost, Official{}, `no style ""`}, {"an unknown style", odd, Official{}, "poster"}, {"a margin of 9 cm", narrow, Official{}, "margin is 90"},
		{"a date of the office", PartyForm(), Official{Date: "07/02/2026"}, "not a civil date"}, {"30 February", PartyForm(), Official{Date: "2026-02-30"}, "not a civil date"},
		{"a figure without column", PartyForm(), table(2, Row{Cells: []string{"1", "2", "3"}}), "row 1 has more cells"},
		{"a table of 64 columns", PartyForm(), table(64, Row{}), "64 columns"},
		{"a picture that is none", PartyForm(), Official{Body: []Block{Picture{PNG: []byte("GIF89a"), Alt: "mã"}}}, "not a PNG"},
	}
	for _, c := range cases {
		err := Write(io.Discard, c.form, c.doc)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.sentence, err, c.want)
		}
	}
	if err := Write(full{}, PartyForm(), report()); !errors.Is(err, errFull) {
		t.Errorf("full disk: %v", err)
	}
}

type full struct{}

var errFull = errors.New("no room")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestFormIsData(t *testing.T) {
	for _, f := range []Form{PartyForm(), AdministrativeForm()} {
		text, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		var back Form
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(f, back) {
			t.Errorf("%s: %v, %+v", f.Style, err, back)
		}
		if err := json.Unmarshal([]byte(`{"upright":{"left":35},"words":{"dash":""}}`), &back); err != nil || back.Upright.Left != 35 || back.Upright.Top != 20 || back.Check() != nil {
			t.Errorf("%s laid over: %v, %+v", f.Style, err, back.Upright)
		}
	}
}

func square(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
