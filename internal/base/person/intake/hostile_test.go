package intake

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	for i := range p[:n] {
		p[i] = 'a'
	}
	z.left -= n
	return int(n), nil
}

// book packs parts into a workbook.
func book(t testing.TB, sheet func(io.Writer), more func(*zip.Writer)) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name, text string) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, text)
	}
	part("[Content_Types].xml", `<Types/>`)
	part("xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>`)
	part("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`)
	w, err := z.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	sheet(w)
	if more != nil {
		more(z)
	}
	z.Close()
	return b.Bytes()
}

const open1 = `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Họ và tên</t></is></c><c r="B1" t="inlineStr"><is><t>Mã chi bộ</t></is></c></row>`

func TestBombsAreRefusedAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("one request after the other: nothing for the race detector")
	}
	h := open(t, dbtest.One(t))
	text := func(s string) func(io.Writer) { return func(w io.Writer) { io.WriteString(w, open1+s) } }
	for _, c := range []struct {
		say  string
		body []byte
	}{
		{"1 MB that unpacks to 1 GB", book(t, func(w io.Writer) { io.WriteString(w, open1); io.Copy(w, &zeros{1 << 30}) }, nil)},
		{"a million parts", book(t, text(`</sheetData></worksheet>`), func(z *zip.Writer) {
			for i := range 100_000 {
				z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint("x/", i), Method: zip.Store})
			}
		})},
		{"a row beyond the last", book(t, text(`<row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData></worksheet>`), nil)},
		{"deep xml", book(t, func(w io.Writer) {
			io.WriteString(w, open1+`<row r="2"><c r="A2">`)
			for range 20 << 10 {
				io.WriteString(w, strings.Repeat("<a>", 1000))
			}
		}, nil)},
		{"a cell of 100 MB", book(t, func(w io.Writer) {
			io.WriteString(w, open1+`<row r="2"><c r="A2" t="inlineStr"><is><t>`)
			io.Copy(w, &zeros{100 << 20})
			io.WriteString(w, `</t></is></c></row></sheetData></worksheet>`)
		}, nil)},
		{"a csv line without end", append([]byte(headline), bytes.Repeat([]byte("a"), 40<<20)...)},
		{"a quote without end", append([]byte(headline+`"`), bytes.Repeat([]byte("a"), 40<<20)...)},
	} {
		runtime.GC()
		var before, peak runtime.MemStats
		runtime.ReadMemStats(&before)
		begun := time.Now()
		sh, err := h.sheets.Check(ctx, h.admin, Sheet{ID: id.New(), Kind: People, Name: "b", Size: int64(len(c.body))}, bytes.NewReader(c.body))
		if err == nil && sh.State != Mapping {
			sh = h.rest(sh)
		}
		took := time.Since(begun)
		runtime.ReadMemStats(&peak)
		if err == nil && sh.State != Failed && sh.State != Mapping && sh.Bad == 0 {
			t.Errorf("%s: taken as %s", c.say, sh.brief())
		}
		if more := int64(peak.HeapSys) - int64(before.HeapSys); more > 128<<20 {
			t.Errorf("%s takes %d MB", c.say, more>>20)
		}
		t.Logf("%s (%d KB): %v, %v", c.say, len(c.body)>>10, took, err)
		if took > 20*time.Second { // two on an idle machine
			t.Errorf("%s takes %v", c.say, took)
		}
	}
}

// Others go on writing while a sheet of thousands comes in.
func TestOthersWriteMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		sh := h.sent(many(6000))
		over, done := atomic.Bool{}, make(chan int)
		var longest time.Duration
		go func() {
			n := 0
			for !over.Load() {
				begun := time.Now()
				err := d.Write(ctx, func(tx db.Tx) error {
					_, err := tx.ExecContext(ctx, `update person set position = $2 where id = $1`, h.one.ID, fmt.Sprint(n))
					return err
				})
				if err != nil {
					t.Error(err)
				}
				longest = max(longest, time.Since(begun))
				n++
				time.Sleep(5 * time.Millisecond)
			}
			done <- n
		}()
		sh = h.applied(sh, false, 0)
		over.Store(true)
		n := <-done
		t.Logf("%d other writes, the longest took %v", n, longest)
		if sh.State != Applied || sh.Added != 6000 || n < 10 {
			t.Errorf("%s with %d other writes", sh.brief(), n)
		}
	})
}

func TestOddForms(t *testing.T) {
	h := open(t, dbtest.One(t))
	sh := h.sent(headline + "002,Đảng viên mẫu 002,1980,E1,\n")
	at := "/import/" + sh.ID.String()
	for _, c := range []struct {
		say, ask, body string
		status         int
	}{
		{"rows of no verdict", "GET " + at + "/rows/kings", "", 404},
		{"rows after nonsense", "GET " + at + "/rows/new?after=x", "", 404},
		{"rows", "GET " + at + "/rows/new", "", 200},
		{"columns", "GET " + at + "/columns", "", 200},
		{"no columns", "POST " + at + "/columns", "first=0", 422},
		{"columns that are not there", "POST " + at + "/columns", "first=1&last=1&col-1=name&enc-1=&col-2=&enc-2=", 422},
		{"two columns are one thing", "POST " + at + "/columns", "first=1&last=1&col-1=name&enc-1=&col-2=&enc-2=&col-3=name&enc-3=&col-4=code&enc-4=", 422},
		{"nothing to take back", "POST " + at + "/undo", "", 409},
		{"another number", "POST " + at, "remove=7", 422},
		{"no number", "POST " + at, "remove=x", 422},
		{"brought in", "POST " + at, "remove=", 303},
		{"columns once it is in", "POST " + at + "/columns", "first=1&last=1&col-1=number&enc-1=&col-2=name&enc-2=&col-3=&enc-3=&col-4=code&enc-4=", 409},
		{"taken back", "POST " + at + "/undo", "", 303},
		{"the page then", "GET " + at, "", 200},
		{"another's", "GET /import/" + id.New().String() + "/columns", "", 404},
	} {
		method, path, _ := strings.Cut(c.ask, " ")
		if w := h.ask(h.admin, method, path, formMime, c.body); w.Code != c.status {
			t.Errorf("%s: %d, want %d\n%.500s", c.say, w.Code, c.status, visible(w.Body.String()))
		}
	}
}
