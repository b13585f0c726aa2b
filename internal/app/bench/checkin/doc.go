// Package checkin measures the morning itself: how many people an installation lets in a second, how
// long each waits, what it does with three times as many, and that afterwards every one who was
// answered stands in the database exactly once.
//
// The server is a second process of the same program, over TLS; PostgreSQL can be a temporary
// primary with a synchronous standby and several servers before it. The generator of the load
// shares the machine, so it writes HTTP/1.1 by hand: one request at a time on each of many lasting
// connections, bodies put together in place, answers counted, not decoded.
package checkin
