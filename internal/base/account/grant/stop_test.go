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
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
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

// Taking a right away ends sessions, tokens, streams and running exports within a second,
// on the replica that hears of it from another.
func TestStopsWithinASecond(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.fine("no second step", w.DB.Write(ctx, func(tx db.Tx) error {
			return account.FactorRequired.Put(ctx, tx, 0, "2018-01-01", false, "", w.Now.Ms(), 0)
		}))
		link, err := w.account.SignInLink(ctx, w.officer, time.Hour, true)
		w.fine("a link", err)
		pass, _, err := w.account.FollowLink(ctx, link[len("/link/"):], account.Entry{})
		w.fine("signed in", err)
		token, err := w.account.Token(ctx, "canbo", "thử", 3)
		w.fine("a token", err)

		far := w.replica()
		ask := func(path, bearer string) (*http.Response, error) {
			r, _ := http.NewRequest("GET", far.URL+path, nil)
			if bearer != "" {
				r.Header.Set("Authorization", "Bearer "+bearer)
			} else {
				r.Header.Set("Cookie", "__Host-session="+pass.Session)
			}
			return (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
		}
		status := func(path, bearer string) int {
			res, err := ask(path, bearer)
			if err != nil {
				return 0
			}
			defer res.Body.Close()
			io.Copy(io.Discard, res.Body)
			return res.StatusCode
		}
		if status("/me", "") != 200 || status("/me", token) != 200 {
			t.Fatal("session and token are good before")
		}
		ended := make(chan string, 3)
		for _, one := range []struct{ name, path, bearer string }{{"stream", "/stream", ""}, {"export", "/export", ""}, {"export by token", "/export", token}} {
			go func() {
				status(one.path, one.bearer)
				ended <- one.name
			}()
		}
		within := time.Second
		if testing.Short() { // beside the race detector, which makes all of it several times slower
			within = 5 * time.Second
		}
		time.Sleep(300 * time.Millisecond)
		began := time.Now()
		_, err = w.Revoke(ctx, w.as(w.steward), w.as(w.officer).Grants[0].ID, "thử")
		w.fine("revoked", err)
		for range 3 {
			select {
			case name := <-ended:
				t.Logf("%s ended after %v", name, time.Since(began).Round(time.Millisecond))
			case <-time.After(within - time.Since(began)):
				t.Fatal("something runs on after", within)
			}
		}
		for status("/me", "") == 200 || status("/me", token) == 200 {
			if time.Since(began) > within {
				t.Fatal("session or token is good after", within)
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Logf("session and token refused after %v", time.Since(began).Round(time.Millisecond))
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
	held, done := g.Hold(ctx, w.officer, began)
	defer done()
	if live.Ended(held) == nil || !errors.Is(held.Err(), context.Canceled) {
		t.Error("it runs on")
	}
	fresh, done := g.Hold(ctx, w.officer, time.Now())
	defer done()
	if live.Ended(fresh) != nil {
		t.Error("what begins later is a new visit")
	}
}
