// Package trail lets everybody follow their own record up to the figure at the top. When the
// report of a campaign's top unit, or of a unit directly below it, is sent, a Merkle sum tree
// over the frozen tree is sealed in the same transaction, made ready before it on a snapshot
// (Around): a leaf for each person and document, which commits to what the person is counted as
// under a salt that nobody can guess; a node for each unit, whose counts are those of its parts
// added up and stand in its hash. The root is sealed as trail.root, so that it stands in the log
// of the installation (base/proof).
//
// A person sees only their own way: at each step the figure of the unit, and in a file for
// quantriet-verify the hashes beside it. Leaves of a unit stand in the order of their hashes,
// so that a place says nothing about who stands beside. Names of people are nowhere.
// Tables: trail, trail_sum.
package trail
