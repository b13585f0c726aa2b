package paper

import (
	"strings"

	"quantriet/internal/kit/paper/word"
)

// centred is a centred line of one look.
func centred(text string, size float64, bold, italic bool) word.Paragraph {
	return word.Paragraph{Align: word.Centre, Runs: []word.Run{{Text: text, Bold: bold, Italic: italic, Size: word.Half(size)}}}
}

// under is a rule as long as the text above it, times share.
func under(text string, size float64, bold bool, share float64, within int) word.Paragraph {
	longest := 0
	for _, line := range strings.Split(text, "\n") {
		longest = max(longest, word.Width(line, word.Half(size), bold))
	}
	r := word.Rule(int(float64(min(longest, within))*share), within)
	r.Before = word.Pt(2)
	return r
}

// balanced is a centred line that, when it must wrap, wraps into lines of about equal length. Breaks that the text
// already has are kept.
func balanced(text string, size float64, bold bool, width int) word.Paragraph {
	p := centred(text, size, bold, false)
	lines := wrapped(text, size, bold, width)
	if lines < 2 || strings.Contains(strings.TrimSpace(text), "\n") {
		return p
	}
	narrow := width
	for step := word.MM(1); narrow > width/2 && wrapped(text, size, bold, narrow-step) == lines; {
		narrow -= step
	}
	p.IndentL = max(0, (width-narrow*slack/100)/2)
	p.IndentR = p.IndentL
	return p
}

// squeezed keeps a name that is a little too long on one line by setting its letters closer, as offices do.
func squeezed(text string, size float64, bold bool, width int) word.Paragraph {
	over := word.Width(text, word.Half(size), bold) - width + word.MM(1)
	letters := max(1, len([]rune(word.Clean(text))))
	tighter := (over + letters - 1) / letters
	if over <= 0 || tighter > word.Pt(0.6) || strings.Contains(text, "\n") {
		return balanced(text, size, bold, width)
	}
	p := centred(text, size, bold, false)
	p.Runs[0].Tighter = tighter
	return p
}

// wrapped is the number of lines of text in a column.
func wrapped(text string, size float64, bold bool, width int) int {
	lines, at, space := 1, 0, word.Width(" ", word.Half(size), bold)
	for _, w := range strings.Fields(text) {
		long := word.Width(w, word.Half(size), bold)
		switch {
		case at == 0:
			at = long
		case at+space+long > width:
			lines, at = lines+1, long
		default:
			at += space + long
		}
	}
	return lines
}

// split is the width of the left half: the form's share, moved when one half needs more and the other has it.
func (d *desk) split(width int) int {
	left := int(float64(width) * d.Layout.IssuerShare)
	issuer := word.MM(2) + slack*max(word.Width(d.Superior, word.Half(d.Sizes.Superior), false), word.Width(d.Issuer, word.Half(d.Sizes.Issuer), true))/100
	nation := word.MM(2) + max(word.Width(d.Words.Heading, word.Half(d.Sizes.Heading), true), word.Width(d.dated(), word.Half(d.Sizes.Date), false))
	switch {
	case nation > width-left:
		return max(width/3, width-nation)
	case issuer > left:
		return min(issuer, width-nation)
	}
	return left
}

// head is everything above the text: the two halves of the heading, then type and abstract.
func (d *desk) head(width int) []word.Node {
	left := d.split(width)
	out := []word.Node{word.Table{Grid: []int{left, width - left}, Rows: []word.Row{{Cells: []word.Cell{
		{Body: d.issuer(left)}, {Body: d.nation(width - left)},
	}}}}}
	if d.Type == "" {
		return append(out, word.Paragraph{Runs: []word.Run{{Size: word.Half(d.Sizes.Abstract)}}})
	}
	return append(out, d.name(width)...)
}

