package web

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

func TestLaneOf(t *testing.T) {
	for pattern, c := range map[string]struct {
		need access.Need
		lane Lane
	}{
		"GET /meetings":                          {access.MeetingRead, Pages},
		"GET /meetings/{meeting}/attendance.csv": {access.AttendanceRead, Heavy},
		"GET /accounts":                          {access.AccountEdit, Admin},
		"GET /sign-in":                           {access.Anyone, Free},
		"POST /meetings/{meeting}/roll":          {access.AttendanceTake, CheckIn},
		"GET /meetings/{meeting}/roll":           {access.AttendanceTake, Pages},
	} {
		if got := (Route{Pattern: pattern, Need: c.need}).lane(); got != c.lane {
			t.Errorf("%s waits in %d, want %d", pattern, got, c.lane)
		}
	}
	if got := (Route{Pattern: "POST /x", Need: access.Anyone, Lane: CheckIn}).lane(); got != CheckIn {
		t.Error("a route that names its lane waits in", got)
	}
}

// site answers with what do does, in every lane.
func siteOf(do func(kind string)) (*Site, http.Handler) {
	s := &Site{Now: time.Now, Name: func(*http.Request) (string, bool) { return "", false },
		WhoIs: func(*http.Request) (access.Actor, error) { return access.System("thử"), nil }}
	page := func(pattern string, kind Lane) Route {
		rt := Page(pattern, access.Anyone, func(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
			do(r.URL.Path)
			return nil
		})
		rt.Lane = kind
		return rt
	}
	return s, s.Handler([]Route{page("GET /pages", Pages), page("GET /admin", Admin), page("GET /heavy", Heavy), page("GET /api/check", CheckIn)}, http.NotFoundHandler())
}

// Pages that stand still leave the settings reachable; who finds no place is told when to come again.
func TestLanes(t *testing.T) {
	release := make(chan struct{})
	s, h := siteOf(func(path string) {
		if path == "/pages" {
			<-release
		}
	})
	s.lanes[Pages].patience = 50 * time.Millisecond
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	var busy atomic.Int64
	var all sync.WaitGroup
	for range cap(s.lanes[Pages].places) + 20 {
		all.Go(func() {
			if w := ask("/pages"); w.Code == http.StatusServiceUnavailable {
				if n, err := strconv.Atoi(w.Header().Get("Retry-After")); err != nil || n < 1 || n > 5 {
					t.Error("come again after", w.Header())
				}
				if busy.Add(1) == 20 {
					close(release)
				}
			}
		})
	}
	for _, path := range []string{"/admin", "/heavy", "/api/check"} {
		if w := ask(path); w.Code != http.StatusOK {
			t.Errorf("%s while the pages stand still: %d", path, w.Code)
		}
	}
	all.Wait()
	if w := ask("/pages"); busy.Load() != 20 || w.Code != http.StatusOK {
		t.Errorf("%d turned away, afterwards %d", busy.Load(), w.Code)
	}
}

// Exports wait while many scans do, and a full queue is told before anything is read.
func TestRushGoesFirst(t *testing.T) {
	s, h := siteOf(func(string) {})
	var waiting, asked atomic.Int64
	waiting.Store(long + 1)
	s.Waiting = func() int { asked.Add(1); return int(waiting.Load()) }
	full := true
	s.Full = func() bool { return full }
	s.WhoIs = func(*http.Request) (access.Actor, error) {
		t.Error("asked who it is")
		return access.Actor{}, fault.Gone()
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/check", nil))
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Error("a full queue:", w.Code, w.Header())
	}
	full, s.WhoIs = false, func(*http.Request) (access.Actor, error) { return access.Actor{}, nil }
	done := make(chan int)
	go func() {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/heavy", nil))
		done <- w.Code
	}()
	for asked.Load() < 2 {
		time.Sleep(time.Millisecond)
	}
	select {
	case <-done:
		t.Error("an export went before the scans")
	default:
	}
	waiting.Store(0)
	if code := <-done; code != http.StatusOK {
		t.Error("the export:", code)
	}
}
