// Package report is what a unit sends up: figures filled in from the records, each with
// how it is known, and a few paragraphs. A figure may be changed only with a reason and
// stays marked; what has no record behind it is declared, stands apart to the last print
// and is never mixed with evidence. Parts that do not add up keep the report from being
// marked verified (R101, R102).
//
// The unit's officers edit and send; officers of the unit directly above return it with a
// remark or accept it; an accepted report is closed.
//
// Tables: report, report_figure, report_study, report_text, report_event.
package report
