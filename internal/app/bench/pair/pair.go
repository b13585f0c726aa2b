// Package pair starts a PostgreSQL primary with a synchronous standby on this machine, for
// measurements and for the test that kills the primary. Both keep what they promise: fsync is on, and a
// commit is answered when it is on both disks. They listen on a socket in their folder and end with this process.
package pair

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Pair is two servers; the second follows the first.
type Pair struct {
	dir, bin string
	who      *syscall.Credential
	primary  *member
	standby  *member
}

type member struct {
	name  string
	port  int
	cmd   *exec.Cmd
	ended chan struct{}
}

// ErrMissing: PostgreSQL's programs are not on this machine.
var ErrMissing = errors.New("the programs of PostgreSQL are not on this machine")

const patience = 2 * time.Minute

// Start makes both servers in a new folder below dir, and a database. Error: ErrMissing.
func Start(ctx context.Context, dir string) (*Pair, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pg_basebackup")
	if len(found) == 0 {
		return nil, ErrMissing
	}
	slices.Sort(found)
	p := &Pair{bin: filepath.Dir(found[len(found)-1]), primary: &member{name: "primary", port: 5501}, standby: &member{name: "standby", port: 5502}}
	var err error
	if p.dir, err = os.MkdirTemp(dir, "pair-"); err != nil {
		return nil, err
	}
	if err := p.owner(); err != nil {
		return nil, err
	}
	steps := []func(context.Context) error{p.initialise, p.startPrimary, p.copy, p.startStandby, p.follow, p.create}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			p.Stop()
			return nil, fmt.Errorf("pair: %w", err)
		}
	}
	return p, nil
}

// owner gives the folder to a user whom PostgreSQL serves: not root.
func (p *Pair) owner() error {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	p.who = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(p.dir, uid, gid)
}

func (p *Pair) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(p.bin, name), args...)
	cmd.Dir = p.dir
	cmd.Env = []string{"LANG=C", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.who}
	return cmd
}

func (p *Pair) do(name string, args ...string) error {
	if out, err := p.command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %.600s", name, err, out)
	}
	return nil
}

func (p *Pair) initialise(context.Context) error {
	return p.do("initdb", "-D", p.dir+"/primary", "-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions")
}

func (p *Pair) startPrimary(ctx context.Context) error {
	return p.start(ctx, p.primary, "-c", "synchronous_standby_names=standby")
}

func (p *Pair) copy(context.Context) error {
	return p.do("pg_basebackup", "-D", p.dir+"/standby", "-X", "stream", "--checkpoint=fast", "--no-sync", "-R",
		"-d", fmt.Sprintf("host=%s port=%d user=app application_name=standby", p.dir, p.primary.port))
}

func (p *Pair) startStandby(ctx context.Context) error { return p.start(ctx, p.standby) }

// start starts a server from a thread that lasts as long as it, so that it ends with this process.
func (p *Pair) start(ctx context.Context, m *member, more ...string) error {
	log, err := os.Create(filepath.Join(p.dir, m.name+".log"))
	if err != nil {
		return err
	}
	defer log.Close()
	m.cmd = p.command("postgres", append([]string{"-D", filepath.Join(p.dir, m.name), "-k", p.dir, "-p", strconv.Itoa(m.port), "-c", "listen_addresses=",
		"-c", "max_connections=200", "-c", "shared_buffers=256MB", "-c", "max_wal_size=2GB", "-c", "synchronous_commit=on", "-c", "fsync=on", "-c", "timezone=UTC"}, more...)...)
	m.cmd.Stdout, m.cmd.Stderr = log, log
	m.cmd.SysProcAttr.Pdeathsig = syscall.SIGQUIT
	m.ended = make(chan struct{})
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		err := m.cmd.Start()
		started <- err
		if err == nil {
			m.cmd.Wait()
		}
		close(m.ended)
	}()
	if err := <-started; err != nil {
		return err
	}
	for begun := time.Now(); ctx.Err() == nil && time.Since(begun) < patience; time.Sleep(20 * time.Millisecond) {
		if p.do("pg_isready", "-q", "-h", p.dir, "-p", strconv.Itoa(m.port)) == nil {
			return nil
		}
	}
	b, _ := os.ReadFile(log.Name())
	return fmt.Errorf("%s did not start: %.600s", m.name, b)
}

// follow waits until the standby is one that commits wait for.
func (p *Pair) follow(ctx context.Context) error {
	return p.admin(p.primary, func(db *sql.DB) error {
		for begun := time.Now(); ctx.Err() == nil && time.Since(begun) < patience; time.Sleep(20 * time.Millisecond) {
			var n int
			if err := db.QueryRow(`select count(*) from pg_stat_replication where sync_state = 'sync'`).Scan(&n); err != nil || n > 0 {
				return err
			}
		}
		return errors.New("the standby does not follow")
	})
}

func (p *Pair) create(context.Context) error {
	return p.admin(p.primary, func(db *sql.DB) error {
		_, err := db.Exec(`create database morning template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'`)
		return err
	})
}

func (p *Pair) admin(m *member, fn func(*sql.DB) error) error {
	db, err := sql.Open("pgx", p.address(m.port))
	if err != nil {
		return err
	}
	defer db.Close()
	return fn(db)
}

func (p *Pair) address(port int) string {
	return fmt.Sprintf("postgres://app@/postgres?host=%s&port=%d&sslmode=disable", url.QueryEscape(p.dir), port)
}

// URL names both servers; whoever connects is led to the one that takes writes.
func (p *Pair) URL() string {
	v := url.Values{"host": {p.dir + "," + p.dir}, "port": {fmt.Sprintf("%d,%d", p.primary.port, p.standby.port)},
		"sslmode": {"disable"}, "target_session_attrs": {"read-write"}, "connect_timeout": {"3"}}
	return "postgres://app@/morning?" + v.Encode()
}

// KillPrimary ends the first server at once, as a machine that fails.
func (p *Pair) KillPrimary() { p.primary.kill(syscall.SIGKILL) }

// Promote makes the standby the one that takes writes, and returns when it does.
func (p *Pair) Promote() error { return p.do("pg_ctl", "promote", "-w", "-D", p.dir+"/standby") }

func (m *member) kill(how os.Signal) {
	if m.cmd != nil && m.cmd.Process != nil {
		m.cmd.Process.Signal(how)
		<-m.ended
	}
}

// Stop ends both and removes what they kept.
func (p *Pair) Stop() error {
	p.standby.kill(syscall.SIGQUIT)
	p.primary.kill(syscall.SIGQUIT)
	time.Sleep(50 * time.Millisecond) // their helpers go by themselves
	return os.RemoveAll(p.dir)
}

// Said names what a commit waits for.
func (p *Pair) Said() string {
	said := ""
	p.admin(p.primary, func(db *sql.DB) error {
		return db.QueryRow(`select 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit') || ', standby ' ||
			coalesce((select string_agg(application_name || ' ' || sync_state, ' ') from pg_stat_replication), 'none')`).Scan(&said)
	})
	return strings.TrimSpace(said)
}
