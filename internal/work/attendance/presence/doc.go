// Package presence is a code that is called out once or twice while a session goes on: on the
// screens and by voice. Who is there answers with one tap, or at the usher's table with the
// printed slip.
//
// It is shown as totals only. Of an answer is kept that it came, at which site, and a mark that
// keeps a second one from counting: the person's number under a key that is thrown away when
// the time is over, so that the marks lead back to nobody, not even for the keeper of the
// machine. A site with few answers is not shown by itself. Nothing of it enters a record.
//
// The monitor starts a code, or the moment is drawn: from a seed whose SHA-256 is shown
// beforehand and which is shown itself when the code is over, so that everybody can check that
// nobody chose the moment.
//
// Tables: attendance_presence, attendance_present, attendance_presence_site.
package presence
