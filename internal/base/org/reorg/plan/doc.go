// Package plan is what a reorganisation does to a tree, worked out without touching it.
//
// A Tree is what stands on the first day of the new order; Make takes the steps one after
// the other on a copy of it and answers an Effect: units that begin, end, move and change,
// where the people go, and what every unit became. The dry run shows that Effect and the
// day itself carries out the same one. Units and people are only ever moved: as many stand
// there afterwards as before.
//
// Tables: none.
package plan
