// Package lead keeps what looks odd at the doors of a meeting, as something to be asked about
// and never as a judgement: one phone that answered for many people, a code of another site,
// the same person at two places, a code that was over. Every lead is one sentence with an
// innocent reading, is shown first to the unit that hosts the site, and is left to the unit's
// answer: nothing follows from it by itself. A phone that an usher lends to everybody is none.
//
// The rules are pure (Signs, Visible). The room of doors tells what was seen (Watch); whoever
// reads attendance at the host or above reads the leads, who takes attendance there answers.
//
// Table: attendance_lead.
package lead
