package web

import (
	"cmp"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/words"
)

// In a rush most of a request's cost is what stands around it, and most of what is refused is
// refused because there is too much. So lean operations pass by what presses, frames and
// prepares pages, and a refusal is bytes that were made at start-up.

// errCross is the fault of a form that came from elsewhere.
var errCross = fault.New(fault.Denied, "web.cross_origin")

// parted sends lean operations their own way and all else to the rest.
func (s *Site) parted(rest http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/api/") {
			if _, pattern := s.lean.Handler(r); pattern != "" {
				s.lean.ServeHTTP(w, r)
				return
			}
		}
		rest.ServeHTTP(w, r)
	})
}

// quick answers a lean operation: what page does, with nothing made that only a fault needs.
func (s *Site) quick(rt Route) http.HandlerFunc {
	kind := rt.lane()
	return func(w http.ResponseWriter, r *http.Request) {
		leave, err := s.enterLane(r.Context(), kind)
		if err != nil {
			refuse(w, r)
			return
		}
		defer leave()
		defer func() { s.survive(w, r, recover()) }()
		harden(w.Header())
		who := access.Actor{}
		if err = s.guard.Check(r); err != nil {
			err = errCross
		} else if who, err = s.serveLean(rt, w, r); err == nil {
			return
		}
		s.fail(w, s.visit(r, who), err)
	}
}

func (s *Site) serveLean(rt Route, w http.ResponseWriter, r *http.Request) (access.Actor, error) {
	began := time.Now()
	who, err := s.whoIs(rt, r)
	if err == nil {
		err = admit(who, rt.Need)
	}
	if err != nil {
		return who, err
	}
	r.Body = http.MaxBytesReader(w, r.Body, cmp.Or(rt.Most, maxBody))
	ctx, done := s.hold(r.Context(), who, began)
	defer done()
	if ctx != r.Context() {
		r = r.WithContext(ctx)
	}
	g := &gate{ResponseWriter: w, ctx: ctx}
	err = rt.Page(g, r, who)
	if ended := live.Ended(ctx); ended != nil {
		err = ended
	}
	if err != nil && g.begun {
		s.tell(s.visit(r, who), err)
		return who, nil
	}
	return who, err
}

// whoIs asks who knocks, unless the route has its own way to know.
func (s *Site) whoIs(rt Route, r *http.Request) (access.Actor, error) {
	if rt.Unasked {
		return access.Actor{}, nil
	}
	who, err := s.WhoIs(r)
	who.Lang = langOf(r, who)
	return who, err
}

var (
	problemJSON = []string{"application/problem+json"}
	pauses      = [5][]string{{"1"}, {"2"}, {"3"}, {"4"}, {"5"}}
)

// refusal is the ready answer of a server that has too much to do, in one language.
type refusal struct {
	body   []byte
	length []string
}

func refusalIn(lang string) refusal {
	b, err := json.Marshal(huma.ErrorModel{Status: http.StatusServiceUnavailable, Title: words.T(lang, "web.fault.503"), Detail: words.T(lang, "web.busy")})
	if err != nil {
		panic(err)
	}
	b = append(b, '\n')
	return refusal{b, []string{strconv.Itoa(len(b))}}
}

var refusals = sync.OnceValue(func() *[2]refusal { return &[2]refusal{refusalIn(words.Langs[0]), refusalIn(words.Langs[1])} })

// refuse turns a lean operation away. The body is left unread: net/http skips a small one and keeps
// the connection.
func refuse(w http.ResponseWriter, r *http.Request) {
	f := &refusals()[0]
	if strings.Contains(r.Header.Get("Cookie"), "lang="+words.Langs[1]) {
		f = &refusals()[1]
	}
	after := rand.IntN(len(pauses))
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = problemJSON, f.length
	h["Retry-After"] = pauses[after]
	h["X-Content-Type-Options"], h["Cache-Control"] = sniffing, storing
	w.WriteHeader(http.StatusServiceUnavailable)
	w.Write(f.body)
	if alone(r) && http.NewResponseController(w).Flush() == nil {
		rest(r.Context(), time.Duration(1+after)*time.Second)
	}
}

// alone reports whether a connection carries one request after another of one visitor: neither the
// streams of a browser nor what a proxy has gathered.
func alone(r *http.Request) bool {
	return r.TLS != nil && r.ProtoMajor == 1 && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == "" && r.Header.Get("Via") == ""
}

// rest keeps a connection whose answer is already out from being read before it was told to come again:
// who does not heed that waits with the next request instead of costing those who do. Tests replace it.
var rest = func(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
