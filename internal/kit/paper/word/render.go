package word

import (
	"bytes"
	"fmt"
	"strings"
)

// printer collects the XML of one part; pack is nil in headers and footers, where pictures cannot go.
type printer struct {
	bytes.Buffer
	pack *pack
	err  error
}

func (p *printer) s(parts ...string) {
	for _, s := range parts {
		p.WriteString(s)
	}
}

func (p *printer) f(format string, args ...any) { fmt.Fprintf(p, format, args...) }

func (p *printer) flag(on bool, xml string) {
	if on {
		p.s(xml)
	}
}

func (p *printer) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("word: "+format, args...)
	}
}

const line = `w:val="single" w:sz="%d" w:space="%d" w:color="000000"/>`

func (g Paragraph) write(p *printer) {
	p.s("<w:p><w:pPr>")
	p.flag(g.KeepNext, "<w:keepNext/>")
	p.flag(g.Break, "<w:pageBreakBefore/>")
	g.borders(p)
	g.tabs(p)
	g.spacing(p)
	g.indents(p)
	if g.Align != Left {
		p.f(`<w:jc w:val="%s"/>`, escape(string(g.Align)))
	}
	if g.Outline >= 1 && g.Outline <= 9 {
		p.f(`<w:outlineLvl w:val="%d"/>`, g.Outline-1)
	}
	g.mark(p)
	if g.breaks != nil {
		g.breaks(p)
	}
	p.s("</w:pPr>")
	for _, r := range g.Runs {
		r.write(p)
	}
	p.s("</w:p>")
}

// mark gives the paragraph's own mark the size of its first run, so that an empty line is as high as it looks.
func (g Paragraph) mark(p *printer) {
	if len(g.Runs) > 0 && g.Runs[0].Size > 0 {
		p.f(`<w:rPr><w:sz w:val="%[1]d"/><w:szCs w:val="%[1]d"/></w:rPr>`, g.Runs[0].Size)
	}
}

func (g Paragraph) borders(p *printer) {
	switch {
	case g.Boxed:
		p.s("<w:pBdr>")
		for _, side := range []string{"top", "left", "bottom", "right"} {
			p.f("<w:%s "+line, side, 8, 2)
		}
		p.s("</w:pBdr>")
	case g.RuleAbove:
		p.f("<w:pBdr><w:top "+line+"</w:pBdr>", 6, 0)
	}
}

func (g Paragraph) tabs(p *printer) {
	if len(g.Tabs) == 0 {
		return
	}
	p.s("<w:tabs>")
	for _, t := range g.Tabs {
		kind := string(t.Align)
		if t.Align == Left {
			kind = "left"
		}
		p.f(`<w:tab w:val="%s" w:pos="%d"/>`, escape(kind), t.At)
	}
	p.s("</w:tabs>")
}

func (g Paragraph) spacing(p *printer) {
	p.f(`<w:spacing w:before="%d" w:after="%d"`, g.Before, g.After)
	switch {
	case g.Exact > 0:
		p.f(` w:line="%d" w:lineRule="exact"/>`, g.Exact)
	case g.Line > 0:
		p.f(` w:line="%d" w:lineRule="auto"/>`, g.Line)
	default:
		p.s(` w:line="240" w:lineRule="auto"/>`)
	}
}

func (g Paragraph) indents(p *printer) {
	if g.IndentL == 0 && g.IndentR == 0 && g.First == 0 && g.Hanging == 0 {
		return
	}
	p.f(`<w:ind w:left="%d" w:right="%d"`, g.IndentL, g.IndentR)
	switch {
	case g.Hanging > 0:
		p.f(` w:hanging="%d"`, g.Hanging)
	case g.First > 0:
		p.f(` w:firstLine="%d"`, g.First)
	}
	p.s("/>")
}

func (r Run) write(p *printer) {
	p.s("<w:r>")
	r.look(p)
	switch {
	case r.Picture != nil:
		r.Picture.write(p)
	case r.PageNumber:
		p.s(`<w:fldChar w:fldCharType="begin"/></w:r><w:r>`)
		r.look(p)
		p.s(`<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>`)
		r.look(p)
		p.s(`<w:fldChar w:fldCharType="end"/>`)
	default:
		p.text(r.Text)
	}
	p.s("</w:r>")
}

func (r Run) look(p *printer) {
	p.s("<w:rPr>")
	p.flag(r.Bold, "<w:b/><w:bCs/>")
	p.flag(r.Italic, "<w:i/><w:iCs/>")
	if r.Tighter != 0 {
		p.f(`<w:spacing w:val="%d"/>`, -r.Tighter)
	}
	if r.Size > 0 {
		p.f(`<w:sz w:val="%[1]d"/><w:szCs w:val="%[1]d"/>`, r.Size)
	}
	p.flag(r.Underline, `<w:u w:val="single"/>`)
	p.s("</w:rPr>")
}

func (p *printer) text(s string) {
	for i, row := range strings.Split(Clean(s), "\n") {
		p.flag(i > 0, "<w:br/>")
		for j, piece := range strings.Split(row, "\t") {
			p.flag(j > 0, "<w:tab/>")
			if piece != "" {
				p.s(`<w:t xml:space="preserve">`, escape(piece), "</w:t>")
			}
		}
	}
}
