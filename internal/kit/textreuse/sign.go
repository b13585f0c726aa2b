package textreuse

import (
	"cmp"
	"slices"
)

// Flags count signs that somebody, or some old program, made the text look like what it
// is not. They are shown apart from similarity: a flag need not be a fault.
type Flags struct {
	LookAlikes int  // letters of other scripts among Latin ones
	Invisible  int  // zero-width and other unseen characters that are not marks
	Legacy     int  // letters decoded from TCVN3, VNI-Windows or doubly encoded text
	Strokes    int  // syllables decoded from Telex or VNI key strokes
	Junk       int  // isolated letters dropped
	Truncated  bool // longer than MaxBytes or MaxLetters
}

func (f *Flags) add(o Flags) {
	f.LookAlikes += o.LookAlikes
	f.Invisible += o.Invisible
	f.Legacy += o.Legacy
	f.Strokes += o.Strokes
	f.Junk += o.Junk
}

// SignKind is one kind of Flags.
type SignKind int

// Kinds of signs, in the order of the fields of Flags.
const (
	LookAlike SignKind = iota + 1
	Invisible
	Legacy
	Stroke
	Junk
)

// Count is how often a kind was met: letters, or syllables for Stroke.
func (f Flags) Count(k SignKind) int {
	switch k {
	case LookAlike:
		return f.LookAlikes
	case Invisible:
		return f.Invisible
	case Legacy:
		return f.Legacy
	case Stroke:
		return f.Strokes
	case Junk:
		return f.Junk
	}
	return 0
}

// Sign is where a flag was met: the bytes [Start, End) of the text.
type Sign struct {
	Start, End int
	Kind       SignKind
}

// maxSigns bounds what Inspect lists.
const maxSigns = 2000

// Inspect tells where the flags of a text are: the first 2,000, ascending, neighbours of a
// kind as one.
func Inspect(text string) []Sign {
	var found signs
	fold(text, &found)
	slices.SortFunc(found, func(a, b Sign) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.Compact(found)
}

// signs collects; nil collects nothing.
type signs []Sign

func (s *signs) add(kind SignKind, start, end int) {
	if s == nil {
		return
	}
	if n := len(*s); n > 0 && (*s)[n-1].Kind == kind && (*s)[n-1].End == start {
		(*s)[n-1].End = end
	} else if n < maxSigns {
		*s = append(*s, Sign{start, end, kind})
	}
}
