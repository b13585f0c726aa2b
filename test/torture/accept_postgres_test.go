package torture

import (
	"database/sql"
	"errors"
	"os"
	"testing"
	"time"

	"quantriet/internal/app/bench/pair"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/need"
)

// outbox is a fresh database of PostgreSQL whose units have sent their reports.
func outbox(t *testing.T) string {
	t.Helper()
	url := dbtest.PostgresURL(t, true)
	filled(t, url, inbox)
	sendAll(t, url)
	return url
}

// TestAcceptKilledPostgres kills the program while it accepts reports in PostgreSQL, or ends its connections at the
// server, at moments of chance: no row without its line nor the reverse, and none that was answered is missing.
func TestAcceptKilledPostgres(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program dozens of times")
	}
	r := chance(t)
	url, heard := outbox(t), map[int]bool{}
	kills, ends, midway := 0, 0, 0
	for began := time.Now(); kills+ends < times(36, 600) && (long || time.Since(began) < 12*time.Second); kills++ {
		v := begin(t, acceptEnv+"="+url)
		wait, cuts := func() time.Duration { return time.Duration(1+r.IntN(20_000)) * time.Microsecond }, kills%3
		for v.hear() {
			if !v.opened || cuts < 0 {
				continue
			}
			for ; cuts > 0; cuts-- {
				time.Sleep(wait())
				ends += disconnect(t, url)
			}
			cuts = -1
			time.AfterFunc(wait(), func() { v.cmd.Process.Kill() })
		}
		v.finish(t)
		for n := range v.kept {
			heard[n] = true
		}
		disconnect(t, url) // what the dead one left at the server
		done := whole(t, url, heard)
		if done > 0 && done < inboxSites {
			midway++
		}
		if t.Failed() {
			return
		}
		if done == inboxSites { // once more from the beginning
			url, heard = outbox(t), map[int]bool{}
		}
	}
	t.Logf("killed %d times, %d connections ended at the server, %d times with some reports accepted and others not", kills, ends, midway)
	if kills+ends < 30 || midway == 0 {
		t.Errorf("only %d ends, %d in the middle", kills+ends, midway)
	}
}

// disconnect ends everybody's connections to a database and tells how many there were.
func disconnect(t *testing.T, url string) (n int) {
	t.Helper()
	d, err := sql.Open("pgx", url)
	must(t, err)
	defer d.Close()
	const others = ` from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'`
	must(t, d.QueryRow(`select count(pg_terminate_backend(pid))`+others).Scan(&n))
	return n
}

// TestAcceptPrimaryKilled kills PostgreSQL itself, with every process of it, while reports are accepted, and promotes
// the synchronous standby: there too no row is without its line, and none that was answered is missing.
func TestAcceptPrimaryKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("starts two servers")
	}
	dir, err := os.MkdirTemp("/var/tmp", "qt-torture-")
	must(t, err)
	defer os.RemoveAll(dir)
	must(t, os.Chmod(dir, 0o755))
	p, err := pair.Start(t.Context(), dir)
	need.Tool(t, "postgres", !errors.Is(err, pair.ErrMissing))
	must(t, err)
	defer p.Stop()
	r := chance(t)
	filled(t, p.URL(), inbox)
	sendAll(t, p.URL())
	v := begin(t, acceptEnv+"="+p.URL())
	for v.hear() && len(v.kept) < 1+r.IntN(40) {
	}
	p.KillPrimary()
	v.cmd.Process.Kill()
	v.finish(t)
	must(t, p.Promote())
	heard := map[int]bool{}
	for n := range v.kept {
		heard[n] = true
	}
	done := whole(t, p.URL(), heard)
	t.Logf("%d accepted, %d heard", done, len(heard))
	if len(heard) == 0 || len(heard) == inboxSites {
		t.Error("not killed in the middle")
	}
}
