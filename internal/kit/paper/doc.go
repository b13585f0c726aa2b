// Package paper lays out official Vietnamese documents (reports, plans, letters and their appendices) as Word files:
// the Party format of Hướng dẫn 36-HD/VPTW and the administrative one of Nghị định 30/2020 (rules.md section 13).
//
// What a regulation or an office may change (margins, sizes, marks, fixed words) is data in a Form, which can be kept
// as JSON and laid over a default. What one document says is an Official. Write turns the two into a .docx; the same
// input always gives the same bytes. Text in any state may be given (see package word); nothing is looked up, and no
// clock is read: a date that is not known yet prints as a blank to be filled in by hand.
package paper
