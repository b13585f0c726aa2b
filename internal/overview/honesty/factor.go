package honesty

import (
	"cmp"
	"math"
	"slices"
)

// enough is how many people must have answered before anything is shown of their answers.
const enough = 5

// Factor is what back-checks that are over say of people whom reports count as having studied:
// Confirmed of Asked; who skipped did not confirm. Low and High are hundredths of a percent. Hidden is a factor
// that is not shown, because too few were asked.
type Factor struct {
	Asked     int64 `json:"asked"`
	Confirmed int64 `json:"confirmed"`
	Low       int64 `json:"low" doc:"of the 95 % interval, hundredths of a percent"`
	High      int64 `json:"high"`
	Hidden    bool  `json:"hidden" doc:"too few were asked to show it without showing who said what"`
}

// FactorOf is the factor of k of n.
func FactorOf(confirmed, asked int64) Factor {
	low, high := wilson(confirmed, asked)
	return Factor{Asked: asked, Confirmed: confirmed, Low: int64(math.Round(low * 10000)), High: int64(math.Round(high * 10000))}
}

// Known reports whether there is anything to show.
func (f Factor) Known() bool { return f.Asked > 0 && !f.Hidden }

// veil hides the factors of few people, and one more when what is hidden could be had by
// taking the others from the sum.
func veil(whole Factor, parts []Factor) (Factor, []Factor) {
	hide := func(f Factor) Factor { return Factor{Hidden: f.Asked > 0 || f.Hidden} }
	out := slices.Clone(parts)
	var hidden int64 = whole.Asked
	for i, f := range out {
		if f.Asked < enough {
			out[i] = hide(f)
			continue
		}
		hidden -= f.Asked
	}
	for hidden > 0 && hidden < enough {
		least := -1
		for i, f := range out {
			if f.Known() && (least < 0 || f.Asked < out[least].Asked) {
				least = i
			}
		}
		if least < 0 {
			break
		}
		hidden += out[least].Asked
		out[least] = hide(out[least])
	}
	if whole.Asked < enough {
		whole = hide(whole)
	}
	return whole, out
}

// Sorts of the table. There is none by attendance.
var Sorts = []string{"factor", "time"}

// order sorts the rows: by factor the least confirmed first and the unknown last; by time the
// overdue first, then the late, then those in time. Equals stay in tree order.
func order(rows []Row, by string) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		if by == "time" {
			return cmp.Or(cmp.Compare(a.Timing.rank(), b.Timing.rank()), cmp.Compare(b.Timing.Over, a.Timing.Over))
		}
		return cmp.Or(cmp.Compare(unknown(a.Factor), unknown(b.Factor)),
			cmp.Compare(a.Factor.Confirmed*b.Factor.Asked, b.Factor.Confirmed*a.Factor.Asked), cmp.Compare(b.Factor.Asked, a.Factor.Asked))
	})
}

func unknown(f Factor) int {
	if f.Known() {
		return 0
	}
	return 1
}

// Timing is how a report stands to its deadline. The first complete sending decides.
type Timing struct {
	Kind string `json:"kind" enum:"none,waiting,overdue,late,in_time" doc:"none: no report is due"`
	Over int64  `json:"over" doc:"milliseconds past the deadline"`
	Due  int64  `json:"due" doc:"first instant that is too late; 0 none"`
	Sent int64  `json:"first_sent"`
}

// judge compares the first sending with the deadline at an instant.
func judge(due, first, now int64) Timing {
	t := Timing{Kind: "none", Due: due, Sent: first}
	switch {
	case due == 0 && first == 0:
	case due == 0:
		t.Kind = "in_time"
	case first == 0 && now >= due:
		t.Kind, t.Over = "overdue", now-due
	case first == 0:
		t.Kind = "waiting"
	case first >= due:
		t.Kind, t.Over = "late", first-due
	default:
		t.Kind = "in_time"
	}
	return t
}

func (t Timing) rank() int {
	return slices.Index([]string{"overdue", "late", "waiting", "in_time", "none"}, t.Kind)
}
