package intake

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/sheet"
	"quantriet/internal/kit/text"
)

// sent checks a sheet and waits until nothing works on it.
func (h *house) sent(body string) Sheet {
	h.t.Helper()
	sh, err := h.sheets.Check(ctx, h.admin, Sheet{ID: id.New(), Kind: People, Name: "t.csv", Size: int64(len(body))}, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	return h.rest(sh)
}

func (h *house) rest(sh Sheet) Sheet {
	h.t.Helper()
	for sh.Busy() {
		<-h.sheets.start(sh.ID)
		var err error
		if sh, err = h.sheets.Show(ctx, h.admin, sh.ID); err != nil {
			h.t.Fatal(err)
		}
	}
	return sh
}

func (h *house) applied(sh Sheet, good bool, remove int64) Sheet {
	h.t.Helper()
	sh, err := h.sheets.Apply(ctx, h.admin, sh.ID, good, remove)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.rest(sh)
}

func (s Sheet) brief() string {
	return fmt.Sprintf("%s new %d changed %d same %d ask %d wrong %d missing %d", s.State, s.Added, s.Changed, s.Same, s.Asked, s.Bad, s.Missing)
}

func (h *house) names(f person.Filter) (out []string) {
	h.t.Helper()
	f.Page.Limit = 200
	rows, _, err := h.people.List(ctx, h.admin, f)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, it := range rows.Items {
		out = append(out, it.MemberNo+" "+it.Name)
	}
	return out
}

const headline = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ,Đối tượng\n"

func TestTakenBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		sh := h.applied(h.sent(headline+"001,Đảng viên mẫu 001 B,1970,E1,\n002,Đảng viên mẫu 002,1980,E1,\n003,Đảng viên mẫu 003,1980,E1,\n004,Đảng viên mẫu 004,1980,E1,\n"), false, 0)
		if got := sh.brief(); got != "applied new 3 changed 1 same 0 ask 0 wrong 0 missing 0" {
			t.Fatal(got)
		}
		two, err := h.find("002")
		if err != nil {
			t.Fatal(err)
		}
		two.Position = "Bí thư"
		if _, err := h.people.Edit(ctx, h.admin, two); err != nil {
			t.Fatal(err)
		}
		four, err := h.find("004")
		if err != nil {
			t.Fatal(err)
		}
		h.sql(`insert into campaign (id, unit, title, state, starts_on, created_at, code_key) values (900, $1, 'Đợt mẫu', 'open', '2026-01-01', 0, 7)`, four.Unit)
		h.sql(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values (900, $1, $2, 0, 'member', false, false, 1)`, four.ID, four.Unit)
		sh, err = h.sheets.Undo(ctx, h.admin, sh.ID)
		if err != nil {
			t.Fatal(err)
		}
		sh = h.rest(sh)
		if sh.State != Undone || sh.Done != 2 || sh.Kept != 2 {
			t.Errorf("%s done %d kept %d", sh.State, sh.Done, sh.Kept)
		}
		if got := strings.Join(h.names(person.Filter{}), "|"); got != "001 Đảng viên mẫu 001|002 Đảng viên mẫu 002|004 Đảng viên mẫu 004" {
			t.Error(got)
		}
		rows, err := h.sheets.Rows(ctx, h.admin, sh.ID, Kept, 0, 9)
		if err != nil || len(rows) != 2 || rows[0].Name != "Đảng viên mẫu 002" || rows[1].Name != "Đảng viên mẫu 004" {
			t.Errorf("%+v %v", rows, err)
		}
		if _, err := h.sheets.Undo(ctx, h.admin, sh.ID); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

func (h *house) find(number string) (p person.Person, err error) {
	err = h.db.Read(ctx, func(tx db.Tx) error { p, err = person.ByNumber(ctx, tx, number); return err })
	return p, err
}

func TestMissingLeaveOnlyByTheirNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.applied(h.sent(headline+"002,Đảng viên mẫu 002,1980,E1,\n003,Đảng viên mẫu 003,1981,E1,\n,Quần chúng mẫu,1990,E1,Quần chúng\n"), false, 0)
		part := headline + "002,Đảng viên mẫu 002,1980,E1,\n004,Đảng viên mẫu 004,1980,E1,\n,Người mẫu mới,1991,E1,Quần chúng\n"
		sh := h.sent(part)
		if got := sh.brief(); got != "checked new 2 changed 0 same 1 ask 0 wrong 0 missing 3" {
			t.Fatal(got)
		}
		for _, n := range []int64{1, 4} {
			if _, err := h.sheets.Apply(ctx, h.admin, sh.ID, false, n); fault.Of(err) != fault.Invalid {
				t.Errorf("removing %d: %v", n, err)
			}
		}
		sh = h.applied(sh, false, 0)
		if len(h.names(person.Filter{})) != 6 || sh.Removed != 0 {
			t.Errorf("a partial file removed somebody: %v", h.names(person.Filter{}))
		}
		sh = h.sent(part)
		sh = h.applied(sh, false, sh.Missing)
		if got := strings.Join(h.names(person.Filter{}), "|"); sh.Removed != 3 || got != "002 Đảng viên mẫu 002|004 Đảng viên mẫu 004| Người mẫu mới" {
			t.Errorf("removed %d: %s", sh.Removed, got)
		}
		if sh, _ = h.sheets.Undo(ctx, h.admin, sh.ID); h.rest(sh).Done != 3 || len(h.names(person.Filter{})) != 6 {
			t.Errorf("taken back: %+v %v", h.rest(sh), h.names(person.Filter{}))
		}
	})
}

// What an import ended beside the study home comes back with it.
func TestTakenBackWithFurtherMemberships(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		e2 := org.Unit{ID: id.New(), Code: "E2", Level: "cell", Name: "Chi bộ Đông 2 mẫu", Parent: h.east.ID}
		h.write(func(tx db.Tx) error { return org.AddAll(ctx, tx, []org.Unit{e2}, 1, 0) })
		h.applied(h.sent(headline+"002,Đảng viên mẫu 002,1980,E1,\n003,Đảng viên mẫu 003,1981,E1,\n"), false, 0)
		two, _ := h.find("002")
		three, _ := h.find("003")
		for _, p := range []person.Person{h.one, two, three} {
			if err := h.people.AddStay(ctx, h.admin, p.ID, person.Membership{Unit: e2.ID, From: "2024-01-01"}, ""); err != nil {
				t.Fatal(err)
			}
		}
		if err := h.people.EndStay(ctx, h.admin, three.ID, person.Membership{Unit: e2.ID, From: "2024-01-01", To: "2024-12-31"}, ""); err != nil {
			t.Fatal(err)
		}
		before := h.memberships()
		sh := h.sent(headline + "001,Đảng viên mẫu 001,07/02/1970,E2,\n004,Đảng viên mẫu 004,1970,E1,\n")
		sh = h.applied(sh, false, sh.Missing)
		if got := h.memberships(); sh.Removed != 2 || strings.Count(got, "…;") != 2 {
			t.Errorf("two are left with one membership each: %d %s", sh.Removed, got)
		}
		sh, err := h.sheets.Undo(ctx, h.admin, sh.ID)
		if err != nil {
			t.Fatal(err)
		}
		if sh = h.rest(sh); sh.Kept != 0 || h.memberships() != before {
			t.Errorf("kept %d\n%s\nnot\n%s", sh.Kept, h.memberships(), before)
		}
	})
}

func (h *house) write(fn func(db.Tx) error) {
	h.t.Helper()
	h.must(h.db.Write(ctx, fn))
}

func (h *house) memberships() string {
	h.t.Helper()
	var out []string
	h.write(func(tx db.Tx) (err error) {
		out, err = db.All(ctx, tx, db.Value[string], `select p.member_no || ' ' || u.code || ' ' || m.valid_from || '…' || coalesce(m.valid_to, '')
			from person_membership m join person p on p.id = m.person join org_unit u on u.id = m.unit order by p.member_no, m.valid_from, u.code`)
		return err
	})
	return strings.Join(out, ";") + ";"
}

// On PostgreSQL a transaction that collides runs again: whoever leaves is counted once.
func TestRemovedAreCountedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.applied(h.sent(headline+"002,Đảng viên mẫu 002,1980,E1,\n003,Đảng viên mẫu 003,1981,E1,\n"), false, 0)
		sh := h.sent(headline + "001,Đảng viên mẫu 001,07/02/1970,E1,\n")
		now := h.people.Now
		retries := d.Stats().Retries
		h.people.Now = func() time.Time {
			if d.Engine() == db.Postgres && strings.Contains(string(debug.Stack()), "Service).Remove") && retries == d.Stats().Retries {
				h.write(func(tx db.Tx) error {
					_, err := tx.ExecContext(ctx, `update person_import set held_until = held_until + 1 where id = $1`, sh.ID) // the last row that taking off writes
					return err
				})
			}
			return now()
		}
		sh = h.applied(sh, false, sh.Missing)
		if sh.State != Applied || sh.Removed != 2 || sh.Broken != nil {
			t.Errorf("%s removed %d %v", sh.State, sh.Removed, sh.Broken)
		}
		if d.Engine() == db.Postgres && d.Stats().Retries == retries {
			t.Error("nothing ran again")
		}
	})
}

// An exemption of somebody who is known stands in the log, with who brought it in and from which file.
func TestExemptionsOfASheetAreLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		const head = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ,Miễn sinh hoạt từ ngày,Lý do miễn,Số nghị quyết\n"
		h.applied(h.sent(head+"001,Đảng viên mẫu 001,07/02/1970,E1,01/01/2026,Tuổi cao,12-NQ/CB\n002,Đảng viên mẫu 002,1980,E1,01/01/2026,Tuổi cao,13-NQ/CB\n"), false, 0)
		var lines []string
		h.write(func(tx db.Tx) (err error) {
			lines, err = db.All(ctx, tx, db.Value[string], `select p.member_no || ' ' || a.why || ' ' || a.detail from audit_entry a join person p on p.id = a.subject where a.action = 'person.exempt'`)
			return err
		})
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "001 t.csv ") || !strings.Contains(lines[0], "12-NQ/CB") {
			t.Errorf("%q", lines)
		}
	})
}

// A year of birth is any day of it, also in another unit: one person or a question, never two.
func TestYearOfBirthElsewhereIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.write(func(tx db.Tx) error {
			return org.AddAll(ctx, tx, []org.Unit{{ID: id.New(), Code: "E2", Level: "cell", Name: "Chi bộ Đông 2 mẫu", Parent: h.east.ID}}, 1, 0)
		})
		h.applied(h.sent(headline+",Đảng viên mẫu 050,1960,E1,Chính thức\n"), false, 0)
		for _, c := range []struct{ say, row, want string }{
			{"the year alone of somebody whose day is known", "009,Đảng viên mẫu 001,1970,E2,", "new 1 changed 0 same 0 ask 0"},
			{"without a number it is a question", ",Đảng viên mẫu 001,1970,E2,Chính thức", "new 0 changed 0 same 0 ask 1"},
			{"a day of somebody whose year is known", "010,Đảng viên mẫu 050,05/06/1960,E2,", "new 0 changed 0 same 0 ask 1"},
			{"another year", "011,Đảng viên mẫu 050,05/06/1961,E2,", "new 1 changed 0 same 0 ask 0"},
			{"another day of the year", ",Đảng viên mẫu 001,08/02/1970,E2,Chính thức", "new 1 changed 0 same 0 ask 0"},
		} {
			if got := h.sent(headline + c.row + "\n").brief(); !strings.Contains(got, c.want) {
				t.Errorf("%s: %s", c.say, got)
			}
		}
	})
}

func TestOldEncodingIsConfirmedAndRemembered(t *testing.T) {
	h := open(t, dbtest.One(t))
	body := "Sè thÎ;Hä vµ tªn;N¨m sinh;M· chi bé;§èi t\u00adîng\n11;NguyÔn V¨n Hïng;1970;E1;ChÝnh thøc\n12;TrÇn ThÞ M¬;1971;E1;Dù bÞ\n"
	sh := h.sent(body)
	if sh.State != Mapping || sh.Mapping.Legacy[2] != text.TCVN3 {
		t.Fatalf("%s %+v", sh.State, sh.Mapping)
	}
	at := "/import/" + sh.ID.String()
	page := h.ask(h.admin, "GET", at, "", "").Body.String()
	for _, want := range []string{"NguyÔn V¨n Hïng", "Nguyễn Văn Hùng", "Họ và tên", "TCVN3"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of columns lacks %q", want)
		}
	}
	form := url.Values{"first": {"1"}, "last": {"1"}, "source": {"Trích ngang mẫu"}}
	for i, key := range []string{"number", "name", "birth", "code", "kind"} {
		form.Set(field("col", i+1), key)
		form.Set(field("enc", i+1), string(sh.Mapping.Legacy[i+1]))
	}
	bad := url.Values{"first": {"1"}, "last": {"1"}, "col-1": {"name"}, "enc-1": {""}, "col-2": {"x"}, "enc-2": {"utf7"}}
	if w := h.ask(h.admin, "POST", at+"/columns", formMime, bad.Encode()); w.Code != 422 {
		t.Errorf("nonsense of columns: %d", w.Code)
	}
	if w := h.ask(h.admin, "POST", at+"/columns", formMime, form.Encode()); w.Code != 303 {
		t.Fatalf("columns: %d %s", w.Code, visible(w.Body.String()))
	}
	sh, _ = h.sheets.Show(ctx, h.admin, sh.ID)
	if sh = h.rest(sh); sh.brief() != "checked new 2 changed 0 same 0 ask 0 wrong 0 missing 1" {
		t.Fatal(sh.brief())
	}
	h.applied(sh, false, 0)
	again := h.sent(strings.Replace(body, "NguyÔn", "NguyÔn", 1))
	if again.Source != "Trích ngang mẫu" || again.brief() != "checked new 0 changed 0 same 2 ask 0 wrong 0 missing 1" {
		t.Errorf("%s: %s", again.Source, again.brief())
	}
	if got := strings.Join(h.names(person.Filter{}), "|"); !strings.Contains(got, "11 Nguyễn Văn Hùng") {
		t.Error(got)
	}
}

func TestFootIsNoPerson(t *testing.T) {
	h := open(t, dbtest.One(t))
	sh := h.sent("DANH SÁCH ĐẢNG VIÊN\nSTT,Số thẻ,Họ và tên,Năm sinh,Mã chi bộ\n1,21,Đảng viên mẫu 021,1970,E1\n,,Tổng cộng: 01 đồng chí,,\n,,,,\"Đông, ngày 7 tháng 2 năm 2026\"\n,Tổng số,,,\n,,,,T/M CHI BỘ\n,,,,Đảng viên mẫu 999\n")
	if sh.brief() != "checked new 1 changed 0 same 0 ask 0 wrong 0 missing 1" || sh.Passed != 5 {
		t.Errorf("%s passed %d", sh.brief(), sh.Passed)
	}
}

// Many writings of one name are one person or a question, never two.
func TestOnePersonHoweverWritten(t *testing.T) {
	h := open(t, dbtest.One(t))
	const name = "Nguyễn Thị Hoà Bình Mẫu"
	bare := norm.NFD.String(name)
	ways := []func(string) string{norm.NFC.String, norm.NFD.String, strings.ToUpper, func(s string) string { return "  " + strings.ReplaceAll(s, " ", " \u00a0 ") + " " },
		func(s string) string { return strings.ReplaceAll(s, "oà", "òa") }, text.Fold, func(s string) string {
			return strings.NewReplacer("a", "а", "o", "о", "y", "у").Replace(norm.NFD.String(s))
		},
		func(s string) string { return strings.NewReplacer("H", "Η", "B", "В", "M", "М").Replace(s) }, func(s string) string { return strings.ReplaceAll(s, " ", "\u200b ") }}
	r := rand.New(rand.NewPCG(7, 11))
	h.applied(h.sent(headline+",\""+bare+"\",07/02/1970,E1,Chính thức\n"), false, 0)
	for range 60 {
		s := name
		for range 1 + r.IntN(3) {
			s = ways[r.IntN(len(ways))](s)
		}
		number := []string{"", "77"}[r.IntN(2)]
		sh := h.applied(h.sent(headline+number+",\""+s+"\","+[]string{"07/02/1970", "1970", "7/2/70", "25606"}[r.IntN(4)]+",E1,Chính thức\n"), true, 0)
		if sh.Added != 0 || sh.Same+sh.Changed+sh.Asked != 1 {
			t.Fatalf("%q: %s", s, sh.brief())
		}
	}
	if got := h.names(person.Filter{Text: "hoa binh"}); len(got) != 1 {
		t.Errorf("%q", got)
	}
}

func TestExportComesBackTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.applied(h.sent(headline+"002,Đảng viên mẫu 002,1980,E1,\n,=Quần chúng mẫu,1990,E1,Quần chúng\n"), false, 0)
		for _, kind := range []string{"xlsx", "csv"} {
			var b bytes.Buffer
			if err := h.people.Export(ctx, h.admin, person.Filter{}, &b, kind, "vi"); err != nil {
				t.Fatal(err)
			}
			if sh := h.sent(b.String()); sh.brief() != "checked new 0 changed 0 same 3 ask 0 wrong 0 missing 0" {
				t.Errorf("%s: %s", kind, sh.brief())
			}
		}
	})
}

// many is a sheet of n people over several pieces.
func many(n int) string {
	var b strings.Builder
	b.WriteString(headline)
	for i := range n {
		fmt.Fprintf(&b, "%d,Đảng viên mẫu %05d,19%02d,E1,\n", 10_000+i, i, 40+i%50)
	}
	return b.String()
}

var errKilled = errors.New("killed")

// A process that is gone in the middle loses no piece and repeats none.
func TestGoesOnWhereAnotherStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		sh := h.sent(many(3500))
		dead := &Service{DB: d, Now: h.sheets.Now, Units: h.units, People: h.people, Sender: h.sheets.Sender, Seal: h.sheets.Seal}
		sh.State = Applying
		if err := d.Write(ctx, func(tx db.Tx) error { return begin(ctx, tx, sh) }); err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithCancel(ctx)
		task := &task{s: dead, sh: reset(sh), tell: func(s Sheet) {
			if s.Done > 0 { // however long the engine's pieces are
				cancel()
			}
		}}
		if err := task.apply(short); !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, not %v", err, errKilled)
		}
		half, _ := h.sheets.Show(ctx, h.admin, sh.ID)
		if half.State != Applying || half.Done == 0 || half.Done >= 3500 {
			t.Fatalf("%s %d", half.State, half.Done)
		}
		err := d.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update person_import set held_until = 0 where id = $1`, sh.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		working, stop := context.WithCancel(ctx)
		go h.sheets.Work(working)
		defer stop()
		if sh = h.rest(half); sh.brief() != "applied new 3500 changed 0 same 0 ask 0 wrong 0 missing 1" {
			t.Errorf("%s", sh.brief())
		}
		if _, total, _ := h.people.List(ctx, h.admin, person.Filter{}); total != 3501 {
			t.Errorf("%d people", total)
		}
		if sh, _ = h.sheets.Undo(ctx, h.admin, sh.ID); h.rest(sh).Done != 3500 {
			t.Errorf("taken back: %+v", h.rest(sh))
		}
		if _, total, _ := h.people.List(ctx, h.admin, person.Filter{}); total != 1 {
			t.Errorf("%d people are left", total)
		}
	})
}

