package sheet

import (
	"embed"
	"fmt"
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/words"
)

//go:embed words/*.json
var files embed.FS

var _ = words.Load(files)

// The codes of Error; each has a word "sheet.<code>".
const (
	Empty       = "empty"            // no cell holds anything
	NotASheet   = "not_a_sheet"      // pdf, picture, docx, html …
	OldFormat   = "old_format"       // xls of before 2007
	Encrypted   = "encrypted"        // needs a password
	Broken      = "broken"           // damaged or cut off
	TooBig      = "too_big"          // compressed, unpacked or suspiciously well packed
	TooManyRows = "too_many_rows"    //
	TooManyCols = "too_many_columns" //
	Encoding    = "encoding"         // csv that is neither UTF-8 nor UTF-16
	OpenQuote   = "open_quote"       // csv quote without its end
	NoHeader    = "no_header"        // no row looks like the header
	NoColumn    = "missing_columns"  // Names says which
	TwoColumns  = "duplicate_column" // two columns with the same header
	// of single cells, in Row.Faults:
	TooLong  = "too_long"     // over 32,767 characters
	Controls = "control_text" // NUL and the like
	Formula  = "formula"      // #REF!, #N/A … or a formula that was never calculated
	Merged   = "merged"       // hidden under a merged area; the value stands in its first cell
)

// Error says what is wrong with a file or a cell. Row and Col count from 1 as a
// spreadsheet shows them; 0 means not known or the whole file.
type Error struct {
	Code     string
	Row, Col int
	Names    []string // headers concerned
}

func (e *Error) Error() string {
	s := "sheet: " + e.Code
	if e.Row > 0 {
		s += " at " + e.Cell()
	}
	if len(e.Names) > 0 {
		s += fmt.Sprintf(" %q", e.Names)
	}
	return s
}

// Cell names the place as users do: "C12", "row 12" without a column is "12".
func (e *Error) Cell() string {
	if e.Row == 0 {
		return Letter(e.Col)
	}
	return fmt.Sprintf("%s%d", Letter(e.Col), e.Row)
}

// Key is the word key; placeholders cell, row, col and names.
func (e *Error) Key() string { return "sheet." + e.Code }

// Unwrap makes every Error an Invalid fault with Key.
func (e *Error) Unwrap() error {
	return fault.New(fault.Invalid, e.Key(), "cell", e.Cell(), "row", e.Row, "col", Letter(e.Col), "names", strings.Join(e.Names, ", "))
}

func broken(row, col int) *Error { return &Error{Code: Broken, Row: row, Col: col} }

// Letter is the name of column n, counted from 1: 1 → A, 28 → AB; "" for 0.
func Letter(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}
