package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// Like heeds case, as in PostgreSQL. Pages are 4 KiB; cache sizes are KiB when negative. Only pages in use take memory.
const (
	pragmas       = "?_dqs=0&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=trusted_schema(0)&_pragma=case_sensitive_like(1)"
	writerPragmas = pragmas + "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=cache_size(-8000)" +
		"&_pragma=wal_autocheckpoint(0)&_pragma=journal_size_limit(67108864)" + // the writer copies pages out of the log itself
		"&_pragma=temp_store(2)" // what a statement of many rows could undo is kept in memory: on disk it costs as much as the rows
	readerPragmas = pragmas + "&_pragma=query_only(1)&_pragma=cache_size(-4000)"
	maxStatements = 400 // prepared per connection
)

type lite struct {
	path    string // as a file: URL without parameters
	pool    *sql.DB
	slots   chan struct{} // one for each reader that may run
	mu      sync.Mutex
	idle    []*conn
	age     int // of what readers know of the tables
	w       *writer
	ears    ears
	closing sync.Once
}

// openSQLite opens a file; durable is SQLite's word for what a commit promises.
func openSQLite(path, durable string, count *counters) (*lite, error) {
	path = strings.TrimPrefix(strings.TrimPrefix(path, "file:"), "//")
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600); err == nil {
		f.Close()
	} else if !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := moored(path); err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	l := &lite{path: (&url.URL{Scheme: "file", Path: path}).String()}
	writes, err := sql.Open("sqlite", l.path+strings.Replace(writerPragmas, "FULL", durable, 1))
	if err != nil {
		return nil, err
	}
	writes.SetMaxOpenConns(1)
	if l.pool, err = sql.Open("sqlite", l.path+readerPragmas); err != nil {
		return nil, errors.Join(err, writes.Close())
	}
	readers := min(8, max(4, 2*runtime.NumCPU()))
	l.pool.SetMaxOpenConns(readers)
	l.pool.SetMaxIdleConns(readers)
	l.slots = make(chan struct{}, readers)
	l.w = newWriter(writes, count)
	if err := l.ping(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open database %s: %w", path, err), l.close())
	}
	return l, nil
}

// moored makes sure that the folder will remember the file and its log after a power cut. SQLite
// asks the disk for that as well, when it has made the log, but does not look at the answer.
func moored(path string) error {
	if f, err := os.OpenFile(path+"-wal", os.O_CREATE|os.O_RDWR, 0o600); err == nil {
		f.Close()
	} else if !errors.Is(err, os.ErrPermission) { // a file that is not ours to write is found by ping
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func (l *lite) kind() Engine { return SQLite }

func (l *lite) write(ctx context.Context, key string, fn func(Tx) error) error {
	if key == piece {
		return l.w.write(ctx, l.w.pieces, fn)
	}
	return l.w.write(ctx, l.w.queue, fn)
}

// ping begins a write, so that a file that is not ours to write is found at start.
func (l *lite) ping(ctx context.Context) error {
	return l.w.write(ctx, l.w.queue, func(tx Tx) error {
		_, err := One(ctx, tx, Value[int64], `select count(*) from sqlite_master`)
		return err
	})
}

func (l *lite) close() (err error) {
	l.closing.Do(func() {
		l.w.close()
		if l.w.broken() != nil {
			return // its connection stays open: the last one to close would copy the log and delete it
		}
		for range cap(l.slots) {
			l.slots <- struct{}{}
		}
		for _, c := range l.idle {
			c.drop()
		}
		err = errors.Join(l.pool.Close(), l.w.pool.Close())
	})
	return err
}

func (l *lite) read(ctx context.Context, fn func(Tx) error) error {
	select {
	case l.slots <- struct{}{}:
		defer func() { <-l.slots }()
	case <-ctx.Done():
		return ctx.Err()
	case <-l.w.closing:
		return errClosed
	}
	c, err := l.reader(ctx)
	if err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	r := &run{on: c}
	defer func() {
		r.end(nil)
		if c.command("rollback") == nil {
			l.keep(c)
		} else {
			c.drop()
		}
	}()
	if err := c.command("begin"); err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	return r.end(fn(r))
}

// reader takes the connection used last: its cache is warm.
func (l *lite) reader(ctx context.Context) (*conn, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.idle); n > 0 {
		c := l.idle[n-1]
		l.idle = l.idle[:n-1]
		return c, nil
	}
	c, err := connect(ctx, l.pool)
	if err == nil {
		c.age = l.age
	}
	return c, err
}

func (l *lite) keep(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c.age == l.age {
		l.idle = append(l.idle, c)
	} else {
		c.drop()
	}
}

// renew lets readers begin anew: SQLite reads what it knows of the tables when it opens the file.
func (l *lite) renew() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.age++
	for _, c := range l.idle {
		c.drop()
	}
	l.idle = nil
}

// conn is one SQLite connection with its prepared statements: parsing costs more than
// most of our statements do.
type conn struct {
	c     *sql.Conn
	stmts map[string]*sql.Stmt
	age   int // of a reader
}

// connect waits while another process begins or ends with the file: turning the log on needs the
// file alone, and SQLite does not wait for that by itself.
func connect(ctx context.Context, pool *sql.DB) (*conn, error) {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := pool.Conn(context.WithoutCancel(ctx))
		if err == nil {
			return &conn{c: c, stmts: map[string]*sql.Stmt{}}, nil
		}
		if !isBusy(err) || time.Now().After(end) {
			return nil, err
		}
	}
}

// prepare may drop any other statement to make room: none is in use, since a
// transaction has one cursor at most and only between statements.
func (c *conn) prepare(query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	s, err := c.c.PrepareContext(context.Background(), rewrite(query))
	if err != nil {
		return nil, err
	}
	if len(c.stmts) >= maxStatements {
		for old, st := range c.stmts {
			st.Close()
			delete(c.stmts, old)
			break
		}
	}
	c.stmts[query] = s
	return s, nil
}

func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// command runs begin, commit, savepoint and their like.
func (c *conn) command(query string) error {
	_, err := c.ExecContext(context.Background(), query)
	return err
}

// drop closes the connection for good.
func (c *conn) drop() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.c.Raw(func(any) error { return driver.ErrBadConn })
	c.c.Close()
}
