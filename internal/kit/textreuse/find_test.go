package textreuse_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"quantriet/internal/kit/textreuse"
	"quantriet/internal/kit/textreuse/eval"
)

var (
	author = eval.NewAuthor(5)
	secret = textreuse.NewSecret([]byte("a secret of this installation"))
)

func references() (out []textreuse.Reference) {
	for i, r := range author.References {
		out = append(out, textreuse.Reference{ID: int64(i + 1), Category: textreuse.Category(i + 1), Text: r.Text})
	}
	return out
}

var engine = textreuse.New(secret, references()...)

// campaign is a corpus of texts by id.
type campaign struct {
	*textreuse.Corpus
	essays map[textreuse.ID]*textreuse.Essay
}

func newCampaign(e *textreuse.Engine) *campaign {
	c := &campaign{essays: map[textreuse.ID]*textreuse.Essay{}}
	c.Corpus = &textreuse.Corpus{Engine: e, Index: textreuse.NewIndex(), Load: func(id textreuse.ID) (*textreuse.Essay, error) { return c.essays[id], nil }}
	return c
}

func (c *campaign) add(id textreuse.ID, text string) {
	c.essays[id] = c.Prepare(text)
	c.Add(id, c.essays[id].Print)
}

func (c *campaign) find(t fataler, text string, except ...textreuse.ID) *textreuse.Result {
	r, err := c.Find(c.Prepare(text), -1, except...)
	if err != nil {
		t.Fatalf("find: %v", err)
	}
	return r
}

func with(e *textreuse.Engine, c *campaign) *campaign {
	corpus := *c.Corpus
	corpus.Engine = e
	return &campaign{&corpus, c.essays}
}

func TestIdenticalEssayIsAllCopied(t *testing.T) {
	c := newCampaign(engine)
	c.add(1, author.Essay(1))
	r := c.find(t, author.Essay(1))
	if r.Copied != r.Own || r.Own < 300 || len(r.Sources) != 1 {
		t.Errorf("%d of %d, sources %v", r.Copied, r.Own, r.Sources)
	}
}

func TestIdenticalDespiteQuotations(t *testing.T) {
	own := author.Essay(3)[600:2600]
	text := author.References[0].Text[:9000] + "\n" + own
	c := newCampaign(engine)
	c.add(1, text)
	r := c.find(t, text)
	if r.Copied != r.Own || r.Own == 0 || r.Exempt < 2*r.Own {
		t.Errorf("%d of %d, exempt %d", r.Copied, r.Own, r.Exempt)
	}
}

func TestQuotationsAreNoCopies(t *testing.T) {
	c := newCampaign(engine)
	for i := range 5 {
		c.add(textreuse.ID(i), author.Essay(i)+"\n"+author.References[0].Text[:3000])
	}
	r := c.find(t, author.Essay(77)+"\n"+author.References[0].Text[:3000])
	if r.Copied != 0 || r.Exempt < 500 {
		t.Errorf("%d copied, %d exempt", r.Copied, r.Exempt)
	}
}

func TestPassageCutsTheShownText(t *testing.T) {
	c := newCampaign(engine)
	source := author.Essay(1)
	c.add(1, source)
	p := paragraph(source)
	text := author.Essay(2) + "\n" + p + "\n" + author.Essay(3)
	e := c.Prepare(text)
	r, _ := c.Find(e, -1)
	if len(r.Passages) != 1 {
		for _, p := range r.Passages {
			from, to := e.Span(p.From, p.To)
			t.Errorf("%+v %s", p, text[from:to])
		}
		t.FailNow()
	}
	from, to := e.Span(r.Passages[0].From, r.Passages[0].To)
	if got := text[from:to]; !strings.Contains(got, strings.TrimRight(p, ". ")) || len(got) > len(p)+20 {
		t.Errorf("cut %q\nof %q", got, p)
	}
}

