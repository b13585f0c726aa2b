package db

import "context"

// Bulk says that much is about to be written, or that it is over: SQLite then keeps more
// pages in memory (96 MB) and copies them out of its log less often. Transactions stay as
// durable as they are. On PostgreSQL it does nothing.
func (d *DB) Bulk(ctx context.Context, on bool) error {
	l, ok := d.engine.(*lite)
	if !ok {
		return nil
	}
	pages, log := "cache_size = -8000", int64(logPages)
	if on {
		pages, log = "cache_size = -96000", 12*logPages
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
		return l.w.tell(ctx, "temp_store = 1")
	}
	return l.w.tell(ctx, "temp_store = 2")
}
