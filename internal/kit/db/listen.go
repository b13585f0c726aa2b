package db

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// MostNote bounds a note, in bytes.
const MostNote = 7900

// Notify sends a short note to everybody who listens to the channel on this database, in
// this program and in others. Notes are a hint that something may be read anew: one may be
// lost when a connection breaks, so whoever listens also looks by himself now and then.
func (d *DB) Notify(ctx context.Context, channel, note string) error {
	if len(note) > MostNote {
		return fmt.Errorf("notify %s: %d bytes are too many", channel, len(note))
	}
	if err := d.engine.notify(ctx, channel, note); err != nil {
		return fmt.Errorf("notify %s: %w", channel, err)
	}
	return nil
}

// Listen calls hear for every note of the channel until ctx ends; "" says that notes may
// have been missed, which is said at the beginning too. hear must not wait.
func (d *DB) Listen(ctx context.Context, channel string, hear func(note string)) {
	d.engine.listen(ctx, channel, hear)
}

// ears are those who listen inside this program.
type ears struct {
	mu   sync.Mutex
	last int
	all  map[string]map[int]func(string)
}

func (e *ears) add(channel string, hear func(string)) (leave func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil {
		e.all = map[string]map[int]func(string){}
	}
	if e.all[channel] == nil {
		e.all[channel] = map[int]func(string){}
	}
	e.last++
	me := e.last
	e.all[channel][me] = hear
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.all[channel], me)
	}
}

func (e *ears) tell(channel, note string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, hear := range e.all[channel] {
		hear(note)
	}
}

func (l *lite) notify(_ context.Context, channel, note string) error {
	l.ears.tell(channel, note)
	return nil
}

func (l *lite) listen(ctx context.Context, channel string, hear func(string)) {
	defer l.ears.add(channel, hear)()
	hear("")
	<-ctx.Done()
}

func (p *postgres) notify(ctx context.Context, channel, note string) error {
	_, err := p.writes.ExecContext(ctx, `select pg_notify($1, $2)`, channel, note)
	return err
}

// listen keeps a connection of its own and makes another when it breaks.
func (p *postgres) listen(ctx context.Context, channel string, hear func(string)) {
	for pause := 100 * time.Millisecond; ctx.Err() == nil; {
		began := time.Now()
		err := p.hear(ctx, channel, hear)
		if ctx.Err() != nil {
			return
		}
		slog.Warn("notes of the database are not heard", "channel", channel, "err", err)
		if time.Since(began) > 10*time.Second {
			pause = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, 2*time.Second)
	}
}

func (p *postgres) hear(ctx context.Context, channel string, hear func(string)) error {
	conn, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "listen "+quote(channel)); err != nil {
		return err
	}
	hear("")
	for {
		note, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		hear(note.Payload)
	}
}
