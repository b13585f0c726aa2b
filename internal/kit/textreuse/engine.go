package textreuse

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// Version changes when the same text may get other fingerprints or other passages.
const Version = "6"

// Engine makes essays ready under one secret and one set of references. It never
// changes and may be shared by goroutines.
type Engine struct {
	secret Secret
	base   *library // taken out before fingerprints are made
	later  *library // taken out of what was found
}

// New is an engine with the references known when the collection of essays begins.
func New(secret Secret, refs ...Reference) *Engine {
	return &Engine{secret, newLibrary(refs), newLibrary(nil)}
}

// With is an engine that exempts more references. Essays made ready before remain valid:
// what they quote of the added ones is taken out of the passages found, and out of the
// own text only where it lay inside a passage. A ratio can therefore only fall. Essays
// worth another look are those that Touches.
func (e *Engine) With(refs ...Reference) *Engine {
	return &Engine{e.secret, e.base, newLibrary(append(append([]Reference{}, e.later.refs...), refs...))}
}

// Version names the algorithm and the references, for the evidence page.
func (e *Engine) Version() string {
	h := sha256.Sum256(append(append([]byte(Version), e.base.sum[:]...), e.later.sum[:]...))
	return Version + "-" + hex.EncodeToString(h[:6])
}

// Prepare folds a text and takes out what it quotes from the references.
func (e *Engine) Prepare(text string) *Essay {
	w := works.Get().(*work)
	defer works.Put(w)
	t := Fold(text)
	return newEssay(t, t.snap(e.base.quotes(t.Letters, w)), e.secret)
}

// Quotes finds what a text quotes from all references, for display.
func (e *Engine) Quotes(t *Text) []Quote {
	w := works.Get().(*work)
	defer works.Put(w)
	return t.snap(flatten(append(e.base.quotes(t.Letters, w), e.later.quotes(t.Letters, w)...)))
}

// Touches returns a test whether the essay of a print may quote the reference: whether
// they share a fingerprint. It reads the stored prints only.
func (e *Engine) Touches(r Reference) func(Print) bool {
	t := Fold(r.Text)
	in := map[uint64]bool{}
	for _, m := range e.secret.marks(t.Letters) {
		in[m.hash] = true
	}
	return func(p Print) bool {
		for _, h := range p.Hashes {
			if in[h] {
				return true
			}
		}
		return false
	}
}

var works = sync.Pool{New: func() any { return &work{} }}
