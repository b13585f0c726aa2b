package file

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quantriet/internal/kit/fault"
)

func TestStamp(t *testing.T) {
	for line, want := range map[string]string{
		"MẬT": "Mật", "TỐI MẬT": "Tối mật", "TUYỆT MẬT": "Tuyệt mật", "  M Ậ T ": "Mật", "[ MẬT ]": "Mật", "- TỐI  MẬT -": "Tối mật",
		norm.NFD.String("TUYỆT MẬT"): "Tuyệt mật", "Độ mật: Mật": "Mật", "ĐỘ MẬT : TỐI MẬT.": "Tối mật", "Mức độ mật: tuyệt mật": "Tuyệt mật",
		"Độ mật: Mật; Độ khẩn: Hỏa tốc": "Mật",
		// honest text
		"": "", "bảo mật thông tin": "", "MẬT ONG": "", "MẬT ONG RỪNG U MINH": "", "BẢO MẬT": "", "BÍ MẬT": "", "Mật": "", "mật": "", "tối mật": "",
		"Tài liệu MẬT phải được bảo quản riêng": "", "BẢO VỆ BÍ MẬT NHÀ NƯỚC": "", "Độ mật: không": "", "Độ mật:": "", "Độ mật: Mật, Tối mật, Tuyệt mật": "",
		"Mật, Tối mật, Tuyệt mật": "", "MẬT KHẨU": "", "MẬT VÀ TỐI MẬT": "", "Độ mật: Mật là cấp thấp nhất": "", "MÂT": "", "MAT": "", "KHÔNG MẬT": "",
		"MẬT " + strings.Repeat(" ", 300): "",
	} {
		if got := Stamp(line); got != want {
			t.Errorf("%q declares %q, want %q", line, got, want)
		}
	}
}

func TestStampOverTwoLines(t *testing.T) {
	for text, want := range map[string]string{
		"Số 01\nĐộ mật:\nMật\n": "Mật", "Độ mật\n\nTối mật": "Tối mật", "Độ mật:\nBình thường\nMật\n": "", "Mật\nong\n": "",
		"Số 01-BC/HU\r\nMẬT\r\nHà Nội": "Mật",
	} {
		info, err := Check("a.txt", strings.NewReader(text), Limit)
		if Secret(err) != (want != "") {
			t.Errorf("%q: %v %v", text, info, err)
		}
	}
}

// The same page from three writers: with a stamp in a table cell, and with the word in sentences only.
func TestStampInRealFiles(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.*")
	if len(files) < 8 {
		t.Fatal("samples are missing")
	}
	for _, path := range files {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Check(path, bytes.NewReader(b), Limit)
		stamped := strings.Contains(path, "stamped")
		if stamped && !Secret(err) || !stamped && err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func archive(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	z.Close()
	return b.Bytes()
}

func docx(t testing.TB, body string) []byte {
	return archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", `<w:document><w:body>`+body+`</w:body></w:document>`)
}

func para(s string) string { return "<w:p><w:r><w:t>" + s + "</w:t></w:r></w:p>" }

func pdfFile(content string) []byte {
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\ntrailer<<>>\nstartxref\n0\n%%%%EOF", len(content), content)
}

// container is a small old Office file whose directory has the given names.
func container(names ...string) []byte {
	b := make([]byte, 512*12)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(b[30:], 9)
	binary.LittleEndian.PutUint32(b[48:], 1) // directory in sector 1
	binary.LittleEndian.PutUint32(b[68:], 0xfffffffe)
	for i := 80; i < 512; i += 4 {
		binary.LittleEndian.PutUint32(b[i:], 0xffffffff)
	}
	for i := 512; i < 1024; i += 4 {
		binary.LittleEndian.PutUint32(b[i:], 0xfffffffe)
	}
	for i, name := range names {
		e := b[1024+128*i:]
		for j, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(e[2*j:], u)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66] = 2
		binary.LittleEndian.PutUint32(e[116:], 4)
	}
	return b
}

func locked(b []byte) []byte {
	b[512*5+11] = 1 // fEncrypted in sector 4
	return b
}

func picturesOf(t testing.TB) (p, j []byte) {
	t.Helper()
	var a, b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 3, 3))
	if err := errors.Join(png.Encode(&a, img), jpeg.Encode(&b, img, nil)); err != nil {
		t.Fatal(err)
	}
	return a.Bytes(), b.Bytes()
}

