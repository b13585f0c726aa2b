package intake

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/person"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/schema"
)

const (
	citizen = "001099054321"
	mobile  = "0912345678"
	roster  = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ,Đối tượng,Số CCCD,Điện thoại di động\n" +
		"002,Đảng viên mẫu 002,1980,E1,," + citizen + "," + mobile + "\n" +
		"003,Đảng viên mẫu 003,31/02/1980,E1,," + citizen + "," + mobile + "\n" +
		",,,,,," + mobile + "\n"
)

// The numbers of a roster's people are written nowhere in the clear, and shown to nobody, whatever becomes of the sheet.
func TestNumbersStaySealed(t *testing.T) {
	try := func(t *testing.T, d *db.DB, dir string) {
		h := open(t, d)
		sh := h.sent(roster)
		at := "/import/" + sh.ID.String()
		page := visible(h.ask(h.admin, "GET", at, "", "").Body.String())
		if !strings.Contains(page, "chỉ hiện bốn số cuối") {
			t.Error(page)
		}
		none := func(say, body string) {
			t.Helper()
			if strings.Contains(body, citizen) || strings.Contains(body, mobile) {
				t.Errorf("%s tells a number", say)
			}
		}
		for _, path := range []string{at, at + "/columns", at + "/wrong?as=csv", "/api/v1/imports/" + sh.ID.String()} {
			w := h.ask(h.admin, "GET", path, "", "")
			if none(path, w.Body.String()); w.Code != 200 {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
		if wrong := h.ask(h.admin, "GET", at+"/wrong?as=csv", "", "").Body.String(); !strings.Contains(wrong, "•••• 4321") {
			t.Error(wrong)
		}
		m := *sh.Mapping
		m.Columns = map[string][2]int{"name": {2, 2}, "code": {4, 4}, "position": {6, 6}}
		if _, err := h.sheets.Understood(ctx, h.admin, sh.ID, m, ""); fault.Of(err) != fault.Invalid || fault.List(err)[0].Key != "intake.sealed_column" {
			t.Errorf("taken for a position: %v", err)
		}
		sh = h.applied(sh, true, 0)
		nowhere(t, d, dir)
		if p, err := h.find("002"); err != nil || p.Name == "" {
			t.Error(err)
		}
		for _, number := range []string{citizen, "0912 345 678"} {
			if got := h.names(person.Filter{Text: number}); len(got) != 1 || got[0] != "002 Đảng viên mẫu 002" {
				t.Errorf("found by a number: %q", got)
			}
		}
		_, err := h.sheets.Undo(ctx, h.admin, sh.ID)
		h.must(err)
		h.rest(sh)
		nowhere(t, d, dir)
		if n := h.secrets(); n != 0 {
			t.Errorf("%d people still have numbers", n)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		dir := t.TempDir()
		d, err := db.Open(filepath.Join(dir, "q.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		if err := d.Migrate(ctx, schema.Files); err != nil {
			t.Fatal(err)
		}
		try(t, d, dir)
	})
	t.Run("postgres", func(t *testing.T) { try(t, dbtest.Postgres(t), "") })
}

// nowhere looks through what was kept, the rows and the files of a folder.
func nowhere(t *testing.T, d *db.DB, dir string) {
	t.Helper()
	look := func(where string, b []byte) {
		if bytes.Contains(b, []byte(citizen)) || bytes.Contains(b, []byte(mobile)) {
			t.Errorf("%s holds a number in the clear", where)
		}
	}
	err := d.Read(ctx, func(tx db.Tx) error {
		for _, q := range []string{`select body from person_import_part`, `select mapping || fault from person_import`, `select body || name || code from person_import_row`,
			`select body from person_import_trace`, `select detail || why from audit_entry`, `select name || position from person`} {
			all, err := db.All(ctx, tx, db.Value[[]byte], q)
			for _, b := range all {
				look(q, b)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || dir == "" {
		return
	}
	if len(files) == 0 {
		t.Error("no files")
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		look(filepath.Base(file), b)
	}
}

func TestHeadersOfNumbers(t *testing.T) {
	for head, want := range map[string]bool{"Số CCCD/CMND": true, "Căn cước công dân": true, "Số định danh cá nhân": true, "SĐT": true, "Số ĐT": true, "Điện thoại\nliên hệ": true,
		"Số thẻ đảng": false, "Dân tộc": false, "DT": false, "Mã định danh tổ chức": false, "Họ và tên": false, "Đối tượng": false} {
		if secret.Header(head) != want {
			t.Errorf("%q: %v", head, !want)
		}
	}
	for _, c := range person.Columns {
		for _, n := range c.Names {
			if secret.Header(n) != slices.Contains(secret.Keys, c.Key) {
				t.Errorf("%s is hidden, or should be", n)
			}
		}
	}
	for cell, want := range map[string]string{citizen: "•••• 4321", "0912 345 678": "•••• 5678", "không có": "••••", "123": "••••"} {
		if got := secret.Left(cell); got != want {
			t.Errorf("%q: %q", cell, got)
		}
	}
}
