package paper

import (
	"strings"

	"quantriet/internal/kit/paper/word"
)

// fitted is how a table is set: font size in half-points, widths and padding in twips.
type fitted struct {
	size int
	pad  int
	grid []int
}

// line is the paragraph of a cell.
func (f fitted) line(text string, align Align, bold bool) word.Paragraph {
	gap := f.size * 10 / 12
	return word.Paragraph{Align: align, Before: gap, After: gap, Runs: []word.Run{{Text: text, Bold: bold, Size: f.size}}}
}

// room is what a column wants: least keeps every word and figure whole, ease also the lines of its heading and most
// names, full every cell on one line.
type room struct{ least, ease, full int }

// slack allows for a font a little wider than Times, in percent.
const slack = 106

// loose is the room, in percent, that keeps figures whole even where Times is replaced by a much wider font.
const loose = 113

// easily is the size, in half-points, below which columns give up ease before the text gets smaller.
const easily = 19

// fit takes the largest size at which columns are at ease; failing that, the largest at which no word and no figure is
// broken. Then it shares out what room is left.
func (t Table) fit(width int, s Sizes) fitted {
	from, to := word.Half(s.Table), word.Half(s.SmallTable)
	if t.Size > 0 {
		from, to = word.Half(t.Size), word.Half(t.Size)
	}
	for size := from; size >= max(to, easily); size-- {
		if f, needs := t.at(size, width); total(needs, room.comfort) <= width {
			f.grid = share(needs, width)
			return f
		}
	}
	for size := from; ; size-- {
		if f, needs := t.at(size, width); size <= to || total(needs, room.minimum) <= width {
			f.grid = share(needs, width)
			return f
		}
	}
}

func (n room) minimum() int { return n.least }
func (n room) comfort() int { return n.ease }

func total(needs []room, of func(room) int) int {
	sum := 0
	for _, n := range needs {
		sum += of(n)
	}
	return sum
}

// at measures the table at one size; small text has thin padding.
func (t Table) at(size, width int) (fitted, []room) {
	f := fitted{size: size, pad: size * 4}
	if size <= easily+1 {
		f.pad = word.Pt(2)
	}
	return f, t.needs(f, width)
}

// needs measures every column at a size.
func (t Table) needs(f fitted, width int) []room {
	out := make([]room, len(t.Columns))
	for i, c := range t.Columns {
		if c.Width > 0 {
			out[i] = room{word.MM(c.Width), word.MM(c.Width), word.MM(c.Width)}
			continue
		}
		out[i] = t.column(i, f, width)
	}
	t.spans(f, out)
	return out
}

// column measures the cells of one column. Text may wrap, but a column of names keeps a readable width.
func (t Table) column(i int, f fitted, width int) room {
	empty := 2*f.pad + word.Pt(6)
	n := room{empty, empty, empty}
	for _, r := range t.Rows {
		if r.Wide || i >= len(r.Cells) {
			continue
		}
		full := f.measure(r.Cells[i], r.Bold)
		least, ease := full, full*loose/100
		if t.Columns[i].Align == Left {
			longest := f.longest(r.Cells[i], r.Bold)
			least, ease = max(longest, min(full, width*17/100)), max(longest, min(full*loose/100, width*26/100))
			if full > width/3 {
				ease = full // running text: nothing is gained by smaller letters
			}
		}
		n = n.atLeast(room{min(least, width/3), ease, full})
	}
	for _, h := range t.over(i) {
		n = n.atLeast(room{min(f.longest(h.Text, true), width/3), f.measure(h.Text, true), 0})
	}
	return n
}

func (n room) atLeast(m room) room {
	n.least = max(n.least, m.least)
	n.ease = max(n.least, n.ease, m.ease)
	n.full = max(n.ease, n.full, m.full)
	return n
}

// over lists the heading cells that stand over column i alone.
func (t Table) over(i int) []Head {
	var out []Head
	t.eachHead(func(at int, h Head) {
		if at == i && h.Across <= 1 {
			out = append(out, h)
		}
	})
	return out
}

// spans widens columns under a heading whose longest word they could not hold together.
func (t Table) spans(f fitted, needs []room) {
	t.eachHead(func(at int, h Head) {
		if h.Across <= 1 || at >= len(needs) {
			return
		}
		under := needs[at:min(at+h.Across, len(needs))]
		lack := f.longest(h.Text, true)
		for _, n := range under {
			lack -= n.least
		}
		for i := range under {
			if lack > 0 {
				under[i] = under[i].atLeast(room{least: under[i].least + lack/len(under) + 1})
			}
		}
	})
}

// eachHead calls visit with every heading cell and the column it begins at.
func (t Table) eachHead(visit func(at int, h Head)) {
	held := make([]int, len(t.Columns))
	for _, row := range t.Head {
		at := 0
		for _, h := range row {
			for at < len(held) && held[at] > 0 {
				at++
			}
			visit(at, h)
			for n := max(1, h.Across); n > 0 && at < len(held); n, at = n-1, at+1 {
				held[at] = max(1, h.Down)
			}
		}
		for i := range held {
			held[i] = max(0, held[i]-1)
		}
	}
}

// measure is the room of a cell's longest line.
func (f fitted) measure(text string, bold bool) int {
	n := 0
	for _, line := range strings.Split(text, "\n") {
		n = max(n, word.Width(line, f.size, bold))
	}
	return n*slack/100 + 2*f.pad + word.Pt(1)
}

// longest is the room of the longest word.
func (f fitted) longest(text string, bold bool) int {
	return f.measure(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }), "\n"), bold)
}

// share gives every column its least, then ease, then what it wants, then a part of the rest; when even the least is
// too much all shrink alike.
func share(needs []room, width int) []int {
	grid, steps := make([]int, len(needs)), make([][3]int, len(needs))
	least := total(needs, room.minimum)
	for i, n := range needs {
		grid[i] = n.least
		if least > width {
			grid[i] = max(1, n.least*width/least)
		}
		steps[i] = [3]int{n.ease - n.least, n.full - n.ease, n.full}
	}
	spare := max(0, width-least)
	for step := range 3 {
		want := 0
		for i := range steps {
			want += steps[i][step]
		}
		given := min(spare, want)
		if step == 2 {
			given = spare
		}
		for i := range steps {
			grid[i] += steps[i][step] * given / max(1, want)
		}
		spare -= given
	}
	return grid
}
