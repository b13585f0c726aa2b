package intake

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"runtime/debug"
	"strings"
	"testing"

	"quantriet/internal/kit/db/dbtest"
)

// BenchmarkLargestBody prints how much memory the process holds at its peak while the largest sheet that may be
// sent comes in by the API, until it is answered; looking the rows over goes on behind and is cut off with the
// database. The body is made as it is read, so that what is counted is the server's alone. Measured once, SQLite,
// two shared cores: 480 MB.
func BenchmarkLargestBody(b *testing.B) {
	const clear = "/proc/self/clear_refs"
	if os.WriteFile(clear, []byte("5"), 0) != nil {
		b.Skip("the peak of a process is not told here")
	}
	h := open(b, dbtest.One(b))
	for b.Loop() {
		debug.FreeOSMemory()
		if err := os.WriteFile(clear, []byte("5"), 0); err != nil {
			b.Fatal(err)
		}
		h.who = h.admin
		r := httptest.NewRequestWithContext(ctx, "POST", "http://localhost/api/v1/imports", largest())
		r.Header.Set("Content-Type", jsonMime)
		w := httptest.NewRecorder()
		h.h.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatalf("%d %.300s", w.Code, w.Body)
		}
		b.ReportMetric(float64(peak(b))/1024, "peak-MB")
	}
}

// largest is a request with a sheet of Most bytes, but for a row.
func largest() io.Reader {
	pr, pw := io.Pipe()
	go func() {
		_, _ = io.WriteString(pw, `{"kind":"people","name":"t.csv","file":"`)
		e := base64.NewEncoder(base64.StdEncoding, pw)
		n, _ := io.WriteString(e, "Mã đơn vị,Họ và tên,Số thẻ,Ngày sinh\n")
		for row := 1; ; row++ {
			line := fmt.Sprintf("E1,Đảng viên mẫu %06d,%012d,07/02/1970\n", row, row)
			if n += len(line); n > Most {
				break
			}
			if _, err := io.WriteString(e, line); err != nil {
				return
			}
		}
		_ = e.Close()
		_, _ = io.WriteString(pw, `"}`)
		_ = pw.Close()
	}()
	return pr
}

// peak is the most memory the process has held, in KB.
func peak(b *testing.B) (kb int64) {
	b.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "VmHWM:") {
			_, err = fmt.Sscanf(line, "VmHWM: %d kB", &kb)
		}
	}
	if err != nil || kb == 0 {
		b.Fatal("no peak", err)
	}
	return kb
}
