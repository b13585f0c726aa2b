package eval

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"quantriet/internal/kit/textreuse"
)

// Options choose what Run measures.
type Options struct {
	Size      int    // essays in the haystack
	Seed      uint64 // the same seed and size give the same tables but for the times
	SpeedOnly bool   // no tables of what is found
	Clean     int    // independent essays; chosen by Size when 0
}

// Run generates a haystack, hides copied passages in further essays under every disguise
// and writes the tables of what was found and what it cost.
func Run(out io.Writer, o Options) {
	fmt.Fprintln(out, conditions())
	w := newWorld(o.Size, o.Seed)
	defer w.shelf.file.Close()
	per := 60
	if o.Size < 20_000 {
		per = 20
	}
	if o.Clean == 0 {
		o.Clean = min(10_000, max(500, o.Size/20))
	}
	fmt.Fprintf(out, "haystack of %d essays, seed %d, %d suspicious essays per row\n", w.size(), o.Seed, per)
	if !o.SpeedOnly {
		w.disguiseTable(out, "passages of 50-150 syllables", Disguises, per, 50, 150)
		w.disguiseTable(out, "passages of 25-50 syllables", Disguises, per, 25, 50)
		w.disguiseTable(out, "further disguises, 50-150 syllables", Further, per/2, 50, 150)
		w.disguiseTable(out, "held out: families of disguises, 50-150 syllables", Beyond, per/2, 50, 150)
		w.disguiseTable(out, "tried later: more that nobody named, 50-150 syllables", Unnamed, per/2, 50, 150)
		w.disguiseTable(out, "second table: disguises that no list named, 50-150 syllables", Fresh, per/2, 50, 150)
		w.wholeTable(out, per/4)
		w.cleanTable(out, o.Clean)
		w.exemptTable(out, 4*per)
	}
	w.familyTable(out)
	w.batchTable(out, 5000)
	w.costTable(out, 600)
	w.hostileTable(out)
	fmt.Fprintln(out, conditions())
}

// suspect writes a suspicious essay with one to three disguised passages.
func (w *world) suspect(n int, d Disguise, least, most int) (string, []planted) {
	r := w.rand(suspectStream + uint64(n))
	base := w.write(r, 0.7+0.5*r.Float64())
	var texts []string
	var cases []planted
	each := 1
	if d.Braid {
		each = 2
	}
	for range 1 + r.IntN(3) {
		var cut []string
		for range each {
			id := r.IntN(sources)
			p := passage(r, w.essay(id), least, most)
			cut = append(cut, p.text)
			cases = append(cases, planted{source: id, s: p.span})
		}
		texts = append(texts, d.Rewrite(r, braided(cut)))
	}
	e := w.plant(base, texts, r)
	for i, q := range e.own {
		for k := range each {
			cases[each*e.quotes[i].from+k].q = q
		}
	}
	return e.text, cases
}

// braided takes a sentence of each text in turn.
func braided(texts []string) string {
	if len(texts) == 1 {
		return texts[0]
	}
	var parts [][]string
	for _, t := range texts {
		parts = append(parts, strings.Split(strings.TrimSuffix(t, "."), ". "))
	}
	var out []string
	for i := 0; ; i++ {
		was := len(out)
		for _, p := range parts {
			if i < len(p) {
				out = append(out, p[i])
			}
		}
		if len(out) == was {
			return strings.Join(out, ". ") + "."
		}
	}
}

// examine finds what a text copies; spans of sources are exact for the planted ones only.
func (w *world) examine(text string, cases []planted) judged {
	e := w.corpus.Prepare(text)
	res, err := w.corpus.Find(e, -1)
	if err != nil {
		panic(err) // load never fails
	}
	j := judged{cases: cases}
	for _, p := range res.Passages {
		if p.Hidden {
			continue
		}
		f := planted{source: int(p.Source)}
		f.q.from, f.q.to = e.Span(p.From, p.To)
		for _, c := range cases {
			if c.source == f.source {
				src, _ := w.load(p.Source)
				src.SetText(w.essay(f.source).text)
				f.s.from, f.s.to = src.Span(p.SourceFrom, p.SourceTo)
			}
		}
		j.found = append(j.found, f)
	}
	return j
}

