// Package proof keeps the log that cannot be changed unseen. A room that seals a row calls
// Append in the same transaction: the line holds a salted digest of what was sealed and no
// names. Within a second lines get their places, and the head of the log (size and root of a
// Merkle tree) is signed with the installation's key; other installations can sign it as
// witnesses. Whoever keeps one head on paper can later be shown that the log goes on from it.
//
// Everybody, signed in or not, may read heads and proofs; what was sealed is exported only to those who read the
// log of the whole installation. cmd/quantriet-verify checks an export without this program.
// Tables: proof_line, proof_hash, proof_head, proof_witness, proof_cosignature, proof_origin.
package proof
