package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of one physical transaction: the first writer waits for the last. Larger groups carry
// more records a second (measured: 8,000 at 5 ms, 10,500 at 40 ms); a lone writer never waits.
const (
	groupSize = 256
	groupTime = 40 * time.Millisecond
)

// writer is the one goroutine that writes. Invariants: see the package comment.
type writer struct {
	pool    *sql.DB
	count   *counters
	queue   chan *job // unbuffered: a job taken is a job whose turn has come
	pieces  chan *job // of long jobs; see DB.Piece
	orders  chan order
	closing chan struct{}
	stopped chan struct{}
	stop    sync.Once
	self    atomic.Value // name of the goroutine

	conn    *conn  // nil after a failure; opened again by the next group
	members []*job // of the group in progress
	lost    error  // the physical transaction cannot go on

	log     journal
	refuses atomic.Pointer[error] // set once the disk broke its word; see settled
}

type job struct {
	ctx      context.Context
	fn       func(Tx) error
	err      error
	panicked *panicked
	exited   bool // fn ended its goroutine, as testing's Fatal does
	done     chan struct{}
}

func newWriter(pool *sql.DB, count *counters) *writer {
	w := &writer{
		pool: pool, count: count, queue: make(chan *job), pieces: make(chan *job), orders: make(chan order),
		closing: make(chan struct{}), stopped: make(chan struct{}),
	}
	go w.loop()
	return w
}

func (w *writer) write(ctx context.Context, queue chan *job, fn func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := w.broken(); err != nil {
		return err
	}
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	if err := w.enqueue(j, queue); err != nil {
		return err
	}
	<-j.done
	if j.panicked != nil {
		panic(j.panicked)
	}
	if j.exited {
		runtime.Goexit()
	}
	return j.err
}

// enqueue waits for the job's turn. Whoever waits long is asked whether he is the one all
// others wait for.
func (w *writer) enqueue(j *job, queue chan *job) error {
	patience := time.NewTimer(time.Second)
	defer patience.Stop()
	for {
		select {
		case queue <- j:
			return nil
		case <-j.ctx.Done():
			return j.ctx.Err()
		case <-w.closing:
			return errClosed
		case <-patience.C:
			if goroutine() == w.self.Load() {
				panic("db: Write was called inside Write and would wait for itself")
			}
		}
	}
}

// goroutine names the calling goroutine: "goroutine 12".
func goroutine() string {
	var b [40]byte
	name, _, _ := strings.Cut(string(b[:runtime.Stack(b[:], false)]), " [")
	return name
}

func (w *writer) close() {
	w.stop.Do(func() { close(w.closing) })
	<-w.stopped
}

func (w *writer) loop() {
	w.self.Store(goroutine())
	clean := false
	defer func() {
		if !clean { // a function ended this goroutine
			w.abandon()
			go w.loop()
		}
	}()
	for piece := false; ; {
		next := w.pieces
		if piece {
			next = w.queue
		}
		select { // by turns, where both wait
		case j := <-next:
			piece = !piece
			w.run(j)
			continue
		default:
		}
		select {
		case j := <-w.queue:
			piece = false
			w.run(j)
		case j := <-w.pieces:
			piece = true
			w.run(j)
		case o := <-w.orders:
			o.done <- w.obey(o)
		case <-w.closing:
			if w.conn != nil && w.broken() == nil {
				w.conn.command("pragma optimize")
				w.conn.drop()
			}
			clean = true
			close(w.stopped)
			return
		}
	}
}

func (w *writer) run(j *job) {
	w.group(j)
	w.tidy()
}

// order is a pragma, which SQLite refuses inside a transaction.
type order struct {
	pragma string
	done   chan error
}

// tell gives the writer an order between two transactions.
func (w *writer) tell(ctx context.Context, pragma string) error {
	o := order{pragma, make(chan error, 1)}
	select {
	case w.orders <- o:
		return <-o.done
	case <-ctx.Done():
		return ctx.Err()
	case <-w.closing:
		return errClosed
	}
}

func (w *writer) obey(o order) (err error) {
	if err := w.broken(); err != nil {
		return err
	}
	if w.conn == nil {
		if w.conn, err = connect(context.Background(), w.pool); err != nil {
			return err
		}
	}
	_, err = w.conn.c.ExecContext(context.Background(), "pragma "+o.pragma)
	return err
}

