package grant_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/access/live"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// replica is one process of several over the same database: its own memory of visitors, its
// own watch, and doors that run long.
func (w *world) replica() *httptest.Server {
	acc := &account.Service{DB: w.DB, Now: w.Now}
	guard := &live.Guard{DB: w.DB, Now: w.Now, Dropped: acc.Forget}
	watch, stop := context.WithCancel(context.Background())
	go guard.Watch(watch)
	site := &web.Site{Now: w.Now, Live: guard, WhoIs: acc.WhoIs, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	srv := httptest.NewServer(site.Handler([]web.Route{
		web.Page("GET /me", access.Signed, func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
			_, err := io.WriteString(w, who.Name)
			return err
		}),
		web.Page("GET /stream", access.Signed, func(w http.ResponseWriter, r *http.Request, who access.Actor) error {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, "còn\n"); err != nil {
					return err
				}
				if err := http.NewResponseController(w).Flush(); err != nil {
					return err
				}
				time.Sleep(20 * time.Millisecond)
			}
			return nil
		}),
		web.Page("GET /export", access.Signed, func(rw http.ResponseWriter, r *http.Request, who access.Actor) error {
			return w.DB.Read(r.Context(), func(tx db.Tx) error { // as an export does: query after query
				for {
					if _, err := db.One(r.Context(), tx, db.Value[int64], `select count(*) from org_below`); err != nil {
						return err
					}
				}
			})
		}),
	}, http.NotFoundHandler()))
	w.t.Cleanup(func() { srv.Close(); stop() })
	return srv
}

// running is somebody with a session, a token, and on a replica an open stream and exports by both.
type running struct {
	w              *world
	via            id.ID // via: the device of the session
	session, token string
	far            *httptest.Server
	ended          chan string
	till           context.Context // what was meant to run on ends with the test
}

func (w *world) runs(login string, of id.ID) *running {
	w.t.Helper()
	w.fine("no second step", w.DB.Write(ctx, func(tx db.Tx) error {
		return account.FactorRequired.Put(ctx, tx, 0, "2018-01-01", false, "", w.Now.Ms(), 0)
	}))
	link, err := w.account.SignInLink(ctx, of, time.Hour, true)
	w.fine("a link", err)
	pass, _, err := w.account.FollowLink(ctx, link[len("/link/"):], account.Entry{})
	w.fine("signed in", err)
	r := &running{w: w, session: pass.Session, far: w.replica(), ended: make(chan string, 3)}
	var stop context.CancelFunc
	r.till, stop = context.WithCancel(ctx)
	w.t.Cleanup(stop)
	r.token, err = w.account.Token(ctx, login, "thử", 3)
	w.fine("a token", err)
	list, err := w.devices().List(ctx, w.as(of), 0)
	w.fine("devices", err)
	r.via = list[0].ID
	if r.status("/me", "") != 200 || r.status("/me", r.token) != 200 {
		w.t.Fatal("session and token are good before")
	}
	for _, one := range []struct{ name, path, bearer string }{{"stream", "/stream", ""}, {"export", "/export", ""}, {"export by token", "/export", r.token}} {
		go func() {
			r.status(one.path, one.bearer)
			r.ended <- one.name
		}()
	}
	time.Sleep(300 * time.Millisecond)
	return r
}

func (w *world) devices() *device.Service { return &device.Service{DB: w.DB, Now: w.Now} }

