// Package morning invents a conference at many sites for measurements and for tests that
// break things: one country of cells with as many people each, one site for every cell,
// an usher with a token at each of them, and as many meetings as are to be measured, each on a
// document of its own so that one does not depend on the other. Every id, token and code is computed
// from its place, so that a load generator keeps nothing in memory and a test can tell
// whom a row speaks of. People are "Đảng viên mẫu 1", "Đảng viên mẫu 2", …
package morning
