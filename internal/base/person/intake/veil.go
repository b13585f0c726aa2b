package intake

import (
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/sheet"
)

// veil hides the identity and phone numbers of a roster from everything that reads it, but for the
// import, which seals them.
func (s Sheet) veil(t *sheet.Table) {
	if s.Kind == People {
		t.Veil(secret.Header, secret.Left, secret.Keys...)
	}
}

// bare refuses a reading of hidden columns as something else. Fault: Invalid.
func bare(t *sheet.Table) error {
	if col, head := t.Asked(); col > 0 {
		return fault.At(field("col", col), "intake.sealed_column", "column", head)
	}
	return nil
}
