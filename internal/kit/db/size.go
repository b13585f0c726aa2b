package db

import "context"

// Size is how many bytes the database takes, and what it promises of a commit, in words for
// people who compare measurements.
func (d *DB) Size(ctx context.Context) (bytes int64, durability string, err error) {
	query := `select page_count * page_size, 'WAL, synchronous FULL' from pragma_page_count(), pragma_page_size()`
	if d.Engine() == Postgres {
		query = `select pg_database_size(current_database()), 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')`
	}
	err = d.Read(ctx, func(tx Tx) error { return tx.QueryRowContext(ctx, query).Scan(&bytes, &durability) })
	return bytes, durability, err
}
