package textreuse

import "sync"

// spares are the arrays of texts that mending wrote anew.
var spares = sync.Pool{New: func() any { return new(Text) }}

// leastSpare is the number of letters from which on arrays are worth using again.
const leastSpare = 1024

// room gives a text empty arrays for so many letters and syllables.
func (t *Text) room(letters, words int) {
	if letters >= leastSpare {
		o := spares.Get().(*Text)
		if min(cap(o.Letters), cap(o.Start), cap(o.End)) >= letters && cap(o.Words) >= words && cap(o.Letters) <= 4*letters {
			t.Letters, t.Start, t.End, t.Words = o.Letters[:0], o.Start[:0], o.End[:0], o.Words[:0]
			return
		}
	}
	t.Letters, t.Words = make([]byte, 0, letters), make([]uint32, 0, words)
	t.Start, t.End = make([]uint32, 0, letters), make([]uint32, 0, letters)
}

// spare hands over the arrays of a text that nobody has any more.
func (t *Text) spare() {
	if cap(t.Letters) >= leastSpare {
		spares.Put(&Text{Letters: t.Letters, Start: t.Start, End: t.End, Words: t.Words})
	}
}
