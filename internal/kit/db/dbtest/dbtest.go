// Package dbtest gives a test a fresh migrated database on every engine.
//
// SQLite is always there. PostgreSQL is the server of QUANTRIET_TEST_POSTGRES (a
// postgres:// URL whose user may create databases), or else a temporary cluster started
// from local binaries, one for each test process, which ends with the process however it
// ends. Without either, PostgreSQL subtests are skipped aloud, or fail when
// QUANTRIET_TEST_REQUIRE names "postgres".
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/need"
	"quantriet/internal/schema"
)

// Each runs fn once for each engine, as a subtest, one after the other.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, One(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// One is a migrated SQLite database, for tests that are not about the engine.
func One(t testing.TB) *db.DB {
	t.Helper()
	file, err := liteTemplate()
	if err != nil {
		t.Fatalf("migrate sqlite: %v", err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, path)
}

// Postgres is a migrated PostgreSQL database; without a server the test is skipped.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t, true))
}

// PostgresURL is the address of a fresh database, migrated or empty, that is dropped at
// the end of the test.
func PostgresURL(t testing.TB, migrated bool) string {
	t.Helper()
	s, err := startServer()
	if err != nil {
		t.Fatalf("postgres: %v", err)
	}
	need.Tool(t, "postgres", s != nil)
	url, drop, err := s.create(migrated)
	if err != nil {
		t.Fatalf("postgres: %v", err)
	}
	t.Cleanup(drop)
	return url
}

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// liteTemplate is a migrated file, made once for the process and copied for each test.
var liteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "quantriet-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "template.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrate(url string) error {
	d, err := db.Open(url)
	if err != nil {
		return err
	}
	if err := d.Migrate(context.Background(), schema.Files); err != nil {
		d.Close()
		return err
	}
	return d.Close()
}
