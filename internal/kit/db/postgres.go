package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

const (
	poolSize = 12 // connections for reading, and as many for writing
	maxTries = 30
)

type postgres struct {
	url           string
	reads, writes *sql.DB // apart, so that writers waiting for each other never starve readers
	line          line
	count         *counters
}

func openPostgres(url string, count *counters) (*postgres, error) {
	p := &postgres{url: url, count: count}
	for _, pool := range []**sql.DB{&p.reads, &p.writes} {
		cfg, err := pgx.ParseConfig(url)
		if err != nil {
			return nil, err
		}
		cfg.RuntimeParams["jit"] = "off"              // a statement of ours is over before it would pay
		cfg.RuntimeParams["random_page_cost"] = "1.1" // pages lie in memory or on flash: a page of people is no reason to read all of them
		if pool == &p.reads {                         // a plan for any unit at all takes the country for a hamlet: 1,863 ms instead of 1
			cfg.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
		}
		db := stdlib.OpenDB(*cfg)
		db.SetMaxOpenConns(poolSize)
		db.SetMaxIdleConns(poolSize)
		db.SetConnMaxIdleTime(time.Minute)
		*pool = db
	}
	if err := p.ping(context.Background()); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), p.close())
	}
	return p, nil
}

func (p *postgres) kind() Engine                   { return Postgres }
func (p *postgres) ping(ctx context.Context) error { return p.writes.PingContext(ctx) }
func (p *postgres) close() error                   { return errors.Join(p.reads.Close(), p.writes.Close()) }

func (p *postgres) analyze(ctx context.Context) error {
	_, err := p.writes.ExecContext(ctx, `analyze`)
	return err
}

func (p *postgres) read(ctx context.Context, fn func(Tx) error) error {
	tx, err := p.reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer tx.Rollback()
	r := &run{on: tx}
	defer func() { r.over = true }()
	return r.end(fn(r))
}

// write tries until no other transaction collides. A duplicate may be a collision in
// disguise, so it gets a second look.
func (p *postgres) write(ctx context.Context, key string, fn func(Tx) error) error {
	p.count.writes.Add(1)
	if key == piece {
		key = ""
	}
	if key != "" {
		leave, err := p.line.enter(ctx, key)
		if err != nil {
			return err
		}
		defer leave()
	}
	for try := 1; ; try++ {
		collided, err := p.once(ctx, key, fn)
		if err == nil || !collided && !(try == 1 && IsDuplicate(err)) {
			return err
		}
		if try == maxTries {
			return fmt.Errorf("%w: %w", errBusy, err)
		}
		p.count.retries.Add(1)
		pause := time.Duration(rand.Int64N(int64(time.Millisecond) << min(try, 7)))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// once locks the key before it begins, so that the snapshot is taken when our turn has come.
func (p *postgres) once(ctx context.Context, key string, fn func(Tx) error) (collided bool, err error) {
	conn, err := p.writes.Conn(ctx)
	if err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	defer conn.Close()
	if key != "" {
		if err := lock(ctx, conn, key); err != nil {
			return false, err
		}
		defer unlock(ctx, conn, key)
	}
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return false, fmt.Errorf("begin write: %w", err)
	}
	defer tx.Rollback()
	r := &run{on: planner{tx}, stream: stream(conn)}
	defer func() { r.over = true }()
	if err := r.end(fn(r)); err != nil {
		return isCollision(r.failed) || isCollision(err), err
	}
	p.count.groups.Add(1)
	if err := tx.Commit(); err != nil {
		p.count.failed.Add(1)
		return isCollision(err), fmt.Errorf("commit: %w", err)
	}
	return false, nil
}

// lock waits for the key among all programs that use the database.
func lock(ctx context.Context, conn *sql.Conn, key string) error {
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock(hashtextextended($1, 0))`, key); err != nil {
		return fmt.Errorf("queue %s: %w", key, err)
	}
	return nil
}

// unlock throws the connection away when it cannot be sure that the lock is gone.
func unlock(ctx context.Context, conn *sql.Conn, key string) {
	_, err := conn.ExecContext(context.WithoutCancel(ctx), `select pg_advisory_unlock(hashtextextended($1, 0))`, key)
	if err != nil {
		conn.Raw(func(any) error { return driver.ErrBadConn })
	}
}

// line lets one goroutine of this process hold a key, so that those who wait for a busy
// spot do not hold connections.
type line struct {
	mu   sync.Mutex
	keys map[string]*turn
}

type turn struct {
	free    chan struct{} // holds a token while nobody has the key
	waiting int
}

func (l *line) enter(ctx context.Context, key string) (leave func(), err error) {
	l.mu.Lock()
	if l.keys == nil {
		l.keys = map[string]*turn{}
	}
	t := l.keys[key]
	if t == nil {
		t = &turn{free: make(chan struct{}, 1)}
		t.free <- struct{}{}
		l.keys[key] = t
	}
	t.waiting++
	l.mu.Unlock()

	select {
	case <-t.free:
		return func() { t.free <- struct{}{}; l.forget(key, t) }, nil
	case <-ctx.Done():
		l.forget(key, t)
		return nil, ctx.Err()
	}
}

func (l *line) forget(key string, t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.waiting--; t.waiting == 0 {
		delete(l.keys, key)
	}
}
