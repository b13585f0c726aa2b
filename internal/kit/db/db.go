package db

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"

	"quantriet/internal/kit/words"
)

//go:embed words/*.json
var files embed.FS

var _ = words.Load(files)

// Engine is the kind of database, for display. Feature code never branches on it.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine engine
	count  *counters
}

// engine is what differs underneath.
type engine interface {
	kind() Engine
	read(ctx context.Context, fn func(Tx) error) error
	write(ctx context.Context, key string, fn func(Tx) error) error
	migrate(ctx context.Context, fsys fs.FS, then func(fresh bool) error) error
	backup(ctx context.Context, path string) error
	analyze(ctx context.Context) error
	ping(ctx context.Context) error
	close() error
	tables(ctx context.Context, tx Tx) ([]table, error)
	deferKeys(ctx context.Context, tx Tx) (check func() error, err error)
	parts() string
	notify(ctx context.Context, channel, note string) error
	listen(ctx context.Context, channel string, hear func(note string))
}

type counters struct{ writes, groups, largest, failed, retries atomic.Int64 }

// Stats counts since Open, for the metrics page.
type Stats struct {
	Writes  int64 // calls of Write and Queue that ran
	Groups  int64 // physical commits asked for
	Largest int64 // most writers that shared one commit
	Failed  int64 // physical commits that failed
	Retries int64 // transactions run again after a collision (PostgreSQL)
}

// Open takes "postgres://…" or a path of an SQLite file, with or without "file:" before
// it. The file is made when absent, readable by its owner alone; its folder must exist.
func Open(url string) (*DB, error) {
	count := &counters{}
	var e engine
	var err error
	if strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://") {
		e, err = openPostgres(url, count)
	} else {
		e, err = openSQLite(url, "FULL", count)
	}
	if err != nil {
		return nil, err
	}
	return &DB{engine: e, count: count}, nil
}

// OpenLoose is Open for an SQLite file whose last commits may be lost with the power. It is the
// control of the test that cuts the power: there something must be missing.
func OpenLoose(path string) (*DB, error) {
	count := &counters{}
	e, err := openSQLite(path, "NORMAL", count)
	if err != nil {
		return nil, err
	}
	return &DB{engine: e, count: count}, nil
}

// Engine names the kind of database.
func (d *DB) Engine() Engine { return d.engine.kind() }

// Ping proves that a statement can be run.
func (d *DB) Ping(ctx context.Context) error { return d.engine.ping(ctx) }

// Close waits for the write in progress and refuses later ones.
func (d *DB) Close() error { return d.engine.close() }

// Analyze refreshes what the query planner knows; worth calling after a bulk load.
func (d *DB) Analyze(ctx context.Context) error { return d.engine.analyze(ctx) }

// Read runs fn on one consistent snapshot, in which every statement that writes fails.
func (d *DB) Read(ctx context.Context, fn func(Tx) error) error { return d.engine.read(ctx, fn) }

// Write runs fn in a transaction as if no other writer existed, and returns nil only when
// its changes are durable. fn may run more than once.
func (d *DB) Write(ctx context.Context, fn func(Tx) error) error {
	return d.engine.write(ctx, "", fn)
}

// Queue is Write for a busy spot: calls with the same key wait in line instead of
// colliding. It changes speed, never meaning. SQLite lines up all writers anyway.
func (d *DB) Queue(ctx context.Context, key string, fn func(Tx) error) error {
	return d.engine.write(ctx, key, fn)
}

// Piece is Write for one transaction of a long job. On SQLite pieces take turns with all other writers,
// so that a small change waits for one of them at most, however many jobs are at it.
func (d *DB) Piece(ctx context.Context, fn func(Tx) error) error {
	return d.engine.write(ctx, piece, fn)
}

const piece = "\x00piece" // no key of Queue

// Stats reports the counters since Open.
func (d *DB) Stats() Stats {
	c := d.count
	return Stats{
		Writes: c.writes.Load(), Groups: c.groups.Load(), Largest: c.largest.Load(),
		Failed: c.failed.Load(), Retries: c.retries.Load(),
	}
}

var errClosed = errors.New("database is closed")
