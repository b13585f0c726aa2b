package extract

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/fault"
)

// docx makes a document of one body; more are further parts by name.
func docx(t testing.TB, body string, more ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	put("[Content_Types].xml", `<Types/>`)
	put("word/document.xml", `<w:document xmlns:w="w"><w:body>`+body+`</w:body></w:document>`)
	for i := 0; i+1 < len(more); i += 2 {
		put(more[i], more[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func run(props, text string) string {
	return `<w:r><w:rPr>` + props + `</w:rPr><w:t xml:space="preserve">` + text + `</w:t></w:r>`
}

const styles = `<w:styles xmlns:w="w"><w:style w:styleId="An"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId="Con"><w:basedOn w:val="An"/><w:rPr><w:sz w:val="28"/></w:rPr></w:style></w:styles>`

func TestDocx(t *testing.T) {
	for _, c := range []struct {
		name, body, want string
		hidden           int64
	}{
		{"plain", `<w:p>` + run("", "Bản thân tôi ") + run(`<w:b/>`, "nhận thức") + `</w:p><w:p>` + run("", "đoạn hai") + `</w:p>`, "Bản thân tôi nhận thức\nđoạn hai", 0},
		{"vanish", `<w:p>` + run("", "Thấy") + run(`<w:vanish/>`, " ẩn đi") + `</w:p>`, "Thấy", 4},
		{"vanish switched off", `<w:p>` + run(`<w:vanish w:val="false"/>`, "Thấy") + `</w:p>`, "Thấy", 0},
		{"white on white", `<w:p>` + run(`<w:color w:val="FFFFFF"/>`, "ẩn") + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"nearly white", `<w:p>` + run(`<w:color w:val="fefefe"/>`, "ẩn") + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"white on a dark cell", `<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="1F3864"/></w:tcPr><w:p>` + run(`<w:color w:val="FFFFFF"/>`, "Tiêu đề") + `</w:p></w:tc></w:tr></w:tbl>`, "Tiêu đề", 0},
		{"white highlighted", `<w:p>` + run(`<w:color w:val="FFFFFF"/><w:highlight w:val="red"/>`, "Thấy") + `</w:p>`, "Thấy", 0},
		{"tiny", `<w:p>` + run(`<w:sz w:val="2"/>`, "ẩn") + run(`<w:sz w:val="26"/>`, "Thấy") + `</w:p>`, "Thấy", 2},
		{"squeezed", `<w:p>` + run(`<w:w w:val="1"/>`, "ẩn") + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"a hidden style, and one on it", `<w:p>` + run(`<w:rStyle w:val="An"/>`, "ẩn") + run(`<w:rStyle w:val="Con"/>`, "ẩn") + run("", "Thấy") + `</w:p>`, "Thấy", 4},
		{"a hidden paragraph style", `<w:p><w:pPr><w:pStyle w:val="An"/></w:pPr>` + run("", "ẩn") + `</w:p><w:p>` + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"taken out by a tracked change", `<w:p>` + run("", "Thấy") + `<w:moveFrom>` + run("", "dời") + `</w:moveFrom></w:p>`, "Thấy", 0},
		{"a text box once", `<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>` + run("", "Hộp") + `</w:p></w:txbxContent></mc:Choice><mc:Fallback><w:p>` + run("", "Hộp") + `</w:p></mc:Fallback></mc:AlternateContent></w:r></w:p>`, "Hộp", 0},
		{"taken out, and struck out by a tracked change", `<w:p>` + run("", "Thấy") + `<w:del w:author="x"><w:r><w:delText>bỏ đi</w:delText></w:r></w:del><w:ins w:author="x">` + run("", " thêm") + `</w:ins></w:p>`, "Thấy thêm", 0},
		{"white of the theme", `<w:p>` + run(`<w:color w:val="auto" w:themeColor="background1"/>`, "ẩn") + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"a picture's alternative text", `<w:p>` + run("", "Thấy") + `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="chữ ẩn" descr="chữ ẩn trong ảnh"/></wp:inline></w:drawing></w:r></w:p>`, "Thấy", 0},
		{"a comment's mark", `<w:p><w:commentRangeStart w:id="0"/>` + run("", "Thấy") + `<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r></w:p>`, "Thấy", 0},
		{"a field's instruction", `<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>QUOTE chữ ẩn</w:instrText><w:fldChar w:fldCharType="end"/></w:r>` + run("", "Thấy") + `</w:p>`, "Thấy", 0},
		{"a frame off the page", `<w:p><w:pPr><w:framePr w:x="-20000" w:y="100" w:hAnchor="page"/></w:pPr>` + run("", "ẩn") + `</w:p><w:p>` + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"a paragraph pushed off the page", `<w:p><w:pPr><w:ind w:left="-31000" w:right="25000"/></w:pPr>` + run("", "ẩn") + `</w:p><w:p>` + run("", "Thấy") + `</w:p>`, "Thấy", 2},
		{"a text box off the page", `<w:p>` + run("", "Thấy") + `<w:r><w:drawing><wp:anchor><wp:positionH><wp:posOffset>-9000000</wp:posOffset></wp:positionH><w:txbxContent><w:p>` + run("", "ẩn") + `</w:p></w:txbxContent></wp:anchor></w:drawing></w:r></w:p>`, "Thấy", 2},
		{"letters one upon the other", `<w:p>` + run("", "Thấy") + run(`<w:spacing w:val="-400"/>`, "ẩn") + `</w:p>`, "Thấy", 2},
		{"zero width letters", `<w:p>` + run("", "Th\u200bấy") + `</w:p>`, "Thấy", 1},
	} {
		got, err := Text(context.Background(), DocxType, docx(t, c.body, "word/styles.xml", styles, "word/comments.xml", `<w:comments xmlns:w="w"><w:comment w:id="0"><w:p>`+run("", "nhận xét ẩn")+`</w:p></w:comment></w:comments>`))
		if err != nil || got.Text != c.want || got.Hidden != c.hidden {
			t.Errorf("%s: %q, %d hidden, %v", c.name, got.Text, got.Hidden, err)
		}
	}
}

// pdfOf makes a one-page file of a content stream; filter packs it.
func pdfOf(content string, packed bool, more string) []byte {
	var b bytes.Buffer
	var at []int
	obj := func(s string) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(at), s)
	}
	b.WriteString("%PDF-1.4\n")
	obj(`<< /Type /Catalog /Pages 2 0 R >>`)
	obj(`<< /Type /Pages /Kids [3 0 R] /Count 1 >>`)
	obj(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /ExtGState << /G0 << /ca 0 >> /G1 << /ca 1 >> >> >> /Annots [<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (ghi chu an) >>] >>`)
	filter := ""
	if packed {
		var z bytes.Buffer
		w := zlib.NewWriter(&z)
		w.Write([]byte(content))
		w.Close()
		content, filter = z.String(), "/Filter /FlateDecode "
	}
	obj(fmt.Sprintf("<< %s/Length %d >>\nstream\n%s\nendstream", filter, len(content), content))
	obj(`<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>`)
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, more, start)
	return b.Bytes()
}

func TestPDF(t *testing.T) {
	for _, c := range []struct {
		name, content, want string
		hidden              int64
	}{
		{"two lines of a paragraph", "BT /F1 12 Tf 72 700 Td (Mot hai) Tj 0 -14 Td (ba bon) Tj ET", "Mot hai ba bon", 0},
		{"two paragraphs", "BT /F1 12 Tf 72 700 Td (Mot) Tj 0 -40 Td (hai) Tj ET", "Mot\n\nhai", 0},
		{"no ink", "BT /F1 12 Tf 72 700 Td (Thay) Tj 3 Tr (an di) Tj ET", "Thay", 4},
		{"no ink, but a clip", "BT /F1 12 Tf 72 700 Td (Thay) Tj 7 Tr (an di) Tj ET", "Thay", 4},
		{"only outlines", "BT /F1 12 Tf 72 700 Td 1 Tr (Thay) Tj ET", "Thay", 0},
		{"letters one upon the other", "BT /F1 12 Tf 72 700 Td (Thay) Tj 0.01 Tz (an) Tj ET", "Thay", 2},
		{"said instead, and alternative text", "BT /F1 12 Tf 72 700 Td /Span << /ActualText (khac) /Alt (anh) >> BDC (Thay) Tj EMC ET", "Thay", 0},
		{"all through", "BT /F1 12 Tf 72 700 Td (Thay) Tj /G0 gs (an) Tj /G1 gs ( lai) Tj ET", "Thay lai", 2},
		{"white", "BT /F1 12 Tf 72 700 Td (Thay) Tj 1 g (an) Tj ET", "Thay", 2},
		{"white in four inks", "BT /F1 12 Tf 72 700 Td (Thay) Tj 0 0 0 0 k (an) Tj ET", "Thay", 2},
		{"white on a dark box", "0 g 0 0 500 800 re f BT 1 g /F1 12 Tf 72 700 Td (Thay) Tj ET", "Thay", 0},
		{"tiny", "BT /F1 12 Tf 72 700 Td (Thay) Tj /F1 1 Tf (an) Tj ET", "Thay", 2},
		{"made tiny by the matrix", "BT /F1 12 Tf 72 700 Td (Thay) Tj 0.01 0 0 0.01 100 600 Tm (an) Tj ET", "Thay", 2},
		{"off the page", "BT /F1 12 Tf 72 700 Td (Thay) Tj 1 0 0 1 -900 20 Tm (an) Tj ET", "Thay", 2},
		{"words set apart", "BT /F1 12 Tf 72 700 Td [(Mot) -300 (hai)] TJ ET", "Mot hai", 0},
		{"a scan", "q 500 0 0 700 0 0 cm Q", "", 0},
	} {
		for _, packed := range []bool{false, true} {
			got, err := Text(context.Background(), PDFType, pdfOf(c.content, packed, ""))
			if err != nil || got.Text != c.want || got.Hidden != c.hidden {
				t.Errorf("%s: %q, %d hidden, %v", c.name, got.Text, got.Hidden, err)
			}
		}
	}
}

// What offices really write, read back: the sample is exported by LibreOffice.
func TestSamples(t *testing.T) {
	for _, c := range []struct{ file, mime string }{{"testdata/sample.docx", DocxType}, {"testdata/sample.pdf", PDFType}} {
		data, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Text(context.Background(), c.mime, data)
		if err != nil {
			t.Fatal(c.file, err)
		}
		for _, want := range []string{"Qua học tập, quán triệt nghị quyết, bản thân tôi nhận thức sâu sắc hơn về trách nhiệm của người đảng viên.", "liên hệ thực tiễn ở chi bộ."} {
			if !strings.Contains(got.Text, want) {
				t.Errorf("%s lacks %q: %q", c.file, want, got.Text)
			}
		}
		if strings.Contains(got.Text, "chữ trắng") || got.Hidden != 10 {
			t.Errorf("%s: %d hidden letters: %q", c.file, got.Hidden, got.Text)
		}
	}
}

// Whatever is sent, the answer comes in two seconds and is a refusal or a text.
func TestHostile(t *testing.T) {
	swollen := strings.Repeat(" ", 90<<20)
	loop := pdfOf("BT ET", false, "/Prev 0 ")
	at := bytes.LastIndex(loop, []byte("xref\n0"))
	loop = bytes.Replace(loop, []byte("/Prev 0 "), []byte(fmt.Sprintf("/Prev %d ", at)), 1)
	kids := bytes.Replace(pdfOf("BT ET", false, ""), []byte("/Kids [3 0 R]"), []byte("/Kids [2 0 R]"), 1)
	for _, c := range []struct {
		name, mime string
		data       []byte
		fine       bool
	}{
		{"a document that unpacks to 90 MB", DocxType, docx(t, swollen), false},
		{"a styles part that does", DocxType, docx(t, "<w:p/>", "word/styles.xml", swollen), false},
		{"a page that does", PDFType, pdfOf(swollen, true, ""), false},
		{"no archive", DocxType, []byte("PK\x03\x04 nothing"), false},
		{"no document", PDFType, []byte("%PDF-1.4\nstartxref\n0\n%%EOF"), false},
		{"cross references in a circle", PDFType, loop, false},
		{"pages in a circle", PDFType, kids, true},
		{"deep nesting", DocxType, docx(t, strings.Repeat("<w:p><w:r>", 200_000)), true},
		{"a broken tag", DocxType, docx(t, "<w:p><w:"), false},
		{"too many letters", DocxType, docx(t, "<w:p>"+run("", strings.Repeat("a", textMost+1))+"</w:p>"), false},
		{"a table of a billion objects", PDFType, pdfOf("BT ET", false, "/Size 999999999 "), false},
		{"a type that is not read", "image/png", nil, false},
	} {
		begin := time.Now()
		_, err := Text(context.Background(), c.mime, c.data)
		if took := time.Since(begin); took > patience+time.Second {
			t.Errorf("%s took %s", c.name, took)
		}
		if c.fine != (err == nil) || err != nil && fault.Of(err) == fault.Internal {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func FuzzDocx(f *testing.F) {
	f.Add("<w:p>" + run("", "x") + "</w:p>")
	f.Fuzz(func(t *testing.T, body string) {
		if _, err := Text(context.Background(), DocxType, docx(t, body)); err != nil && fault.Of(err) == fault.Internal {
			t.Error(err)
		}
	})
}

func FuzzPDF(f *testing.F) {
	f.Add("BT /F1 12 Tf 72 700 Td (x) Tj ET")
	f.Fuzz(func(t *testing.T, content string) {
		if _, err := Text(context.Background(), PDFType, pdfOf(content, false, "")); err != nil && fault.Of(err) == fault.Internal {
			t.Error(err)
		}
	})
}
