package lead

import (
	"fmt"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/id"
)

const noon = int64(1_770_436_800_000)

// crowd is so many people whom a phone answered for at one site, the last of them now and the
// others so far apart.
func crowd(n int, apart int64) (out []Past) {
	for i := range n {
		out = append(out, Past{At: noon - int64(i)*apart, Site: 1, Person: id.ID(100 + i)})
	}
	return out
}

func TestSigns(t *testing.T) {
	for _, c := range []struct {
		says string
		seen Seen
		want string
	}{
		{"one person with the own phone", Seen{Site: 1, Person: 100, At: noon, Phones: crowd(1, minute)}, ""},
		{"a family with one phone", Seen{Site: 1, Person: 100, At: noon, Phones: crowd(3, minute)}, ""},
		{"one person three times", Seen{Site: 1, Person: 100, At: noon, Phones: []Past{{noon, 1, 100}, {noon - 1, 1, 100}, {noon - 2, 1, 100}, {noon - 3, 1, 100}, {noon - 4, 1, 100}}}, ""},
		{"four people at one phone", Seen{Site: 1, Person: 100, Phone: 7, At: noon, Phones: crowd(4, 20*minute)}, "many 1 7 4"},
		{"forty people at one phone in an hour", Seen{Site: 1, Person: 100, Phone: 7, At: noon, Phones: crowd(40, 90*second)}, "many 1 7 40"},
		{"five people within a minute", Seen{Site: 1, Person: 100, Phone: 7, At: noon, Phones: crowd(5, 10*second)}, "many 1 7 5, burst 1 7 5"},
		{"four hundred people at a phone that an usher lends", Seen{Site: 1, Person: 100, At: noon, Shared: true, Phones: crowd(400, second)}, ""},
		{"a person at another site half an hour before", Seen{Site: 1, Person: 100, At: noon, Persons: []Past{{noon - 30*minute, 2, 100}}}, "two 1 100 30"},
		{"a minute is a minute when it has begun", Seen{Site: 1, Person: 100, At: noon, Persons: []Past{{noon - 5*second, 2, 100}}}, "two 1 100 1"},
		{"a person at another site by a clock that is ahead", Seen{Site: 1, Person: 100, At: noon, Persons: []Past{{noon + 10*minute, 2, 100}}}, "two 1 100 10"},
		{"a person at another site in the morning", Seen{Site: 1, Person: 100, At: noon, Persons: []Past{{noon - 4*hour, 2, 100}}}, ""},
		{"a person at the same site twice", Seen{Site: 1, Person: 100, At: noon, Persons: []Past{{noon - minute, 1, 100}}}, ""},
		{"a person of another site", Seen{Site: 1, Person: 100, At: noon, Fresh: true, Expected: 2}, "elsewhere 2 1 1"},
		{"the same person again", Seen{Site: 1, Person: 100, At: noon, Expected: 2}, ""},
		{"a person of this site", Seen{Site: 1, Person: 100, At: noon, Fresh: true, Expected: 1}, ""},
		{"a person whom nobody expects anywhere", Seen{Site: 1, Person: 100, At: noon, Fresh: true}, ""},
		{"a photograph of a code", Seen{Site: 1, Phone: 7, At: noon, Age: 240}, "old 1 7 240"},
		{"and nothing else of it", Seen{Site: 1, Phone: 7, At: noon, Age: 240, Phones: crowd(40, second), Expected: 2, Fresh: true}, "old 1 7 240"},
	} {
		var got []string
		for _, g := range Signs(c.seen) {
			got = append(got, fmt.Sprint(g.Kind, " ", int64(g.Site), " ", g.Subject, " ", g.N))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %q, want %q", c.says, s, c.want)
		}
	}
}

func TestWorth(t *testing.T) {
	for _, c := range []struct {
		says string
		lead Lead
		want bool
	}{
		{"two people came along to the neighbours", Lead{Kind: "elsewhere", N: 2}, false},
		{"three did", Lead{Kind: "elsewhere", N: 3}, true},
		{"a phone was slow for half a minute", Lead{Kind: "old", N: 30}, false},
		{"a code was four minutes old", Lead{Kind: "old", N: 240}, true},
		{"forty people at one phone", Lead{Kind: "many", N: 40}, true},
		{"which an usher said is shared, later", Lead{Kind: "many", N: 40, Shared: true}, false},
		{"two places", Lead{Kind: "two", N: 1}, true},
	} {
		if got := c.lead.Worth(); got != c.want {
			t.Errorf("%s: %v", c.says, got)
		}
	}
}

func TestVisible(t *testing.T) {
	own := []access.Grant{{Role: access.Secretary, Unit: 7}}
	above := []access.Grant{{Role: access.Officer, Unit: 3}}
	for _, c := range []struct {
		says   string
		lead   Lead
		grants []access.Grant
		at     int64
		want   bool
	}{
		{"the unit at once", Lead{Unit: 7, Last: noon}, own, noon, true},
		{"who only keeps accounts of the unit, not", Lead{Unit: 7, Last: noon}, []access.Grant{{Role: access.Steward, Unit: 7}}, noon, false},
		{"a superior not yet", Lead{Unit: 7, Last: noon}, above, noon, false},
		{"nor a moment before three days", Lead{Unit: 7, Last: noon}, above, noon + 3*day - 1, false},
		{"after three days", Lead{Unit: 7, Last: noon}, above, noon + 3*day, true},
		{"as soon as the unit has answered", Lead{Unit: 7, Last: noon, Said: "máy cho mượn"}, above, noon, true},
	} {
		if got := Visible(c.lead, c.grants, c.at); got != c.want {
			t.Errorf("%s: %v", c.says, got)
		}
	}
}

func TestSentences(t *testing.T) {
	for _, kind := range Kinds {
		for _, lang := range []string{"vi", "en"} {
			l := Lead{Kind: kind, N: 41, SiteName: "Điểm cầu A", OtherName: "Điểm cầu B"}
			say, perhaps := l.Say(lang), l.Perhaps(lang)
			if !strings.Contains(say, "41") || strings.ContainsAny(say, "{}") || perhaps == "" || strings.HasPrefix(perhaps, "lead.") {
				t.Errorf("%s in %s: %q %q", kind, lang, say, perhaps)
			}
		}
	}
}
