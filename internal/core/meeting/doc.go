// Package meeting is where people study together: conferences, classes for an audience,
// cell meetings, make-up meetings. There is one type with a kind and a mode; a meeting
// may treat several documents and be held at hundreds of linked sites at once, and is
// counted once, at the unit that organises it.
//
// The organiser's officers edit it; everybody above and below the organiser sees it.
//
// Tables: meeting, meeting_document, meeting_item, meeting_site, meeting_invite, meeting_delegate,
// meeting_touched (units to be added up anew).
package meeting
