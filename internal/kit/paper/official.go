package paper

import (
	"fmt"
	"io"
	"strings"

	"quantriet/internal/kit/paper/word"
)

// Official is one document. Every part may be empty; an empty part is left out, except that a missing number or date
// prints as the blank that the clerk fills in.
type Official struct {
	Superior   string // body above the issuer, "ĐẢNG BỘ THÀNH PHỐ HẢI PHÒNG"
	Issuer     string // "HUYỆN UỶ THỦY NGUYÊN"
	By         string // the issuer inside a sentence, "Huyện uỷ Thủy Nguyên"; used by the appendices
	Number     string // "127"
	Unnumbered bool   // a sheet that gets none
	Symbol     string // "BC/HU"
	Place      string
	Date       string // civil date "2026-02-07"; "2026-02" and "2026" leave the rest blank
	Type       string // "BÁO CÁO", "KẾ HOẠCH"; empty for an official letter (công văn)
	Abstract   string

	Addressees []string
	Body       []Block
	Recipients []string

	Authority string // "T/M BAN THƯỜNG VỤ"; the mark is put into the form's own style
	Position  string // "PHÓ BÍ THƯ"; several lines possible
	Signer    string

	Mark       string   // "BẢN TẠM TÍNH", "DỰ THẢO": boxed on the first page and repeated on the others
	Foot       []string // small lines at the foot of every page, such as where the figures come from
	Appendices []Appendix
}

// Appendix starts on a new page. Several are numbered I, II, III.
type Appendix struct {
	Title     string
	Landscape bool
	Blocks    []Block
}

// Block is a Heading, Paragraph, List, Table, Note or Picture.
type Block interface {
	lay(d *desk, width int) []word.Node
}

// Heading is a numbered heading, its number written in the text. Levels 1 and 2 are bold, 3 bold italic, 4 italic.
type Heading struct {
	Level int
	Text  string
}

// Span is text of one look inside a paragraph.
type Span struct {
	Text                    string
	Bold, Italic, Underline bool
}

// Paragraph is justified text.
type Paragraph []Span

// Plain is a paragraph of one look.
func Plain(text string) Paragraph { return Paragraph{{Text: text}} }

// List is a row of paragraphs that begin with a mark, "-" unless another is given.
type List struct {
	Mark  string
	Items []string
}

// Note is small italic text below a table.
type Note struct{ Text string }

// Picture is a PNG, Width millimetres wide; it stays on the page of what follows it.
type Picture struct {
	PNG   []byte
	Width float64
	Alt   string
}

// desk is where a document is laid out.
type desk struct {
	Form
	Official
}

const (
	sheetShort = 210.0
	sheetLong  = 297.0
)

// Write sends the document as .docx. It fails when the form does not pass Check, the date is not a civil date, a table
// row has more cells than the table has columns, a picture is no PNG, or w fails.
func Write(w io.Writer, f Form, o Official) error {
	if err := f.Check(); err != nil {
		return err
	}
	if _, err := readDate(o.Date); err != nil {
		return err
	}
	d := &desk{f, o}
	doc := word.Document{
		Title: d.title(), Creator: firstOf(o.By, o.Issuer), Font: f.Font, Size: word.Half(f.Sizes.Body),
		Sections: []word.Section{d.letter()},
	}
	for i := range o.Appendices {
		doc.Sections = append(doc.Sections, d.appendix(i))
	}
	if err := doc.Write(w); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return nil
}

func (d *desk) title() string {
	return strings.TrimSpace(strings.ReplaceAll(d.Type+" "+d.Abstract, "\n", " "))
}

// letter is the document without its appendices.
func (d *desk) letter() word.Section {
	s := d.section(false)
	s.BareFirst = true
	width := s.Width - s.Left - s.Right
	s.Body = append(d.head(width), d.address(width)...)
	s.Body = append(s.Body, d.blocks(d.Body, width, true)...)
	s.Body = append(s.Body, d.sign(width))
	return s
}

// section is an empty page of A4 with its page number, mark and foot lines.
func (d *desk) section(landscape bool) word.Section {
	m, wide, high := d.Upright, sheetShort, sheetLong
	if landscape {
		m, wide, high = d.Wide, sheetLong, sheetShort
	}
	s := word.Section{
		Width: word.MM(wide), Height: word.MM(high), Top: word.MM(m.Top), Bottom: word.MM(m.Bottom), Left: word.MM(m.Left),
		Right: word.MM(m.Right), HeaderAt: word.MM(m.Number), FooterAt: word.MM(m.Foot),
	}
	s.Header = []word.Node{d.pageNumber(s.Width - s.Left - s.Right)}
	s.Footer = d.foot(s.Width - s.Left - s.Right)
	return s
}

func (d *desk) pageNumber(width int) word.Node {
	number := word.Run{PageNumber: true, Size: word.Half(d.Sizes.Page)}
	if d.Mark == "" {
		return word.Paragraph{Align: word.Centre, Runs: []word.Run{number}}
	}
	return word.Paragraph{
		Tabs: []word.Tab{{At: width / 2, Align: word.Centre}, {At: width, Align: word.Right}},
		Runs: []word.Run{{Text: "\t"}, number, {Text: "\t" + d.Mark, Bold: true, Size: word.Half(d.Sizes.Note)}},
	}
}

func (d *desk) foot(width int) []word.Node {
	if len(d.Foot) == 0 {
		return nil
	}
	out := []word.Node{word.Rule(width, width)}
	for _, line := range d.Foot {
		out = append(out, word.Paragraph{Runs: []word.Run{{Text: line, Italic: true, Size: word.Half(d.Sizes.Foot)}}})
	}
	return out
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}
