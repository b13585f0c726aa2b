package dashboard

import (
	"cmp"
	"slices"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Campaign is what the page says of the campaign itself. Instants are Unix milliseconds UTC.
type Campaign struct {
	ID       id.ID  `json:"id"`
	Unit     id.ID  `json:"unit" doc:"owner"`
	Title    string `json:"title"`
	State    string `json:"state" enum:"draft,open,closed"`
	Starts   string `json:"starts_on"`
	Rounding string `json:"rounding" enum:"half_up,truncate"`
	Sample   bool   `json:"sample" doc:"figures are invented"`
	Required int64  `json:"required" doc:"rate of members asked for, hundredths of a percent"`
	Plan     string `json:"plan" doc:"number of the owner's plan"`
	closed   int64
}

// Order is a deadline that a unit set for one level of its subtree (R017).
type Order struct {
	Unit      id.ID
	Lo, Hi    int64
	Level     string
	Day       string
	Inclusive bool
}

// limit is the first instant that is too late.
func (o Order) limit() int64 {
	day := o.Day
	if o.Inclusive {
		day = clock.AddDays(day, 1)
	}
	return clock.Start(day).UnixMilli()
}

// Due is the deadline in force for a unit; the zero value is none.
type Due struct {
	Limit     int64  `json:"limit" doc:"first instant that is too late, Unix milliseconds UTC; 0 none"`
	Day       string `json:"day"`
	Inclusive bool   `json:"inclusive" doc:"false: before that day"`
}

// DueOf is the tightest deadline for a unit's level along the chain above it, its own included.
func DueOf(orders []Order, lo int64, level string) (best Due) {
	for _, o := range orders {
		if o.Level != level || lo < o.Lo || lo > o.Hi {
			continue
		}
		if l := o.limit(); best.Limit == 0 || l < best.Limit {
			best = Due{l, o.Day, o.Inclusive}
		}
	}
	return best
}

// Timing is a report seen against its deadline. Kind is none (no deadline), waiting, soon,
// overdue (not sent), in_time or late (sent); Over is how long past the deadline.
type Timing struct {
	Kind string `json:"kind" enum:"none,waiting,soon,overdue,in_time,late"`
	Over int64  `json:"over" doc:"milliseconds past the deadline"`
}

// soon is how long before a deadline it is called near, in milliseconds.
const soon = 72 * 3600_000

// Judge compares the first sending with the deadline: a report that came back and went up
// again keeps its first day.
func Judge(d Due, firstSent, now int64) Timing {
	switch {
	case d.Limit == 0 && firstSent != 0:
		return Timing{Kind: "in_time"}
	case d.Limit == 0:
		return Timing{Kind: "none"}
	case firstSent != 0 && firstSent < d.Limit:
		return Timing{Kind: "in_time"}
	case firstSent != 0:
		return Timing{"late", firstSent - d.Limit}
	case now >= d.Limit:
		return Timing{"overdue", now - d.Limit}
	case d.Limit-now < soon:
		return Timing{Kind: "soon"}
	}
	return Timing{Kind: "waiting"}
}

// Parts tells how many of some units are done, under way, or have not begun.
type Parts struct {
	Done  int64 `json:"done"`
	Under int64 `json:"under"`
	None  int64 `json:"none"`
}

// All is their number.
func (p Parts) All() int64 { return p.Done + p.Under + p.None }

func (p Parts) plus(o Parts) Parts { return Parts{p.Done + o.Done, p.Under + o.Under, p.None + o.None} }

// Stages sorts units by how far their obliged members have come; required is the rate at
// which a unit is done, in hundredths of a percent, 0 meaning everybody.
func Stages(units []rollup.Count, required int64) (p Parts) {
	for _, c := range units {
		r := c.RateObliged()
		switch {
		case r.Num*10000 >= r.Den*cmp.Or(required, 10000):
			p.Done++
		case c.Studied > 0:
			p.Under++
		default:
			p.None++
		}
	}
	return p
}

// Paper is the state of a unit's report or plan.
type Paper struct {
	ID       id.ID  `json:"id"`
	State    string `json:"state" doc:"empty: not begun"`
	First    int64  `json:"first_sent"`
	Sent     int64  `json:"sent"`
	Verified bool   `json:"verified"`
	Number   string `json:"number"`
	IssuedOn string `json:"issued_on"`
}

// Row is one unit of the table.
type Row struct {
	rollup.Line
	Parts  Parts          `json:"parts" doc:"the units directly below it, or itself when there are none"`
	Report Paper          `json:"report"`
	Plan   Paper          `json:"plan"`
	Due    Due            `json:"due"`
	Timing Timing         `json:"timing"`
	Opened []Row          `json:"opened,omitempty"`
	under  []rollup.Count // of the units directly below, in tree order
}

// Tally counts the reports and plans of the units directly below.
type Tally struct {
	Units    int64 `json:"units"`
	Due      int64 `json:"due" doc:"units with a deadline for their report, or with a report"`
	Accepted int64 `json:"accepted"`
	Waiting  int64 `json:"waiting"`
	Returned int64 `json:"returned"`
	Overdue  int64 `json:"overdue" doc:"not sent and past the deadline"`
	Late     int64 `json:"late" doc:"sent after the deadline"`
	Plans    int64 `json:"plans" doc:"plans issued"`
}

// Count adds up reports and plans.
func Count(rows []Row) (t Tally) {
	for _, r := range rows {
		t.Units++
		if r.Due.Limit != 0 || r.Report.State != "" {
			t.Due++
		}
		switch r.Report.State {
		case "accepted":
			t.Accepted++
		case "sent":
			t.Waiting++
		case "returned":
			t.Returned++
		}
		switch r.Timing.Kind {
		case "overdue":
			t.Overdue++
		case "late":
			t.Late++
		}
		if r.Plan.State == "sent" {
			t.Plans++
		}
	}
	return t
}

// byAttention puts what needs a look first; equals stay in tree order.
func byAttention(rows []Row, found []Finding) {
	asked := map[id.ID]bool{}
	for _, f := range found {
		asked[f.Unit] = true
	}
	rank := func(r Row) int {
		switch {
		case r.Timing.Kind == "overdue":
			return 0
		case r.Report.State == "returned":
			return 1
		case asked[r.Unit]:
			return 2
		case r.Report.State == "accepted":
			return 5
		case r.Report.State == "sent":
			return 3
		}
		return 4
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		if d := cmp.Compare(rank(a), rank(b)); d != 0 || rank(a) > 0 {
			return d
		}
		return cmp.Compare(b.Timing.Over, a.Timing.Over)
	})
}

