// Package audit keeps who did what, when and why. The entry is written in the
// transaction of the change, so that neither stands without the other.
//
// Table: audit_entry. Read by administrators and inspectors within their scope.
package audit
