package attendance

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/ui"
)

// door serves the room to whoever who says at the moment.
func door(w *world, who *access.Actor) http.Handler {
	site := &web.Site{Now: clock.Now(w.Now), WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil },
		Name: func(*http.Request) (string, bool) { return "Thành ủy mẫu", true }}
	return site.Handler(w.Routes(), ui.Static())
}

// knock asks a door once; a body to /api/ is JSON, elsewhere a form.
func knock(h http.Handler, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasPrefix(path, "/api/") {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var _ testing.TB
