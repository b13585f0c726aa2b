package web

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Site is everything the door needs to know of the house.
type Site struct {
	Now     clock.Now
	WhoIs   func(*http.Request) (access.Actor, error) // the zero Actor for nobody
	Post    func(*http.Request, access.Actor) string  // role and unit shown beside the name; may be nil
	Name    func(*http.Request) (name string, sample bool)
	Nav     []Nav
	Menu    []Nav // under the name
	Version string
	Live    *live.Guard  // ends what an account is doing with its rights; may be nil
	Waiting func() int   // scans that wait to be written; may be nil
	Full    func() bool  // no further scan is taken at this moment; may be nil
	faults  atomic.Int64 // numbers our own bugs, so that a user can quote one
	lanes   map[Lane]*lane
	mux     *http.ServeMux
	lean    *http.ServeMux // the operations of OpLean
	guard   *http.CrossOriginProtection
}

// Nav is an entry of the top navigation, shown to those who hold Need.
type Nav struct {
	Key  string // word key, and the section name after the last dot
	Href string
	Icon string
	Need access.Need
}

// maxBody bounds a form without files, in bytes; uploads set their own limit.
const maxBody = 2 << 20

// Handler mounts every route. A route without a need, or without anything to do, is a
// bug and found at start-up.
func (s *Site) Handler(routes []Route, static http.Handler) http.Handler {
	mux := http.NewServeMux()
	api := s.newAPI(mux)
	s.mux, s.lean, s.lanes = mux, http.NewServeMux(), lanesOf()
	s.guard = http.NewCrossOriginProtection()
	for _, rt := range routes {
		switch {
		case rt.Need == "" || (rt.Page == nil) == (rt.op == nil):
			panic("route without need or handler: " + rt.Pattern)
		case rt.op != nil:
			rt.op(api, s, rt)
		default:
			mux.HandleFunc(rt.Pattern, s.page(rt))
		}
	}
	mux.Handle("GET /static/", static)
	mux.HandleFunc("/", s.page(Page("", access.Anyone, func(http.ResponseWriter, *http.Request, access.Actor) error { return fault.Gone() })))
	s.guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, s.visit(r, access.Actor{}), errCross)
	}))
	return s.parted(gzhttp.GzipHandler(s.recover(secure(s.guard.Handler(mux)))))
}

func (s *Site) page(rt Route) http.HandlerFunc {
	kind := rt.lane()
	return func(w http.ResponseWriter, r *http.Request) {
		leave, err := s.enterLane(r.Context(), kind)
		if err != nil {
			s.fail(w, s.visit(r, access.Actor{}), err)
			return
		}
		defer leave()
		began := time.Now()
		who, err := s.whoIs(rt, r)
		ctx, done := s.hold(r.Context(), who, began)
		defer done()
		r = s.visit(r.WithContext(ctx), who)
		defer forget(r)
		if err == nil {
			err = admit(who, rt.Need)
		}
		g := &gate{ResponseWriter: w, ctx: ctx}
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, cmp.Or(rt.Most, maxBody))
			err = rt.Page(g, r, who)
		}
		if ended := live.Ended(ctx); ended != nil {
			err = ended
		}
		switch {
		case err != nil && g.begun:
			s.tell(r, err)
		case err != nil:
			s.fail(w, r, err)
		}
	}
}

// hold lets a request run until the rights of who asks end.
func (s *Site) hold(ctx context.Context, who access.Actor, began time.Time) (context.Context, func()) {
	if s.Live == nil || who.Account == 0 {
		return ctx, func() {}
	}
	return s.Live.Hold(ctx, who.Account, who.Via, began)
}

// gate lets an answer through while the rights of who asked last.
type gate struct {
	http.ResponseWriter
	ctx   context.Context
	begun bool
}

// Unwrap is for http.ResponseController.
func (g *gate) Unwrap() http.ResponseWriter { return g.ResponseWriter }

func (g *gate) WriteHeader(status int) {
	if live.Ended(g.ctx) == nil {
		g.begun = true
		g.ResponseWriter.WriteHeader(status)
	}
}

func (g *gate) Write(b []byte) (int, error) {
	if err := live.Ended(g.ctx); err != nil {
		return 0, err
	}
	g.begun = true
	return g.ResponseWriter.Write(b)
}

// admit answers at the door, before anything was loaded.
func admit(who access.Actor, need access.Need) error {
	switch {
	case who.Holds(need):
		return nil
	case !who.Holds(access.Signed):
		return fault.New(fault.Signin, "web.sign_in")
	}
	return fault.New(fault.Denied, "access.denied")
}

// policy allows nothing but our own origin: no inline script, no inline style.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"

var (
	policies   = []string{policy}
	sniffing   = []string{"nosniff"}
	sameOrigin = []string{"same-origin"}
	permitted  = []string{"camera=(), geolocation=(), microphone=()"}
	storing    = []string{"no-store"}
)

// harden sets what every answer says to a browser; the values are shared, never appended to.
func harden(h http.Header) {
	h["Content-Security-Policy"] = policies
	h["X-Content-Type-Options"] = sniffing
	h["Referrer-Policy"] = sameOrigin
	h["Cross-Origin-Opener-Policy"] = sameOrigin
	h["Permissions-Policy"] = permitted
	h["Cache-Control"] = storing
}

func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		harden(w.Header())
		next.ServeHTTP(w, r)
	})
}

func (s *Site) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { s.survive(w, r, recover()) }()
		next.ServeHTTP(w, r)
	})
}

// survive answers for a handler that met a panic.
func (s *Site) survive(w http.ResponseWriter, r *http.Request, v any) {
	switch v {
	case nil:
		return
	case http.ErrAbortHandler:
		panic(v)
	}
	slog.Error("panic", "path", r.URL.Path, "value", fmt.Sprint(v), "stack", string(debug.Stack()))
	s.fail(w, s.visit(r, access.Actor{}), fmt.Errorf("panic: %v", v))
}

// frame builds what every page shows around its content.
func (s *Site) frame(r *http.Request, v *visit) ui.Page {
	name, sample := s.Name(r)
	p := ui.Page{Lang: v.lang, Installation: name, Sample: sample, Who: v.who.Name, Path: r.URL.RequestURI(), Now: s.Now().In(clock.Zone),
		Dark: v.dark, Big: v.big, Notice: v.notice, Version: s.Version, ID: id.New().String(), Help: "/help"}
	if !v.who.Holds(access.Signed) {
		return p
	}
	if s.Post != nil {
		p.Post = s.Post(r, v.who)
	}
	p.Me = cmp.Or(v.who.Person, v.who.Account).String()
	if v.who.Is(access.Administrator) {
		p.Founding = "/rights/handover"
	}
	p.Nav, p.Menu = items(p, v.who, s.Nav), items(p, v.who, s.Menu)
	if v.who.Holds(access.UnitRead) {
		p.Find = "/search"
	}
	return p
}

func items(p ui.Page, who access.Actor, all []Nav) (out []ui.Item) {
	for _, n := range all {
		if who.Holds(n.Need) {
			out = append(out, ui.Item{Key: section(n.Key), Text: p.T(n.Key), Href: n.Href, Icon: n.Icon})
		}
	}
	return out
}
