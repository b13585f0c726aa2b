// Package audit keeps who did what, when and why, and who read whose personal data. Both are
// written before anything is answered: a change in its own transaction (Write), so that
// neither stands without the other; a reading (Look) in the transaction that reads, or, for
// lists and exports, in one that is durable before the first byte leaves, so that a long list
// keeps no writer waiting and yet nobody reads unseen.
//
// Tables: audit_entry, audit_look, audit_looked. The log is read within the scope of access.AuditRead; what
// changed and whose record was read only with access.AuditContent, which auditors lack. Everybody
// sees who read the own record.
package audit