func TestRightsEndInTheMiddle(t *testing.T) {
	h := open(t, dbtest.One(t))
	sh := h.sent(many(1500))
	h.sheets.Sender = func(context.Context, db.Tx, id.ID) (access.Actor, error) { return access.Actor{}, fault.Gone() }
	sh, err := h.sheets.Apply(ctx, h.admin, sh.ID, false, 0)
	if err != nil {
		t.Fatal(err)
	}
	if sh = h.rest(sh); sh.State != Failed || sh.Broken == nil || sh.Broken.Key != "intake.sender_gone" {
		t.Errorf("%+v", sh)
	}
}

func TestBring(t *testing.T) {
	h := open(t, dbtest.One(t))
	body := many(1500)
	f := batch.Bytes("p.csv", []byte(body))
	told := 0
	sh, err := h.sheets.Bring(ctx, access.System("keeper"), f, Order{Kind: People, Tell: func(Sheet) { told++ }})
	if err != nil || sh.brief() != "applied new 1500 changed 0 same 0 ask 0 wrong 0 missing 1" || told == 0 {
		t.Errorf("%s %v", sh.brief(), err)
	}
	if sh, err = h.sheets.Bring(ctx, access.System("keeper"), f, Order{Kind: People}); err != nil || sh.Same != 1500 {
		t.Errorf("again: %s %v", sh.brief(), err)
	}
	if _, err := h.sheets.Bring(ctx, access.System("keeper"), batch.Bytes("x", []byte("%PDF")), Order{Kind: People}); fault.Of(err) != fault.Invalid {
		t.Errorf("no sheet: %v", err)
	}
	var none *sheet.Error
	_, err = h.sheets.Bring(ctx, access.System("keeper"), batch.Bytes("x.csv", []byte("a,b\n1,2\n")), Order{Kind: People})
	if err == nil || errors.As(err, &none) && none.Code == "" {
		t.Errorf("unknown columns: %v", err)
	}
}

