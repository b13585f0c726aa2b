// Package grant is who may do what, where and till when: rights given and taken, posts and
// their holders, acting for a holder, passing on a part of one's own, and the page of a unit
// that says all of it for a chosen day.
//
// Nobody gives rights to oneself, except in the days of the first set-up; nobody gives the
// right of those days at all. What is taken ends at once: the sessions, tokens and running
// requests of that account, and of those to whom a part was passed on. A unit that a move
// brought below a grant is covered by it only after a keeper has confirmed it (Confirm).
//
// Grants, posts and notices of ending are stored by access. Kept by access.AccountEdit; a
// part of one's own is passed on by whoever holds it; a unit's page is read by those who see
// its people or keep its accounts.
package grant
