package torture

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/need"
	"quantriet/internal/overview/report"
)

// acceptEnv names the database in which the victim accepts reports.
const acceptEnv = "QUANTRIET_TORTURE_ACCEPT"

const inboxSites = 90

// inbox is a morning whose units have sent their reports.
var inbox = morning.Morning{Sites: inboxSites, Each: 1, Meetings: 1, Begins: begins}

func reports(d *db.DB) *report.Service {
	return &report.Service{DB: d, Now: func() time.Time { return begins }}
}

func clerk(account id.ID, role access.Role) access.Actor {
	return access.Actor{Account: account, Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: role, Unit: inbox.Top(), From: "2018-01-01"}}}
}

// accept accepts one report after the other and says after each whether it is.
func accept(path string) {
	d, err := db.Open(path)
	die(err)
	fmt.Println("open")
	for n := range inboxSites {
		err := reports(d).Accept(context.Background(), clerk(2, access.Officer), inbox.Campaign(), inbox.Unit(n), report.Any)
		if err != nil {
			os.Stdout.WriteString("no " + strings.ReplaceAll(err.Error(), "\n", " ") + "\n")
			continue
		}
		os.Stdout.WriteString(fmt.Sprintln("ok", n, 0))
	}
	fmt.Println("end")
	select {} // killed at rest, then
}

// TestAcceptKilled kills the program while it accepts reports, at moments of chance: a report is never
// accepted without its line in the sealed log, nor is there ever a line without the report, and who
// heard that a report was accepted finds it so.
func TestAcceptKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills the program dozens of times")
	}
	r := chance(t)
	path := file(t, inbox)
	sendAll(t, path)
	heard := map[int]bool{}
	kills, midway := 0, 0
	for most := times(30, 400); kills < most; kills++ {
		v := begin(t, acceptEnv+"="+path)
		wait := time.Duration(r.IntN(12_000)) * time.Microsecond
		started := false
		for v.hear() {
			if v.opened && !started {
				started = true
				time.AfterFunc(wait, func() { v.cmd.Process.Kill() })
			}
		}
		v.finish(t)
		for n := range v.kept {
			heard[n] = true
		}
		done := whole(t, path, heard)
		if done > 0 && done < inboxSites {
			midway++
		}
		if t.Failed() {
			return
		}
		if done == inboxSites { // once more from the beginning
			path, heard = file(t, inbox), map[int]bool{}
			sendAll(t, path)
		}
	}
	t.Logf("killed %d times, %d times with some reports accepted and others not", kills, midway)
	if midway == 0 {
		t.Error("never killed in the middle")
	}
}

// TestAcceptDisk lets file calls of the program fail while it accepts reports, once or for ever: no
// half of an acceptance stays, and none that was answered is missing.
func TestAcceptDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program for each call that fails")
	}
	_, err := exec.LookPath("strace")
	need.Tool(t, "strace", err == nil)
	r := chance(t)
	var all []trouble
	for turn := 1; turn <= times(4, 60); turn++ {
		at := turn
		if !long {
			at = 1 + r.IntN(60)
		}
		all = append(all, trouble{"pwrite64", "EIO", at, turn%2 == 0}, trouble{"fsync", "EIO", 1 + at%20, turn%2 == 1}, trouble{"pwrite64", "ENOSPC", at + 1, turn%2 == 1})
	}
	first := file(t, inbox)
	sendAll(t, first)
	sent, err := os.ReadFile(first)
	must(t, err)
	met := 0
	for _, f := range all {
		t.Run(f.String(), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "disk.db")
			must(t, os.WriteFile(path, sent, 0o600))
			log := path + ".strace"
			v := begin(t, acceptEnv+"="+path, "strace", "-f", "--seccomp-bpf", "-qq", "-ttt", "-P", path, "-P", path+"-wal", "-P", path+"-shm",
				"-e", "trace="+f.call, "-e", "inject="+f.String(), "-o", log)
			for v.hear() && !v.ended {
			}
			v.killTracee()
			for v.hear() {
			}
			v.cmd.Wait()
			_, n := injected(t, log)
			met += n
			heard := map[int]bool{}
			for n := range v.kept {
				heard[n] = true
			}
			t.Logf("failed %d times: %d accepted, %d heard, %d refused", n, whole(t, path, heard), len(heard), len(v.no))
		})
	}
	if met == 0 {
		t.Error("no call failed: nothing was tested")
	}
}

func sendAll(t *testing.T, path string) {
	t.Helper()
	d, err := db.Open(path)
	must(t, err)
	defer d.Close()
	must(t, d.Write(t.Context(), func(tx db.Tx) error {
		_, err := tx.ExecContext(t.Context(), `insert into campaign_due (campaign, unit, level, due_on, inclusive, at)
			select cu.campaign, $1, cu.level, '2027-02-01', false, 0 from campaign_unit cu where cu.campaign = $2 and cu.unit = $3`, inbox.Top(), inbox.Campaign(), inbox.Unit(0))
		return err
	}))
	for n := range inboxSites {
		must(t, reports(d).Send(t.Context(), clerk(1, access.Officer), inbox.Campaign(), inbox.Unit(n), "", report.Any))
	}
}

// whole counts accepted reports and finds halves.
func whole(t *testing.T, path string, heard map[int]bool) (done int) {
	t.Helper()
	d, err := db.Open(path)
	must(t, err)
	defer d.Close()
	accepted, rows, lines := map[id.ID]bool{}, 0, int64(0)
	must(t, d.Read(t.Context(), func(tx db.Tx) error {
		units, err := db.All(t.Context(), tx, db.Value[id.ID], `select unit from report where state = 'accepted'`)
		if err != nil {
			return err
		}
		for _, u := range units {
			accepted[u] = true
		}
		if lines, err = db.One(t.Context(), tx, db.Value[int64], `select count(*) from proof_line`); err != nil {
			return err
		}
		return reports(d).Sealed(t.Context(), tx, func(row proof.Row) error {
			rows++
			var salt, digest string
			err := tx.QueryRowContext(t.Context(), `select salt, digest from proof_line where kind = $1 and subject = $2 and version = $3`,
				row.Kind, row.Subject, row.Version).Scan(&salt, &digest)
			if err != nil || proof.Digest(salt, row.Body) != digest {
				t.Errorf("%s %s without its line: %v", row.Kind, row.Subject, err)
			}
			return nil
		})
	}))
	if int64(rows) != lines {
		t.Errorf("%d rows and %d lines", rows, lines)
	}
	for n := range heard {
		if !accepted[inbox.Unit(n)] {
			t.Errorf("report %d was said to be accepted and is not", n)
		}
	}
	return len(accepted)
}
