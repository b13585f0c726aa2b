// Package honesty says which figures deserve a second look, and why, in one sentence with its
// numbers. It never says that somebody lied: each lead has an innocent reading beside it, is
// asked of the unit first, and is settled by an officer above with a note.
//
// # The model
//
// A check computes p, the chance that an honest unit like its siblings would show what this
// one shows, or something stronger. Its weight is −log10 p, at most 6: three means one in a
// thousand. Only weights from 3 up make a lead, so that a unit is not troubled by chance, and
// the weights of a unit are added up to say in which order to look.
//
//   - Shares (studied, marked late, in bulk) follow a beta-binomial law fitted to the siblings
//     without the unit itself; while siblings are few it is drawn to a wide law that flags
//     nearly nothing. The smaller the unit, the larger p: a cell of nine at 100 % is no lead.
//   - Rare counts (seen at two places, left and came back) follow a negative binomial law
//     with the siblings' rate, never below a floor.
//   - Endings 0 and 5 and figures repeated from the last campaign follow a binomial law with
//     the siblings' rate, never below one in five or one in twelve.
//   - More records than heads counted in a hall are measured against an error of counting of
//     3 % and two people.
//   - Photographs sent before for another meeting follow a binomial law with a rate of one in
//     100,000 for the same bytes (a file chosen by mistake), and one in 10,000 for nearly the same
//     picture (one rostrum from one chair): one among ten is a lead, one near match among a
//     hundred is not.
//   - A sum that does not hold has no chance to be computed: it is always a lead, with weight 4, or
//     2 when it is out by no more than a twentieth.
//   - Late marks and marks in bulk are one observation: the heavier counts.
//   - What was seen by codes at the door speaks for itself: a full house known by E1 and E2
//     alone weighs two fifths.
//
// A sibling counts as one when its report is in, or, at a level that owes none, when somebody
// there has studied; a unit that has not begun says nothing about the others.
//
// The verification factor is what back-checks confirmed ÷ asked and closed (who skips did not
// confirm), with Wilson's 95 % interval. It is shown from five people up, and never so that
// a hidden unit's answers could be had by subtraction.
//
// Photographs of meetings are compared with every earlier one of the house (core/meeting/photo).
// Whose was sent first is not asked: it is the later one that needs a word. Sites of one meeting,
// meetings of one unit on one day, and one place at the same hours are no lead.
//
// Officers who read reports at a unit see the leads of the units directly below it, sorted by
// verification factor or by timeliness, never by attendance. A unit sees what was asked of it
// and answers; nobody sees a sibling's. The level above marks a lead seen, asked or settled.
//
// A lead is sealed in the log whenever it is marked or answered, step by step, so that it cannot vanish or be
// settled silently; the log holds no names.
//
// Tables: honesty_lead, honesty_step, honesty_fact. It reads report, report_answer, attendance_*, campaign_*,
// person_membership, person_exemption, meeting_photo and (by recheck) recheck_person.
package honesty
