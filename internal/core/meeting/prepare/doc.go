// Package prepare is what happens at the sites of a meeting between its plan and the day:
// a checklist each site ticks (R008, R085), tests of the line, who supervises there (R083),
// sites brought in from a sheet, people who move to another site, and guests by name.
//
// The organiser edits everything; the host of a site, and whoever takes attendance there,
// tells how that site stands. Everybody above and below the organiser sees how ready it is;
// names of guests are for those who organise or take attendance.
//
// Tables: meeting_need, meeting_tick, meeting_trial, meeting_guest; with the meeting itself
// meeting_site and meeting_delegate.
package prepare
