package likeness

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

func TestLevel(t *testing.T) {
	for _, c := range []struct {
		name  string
		f     Figures
		level string
		share int64
		rated bool
		lead  bool
	}{
		{"nothing shared", Figures{Own: 800}, "", 0, true, false},
		{"a tenth less a little", Figures{Own: 1000, Copied: 99}, "", 990, true, false},
		{"a tenth", Figures{Own: 1000, Copied: 100}, Few, 1000, true, false},
		{"a quarter", Figures{Own: 1000, Copied: 250}, Notice, 2500, true, true},
		{"half", Figures{Own: 1000, Copied: 500}, Nearly, 5000, true, true},
		{"all", Figures{Own: 333, Copied: 333}, Nearly, 10000, true, true},
		{"a third, rounded half up", Figures{Own: 300, Copied: 200}, Nearly, 6667, true, true},
		{"short, a little", Figures{Own: 149, Copied: 30}, Few, 2013, false, false},
		{"short, much", Figures{Own: 149, Copied: 60}, Notice, 4027, false, true},
		{"no own text at all", Figures{}, "", 0, false, false},
	} {
		if l, s := c.f.Level(), c.f.Share(); l != c.level || s != c.share || c.f.Rated() != c.rated || c.f.Lead() != c.lead {
			t.Errorf("%s: %q %d %v %v", c.name, l, s, c.f.Rated(), c.f.Lead())
		}
	}
}

func TestTalk(t *testing.T) {
	for _, c := range []struct{ path, end string }{
		{"lead ask reply explain", Explained},
		{"ask reply reply propose uphold", Upheld},
		{"lead ask propose uphold reopen explain", Explained},
		{"lead propose", "!"},
		{"ask propose reply", Answered},
		{"ask propose uphold reply propose", Proposed},
		{"lead reply", "!"},
		{"ask explain reply", "!"},
		{"explain reopen", Lead},
		{"propose", "!"},
		{"uphold", "!"},
		{"ask uphold", "!"},
		{"reply", "!"},
		{"explain ask", "!"},
		{"ask reply propose ask", "!"},
		{"lead lead", "!"},
		{"nonsense", "!"},
	} {
		state, ok := None, true
		for _, step := range strings.Fields(c.path) {
			if state, ok = next(state, step); !ok {
				state = "!"
				break
			}
		}
		if state != c.end {
			t.Errorf("%s: %q, want %q", c.path, state, c.end)
		}
	}
	for _, s := range append(States, None) {
		if len(Steps(s)) == 0 {
			t.Errorf("%q leads nowhere", s)
		}
	}
	if Told(Lead) || Told(None) || !Told(Asked) {
		t.Error("the author hears of a talk when he is asked, not before")
	}
}

// Stretches that answer each other become one passage however the pairs are ordered.
func TestGroup(t *testing.T) {
	at := func(e, from, to int64) span { return span{id.ID(e), from, to} }
	pairs := [][2]span{
		{at(2, 0, 100), at(1, 50, 150)}, {at(3, 10, 110), at(1, 52, 150)}, {at(4, 0, 90), at(3, 20, 108)},
		{at(5, 300, 400), at(2, 300, 400)}, // another passage
		{at(6, 0, 30), at(1, 140, 170)},    // overlaps a little
	}
	want := ""
	for i := range 20 {
		rng := rand.New(rand.NewPCG(uint64(i), 1))
		rng.Shuffle(len(pairs), func(a, b int) { pairs[a], pairs[b] = pairs[b], pairs[a] })
		for k := range pairs {
			if rng.IntN(2) == 0 {
				pairs[k][0], pairs[k][1] = pairs[k][1], pairs[k][0]
			}
		}
		got := fmt.Sprint(group(pairs))
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("order matters:\n%s\n%s", got, want)
		}
	}
	all := group(pairs)
	if len(all) != 3 || len(all[0].essays) != 4 || all[0].essay != 1 || all[0].from != 50 || all[0].to != 150 {
		t.Errorf("%+v", all)
	}
	if len(group(nil)) != 0 {
		t.Error("nothing out of nothing")
	}
}

