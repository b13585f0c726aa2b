// Package secret keeps the numbers of people that are sealed: identity (căn cước) and phone.
//
// Both may be missing. They lie encrypted (kit/seal), are shown as their last four digits,
// and are found by the whole number alone, through a keyed hash. Opening somebody else's
// needs a purpose and is written to the log with who looked; no log and no change record
// ever holds the numbers themselves.
//
// Who may: access.PersonRead opens within the scope, access.PersonEdit changes; everybody
// sees their own.
//
// Table: person_secret.
package secret