// Sites is a meeting held at several places: who came at the main one and at the others.
type Sites struct {
	Meeting  id.ID  `json:"meeting"`
	Title    string `json:"title"`
	Main     string `json:"main" doc:"name of the main site"`
	AtMain   int64  `json:"at_main"`
	Others   int64  `json:"others" doc:"number of the other sites"`
	AtOthers int64  `json:"at_others"`
	Expected bool   `json:"expected" doc:"nobody came yet: these are the announced numbers"`
}

// Tick is a deadline of the campaign for one or more levels.
type Tick struct {
	Due
	Levels  []string `json:"levels"`
	Missing bool     `json:"missing" doc:"it is past and a unit of these levels has not sent its report"`
}

// Unit names a unit of the frozen tree.
type Unit struct {
	ID    id.ID  `json:"id"`
	Name  string `json:"name"`
	Short string `json:"short"`
}

// Document names a document of the campaign.
type Document struct {
	ID     id.ID  `json:"id"`
	Kind   string `json:"kind"`
	Number string `json:"number"`
	Title  string `json:"title"`
}

// Label is how a document is cited.
func (d Document) Label() string { return cmp.Or(d.Number, d.Title) }

// Overview is one unit's page of a campaign, for one document.
type Overview struct {
	Campaign  Campaign         `json:"campaign"`
	Documents []Document       `json:"documents"`
	Document  id.ID            `json:"document"`
	Path      []Unit           `json:"path" doc:"units above this one that the reader may see, from the top"`
	Self      Row              `json:"self"`
	Below     []Row            `json:"below"`
	Reports   Tally            `json:"reports"`
	PartLevel string           `json:"part_level" doc:"level of what Parts counts, empty when mixed"`
	Ticks     []Tick           `json:"ticks"`
	Findings  []Finding        `json:"findings"`
	Sites     []Sites          `json:"sites"`
	AsOf      int64            `json:"as_of" doc:"Unix milliseconds UTC"`
	tree      []Row            // Below in tree order
	named     map[id.ID][]Unit // two below, by the unit between; nil when there are too many
	levels    map[string]level
}
