// Package word writes WordprocessingML (.docx) from plain data: sections of paragraphs and tables, with page
// headers and footers and PNG pictures. It knows the file format and nothing of official documents.
//
// Lengths are twips (1/1440 inch, 20 to a point) and font sizes half-points, as in the format itself; MM and Pt
// convert. Any text may be given: it is put into NFC, invalid UTF-8 shows as U+FFFD and characters that XML cannot
// hold are dropped. "\n" is a line break, "\t" a tab. The same data always gives the same bytes.
package word
