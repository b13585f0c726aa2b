package app

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

var (
	hole       = regexp.MustCompile(`\{[^}]+\}`)
	schemaName = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)
)

// house is an app over a database, asked as whoever the test says.
type house struct {
	*App
	who access.Actor
	h   http.Handler
}

func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	h := &house{App: New(d, func() time.Time { return time.Date(2018, 7, 23, 1, 30, 0, 0, time.UTC) }, t.TempDir())}
	site := h.site()
	site.WhoIs = func(*http.Request) (access.Actor, error) { return h.who, nil }
	h.h = site.Handler(h.Routes(), http.NotFoundHandler())
	return h
}

func (h *house) ask(method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, "http://localhost"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if strings.HasPrefix(path, "/api/") && method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.h.ServeHTTP(w, r)
	return w
}

// Nobody gets in without a key, and a stranger sees nothing: one test for every door.
func TestEveryDoorIsLocked(t *testing.T) {
	h := open(t, dbtest.One(t))
	there := id.New().String()
	for _, rt := range h.Routes() {
		if rt.Need == access.Anyone {
			continue
		}
		path := hole.ReplaceAllString(rt.Path(), there)
		h.who = access.Actor{}
		w := h.ask(rt.Method(), path, "")
		if toSignIn := w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/sign-in"); w.Code != http.StatusUnauthorized && !toSignIn {
			t.Errorf("%s as nobody: %d", rt.Pattern, w.Code)
		}
		h.who = access.Actor{Account: 1, Name: "Người lạ", Lang: "vi"}
		if w := h.ask(rt.Method(), path, ""); rt.Need != access.Signed && w.Code != http.StatusForbidden {
			t.Errorf("%s as a stranger without any role: %d", rt.Pattern, w.Code)
		}
	}
}

// Whatever stands in an address, nothing makes a 500: rubbish in the path, in the query, in
// the form, asked by somebody who holds every role at a unit that does not exist.
func TestNoDoorBreaks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.who = access.Actor{Account: id.New(), Person: id.New(), Name: "Người thử", Lang: "vi"}
		for _, r := range access.Roles {
			h.who.Grants = append(h.who.Grants, access.Grant{Role: r, Unit: id.New(), From: "2018-01-01"})
		}
		rubbish := []string{"x", id.New().String(), "0000000000000", "%00", "%F0%28", url.PathEscape("đ' or 1=1 --"), strings.Repeat("9", 4000),
			"-9223372036854775808", "9223372036854775807", "0000-00-00", "9999-99-99T99:99", "1e999", "%0d%0aSet-Cookie:%20a=b", "%ff", "%ed%a0%80", "%F3%A0%80%81", strings.Repeat("a+", 2000)}
		for _, rt := range h.Routes() {
			for _, bad := range rubbish {
				path := hole.ReplaceAllString(rt.Path(), strings.ReplaceAll(bad, "$", ""))
				query := "?q=" + bad + "&after=" + bad + "&campaign=" + bad + "&unit=" + bad + "&document=" + bad + "&limit=" + bad + "&figure=" + bad + "&page=" + bad
				for _, body := range []string{"", "id=" + bad + "&title=" + bad + "&unit=" + bad + "&amount=" + bad + "&version=" + bad + "&starts=" + bad + "&from=" + bad + "&issued_on=" + bad} {
					if rt.API() && body != "" {
						body = `{"id":"` + strings.Trim(bad, "%") + `"}`
					}
					if w := h.ask(rt.Method(), path+query, body); w.Code >= 500 {
						t.Errorf("%s with %.40q: %d %.300s", rt.Pattern, bad, w.Code, w.Body)
					}
				}
			}
		}
	})
}

// The published description of the API and the routes are the same list.
func TestOpenAPIListsEveryOperation(t *testing.T) {
	h := open(t, dbtest.One(t))
	w := h.ask("GET", "/api/v1/openapi.json", "")
	var doc struct {
		OpenAPI    string
		Components struct{ Schemas map[string]any }
		Paths      map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Need        string `json:"x-need"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatal(err, doc.OpenAPI)
	}
	for name := range doc.Components.Schemas {
		if !schemaName.MatchString(name) {
			t.Errorf("no name of a schema: %q", name)
		}
	}
	said := map[string]string{}
	for path, ops := range doc.Paths {
		for method, op := range ops {
			said[strings.ToUpper(method)+" "+path] = op.Need
		}
	}
	for _, rt := range h.Routes() {
		if strings.HasPrefix(rt.Path(), "/api/") != rt.API() {
			t.Errorf("%s: operations live under /api/, pages do not", rt.Pattern)
		}
		if !rt.API() {
			continue
		}
		if need, ok := said[rt.Pattern]; !ok || need != string(rt.Need) {
			t.Errorf("%s is described as needing %q, the door asks for %q", rt.Pattern, need, rt.Need)
		}
		delete(said, rt.Pattern)
	}
	for pattern := range said {
		t.Errorf("%s is described but is no route", pattern)
	}
}

// A route without a need fails at start-up.
func TestRouteWithoutNeedPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a route without a need was mounted")
		}
	}()
	site := &web.Site{}
	site.Handler([]web.Route{web.Page("GET /x", "", func(http.ResponseWriter, *http.Request, access.Actor) error { return nil })}, http.NotFoundHandler())
}
