// Package review is what a unit writes about a period: the answer to a periodic duty, or a
// preliminary or final review of its own (sơ kết, tổng kết; R104, R124). It puts the campaigns
// of the period side by side with figures computed from the records, both rates, what units
// declared and people counted by head each apart, and says strengths, shortcomings, causes,
// lessons and proposals (R103), with pieces of the reviews below and their source (room narrative).
// Sending it answers the duty; whoever receives it returns it with a remark or accepts it, and
// nobody accepts their own.
//
// Who writes reports of the unit writes and sends; who accepts the reports of the unit above
// decides. What is sent and what is accepted is sealed. What was accepted is amended only after the level above
// opened it with a reason, which the unit may ask it to: the sending after it is kept with its difference, sealed, counted, and accepted anew.
// Nobody above: what was sent is closed, one officer asks and another opens it.
//
// Tables: review, review_text, review_round, review_ask,
// review_reopen, review_amend, review_seal.
package review
