package textreuse

import (
	"slices"
	"strings"
)

// override is the code point after which letters are shown from right to left, up to popped
// or the end of the line: what is stored backwards reads forwards on the screen.
const (
	override = '\u202e'
	popped   = '\u202c'
)

// turned folds such a stretch in the order it is shown. All its letters lie over all its
// bytes, so that letters ascend in the text.
func (f *folder) turned() {
	from, t := f.at, f.t
	f.at += len(string(override))
	n := strings.IndexAny(f.s[f.at:], string([]rune{override, popped, '\n'}))
	if n < 0 {
		n = len(f.s) - f.at
	}
	shown := []rune(f.s[f.at : f.at+n])
	f.at += n
	slices.Reverse(shown)
	t.signs.add(Invisible, from, f.at)
	t.Flags.Invisible++
	f.in = false
	sub := &Text{}
	for g := newFolder(sub, string(shown)); g.at < len(g.s) && len(sub.Letters) < MaxLetters; {
		g.clause()
	}
	if len(t.Letters)+len(sub.Letters) > MaxLetters {
		t.Flags.Truncated = true
		return
	}
	for _, w := range sub.Words {
		t.Words = append(t.Words, uint32(len(t.Letters))+w)
	}
	t.Letters = append(t.Letters, sub.Letters...)
	for range sub.Letters {
		t.Start, t.End = append(t.Start, uint32(from)), append(t.End, uint32(f.at))
	}
	t.Flags.add(sub.Flags)
}
