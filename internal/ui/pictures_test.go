package ui

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
)

// crowd is a tree of n units with kids below each, of very different sizes.
func crowd(n, kids int) Coverage {
	c := Coverage{}
	for i := range n {
		u := sampleShare(int64(i*i%97), int64(i*i%97+i%5), int64(i%7))
		u.Name = fmt.Sprintf("Đơn vị mẫu %d", i)
		for k := range kids {
			u.Below = append(u.Below, sampleShare(int64(k%13), int64(k%17+k%13), 1))
		}
		c.Below = append(c.Below, u)
		c.Cover.Members, c.Cover.Num, c.Cover.Den = c.Cover.Members+u.Members, c.Cover.Num+u.Num, c.Cover.Den+u.Den
	}
	return c
}

var pictures = map[string]Coverage{"sample": sampleTree, "10,000 units": crowd(10_000, 0), "a hundred times a hundred": crowd(100, 100), "one unit": crowd(1, 3),
	"none": {}, "nobody anywhere": {Cover: Cover{Below: []Cover{{Name: "a"}, {Name: "b"}}}}, "one giant": {Cover: Cover{Below: []Cover{{Members: 1 << 40, Den: 1 << 40}, {Members: 1}, {Members: 2}}}}}

// Widths of the units are the whole, those below a unit are its width, and nothing lies outside or is
// too narrow to be seen.
func TestIcicleIsItsFrame(t *testing.T) {
	for say, c := range pictures {
		sum, under, last := 0.0, 0.0, tile{}
		for _, k := range c.tiles() {
			if math.IsNaN(k.w) || k.w <= 0 || k.x < -.01 || k.x+k.w > coverWidth+.01 {
				t.Errorf("%s: a tile from %.2f, %.2f wide", say, k.x, k.w)
			}
			if k.row == 1 {
				if last.w > 0 && under > 0 && math.Abs(under-last.w) > .01 {
					t.Errorf("%s: below %s lie %.2f of %.2f", say, last.Name, under, last.w)
				}
				sum, under, last = sum+k.w, 0, k
				if k.w < leastUnit-.01 && len(c.Below) > 2 {
					t.Errorf("%s: a unit is %.2f wide", say, k.w)
				}
				continue
			}
			under += k.w
			if k.w < leastKid-.01 && last.w > 2*leastKid && k.w < last.w-.01 {
				t.Errorf("%s: below %s a tile is %.2f wide", say, last.Name, k.w)
			}
		}
		if len(c.Below) > 0 && math.Abs(sum-coverWidth) > .01 {
			t.Errorf("%s: the units are %.2f wide", say, sum)
		}
	}
}

// In a tile height is people, so that its area is: the parts fill it and keep their shares.
func TestIcicleAreaIsPeople(t *testing.T) {
	for say, c := range pictures {
		for _, k := range c.tiles() {
			high, people := 0.0, k.studied()+k.away()+k.missing()
			for _, s := range k.strata() {
				high += s.h
				if s.y < k.top()-.01 || s.y+s.h > k.top()+k.high()+.01 || s.y+s.h > c.height()+.01 {
					t.Errorf("%s: a part of %s is outside", say, k.Name)
				}
				if s.grade <= 5 && math.Abs(s.h/k.high()-float64(k.Grades[s.grade-1])/float64(people)) > 1e-9 {
					t.Errorf("%s: E%d of %s has a wrong share", say, s.grade, k.Name)
				}
			}
			if people > 0 && math.Abs(high-k.high()) > .01 {
				t.Errorf("%s: the parts of %s are %.2f high", say, k.Name, high)
			}
		}
	}
}

func TestGatherLosesNobody(t *testing.T) {
	for _, n := range []int{0, 1, 2, 47, 48, 49, 800, 10_000} {
		c := crowd(n, 0)
		for say, got := range map[string][]Cover{"gather": gather(c.Below, coverWidth, leastUnit), "first": first(c.Below, mostListed)} {
			units := int64(0)
			for _, u := range got {
				units += max(u.more, 1)
			}
			if members(got) != members(c.Below) || units != int64(n) {
				t.Errorf("%s of %d: %d units with %d members of %d", say, n, units, members(got), members(c.Below))
			}
			if len(got) > 81 {
				t.Errorf("%s of %d keeps %d", say, n, len(got))
			}
		}
	}
}

