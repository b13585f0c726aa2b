package intake

import (
	"strings"
	"testing"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func (h *house) count(q string, args ...any) (n int64) {
	h.t.Helper()
	h.must(h.db.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], q, args...); return err }))
	return n
}

func (h *house) secrets() int64 { h.t.Helper(); return h.count(`select count(*) from person_secret`) }

// kept are the numbers of somebody, opened.
func (h *house) kept(person id.ID) (n secret.Numbers) {
	h.t.Helper()
	h.must(h.db.Read(ctx, func(tx db.Tx) (err error) { n, err = secret.Of(ctx, tx, h.people.Seal, person); return err }))
	return n
}

const numbersHead = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ,Đối tượng,CCCD,Điện thoại\n"

// Identity and phone numbers of a roster come in sealed: with new people, with known ones, once; and go as the sheet goes.
func TestNumbersComeInAndGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		desk := &secret.Service{DB: d, Now: h.people.Now, Seal: h.people.Seal}
		mine, phone := "001070000001", "0900000001"
		_, err := desk.Save(ctx, h.admin, h.one.ID, secret.Change{Identity: &mine, Phone: &phone}, "")
		h.must(err)
		body := numbersHead + "001,Đảng viên mẫu 001,07/02/1970,E1,,," + mobile + "\n002,Đảng viên mẫu 002,1980,E1,,1099054321," + "912345678\n003,Đảng viên mẫu 003,1981,E1,,-,không có\n"
		sh := h.sent(body)
		if got := sh.brief(); got != "checked new 2 changed 1 same 0 ask 0 wrong 0 missing 0" {
			t.Fatal(got)
		}
		rows, err := h.sheets.Rows(ctx, h.admin, sh.ID, batch.Changed, 0, 9)
		if h.must(err); len(rows) != 1 || len(rows[0].Changes) != 1 || rows[0].Changes[0] != (batch.Change{Field: "phone", Old: "•••• 0001", New: "•••• 5678"}) {
			t.Errorf("%+v", rows)
		}
		sh = h.applied(sh, false, 0)
		two, err := h.find("002")
		h.must(err)
		if got := h.kept(two.ID); got != (secret.Numbers{Identity: citizen, Phone: mobile}) {
			t.Errorf("zeros that the spreadsheet took come back: %+v", got)
		}
		if got := h.kept(h.one.ID); got != (secret.Numbers{Identity: mine, Phone: mobile}) {
			t.Errorf("an empty cell changes nothing: %+v", got)
		}
		if n := h.count(`select count(*) from audit_entry where action = 'person.numbers' and subject = $1 and why = 't.csv'`, h.one.ID); n != 1 || h.secrets() != 2 {
			t.Errorf("%d lines in the log, %d rows", n, h.secrets())
		}
		if again := h.sent(body); again.brief() != "checked new 0 changed 0 same 3 ask 0 wrong 0 missing 0" {
			t.Errorf("again: %s", again.brief())
		}
		sh, err = h.sheets.Undo(ctx, h.admin, sh.ID)
		h.must(err)
		if sh = h.rest(sh); sh.Done != 3 || sh.Kept != 0 || h.secrets() != 1 || h.kept(h.one.ID) != (secret.Numbers{Identity: mine, Phone: phone}) {
			t.Errorf("taken back: done %d kept %d, %d rows, %+v", sh.Done, sh.Kept, h.secrets(), h.kept(h.one.ID))
		}
	})
}

// Numbers that were changed since stay, and what somebody had taken away does not come back.
func TestNumbersTouchedSinceStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		desk := &secret.Service{DB: d, Now: h.people.Now, Seal: h.people.Seal}
		old, other := "0900000001", "0900000002"
		_, err := desk.Save(ctx, h.admin, h.one.ID, secret.Change{Phone: &old}, "")
		h.must(err)
		bring := func() Sheet {
			return h.applied(h.sent(numbersHead+"001,Đảng viên mẫu 001,07/02/1970,E1,,,"+mobile+"\n"), false, 0)
		}
		back := func(sh Sheet) Sheet {
			sh, err := h.sheets.Undo(ctx, h.admin, sh.ID)
			h.must(err)
			return h.rest(sh)
		}
		sh := bring()
		_, err = desk.Save(ctx, h.admin, h.one.ID, secret.Change{Phone: &other}, "")
		h.must(err)
		if sh = back(sh); sh.Kept != 1 || h.kept(h.one.ID).Phone != other {
			t.Errorf("kept %d, %+v", sh.Kept, h.kept(h.one.ID))
		}
		sh = bring()
		h.write(func(tx db.Tx) error { _, err := person.Erase(ctx, tx, h.one.ID); return err })
		if back(sh); h.secrets() != 0 {
			t.Error("numbers that were deleted came back")
		}
	})
}

