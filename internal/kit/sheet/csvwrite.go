package sheet

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// CSV writes rows with commas, CRLF and a byte order mark, so that Excel reads
// Vietnamese. A cell that a spreadsheet would run as a formula gets a leading
// apostrophe, which reading takes off again; plain numbers stay as they are.
type CSV struct {
	w     *csv.Writer
	begun bool
	out   io.Writer
}

func NewCSV(w io.Writer) *CSV {
	c := &CSV{w: csv.NewWriter(w), out: w}
	c.w.UseCRLF = true
	return c
}

func (c *CSV) Row(cells ...string) error {
	if !c.begun {
		c.begun = true
		if _, err := io.WriteString(c.out, "\ufeff"); err != nil {
			return err
		}
	}
	safe := make([]string, len(cells))
	for i, s := range cells {
		safe[i] = Guard(s)
	}
	return c.w.Write(safe)
}

// Close writes what is left; it does not close the writer below.
func (c *CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

var realNumber = regexp.MustCompile(`^[+-]?\d+([.,]\d+)*%?$`)

// Guard puts an apostrophe before text that a spreadsheet would take for a formula.
func Guard(s string) string {
	if runs(s) && !realNumber.MatchString(s) {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && runs(rest) {
		return rest
	}
	return s
}

// runs looks through apostrophes, so that Guard and unguard undo each other.
func runs(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0
}