// paragraph is the longest line of an essay that quotes nothing.
func paragraph(s string) (best string) {
	for _, l := range strings.Split(s, "\n") {
		if len(l) > len(best) && !strings.Contains(l, ": ") {
			best = l
		}
	}
	return best
}

func TestExcludedSourceGivesWay(t *testing.T) {
	c := newCampaign(engine)
	c.add(1, author.Essay(1))
	c.add(2, author.Essay(2)+"\n"+paragraph(author.Essay(1)))
	text := author.Essay(9) + "\n" + paragraph(author.Essay(1))
	if r := c.find(t, text, 1); len(r.Sources) != 1 || r.Sources[0].ID != 2 {
		t.Errorf("without 1: %v", r.Sources)
	}
	if r := c.find(t, text, 1, 2); r.Copied != 0 {
		t.Errorf("without 1 and 2: %d copied", r.Copied)
	}
}

func TestViralPassageIsCounted(t *testing.T) {
	c := newCampaign(engine)
	p := paragraph(author.Essay(500))
	for i := range 200 {
		c.add(textreuse.ID(i), author.Essay(i)+"\n"+p)
	}
	r := c.find(t, author.Essay(400)+"\n"+p)
	if len(r.Passages) == 0 || r.Passages[0].Also != 200 || r.Passages[0].Matched < 300 {
		t.Errorf("%+v", r.Passages)
	}
}

func TestSaidTwiceIsFoundTwice(t *testing.T) {
	c := newCampaign(engine)
	c.add(1, author.Essay(1))
	p := paragraph(author.Essay(1))
	once := c.find(t, author.Essay(9)+"\n"+p)
	twice := c.find(t, p+"\n"+author.Essay(9)+"\n"+p)
	if once.Copied == 0 || twice.Copied < 2*once.Copied-4 {
		t.Errorf("%d, then %d syllables", once.Copied, twice.Copied)
	}
}

func TestMatchedLettersAreSymmetrical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := engine.Prepare(mixture(t, "a")), engine.Prepare(mixture(t, "b"))
		if x, y := matched(textreuse.Compare(a, b)), matched(textreuse.Compare(b, a)); x != y {
			t.Fatalf("%d seen from one side, %d from the other", x, y)
		}
	})
}

func matched(ps []textreuse.Passage) (n int) {
	for _, p := range ps {
		n += p.Matched
	}
	return n
}

// mixture draws a text of a few paragraphs of few essays, some disguised.
func mixture(t *rapid.T, label string) string {
	var b strings.Builder
	for range rapid.IntRange(1, 5).Draw(t, label) {
		lines := strings.Split(author.Essay(rapid.IntRange(1, 3).Draw(t, "essay")), "\n")
		line := lines[rapid.IntRange(0, len(lines)-1).Draw(t, "line")]
		d := eval.Disguises[rapid.IntRange(0, len(eval.Disguises)-1).Draw(t, "disguise")]
		b.WriteString(d.Rewrite(rand.New(rand.NewPCG(1, 2)), line) + "\n")
	}
	return b.String()
}

func TestAddedReferenceNeverRaisesARatio(t *testing.T) {
	c := newCampaign(engine)
	for i := range 4 {
		c.add(textreuse.ID(i), author.Essay(i))
	}
	rapid.Check(t, func(t *rapid.T) {
		text := mixture(t, "text") + author.Essay(50)[:1500]
		first := textreuse.Reference{ID: 90, Category: textreuse.Common, Text: mixture(t, "first")}
		second := textreuse.Reference{ID: 91, Category: textreuse.Common, Text: mixture(t, "second")}
		before := c.find(t, text)
		once := with(engine.With(first), c).find(t, text)
		twice := with(engine.With(first).With(second), c).find(t, text)
		for _, p := range [][2]*textreuse.Result{{before, once}, {once, twice}} {
			if p[1].Copied*p[0].Own > p[0].Copied*p[1].Own {
				t.Fatalf("%d/%d became %d/%d", p[0].Copied, p[0].Own, p[1].Copied, p[1].Own)
			}
		}
	})
}

