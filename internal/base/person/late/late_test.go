package late

import (
	"testing"

	"quantriet/internal/kit/clock"
)

func ms(day string) int64 { return clock.Start(day).UnixMilli() }

func TestWhen(t *testing.T) {
	open := frozen{First: "2026-03-02", OpenedAt: ms("2026-03-05")}
	closed := open
	closed.ClosedAt = ms("2026-06-01")
	for _, c := range []struct {
		say, kind, from, to, written string
		changed                      bool
		over                         frozen
		want                         string
	}{
		{"written before the roster was frozen it counts there", "exempt", "2026-01-01", "", "2026-03-01", false, open, ""},
		{"written after and dated before it is dated back", "exempt", "2026-01-01", "", "2026-03-10", false, open, Back},
		{"dated to the day of opening it is dated back", "exempt", "2026-03-05", "", "2026-03-10", false, open, Back},
		{"given while the campaign runs", "exempt", "2026-04-01", "", "2026-04-01", false, open, During},
		{"over before the campaign began", "exempt", "2025-01-01", "2026-03-01", "2026-03-10", false, open, ""},
		{"over on its first day", "exempt", "2025-01-01", "2026-03-02", "2026-03-10", false, open, Back},
		{"a reduction leaves the person obliged", "reduced", "2026-01-01", "", "2026-03-10", false, open, ""},
		{"a campaign that closed is history", "exempt", "2026-01-01", "", "2026-06-02", false, closed, ""},
		{"written before it closed", "exempt", "2026-05-01", "", "2026-05-31", false, closed, During},
		{"begins after it closed", "exempt", "2026-07-01", "", "2026-05-31", false, closed, ""},
		{"an old record given more days while the campaign runs is late", "exempt", "2025-01-01", "", "2026-03-10", true, open, Stretched},
		{"a record that was changed before the roster was frozen counts there", "exempt", "2025-01-01", "", "2026-03-04", true, open, ""},
		{"stretched to a day before the campaign", "exempt", "2025-01-01", "2026-03-01", "2026-03-10", true, open, ""},
		{"a draft froze nothing", "exempt", "2026-01-01", "", "2026-03-10", false, frozen{First: "2026-03-02"}, ""},
	} {
		if got := when(c.kind, c.from, c.to, ms(c.written), c.changed, c.over); got != c.want {
			t.Errorf("%s: %q", c.say, got)
		}
	}
}

func TestEffect(t *testing.T) {
	for _, c := range []struct {
		say    string
		before Rate
		came   bool
		after  Rate
		raises bool
	}{
		{"one absent less raises the rate", Rate{17, 20}, false, Rate{17, 19}, true},
		{"one who came less lowers it", Rate{17, 20}, true, Rate{16, 19}, false},
		{"where all came nothing changes", Rate{20, 20}, true, Rate{19, 19}, false},
		{"where nobody came nothing changes", Rate{0, 20}, false, Rate{0, 19}, false},
		{"over nobody there is no rate", Rate{0, 1}, false, Rate{0, 0}, false},
	} {
		after := c.before.without(c.came)
		if after != c.after || raises(c.before, after) != c.raises {
			t.Errorf("%s: %v %v", c.say, after, raises(c.before, after))
		}
	}
}