// Headers are the same whether an old program wrote the file or a new one: what a source was once
// written in is no reason to read the next file so.
func TestEncodingOfASourceIsAskedAgainWhenItChanges(t *testing.T) {
	const (
		old     = "Sè thÎ;Hä vµ tªn;N¨m sinh;M· chi bé;§èi t\u00adîng\n11;NguyÔn V¨n Lª;1970;E1;ChÝnh thøc\n12;TrÇn ThÞ M¬;1971;E1;Dù bÞ\n"
		unicode = "Số thẻ;Họ và tên;Năm sinh;Mã chi bộ;Đối tượng\n11;Nguyễn Văn Lê;1970;E1;Chính thức\n12;Trần Thị Mơ;1971;E1;Dự bị\n"
	)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		understood := func(sh Sheet) Sheet {
			t.Helper()
			sh, err := h.sheets.Understood(ctx, h.admin, sh.ID, *sh.Mapping, "Trích ngang mẫu")
			h.must(err)
			return h.rest(sh)
		}
		h.applied(understood(h.sent(old)), false, 0)
		for _, c := range []struct {
			say, body string
			name      text.Legacy
		}{{"a new program's file", unicode, text.Unicode}, {"an old one's again", old, text.TCVN3}} {
			sh := h.sent(c.body)
			if sh.State != Mapping || sh.Source != "Trích ngang mẫu" || sh.Mapping.Legacy[2] != c.name {
				t.Fatalf("%s: %s %q %+v", c.say, sh.State, sh.Source, sh.Mapping)
			}
			if sh = understood(sh); sh.brief() != "checked new 0 changed 0 same 2 ask 0 wrong 0 missing 1" {
				t.Errorf("%s: %s", c.say, sh.brief())
			}
			if sh = h.sent(c.body); sh.State != Checked {
				t.Errorf("%s, once more: %s", c.say, sh.State)
			}
		}
	})
}

