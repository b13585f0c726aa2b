package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"quantriet/internal/app"
	"quantriet/internal/kit/db"
)

// The way back from a backup is the one that docs/guide/machine.md tells.
func TestRestore(t *testing.T) {
	ctx, at := context.Background(), app.Config{Data: t.TempDir()}
	a, err := at.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into account (id, login, name, created_at) values (9, 'mau', 'Cán bộ mẫu', 0)`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	sealed := a.Door.Seal.Seal([]byte("0123"), "test")
	if err := os.WriteFile(filepath.Join(a.Dir, "tep"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Close(); err != nil {
		t.Fatal(err)
	}
	copied, fresh := filepath.Join(t.TempDir(), "copy"), t.TempDir()
	if err := (backup{Config: at, To: copied}).Run(ctx); err != nil {
		t.Fatal(err)
	}
	if err := (backup{Config: at, To: copied}).Run(ctx); err == nil {
		t.Error("a copy takes the place of another")
	}
	if err := os.CopyFS(fresh, os.DirFS(copied)); err != nil {
		t.Fatal(err)
	}
	key, err := os.ReadFile(app.KeyFile(at.Data))
	if err != nil || os.WriteFile(app.KeyFile(fresh), key, 0o600) != nil {
		t.Fatal(err)
	}
	if a, err = (app.Config{Data: fresh}).Open(ctx); err != nil {
		t.Fatal(err)
	}
	defer a.DB.Close()
	if got, err := a.Door.Seal.Open(sealed, "test"); err != nil || string(got) != "0123" {
		t.Error("what was sealed:", err)
	}
	if b, err := os.ReadFile(filepath.Join(a.Dir, "tep")); err != nil || string(b) != "x" {
		t.Error("files:", err)
	}
	err = a.DB.Read(ctx, func(tx db.Tx) error {
		name, err := db.One(ctx, tx, db.Value[string], `select name from account where id = 9`)
		if name != "Cán bộ mẫu" {
			t.Error(name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
