// Package rollup folds what the records say up the frozen tree of a campaign: how many
// people belong to a unit's subtree, how many studied, in which form, and how each is
// known. It owns no tables, writes nothing, and is what reports and overviews stand on.
//
// Members are persons; people counted by head are lượt and never added to persons.
// Everything that is a rate keeps its numerator, denominator and rounding rule.
package rollup