// What a sheet says nothing of stays: the day of the resolution, the kind of the exemption.
func TestExemptionsComeBackAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		e := person.Exemption{ID: id.New(), Person: h.one.ID, Kind: person.Reduced, Reason: "Sức yếu", From: "2026-01-01", Resolution: "12-NQ/CB", ResolvedOn: "2025-12-20", Approver: "Đảng ủy phường mẫu"}
		_, err := h.people.AddExemption(ctx, h.admin, e)
		h.must(err)
		of := func() (list []person.Exemption) {
			h.write(func(tx db.Tx) (err error) { list, err = person.Exemptions(ctx, tx, h.one.ID); return err })
			return list
		}
		for _, kind := range []string{"xlsx", "csv"} {
			var b bytes.Buffer
			h.must(h.people.Export(ctx, h.admin, person.Filter{}, &b, kind, "vi"))
			if sh := h.sent(b.String()); sh.brief() != "checked new 0 changed 0 same 1 ask 0 wrong 0 missing 0" {
				t.Errorf("%s: %s", kind, sh.brief())
			}
		}
		const head = "Số thẻ đảng,Họ và tên,Mã chi bộ,Miễn sinh hoạt từ ngày,Miễn sinh hoạt đến ngày,Lý do miễn,Số nghị quyết,Ngày nghị quyết\n"
		h.applied(h.sent(head+"001,Đảng viên mẫu 001,E1,01/01/2026,31/12/2026,Sức yếu,12-NQ/CB,\n"), false, 0)
		e.To = "2026-12-31"
		if got := of(); len(got) != 1 || got[0] != e {
			t.Errorf("%+v", got)
		}
		h.applied(h.sent(head+"002,Đảng viên mẫu 002,E1,01/01/2026,,Tuổi cao,13-NQ/CB,20/12/2025\n"), false, 0)
		two, err := h.find("002")
		h.must(err)
		h.write(func(tx db.Tx) error {
			list, err := person.Exemptions(ctx, tx, two.ID)
			if len(list) != 1 || list[0].Kind != person.Exempt || list[0].ResolvedOn != "2025-12-20" {
				t.Errorf("a new one: %+v", list)
			}
			return err
		})
	})
}

