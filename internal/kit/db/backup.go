package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"quantriet/internal/kit/fault"
)

// Backup writes a consistent copy of the database to a new file while the program runs.
// The file appears whole and on disk, or not at all. Faults: Conflict when something of
// that name exists, Invalid on PostgreSQL, which has pg_dump for this.
func (d *DB) Backup(ctx context.Context, path string) error {
	if err := d.engine.backup(ctx, path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return nil
}

func (p *postgres) backup(context.Context, string) error {
	return fault.New(fault.Invalid, "db.backup_postgres")
}

func (l *lite) backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fault.New(fault.Conflict, "db.backup_exists", "path", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := f.Close(); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", l.path+pragmas)
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err = pool.ExecContext(ctx, `vacuum into ?1`, f.Name()); err != nil {
		return err
	}
	return settle(f.Name(), path)
}

// settle brings a finished file to the disk and then gives it its name.
func settle(draft, path string) error {
	if err := flush(draft); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return flush(filepath.Dir(path))
}

func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
