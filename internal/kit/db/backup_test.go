package db_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
)

func TestBackup(t *testing.T) {
	d, ctx, dir := dbtest.One(t), t.Context(), t.TempDir()
	note(t, d)
	must(t, d.Write(ctx, adding(ctx, 1, "một", nil)))
	path := filepath.Join(dir, "sao lưu 100%?.db")
	must(t, d.Backup(ctx, path))
	must(t, d.Write(ctx, adding(ctx, 2, "hai", nil)))

	copied, err := db.Open(path)
	must(t, err)
	if got := words(t, copied); !slices.Equal(got, []string{"một"}) {
		t.Errorf("the backup holds %q", got)
	}
	must(t, copied.Close())
	if err := d.Backup(ctx, path); fault.Of(err) != fault.Conflict {
		t.Errorf("over an older backup: %v", err)
	}
	if err := d.Backup(ctx, filepath.Join(dir, "absent", "x.db")); err == nil {
		t.Error("into a folder that is not there")
	}
	left, err := os.ReadDir(dir)
	must(t, err)
	if len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("readable by others: %v %v", st.Mode(), err)
	}
}

func TestBackupOfPostgres(t *testing.T) {
	err := dbtest.Postgres(t).Backup(t.Context(), filepath.Join(t.TempDir(), "x"))
	if fault.Of(err) != fault.Invalid || fault.Key(err) != "db.backup_postgres" {
		t.Errorf("got %v", err)
	}
}