// One person twice in a file, once with the year and once with the day of birth, is asked about.
func TestTwiceInOneFileByYearAndDay(t *testing.T) {
	for _, c := range []struct{ say, rows, want string }{
		{"the day, then the year", "060,Người mẫu A,05/06/1960,E1,\n,Người mẫu A,1960,E1,Chính thức\n", "new 1 changed 0 same 0 ask 1 wrong 0"},
		{"the year, then the day", ",Người mẫu A,1960,E1,Chính thức\n060,Người mẫu A,05/06/1960,E1,\n", "new 1 changed 0 same 0 ask 1 wrong 0"},
		{"two days of one year", ",Người mẫu A,05/06/1960,E1,Chính thức\n,Người mẫu A,06/06/1960,E1,Chính thức\n", "new 2 changed 0 same 0 ask 0 wrong 0"},
		{"two numbers", "060,Người mẫu A,05/06/1960,E1,\n061,Người mẫu A,1960,E1,\n", "new 2 changed 0 same 0 ask 0 wrong 0"},
		{"another year", ",Người mẫu A,05/06/1960,E1,Chính thức\n,Người mẫu A,1961,E1,Chính thức\n", "new 2 changed 0 same 0 ask 0 wrong 0"},
	} {
		h := open(t, dbtest.One(t))
		if sh := h.sent(headline + c.rows); !strings.Contains(sh.brief(), c.want) {
			t.Errorf("%s: %s", c.say, sh.brief())
		}
	}
}

