// Package dashboard is what people see first: the page of a campaign for any unit of its
// frozen tree, the first screen of each role, and the search. It owns no tables and writes
// nothing.
//
// The campaign's page is for those who may read campaigns at that unit or above it: nobody
// sees the figures of a sibling. What it asks to look at again is a lead with its two
// numbers and an innocent reading, never a verdict.
package dashboard
