// Package photo keeps photographs and scanned minutes of a meeting or of one of its sites.
//
// Whoever keeps the meeting, or the site, attaches them and withdraws them with a reason; a row
// is never deleted. Everybody who sees the meeting sees its photographs; minutes are for those
// at or above the unit whose they are.
//
// A picture is decoded and drawn anew before it is kept, at most 1,600 pixels wide, turned as its
// camera meant it: whatever else the camera wrote (the place, the time, a serial number) is gone.
// In a PDF the same blocks are blanked where they lie open; nothing else of it is changed.
// Faces are neither looked for nor known.
//
// Two fingerprints tell that a photograph stands at another meeting as well: the SHA-256 of the
// bytes as they came, and what the picture looks like (Look), found by four indexes when it comes.
// The later of two that are alike is its twin; minutes are compared by their bytes alone, since all pages look
// alike. Elsewhere says which twins deserve a question.
//
// Tables: meeting_photo, meeting_photo_twin.
package photo
