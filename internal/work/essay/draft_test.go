package essay

import (
	"reflect"
	"testing"

	"quantriet/internal/kit/id"
)

func TestDecide(t *testing.T) {
	kept := Draft{Serial: 4, Tab: "a", Step: 7, Answers: []string{"cũ", ""}}
	for _, c := range []struct {
		name string
		d    Draft
		s    Save
		want string
	}{
		{"the first save", Draft{}, Save{Tab: "a", Step: 1, Answers: []string{"mới"}}, Keep},
		{"from what is there", kept, Save{Base: 4, Tab: "b", Step: 1, Answers: []string{"mới"}}, Keep},
		{"the same window goes on though an answer was lost", kept, Save{Base: 3, Tab: "a", Step: 8, Answers: []string{"mới"}}, Keep},
		{"the same window, an older save that comes late", kept, Save{Base: 3, Tab: "a", Step: 6, Answers: []string{"rất cũ"}}, Known},
		{"another window that did not see it", kept, Save{Base: 3, Tab: "b", Step: 1, Answers: []string{"mới"}}, Clash},
		{"another window with the same words", kept, Save{Base: 1, Tab: "b", Step: 1, Answers: []string{"cũ"}}, Known},
		{"a window that claims to come from the future", kept, Save{Base: 9, Tab: "b", Step: 1, Answers: []string{"mới"}}, Clash},
		{"no name of a window is no window", Draft{Serial: 4, Answers: []string{"cũ"}}, Save{Base: 3, Step: 9, Answers: []string{"mới"}}, Clash},
	} {
		if got := c.d.Decide(c.s); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestJoinAndCut(t *testing.T) {
	body, parts := Join([]string{"Một ạ", "", "Ba"})
	if body != "Một ạ\n\nBa" || !reflect.DeepEqual(parts, []Part{{1, 0, 5}, {3, 7, 9}}) {
		t.Errorf("%q %v", body, parts)
	}
	for _, p := range parts {
		if got := Cut(body, p.Start, p.End); got != map[int64]string{1: "Một ạ", 3: "Ba"}[p.Ord] {
			t.Errorf("part %d is %q", p.Ord, got)
		}
	}
	if Cut(body, -5, 99) != body || Cut(body, 7, 2) != "" {
		t.Error("bounds outside of the text")
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []string
	}{
		{"headings", "Câu 1: Một.\nthêm\nCâu 2. Hai.", []string{"Một.\nthêm", "Hai."}},
		{"without marks, alone on a line", "CAU 1\nMột.\n\nCÂU HỎI 2\nHai.", []string{"Một.", "Hai."}},
		{"an introduction", "Kính gửi chi bộ.\nCâu 1. Một.\nCâu 2. Hai.", []string{"Kính gửi chi bộ.\n\nMột.", "Hai."}},
		{"a heading is missing: nothing is guessed", "Câu 1. Một.\nhai", []string{"Câu 1. Một.\nhai", ""}},
		{"none", "Một.", []string{"Một.", ""}},
	} {
		if got := Split(c.body, 2); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

func TestSyllables(t *testing.T) {
	for s, want := range map[string]int64{"": 0, "Bản thân tôi": 3, "– 26-NQ/TW , …": 1, "a\u00a0b\nc": 3} {
		if got := Syllables(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

// About the share asked for is read twice, whatever the ids, and another seed chooses others.
func TestReadTwice(t *testing.T) {
	var n, other int
	for range 20_000 {
		e := id.New()
		if ReadTwice("seed", e, 500) {
			n++
			if ReadTwice("another", e, 500) {
				other++
			}
		}
	}
	if n < 800 || n > 1200 || other > n/5 {
		t.Errorf("%d of 20,000 are read twice, %d of them under another seed too", n, other)
	}
	if ReadTwice("seed", 5, 0) || !ReadTwice("seed", 5, 10_000) {
		t.Error("none and all")
	}
}

func TestTaskCheck(t *testing.T) {
	good := Task{Title: "x", Prompt: "x", Kind: "essay", Due: 1, Questions: []Question{{Text: "x"}}, Criteria: []Criterion{{Title: "x", Points: 10}}, Pass: 5}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Task){
		"no title": func(t *Task) { t.Title = "" }, "no task": func(t *Task) { t.Prompt = "" }, "kind": func(t *Task) { t.Kind = "poem" }, "due": func(t *Task) { t.Due = 0 },
		"pass above the sum": func(t *Task) { t.Pass = 11 }, "no question": func(t *Task) { t.Questions = nil }, "no rubric": func(t *Task) { t.Criteria = nil },
		"points": func(t *Task) { t.Criteria[0].Points = 0 }, "age": func(t *Task) { t.InvitedAge = 12 }, "share": func(t *Task) { t.Twice = 10_001 },
		"too long": func(t *Task) { t.Prompt = string(make([]rune, promptMost+1)) }, "length": func(t *Task) { t.Least = -1 },
	} {
		bad := good
		bad.Criteria = append([]Criterion(nil), good.Criteria...)
		if change(&bad); bad.Check() == nil {
			t.Errorf("%s was taken", name)
		}
	}
	for _, code := range append([]string{""}, Templates...) {
		t2 := Template(code, func(k string) string { return k })
		if code != "" && (len(t2.Questions) != 3 || t2.Title == "") || t2.Sum() != 10 {
			t.Errorf("template %q: %+v", code, t2)
		}
	}
}

// TCVN3 has its ư where others have a soft hyphen.
func TestCleanKeepsOldLetters(t *testing.T) {
	out, hidden, ok := clean("ng\u00adêi d©n ®\u00adîc sèng tèt h¬n\u200b ë tr\u00adêng häc")
	if !ok || hidden != 1 || out != "người dân được sống tốt hơn ở trường học" {
		t.Errorf("%q %d %v", out, hidden, ok)
	}
}
