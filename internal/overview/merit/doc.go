// Package merit is what follows a campaign: proposals to commend or to criticise a unit or one
// of its people (R132, R133). An officer proposes; the program lists candidates, but only from
// what the records say, each with the sentence why, in both directions, and in the order of the
// tree: nobody is ranked, and least of all by how many attended.
//
// Whoever is concerned may answer before the decision; a criticism waits seven days for it. The
// level above decides with a reason, and neither who proposed nor who answered does. What was
// proposed, answered and decided is sealed; of a proposal about a person the log has only salted
// hashes of whom and of what was said, since its readers may not see people. The person concerned
// sees all of it.
//
// Propose: access.ReportEdit at the unit or above. Answer: the person, or an officer of the unit
// itself. Decide: access.ReportAccept at the decider. Names of others: access.PersonRead, told to
// the log of readings.
//
// Tables: merit, merit_evidence.
package merit
