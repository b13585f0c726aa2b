// Package door is the code at the door: a site shows eight letters and a QR picture, half of
// which change every 15 seconds; a member's own phone answers with one tap, who has none types
// the personal code of the printed slip. No password, no place, no camera that looks at people,
// no limit by network address.
//
// The changing letters are an HMAC of the site's secret and the time, which the server keeps;
// the code on the screen and the one before are good. A personal code never says whose it is:
// neither does any answer to one.
//
// Every answer is kept with what came of it (attendance_answer) and goes through
// attendance.Take, which makes the record of the meeting; which sessions somebody came to, and
// when they left, is attendance_visit. When an answer counts is said in the server's time by
// When. What looks odd is told to attendance/lead.
//
// A phone keeps its owner's personal codes for two days, without a name (kept.go): they are what
// the printed slip is, and a station without a network reads them from a phone without one.
//
// Tables: attendance_door, attendance_day, attendance_answer, attendance_shared,
// attendance_visit. A phone is known under a key of the meeting only.
package door
