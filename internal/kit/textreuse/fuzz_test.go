package textreuse_test

import (
	"testing"

	"quantriet/internal/kit/textreuse"
)

func FuzzFold(f *testing.F) {
	f.Add(said)
	f.Add("§¶ng Céng s¶n ViÖt Nam; Ñaûng; Äáº£ng; quyeets ﬁ a b c")
	f.Fuzz(func(t *testing.T, s string) {
		wellFolded(t, s)
		if once := textreuse.Fold(s); textreuse.Fold(once.String()).String() != once.String() {
			t.Fatalf("%q folds again to %q", once.String(), textreuse.Fold(once.String()).String())
		}
	})
}

func FuzzCompare(f *testing.F) {
	f.Add(author.Essay(1)[900:1500], author.Essay(1)[1000:1400])
	f.Fuzz(func(t *testing.T, a, b string) {
		x, y := engine.Prepare(a), engine.Prepare(b)
		if n, m := matched(textreuse.Compare(x, y)), matched(textreuse.Compare(y, x)); n != m {
			t.Fatalf("%d and %d letters", n, m)
		}
		for _, p := range textreuse.Compare(x, y) {
			if from, to := x.Span(p.From, p.To); from < 0 || to > len(a) || from >= to {
				t.Fatalf("span %d-%d", from, to)
			}
		}
	})
}

func FuzzOpen(f *testing.F) {
	e := engine.Prepare(author.Essay(1)[:800])
	x := textreuse.NewIndex()
	x.Add(1, e.Print)
	x.Merge()
	f.Add(e.Bytes())
	f.Add(e.Print.Bytes())
	f.Add(x.Segments()[0].Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if e, err := textreuse.OpenEssay(b); err == nil {
			textreuse.Compare(e, e)
		}
		if p, err := textreuse.OpenPrint(b); err == nil {
			textreuse.NewIndex().Add(1, p)
		}
		if s, err := textreuse.OpenSegment(b); err == nil {
			textreuse.NewIndex(s).Merge()
		}
	})
}