// An identity number is one person's: the same person, a question, or refused.
func TestWhoseIdentityNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		west := person.Person{ID: id.New(), Name: "Người mẫu phía Tây", Kind: person.Official, Unit: h.w1.ID}
		h.write(func(tx db.Tx) error {
			if err := person.AddAll(ctx, tx, []person.Person{west}, 1, 0); err != nil {
				return err
			}
			return secret.Add(ctx, tx, h.people.Seal, []secret.Entry{{Person: h.one.ID, Numbers: secret.Numbers{Identity: citizen}}, {Person: west.ID, Numbers: secret.Numbers{Identity: "001070000009"}}})
		})
		for _, c := range []struct{ say, row, want, told string }{
			{"of the same name it is the one", ",ĐẢNG VIÊN MẪU 001,,E1,," + citizen + ",", "same 1", ""},
			{"of another name it is a question", ",Người mẫu khác,1970,E1,Chính thức," + citizen + ",", "ask 1", h.one.ID.String()},
			{"of another card it is a question", "009,Đảng viên mẫu 001,1970,E1,," + citizen + ",", "ask 1", h.one.ID.String()},
			{"somebody's elsewhere is refused without saying whose", ",Người mẫu phía Tây,1970,E1,Chính thức,001070000009,", "wrong 1", "không dùng được"},
			{"not for somebody new", "009,Người mẫu khác,1970,E1,,001070000009,", "wrong 1", "không dùng được"},
			{"no number", "009,Người mẫu khác,1970,E1,,12345,", "wrong 1", "F2"},
			{"two phones in a cell", "009,Người mẫu khác,1970,E1,,,0912345678/0912345679", "wrong 1", "G2"},
			{"what an error sheet masked says nothing", "001,Đảng viên mẫu 001,07/02/1970,E1,,•••• 4321,•••• 1234", "same 1", ""},
		} {
			sh := h.sent(numbersHead + c.row + "\n")
			told := ""
			for _, v := range []batch.Verdict{batch.Bad, batch.Ask} {
				rows, err := h.sheets.Rows(ctx, h.admin, sh.ID, v, 0, 9)
				h.must(err)
				for _, r := range rows {
					told += r.Told("vi")
				}
			}
			if !strings.Contains(sh.brief(), c.want) || !strings.Contains(told, c.told) || strings.Contains(told, west.Name) || strings.Contains(told, "12345") {
				t.Errorf("%s: %s %s", c.say, sh.brief(), told)
			}
		}
		twice := h.sent(numbersHead + "008,Người mẫu A,1970,E1,,001080000001,\n009,Người mẫu B,1970,E1,,001080000001,\n")
		if !strings.Contains(twice.brief(), "new 1 changed 0 same 0 ask 0 wrong 1") {
			t.Errorf("twice in a file: %s", twice.brief())
		}
	})
}

func TestCellsOfNumbers(t *testing.T) {
	for _, c := range []struct{ identity, phone, wantIdentity, wantPhone string }{
		{"001099054321", "0912345678", "001099054321", "0912345678"},
		{"1099054321", "912345678", "001099054321", "0912345678"},
		{"31099054321", "+84 912 345 678", "031099054321", "0912345678"},
		{"123456789", "(0225) 384 5678", "123456789", "02253845678"},
		{"", "84912345678", "", "0912345678"},
		{"không có", "-", "", ""},
		{"•••• 4321", "••••", "", ""},
	} {
		n, err := secret.Cells(c.identity, c.phone)
		if err != nil || n.Identity != c.wantIdentity || n.Phone != c.wantPhone {
			t.Errorf("%q %q: %+v %v", c.identity, c.phone, n, err)
		}
	}
	for _, c := range [][2]string{{"0109905432", ""}, {"3.1E+11", ""}, {"", "0912345678; 0912345679"}, {"", "abc"}, {"12345678", ""}} {
		if n, err := secret.Cells(c[0], c[1]); fault.Of(err) != fault.Invalid {
			t.Errorf("%q is taken for %+v", c, n)
		}
	}
}
