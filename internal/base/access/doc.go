// Package access answers one question: may this actor do this, here?
//
// A grant is a role at a unit for its whole subtree, from one civil date to another.
// Roles are sets of needs; a door names the need, a use case checks it on the unit it
// loaded, and every query over people or units takes a Scope, which only this package
// makes. What lies outside looks like not existing.
//
// Tables: access_grant.
package access
