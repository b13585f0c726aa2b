package db_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

func TestNotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, stop := context.WithCancel(context.Background())
		heard, done := make(chan string, 10), make(chan struct{})
		go func() { d.Listen(ctx, "a", func(s string) { heard <- s }); close(done) }()
		next := func() string {
			select {
			case s := <-heard:
				return s
			case <-time.After(20 * time.Second):
				return "nothing"
			}
		}
		if s := next(); s != "" {
			t.Errorf("at the beginning %q", s)
		}
		for _, n := range [][2]string{{"b", "not ours"}, {"a", "điểm cầu"}, {"a", strings.Repeat("x", db.MostNote)}} {
			if err := d.Notify(ctx, n[0], n[1]); err != nil {
				t.Error(err)
			}
		}
		if s := next(); s != "điểm cầu" {
			t.Errorf("heard %q", s)
		}
		if s := next(); len(s) != db.MostNote {
			t.Errorf("heard %d bytes", len(s))
		}
		if err := d.Notify(ctx, "a", strings.Repeat("x", db.MostNote+1)); err == nil {
			t.Error("a note of any length is taken")
		}
		stop()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Error("listening goes on")
		}
	})
}

// Whoever listens hears that something may be missed when the connection is made anew.
func TestListeningIsMended(t *testing.T) {
	url := dbtest.PostgresURL(t, true)
	d, err := db.Open(url)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	heard := make(chan string, 10)
	go d.Listen(ctx, "a", func(s string) { heard <- s })
	if s := <-heard; s != "" {
		t.Fatalf("at the beginning %q", s)
	}
	err = d.Write(ctx, func(tx db.Tx) error {
		_, err := tx.ExecContext(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case s := <-heard:
		if s != "" {
			t.Errorf("heard %q", s)
		}
	case <-time.After(20 * time.Second):
		t.Error("nobody listens any more")
	}
}
