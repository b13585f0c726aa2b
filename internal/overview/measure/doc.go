// Package measure says what every figure of a report means: a named, versioned definition
// over records, with numerator, denominator, filters, rounding and what is counted. Each can
// be counted anew for any part of a frozen tree straight from the records. A change of
// meaning is a new version; what was sent keeps the version it was sent with.
//
// It also keeps what a campaign's frozen roster adds up to and its print (SHA-256), folded up
// the tree, so that a report can say of whom it speaks.
//
// Definitions are for everybody who reads reports; a figure is counted anew by whoever reads
// the reports of its unit.
//
// Tables: measure_fold.
package measure
