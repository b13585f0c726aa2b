package db

import (
	"context"
	"errors"
)

// What the writer keeps of the file in memory: usually, while much is written, and while
// much is sorted, when as much again holds what is being sorted.
const (
	usualCache = "cache_size = -8000"
	bulkCache  = "cache_size = -64000"
	sortCache  = "cache_size = -16000"
)

// Bulk says that much is about to be written, or that it is over: SQLite then keeps more
// pages in memory (64 MB) and copies them out of its log less often. Transactions stay as
// durable as they are. On PostgreSQL it does nothing.
func (d *DB) Bulk(ctx context.Context, on bool) error {
	l, ok := d.engine.(*lite)
	if !ok {
		return nil
	}
	pages, log := usualCache, int64(logPages)
	if on {
		pages, log = bulkCache, 12*logPages
	}
	l.w.log.most.Store(log)
	return l.w.tell(ctx, pages)
}

// sorting says that much is about to be sorted at once, or that it is over: SQLite then uses the
// disk for what does not fit into its cache, instead of memory without bound.
func (d *DB) sorting(ctx context.Context, on bool) error {
	l, ok := d.engine.(*lite)
	if !ok {
		return nil
	}
	if on {
		return errors.Join(l.w.tell(ctx, "temp_store = 1"), l.w.tell(ctx, sortCache))
	}
	cache := usualCache
	if l.w.log.most.Load() > logPages {
		cache = bulkCache
	}
	return errors.Join(l.w.tell(ctx, "temp_store = 2"), l.w.tell(ctx, cache))
}
