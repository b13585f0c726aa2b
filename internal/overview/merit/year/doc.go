// Package year makes evidence sheets for the annual classification of units and people (R134,
// R135): what was studied, how it is known, essays, duties done, what was commended and
// criticised, reports in time, what people confirmed when they were asked again. It gives
// evidence and never a class: no source says how many points studying is worth.
//
// It also checks the cap: those rated as excellent may be so many percent of those rated as
// good, in every group, the count of the good being the denominator and not that of everybody.
// The counts are typed by the officer and kept nowhere.
//
// A person's sheet is for whoever has access.PersonRead there, told to the log of readings, and
// for the person; a unit's for access.ReportRead. It has no tables.
package year
