// Package watch measures live boards: thousands of watchers over TLS, as browsers hold them,
// of the whole, of provinces and of single cells, while people are let in at the sites. It
// says how much memory the server takes and how long after its commit every record stood on
// every board.
package watch
