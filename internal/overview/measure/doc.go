// Package measure says what every figure of a report means: a named, versioned definition
// over records, with numerator, denominator, filters, rounding and what is counted. Each can
// be counted anew for any part of a frozen tree straight from the records. A change of
// meaning is a new version; what was sent keeps the version it was sent with.
//
// It also keeps what a campaign's frozen roster adds up to and its print (SHA-256), folded up
// the tree, so that a report can say of whom it speaks.
//
// In the same way it adds up what units held (meetings, people counted by head, the noted absent);
// what changes later is noted in meeting_touched, carried upward here, and until then counted anew by
// who reads (rollup), so that the page of a nation is made in milliseconds and never stale.
//
// A unit that orders others adds columns of its own for a campaign: figures that those below
// declare in their reports, with their ground.
//
// Definitions are for everybody who reads reports; a figure is counted anew by whoever reads
// the reports of its unit; columns are added and closed by whoever accepts reports for the unit
// that orders them.
//
// Tables: measure_build, measure_column, measure_fold, measure_held.
package measure
