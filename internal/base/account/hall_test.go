package account

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/password"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// hall makes n members with a password each.
func (r *room) hall(n int) (logins []string) {
	r.t.Helper()
	phc, err := r.hasher().Make(context.Background(), r.rootPassword)
	r.fine("hash", err)
	for i := range n {
		p := r.person(fmt.Sprintf("Đảng viên mẫu %03d", i+100), fmt.Sprintf("31.001.%03d", i), r.cell)
		login := fmt.Sprintf("mau.1%03d", i)
		a, err := r.Create(context.Background(), access.System("test"), New{ID: id.New(), Login: login, Person: p, Grants: []NewGrant{r.right(access.Member, r.cell)}})
		r.fine("account", err)
		r.keepPassword(a.ID, phc)
		logins = append(logins, login)
	}
	return logins
}

// everybody signs in at once, coming back while told that it is busy, and says how long the last
// one took and how many times somebody was told to wait.
func (r *room) everybody(logins []string) (took time.Duration, busy int64) {
	began, waits := time.Now(), atomic.Int64{}
	var all sync.WaitGroup
	for _, login := range logins {
		all.Go(func() {
			for {
				_, err := r.SignIn(context.Background(), login, r.rootPassword, Entry{})
				if err == nil {
					return
				}
				if fault.Of(err) != fault.TooMany || fault.Key(err) != "account.busy" {
					r.t.Errorf("%s: %v", login, err)
					return
				}
				waits.Add(1)
				time.Sleep(500 * time.Millisecond)
			}
		})
	}
	all.Wait()
	return time.Since(began), waits.Load()
}

// Three hundred people of one address sign in at once: nobody is taken for a guesser, whatever
// some of them mistype.
func TestHallOfThreeHundred(t *testing.T) {
	r := newRoom(t, dbtest.One(t))
	logins := r.hall(300)
	for _, login := range logins[:100] { // a third mistypes first
		for range 3 {
			_, err := r.signIn(login, "sai mật khẩu rồi", "")
			r.refused("mistyped", err, fault.Invalid, "account.wrong")
		}
	}
	took, busy := r.everybody(logins)
	if n := r.count(`select count(*) from account_session`); n != 300 {
		t.Errorf("%d are in", n)
	}
	t.Logf("300 sign-ins in %v with cheap hashing, %d told to come back in a moment", took.Round(time.Millisecond), busy)
}

// BenchmarkHall signs three hundred people in at once at the real cost of a password.
func BenchmarkHall(b *testing.B) {
	r := bench(b)
	logins := r.hall(300)
	for b.Loop() {
		took, busy := r.everybody(logins)
		b.ReportMetric(took.Seconds(), "s/300")
		b.ReportMetric(float64(busy), "told-to-wait")
	}
}

// BenchmarkFlood measures another page while sixty visitors sign in without end, at the real
// cost of a password.
func BenchmarkFlood(b *testing.B) {
	r := bench(b)
	h, secret := r.site(), r.secret(r.admin)
	ctx, stop := context.WithCancel(context.Background())
	var all sync.WaitGroup
	for i := range 60 {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := r.SignIn(ctx, fmt.Sprintf("ai-do-%d-%d", i, time.Now().UnixNano()), "sai mật khẩu rồi", Entry{}); fault.Of(err) == fault.TooMany {
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	var took []time.Duration
	for b.Loop() {
		began := time.Now()
		if res, _ := knock(h, secret, "GET", "/accounts", ""); res.StatusCode != http.StatusOK {
			b.Fatal(res.Status)
		}
		took = append(took, time.Since(began))
		time.Sleep(5 * time.Millisecond)
	}
	stop()
	all.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Milliseconds()), "p99-ms")
	b.ReportMetric(float64(took[len(took)-1].Milliseconds()), "max-ms")
}

// bench is a room with the real cost of a password and the real clock.
func bench(b *testing.B) *room {
	r := newRoom(b, dbtest.One(b))
	s := &Service{DB: r.DB, Now: func() time.Time { return clock.From(r.clock.Load()) }, Cost: password.Standard}
	r.Service = s
	return r
}