// Units are found by name as offices write it, and one that ended does not stand in the way of its successor.
func TestUnitsByTheirNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.write(func(tx db.Tx) error {
			return org.AddAll(ctx, tx, []org.Unit{{ID: id.New(), Code: "E0", Level: "cell", Name: "Chi bộ Đông 1 mẫu", Parent: h.east.ID, From: "2000-01-01", To: "2025-06-30"},
				{ID: id.New(), Code: "E9", Level: "cell", Name: "Chi bộ Hạ mẫu", Parent: h.east.ID}, {ID: id.New(), Code: "E8", Level: "cell", Name: "Chi bộ Hà mẫu", Parent: h.east.ID}}, 1, 0)
		})
		const head = "Số thẻ đảng,Họ và tên,Ngày sinh,Chi bộ\n"
		for _, c := range []struct{ place, want string }{
			{"CHI BỘ  ĐÔNG 1 MẪU", "new 1"}, {"chi bo dong 1 mau", "new 1"}, {"Chi bộ Hạ mẫu", "new 1"}, {"CHI BO HA MAU", "wrong 1"}, {"Chi bộ Tây 1 mẫu", "wrong 1"},
		} {
			if sh := h.sent(head + "090,Người mẫu," + "1960," + c.place + "\n"); !strings.Contains(sh.brief(), c.want) {
				t.Errorf("%s: %s", c.place, sh.brief())
			}
		}
	})
}

