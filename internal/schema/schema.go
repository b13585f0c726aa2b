// Package schema holds the migrations: one numbered file per room and change, in the
// SQL both engines share. The first line names the owning package, the only one that
// may write those tables. Never edit a file that has been released.
package schema

import "embed"

// Files are applied in name order at start.
//
//go:embed *.sql
var Files embed.FS
