package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/ui"
)

var status = map[fault.Kind]int{
	fault.Invalid: http.StatusUnprocessableEntity, fault.Denied: http.StatusForbidden, fault.Missing: http.StatusNotFound,
	fault.Conflict: http.StatusConflict, fault.TooMany: http.StatusTooManyRequests, fault.Signin: http.StatusUnauthorized,
	fault.Internal: http.StatusInternalServerError, fault.Busy: http.StatusServiceUnavailable,
}

// fail answers an error once: people get a page that says what to do next, nobody gets a stack.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error) {
	kind := fault.Of(err)
	if kind == fault.Signin && r.Method == http.MethodGet {
		http.Redirect(w, r, "/sign-in?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if kind == fault.Busy {
		w.Header().Set("Retry-After", pause())
	}
	text, number := s.tell(r, err)
	title := T(r, "web.fault."+fmt.Sprint(status[kind]))
	if strings.HasPrefix(r.URL.Path, "/api/") {
		problem(w, status[kind], title, text)
		return
	}
	p := At(r, title, "")
	if err := Render(w, r, status[kind], ui.FaultPage(p, text, number)); err != nil {
		slog.Error("fault page", "err", err)
	}
}

// tell logs an error and gives the sentence to show, and for our own bugs a number to quote.
func (s *Site) tell(r *http.Request, err error) (text, number string) {
	kind := fault.Of(err)
	if kind != fault.Internal {
		slog.Debug("refused", "method", r.Method, "path", r.URL.Path, "fault", err)
		var lines []string
		for _, f := range fault.List(err) {
			lines = append(lines, T(r, f.Key, f.Args...))
		}
		return strings.Join(lines, " "), ""
	}
	if r.Context().Err() != nil { // the visitor left; nobody reads the answer
		return T(r, "fault.internal"), ""
	}
	number = fmt.Sprintf("%s-%d", s.Now().Format("060102-1504"), s.faults.Add(1))
	slog.Error("our bug", "number", number, "method", r.Method, "path", r.URL.Path, "err", err)
	return T(r, "fault.internal"), number
}
