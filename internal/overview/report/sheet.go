package report

import "io"

// Being written by the one who left NOTE.txt.
func (v View) writeXLSX(w io.Writer) error { return nil }
func (v View) writeCSV(w io.Writer) error  { return nil }
