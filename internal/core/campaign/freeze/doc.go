// Package freeze copies the tree and the roster of a campaign's first day, piece by piece,
// so that nobody else waits longer than for one piece, however large the country is.
//
// The rule of one moment: the tree is numbered from one snapshot; the roster holds the people
// known when the order was given (ids are in the order of making), each taken exactly once,
// in the order of ids, with the study home, exemption and position that the record has for
// the first day when the turn comes. Whoever moves meanwhile stands in one place, never in
// two or none; a move dated after the first day changes nothing at all.
//
// Each piece moves the mark in campaign_opening in its own transaction, so that a killed
// program goes on where it stopped. Until the row is gone the campaign is a draft to
// everybody else.
package freeze
