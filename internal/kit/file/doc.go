// Package file decides which uploads are taken and keeps them on disk by their content.
//
// What a file is, is told by its bytes, never by its name. Taken are PDF, Word, Excel and
// PowerPoint files without macros, pictures and plain text. Refused, each with a sentence
// that says what to do: programs, pages (HTML, SVG), locked and broken files, and files
// that visibly carry a stamp of secrecy (rules section 10). The stamp is looked for in the
// text of Office files, of plain text and, as far as that goes without a whole PDF reader,
// of PDF; a scanned page shows none, which is why people are still warned.
//
// Everything is checked in memory: what is refused never touches the disk. Archives are
// never unpacked, only single parts of them are read, within strict bounds.
package file
