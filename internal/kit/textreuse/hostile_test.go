package textreuse_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"quantriet/internal/kit/textreuse"
)

// longest is what one hostile text may take on the busiest machine before the test calls it
// stuck; how long it really takes is printed by the benchmark.
const longest = 10 * time.Second

func TestHostileTexts(t *testing.T) {
	c := newCampaign(engine)
	c.add(1, author.Essay(1))
	hostile := map[string]string{
		"20,000 equal syllables":       strings.Repeat("đảng ", 20_000),
		"20,000 syllables in a circle": strings.Repeat("nghị quyết của đảng ta rất hay ", 20_000/7),
		"a hundred thousand marks":     "nghị" + strings.Repeat("\u0301", 100_000) + " quyết",
		"64,000 zero-width":            strings.Repeat("\u200b", 64_000) + "nghị quyết",
		"the whole resolution":         author.References[0].Text,
		"the resolution ten times":     strings.Repeat(author.References[0].Text+"\n", 10),
		"one word of two megabytes":    strings.Repeat("a", 1<<21),
		"no spaces":                    strings.Repeat("nghiquyet", 20_000),
		"single letters":               strings.Repeat("q ", 100_000),
		"key strokes":                  strings.Repeat("quyeets ", 20_000),
		"old encoding":                 strings.Repeat("§¶ng Céng s¶n ViÖt Nam ", 5_000),
		"ligatures":                    strings.Repeat("ﷺ㎏ﬃ", 20_000),
		"broken UTF-8":                 strings.Repeat("\xff\xc3", 100_000),
		"two syllables in turn":        strings.Repeat("đảng viên ", 20_000),
		"noise between all letters":    strings.Repeat("n\u200b\u2060g\u200d\ufeffh\u00adị\u034f ", 20_000),
		"overrides of direction":       strings.Repeat("\u202e", 100_000),
		"torn letters":                 strings.Repeat("n ghị q uyết ", 25_000),
		"encodings word by word":       strings.Repeat("§¶ng ủy nghÞ quyết ", 25_000),
		"an essay a hundred times":     strings.Repeat(author.Essay(1), 100),
		"nothing":                      "",
	}
	id := textreuse.ID(200)
	for name, text := range hostile {
		start := time.Now()
		c.find(t, text)
		if took := time.Since(start); took > longest {
			t.Errorf("%s: %v", name, took)
		}
		c.add(id, text)
		id++
	}
	for name, text := range hostile { // each against itself and the others
		start := time.Now()
		c.find(t, text)
		if took := time.Since(start); took > longest {
			t.Errorf("%s again: %v", name, took)
		}
	}
}

func TestFiftyThousandIdentical(t *testing.T) {
	c := newCampaign(engine)
	text := author.Essay(1)[:4000]
	e := c.Prepare(text)
	for id := range textreuse.ID(50_000) {
		c.Add(id, e.Print)
	}
	c.Load = func(textreuse.ID) (*textreuse.Essay, error) { return e, nil }
	c.Merge()
	if n := len(c.Segments()[0].Bytes()); n > 50_000*64+len(e.Hashes)*200 {
		t.Errorf("index of %d bytes", n)
	}
	start := time.Now()
	r := c.find(t, text)
	if took := time.Since(start); took > longest {
		t.Errorf("query took %v", took)
	}
	if r.Passages[0].Also != 50_000 || r.Copied != r.Own || r.Scanned > textreuse.Cap*len(e.Hashes) {
		t.Errorf("also %d, %d of %d, read %d", r.Passages[0].Also, r.Copied, r.Own, r.Scanned)
	}
	if n := len(c.Twins()); n != 49_999 {
		t.Errorf("%d twins", n)
	}
}

func TestMemoryOfAHostileTextIsBounded(t *testing.T) {
	text := strings.Repeat("nghị quyết ", 300_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	e := engine.Prepare(text)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 200<<20 {
		t.Errorf("%s allocated", fmt.Sprint(used>>20, " MB"))
	}
	if !e.Flags.Truncated {
		t.Errorf("not marked as truncated")
	}
}
