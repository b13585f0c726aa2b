// Package contest lets a member see every figure in which he or she is counted, and contest
// it in three taps: the figure, what is wrong, send.
//
// The record behind the figure is contested, never the number: whoever decides sits in the unit
// above the one whose record it is (above the organiser's, when a unit higher up held the meeting), and an upheld contest asks
// for the record to be put right; that it was is checked against the record before the contest is closed.
// Until then the figure is marked on every report that counts it (Marked).
//
// Who decides sees who contests. The unit and those it belongs to see the figure and what is said to be
// wrong, and neither name nor own words before the member allows it. One open contest for a person and a figure:
// sending it again answers as the first. At most Most are open at once, and what was rejected
// can be contested again only when the record has changed.
//
// Each step has its line in the log (contest.open, contest.decide, contest.mend), with the person and
// the words as salted hashes. Table: contest.
package contest
