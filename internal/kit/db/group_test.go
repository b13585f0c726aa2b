package db_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// together makes the functions wait behind a slow writer, so that SQLite takes them in one group.
func together(t *testing.T, d *db.DB, fns ...func(db.Tx) error) []error {
	t.Helper()
	ctx := t.Context()
	busy, free := make(chan bool), make(chan bool)
	var all sync.WaitGroup
	all.Go(func() { d.Write(ctx, func(db.Tx) error { close(busy); <-free; return nil }) })
	<-busy
	errs := make([]error, len(fns))
	for i, fn := range fns {
		all.Go(func() { errs[i] = d.Write(ctx, fn) })
		time.Sleep(20 * time.Millisecond) // so that they stand in this order
	}
	before := d.Stats().Groups
	close(free)
	all.Wait()
	if n := d.Stats().Groups - before; n != 2 {
		t.Errorf("%d commits, want the slow one and one for the group", n)
	}
	return errs
}

func adding(ctx context.Context, id int64, word string, then error) func(db.Tx) error {
	return func(tx db.Tx) error {
		if err := insert(ctx, tx, id, word); err != nil {
			return err
		}
		return then
	}
}

func TestGroupMemberFailsAlone(t *testing.T) {
	d, boom := dbtest.One(t), errors.New("boom")
	ctx := t.Context()
	note(t, d)
	errs := together(t, d,
		adding(ctx, 1, "a", nil),
		adding(ctx, 2, "b", boom),
		adding(ctx, 3, "a", nil), // a duplicate of the first member's word
		func(tx db.Tx) error { insert(ctx, tx, 4, "a"); return nil },
		adding(ctx, 5, "b", nil))
	if errs[0] != nil || errs[1] != boom || !db.IsDuplicate(errs[2]) || !db.IsDuplicate(errs[3]) || errs[4] != nil {
		t.Errorf("got %v", errs)
	}
	if got := words(t, d); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("kept %q", got)
	}
}

func TestGroupSharesAFailedCommit(t *testing.T) {
	d, ctx := dbtest.One(t), t.Context()
	note(t, d)
	script(t, d, `create table late (note bigint references note (id) deferrable initially deferred)`)
	errs := together(t, d,
		adding(ctx, 1, "a", nil),
		func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `insert into late (note) values (99)`) // found out at commit
			return err
		},
		adding(ctx, 2, "b", errors.New("refused, seeing what was never kept")))
	for i, err := range errs {
		if !db.IsReference(err) || !strings.Contains(err.Error(), "commit") {
			t.Errorf("member %d: %v", i, err)
		}
	}
	if got := words(t, d); len(got) > 0 {
		t.Errorf("kept %q", got)
	}
	must(t, d.Write(ctx, adding(ctx, 3, "c", nil)))
	if got := words(t, d); !slices.Equal(got, []string{"c"}) || d.Stats().Failed != 1 {
		t.Errorf("afterwards: %q, %+v", got, d.Stats())
	}
}

func TestGroupEndsWithALostTransaction(t *testing.T) {
	d, ctx := dbtest.One(t), t.Context()
	note(t, d)
	errs := together(t, d,
		adding(ctx, 1, "a", nil),
		func(tx db.Tx) error {
			if _, err := db.One(ctx, tx, db.Value[int64], `pragma max_page_count = 1`); err != nil {
				return err
			}
			insert(ctx, tx, 2, strings.Repeat("đ", 1<<20)) // the disk is full, and nobody looks
			return nil
		})
	if errs[0] == nil || errs[1] == nil {
		t.Errorf("got %v", errs)
	}
	if got := words(t, d); len(got) > 0 {
		t.Errorf("kept %q", got)
	}
	must(t, d.Write(ctx, adding(ctx, 3, "c", nil)))
	if got := words(t, d); !slices.Equal(got, []string{"c"}) {
		t.Errorf("afterwards: %q", got)
	}
}

func TestPanicReachesTheCaller(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, boom := t.Context(), errors.New("boom")
		note(t, d)
		func() {
			defer func() {
				err, _ := recover().(error)
				if !errors.Is(err, boom) {
					t.Errorf("recovered %v", err)
				}
				if d.Engine() == db.SQLite && !strings.Contains(err.Error(), "TestPanicReachesTheCaller") {
					t.Error("the place of the panic is lost")
				}
			}()
			d.Write(ctx, func(tx db.Tx) error { insert(ctx, tx, 1, "a"); panic(boom) })
		}()
		must(t, d.Write(ctx, adding(ctx, 2, "b", nil)))
		if got := words(t, d); !slices.Equal(got, []string{"b"}) {
			t.Errorf("kept %q", got)
		}
	})
}

func TestFunctionThatEndsItsGoroutine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		note(t, d)
		var all sync.WaitGroup
		returned := false
		all.Go(func() {
			d.Write(ctx, func(tx db.Tx) error {
				insert(ctx, tx, 1, "a")
				(&testing.T{}).SkipNow()
				return nil
			})
			returned = true
		})
		all.Wait()
		must(t, d.Write(ctx, adding(ctx, 2, "b", nil)))
		if got := words(t, d); !slices.Equal(got, []string{"b"}) || returned {
			t.Errorf("kept %q, returned %v", got, returned)
		}
	})
}