// Recorded evidence grows from the left, what is declared from the right; they never overlap.
func TestBarsKeepDeclaredApart(t *testing.T) {
	for _, b := range []Bar{{Grades: sampleAll, Of: 112000}, {Grades: sampleWeak}, {Of: 7}, {}, {Grades: [5]int64{1, 0, 0, 0, 1}, Of: 1 << 40}, {Grades: [5]int64{0, 0, 0, 0, 9}, Of: 3}} {
		end := int64(0)
		for _, s := range b.parts() {
			if s.from != end || s.to < s.from {
				t.Errorf("%v: a gap at %d", b, end)
			}
			end = s.to
		}
		if s, some := b.apart(); some && (s.from < end || s.to != 10000) || some != (b.Grades[4] > 0) {
			t.Errorf("%v: declared %v overlaps %d", b, s, end)
		}
	}
	var many []Bar
	for range 10_000 {
		many = append(many, Bar{Grades: [5]int64{1, 0, 0, 0, 2}, Of: 4})
	}
	got, sum := bars(many), int64(0)
	for _, b := range got {
		sum += b.whole()
	}
	if len(got) != mostBars || sum != 40_000 || got[mostBars-1].more != 10_000-mostBars+1 {
		t.Errorf("%d bars of %d people", len(got), sum)
	}
}

func TestTimely(t *testing.T) {
	due := TimeRow{Due: "2018-07-19", Grace: "2018-07-24", Frozen: "2018-08-01"}
	sent := func(day string) TimeRow { r := due; r.Sent = day; return r }
	for _, c := range []struct {
		say   string
		row   TimeRow
		today string
		want  string
	}{
		{"sent on the last day", sent("2018-07-19"), "2018-09-01", "in_time"},
		{"sent on the first day of grace", sent("2018-07-20"), "2018-09-01", "grace"},
		{"sent after grace", sent("2018-07-25"), "2018-09-01", "late"},
		{"sent without a deadline", TimeRow{Sent: "2018-07-25"}, "2018-09-01", "in_time"},
		{"sent late, no grace", TimeRow{Due: "2018-07-19", Sent: "2018-07-20"}, "2018-09-01", "late"},
		{"not sent on the last day", due, "2018-07-19", "waiting"},
		{"not sent the day after", due, "2018-07-20", "overdue"},
		{"not sent and frozen", due, "2018-08-01", "frozen"},
		{"nothing due", TimeRow{}, "2018-08-01", "none"},
	} {
		if got := Timely(c.row, c.today); got != c.want {
			t.Errorf("%s: %s, want %s", c.say, got, c.want)
		}
	}
}

func TestTimelineStaysInside(t *testing.T) {
	line := Timeline{From: "2018-06-26", To: "2018-08-10"}
	for _, day := range []string{"2018-06-26", "2018-07-19", "2018-08-10", "2000-01-01", "2100-01-01", "", "nonsense"} {
		if a, b := line.at(day), line.after(day); a < 0 || b > 10000 || b < a {
			t.Errorf("%q stands from %d to %d", day, a, b)
		}
		r := TimeRow{Due: "2018-07-19", Grace: day, Frozen: day}
		for _, s := range []stay{line.grace(r), line.shut(r)} {
			if s.x < 0 || s.w < 0 || s.x+s.w > 10000 {
				t.Errorf("%q: a stretch from %d, %d long", day, s.x, s.w)
			}
		}
	}
	if line.days() != 46 || (Timeline{}).days() != 1 {
		t.Errorf("%d days", line.days())
	}
}

// All panels have one scale: the same share is the same height, whatever the campaign's size.
func TestMultiplesHaveOneScale(t *testing.T) {
	if reach(1, 2) != reach(50_000, 100_000) || reach(3, 2) != plotHigh || reach(1, 0) != 0 {
		t.Error("the scale differs")
	}
	for _, m := range sampleCampaigns {
		high := 0.0
		for _, s := range m.column() {
			high += s.h
			if s.y < plotTop-.01 {
				t.Errorf("%s leaves its panel", m.Title)
			}
		}
		if math.Abs(high-reach(m.AllNum, m.AllDen)) > .01 {
			t.Errorf("%s: grades reach %.2f, the rate %.2f", m.Title, high, reach(m.AllNum, m.AllDen))
		}
	}
}

// Pictures stay small enough to send, however many units there are.
func TestPicturesStaySmall(t *testing.T) {
	p := GalleryPage("vi")
	var many Timeline
	for range 10_000 {
		many.Rows = append(many.Rows, TimeRow{Name: "u", Due: "2018-07-19"})
	}
	for say, render := range map[string]func(*bytes.Buffer) error{
		"icicle of 10,000":    func(b *bytes.Buffer) error { return Icicle(p, crowd(10_000, 0)).Render(context.Background(), b) },
		"icicle of 100 × 100": func(b *bytes.Buffer) error { return Icicle(p, crowd(100, 100)).Render(context.Background(), b) },
		"strip of 10,000":     func(b *bytes.Buffer) error { return TimeStrip(p, "x", many).Render(context.Background(), b) },
	} {
		var b bytes.Buffer
		if err := render(&b); err != nil || b.Len() > 400_000 {
			t.Errorf("%s: %d bytes, %v", say, b.Len(), err)
		}
		if strings.Contains(b.String(), "NaN") {
			t.Errorf("%s says NaN", say)
		}
	}
}
