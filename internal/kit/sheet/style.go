package sheet

import (
	"fmt"
	"strings"
)

// Style is how a written cell looks, in Times New Roman as official papers are.
type Style int

const (
	Plain     Style = iota // 12 pt, no border
	Bold                   // Plain, bold
	Italic                 // Plain, italic: notes under a table
	Title                  // bold, 14 pt, centred
	Subtitle               // italic, centred
	Centre                 // Plain, centred: the head and foot of a paper
	Head                   // bold, centred, filled, bordered, wrapped
	Text                   // bordered, wrapped
	Middle                 // Text, centred: ordinal numbers, codes
	Int                    // bordered, #,##0
	Decimal                // bordered, #,##0.00
	Rate                   // bordered, 0.00%
	Date                   // bordered, dd/mm/yyyy
	TotalText              // the same in bold for the sum line
	TotalInt
	TotalRate
	Wrong // bordered, wrapped, red: the column of verdicts
	styleCount
)

// Fonts 0 plain, 1 bold, 2 italic, 3 title, 4 wrong; formats 3, 4 and 10 are built in.
var looks = [styleCount]struct {
	font, format int
	fill, border bool
	align        string // horizontal, or "wrap" for left and wrapped
}{
	Plain:     {},
	Bold:      {font: 1},
	Italic:    {font: 2},
	Title:     {font: 3, align: "center"},
	Subtitle:  {font: 2, align: "center"},
	Centre:    {align: "center"},
	Head:      {font: 1, fill: true, border: true, align: "center"},
	Text:      {border: true, align: "wrap"},
	Middle:    {border: true, align: "center"},
	Int:       {border: true, format: 3},
	Decimal:   {border: true, format: 4},
	Rate:      {border: true, format: 10},
	Date:      {border: true, format: 164, align: "center"},
	TotalText: {font: 1, border: true, align: "wrap"},
	TotalInt:  {font: 1, border: true, format: 3},
	TotalRate: {font: 1, border: true, format: 10},
	Wrong:     {font: 4, border: true, align: "wrap"},
}

func stylesXML() string {
	var xfs strings.Builder
	for _, l := range looks {
		h, wrap := l.align, 1
		if h == "wrap" {
			h = "left"
		}
		if h == "" {
			h, wrap = "general", 0
		}
		fmt.Fprintf(&xfs, `<xf numFmtId="%d" fontId="%d" fillId="%d" borderId="%d" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment horizontal="%s" vertical="center" wrapText="%d"/></xf>`,
			l.format, l.font, 2*bit(l.fill), bit(l.border), h, wrap)
	}
	return `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` +
		`<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>` +
		`<fonts count="5">` + font("", 12, "") + font("<b/>", 12, "") + font("<i/>", 12, "") + font("<b/>", 14, "") + font("", 12, "FFC00000") + `</fonts>` +
		`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFF3E9E0"/><bgColor indexed="64"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>` + edge("left") + edge("right") + edge("top") + edge("bottom") + `<diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		fmt.Sprintf(`<cellXfs count="%d">`, styleCount) + xfs.String() + `</cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
}

func font(kind string, size int, colour string) string {
	if colour != "" {
		colour = `<color rgb="` + colour + `"/>`
	}
	return fmt.Sprintf(`<font>%s<sz val="%d"/>%s<name val="Times New Roman"/><family val="1"/></font>`, kind, size, colour)
}

func edge(side string) string {
	return `<` + side + ` style="thin"><color auto="1"/></` + side + `>`
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