// status is 0 for what was cut off.
func (r *running) status(path, bearer string) int {
	ask, _ := http.NewRequestWithContext(r.till, "GET", r.far.URL+path, nil)
	if bearer != "" {
		ask.Header.Set("Authorization", "Bearer "+bearer)
	} else {
		ask.Header.Set("Cookie", "__Host-session="+r.session)
	}
	res, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(ask)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// over waits until what runs by the session and by the token has ended, as far as each was meant to.
func (r *running) over(began time.Time, session, token bool) {
	t, within := r.w.t, time.Second
	t.Helper()
	if testing.Short() { // beside the race detector, which makes all of it several times slower
		within = 5 * time.Second
	}
	want := map[string]bool{"stream": session, "export": session, "export by token": token}
	for (session && (want["stream"] || want["export"])) || want["export by token"] {
		select {
		case name := <-r.ended:
			if !want[name] {
				t.Error(name, "was meant to run on")
			}
			want[name] = false
			t.Logf("%s ended after %v", name, time.Since(began).Round(time.Millisecond))
		case <-time.After(within - time.Since(began)):
			t.Fatal("runs on after", within, want)
		}
	}
	for session && r.status("/me", "") == 200 || token && r.status("/me", r.token) == 200 {
		if time.Since(began) > within {
			t.Fatal("session or token is good after", within)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Logf("refused after %v", time.Since(began).Round(time.Millisecond))
	if !session && r.status("/me", "") != 200 || !token && r.status("/me", r.token) != 200 {
		t.Error("more ended than was meant to")
	}
	select {
	case name := <-r.ended:
		t.Error(name, "was meant to run on")
	default:
	}
}

// Taking a right away, a device, a password, a factor, a slip or a token ends sessions, tokens,
// streams and running exports within a second, on the replica that hears of it from another.
func TestStopsWithinASecond(t *testing.T) {
	const both, session, token = 3, 1, 2
	officer := func(w *world) *running { return w.runs("canbo", w.officer) }
	passed := func(w *world, of id.ID) *running { // the clerk, who holds a part of what somebody has
		_, err := w.Delegate(ctx, w.as(of), w.as(of).Grants[0].ID, grant.Part{New: grant.New{ID: id.New(), Role: access.Usher, Unit: w.ward, From: "2026-02-07", To: "2026-03-01"}, Typed: "nhanvien"})
		w.fine("passed on", err)
		return w.runs("nhanvien", w.clerk)
	}
	for name, one := range map[string]struct {
		who  func(*world) *running
		do   func(*world, *running) error
		ends int
	}{
		"a grant revoked": {officer, func(w *world, r *running) error {
			_, err := w.Revoke(ctx, w.as(w.steward), w.as(w.officer).Grants[0].ID, "thử")
			return err
		}, both},
		"a device revoked": {officer, func(w *world, r *running) error {
			return w.devices().End(ctx, w.as(w.officer), r.via)
		}, session},
		"all other devices": {officer, func(w *world, r *running) error {
			return w.devices().EndOthers(ctx, w.as(w.officer), id.New())
		}, session},
		"a token ended": {officer, func(w *world, r *running) error {
			list, err := w.account.Tokens(ctx, w.as(w.officer))
			w.fine("tokens", err)
			return w.account.EndToken(ctx, w.as(w.officer), list[0].ID)
		}, token},
		"a new link": {officer, func(w *world, r *running) error {
			_, err := w.account.NewLink(ctx, w.as(w.steward), w.officer)
			return err
		}, both},
		"a new password": {officer, func(w *world, r *running) error {
			_, err := w.account.NewPassword(ctx, w.as(w.steward), w.officer)
			return err
		}, both},
		"one's own password changed": {officer, func(w *world, r *running) error {
			return w.account.ChangePassword(ctx, w.as(w.officer), id.New(), "", "mật khẩu mới thật dài")
		}, session},
		"factors reset": {officer, func(w *world, r *running) error { return w.account.ResetFactor(ctx, "canbo") }, both},
		"an account disabled": {officer, func(w *world, r *running) error {
			return w.account.Disable(ctx, w.as(w.steward), w.officer, "thử")
		}, both},
		"who passed a part on is disabled": {func(w *world) *running { return passed(w, w.officer) }, func(w *world, r *running) error {
			return w.account.Disable(ctx, w.as(w.steward), w.officer, "thử")
		}, both},
		"who passed a part on is relieved": {func(w *world) *running {
			p, err := w.AddPost(ctx, w.as(w.steward), access.Post{ID: id.New(), Unit: w.ward, Title: "Bí thư", Role: access.Secretary})
			w.fine("a post", err)
			w.post = p.ID
			_, err = w.Appoint(ctx, w.as(w.steward), p.ID, grant.Turn{ID: id.New(), Typed: "dangvien", From: "2026-01-01"})
			w.fine("a holder", err)
			held := w.as(w.nobody).Grants
			_, err = w.Delegate(ctx, w.as(w.nobody), held[len(held)-1].ID, grant.Part{New: grant.New{ID: id.New(), Role: access.Usher, Unit: w.ward, From: "2026-02-07", To: "2026-03-01"}, Typed: "nhanvien"})
			w.fine("passed on", err)
			return w.runs("nhanvien", w.clerk)
		}, func(w *world, r *running) error {
			_, err := w.Appoint(ctx, w.as(w.steward), w.post, grant.Turn{ID: id.New(), Typed: "canbo", From: "2026-02-07"})
			return err
		}, both},
		"the first set-up handed over": {func(w *world) *running {
			w.make("vanhanh", access.Operator, w.city)
			w.make("nhatky", access.Auditor, w.city)
			return w.runs("goc", w.founder)
		}, func(w *world, r *running) error { return w.HandOver(ctx, w.as(w.founder)) }, both},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				r := one.who(w)
				began := time.Now()
				w.fine(name, one.do(w, r))
				r.over(began, one.ends&session != 0, one.ends&token != 0)
			})
		})
	}
}

// A token that was the reason for shutting an account out does not live again with it.
func TestTokensStayEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.fine("no second step", w.DB.Write(ctx, func(tx db.Tx) error {
			return account.FactorRequired.Put(ctx, tx, 0, "2018-01-01", false, "", w.Now.Ms(), 0)
		}))
		_, err := w.account.Token(ctx, "canbo", "thử", 3)
		w.fine("a token", err)
		link, err := w.account.SignInLink(ctx, w.officer, time.Hour, false)
		w.fine("a link", err)
		w.fine("shut out", w.account.Disable(ctx, w.as(w.steward), w.officer, "lộ mã"))
		w.fine("let in again", w.account.Enable(ctx, w.as(w.steward), w.officer))
		list, err := w.account.Tokens(ctx, w.as(w.officer))
		w.fine("tokens", err)
		if len(list) != 0 {
			t.Error("the token lives again")
		}
		_, _, err = w.account.FollowLink(ctx, link[len("/link/"):], account.Entry{})
		w.refused("the link too", err, fault.Missing, "account.link_over")
	})
}

// A request that began before the end is ended even when it is held after it.
func TestHeldTooLate(t *testing.T) {
	w := newWorld(t, dbtest.One(t))
	g := &live.Guard{DB: w.DB, Now: w.Now}
	began := time.Now()
	w.fine("notice", w.DB.Write(ctx, func(tx db.Tx) error { return access.End(ctx, tx, w.officer, w.Now.Ms()) }))
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go g.Watch(watch)
	time.Sleep(3 * live.Every / 2)
	held, done := g.Hold(ctx, w.officer, 0, began)
	defer done()
	if live.Ended(held) == nil || !errors.Is(held.Err(), context.Canceled) {
		t.Error("it runs on")
	}
	fresh, done := g.Hold(ctx, w.officer, 0, time.Now())
	defer done()
	if live.Ended(fresh) != nil {
		t.Error("what begins later is a new visit")
	}
}
