package paper

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quantriet/internal/kit/need"
)

// TestOffice opens documents in LibreOffice and reads what it printed. With QUANTRIET_PAPER_KEEP=folder the documents
// stay there to be looked at.
func TestOffice(t *testing.T) {
	soffice, errOffice := exec.LookPath("soffice")
	_, errText := exec.LookPath("pdftotext")
	need.Tool(t, "libreoffice", errOffice == nil && errText == nil)
	annex := schedule()
	annex.Appendices = []Appendix{{Title: "Tổng hợp theo đơn vị", Landscape: true, Blocks: []Block{wide(32)}}, {Title: "Ghi chú", Blocks: []Block{Plain("Không có.")}}}
	cases := []struct {
		name      string
		form      Form
		doc       Official
		low, high int // pages; the fonts of the machine decide where a page ends
		want      []string
	}{
		{"report", PartyForm(), report(), 2, 3, []string{"ĐẢNG CỘNG SẢN VIỆT NAM", "BC/TU", "tháng 7 năm 2018", "T/M BAN THƯỜNG VỤ", "BẢN TẠM TÍNH", "PHỤ LỤC", "Bộ Chỉ huy Quân sự", "112.000", "675/804", "(kèm theo Báo cáo số"}},
		{"plan", PartyForm(), schedule(), 2, 2, []string{"Số 127-KH/HU", "ngày 07 tháng 02", "KẾ HOẠCH", "III. TỔ CHỨC THỰC HIỆN", "Đảng viên mẫu 003"}},
		{"letter", PartyForm(), letter(), 1, 1, []string{"Số 1039-CV/HU", "Kính gửi: Các chi, đảng bộ cơ sở.", "Nơi nhận"}},
		{"council", AdministrativeForm(), council(), 1, 1, []string{"Độc lập - Tự do - Hạnh phúc", "Số:", "V/v chuẩn bị", "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"}},
		{"annex", PartyForm(), annex, 5, 6, []string{"PHỤ LỤC I", "PHỤ LỤC II", "Đảng bộ phường mẫu", "Tổng cộng", "3.264", "I. Khối xã, phường"}},
	}
	folder := t.TempDir()
	if keep := os.Getenv("QUANTRIET_PAPER_KEEP"); keep != "" {
		folder = keep
	}
	args := []string{"-env:UserInstallation=file://" + t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", folder}
	for _, c := range cases {
		var b bytes.Buffer
		if err := Write(&b, c.form, c.doc); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, c.name+".docx")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	if out, err := exec.Command(soffice, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	for _, c := range cases {
		text := printed(t, filepath.Join(folder, c.name+".pdf"))
		if n := strings.Count(text, "\f"); n < c.low || n > c.high {
			t.Errorf("%s: %d pages, want %d to %d", c.name, n, c.low, c.high)
		}
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not on paper:\n%s", c.name, want, text)
			}
		}
	}
}

func printed(t *testing.T, pdf string) string {
	t.Helper()
	out, err := exec.Command("pdftotext", "-layout", pdf, "-").Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return strings.ReplaceAll(string(out), "\u00a0", " ")
}
