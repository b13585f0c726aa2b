// Package secret makes what opens a door: long random secrets of which only the SHA-256 is
// stored, codes that people read from paper, and tickets that a browser carries for us but
// can neither read nor change.
package secret
