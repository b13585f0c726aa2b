package bench

import (
	"context"
	"io"
	"strings"
	"testing"

	"quantriet/internal/app"
	"quantriet/internal/kit/db"
)

// What is measured is an invented country, never the database of an office.
func TestNationLeavesOtherDatabasesAlone(t *testing.T) {
	ctx, at := context.Background(), app.Config{Data: t.TempDir()}
	a, err := at.Open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into account (id, login, name, created_at) values (9, 'mau', 'Cán bộ mẫu', 0)`)
		return err
	})
	if err != nil || a.DB.Close() != nil {
		t.Fatal(err)
	}
	n := &Nation{Config: at, Dir: t.TempDir(), Size: 0.001, Seed: 1, Out: io.Discard}
	if err := n.Run(ctx); err == nil || !strings.Contains(err.Error(), "not filled by bench nation") {
		t.Fatal(err)
	}
	if a, err = at.Open(ctx); err != nil {
		t.Fatal(err)
	}
	defer a.DB.Close()
	n.app = a
	if people, err := n.number(ctx, `select (select count(*) from person) + (select count(*) from org_unit)`); err != nil || people != 0 {
		t.Error(people, err)
	}
}
