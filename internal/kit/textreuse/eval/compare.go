package eval

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quantriet/internal/kit/textreuse"
)

// Compare lets similarity-tester and Dolos look at the same files as the engine, in one
// run. Both compare pairs of files, so the haystack is the sources alone. "Folded" rows
// hand them the engine's own normalisation, "exempt" rows also drop what the engine knows
// to be quoted: help that no user of theirs has. Every row is set as it does best on the
// texts of another seed, out of the peer's settings. dolos is the folder npm installed into.
func Compare(out io.Writer, seed uint64, dolos string) error {
	b, err := newBout(seed, out)
	if err != nil {
		return err
	}
	defer b.close()
	other, err := newBout(seed+1000, out)
	if err != nil {
		return err
	}
	defer other.close()
	fmt.Fprintln(out, conditions())
	fmt.Fprintf(out, "%d sources, %d essays with copies of 40-150 syllables under %d disguises, %d without copies; peers set on seed %d\n\n%-58s %7s %7s %6s %6s %8s %9s\n",
		sources, len(b.texts)-b.clean, len(Disguises), b.clean, seed+1000, "tool", "sources", "PlagDet", "P", "R", "clean", "took")
	b.ours()
	for _, p := range []peer{similarityTester(), dolosAt(dolos)} {
		if p.missing != "" {
			fmt.Fprintln(out, p.missing)
			continue
		}
		if err := b.meet(p, other); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	fmt.Fprintln(out, conditions())
	return nil
}

func newBout(seed uint64, out io.Writer) (*bout, error) {
	dir, err := os.MkdirTemp("", "textreuse-compare-")
	if err != nil {
		return nil, err
	}
	b := &bout{w: newWorld(200, seed), dir: dir, out: out}
	b.write()
	return b, nil
}

func (b *bout) close() {
	b.w.shelf.file.Close()
	os.RemoveAll(b.dir)
}

// bout is one comparison. The last texts copy nothing.
type bout struct {
	w     *world
	dir   string
	out   io.Writer
	texts []string
	cases [][]planted
	clean int
	words [2][][]span // per folding and file, suspicious first: the bytes of each word
	paths [2][]string
}

const suspectsOfADisguise = 6

// write makes the texts and puts them into files of one word per line, plain and folded.
func (b *bout) write() {
	for k, d := range Disguises {
		for i := range suspectsOfADisguise {
			text, cases := b.w.suspect(5<<24+k<<8+i, d, 40, 150)
			b.texts, b.cases = append(b.texts, text), append(b.cases, cases)
		}
	}
	for i := range 40 {
		b.texts, b.cases = append(b.texts, b.w.essay(cleanStream+3<<24+i).text), append(b.cases, nil)
		b.clean++
	}
	for i, text := range b.texts {
		b.file(fmt.Sprintf("q%03d", i), text)
	}
	for id := range sources {
		b.file(fmt.Sprintf("s%03d", id), b.w.essay(id).text)
	}
}

func (b *bout) file(name, text string) {
	for fold, sub := range []string{"plain", "folded"} {
		spans, words := wordsOf(text, fold == 1)
		path := filepath.Join(b.dir, name+"."+sub)
		if err := os.WriteFile(path, []byte(strings.Join(words, "\n")+"\n"), 0o600); err != nil {
			panic(err)
		}
		b.words[fold], b.paths[fold] = append(b.words[fold], spans), append(b.paths[fold], path)
	}
}

// wordsOf cuts a text into words and tells where they are.
func wordsOf(text string, folded bool) (spans []span, words []string) {
	if folded {
		t := textreuse.Fold(text)
		for i, from := range t.Words {
			to := len(t.Letters)
			if i+1 < len(t.Words) {
				to = int(t.Words[i+1])
			}
			spans = append(spans, span{int(t.Start[from]), int(t.End[to-1])})
			words = append(words, string(t.Letters[from:to]))
		}
		return spans, words
	}
	at := 0
	for _, f := range strings.Fields(text) {
		at += strings.Index(text[at:], f)
		spans, words = append(spans, span{at, at + len(f)}), append(words, f)
		at += len(f)
	}
	return spans, words
}

func (b *bout) ours() {
	start := time.Now()
	docs := make([]judged, len(b.texts))
	for i, text := range b.texts {
		docs[i] = b.w.examine(text, b.cases[i])
	}
	b.row("this engine (haystack has 200 essays more)", docs, time.Since(start))
}

// row prints one line; a text without copies is clean while nothing is found in it.
func (b *bout) row(name string, docs []judged, took time.Duration) {
	s := b.rate(docs)
	flagged := 0
	for _, d := range docs[len(docs)-b.clean:] {
		if len(d.found) > 0 {
			flagged++
		}
	}
	fmt.Fprintf(b.out, "%-58s %7.3f %7.3f %6.3f %6.3f %6.0f %% %9v\n", name, s.sources, s.plagdet, s.precision, s.recall,
		100*share(flagged, b.clean), took.Round(10*time.Millisecond))
}

func (b *bout) rate(docs []judged) score { return rate(docs[:len(docs)-b.clean]) }

// finding is words [qFrom, qTo] of a suspicious file that answer those of a source, made
// of so many fingerprints.
type finding struct{ q, s, qFrom, qTo, sFrom, sTo, prints int }

// judge drops findings of fewer fingerprints than least and, with exempt, those mostly
// quoted, joins those of one source that lie within 30 words, as the engine does, and turns
// them to bytes.
func (b *bout) judge(fold int, fs []finding, exempt bool, least int) []judged {
	docs := make([]judged, len(b.texts))
	quoted := make([][]textreuse.Exempt, len(b.texts))
	for i := range docs {
		docs[i].cases = b.cases[i]
		if exempt {
			quoted[i] = b.w.corpus.Exempt(textreuse.Fold(b.texts[i]))
		}
	}
	var kept []finding
	for _, f := range fs {
		p, ok := b.planted(fold, f)
		covered := 0
		for _, e := range quoted[f.q] {
			covered += p.q.meets(span{e.Start, e.End})
		}
		if ok && f.prints >= least && 2*covered < p.q.to-p.q.from {
			kept = append(kept, f)
		}
	}
	for _, f := range joined(kept) {
		p, _ := b.planted(fold, f)
		docs[f.q].found = append(docs[f.q].found, p)
	}
	return docs
}

// planted is a finding in bytes.
func (b *bout) planted(fold int, f finding) (planted, bool) {
	q, s := b.words[fold][f.q], b.words[fold][len(b.texts)+f.s]
	if f.qTo >= len(q) || f.sTo >= len(s) {
		return planted{}, false
	}
	return planted{f.s, span{q[f.qFrom].from, q[f.qTo].to}, span{s[f.sFrom].from, s[f.sTo].to}}, true
}

func joined(fs []finding) (out []finding) {
	const near = 30
	slices.SortStableFunc(fs, func(a, b finding) int { return cmp.Or(a.q-b.q, a.s-b.s, a.qFrom-b.qFrom) })
	from := 0 // where the pair at hand begins in out
	for _, f := range fs {
		if n := len(out); n > 0 && (out[n-1].q != f.q || out[n-1].s != f.s) {
			from = n
		}
		done := false
		for i := from; i < len(out) && !done; i++ {
			o := &out[i]
			if f.qFrom <= o.qTo+near && o.qFrom <= f.qTo+near && f.sFrom <= o.sTo+near && o.sFrom <= f.sTo+near {
				*o = finding{o.q, o.s, min(o.qFrom, f.qFrom), max(o.qTo, f.qTo), min(o.sFrom, f.sFrom), max(o.sTo, f.sTo), o.prints + f.prints}
				done = true
			}
		}
		if !done {
			out = append(out, f)
		}
	}
	return out
}
