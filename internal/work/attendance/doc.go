// Package attendance records who attended and how we know. One record is one person at one
// meeting; each person counts once for a document, by the best record; people who are not
// registered one by one are counted by head, as lượt, and never added to persons.
//
// Every observation is a scan and is kept under the key that its device made, whatever comes
// of it: it is its own log. Among the scans of one person at one meeting the best counts (the
// strongest evidence, then the earliest instant, then the lowest key), so that stations may
// send late, twice and in any order and the tables end the same; a scan overtaken later is
// relabelled and its record made void. Scanning twice is no error. Nothing is deleted.
//
// Take is the only way in. It waits in a bounded queue (lane.go) whose worker writes all that
// waits in one transaction (desk.go: what is asked; judge.go: what is decided; keep.go: what is
// written), with statements for all of it; a queue without room is a fault Busy. Meanwhile scout.go
// finds out whose codes wait, which never changes. The leaves are
// tallied in that transaction, and carried upward to the root within a second (fold.go).
//
// Ushers and secretaries take attendance at sites and for people in their scope; officers
// correct it. Tables: attendance_scan, attendance_record, attendance_absence,
// attendance_headcount, attendance_studied, attendance_number, attendance_tally, attendance_fold,
// attendance_pending, attendance_site.
package attendance
