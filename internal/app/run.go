package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"quantriet/internal/base/account/oidc"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/schema"
)

// Config is what the command line says of an installation.
type Config struct {
	Data   string `help:"Folder that keeps the database and the files." default:"data" type:"path" env:"QUANTRIET_DATA"`
	DB     string `help:"Database: postgres://… or a file; data/quantriet.db unless given." env:"QUANTRIET_DB"`
	Listen string `help:"Address to listen on." default:"127.0.0.1:8018" env:"QUANTRIET_LISTEN"`
	Cert   string `help:"Certificate file, for TLS without a proxy." type:"path"`
	Key    string `help:"Key file of the certificate." type:"path"`

	Outside oidc.Provider `embed:"" prefix:"oidc-"`
}

// URL is the database's address.
func (c Config) URL() string {
	if c.DB != "" {
		return c.DB
	}
	return filepath.Join(c.Data, "quantriet.db")
}

// Open opens the database, brings its tables up to date and builds the rooms.
func (c Config) Open(ctx context.Context) (*App, error) {
	if err := os.MkdirAll(filepath.Join(c.Data, "files"), 0o700); err != nil {
		return nil, err
	}
	d, err := db.Open(c.URL())
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(ctx, schema.Files); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a := New(d, time.Now, filepath.Join(c.Data, "files"))
	a.Outside.Provider = c.Outside
	if err := a.unlock(ctx, c.Data); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return a, nil
}

// Serve answers until ctx ends, then lets running requests finish.
func (a *App) Serve(ctx context.Context, c Config, ready func(base string) error) error {
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	srv := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		stopped <- srv.Shutdown(late)
	}()
	go a.midnights(ctx)
	go a.Likeness.Run(ctx)
	go a.Intake.Work(ctx)
	go a.Live.Watch(ctx)
	go a.Board.Run(ctx)
	go a.Proof.Run(ctx)
	go a.Recheck.Run(ctx)
	go a.Narrative.Run(ctx)
	go a.Campaign.Resume(ctx)
	go a.Attendance.Fold(ctx)
	go a.Measure.Run(ctx)
	go a.Presence.Run(ctx)
	scheme := "http"
	if c.Cert != "" {
		scheme = "https"
	}
	if err := ready(scheme + "://" + l.Addr().String()); err != nil {
		return errors.Join(err, l.Close())
	}
	if c.Cert != "" {
		err = srv.ServeTLS(l, c.Cert, c.Key)
	} else {
		err = srv.Serve(l)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

// midnights brings the tree up to date with moves and reorganisations that were dated ahead, stores the
// index of essays and forgets the names of old lists: now, and after every midnight until ctx ends.
func (a *App) midnights(ctx context.Context) {
	for {
		if err := a.Org.Refresh(ctx); err != nil && ctx.Err() == nil {
			slog.Error("refresh the tree", "err", err)
		}
		if err := a.Reorg.Refresh(ctx); err != nil && ctx.Err() == nil {
			slog.Error("reorganise the tree", "err", err)
		}
		if err := a.Likeness.Tidy(ctx); err != nil && ctx.Err() == nil {
			slog.Error("store the index of essays", "err", err)
		}
		if err := a.Conference.Forget(ctx); err != nil && ctx.Err() == nil {
			slog.Error("forget names of lists", "err", err)
		}
		now := a.Now()
		next := clock.Start(clock.AddDays(clock.Day(now), 1)).Add(time.Second)
		select {
		case <-ctx.Done():
			return
		case <-time.After(next.Sub(now)):
		}
	}
}
