// Package uitest holds what tests of pages need and the product never serves.
package uitest

import _ "embed"

// Axe is axe-core 4.14.1 (MPL 2.0, LICENSE-axe-core.txt), to be evaluated in a page.
//
//go:embed axe.min.js
var Axe []byte
