package eval

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is the bytes [from, to) of a text.
type span struct{ from, to int }

func (s span) meets(o span) int { return max(0, min(s.to, o.to)-max(s.from, o.from)) }

// essay is generated text. own are its paragraphs without quotations; quotes the
// stretches taken from references.
type essay struct {
	text   string
	own    []span
	quotes []span
}

// Author writes reproducible essays about one resolution.
type Author struct {
	seed       uint64
	References []Source
	pool       []string // sentences of the references
}

// Source is a reference text by name.
type Source struct{ Name, Text string }

// NewAuthor writes the references first.
func NewAuthor(seed uint64) *Author {
	a := &Author{seed: seed}
	r := a.rand(1 << 40)
	for _, ref := range []struct {
		name      string
		sentences int
	}{{"resolution", 160}, {"material", 90}} {
		var b []string
		for range ref.sentences {
			b = append(b, formal(r))
		}
		a.pool = append(a.pool, b...)
		a.References = append(a.References, Source{ref.name, strings.Join(b, " ")})
	}
	a.References = append(a.References, Source{"question", question}, Source{"template", header + "\n" + closing})
	return a
}

const (
	question = "Đồng chí hãy nêu những nội dung cốt lõi của nghị quyết, liên hệ trách nhiệm của bản thân và đề xuất giải pháp thực hiện tại nơi đồng chí công tác và sinh hoạt."
	header   = "ĐẢNG CỘNG SẢN VIỆT NAM\nBÀI THU HOẠCH\nKết quả học tập, quán triệt nghị quyết của Đảng\nHọ và tên:\nChức vụ, đơn vị công tác:\nSinh hoạt tại chi bộ:"
	closing  = "Trên đây là bài thu hoạch của tôi sau khi được học tập, quán triệt nghị quyết. Rất mong nhận được ý kiến góp ý của các đồng chí.\nNgười viết thu hoạch"
)

func (a *Author) rand(n uint64) *rand.Rand { return rand.New(rand.NewPCG(a.seed, n)) }

// Essay is the n-th independent essay, about 1,200 syllables long.
func (a *Author) Essay(n int) string { return a.essay(n).text }

func (a *Author) essay(n int) essay {
	return a.write(a.rand(uint64(n)), 0.5+a.rand(uint64(n)).Float64())
}

// write makes an essay; size 1 is about 1,200 syllables.
func (a *Author) write(r *rand.Rand, size float64) essay {
	var b builder
	b.line(header)
	b.quote(0)
	if r.Float64() < 0.5 {
		from := b.Len()
		b.line("Câu hỏi: " + question)
		b.quote(from)
	}
	quotes := r.IntN(7)
	for p := range int(8.5 * size) {
		if p < quotes {
			b.WriteString(pick(r, views) + ": ")
			from := b.Len()
			b.line(a.quotation(r))
			b.quote(from)
		}
		from := b.Len()
		for range 3 + r.IntN(4) {
			b.WriteString(sentence(r) + " ")
		}
		b.own = append(b.own, span{from, b.Len() - 1})
		b.WriteByte('\n')
	}
	from := b.Len()
	b.line(closing)
	b.quote(from)
	return essay{b.String(), b.own, b.quotes}
}

type builder struct {
	strings.Builder
	own, quotes []span
}

func (b *builder) line(s string) { b.WriteString(s + "\n") }

func (b *builder) quote(from int) { b.quotes = append(b.quotes, span{from, b.Len() - 1}) }

// quotation is one to four sentences of a reference, sometimes in quotation marks,
// sometimes lightly edited.
func (a *Author) quotation(r *rand.Rand) string {
	n := 1 + r.IntN(4)
	at := r.IntN(len(a.pool) - n)
	s := strings.Join(a.pool[at:at+n], " ")
	switch {
	case r.Float64() < 0.3:
		return "“" + s + "”"
	case r.Float64() < 0.4:
		return synonymized(r, s, 0.3)
	}
	return s
}

// pick prefers the words at the head of a list.
func pick(r *rand.Rand, words []string) string {
	f := r.Float64()
	return words[int(f*(0.35+0.65*f)*float64(len(words)))]
}

func maybe(r *rand.Rand, chance float64, s func() string) string {
	if r.Float64() < chance {
		return " " + s()
	}
	return ""
}

// stock is the wide vocabulary, thousands of two-syllable words put together at random:
// with the short lists alone every pair of words would be everywhere.
var stock = func() []string {
	r := rand.New(rand.NewPCG(7, 7))
	out := make([]string, 5000)
	for i := range out {
		out[i] = syllableStock[r.IntN(len(syllableStock))] + " " + syllableStock[r.IntN(len(syllableStock))]
	}
	return out
}()

// word is one of the list, or, more often, of the wide vocabulary; skewed like real use.
func word(r *rand.Rand, words []string) string {
	if r.Float64() < 0.4 {
		return pick(r, words)
	}
	f := r.Float64()
	return stock[int(f*f*float64(len(stock)))]
}

// thing is a noun phrase.
func thing(r *rand.Rand) string {
	return strings.TrimSpace(maybe(r, 0.4, func() string { return pick(r, counts) }) + " " + word(r, things) +
		maybe(r, 0.35, func() string { return word(r, kinds) }) +
		maybe(r, 0.25, func() string { return "của " + pick(r, actors) }))
}

func clause(r *rand.Rand) string {
	s := pick(r, actors) + maybe(r, 0.6, func() string { return pick(r, modals) }) + " " + word(r, deeds) + " " + thing(r)
	s += maybe(r, 0.3, func() string { return "và " + word(r, deeds) + " " + thing(r) })
	return s + maybe(r, 0.3, func() string { return word(r, kinds) }) + maybe(r, 0.35, func() string { return pick(r, places) })
}

// sentence is one of an essay; a fifth hold a set phrase.
func sentence(r *rand.Rand) string {
	s := clause(r)
	switch r.IntN(5) {
	case 0:
		s = pick(r, times) + ", " + s
	case 1:
		s = pick(r, views) + " " + s
	}
	if r.Float64() < 0.55 {
		s += ", " + pick(r, links) + " " + clause(r)
	}
	if r.Float64() < 0.2 {
		s += ", " + formula(r)
	}
	return capital(s) + "."
}

// formula picks by Zipf's law.
func formula(r *rand.Rand) string {
	f := r.Float64()
	return formulae[int(f*f*f*float64(len(formulae)))]
}

// formal is a sentence of a resolution; the set phrases are left to the essays.
func formal(r *rand.Rand) string {
	s := fmt.Sprintf("%s %s, %s %s", pick(r, orders), pick(r, aims), pick(r, orders), pick(r, aims))
	s += maybe(r, 0.6, func() string { return "gắn với " + pick(r, aims) + " " + word(r, kinds) })
	s += maybe(r, 0.4, func() string { return "; " + word(r, deeds) + " " + thing(r) + " " + pick(r, places) })
	return capital(s) + "."
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
