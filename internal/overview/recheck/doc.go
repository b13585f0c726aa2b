// Package recheck asks again, after a report was sealed, some of those whom it counts: a draw
// that nobody can predict, skip or repeat, three short questions, and totals.
//
// When a report is sent, the program commits to a secret and to the lists of people (each unit directly
// below is a stratum) by a line in the log (recheck.commit). When the report is accepted (the
// owner's: sent), the root of the first head that covers both lines decides with the secret who is asked
// (recheck.draw), and ten days later the secret is shown (recheck.reveal), so that anybody with
// the export computes the draw anew. Draw, Ask and Weigh are pure. There is one draw for a
// version of a report; a closed report without its draw after a day is said on
// /campaigns/{campaign}/recheck and by quantriet-verify.
//
// Whoever holds the server and the secret could try out heads before one is signed. So the witnesses that are
// sent our heads are named in the commitment, and what each signs of the head that decides is drawn by as well: the
// log asks them for that head before any later one, and they sign a size once. Who has not signed six hours
// after the head is left out, and the draw says so. Without witnesses the root alone decides.
//
// Versions are found by the lines that sent or closed them, so that one which was opened again a moment later
// is drawn from all the same.
//
// Lists and people are written in pieces, so that nobody else who writes waits for a province; a draw is
// unseen until its last piece, with which its line is sealed. Reports sent since the last look are found by their
// lines in the log; every ten minutes all are looked at.
//
// Every stratum is asked at the first sealed report of each year, flagged ones at every one and more
// of their people, the others by lot. Who does not answer in time, or does not remember, is not
// confirmed. Nobody ever sees what one person said: totals of fewer than Least answers are
// not shown, totals by stratum only to those who accept the report. An answer is its own log; it is
// not told to the audit, which people of the unit read.
//
// Tables: recheck_draw, recheck_stratum, recheck_person.
package recheck
