// Package brief is the page of one unit in one campaign that a leader reads in a minute: what was
// ordered, both rates, how they are known, the time, what is missing, what is contested, the last
// campaigns, and three sentences made by rule. It prints on one sheet.
//
// It is for those who may read the campaign at the unit; it owns no tables and writes nothing.
package brief
