// Package batch is what imports of units and of people have in common: reading cells with
// a remark for each that is wrong, a verdict for every row of the file, and the sheet with
// the wrong rows that is sent back in the columns of the file.
//
// An import looks at the whole file before it writes anything. Rows that are wrong, or
// that only a person can decide, stop the whole file unless the operator asked for the
// good rows alone.
//
// Tables: none.
package batch
