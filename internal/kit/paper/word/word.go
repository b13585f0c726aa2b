package word

import "math"

// Align is the horizontal alignment of a paragraph; the empty value is left.
type Align string

const (
	Left    Align = ""
	Centre  Align = "center"
	Right   Align = "right"
	Justify Align = "both"
)

// Document is a whole file. Size is the default font size in half-points.
type Document struct {
	Title, Creator string
	Font           string
	Size           int
	Sections       []Section
}

// Section is a run of pages of one shape. Sections follow each other on new pages; page numbers continue.
type Section struct {
	Width, Height            int // of the sheet as held by the reader; wider than high is landscape
	Top, Bottom, Left, Right int
	HeaderAt, FooterAt       int // distance from the edge of the sheet
	Header, Footer           []Node
	BareFirst                bool // the first page carries no Header
	Body                     []Node
}

// Node is a Paragraph or a Table.
type Node interface{ write(*printer) }

// Paragraph is one paragraph. Line is in 240ths of a line (0 = 240); Exact, when set, is the line height in twips.
type Paragraph struct {
	Runs             []Run
	Align            Align
	Before, After    int
	Line, Exact      int
	First, Hanging   int
	IndentL, IndentR int
	Tabs             []Tab
	KeepNext, Break  bool // Break starts a new page
	Outline          int  // 1 to 9 shows in the navigation pane
	RuleAbove, Boxed bool
	breaks           func(*printer)
}

// Tab is a tab stop.
type Tab struct {
	At    int
	Align Align
}

// Run is text of one look, or the page number, or a picture. Size 0 takes the document's; Tighter is taken off the
// space after every letter.
type Run struct {
	Text                    string
	Bold, Italic, Underline bool
	Size, Tighter           int
	PageNumber              bool
	Picture                 *Picture
}

// Picture is a PNG shown Width by Height; a Height of 0 keeps the proportions. Pictures live in section bodies only.
type Picture struct {
	PNG           []byte
	Width, Height int
	Alt           string
}

// Table has one Grid entry per column, its width. Pad is the space at the left and right of every cell.
type Table struct {
	Grid    []int
	Borders bool
	Pad     int
	Rows    []Row
}

// Row lists its cells as HTML does: places covered from the row above are left out. Missing cells are blank.
// Header rows at the top of a table repeat on every page.
type Row struct {
	Cells  []Cell
	Header bool
}

// Cell covers Across columns and Down rows (0 = 1). Fill is a colour such as "F2F2F2".
type Cell struct {
	Across, Down int
	Middle       bool
	Fill         string
	Body         []Node
}

// MM is a length in millimetres.
func MM(mm float64) int { return int(math.Round(mm * 1440 / 25.4)) }

// Pt is a length in points.
func Pt(pt float64) int { return int(math.Round(pt * 20)) }

// Half is a font size in points, as half-points.
func Half(pt float64) int { return int(math.Round(pt * 2)) }

// Rule is a thin solid line of a given length, centred in a column that is within wide.
func Rule(length, within int) Paragraph {
	side := max(0, (within-length)/2)
	return Paragraph{RuleAbove: true, IndentL: side, IndentR: side, Exact: Pt(2), Runs: []Run{{Size: 2}}}
}
