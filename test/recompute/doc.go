// Package recompute is a second program: it counts the figures of reports anew from the rows
// of people, records, meetings and headcounts, with statements and sums of its own. It asks
// nothing of the program's rooms; its test lets them send a thousand reports and finds no
// difference.
package recompute