func (w *world) disguiseTable(out io.Writer, title string, ds []Disguise, per, least, most int) {
	fmt.Fprintf(out, "\n%s\n%-42s %5s %21s %23s %6s %6s %5s\n", title, "disguise", "cases", "source recall", "PlagDet", "P", "R", "gran")
	var recall, plagdet float64
	for k, d := range ds {
		docs := make([]judged, per)
		parallel(per, func(i int) {
			docs[i] = w.examine(w.suspect(((k*64+least)<<12)+i, d, least, most))
		})
		s := rate(docs)
		lo, hi := wilson(s.sources, s.cases)
		pl, ph := bootstrap(docs)
		fmt.Fprintf(out, "%-42s %5d  %.3f [%.3f, %.3f]   %.3f [%.3f, %.3f]  %.3f  %.3f  %.2f\n",
			d.Name, s.cases, s.sources, lo, hi, s.plagdet, pl, ph, s.precision, s.recall, s.granularity)
		recall += s.sources / float64(len(ds))
		plagdet += s.plagdet / float64(len(ds))
	}
	fmt.Fprintf(out, "%-42s %5s  %.3f %19.3f\n", "mean", "", recall, plagdet)
}

// wholeTable hands in whole disguised essays.
func (w *world) wholeTable(out io.Writer, per int) {
	fmt.Fprintf(out, "\nwhole essays copied\n%-38s %5s %13s %8s %12s\n", "disguise", "cases", "source first", "family", "wrong family")
	for k, d := range append(append([]Disguise{}, Disguises...), Further...) {
		first, family, wrong := 0, 0, 0
		for i := range per {
			r := w.rand(suspectStream + uint64(1<<28+k<<12+i))
			id := r.IntN(sources)
			e := w.corpus.Prepare(rewritten(r, w.essay(id), d))
			res, _ := w.corpus.Find(e, -1)
			if len(res.Sources) > 0 && res.Sources[0].ID == textreuse.ID(id) {
				first++
			}
			joined := false
			for _, l := range res.Links(-1) {
				joined = joined || l.B == textreuse.ID(id)
				if l.B != textreuse.ID(id) {
					wrong++
				}
			}
			if joined {
				family++
			}
		}
		fmt.Fprintf(out, "%-38s %5d %13.3f %8.3f %12d\n", d.Name, per, share(first, per), share(family, per), wrong)
	}
}

// rewritten disguises every own paragraph.
func rewritten(r *rand.Rand, e essay, d Disguise) string {
	s, at := "", 0
	for _, p := range e.own {
		s += e.text[at:p.from] + d.Rewrite(r, e.text[p.from:p.to])
		at = p.to
	}
	return s + e.text[at:]
}

func share(n, of int) float64 { return float64(n) / float64(max(1, of)) }

// cleanTable counts false alarms on essays that copy nothing.
func (w *world) cleanTable(out io.Writer, n int) {
	anyPassage, tenth := make([]bool, n), make([]bool, n)
	parallel(n, func(i int) {
		e := w.corpus.Prepare(w.essay(cleanStream + i).text)
		res, _ := w.corpus.Find(e, -1)
		anyPassage[i] = len(res.Passages) > 0
		tenth[i] = 10*res.Copied > res.Own
	})
	a, t := count(anyPassage), count(tenth)
	lo, hi := wilson(share(a, n), n)
	fmt.Fprintf(out, "\nindependent essays: %d of %d with any passage (%.2f %% [%.2f, %.2f]), %d above 10 %% of own text\n",
		a, n, 100*share(a, n), 100*lo, 100*hi, t)
}

func count(bs []bool) (n int) {
	for _, b := range bs {
		if b {
			n++
		}
	}
	return n
}

// exemptTable measures by letter what is taken out as quoted.
func (w *world) exemptTable(out io.Writer, n int) {
	var both, quoted, taken int
	for i := range n {
		e := w.essay(cleanStream + 1<<24 + i)
		p := w.corpus.Prepare(e.text)
		truth, found := make([]bool, len(p.Text.Letters)), make([]bool, len(p.Text.Letters))
		for l, at := range p.Text.Start {
			for _, q := range e.quotes {
				truth[l] = truth[l] || int(at) >= q.from && int(at) < q.to
			}
		}
		for _, q := range p.Quotes {
			for l := q.From; l < q.To; l++ {
				found[l] = true
			}
		}
		for l := range truth {
			if truth[l] && found[l] {
				both++
			}
		}
		quoted, taken = quoted+count(truth), taken+count(found)
	}
	fmt.Fprintf(out, "exemption of quotations, by letter: recall %.4f, precision %.4f (%d essays)\n", share(both, quoted), share(both, taken), n)
}