func TestCheck(t *testing.T) {
	p, j := picturesOf(t)
	claims := archive(t, "[Content_Types].xml", "", "word/document.xml", "")
	i := bytes.LastIndex(claims, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(claims[i+24:], 600<<20)
	for _, c := range []struct {
		what, name string
		data       []byte
		want       string // name it is kept under, or the fault
	}{
		{"a Word file", "KH 117.docx", docx(t, para("Kế hoạch")), "KH 117.docx"},
		{"a sheet", "a.xlsx", archive(t, "[Content_Types].xml", "", "xl/workbook.xml", ""), "a.xlsx"},
		{"slides", "a.pptx", archive(t, "[Content_Types].xml", "", "ppt/presentation.xml", ""), "a.pptx"},
		{"a PDF", "Kế hoạch.PDF", pdfFile("BT (a) Tj ET"), "Kế hoạch.PDF"},
		{"a picture", "a.png", p, "a.png"},
		{"a photo with the longer ending", "a.jpeg", j, "a.jpeg"},
		{"a text", "ghi chú.txt", []byte("\ufeffXin chào\r\n"), "ghi chú.txt"},
		{"a table", "a.CSV", []byte("a,b\n1,2\n"), "a.CSV"},
		{"an old Word file", "a.doc", container("Root Entry", "WordDocument"), "a.doc"},
		{"an old sheet", "a.xls", container("Root Entry", "Workbook"), "a.xls"},

		{"a picture that calls itself PDF", "quét.pdf", p, "quét.png"},
		{"a PDF without ending", "117-KH.TU", pdfFile(""), "117-KH.TU.pdf"},
		{"a text named like nothing", "README", []byte("chữ"), "README.txt"},
		{"a path", `C:\bí thư\..\a.txt`, []byte("chữ"), "a.txt"},
		{"a path up", "../../etc/passwd", []byte("chữ"), "passwd.txt"},
		{"a name of nothing", "\x00\xff...", []byte("chữ"), "tệp.txt"},
		{"a name that reads backwards", "a\u202etxt.fdp.txt", []byte("chữ"), "atxt.fdp.txt"},
		{"a long name", strings.Repeat("ẩ", 300) + ".txt", []byte("chữ"), strings.Repeat("ẩ", 116) + ".txt"},

		{"nothing", "a.pdf", nil, "file.empty"},
		{"too much", "a.txt", bytes.Repeat([]byte("a"), 1<<20+1), "file.too_large"},
		{"a program", "a.pdf", []byte("MZ\x90\x00"), "file.program"},
		{"a script", "a.txt", []byte("#!/bin/sh\n"), "file.program"},
		{"a web page", "a.pdf", []byte("  <!DOCTYPE html><script>"), "file.program"},
		{"a drawing", "a.png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`), "file.program"},
		{"a text that a browser would run", "a.html", []byte("chữ"), "file.lying"},
		{"a text that Windows would run", "a.bat", []byte("del *"), "file.lying"},
		{"a Word file with macros", "a.docm", archive(t, "[Content_Types].xml", "", "word/document.xml", "", "word/vbaProject.bin", ""), "file.macro"},
		{"a Word file with macros under another name", "a.docx", archive(t, "[Content_Types].xml", "application/vnd.ms-word.document.macroEnabled.main+xml", "word/document.xml", ""), "file.macro"},
		{"an old Word file with macros", "a.doc", container("Root Entry", "WordDocument", "Macros"), "file.macro"},
		{"a locked Word file", "a.docx", container("Root Entry", "EncryptedPackage"), "file.locked"},
		{"a locked old Word file", "a.doc", locked(container("Root Entry", "WordDocument")), "file.locked"},
		{"a locked PDF", "a.pdf", append(pdfFile(""), "\n<</Encrypt 5 0 R>>"...), "file.locked"},
		{"an archive of anything", "a.zip", archive(t, "a.txt", "chữ"), "file.unknown"},
		{"half an archive", "a.docx", docx(t, para("a"))[:90], "file.broken"},
		{"half a PDF", "a.pdf", []byte("%PDF-1.7\n1 0 obj"), "file.broken"},
		{"half a picture", "a.png", p[:12], "file.broken"},
		{"a bomb", "a.docx", claims, "file.swollen"},
		{"sound", "a.mp3", []byte("ID3\x04\x00\x00"), "file.unknown"},
		{"rich text", "a.rtf", []byte(`{\rtf1 x}`), "file.unknown"},
		{"text of another alphabet", "a.txt", []byte("\xff\xfea\x00"), "file.unknown"},

		{"a stamped Word file", "a.docx", docx(t, para("Số 1")+para("MẬT")), "file.secret"},
		{"a stamp cut into runs", "a.docx", docx(t, "<w:p><w:r><w:t>TỐI </w:t></w:r><w:r><w:t>MẬT</w:t></w:r></w:p>"), "file.secret"},
		{"a stamp in a text box", "a.docx", docx(t, "<w:p><w:r><w:t>Số 1</w:t><w:txbxContent>"+para("TUYỆT MẬT")+"</w:txbxContent></w:r></w:p>"), "file.secret"},
		{"a stamp after a line break", "a.docx", docx(t, "<w:p><w:r><w:t>Số 1</w:t><w:br/><w:t>MẬT</w:t></w:r></w:p>"), "file.secret"},
		{"a stamp in the header", "a.docx", archive(t, "[Content_Types].xml", "", "word/document.xml", "", "word/header1.xml", para("MẬT")), "file.secret"},
		{"a stamp in a sheet", "a.xlsx", archive(t, "[Content_Types].xml", "", "xl/workbook.xml", "", "xl/sharedStrings.xml", "<sst><si><t>MẬT</t></si></sst>"), "file.secret"},
		{"a stamp on a slide", "a.pptx", archive(t, "[Content_Types].xml", "", "ppt/presentation.xml", "", "ppt/slides/slide3.xml", "<a:p><a:r><a:t>MẬT</a:t></a:r></a:p>"), "file.secret"},
		{"an honest sentence", "a.docx", docx(t, para("bảo mật thông tin")+"<w:p><w:r><w:t>bí </w:t></w:r><w:r><w:t>MẬT</w:t></w:r></w:p>"), "a.docx"},
		{"honey", "a.txt", []byte("MẬT ONG\nGiá: 200.000 đồng\n"), "a.txt"},
	} {
		info, err := Check(c.name, bytes.NewReader(c.data), 1<<20)
		got := info.Name
		if err != nil {
			got = fault.Key(err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestLines(t *testing.T) {
	for content, want := range map[string]string{
		"BT /F1 12 Tf 50 700 Td (b\\341o) Tj ET BT 75 700 Td (MAT) Tj ET":         "báo MAT",
		"BT 50 700 Td (So 1) Tj ET BT 50 680 Td (MAT) Tj ET":                      "So 1|MAT",
		"BT 1 0 0 1 50 700 Tm (MAT) Tj 1 0 0 1 400 700 Tm (DANG) Tj ET":           "MAT|DANG",
		"BT [(M) 20 (A) -10 (T)] TJ T* (x\\)\\051\\\n) Tj <4142> Tj (\\053) ' ET": "MAT|x))AB|+",
		"BT (a) Tj % comment (b) Tj\n(c) Tj ET":                                   "ac",
		"BT [(A) -300 (B)] TJ ET":                                                 "A B",
		"BT (never closed":                                                        "",
		"":                                                                        "",
	} {
		var got []string
		show([]byte(content), nil, 0, func(s string) { got = append(got, s) })
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%s\n got %q\nwant %q", content, s, want)
		}
	}
}

func TestLetters(t *testing.T) {
	l := parseLetters([]byte("2 beginbfchar <0001> <004D> <0002> <1EAC> endbfchar 2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0054> <00410042>] endbfrange"))
	if got := l.decode([]byte{0, 1, 0, 2, 0, 0x11, 0, 0x20, 0, 0x21}); got != "MẬBTAB" {
		t.Error(got)
	}
}

func TestStore(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "files"), 0)
	keep := func(Info) error { return nil }
	a, err := s.Put("a.txt", strings.NewReader("một"), keep)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.Reader(a.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := io.ReadAll(f)
	f.Close()
	if string(b) != "một" {
		t.Errorf("got %q", b)
	}
	no := errors.New("no")
	if _, err := s.Put("b.txt", strings.NewReader("một"), func(Info) error { return no }); err != no {
		t.Error(err)
	}
	if ok, err := s.Verify(a.SHA256); !ok || err != nil {
		t.Error("content that was there before is gone", err)
	}
	c, _ := s.Put("c.txt", strings.NewReader("hai"), func(Info) error { return no })
	if _, err := s.Reader(c.SHA256); fault.Of(err) != fault.Missing {
		t.Error("content without a row stays", err)
	}
	if _, err := s.Put("d.txt", strings.NewReader("MẬT"), keep); !Secret(err) {
		t.Error(err)
	}
	if err := s.Drop(a.SHA256, func() (bool, error) { return false, nil }); err != nil {
		t.Error(err)
	}
	if err := s.Drop(a.SHA256, func() (bool, error) { return true, nil }); err != nil {
		t.Error(err)
	}
	for _, sum := range []string{a.SHA256, "", "../../etc/passwd", strings.ToUpper(a.SHA256)} {
		if _, err := s.Reader(sum); fault.Of(err) != fault.Missing {
			t.Errorf("%q: %v", sum, err)
		}
	}
	left := 0
	filepath.WalkDir(s.dir, func(_ string, d os.DirEntry, _ error) error {
		if !d.IsDir() {
			left++
		}
		return nil
	})
	if left != 0 {
		t.Errorf("%d files are left", left)
	}
}

func TestStoreAtOnce(t *testing.T) {
	s := New(filepath.Join(t.TempDir(), "files"), 0)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			info, err := s.Put("a.txt", strings.NewReader(fmt.Sprint(i%3)), func(Info) error { return nil })
			if err != nil {
				t.Error(err)
			} else if ok, err := s.Verify(info.SHA256); !ok {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func FuzzCheck(f *testing.F) {
	p, j := picturesOf(f)
	for _, b := range [][]byte{p, j, docx(f, para("MẬT")), pdfFile("BT (a) Tj ET"), container("Root Entry", "WordDocument"), []byte("chữ")} {
		f.Add("a.pdf", b)
	}
	files, _ := filepath.Glob("testdata/*.*")
	for _, path := range files {
		if b, err := os.ReadFile(path); err == nil {
			f.Add(path, b)
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		info, err := Check(name, bytes.NewReader(data), Limit)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if info.Name == "" || strings.ContainsAny(info.Name, "/\\\x00\n\"") || !utf8.ValidString(info.Name) ||
			utf8.RuneCountInString(info.Name) > longestName || info.Type == "" || info.Size != int64(len(data)) || len(info.SHA256) != 64 {
			t.Errorf("%+v", info)
		}
	})
}

func FuzzPDFText(f *testing.F) {
	f.Add([]byte("BT /F1 12 Tf [(a) -300 <41>] TJ ET"))
	f.Fuzz(func(t *testing.T, b []byte) {
		show(b, nil, 0, func(string) {})
		parseLetters(b)
		openPDF(b).stamp()
	})
}
