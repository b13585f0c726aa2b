// Package measure says what every figure of a report means: a named, versioned definition
// over records, with numerator, denominator, filters, rounding and what is counted. Each can
// be counted anew for any part of a frozen tree straight from the records. A change of
// meaning is a new version; what was sent keeps the version it was sent with.
//
// It also keeps what a campaign's frozen roster adds up to and its print (SHA-256), folded up
// the tree, so that a report can say of whom it speaks.
//
// A unit that orders others adds columns of its own for a campaign: figures that those below
// declare in their reports, with their ground.
//
// Definitions are for everybody who reads reports; a figure is counted anew by whoever reads
// the reports of its unit; columns are added and closed by whoever accepts reports for the unit
// that orders them.
//
// Tables: measure_column, measure_fold.
package measure
