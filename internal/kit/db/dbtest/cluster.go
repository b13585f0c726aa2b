package dbtest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// patience is long: a busy machine turns half a second of initdb into many.
const patience = 2 * time.Minute

// supervise runs the server until its standard input closes, which the system does when
// the test process is gone, however it went; then it leaves nothing behind.
const supervise = `"$1" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
	-c full_page_writes=off -c max_connections=300 -c shared_buffers=32MB -c timezone=UTC \
	-c max_wal_size=256MB -c autovacuum=off </dev/null &
read -r _
kill -QUIT $!
wait $!
cd /
rm -rf "$2"`

// bins is the folder of PostgreSQL's programs, "" when there is none.
func bins() string {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	if n := len(found); n > 0 {
		return filepath.Dir(found[n-1])
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p)
		}
	}
	return ""
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// startCluster starts a temporary server; "" when its programs are not on this machine.
func startCluster() (string, error) {
	bin := bins()
	if bin == "" {
		return "", nil
	}
	who, err := unprivileged()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(roomyDir(), "qt-pg-")
	if err != nil {
		return "", err
	}
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return "", err
		}
	}
	c := &cluster{bin, dir, who}
	if err := c.fill(); err != nil {
		os.RemoveAll(dir)
		return "", err
	}
	if err := c.start(); err != nil {
		return "", err
	}
	u := url.URL{Scheme: "postgres", User: url.User("app"), Host: "", Path: "/postgres"}
	u.RawQuery = url.Values{"host": {dir}, "sslmode": {"disable"}}.Encode()
	return u.String(), nil
}

type cluster struct {
	bin, dir string
	who      *syscall.Credential
}

// unprivileged is whom the server runs as when we are root, whom it refuses to serve.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		if u, err = user.Lookup("nobody"); err != nil {
			return nil, err
		}
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// tempDir is one that other users may enter and whose sockets have short names.
func tempDir() string {
	dir := os.TempDir()
	if len(dir) > 60 {
		return "/tmp"
	}
	for p := dir; ; p = filepath.Dir(p) {
		if st, err := os.Stat(p); err != nil || st.Mode().Perm()&0o001 == 0 {
			return "/tmp"
		}
		if p == filepath.Dir(p) {
			return dir
		}
	}
}

// roomyDir is in memory when that has room: databases are made there five times as fast.
func roomyDir() string {
	const shm, room = "/dev/shm", 2 << 30
	var st syscall.Statfs_t
	if os.Getenv("TMPDIR") != "" || syscall.Statfs(shm, &st) != nil || st.Bavail*uint64(st.Bsize) < room {
		return tempDir()
	}
	if info, err := os.Stat(shm); err != nil || info.Mode()&os.ModeSticky == 0 {
		return tempDir()
	}
	return shm
}

// command runs in the cluster's folder: the user's own may be closed to the server.
func (c *cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = c.dir
	cmd.Env = []string{"LANG=C", "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.who, Setpgid: true}
	return cmd
}

// fill makes the data folder, by copying the one an earlier process made: initdb is slow.
// The shared copy appears by rename, so nobody sees half of it.
func (c *cluster) fill() error {
	data := filepath.Join(c.dir, "data")
	cache := filepath.Join(tempDir(), fmt.Sprintf("quantriet-initdb-%d-%s", c.uid(), strings.ReplaceAll(strings.Trim(c.bin, "/"), "/", "_")))
	if c.owned(cache) {
		if c.command("cp", "-a", cache, data).Run() == nil {
			return nil
		}
		os.RemoveAll(data)
	}
	out, err := c.command(filepath.Join(c.bin, "initdb"), "-D", data, "-U", "app", "-A", "trust", "-E", "UTF8",
		"--locale=C", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	draft := cache + "-" + filepath.Base(c.dir)
	if c.command("cp", "-a", data, draft).Run() != nil || c.command("mv", "-T", "-n", draft, cache).Run() != nil {
		return os.RemoveAll(draft)
	}
	return os.RemoveAll(draft) // still there when another process was first
}

func (c *cluster) uid() int {
	if c.who != nil {
		return int(c.who.Uid)
	}
	return os.Getuid()
}

// owned refuses a folder that somebody else put where ours should be.
func (c *cluster) owned(dir string) bool {
	st, err := os.Lstat(dir)
	if err != nil || !st.IsDir() {
		return false
	}
	sys, ok := st.Sys().(*syscall.Stat_t)
	_, err = os.Stat(filepath.Join(dir, "PG_VERSION"))
	return ok && int(sys.Uid) == c.uid() && err == nil
}

func (c *cluster) start() error {
	log, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := c.command("/bin/sh", "-c", supervise, "sh", filepath.Join(c.bin, "postgres"), c.dir)
	cmd.Stdout, cmd.Stderr = log, log
	if lifeline, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for begun := time.Now(); time.Since(begun) < patience; time.Sleep(5 * time.Millisecond) {
		if b, _ := os.ReadFile(filepath.Join(c.dir, "data", "postmaster.pid")); strings.Contains(string(b), "ready") {
			return nil
		}
		if b, _ := os.ReadFile(log.Name()); strings.Contains(string(b), "FATAL") {
			break
		}
	}
	b, _ := os.ReadFile(log.Name())
	lifeline.Close()
	return fmt.Errorf("the server did not start: %s", b)
}

// lifeline is never closed on success: its end is the end of the process.
var lifeline interface{ Close() error }
