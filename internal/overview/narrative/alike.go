package narrative

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
	"quantriet/internal/overview/report"
)

// Leasts of what is asked about.
const (
	leastShare = 6000 // hundredths of a percent of a sentence that stand elsewhere, too
	leastWords = 8    // own syllables of a sentence
)

// Found is a sentence that stands nearly the same elsewhere.
type Found struct {
	Section  string `json:"section"`
	Place    string `json:"place"`
	Text     string `json:"text"`
	Kind     string `json:"kind" enum:"before,beside"`
	Share    int64  `json:"share" doc:"of the sentence's own syllables, in hundredths of a percent"`
	Source   id.ID  `json:"source"`
	Version  int64  `json:"version"`
	Campaign id.ID  `json:"campaign"`
	Title    string `json:"title" doc:"of the source's campaign"`
	Unit     id.ID  `json:"unit"`
	Name     string `json:"name"`
	Sent     int64  `json:"sent" doc:"when the source was first sent"`
	Theirs   string `json:"theirs" doc:"empty when the source may not be read"`
}

// book is the texts of a report or review as one, with its sentences.
type book struct {
	text  string
	parts []said
}

type said struct {
	part
	section string
}

// bind joins the sections.
func bind(texts map[string]string) (b book) {
	for _, section := range report.Sections {
		body := texts[section]
		if strings.TrimSpace(body) == "" {
			continue
		}
		shift := len(b.text)
		b.text += body + "\n\n"
		for _, p := range paragraphs(body) {
			for _, s := range sentences(body, p) {
				s.from, s.to = s.from+shift, s.to+shift
				b.parts = append(b.parts, said{s, section})
			}
		}
	}
	return b
}

// syllables counts those of text[from:to) that are own, and of them those covered.
func syllables(text string, from, to int, exempt, covered []bool) (own, copied int64) {
	for from < to {
		r := strings.IndexFunc(text[from:to], inWord)
		if r < 0 {
			break
		}
		start := from + r
		end := to
		if n := strings.IndexFunc(text[start:to], func(r rune) bool { return !inWord(r) }); n >= 0 {
			end = start + n
		}
		if !exempt[start] {
			own++
			if covered[start] && covered[end-1] {
				copied++
			}
		}
		from = end
	}
	return own, copied
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// share is a ÷ b in hundredths of a percent, half up.
func share(a, b int64) int64 {
	if b == 0 {
		return 0
	}
	return (a*20000 + b) / (2 * b)
}

// source is a report to compare with.
type source struct {
	Found // everything but the sentence
	texts map[string]string
	essay *textreuse.Essay
	book  book
}

// result is a report compared with its sources, in syllables.
type result struct {
	own, before, beside int64
	found               []Found
}

// compare finds the sentences of a book that stand nearly the same in a source; of several the
// likest, then the one sent first, one of each kind.
func compare(engine *textreuse.Engine, own book, sources []source) (r result, err error) {
	essay, exempt := engine.Prepare(own.text), make([]bool, len(own.text))
	for _, x := range engine.Exempt(essay.Text) {
		fill(exempt, x.Start, x.End)
	}
	none := make([]bool, len(own.text))
	r.own, _ = syllables(own.text, 0, len(own.text), exempt, none)
	for _, kind := range []string{"before", "beside"} {
		all := make([]bool, len(own.text))
		passages, err := find(engine, essay, sources, kind)
		if err != nil {
			return r, err
		}
		best := map[int]Found{}
		for i, src := range sources {
			if len(passages[i]) == 0 {
				continue
			}
			mask := make([]bool, len(own.text))
			for _, p := range passages[i] {
				left, _ := p.Pieces(essay, src.essay)
				for _, x := range left {
					if x.Mark != textreuse.Dashed {
						fill(mask, x.Start, x.End)
						fill(all, x.Start, x.End)
					}
				}
			}
			own.marked(best, src, essay, passages[i], exempt, mask)
		}
		_, copied := syllables(own.text, 0, len(own.text), exempt, all)
		if kind == "before" {
			r.before = copied
		} else {
			r.beside = copied
		}
		for _, f := range best {
			r.found = append(r.found, f)
		}
	}
	slices.SortFunc(r.found, func(a, b Found) int {
		return cmp.Or(slices.Index(report.Sections, a.Section)-slices.Index(report.Sections, b.Section), order(a.Place, b.Place), cmp.Compare(a.Kind, b.Kind))
	})
	return r, nil
}

// marked puts the sentences into best that are likest to src.
func (b book) marked(best map[int]Found, src source, essay *textreuse.Essay, ps []textreuse.Passage, exempt, mask []bool) {
	for i, s := range b.parts {
		own, copied := syllables(b.text, s.from, s.to, exempt, mask)
		n := share(copied, own)
		if n < leastShare || own < leastWords || n < best[i].Share || n == best[i].Share && best[i].Sent <= src.Sent {
			continue
		}
		f := src.Found
		f.Section, f.Place, f.Text, f.Share = s.section, s.place, b.text[s.from:s.to], n
		f.Theirs = src.answer(essay, ps, s)
		best[i] = f
	}
}

// answer is the sentence of the source that answers most of s.
func (src source) answer(essay *textreuse.Essay, ps []textreuse.Passage, s said) (out string) {
	theirs := make([]bool, len(src.book.text))
	for _, p := range ps {
		left, right := p.Pieces(essay, src.essay)
		runs := map[int]bool{}
		for _, x := range left {
			if x.Start < s.to && x.End > s.from {
				runs[x.Run] = true
			}
		}
		for _, x := range right {
			if runs[x.Run] {
				fill(theirs, x.Start, x.End)
			}
		}
	}
	most := 0
	for _, q := range src.book.parts {
		n := 0
		for _, c := range theirs[q.from:q.to] {
			if c {
				n++
			}
		}
		if n > most {
			most, out = n, src.book.text[q.from:q.to]
		}
	}
	return out
}

func fill(mask []bool, from, to int) {
	for i := max(from, 0); i < min(to, len(mask)); i++ {
		mask[i] = true
	}
}

// order compares places as numbers.
func order(a, b string) int {
	ap, as, _ := strings.Cut(a, ".")
	bp, bs, _ := strings.Cut(b, ".")
	return cmp.Or(cmp.Compare(len(ap), len(bp)), strings.Compare(ap, bp), cmp.Compare(len(as), len(bs)), strings.Compare(as, bs))
}

// find asks the index of all sources of one kind at once, so that what many of them say counts
// as a set phrase, and sorts the passages by source.
func find(engine *textreuse.Engine, essay *textreuse.Essay, sources []source, kind string) ([][]textreuse.Passage, error) {
	index, out := textreuse.NewIndex(), make([][]textreuse.Passage, len(sources))
	for i, s := range sources {
		if s.Kind == kind {
			index.Add(textreuse.ID(i+1), s.essay.Print)
		}
	}
	of := textreuse.Corpus{Engine: engine, Index: index, Load: func(x textreuse.ID) (*textreuse.Essay, error) { return sources[x-1].essay, nil }}
	r, err := of.Find(essay, 0)
	if err != nil {
		return nil, err
	}
	for _, p := range r.Passages {
		out[p.Source-1] = append(out[p.Source-1], p)
	}
	return out, nil
}
