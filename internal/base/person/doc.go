// Package person is the rosters: who belongs where, since when, and who is exempt.
//
// A person may belong to several units and has one study home on any day
// (person_membership with study_home); today's stands in person.unit. An exemption is a
// dated record with its reason and the cell's resolution, never a yes or no on the person
// (R092, R094). Nobody is deleted: who leaves has a last day. Names are found without marks (package lookup) and ordered as
// Vietnamese names are, by given name, family name and what is between.
//
// Who may: access.PersonRead sees names within the scope, access.PersonEdit changes them;
// a transfer needs it at both ends.
//
// Tables: person, person_membership, person_exemption, person_word; person_import is written by intake.
package person
