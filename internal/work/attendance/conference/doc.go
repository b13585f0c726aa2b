// Package conference joins a meeting to the system it is held in: Zoom, VNPT, Viettel,
// BigBlueButton, … It keeps a link per site, shown to the invited alone, and brings in the
// list of those present that the system writes.
//
// Nothing of such a list counts before a person has looked at it: a display name is what
// somebody typed, so it proposes people and never records them by itself. What is confirmed
// during the meeting is E3, marked by whoever took attendance; afterwards it is E4, marked
// later, as every list is. A device that stands for a hall ("Điểm cầu xã mẫu 01 (62 người)")
// is a site and no person: its people are taken at its door, and it records nobody.
//
// Display names and addresses are kept for Stays, so that a doubt can still be looked into; then
// they are forgotten (Forget), and what was decided of each entry remains.
//
// Links are set by the organiser and the host; lists are brought in by those who take
// attendance at the site.
//
// Tables: attendance_link, attendance_conference, attendance_conference_row.
package conference
