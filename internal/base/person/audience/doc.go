// Package audience answers who is meant: a query over tree, position and attributes that is
// kept under a name, read back as a sentence, counted while it is being written, and copied
// into a campaign that opens.
//
// One function compiles a query to SQL, one decides a single row; a test holds them equal.
// Groups outside the rosters, such as union members, are named only: they are counted by
// head, never as persons. A query belongs to a unit and may be used by every unit below;
// officers of the unit write it.
//
// Tables: person_audience.
package audience
