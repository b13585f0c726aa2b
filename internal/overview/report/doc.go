// Package report is what a unit sends up: figures filled in from the records, each with
// how it is known, and a few paragraphs. What records say is never typed over: it is mended
// in the records. What the unit says itself stands in a column of its own, with its ground and
// its "hơn" or "gần", is added up to the top there and never mixed with evidence. Parts that do
// not add up keep the report from being marked verified (R101, R102).
//
// The unit's officers answer the questions that are asked, edit and send; officers of the unit
// directly above return it with remarks on single figures and sections, or accept it (four eyes:
// nobody what they had a hand in). An accepted report is locked through every door. It is opened
// again by the level above at the unit's request, and sent as an amendment with reason and
// difference; how often that happened travels up. Each of these steps has its line in the sealed
// log, written in the same transaction.
//
// Tables: report, report_figure, report_study, report_text, report_event, report_seal,
// report_version, report_remark, report_answer, report_reopen.
package report
