package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

func TestLocal(t *testing.T) {
	for in, want := range map[string]string{
		"/campaigns?q=x": "/campaigns?q=x", "": "/", "campaigns": "/", "//evil.test": "/", "https://evil.test/": "/",
		"/\\evil.test": "/", "javascript:alert(1)": "/", "/\x00": "/",
	} {
		if got := Local(in); got != want {
			t.Errorf("%q leads to %q, want %q", in, got, want)
		}
	}
}

func form(body string) *Form {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	f, err := Read(r)
	if err != nil {
		return &Form{r: r, errs: []error{err}}
	}
	return f
}

func TestForm(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		read func(*Form) any
		want any
		key  string
	}{
		{"a line is cleaned", "a=++Ho%CC%80a+++b", func(f *Form) any { return f.Line("a", 1, 9) }, "Hòa b", ""},
		{"an empty line that is required", "a=+", func(f *Form) any { return f.Line("a", 1, 9) }, "", "web.required"},
		{"a line that is too long", "a=" + strings.Repeat("%C4%91", 10), func(f *Form) any { return f.Line("a", 1, 9) }, nil, "web.too_long"},
		{"letters that are none", "a=%FF", func(f *Form) any { return nil }, nil, "web.not_text"},
		{"a NUL", "a=%00", func(f *Form) any { return nil }, nil, "web.not_text"},
		{"a grouped number", "a=1.930.000", func(f *Form) any { return f.Int("a", 0, 1e9, 0) }, int64(1930000), ""},
		{"a number out of bounds", "a=-1", func(f *Form) any { return f.Int("a", 0, 9, 0) }, int64(0), "web.not_number"},
		{"a number that is none", "a=1e3", func(f *Form) any { return f.Int("a", 0, 9, 0) }, int64(0), "web.not_number"},
		{"a date as people write it", "a=7/2/2026", func(f *Form) any { return f.Date("a", true) }, "2026-02-07", ""},
		{"a date that is none", "a=31/02/2026", func(f *Form) any { return f.Date("a", true) }, "", "web.not_date"},
		{"a moment", "a=2026-02-07T07:30", func(f *Form) any { return f.Moment("a") }, time.Date(2026, 2, 7, 0, 30, 0, 0, time.UTC).UnixMilli(), ""},
		{"a moment in another age", "a=0001-01-01T00:00", func(f *Form) any { return f.Moment("a") }, int64(0), "web.not_time"},
		{"a choice that is not offered", "a=z", func(f *Form) any { return f.Choice("a", "x", "y") }, "", "web.choose"},
		{"an id that is none", "a=zz", func(f *Form) any { return f.ID("a", false).String() }, "", "web.choose"},
	} {
		f := form(c.body)
		got := c.read(f)
		key := ""
		if err := f.Err(); err != nil {
			key = fault.Key(err)
		}
		if key != c.key || c.want != nil && got != c.want {
			t.Errorf("%s: %v %q", c.name, got, key)
		}
	}
}

// What leaves the door is what a visitor may know: a page of our own, guarded, and never the
// error itself.
func TestFaultsAtTheDoor(t *testing.T) {
	who := access.Actor{Account: 1, Name: "Cán bộ mẫu", Lang: "vi"}
	var err error
	site := &Site{Now: time.Now, Name: func(*http.Request) (string, bool) { return "Mẫu", false }, WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }}
	h := site.Handler([]Route{
		Page("GET /x", access.Signed, func(http.ResponseWriter, *http.Request, access.Actor) error { return err }),
		Page("GET /panic", access.Signed, func(http.ResponseWriter, *http.Request, access.Actor) error { panic("secret") }),
	}, http.NotFoundHandler())
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w
	}
	for _, c := range []struct {
		err  error
		code int
		has  string
	}{
		{fault.Gone(), 404, "Không tìm thấy"}, {fault.New(fault.Denied, "access.denied"), 403, "chưa được phân quyền"},
		{fault.New(fault.TooMany, "web.sign_in"), 429, ""}, {errors.New("password=hunter2"), 500, "Phần mềm gặp lỗi"},
	} {
		err = c.err
		w := ask("/x")
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.has) || strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("%v: %d %.300s", c.err, w.Code, w.Body)
		}
		for _, k := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
			if w.Header().Get(k) == "" {
				t.Errorf("%v: no %s", c.err, k)
			}
		}
	}
	if w := ask("/panic"); w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a panic: %d %.200s", w.Code, w.Body)
	}
	who = access.Actor{}
	if w := ask("/x"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?next=") {
		t.Error("nobody is shown the way in:", w.Code)
	}
	r := httptest.NewRequest("POST", "/x", strings.NewReader(url.Values{}.Encode()))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusForbidden {
		t.Error("a post from another site:", w.Code)
	}
}

type hidden struct {
	X Ref `path:"x"`
}

// An input with parts that would be passed over in silence fails at start-up.
func TestUnreadableInputPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an operation whose path is never read was made")
		}
	}()
	Op("GET /api/v1/x/{x}", access.Anyone, "x", "x", func(context.Context, access.Actor, *struct{ hidden }) (Empty, error) { return Empty{}, nil })
}
