package account

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

func TestLogins(t *testing.T) {
	for typed, want := range map[string]string{
		"mau.014":               "mau.014",
		"Nguyễn.An":             "nguyen.an",
		" Đạt@hp ":              "dat@hp",
		"ab":                    "account.bad_login", // too short
		"12345678":              "account.bad_login", // would be taken for a Party card
		"an/../x":               "account.bad_login",
		"":                      "account.bad_login",
		"王小明abc":                "account.bad_login",
		strings.Repeat("a", 65): "account.bad_login",
	} {
		login := foldLogin(typed)
		if err := checkLogin(login); err != nil {
			login = fault.Key(err)
		}
		if login != want {
			t.Errorf("%q is %q, want %q", typed, login, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	for password, want := range map[string]string{
		"sáu con vịt":              "",
		"ngắn":                     "account.password_short",
		"đồng chí.a":               "", // letters are counted, not bytes
		"mau.nguyen.014":           "account.password_login",
		"Mẫu.Nguyễn.014":           "account.password_login",
		"1111111111":               "account.password_plain",
		strings.Repeat("mười", 51): "account.password_long",
		"có byte \x00 lạ ở đây":    "account.password_text",
		"hỏng \xff\xfe mã ở đây":   "account.password_text",
	} {
		err := checkPassword("mau.nguyen.014", password)
		if got := fault.Key(err); err == nil && want != "" || err != nil && got != want {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}

func TestPauses(t *testing.T) {
	for n, want := range map[int]time.Duration{0: 0, 4: 0, 5: 5 * time.Second, 6: 10 * time.Second, 7: 20 * time.Second, 11: 5 * time.Minute, 1000: 5 * time.Minute} {
		if got := pause(n); got != want {
			t.Errorf("after %d wrong passwords the next waits %v, want %v", n, got, want)
		}
	}
}

func TestMayGrant(t *testing.T) {
	for _, row := range []struct {
		says string
		own  []access.Role
		role access.Role
		want bool
	}{
		{"an administrator gives any role", []access.Role{access.Administrator}, access.Officer, true},
		{"an administrator makes another", []access.Role{access.Administrator}, access.Administrator, true},
		{"a unit officer makes no administrator", []access.Role{access.UnitOfficer}, access.Administrator, false},
		{"a unit officer could make an usher", []access.Role{access.UnitOfficer}, access.Usher, true},
		{"a unit officer makes no campaign officer", []access.Role{access.UnitOfficer}, access.Officer, false},
		{"two roles count together", []access.Role{access.Leader, access.Inspector}, access.Inspector, true},
		{"nobody gives nothing", nil, access.Member, false},
	} {
		if mayGrant(row.own, row.role) != row.want {
			t.Error(row.says)
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, row := range []struct{ from, to, want string }{
		{"2018-06-01", "", ""}, {"2018-06-01", "2018-06-01", ""}, {"2018-06-01", "2018-05-31", "account.bad_to"},
		{"", "", "account.bad_from"}, {"2018-02-30", "", "account.bad_from"}, {"2018-06-01", "soon", "account.bad_to"},
		{"9999-01-01", "", "account.bad_from"}, {"0001-01-01", "", "account.bad_from"},
	} {
		err := checkPeriod(row.from, row.to)
		if err == nil && row.want != "" || err != nil && fault.Key(err) != row.want {
			t.Errorf("%s to %s: %v, want %q", row.from, row.to, err, row.want)
		}
	}
	if !overlaps("2018-01-01", "", "2019-01-01", "2019-12-31") || overlaps("2018-01-01", "2018-12-31", "2019-01-01", "") {
		t.Error("overlaps")
	}
}

func TestHashing(t *testing.T) {
	ctx := context.Background()
	h := &hasher{cost: Cost{Memory: 64, Passes: 1, Threads: 1}}
	phc, err := h.make(ctx, "mật khẩu mẫu")
	if err != nil || !strings.HasPrefix(phc, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatal(phc, err)
	}
	decomposed := "ma\u0323\u0302t kha\u0302\u0309u ma\u0302\u0303u" // another keyboard's way to type the same
	for password, want := range map[string]bool{"mật khẩu mẫu": true, decomposed: true, "mat khau mau": false, "": false} {
		ok, stale, err := h.matches(ctx, phc, password)
		if ok != want || stale || err != nil {
			t.Errorf("%q: %v %v %v", password, ok, stale, err)
		}
	}
	if ok, _, err := h.matches(ctx, "", "mật khẩu mẫu"); ok || err != nil {
		t.Error("no password matches", err)
	}
	dearer := &hasher{cost: Cost{Memory: 128, Passes: 1, Threads: 1}}
	if ok, stale, _ := dearer.matches(ctx, phc, "mật khẩu mẫu"); !ok || !stale {
		t.Error("a cheaper hash is right and stale")
	}
	for _, bad := range []string{"x", "$argon2id$v=19$m=64,t=1,p=1$!!$!!", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAA"} {
		if _, _, err := h.matches(ctx, bad, "x"); err == nil {
			t.Errorf("%q is taken for a hash", bad)
		}
	}
}

// However many knock, two are hashed at a time, sixteen wait and the rest hear so at once.
func TestHashingIsBounded(t *testing.T) {
	h := &hasher{cost: Cost{Memory: 64, Passes: 1, Threads: 1}}
	var now, most, refused atomic.Int64
	release := make(chan struct{})
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			err := h.run(context.Background(), func() {
				most.Store(max(most.Load(), now.Add(1)))
				<-release
				now.Add(-1)
			})
			if fault.Of(err) == fault.TooMany {
				refused.Add(1)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	for refused.Load() < 60-atOnce-inLine {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	if most.Load() > atOnce || refused.Load() != 60-atOnce-inLine {
		t.Errorf("%d at once, %d refused", most.Load(), refused.Load())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	h.slots <- struct{}{}
	h.slots <- struct{}{}
	if err := h.run(ctx, func() {}); !errors.Is(err, context.Canceled) {
		t.Error("who left the line is not served:", err)
	}
}

func TestGuard(t *testing.T) {
	g := &guard{}
	for i := range 5 {
		if wait := g.begin("an", 1000); wait != 0 {
			t.Fatalf("attempt %d waits %d", i, wait)
		}
	}
	if wait := g.begin("an", 1000); wait != 5000 {
		t.Errorf("the sixth waits %d ms", wait)
	}
	if g.begin("binh", 1000) != 0 {
		t.Error("somebody else waits too")
	}
	if g.begin("an", 6000) != 0 || g.begin("an", 6000) != 10_000 {
		t.Error("the pause does not grow")
	}
	g.undo("an")
	if g.begin("an", 6000) != 0 {
		t.Error("an attempt never made is counted")
	}
	g.clear("an")
	if g.begin("an", 6000) != 0 || g.tries["an"].n != 1 {
		t.Error("getting in does not clear")
	}
	g.begin("cuong", 6000+2*forget)
	if len(g.tries) != 1 {
		t.Errorf("%d logins are remembered for ever", len(g.tries))
	}
}

func TestBrowsers(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36": "Chrome, Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1":     "Safari, iPhone",
		"Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/120 Chrome/120":                         "Cốc Cốc, Windows",
		"curl/8": "",
	} {
		if got := browser(agent); got != want {
			t.Errorf("%s: %q", agent, got)
		}
	}
}

func TestGeneratedPassword(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		p := newPassword()
		if err := checkPassword("mau.014", p); err != nil || seen[p] || len(p) != 17 || strings.ContainsAny(p, "il1o0") {
			t.Fatal(p, err)
		}
		seen[p] = true
	}
}
