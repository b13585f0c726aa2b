// Package eval measures textreuse: it writes essays about an invented resolution, hides
// disguised copies in some of them and tells what is found again. Everything is made from
// a seed; no text of a real person is used.
package eval
