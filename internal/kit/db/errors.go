package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"quantriet/internal/kit/fault"
)

// IsDuplicate reports that a unique index or primary key refused a row.
func IsDuplicate(err error) bool {
	switch sqliteCode(err) {
	case lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_ROWID:
		return true
	}
	return pgCode(err) == "23505"
}

// IsReference reports that a foreign key refused a change.
func IsReference(err error) bool {
	return sqliteCode(err) == lib.SQLITE_CONSTRAINT_FOREIGNKEY || pgCode(err) == "23503"
}

// isCollision: the transaction is sound but must run again.
func isCollision(err error) bool {
	code := pgCode(err)
	return code == "40001" || code == "40P01" // serialization failure, deadlock
}

// isLost: SQLite may have rolled back the whole transaction by itself.
func isLost(err error) bool {
	switch sqliteCode(err) & 0xff {
	case lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_NOMEM, lib.SQLITE_BUSY,
		lib.SQLITE_INTERRUPT, lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return true
	}
	return false
}

// errBusy: others kept the database to themselves for too long.
var errBusy = fault.New(fault.TooMany, "db.busy")

// isBusy: another program is writing.
func isBusy(err error) bool { return sqliteCode(err)&0xff == lib.SQLITE_BUSY }

// isBadText: PostgreSQL met text that is not UTF-8 or holds NUL.
func isBadText(err error) bool { return pgCode(err) == "22021" }

func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

func pgCode(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}
