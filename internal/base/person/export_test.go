package person

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// scale weighs what is in use while a file is written.
type scale struct {
	written, weighed int
	base, most       uint64
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (s *scale) Write(b []byte) (int, error) {
	if s.written += len(b); s.written-s.weighed > 64<<10 {
		s.weighed = s.written
		s.most = max(s.most, inUse())
	}
	return len(b), nil
}

func (s *scale) over() int64 { return max(0, int64(s.most)-int64(s.base)) }

func (w *world) crowd(t testing.TB, unit id.ID, n int) {
	people := make([]Person, n)
	for i := range people {
		people[i] = Person{ID: id.New(), Name: fmt.Sprint("Đảng viên mẫu ", i), Position: strings.Repeat("Ủy viên ", 10), Kind: Official, Unit: unit}
	}
	if err := w.DB.Write(ctx, func(tx db.Tx) error { return AddAll(ctx, tx, people, w.Now.Ms(), 0) }); err != nil {
		t.Fatal(err)
	}
}

func TestExportOfAnySizeCostsThePageAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.crowd(t, w.w1.ID, 1_000)
		w.crowd(t, w.e1.ID, 20_000)
		for _, kind := range []string{"xlsx", "csv"} {
			weigh := func(f Filter) int64 {
				s := &scale{base: inUse()}
				if err := w.Export(ctx, w.all, f, s, kind, "vi"); err != nil {
					t.Fatal(err)
				}
				return s.over()
			}
			weigh(Filter{Unit: w.w1.ID})
			few, many := weigh(Filter{Unit: w.w1.ID}), weigh(Filter{Unit: w.e1.ID})
			t.Logf("%s: %d KB in use for a thousand people, %d KB for twenty thousand", kind, few>>10, many>>10)
			if many > few+3<<20 {
				t.Errorf("%s: %d KB for a thousand people, %d KB for twenty thousand", kind, few>>10, many>>10)
			}
		}
	})
}

func TestExportHasEverybodyOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.crowd(t, w.e1.ID, 1_203) // two pages and a piece
		var b bytes.Buffer
		if err := w.Export(ctx, w.admin, Filter{}, &b, "csv", "vi"); err != nil {
			t.Fatal(err)
		}
		names := map[string]int{}
		for _, line := range strings.Split(strings.TrimSpace(b.String()), "\r\n")[1:] {
			names[strings.Split(line, ",")[1]]++
		}
		if len(names) != 1_203 || names["Đảng viên mẫu 0"] != 1 {
			t.Errorf("%d names", len(names))
		}
		var n int64
		err := d.Read(ctx, func(tx db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int64], `select n from audit_look where purpose = 'person.export' and not named`)
			return err
		})
		if err != nil || n != 1_203 {
			t.Errorf("the log says %d: %v", n, err)
		}
	})
}

func TestWorksheetThatIsFull(t *testing.T) {
	out, err := batch.Out(io.Discard, "xlsx", "x", written[:1])
	for i := 0; i < batch.SheetMost && err == nil; i++ {
		err = out.Row(nil)
	}
	wants(t, "all its rows", err, ok, "")
	wants(t, "and not one more", out.Row(nil), fault.Invalid, "batch.sheet_full")
}
