// Package web is the door: it turns a request into an actor and a call, and a fault
// into a page or a problem document. Rooms describe their routes in a table; the
// pattern, the need and the handler stand on one line. They never touch a mux.
//
// Pages are guarded against cross-origin posts by the standard library, carry a strict
// Content-Security-Policy and are never cached. The JSON API under /api/v1 takes a
// bearer token or the session of the same origin.
package web
