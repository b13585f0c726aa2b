// Package device is the browsers in which an account signed in. A browser keeps one secret for all
// its accounts; each account sees only its own. A kept device stays signed in (members) or is not
// asked for the second step again (everybody above). Its owner names it, sees when it was last
// used, and revokes it: the sessions opened there end at once.
//
// Of where a device is, nothing is kept but the name that its browser gives itself: a hall of three
// hundred people shares one address.
//
// Table: account_device; sessions are ended in account_session.
package device
