package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

// zeros without end, as much as is asked for.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// upload is a form with a field and a file, written while it is sent.
func upload(body io.Reader) (io.Reader, string) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		m.WriteField("id", "x")
		part, err := m.CreateFormFile("file", "a.csv")
		if err == nil {
			_, err = io.Copy(part, body)
		}
		if err == nil {
			err = m.Close()
		}
		w.CloseWithError(err)
	}()
	return r, m.FormDataContentType()
}

func TestSentIsWhatWasSent(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, heldMost, heldMost + 1, 3<<20 + 7} {
		want := make([]byte, size)
		for i := range want {
			want[i] = byte("Đảng viên mẫu "[i%17])
		}
		body, kind := upload(bytes.NewReader(want))
		req := httptest.NewRequest("POST", "/", body)
		req.Header.Set("Content-Type", kind)
		f, err := Read(req)
		if err != nil || f.Raw("id") != "x" || f.File("none") != nil {
			t.Fatal(size, err, f)
		}
		up := f.File("file")
		file, _ := up.Open()
		if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, want) || up.Size != int64(size) || up.Filename != "a.csv" {
			t.Fatalf("%d bytes: %d read of %d, %v", size, len(got), up.Size, err)
		}
		for range 50 {
			at, n := r.IntN(size+1), r.IntN(100)
			some := make([]byte, min(n, size-at))
			if k, err := file.ReadAt(some, int64(at)); k != len(some) || !bytes.Equal(some, want[at:at+k]) || err != nil && err != io.EOF {
				t.Fatalf("%d at %d of %d: %d, %v", n, at, size, k, err)
			}
		}
		if v, large := up.body.(*vault); large {
			raw, err := io.ReadAll(io.NewSectionReader(v.file, 0, up.Size))
			if err != nil || len(raw) != size || bytes.Contains(raw, []byte("mẫu")) {
				t.Errorf("%d of %d bytes stand on the disk, to be read by anybody: %v", len(raw), size, err)
			}
			v.Close()
		} else if size > heldMost {
			t.Error("a large file is in memory", size)
		}
		if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
			t.Error("the file has a name", left)
		}
	}
}

func TestBrokenUploads(t *testing.T) {
	many := new(bytes.Buffer)
	to := multipart.NewWriter(many)
	for i := range partsMost + 1 {
		to.WriteField(fmt.Sprint("f", i), "")
	}
	to.Close()
	for _, c := range []struct {
		says, kind, body, key string
	}{
		{"no boundary", "multipart/form-data", "x", "web.broken_form"},
		{"cut off", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nabc", "web.broken_form"},
		{"a head that is none", "multipart/form-data; boundary=b", "--b\r\nxyz\r\n\r\nabc\r\n--b--\r\n", "web.broken_form"},
		{"more parts than anybody needs", to.FormDataContentType(), many.String(), "web.too_large"},
		{"a field as large as a file", "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + string(make([]byte, fieldsMost)) + "\r\n--b--\r\n", "web.too_large"},
	} {
		r := httptest.NewRequest("POST", "/", bytes.NewReader([]byte(c.body)))
		r.Header.Set("Content-Type", c.kind)
		if _, err := Read(r); fault.Of(err) != fault.Invalid || fault.Key(err) != c.key {
			t.Errorf("%s: %v", c.says, err)
		}
	}
}

// Many large files at once cost what a few of their pieces do: the machine may give 128 MB for what
// anybody sends, a single roster may have 64.
func TestManyLargeUploadsStayBounded(t *testing.T) {
	n, size := 8, int64(24<<20)
	if testing.Short() {
		n, size = 6, 12<<20
	}
	t.Setenv("TMPDIR", t.TempDir())
	all := make(chan struct{})
	var here sync.WaitGroup
	here.Add(n)
	s := &Site{Now: time.Now, Name: func(*http.Request) (string, bool) { return "", false },
		WhoIs: func(*http.Request) (access.Actor, error) { return access.System("thử"), nil }}
	srv := httptest.NewServer(s.Handler([]Route{Upload("POST /take", access.Signed, size+1<<20, func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		f, err := Read(r)
		here.Done()
		if err != nil {
			return err
		}
		<-all // everybody's file is there
		file, _ := f.File("file").Open()
		got, err := io.Copy(io.Discard, file)
		fmt.Fprint(w, got)
		return err
	})}, http.NotFoundHandler()))
	defer srv.Close()
	runtime.GC()
	live := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	used := func() int64 { metrics.Read(live); return int64(live[0].Value.Uint64()) }
	before, peak, done := used(), int64(0), make(chan struct{})
	go func() {
		for tick := time.NewTicker(2 * time.Millisecond); ; {
			select {
			case <-tick.C:
				peak = max(peak, used())
			case <-done:
				done <- struct{}{}
				return
			}
		}
	}()
	go func() { here.Wait(); close(all) }()
	var sent sync.WaitGroup
	for range n {
		sent.Go(func() {
			body, kind := upload(io.LimitReader(zeros{}, size))
			res, err := http.Post(srv.URL+"/take", kind, body)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			if got, err := io.ReadAll(res.Body); string(got) != fmt.Sprint(size) {
				t.Errorf("%d: %.200s %v", res.StatusCode, got, err)
			}
		})
	}
	sent.Wait()
	done <- struct{}{}
	<-done
	t.Logf("%d files of %d MB at once: %d MB more than before", n, size>>20, (peak-before)>>20)
	if peak-before > 64<<20 {
		t.Errorf("%d MB", (peak-before)>>20)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Error("left behind", left)
	}
}

// Bodies that stand whole in memory come one after the other.
func TestLargeBodiesWaitForEachOther(t *testing.T) {
	large := OpUpload("POST /api/v1/big", access.Signed, 64<<20, "big", "x", func(_ context.Context, _ access.Actor, _ *Empty) (Empty, error) { return Empty{}, nil })
	if got := large.lane(); got != Bulk || cap(lanesOf()[Bulk].places) != 1 {
		t.Error("a large body waits in", got)
	}
}

// A download goes on after the time that the server gives to an answer.
func TestSpoolOutlastsTheServersTime(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	const size = 3 << 20
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := Spool(&gate{ResponseWriter: w, ctx: r.Context()}, "a.csv", "text/csv", func(to io.Writer) error {
			_, err := io.CopyN(to, zeros{}, size)
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}))
	s.Config.WriteTimeout = 1 // a nanosecond: over before anything begins
	s.Start()
	defer s.Close()
	resp, err := http.Get(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); n != size || err != nil {
		t.Errorf("%d of %d bytes: %v", n, size, err)
	}
}
