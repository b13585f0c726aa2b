package textreuse

import (
	"cmp"
	"slices"
	"strings"
)

// Mark says how a stretch of a passage answers the other side.
type Mark int

// Marks, in the order of what they leave of the original.
const (
	Solid  Mark = iota + 1 // the same letters
	Dashed                 // changed between equal stretches, close enough to count as copied
	Dotted                 // the same letters in another place of the passage
)

// Piece is the bytes [Start, End) of one shown text. It lies within a paragraph and holds
// nothing exempt; both ends are borders of code points.
type Piece struct {
	Start, End int
	Mark       Mark
	Run        int // which of the passage's Runs, the same on both sides; -1 for Dashed
}

// Pieces cut a passage out of both shown texts, ascending and without overlap; what no
// piece covers lies between equal stretches too far apart to count. Both essays must have
// a Text.
func (p *Passage) Pieces(mine, theirs *Essay) (left, right []Piece) {
	moved := Moved(p.Runs)
	left = mine.pieces(p.Runs, moved, func(r Run) int { return r.From })
	return left, theirs.pieces(p.Runs, moved, func(r Run) int { return r.SourceFrom })
}

// Moved tells which runs stand in another order on the other side: those outside the
// longest part, counted in letters, that has the same order on both.
func Moved(runs []Run) []bool {
	byTheirs := make([]int, len(runs))
	for i := range byTheirs {
		byTheirs[i] = i
	}
	slices.SortFunc(byTheirs, func(a, b int) int { return cmp.Compare(runs[a].SourceFrom, runs[b].SourceFrom) })
	best, last := make([]int, len(runs)), make([]int, len(runs)) // letters in order up to a run, and the run before
	top := newPeaks(len(runs))
	order := make([]int, len(runs))
	for rank, i := range byTheirs {
		order[i] = rank
	}
	end := -1
	for i, r := range runs {
		last[i] = top.before(order[i], best)
		best[i] = r.N
		if last[i] >= 0 {
			best[i] += best[last[i]]
		}
		top.put(order[i], i, best)
		if end < 0 || best[i] > best[end] {
			end = i
		}
	}
	out := make([]bool, len(runs))
	for i := range out {
		out[i] = true
	}
	for ; end >= 0; end = last[end] {
		out[end] = false
	}
	return out
}

// peaks is a Fenwick tree of the best run by rank.
type peaks []int

func newPeaks(n int) peaks {
	p := make(peaks, n+1)
	for i := range p {
		p[i] = -1
	}
	return p
}

func (p peaks) before(rank int, best []int) int {
	at := -1
	for ; rank > 0; rank &= rank - 1 {
		if j := p[rank]; j >= 0 && (at < 0 || best[j] > best[at]) {
			at = j
		}
	}
	return at
}

func (p peaks) put(rank, run int, best []int) {
	for rank++; rank < len(p); rank += rank & -rank {
		if p[rank] < 0 || best[run] > best[p[rank]] {
			p[rank] = run
		}
	}
}

// pieces cuts one side; at is where a run begins there.
func (e *Essay) pieces(runs []Run, moved []bool, at func(Run) int) (out []Piece) {
	order := make([]int, len(runs))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(at(runs[a]), at(runs[b])) })
	end := -1
	for _, i := range order {
		from := at(runs[i])
		if end >= 0 && from-end <= bridge {
			out = e.cutPieces(out, end, from, Dashed, -1)
		}
		mark := Solid
		if moved[i] {
			mark = Dotted
		}
		end = from + runs[i].N
		out = e.cutPieces(out, from, end, mark, i)
	}
	return out
}

// cutPieces appends the own letters [from, to) as bytes, cut at exempt text and paragraphs.
func (e *Essay) cutPieces(out []Piece, from, to int, mark Mark, run int) []Piece {
	for from < to {
		if e.Own[from] == 0 {
			from++
			continue
		}
		next := from + 1
		for next < to && e.Own[next] != 0 {
			next++
		}
		start, end := e.Span(from, next)
		if n := len(out); n > 0 {
			start = max(start, out[n-1].End)
		}
		for _, s := range Paragraphs(e.Text.shown, start, end) {
			out = append(out, Piece{s[0], s[1], mark, run})
		}
		from = next
	}
	return out
}

// Paragraphs cuts the bytes [start, end) of a text at line ends and leaves out the blanks
// around.
func Paragraphs(text string, start, end int) (out [][2]int) {
	for start < end {
		stop := end
		if i := strings.IndexByte(text[start:end], '\n'); i >= 0 {
			stop = start + i
		}
		line := text[start:stop]
		left := len(line) - len(strings.TrimLeft(line, " \t\r"))
		if from, to := start+left, start+len(strings.TrimRight(line, " \t\r")); from < to {
			out = append(out, [2]int{from, to})
		}
		start = stop + 1
	}
	return out
}

// Exempt is the bytes [Start, End) of a shown text that come from a reference, within one
// paragraph.
type Exempt struct {
	Start, End int
	Ref        int64
	Name       string
	Category   Category
}

// Exempt lists what a text quotes from all references, cut for display, ascending.
func (e *Engine) Exempt(t *Text) (out []Exempt) {
	names := map[int64]string{}
	for _, r := range append(slices.Clone(e.base.refs), e.later.refs...) {
		names[r.ID] = r.Name
	}
	for _, q := range e.Quotes(t) {
		for _, s := range Paragraphs(t.shown, int(t.Start[q.From]), int(t.End[q.To-1])) {
			out = append(out, Exempt{s[0], s[1], q.Ref, names[q.Ref], q.Category})
		}
	}
	return out
}