func TestCancelled(t *testing.T) {
	t.Run("before its turn", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx, cancel := context.WithCancel(t.Context())
			note(t, d)
			busy, free := make(chan bool), make(chan bool)
			var all sync.WaitGroup
			all.Go(func() { d.Queue(t.Context(), "k", func(db.Tx) error { close(busy); <-free; return nil }) })
			<-busy
			time.AfterFunc(20*time.Millisecond, cancel)
			err := d.Queue(ctx, "k", func(db.Tx) error { t.Error("it ran"); return nil })
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			close(free)
			all.Wait()
			must(t, d.Queue(t.Context(), "k", adding(t.Context(), 1, "a", nil)))
		})
	})
	t.Run("in the middle", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx, cancel := context.WithCancel(t.Context())
			note(t, d)
			err := d.Write(ctx, func(tx db.Tx) error {
				must(t, insert(ctx, tx, 1, "a"))
				cancel()
				return insert(ctx, tx, 2, "b")
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			if got := words(t, d); len(got) > 0 {
				t.Errorf("kept %q", got)
			}
		})
	})
	t.Run("a long read", func(t *testing.T) {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			err := d.Read(ctx, func(tx db.Tx) error {
				_, err := db.One(ctx, tx, db.Value[int64],
					`with recursive n (v) as (select 1 union all select v + 1 from n where v < 100000000) select count(*) from n`)
				return err
			})
			if err == nil {
				t.Error("it ran to the end")
			}
			must(t, d.Read(t.Context(), func(tx db.Tx) error {
				_, err := db.One(t.Context(), tx, db.Value[int64], `select 1`)
				return err
			}))
		})
	})
}

// Many writers on one row: every increment counts, through Write and through Queue.
func TestRush(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers, each = 20, 10
		ctx := t.Context()
		note(t, d)
		script(t, d, `create table tally (id bigint primary key, n bigint not null)`, `insert into tally (id, n) values (1, 0)`)
		var all sync.WaitGroup
		var inside atomic.Int64
		for w := range int64(writers) {
			all.Go(func() {
				for i := range int64(each) {
					err := d.Queue(ctx, "tally", func(tx db.Tx) error {
						if inside.Add(1) != 1 {
							t.Error("two at once")
						}
						defer inside.Add(-1)
						n, err := db.One(ctx, tx, db.Value[int64], `select n from tally where id = 1`)
						if err != nil {
							return err
						}
						if _, err := db.Exec(ctx, tx, `update tally set n = $1 where id = 1`, n+1); err != nil {
							return err
						}
						return insert(ctx, tx, w*each+i+1, fmt.Sprint(w, i))
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		must(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select n from tally`)
			if n != writers*each || len(words(t, d)) != writers*each {
				t.Errorf("counted %d", n)
			}
			return err
		}))
		if s := d.Stats(); s.Writes < writers*each || s.Groups > s.Writes {
			t.Errorf("%+v", s)
		}
	})
}

// Without a queue PostgreSQL collides and tries again; nothing is lost either.
func TestCollisions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		script(t, d, `create table tally (id bigint primary key, n bigint not null)`, `insert into tally (id, n) values (1, 0)`)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					err := d.Write(ctx, func(tx db.Tx) error {
						n, err := db.One(ctx, tx, db.Value[int64], `select n from tally where id = 1`)
						if err != nil {
							return errors.New("hidden") // the collision must be seen all the same
						}
						if _, err := db.Exec(ctx, tx, `update tally set n = $1 where id = 1`, n+1); err != nil {
							return errors.New("hidden")
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		must(t, d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select n from tally`)
			if n != 40 {
				t.Errorf("counted %d; %+v", n, d.Stats())
			}
			return err
		}))
	})
}

// A small change waits for the piece in progress and perhaps for one that began with it, however many long jobs
// have pieces ready; and those in a hurry do not hold up a long job for ever.
func TestPiecesTakeTurns(t *testing.T) {
	d, ctx := dbtest.One(t), t.Context()
	var stop atomic.Bool
	var pieces, small atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for !stop.Load() {
				d.Piece(ctx, func(db.Tx) error { time.Sleep(3 * time.Millisecond); pieces.Add(1); return nil })
			}
		})
	}
	least := int64(99)
	for range 10 {
		before := pieces.Load()
		d.Write(ctx, func(db.Tx) error { least = min(least, pieces.Load()-before); return nil })
	}
	if least > 2 {
		t.Errorf("a small change waited for %d pieces at least", least)
	}
	for range 8 {
		all.Go(func() {
			for !stop.Load() {
				d.Write(ctx, func(db.Tx) error { small.Add(1); return nil })
			}
		})
	}
	for before := pieces.Load(); pieces.Load() < before+20; {
		if err := d.Write(ctx, func(db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	stop.Store(true)
	all.Wait()
	if small.Load() == 0 {
		t.Error("no small change came through beside the pieces")
	}
}