// group runs first and whoever waits in one physical transaction, then answers them all.
func (w *writer) group(first *job) {
	w.lost, w.members = nil, append(w.members[:0], first)
	err := w.begin()
	if err == nil {
		end := time.Now().Add(groupTime)
		for j := first; j != nil; j = w.next(end) {
			w.turn(j)
		}
		err = w.commit()
	}
	w.answer(err)
}

func (w *writer) begin() (err error) {
	if err := w.broken(); err != nil {
		return err
	}
	if w.conn == nil {
		if w.conn, err = connect(context.Background(), w.pool); err != nil {
			return fmt.Errorf("begin write: %w", err)
		}
	}
	if err = w.conn.command("begin immediate"); isBusy(err) {
		err = fmt.Errorf("%w: %w", errBusy, err)
	}
	if err != nil {
		w.settled(err)
		return fmt.Errorf("begin write: %w", err)
	}
	return nil
}

// next takes another waiting writer, nil when the group is full or nobody waits.
func (w *writer) next(end time.Time) *job {
	if w.lost != nil || len(w.members) == groupSize || time.Now().After(end) {
		return nil
	}
	for range 2 {
		select {
		case j := <-w.queue:
			w.members = append(w.members, j)
			return j
		default:
			runtime.Gosched() // those just answered may be about to ask again
		}
	}
	return nil
}

// turn runs one member inside its savepoint. The first needs none, since nobody's work would
// be undone with its own: SQLite then keeps no second copy of the pages that it changes.
func (w *writer) turn(j *job) {
	if j.err = j.ctx.Err(); j.err != nil {
		return
	}
	w.count.writes.Add(1)
	first := len(w.members) == 1
	if !first {
		if w.lost = w.conn.command("savepoint member"); w.lost != nil {
			return
		}
	}
	r := &run{on: w.conn, steady: true}
	j.err = r.end(j.call(r))
	if isLost(r.failed) {
		w.lost = r.failed
		return
	}
	failed := j.err != nil || j.panicked != nil
	switch {
	case !first:
		w.lost = w.leave(failed)
	case failed:
		if w.lost = w.conn.command("rollback"); w.lost == nil {
			w.lost = w.begin()
		}
	}
}

// leave ends the savepoint of a member.
func (w *writer) leave(failed bool) (err error) {
	if failed {
		err = w.conn.command("rollback to savepoint member")
	}
	if err == nil {
		err = w.conn.command("release savepoint member")
	}
	return err
}

func (j *job) call(r *run) (err error) {
	j.exited = true
	defer func() {
		if v := recover(); v != nil {
			j.panicked, j.exited = &panicked{v, debug.Stack()}, false
		}
	}()
	err = j.fn(r)
	j.exited = false
	return err
}

// panicked carries a panic to the goroutine of the caller, with the place where it began.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("%v\n\nin the writer:\n%s", p.value, p.stack) }

// Unwrap makes errors.Is see through to a value that is an error.
func (p *panicked) Unwrap() error { err, _ := p.value.(error); return err }

// commit makes the group durable, or forgets it together with the connection.
func (w *writer) commit() error {
	w.count.groups.Add(1)
	err := w.lost
	if err == nil {
		err = w.conn.command("commit")
	}
	if err == nil {
		return nil
	}
	w.count.failed.Add(1)
	if !w.settled(err) {
		return w.broken()
	}
	w.forget()
	return fmt.Errorf("commit: %w", err)
}

func (w *writer) forget() {
	if w.conn == nil {
		return
	}
	w.conn.command("rollback")
	w.conn.drop()
	w.conn = nil
}

func (w *writer) answer(err error) {
	if n := int64(len(w.members)); n > w.count.largest.Load() {
		w.count.largest.Store(n)
	}
	for _, j := range w.members {
		if err != nil {
			j.err = err
		}
		close(j.done)
	}
	clear(w.members)
}

var errAbandoned = errors.New("a function of the same group ended its goroutine")

// abandon answers the group that a function broke off.
func (w *writer) abandon() {
	w.forget()
	w.answer(errAbandoned)
}
