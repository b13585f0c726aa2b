package textreuse_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"quantriet/internal/kit/textreuse"
)

func TestMoved(t *testing.T) {
	for _, c := range []struct {
		name string
		runs []textreuse.Run
		want []bool
	}{
		{"nothing", nil, []bool{}},
		{"same order", []textreuse.Run{{0, 5, 9}, {10, 20, 9}}, []bool{false, false}},
		{"the shorter one moved", []textreuse.Run{{0, 50, 9}, {10, 0, 20}}, []bool{true, false}},
		{"the last came first", []textreuse.Run{{0, 50, 9}, {10, 0, 20}, {40, 20, 20}}, []bool{true, false, false}},
		{"one in the middle", []textreuse.Run{{0, 0, 9}, {10, 90, 9}, {40, 20, 9}}, []bool{false, true, false}},
	} {
		got := textreuse.Moved(c.runs)
		if c.name == "one in the middle" { // either of two may be the moved one
			got = got[:1]
			c.want = c.want[:1]
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestPiecesOfAShuffledCopy(t *testing.T) {
	one := "Chi bộ thôn Mẫu đã rà soát hồ sơ vay vốn của từng hộ nghèo. "
	two := "Tổ hòa giải lắng nghe bà con kể về tuyến đường ngập sau mùa lũ. "
	three := "Đoàn thanh niên nạo vét kênh mương hai ngày liền bên bờ sông. "
	a := engine.Prepare(one + two + three)
	b := engine.Prepare(three + one + "\n" + strings.Replace(two, "bà con", "nhân dân", 1))
	ps := textreuse.Compare(a, b)
	if len(ps) != 1 {
		t.Fatalf("%d passages", len(ps))
	}
	left, right := ps[0].Pieces(a, b)
	var dotted, dashed string
	for _, p := range right {
		switch p.Mark {
		case textreuse.Dotted:
			dotted += (three + one + "\n" + strings.Replace(two, "bà con", "nhân dân", 1))[p.Start:p.End]
		case textreuse.Dashed:
			dashed += (three + one + "\n" + strings.Replace(two, "bà con", "nhân dân", 1))[p.Start:p.End]
		}
	}
	if dotted+"." != strings.TrimSpace(three) || !strings.Contains(dashed, "nhân") || len(left) < 3 {
		t.Errorf("moved %q, changed %q, pieces %v", dotted, dashed, left)
	}
}

func TestPiecesCutTheShownText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := mixture(t, "a"), mixture(t, "b")
		a, b := engine.Prepare(x), engine.Prepare(y)
		for _, p := range textreuse.Compare(a, b) {
			left, right := p.Pieces(a, b)
			whole(t, x, left)
			whole(t, y, right)
		}
		for _, q := range engine.Exempt(a.Text) {
			whole(t, x, []textreuse.Piece{{Start: q.Start, End: q.End}})
		}
	})
}

// whole checks that pieces lie apart, on code points and within paragraphs.
func whole(t fataler, text string, ps []textreuse.Piece) {
	end := 0
	for _, p := range ps {
		if p.Start < end || p.End <= p.Start || p.End > len(text) {
			t.Fatalf("%v after %d", p, end)
		}
		if s := text[p.Start:p.End]; !utf8.ValidString(s) || strings.Contains(s, "\n") {
			t.Fatalf("%v cuts %q", p, s)
		}
		end = p.End
	}
}

func TestInspect(t *testing.T) {
	for _, c := range []struct {
		name, text, cuts string
		kind             textreuse.SignKind
	}{
		{"plain", said, "", 0},
		{"look-alike", "nghị quyеt", "е", textreuse.LookAlike},
		{"zero width", "ng\u200b\u2060hị", "\u200b\u2060", textreuse.Invisible},
		{"key strokes", "chi bộ quyeets tâm", "quyeets", textreuse.Stroke},
		{"junk", "chi bộ q quyết tâm", "q", textreuse.Junk},
		{"old encoding", "Hôm nay. §¶ng Céng s¶n ViÖt Nam", " §¶ng Céng s¶n ViÖt Nam", textreuse.Legacy},
	} {
		found := textreuse.Inspect(c.text)
		if c.kind == 0 {
			if len(found) > 0 {
				t.Errorf("%s: %v", c.name, found)
			}
			continue
		}
		if len(found) != 1 || found[0].Kind != c.kind || c.text[found[0].Start:found[0].End] != c.cuts {
			t.Errorf("%s: %v", c.name, found)
		} else if textreuse.Fold(c.text).Flags.Count(c.kind) == 0 {
			t.Errorf("%s is not counted", c.name)
		}
	}
}
