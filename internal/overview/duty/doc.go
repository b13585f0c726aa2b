// Package duty is who owes a report, until when, and who keeps the time (R100, R104). A
// duty is a campaign's own report, whose deadlines the campaign gives, or a periodic one
// that a unit orders from the levels below it for a month, quarter, half year, year, half
// term or term. The first complete sending decides whether it was in time; what is done to
// the report afterwards does not change that. After its days of grace a report may be
// frozen: then the level above must open it again, for a reason.
//
// Who reads reports of a unit sees its duties and those of the units below it, added up;
// who accepts the reports of the units below orders periodic ones and opens frozen ones;
// who owns the campaign sets its grace.
//
// Tables: duty, duty_level, duty_unit, duty_campaign, duty_reopen.
package duty
