// Package bench measures and prints what it measured and under which conditions. It is for
// the keeper of a machine who wants to know, and for the tables of a release; no test waits
// for its figures.
package bench
