// Package textreuse finds copied passages.
package textreuse
