package review

import (
	"fmt"
	"testing"
)

// What the later sending no longer holds is a difference too.
func TestCompareMissesNothing(t *testing.T) {
	round := func(title string, n int) string {
		return fmt.Sprintf(`{"title":%q,"declared":[{"name":"Buổi đối thoại","value":%d}]}`, title, n)
	}
	then := sealed{Title: "Báo cáo", Rounds: []string{round("Đợt 1", 7), round("Đợt 2", 3)}}
	for _, c := range []struct {
		name string
		now  []string
		want int
	}{
		{"the same", then.Rounds, 0},
		{"another number", []string{then.Rounds[0], round("Đợt 2", 4)}, 1},
		{"a campaign less", then.Rounds[:1], 1},
		{"a campaign more", append(then.Rounds[:2:2], round("Đợt 3", 1)), 1},
		{"another instead", []string{then.Rounds[0], round("Đợt 3", 3)}, 2},
	} {
		got, err := Compare(then, sealed{Title: "Báo cáo", Rounds: c.now})
		if err != nil || len(got) != c.want {
			t.Errorf("%s: %+v %v", c.name, got, err)
		}
	}
	twin := sealed{Rounds: []string{round("Đợt 1", 7), round("Đợt 1", 3)}}
	if got, err := Compare(twin, sealed{Rounds: []string{round("Đợt 1", 8), round("Đợt 1", 3)}}); err != nil || len(got) != 1 || got[0].Now == got[0].Then {
		t.Errorf("two campaigns of one name: %+v %v", got, err)
	}
	if got, err := Compare(sealed{}, sealed{Texts: [][2]string{{"lessons", "Bài học"}}}); err != nil || len(got) != 1 {
		t.Errorf("a section that was not there: %+v %v", got, err)
	}
}
