package paper

import (
	"strings"

	"quantriet/internal/kit/paper/word"
)

// blocks lays out the text. With keep, the last paragraph stays on the page of the signature.
func (d *desk) blocks(blocks []Block, width int, keep bool) []word.Node {
	var out []word.Node
	for _, b := range blocks {
		if b != nil {
			out = append(out, b.lay(d, width)...)
		}
	}
	if n := len(out); n > 0 && keep {
		if p, ok := out[n-1].(word.Paragraph); ok {
			p.KeepNext = true
			out[n-1] = p
		}
	}
	return out
}

// text is an empty paragraph of the body.
func (d *desk) text() word.Paragraph {
	return word.Paragraph{
		Align: word.Justify, First: word.MM(d.Layout.Indent), After: word.Pt(d.Layout.Gap), Line: int(d.Layout.Line * 240),
	}
}

func (h Heading) lay(d *desk, _ int) []word.Node {
	p := d.text()
	p.KeepNext, p.Outline = true, min(max(1, h.Level), 9)
	p.Runs = []word.Run{{Text: h.Text, Bold: h.Level <= 3, Italic: h.Level >= 3, Size: word.Half(d.Sizes.Body)}}
	return []word.Node{p}
}

func (g Paragraph) lay(d *desk, _ int) []word.Node {
	p := d.text()
	for _, s := range g {
		p.Runs = append(p.Runs, word.Run{Text: s.Text, Bold: s.Bold, Italic: s.Italic, Underline: s.Underline, Size: word.Half(d.Sizes.Body)})
	}
	return []word.Node{p}
}

func (l List) lay(d *desk, width int) []word.Node {
	var out []word.Node
	for _, item := range l.Items {
		out = append(out, Plain(firstOf(l.Mark, "-")+" "+item).lay(d, width)...)
	}
	return out
}

func (n Note) lay(d *desk, _ int) []word.Node {
	return []word.Node{word.Paragraph{
		Align: word.Justify, Before: word.Pt(5), After: word.Pt(d.Layout.Gap),
		Runs: []word.Run{{Text: n.Text, Italic: true, Size: word.Half(d.Sizes.Note)}},
	}}
}

func (i Picture) lay(*desk, int) []word.Node {
	pic := &word.Picture{PNG: i.PNG, Width: word.MM(i.Width), Alt: i.Alt}
	return []word.Node{word.Paragraph{Align: word.Centre, KeepNext: true, Runs: []word.Run{{Picture: pic}}}}
}

// sign is the end of the document: recipients at the left, authority and signature at the right.
func (d *desk) sign(width int) word.Node {
	right := width / 2
	return word.Table{Grid: []int{width - right, right}, Rows: []word.Row{{Cells: []word.Cell{
		{Body: d.sentTo()}, {Body: d.signature()},
	}}}}
}

func (d *desk) sentTo() []word.Node {
	if len(d.Recipients) == 0 {
		return nil
	}
	size := word.Half(d.Sizes.SentTo)
	first := word.Paragraph{Before: word.Pt(10), Runs: []word.Run{{Text: d.Words.SentTo, Underline: true, Size: size}, {Text: ":", Size: size}}}
	if d.Style == Administrative {
		first.Runs = []word.Run{{Text: d.Words.SentTo + ":", Bold: true, Italic: true, Size: size}}
	}
	out := []word.Node{first}
	for _, who := range d.ended(d.Recipients, "- ") {
		out = append(out, word.Paragraph{
			IndentL: word.MM(2), Hanging: word.MM(2), IndentR: word.MM(3), Runs: []word.Run{{Text: who, Size: word.Half(d.Sizes.Recipients)}},
		})
	}
	return out
}

func (d *desk) signature() []word.Node {
	authority := centred(strings.TrimSpace(d.signed(d.Authority)), d.Sizes.Signature, true, false)
	authority.Before = word.Pt(10)
	position := centred(d.signed(d.Position), d.Sizes.Signature, d.Style == Administrative, false)
	if d.Authority == "" {
		position.Before, position.Runs[0].Bold = word.Pt(10), true
		authority = position
	}
	name := centred(d.Signer, d.Sizes.Signature, true, false)
	name.Before = word.MM(d.Layout.Signing)
	if d.Authority == "" || d.Position == "" {
		return []word.Node{authority, name}
	}
	return []word.Node{authority, position, name}
}

// appendix is the i-th appendix: its number, title and what it belongs to, then the blocks.
func (d *desk) appendix(i int) word.Section {
	a := d.Appendices[i]
	s := d.section(a.Landscape)
	label := d.Words.Appendix
	if len(d.Appendices) > 1 {
		label += " " + roman(i+1)
	}
	heading := centred(label, d.Sizes.Abstract, true, false)
	heading.KeepNext, heading.Outline = true, 1
	s.Body = []word.Node{heading}
	if a.Title != "" {
		s.Body = append(s.Body, centred(a.Title, d.Sizes.Abstract, true, false))
	}
	belongs := centred(d.belongs(), d.Sizes.Body, false, true)
	belongs.After = word.Pt(8)
	s.Body = append(s.Body, belongs)
	s.Body = append(s.Body, d.blocks(a.Blocks, s.Width-s.Left-s.Right, false)...)
	return s
}

// belongs is "(kèm theo Báo cáo số 127-BC/HU, ngày 07/02/2026 của Huyện uỷ …)".
func (d *desk) belongs() string {
	when, _ := readDate(d.Date)
	what := d.Words.Letter
	if t := []rune(strings.ToLower(word.Clean(d.Type))); len(t) > 0 {
		what = strings.ToUpper(string(t[:1])) + string(t[1:])
	}
	by := ""
	if d.By != "" {
		by = " của " + d.By
	}
	return "(" + d.Words.Attached + " " + what + " " + d.numbered("số") + ", ngày " + when.short() + by + ")"
}