// A sheet of guesses learns nothing of what exists outside the scope: unknown and out of sight read
// the same, and a number or code that cannot be used does not say why.
func TestGuessesTellNothingOfElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.write(func(tx db.Tx) error {
			return person.AddAll(ctx, tx, []person.Person{{ID: id.New(), Name: "Người mẫu phía Tây", MemberNo: "900", Kind: person.Official, Unit: h.w1.ID}}, 1, 0)
		})
		told := func(kind, body string) string {
			t.Helper()
			sh, err := h.sheets.Check(ctx, h.admin, Sheet{ID: id.New(), Kind: kind, Name: "t.csv", Size: int64(len(body))}, strings.NewReader(body))
			h.must(err)
			rows, err := h.sheets.Rows(ctx, h.admin, h.rest(sh).ID, batch.Bad, 0, 9)
			h.must(err)
			var out []string
			for _, r := range rows {
				out = append(out, strings.NewReplacer("W1", "…", "Z1", "…", "Chi bộ Tây 1 mẫu", "…", "Chi bộ nào đó", "…").Replace(r.Told("vi")))
			}
			return strings.Join(out, "|")
		}
		const head = "Số thẻ đảng,Họ và tên,Ngày sinh,Mã chi bộ,Mã trong hệ thống\n"
		if got := told(People, head+"900,Người mẫu,1960,E1,\n"); !strings.Contains(got, "không dùng được") || strings.Contains(got, "phạm vi") {
			t.Error(got)
		}
		if got := told(People, head+"900,Đảng viên mẫu 001,07/02/1970,E1,"+h.one.ID.String()+"\n"); !strings.Contains(got, "không dùng được") {
			t.Errorf("beside a known id: %s", got)
		}
		for _, c := range []struct{ say, kind, there, nowhere string }{
			{"a person's unit", People, head + "901,Người mẫu,1960,W1,\n", head + "901,Người mẫu,1960,Z1,\n"},
			{"by name", People, head + "901,Người mẫu,1960,Chi bộ Tây 1 mẫu,\n", head + "901,Người mẫu,1960,Chi bộ nào đó,\n"},
			{"a parent", Units, "Mã tổ chức,Tên tổ chức đảng,Cấp,Trực thuộc\nN1,Tổ mẫu,Tổ đảng,W1\n", "Mã tổ chức,Tên tổ chức đảng,Cấp,Trực thuộc\nN1,Tổ mẫu,Tổ đảng,Z1\n"},
			{"a parent by name", Units, "Mã tổ chức,Tên tổ chức đảng,Cấp,Trực thuộc\nN1,Tổ mẫu,Tổ đảng,Chi bộ Tây 1 mẫu\n", "Mã tổ chức,Tên tổ chức đảng,Cấp,Trực thuộc\nN1,Tổ mẫu,Tổ đảng,Chi bộ nào đó\n"},
		} {
			if a, b := told(c.kind, c.there), told(c.kind, c.nowhere); a != b || a == "" {
				t.Errorf("%s: %q and %q", c.say, a, b)
			}
		}
		for _, kind := range []string{People, Units} {
			_, out := h.sheets.under(ctx, h.admin, kind, "W1")
			_, none := h.sheets.under(ctx, h.admin, kind, "Z1")
			if fault.Of(out) != fault.Invalid || fault.Key(out) != fault.Key(none) {
				t.Errorf("%s below a unit elsewhere: %v, nowhere: %v", kind, out, none)
			}
			if of, err := h.sheets.under(ctx, h.admin, kind, "E1"); err != nil || of != h.e1.ID {
				t.Errorf("%s below one's own: %v", kind, err)
			}
		}
	})
}

// What a sheet tells of somebody who is known has been read: the person sees who read it. A sheet of new people tells of nobody.
func TestReadingOfASheetIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		looked := func() int64 {
			return h.count(`select count(*) from audit_looked p join audit_look l on l.id = p.look where p.person = $1 and l.purpose = 'person.import' and l.account = $2`, h.one.ID, h.admin.Account)
		}
		changed := h.sent(headline + "001,Đảng viên mẫu 001,08/02/1970,E1,\n")
		asked := h.sent(headline + ",Đảng viên mẫu 001,,E1,Chính thức\n")
		fresh := h.sent(headline + "002,Đảng viên mẫu 002,1980,E1,\n")
		before := looked()
		for _, c := range []struct {
			sh     Sheet
			path   string
			method string
			more   int64
		}{
			{changed, "/import/%s", "GET", 1}, {changed, "/import/%s/rows/changed", "GET", 1}, {changed, "/api/v1/imports/%s", "GET", 1},
			{asked, "/import/%s", "GET", 1}, {asked, "/import/%s/wrong?as=csv", "GET", 1}, {asked, "/api/v1/imports/%s/wrong?as=csv", "GET", 1},
			{fresh, "/import/%s", "GET", 0}, {fresh, "/import/%s/rows/new", "GET", 0}, {changed, "/import/%s/columns", "GET", 0},
		} {
			path := fmt.Sprintf(c.path, c.sh.ID)
			if w := h.ask(h.admin, c.method, path, "", ""); w.Code != 200 {
				t.Fatalf("%s: %d", path, w.Code)
			}
			if n := looked(); n != before+c.more {
				t.Errorf("%s: %d readings, not %d", path, n-before, c.more)
			}
			before = looked()
		}
		if n := h.count(`select count(*) from audit_look`); n != before {
			t.Errorf("%d readings of %d name nobody", n-before, n)
		}
	})
}

