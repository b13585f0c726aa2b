// Package seal encrypts what must not be read from a copy of the database alone, and makes
// keyed hashes by which it is found again without being opened.
//
// The keys live in one file beside the data, readable by its owner only, made when the
// program first starts. It holds lines "seal <id> <base64>" and one "find <id> <base64>";
// the last seal line is used for what is sealed from now on, older ones still open what they
// sealed, so a key is changed by adding a line. Without the file nothing sealed can be read:
// it is kept apart from copies of the database, and every machine of an installation has
// the same one.
package seal
