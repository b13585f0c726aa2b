// Package marking is where essays are read and judged: a queue by unit, a rubric, remarks in the
// text, the author hidden until the mark is given, a second blind marker for a random share, a
// third where the two differ too much, return for rewriting, results and the author's word on
// them; a mark anew by another once a contest of a released result was upheld;
// and what comes of it: totals down the tree, contributions to the action programme, lists.
//
// Those who mark do so for units in their scope, never their own essay. The tables are the
// essay room's.
package marking