// issuer is the left half: who issues, under which number; an official letter has its abstract here.
func (d *desk) issuer(width int) []word.Node {
	var out []word.Node
	if d.Superior != "" {
		out = append(out, squeezed(d.Superior, d.Sizes.Superior, false, width))
	}
	if d.Issuer != "" {
		out = append(out, squeezed(d.Issuer, d.Sizes.Issuer, true, width))
	}
	if d.Words.Star != "" {
		out = append(out, centred(d.Words.Star, d.Sizes.Issuer, false, false))
	} else {
		out = append(out, under(d.Issuer, d.Sizes.Issuer, true, 0.45, width))
	}
	if !d.Unnumbered {
		number := centred(d.numbered(d.Words.Number), d.Sizes.Number, false, false)
		number.Before = word.Pt(2)
		out = append(out, number)
	}
	if d.Type == "" && d.Abstract != "" {
		about := strings.TrimSpace(d.Words.About + " " + strings.TrimPrefix(d.Abstract, d.Words.About+" "))
		p := centred(about, d.Sizes.Letter, false, d.Style == Party)
		p.Before, p.IndentR = word.Pt(3), word.MM(3)
		out = append(out, p)
	}
	if d.Mark != "" {
		out = append(out, d.stamp(width))
	}
	return out
}

// stamp is the mark in a box just wide enough for it.
func (d *desk) stamp(width int) word.Paragraph {
	p := centred(d.Mark, d.Sizes.Mark, true, false)
	text := word.Width(d.Mark, word.Half(d.Sizes.Mark), true) * 115 / 100
	side := max(word.Pt(4), (width-text)/2-word.Pt(6))
	p.Boxed, p.Before, p.IndentL, p.IndentR = true, word.Pt(8), side, side
	return p
}

// nation is the right half: the heading of the Party or the name of the country, then place and date.
func (d *desk) nation(width int) []word.Node {
	var out []word.Node
	last, size := d.Words.Heading, d.Sizes.Heading
	if last != "" {
		out = append(out, centred(last, size, true, false))
	}
	if d.Words.Motto != "" {
		last, size = d.Words.Motto, d.Sizes.Motto
		out = append(out, centred(last, size, true, false))
	}
	if last != "" {
		out = append(out, under(last, size, true, 1, width))
	}
	p := centred(d.dated(), d.Sizes.Date, false, true)
	p.Before = word.Pt(5)
	return append(out, p)
}

// name is the type of the document and its abstract.
func (d *desk) name(width int) []word.Node {
	title := centred(d.Type, d.Sizes.Type, true, false)
	title.Before, title.KeepNext = word.Pt(16), true
	out := []word.Node{title}
	if d.Abstract != "" {
		p := balanced(d.Abstract, d.Sizes.Abstract, true, width-word.MM(12))
		p.IndentL, p.IndentR, p.KeepNext = p.IndentL+word.MM(6), p.IndentR+word.MM(6), true
		out = append(out, p)
	}
	if d.Words.Dash != "" {
		p := centred(d.Words.Dash, d.Sizes.Abstract, false, false)
		p.After = word.Pt(8)
		return append(out, p)
	}
	r := under(d.Abstract, d.Sizes.Abstract, true, 0.4, width)
	r.IndentL, r.IndentR = max(r.IndentL, width*3/8), max(r.IndentR, width*3/8)
	r.After = word.Pt(12)
	return append(out, r)
}

// address is "Kính gửi": one addressee beside the word, several below each other.
func (d *desk) address(width int) []word.Node {
	dear := d.Words.Dear + " "
	size := word.Half(d.Sizes.Body)
	switch len(d.Addressees) {
	case 0:
		return nil
	case 1:
		p := centred(dear+d.ended(d.Addressees, "")[0], d.Sizes.Body, false, false)
		p.Before, p.After = word.Pt(6), word.Pt(12)
		return []word.Node{p}
	}
	start := width / 6
	at := start + word.Width(dear, size, false) + word.MM(2)
	var out []word.Node
	for i, who := range d.ended(d.Addressees, "- ") {
		p := word.Paragraph{IndentL: at + word.MM(3), Hanging: word.MM(3), Runs: []word.Run{{Text: who, Size: size}}}
		if i == 0 {
			p = word.Paragraph{IndentL: at + word.MM(3), Hanging: at + word.MM(3) - start, Tabs: []word.Tab{{At: at}},
				Before: word.Pt(6), Runs: []word.Run{{Text: d.Words.Dear + "\t" + who, Size: size}}}
		}
		if i == len(d.Addressees)-1 {
			p.After = word.Pt(12)
		}
		out = append(out, p)
	}
	return out
}

// ended closes every item as the format wants it: separators, and a full stop at the end.
func (d *desk) ended(items []string, lead string) []string {
	out := make([]string, len(items))
	for i, s := range items {
		end := d.Words.Separator
		if i == len(items)-1 {
			end = "."
		}
		out[i] = lead + strings.TrimRight(strings.TrimSpace(s), ",;.") + end
	}
	return out
}
