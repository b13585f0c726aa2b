// Package ledger is what is learned from the record after a meeting (R096): who was expected,
// came, came late, left early, was excused and why, came to a make-up; the printed ledger and
// the sign-in sheet as official papers; what a member and a unit did over a year.
//
// Figures are for everybody above, at or below the organiser; names for those who may read
// them, and each reading of names is told to the log.
//
// It writes nothing: no tables.
package ledger
