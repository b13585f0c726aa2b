package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"

	lib "modernc.org/sqlite/lib"

	"quantriet/internal/kit/fault"
)

// SQLite would copy pages out of its log by itself and keep silent when that fails. So the writer
// does it, after it has answered a group, and hears of it.

// logPages is how many pages the log holds before they are copied out.
const logPages = 2000

// journal is what the writer knows of the log.
type journal struct {
	most  atomic.Int64 // pages in it before they are copied out; 0: logPages
	last  int64        // how many there were when that was last tried
	begun bool         // what an earlier process left is copied
}

// errBroken: an fsync failed. What the system still holds in memory may never reach the disk
// although later calls succeed, so nobody is told "kept" again before a restart, which reads the log
// anew and writes its pages once more.
var errBroken = fault.New(fault.Busy, "db.broken")

// broken is an error once the disk has failed to keep what was written.
func (w *writer) broken() error {
	if err := w.refuses.Load(); err != nil {
		return *err
	}
	return nil
}

// settled is false when an error says that the disk broke its word: from then on the writer refuses.
// Its connection stays as it is, for closing the last one copies the log and deletes it.
func (w *writer) settled(err error) bool {
	code := sqliteCode(err)
	if code != lib.SQLITE_IOERR_FSYNC && code != lib.SQLITE_IOERR_DIR_FSYNC {
		return true
	}
	err = fmt.Errorf("%w: %w", errBroken, err)
	if w.refuses.CompareAndSwap(nil, &err) {
		slog.Error("the disk failed to keep what was written: nothing is accepted before a restart", "err", err)
	}
	return false
}

// tidy copies pages out of a long log. With readers that hold it back it tries again when the log
// has grown by a quarter. After the first group, which proves that the file is ours, it copies what an
// earlier process left: pages of it that the disk never got would break the chain in the middle of
// what is written from now on.
func (w *writer) tidy() {
	if w.conn == nil || w.broken() != nil {
		return
	}
	most := w.log.most.Load()
	if most == 0 {
		most = logPages
	}
	if !w.log.begun {
		w.log.begun = true
		w.copy()
		return
	}
	log, done, err := w.checkpoint("noop")
	if log < w.log.last {
		w.log.last = 0 // begun anew
	}
	if err != nil || log-done < most || w.log.last > 0 && log < w.log.last+most/4 {
		return
	}
	w.log.last = log
	w.copy()
}

func (w *writer) copy() {
	if _, _, err := w.checkpoint("passive"); err != nil && w.settled(err) {
		slog.Warn("copying the log", "err", err)
	}
}

// checkpoint says how many pages the log has and how many of them are copied.
func (w *writer) checkpoint(mode string) (log, done int64, err error) {
	rows, err := w.conn.QueryContext(context.Background(), "pragma wal_checkpoint("+mode+")")
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	var busy int64
	if rows.Next() {
		err = rows.Scan(&busy, &log, &done)
	}
	return log, done, errors.Join(err, rows.Err())
}
