// Package intake is the way sheets come in: upload, dry run with a verdict for every row,
// confirm, result. Between dry run and confirmation the sheet waits in a table for a day,
// so that confirming needs no second upload and confirming twice does no harm: rows that
// are in already are the same.
//
// Who may: access.PersonEdit for people, access.UnitEdit for units; a sheet is seen by
// the account that sent it and nobody else.
//
// Both kinds come in piece by piece, go on after a kill, and are taken back as a whole: people
// who were touched since stay and are listed; units are taken back only while nothing hangs on them.
//
// Tables: person_import and what begins with it.
package intake
