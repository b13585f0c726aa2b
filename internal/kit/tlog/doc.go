// Package tlog speaks the formats of a transparency log: RFC 6962 trees, checkpoints
// (c2sp.org/tlog-checkpoint), cosignatures of witnesses (c2sp.org/tlog-cosignature) and what a
// witness is asked (c2sp.org/tlog-witness). It keeps nothing; trees are read through Hashes.
//
// Whoever holds one checkpoint of a log can be shown, without trusting who keeps the log, that
// a line stands in it and that nothing older was changed or left out since.
package tlog