func TestUnrelatedEssayChangesNothing(t *testing.T) {
	c := newCampaign(engine)
	for i := range 4 {
		c.add(textreuse.ID(i), author.Essay(i))
	}
	unrelated := eval.NewAuthor(99)
	next := textreuse.ID(1000)
	rapid.Check(t, func(t *rapid.T) {
		text := mixture(t, "text")
		before := c.find(t, text)
		c.add(next, "zebra quartz "+strings.ToUpper(unrelated.References[0].Text[int(next)%500:int(next)%500+10])+strings.Repeat(" walnut jigsaw", int(next)%7))
		next++
		after := c.find(t, text)
		if before.Copied != after.Copied || before.Own != after.Own || len(before.Passages) != len(after.Passages) {
			t.Fatalf("%d became %d copied syllables", before.Copied, after.Copied)
		}
	})
}

// A batch reads stored essays, most of them from memory, on several processors and over a
// merged index; what it finds is what each would find alone in an index that just grew.
func TestBatchIsOneByOne(t *testing.T) {
	grown, merged := newCampaign(engine), newCampaign(engine)
	const n = 60
	for i := range n {
		text := author.Essay(i % 40)
		if i >= 40 {
			text = eval.Disguises[i%17].Rewrite(rand.New(rand.NewPCG(uint64(i), 3)), text)
		}
		grown.add(textreuse.ID(i), text)
		merged.add(textreuse.ID(n-1-i), author.Essay((n-1-i)%40))
		merged.Delete(textreuse.ID(n-1-i), merged.essays[textreuse.ID(n-1-i)].Print)
	}
	for id, e := range grown.essays {
		merged.Add(id, e.Print)
	}
	merged.Merge()
	merged.Load = textreuse.Recent(func(id textreuse.ID) (*textreuse.Essay, error) { return textreuse.OpenEssay(grown.essays[id].Bytes()) }, 40_000)
	var wait sync.WaitGroup
	for i := range n {
		wait.Go(func() {
			id := textreuse.ID(i)
			stored, _ := merged.Load(id)
			batch, err := merged.Find(stored, id)
			alone, _ := grown.Find(grown.essays[id], id)
			if err != nil || !reflect.DeepEqual(batch.Passages, alone.Passages) || !reflect.DeepEqual(batch.Sources, alone.Sources) ||
				!slices.Equal(batch.Near, alone.Near) || batch.Own != alone.Own || batch.Copied != alone.Copied || batch.Longest != alone.Longest {
				t.Errorf("%d: %+v in the batch, %+v alone", i, batch, alone)
			}
		})
	}
	wait.Wait()
}

func TestFamiliesInAnyOrder(t *testing.T) {
	texts := map[textreuse.ID]string{}
	for i := range 40 {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		texts[textreuse.ID(i)] = author.Essay(i)
		if i%2 == 0 { // disguised copies of five essays
			texts[textreuse.ID(i)] = eval.Disguises[i%17].Rewrite(r, author.Essay(100+i%5))
		}
	}
	var first [][]textreuse.ID
	for round := range 8 {
		order := rand.New(rand.NewPCG(uint64(round), 2)).Perm(len(texts))
		got := arrive(t, order, texts)
		if first == nil {
			first = got
		}
		if !slices.EqualFunc(first, got, slices.Equal) {
			t.Fatalf("%v\nand %v", first, got)
		}
	}
	if len(first) != 5 {
		t.Errorf("%d families: %v", len(first), first)
	}
}

// arrive hands the essays in one by one, each judged when it comes.
func arrive(t fataler, order []int, texts map[textreuse.ID]string) [][]textreuse.ID {
	c := newCampaign(engine)
	var links []textreuse.Link
	for _, n := range order {
		id := textreuse.ID(n)
		links = append(links, c.find(t, texts[id]).Links(id)...)
		c.add(id, texts[id])
	}
	return textreuse.Families(links)
}
