package org

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
)

// Update writes the facts and days of a unit, not its parent. The caller has checked them.
// Fault: Conflict for a code that is taken.
func Update(ctx context.Context, tx db.Tx, u Unit) error {
	err := update(ctx, tx, u.tidy())
	if db.IsDuplicate(err) {
		return &fault.Error{Kind: fault.Conflict, Key: "org.code_taken", Field: "code"}
	}
	return err
}
