package web

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
)

// leanSite has one lean operation of the check-in lane.
func leanSite(do Handler) (*Site, http.Handler) {
	s := &Site{Now: time.Now, Name: func(*http.Request) (string, bool) { return "", false },
		WhoIs: func(*http.Request) (access.Actor, error) { return access.System("thử"), nil }}
	rt := OpLean[struct{}, struct{}]("POST /api/v1/lean/{x}", access.Anyone, "lean", "Lean", do)
	rt.Lane = CheckIn
	return s, s.Handler([]Route{rt}, http.NotFoundHandler())
}

// Who is turned away before anything is read keeps the connection, learns when to come again, and
// the next request is answered.
func TestRefuseEarly(t *testing.T) {
	s, h := leanSite(func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
		b, err := Bytes(r)
		if err != nil {
			return err
		}
		return Answer(w, b)
	})
	resting(t, func(time.Duration) {})
	var full atomic.Bool
	s.Full = full.Load
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = false
	srv.StartTLS()
	defer srv.Close()
	opened := 0
	ask := func(n int) (*http.Response, string) {
		r, err := http.NewRequest("POST", srv.URL+"/api/v1/lean/1", strings.NewReader(strings.Repeat("x", n)))
		if err != nil {
			t.Fatal(err)
		}
		r = r.WithContext(httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) {
			if !c.Reused {
				opened++
			}
		}}))
		a, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		b, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a, string(b)
	}
	for i := range 20 {
		full.Store(i%2 == 0)
		a, body := ask(30_000)
		if !full.Load() {
			if a.StatusCode != 200 || len(body) != 30_000 {
				t.Error(a.StatusCode, len(body))
			}
			continue
		}
		var told struct {
			Status        int
			Title, Detail string
		}
		if err := json.Unmarshal([]byte(body), &told); err != nil || a.StatusCode != 503 || told.Status != 503 || told.Title == "" || told.Detail == "" {
			t.Error(a.StatusCode, body, err)
		}
		if after := a.Header.Get("Retry-After"); len(after) != 1 || after < "1" || after > "5" || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Error(a.Header)
		}
	}
	if opened != 1 {
		t.Error(opened, "connections for 20 requests")
	}
}

// resting has something else happen while a connection rests.
func resting(t *testing.T, do func(d time.Duration)) {
	was := rest
	rest = func(_ context.Context, d time.Duration) { do(d) }
	t.Cleanup(func() { rest = was })
}

// Whoever is turned away has the answer before the connection rests as long as it says; only the connection of
// one visitor does.
func TestRefusedRests(t *testing.T) {
	begun, read := make(chan time.Duration, 1), make(chan bool)
	resting(t, func(d time.Duration) {
		begun <- d
		<-read
	})
	for _, c := range []struct {
		name, header string
		http2, rests bool
	}{
		{"one visitor's connection", "", false, true},
		{"a browser's streams", "", true, false},
		{"a proxy's connection", "X-Forwarded-For", false, false},
		{"another proxy's connection", "Via", false, false},
	} {
		s, h := leanSite(func(w http.ResponseWriter, r *http.Request, _ access.Actor) error { return Answer(w, []byte("{}")) })
		s.Full = func() bool { return true }
		srv := httptest.NewUnstartedServer(h)
		srv.EnableHTTP2 = c.http2
		srv.StartTLS()
		r, err := http.NewRequest("POST", srv.URL+"/api/v1/lean/1", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		if c.header != "" {
			r.Header.Set(c.header, "192.0.2.1")
		}
		a, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(c.name, err)
		}
		_, err = io.Copy(io.Discard, a.Body)
		if a.Body.Close(); err != nil || a.StatusCode != 503 {
			t.Error(c.name, a.StatusCode, err)
		}
		if c.rests {
			if d := <-begun; d.Seconds() != float64(a.Header.Get("Retry-After")[0]-'0') {
				t.Error(c.name, d, a.Header)
			}
			read <- true
		} else if len(begun) > 0 {
			t.Error(c.name, "rests")
		}
		srv.Close()
	}
}

func TestLean(t *testing.T) {
	s, h := leanSite(func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
		switch r.PathValue("x") {
		case "panic":
			panic("thử")
		case "bad":
			return NotJSON()
		}
		return Answer(w, []byte(`{"who":"`+who.Name+`"}`))
	})
	ask := func(x, header, value string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("POST", "/api/v1/lean/"+x, strings.NewReader("{}"))
		if header != "" {
			r.Header.Set(header, value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	for _, c := range []struct {
		x, header, value string
		status           int
		has              string
	}{
		{"1", "", "", 200, "thử"},
		{"1", "Accept-Encoding", "gzip", 200, "thử"},
		{"1", "Sec-Fetch-Site", "cross-site", 403, "detail"},
		{"bad", "", "", 422, "detail"},
		{"panic", "", "", 500, "detail"},
	} {
		w := ask(c.x, c.header, c.value)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.has) || w.Header().Get("X-Content-Type-Options") != "nosniff" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%+v: %d %s %v", c, w.Code, w.Body, w.Header())
		}
	}
	s.WhoIs = func(*http.Request) (access.Actor, error) { return access.Actor{}, io.ErrUnexpectedEOF }
	if w := ask("1", "", ""); w.Code != 500 {
		t.Error("an error of ours:", w.Code)
	}
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1/lean/1", nil)); w.Code == 200 {
		t.Error("another method:", w.Code)
	}
}

func BenchmarkRefuse(b *testing.B) {
	s, h := leanSite(nil)
	s.Full = func() bool { return true }
	r := httptest.NewRequest("POST", "/api/v1/lean/1", nil)
	b.ReportAllocs()
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
}
