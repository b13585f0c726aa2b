package plan

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/need"
)

// The paper opens in LibreOffice and says what the plan says. With QUANTRIET_PAPER_KEEP=folder it
// stays there to be looked at.
func TestPrint(t *testing.T) {
	soffice, errOffice := exec.LookPath("soffice")
	reader, errText := exec.LookPath("pdftotext")
	need.Tool(t, "libreoffice", errOffice == nil && errText == nil)
	w, ctx, folder := seed(t, dbtest.One(t)), context.Background(), t.TempDir()
	if keep := os.Getenv("QUANTRIET_PAPER_KEEP"); keep != "" {
		folder = keep
	}
	w.sent(t, w.owner, w.city, "117-KH/TU")
	w.sent(t, w.district, w.east, "12-KH/HU")
	if _, err := w.Save(ctx, w.grassroots, w.ready(t, w.grassroots, w.base, "")); err != nil {
		t.Fatal(err)
	}
	name, sent, err := w.Print(ctx, w.district, w.campaign.ID, w.east)
	if err != nil || !strings.HasSuffix(name, ".docx") {
		t.Fatal(name, err)
	}
	_, draft, err := w.Print(ctx, w.grassroots, w.campaign.ID, w.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		paper []byte
		want  []string
		not   string
	}{
		{"sent", sent, []string{"ĐẢNG CỘNG SẢN VIỆT NAM", "HUYỆN ỦY MẪU ĐÔNG", "Số 12-KH/HU", "Hải Phòng, ngày 28 tháng 6 năm 2018", "KẾ HOẠCH", "117-KH/TU", "I. MỤC ĐÍCH",
			"VI. TỔ CHỨC THỰC HIỆN", "Đảng viên mẫu 002", "T/M BAN THƯỜNG VỤ", "PHỤ LỤC", "19/07/2018"}, "DỰ THẢO"},
		{"draft", draft, []string{"DỰ THẢO", "KH/ĐU", "12-KH/HU"}, ""},
	} {
		file := filepath.Join(folder, c.name+".docx")
		if err := os.WriteFile(file, c.paper, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(soffice, "-env:UserInstallation=file://"+t.TempDir(), "--headless", "--convert-to", "pdf", "--outdir", folder, file).CombinedOutput(); err != nil {
			t.Fatalf("soffice: %v\n%s", err, out)
		}
		out, err := exec.Command(reader, "-layout", filepath.Join(folder, c.name+".pdf"), "-").Output()
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(string(out)), " ")
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is not printed", c.name, want)
			}
		}
		if c.not != "" && strings.Contains(text, c.not) {
			t.Errorf("%s: %q is printed", c.name, c.not)
		}
	}
}