// Lists as offices keep them: two-row headers of a csv file, which has no merged cells; rows that name the unit of
// those below them, which are nobody's.
func TestShapesOfOffices(t *testing.T) {
	h := open(t, dbtest.One(t))
	h.write(func(tx db.Tx) error {
		return org.AddAll(ctx, tx, []org.Unit{{ID: id.New(), Code: "E2", Level: "cell", Name: "Chi bộ thôn 2 mẫu", Parent: h.east.ID}}, 1, 0)
	})
	const head = "DANH SÁCH TRÍCH NGANG,,,,,,\nTT,Họ và tên,Ngày tháng năm sinh,,Ngày vào Đảng,,Ghi chú\n,,Nam,Nữ,Dự bị,Chính thức,\n"
	for _, c := range []struct{ say, body, want, home string }{
		{"a two-row header", head + "1,Người mẫu A,5/6/1970,,1/1/2000,1/1/2001,\n2,Người mẫu B,,5/6/1971,1/1/2000,,\n", "new 2 changed 0 same 0 ask 0 wrong 0", "E1"},
		{"a heading in the first column", head + "II. CHI BỘ THÔN 2 MẪU (12 đảng viên),,,,,,\n1,Người mẫu A,5/6/1970,,1/1/2000,1/1/2001,\n", "new 1 changed 0 same 0 ask 0 wrong 0", "E2"},
		{"a heading behind its number", head + "I,Chi bộ thôn 2 mẫu,,,,,\n1,Người mẫu A,5/6/1970,,1/1/2000,1/1/2001,\n", "new 1 changed 0 same 0 ask 0 wrong 0", "E2"},
		{"a heading that names no unit is told at its people", head + "I,Chi bộ thôn 9 mẫu,,,,,\n1,Người mẫu A,5/6/1970,,1/1/2000,1/1/2001,\n", "new 0 changed 0 same 0 ask 0 wrong 1", ""},
		{"names in one column of a form", "Số TT,\"Họ, chữ đệm và tên khai sinh\",Ngày tháng năm sinh,Ngày vào Đảng (dự bị),Ngày vào Đảng chính thức\n1,Người mẫu A,5/6/1970,1/1/2000,1/1/2001\n", "new 1 changed 0 same 0 ask 0 wrong 0", "E1"},
	} {
		sh, err := h.sheets.Check(ctx, h.admin, Sheet{ID: id.New(), Kind: People, Name: "t.csv", Size: int64(len(c.body)), Under: h.e1.ID, Usual: person.Mass}, strings.NewReader(c.body))
		h.must(err)
		if sh = h.rest(sh); !strings.Contains(sh.brief(), "checked "+c.want) {
			t.Errorf("%s: %s", c.say, sh.brief())
			continue
		}
		if c.home == "" {
			continue
		}
		sh = h.applied(sh, false, 0)
		if n := h.count(`select count(*) from person p join org_unit u on u.id = p.unit where u.code = $1 and p.name like 'Người mẫu%'`, c.home); n != sh.Added {
			t.Errorf("%s: %d of %d in %s", c.say, n, sh.Added, c.home)
		}
		_, err = h.sheets.Undo(ctx, h.admin, sh.ID)
		h.must(err)
		h.rest(sh)
	}
}

// A unit written once in a cell merged over its people is the unit of each.
func TestUnitMergedOverItsPeople(t *testing.T) {
	h := open(t, dbtest.One(t))
	x := excelize.NewFile()
	for at, v := range map[string]string{"A1": "Họ và tên", "B1": "Ngày sinh", "C1": "Chi bộ", "D1": "Đối tượng", "A2": "Người mẫu A", "B2": "1970", "C2": "Chi bộ Đông 1 mẫu", "D2": "Chính thức",
		"A3": "Người mẫu B", "B3": "1971", "D3": "Chính thức"} {
		h.must(x.SetCellValue("Sheet1", at, v))
	}
	h.must(x.MergeCell("Sheet1", "C2", "C3"))
	b, err := x.WriteToBuffer()
	h.must(err)
	if sh := h.sent(b.String()); !strings.Contains(sh.brief(), "new 2 changed 0 same 0 ask 0 wrong 0") {
		t.Error(sh.brief())
	}
}
