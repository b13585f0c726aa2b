// Package sheet reads xlsx and csv files that strangers upload and writes the
// ones we hand out. It streams in both directions: memory does not grow with
// the number of rows.
//
//	book, err := sheet.Open(name, file, size, sheet.Limits{})
//	table, err := book.Find([]sheet.Column{{Key: "name", Names: []string{"Họ và tên", "Full name"}, Required: true}})
//	for row, err := range table.Rows() { row.Number; row.Text("name"); row.Faults() }
//
// What a file is, is decided by its content, never by its name. A file that
// cannot be used answers an *Error, which unwraps to an Invalid fault whose word
// names row and column; nothing here panics or fills memory whatever is sent.
//
// Reading and writing xlsx is our own because excelize loads whole parts to
// know merged cells and styles (a 20 MB upload may then take a gigabyte) and
// writes five times slower; the tests use excelize to check both directions.
package sheet
