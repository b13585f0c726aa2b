package eval

import (
	"flag"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

var size = flag.Int("eval.size", 0, "essays in the haystack of TestRun, which then prints its tables")

func TestRun(t *testing.T) {
	if *size > 0 {
		Run(os.Stdout, Options{Size: *size, Seed: 12})
	}
}

// The floors lie below what the tables show by more than chance.
func TestDisguisedPassagesAreFound(t *testing.T) {
	w := newWorld(400, 3)
	for k, d := range append(append([]Disguise{}, Disguises...), Further...) {
		docs := make([]judged, 12)
		parallel(len(docs), func(i int) { docs[i] = w.examine(w.suspect(k<<8+i, d, 50, 150)) })
		s := rate(docs)
		least := 0.9
		if k == 16 { // heavy
			least = 0.35
		} else if k > 8 && k < 16 {
			least = 0.75
		}
		if s.plagdet < least || s.sources < least {
			t.Errorf("%s: source recall %.3f, PlagDet %.3f", d.Name, s.sources, s.plagdet)
		}
	}
	for k, d := range Fresh {
		docs := make([]judged, 4)
		parallel(len(docs), func(i int) { docs[i] = w.examine(w.suspect((100+k)<<8+i, d, 50, 150)) })
		if s := rate(docs); s.sources < 0.7 || s.plagdet < 0.7 {
			t.Errorf("%s: source recall %.3f, PlagDet %.3f", d.Name, s.sources, s.plagdet)
		}
	}
	w.cleanTable(io.Discard, 10)
}

func TestRate(t *testing.T) {
	c := planted{source: 1, q: span{0, 100}, s: span{0, 100}}
	half := planted{source: 1, q: span{0, 50}, s: span{0, 50}}
	other := planted{source: 2, q: span{0, 100}, s: span{0, 100}}
	for _, r := range []struct {
		name                     string
		found                    []planted
		precision, recall, score float64
	}{
		{"exactly found", []planted{c}, 1, 1, 1},
		{"nothing found", nil, 0, 0, 0},
		{"half found", []planted{half}, 1, 0.5, 2. / 3},
		{"wrong source", []planted{other}, 0, 0, 0},
		{"found and a false one", []planted{c, other}, 0.5, 1, 2. / 3},
		{"found in two pieces", []planted{half, {1, span{50, 100}, span{50, 100}}}, 1, 1, 1 / math.Log2(3)},
	} {
		s := rate([]judged{{[]planted{c}, r.found}})
		if math.Abs(s.precision-r.precision)+math.Abs(s.recall-r.recall)+math.Abs(s.plagdet-r.score) > 1e-9 {
			t.Errorf("%s: %+v", r.name, s)
		}
	}
}

func TestDisguises(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		disguise Disguise
		want     string
	}{
		{Disguises[2], "Dang uy xa."},
		{Further[0], "§¶ng ñy x·."},
		{Further[1], "ñaûng uûy xaõ."},
		{Further[2], "DDangr uyr xax."},
		{Further[3], "D9ang3 uy3 xa4."},
		{Further[4], "Ä\u0090áº£ng á»§y xÃ£."},
		{Further[8], "Đảngủyxã."},
	} {
		got := c.disguise.Rewrite(r, "Đảng ủy xã.")
		if c.disguise.Name == Further[4].Name {
			if len(got) < 25 {
				t.Errorf("%s: %q", c.disguise.Name, got)
			}
		} else if got != c.want {
			t.Errorf("%s: %q, want %q", c.disguise.Name, got, c.want)
		}
	}
}

func TestAuthorIsReproducible(t *testing.T) {
	one, again := NewAuthor(4), NewAuthor(4)
	if one.Essay(9) != again.Essay(9) || one.Essay(9) == one.Essay(10) {
		t.Error("essays depend on more than seed and number")
	}
}
