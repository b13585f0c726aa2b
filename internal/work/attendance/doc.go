// Package attendance records who attended and how we know. One record is one person at one
// meeting; each person counts once for a document, by the best record; people who are not
// registered one by one are counted by head, as lượt, and never added to persons.
//
// Every record says its grade of evidence, who made it and when. Scanning twice is no
// error. Nothing is deleted: a wrong record is made void with a reason.
//
// Ushers and secretaries take attendance at sites and for people in their scope; officers
// correct it. Tables: attendance_record, attendance_absence, attendance_headcount,
// attendance_studied, attendance_tally.
package attendance
