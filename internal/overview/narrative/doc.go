// Package narrative carries the words of reports, on campaigns and of periods (reviews). What one
// below says is cut into pieces; the officer above finds one, takes it into a section of his own as
// a quotation or in own words, and the mark "[T1]" he leaves there leads to its source for good: which unit's
// report, which sending, which paragraph, and what became of it since (R103).
//
// It also compares a report sentence by sentence with last time's of the same unit and with
// the neighbours' that were sent earlier. Set phrases of such papers and what is quoted, from a
// resolution or with its source, are left out as they are for essays. A sentence found is a
// question to its unit, not a verdict: it says from where and how much. Last time is the campaign
// that began last before, or the period that ended last before; of a merged unit it is what the
// units wrote that it came out of. A review takes from those below of a part of its period, and is
// compared with those beside of the same kind and period.
//
// Pieces are for whoever may edit the report that they are taken into; what was found is for
// whoever may read the report, and the neighbour's own words only for whoever may read that.
//
// Tables: narrative_quote, narrative_compared, narrative_alike.
package narrative