// A cloth loses no letter, whatever is painted on it.
func TestCloth(t *testing.T) {
	text := "Đồng chí phải nêu gương.\nMột câu nữa ở đây! Và câu cuối cùng.\n\nHết."
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 3))
		c := newCloth(text)
		edges := []int{0, len(text)}
		for i := range text {
			edges = append(edges, i)
		}
		pick := func() (int, int) {
			a, b := edges[rng.IntN(len(edges))], edges[rng.IntN(len(edges))]
			return min(a, b), max(a, b)
		}
		for n := 1; n < 5; n++ {
			from, to := pick()
			c.exempt(from, to, "NQ")
			from, to = pick()
			c.stretch(n, Source{N: 1}, from, to)
			from, to = pick()
			c.passage(n+5, Source{N: 2}, []textreuse.Piece{{Start: from, End: to}}, true)
		}
		var b strings.Builder
		for _, p := range c.pieces() {
			b.WriteString(p.Text)
		}
		if got, want := b.String(), strings.ReplaceAll(text, "\n", ""); got != want {
			t.Fatalf("seed %d: %q", seed, got)
		}
	}
}

// A passage begins and ends with whole syllables on the screen.
func TestClothWholeSyllables(t *testing.T) {
	text := "Một hai. Tháng ba nắng."
	c, at := newCloth(text), strings.Index(text, "háng")
	c.passage(1, Source{N: 1}, []textreuse.Piece{{Start: 0, End: 9, Mark: textreuse.Solid}, {Start: 9, End: at, Mark: textreuse.Solid}}, true)
	c.stretch(2, Source{N: 2}, at, len(text)-1)
	var got []string
	for _, p := range c.pieces() {
		got = append(got, p.Kind+":"+p.Text)
	}
	if want := "same:Một hai. |other:Tháng ba nắng|:."; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}

func TestClothShowsOnlyAround(t *testing.T) {
	text := "Câu đầu tiên không ai cần biết. Câu này giống nhau thật. Câu sau là chuyện riêng."
	from := strings.Index(text, "giống")
	c := newCloth(text)
	c.passage(1, Source{N: 1}, []textreuse.Piece{{Start: from, End: from + len("giống nhau")}}, true)
	c.around()
	var b strings.Builder
	for _, p := range c.pieces() {
		if p.Kind == Gap {
			b.WriteString("[…]")
		}
		b.WriteString(p.Text)
	}
	if got := b.String(); got != "[…] Câu này giống nhau thật.[…]" {
		t.Errorf("%q", got)
	}
	if n := len(Blocks(c.pieces())); n != 1 {
		t.Errorf("%d paragraphs", n)
	}
}

func TestBlocks(t *testing.T) {
	c := newCloth("Một.\nHai.\n\nBa.")
	var got []string
	for _, b := range Blocks(c.pieces()) {
		got = append(got, b[0].Text)
	}
	if !slices.Equal(got, []string{"Một.", "Hai.", "Ba."}) {
		t.Errorf("%q", got)
	}
}

// Copies that were each compared with another one are still one passage.
func TestUnite(t *testing.T) {
	a, b := sketch([]byte("congtacxaydungdangodiaphuongconnhieuviecphailamtrongnamtoi")), sketch([]byte("mottextkhachoantoanvenhungchuyenkhackhonglienquangi"))
	all := unite([]shared{{span{4, 0, 58}, []id.ID{4, 9}}, {span{5, 7, 60}, []id.ID{5, 6}}, {span{2, 3, 61}, []id.ID{2, 4}}}, [][]uint64{a, b, a})
	if len(all) != 2 || fmt.Sprint(all[0].essays) != fmt.Sprint([]id.ID{2, 4, 9}) || all[0].span != (span{2, 3, 61}) {
		t.Errorf("%+v", all)
	}
	if len(sketch([]byte("ngan"))) != 0 {
		t.Error("too short to be recognised")
	}
}
