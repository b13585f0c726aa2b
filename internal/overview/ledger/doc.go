// Package ledger is the ledger of study (sổ theo dõi học tập, R096) of every unit and every person for any
// year, made from the records: campaigns and documents, meetings, form, day, grade of evidence, make-up,
// essay, commended or criticised; on a page, as an official paper and as a sheet.
//
// Names of units and the tree are those of each campaign when it opened, so that a past year never changes.
// A unit's figures are for those who may read attendance there, names and people's ledgers for those who
// may read the people, and for oneself; every reading of others is told to the log. It owns no tables.
package ledger
