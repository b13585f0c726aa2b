// Package board shows a meeting, or all meetings of a campaign on one day, while people
// arrive: how many by each grade of evidence, lượt apart, which sites receive, which are
// silent, and whose numbers are missing; for a unit and one level below it, at every level.
//
// What is shown is read from attendance_site, which is kept with every record, once a second
// for all who watch, whatever they watch of it. The room owns no tables and writes nothing.
// No person is named. An actor sees sites hosted in the own scope; the organiser's officers
// and those above see the whole meeting.
package board
