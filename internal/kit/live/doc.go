// Package live shows something that changes to many people at once, by server-sent events.
//
// Whoever watches has a topic: what is shown and how. Topics belong to a subject, whose
// state is loaded at most once in Every for all of them together; each topic is then drawn
// once, and its bytes (plain and compressed) are shared by all its viewers. A viewer hears
// a topic's newest drawing or nothing: who is slow misses what lay between, and holds up
// nobody. So the work does not depend on how many things happen, and hardly on how many
// people watch.
//
// A subject is loaded when it was told to have changed, and after Safe in any case, so that
// a lost word costs no more than that. Loading takes at most a third of the time.
package live
