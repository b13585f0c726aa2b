package duty

import (
	"cmp"
	"slices"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// Periods of a periodic duty (R104), the shortest first.
var Periods = []string{"month", "quarter", "half_year", "year", "half_term", "term"}

// OfCampaign is the period of a duty that comes with a campaign.
const OfCampaign = "campaign"

// Bounds of what may be ordered, in days, and how long a reopened report stays open.
const (
	mostGrace  = 60
	mostFreeze = 365
	reopenDays = 7
	soonDays   = 3
)

// Terms are the clocks of one unit's duty: the first instants, in Unix milliseconds, at which
// it is too late, without grace, and frozen. Due 0: there is no clock; Freeze 0: never.
type Terms struct {
	Due    int64 `json:"due" doc:"first instant that is too late; 0 no deadline"`
	Grace  int64 `json:"grace" doc:"first instant after the grace"`
	Freeze int64 `json:"freeze" doc:"first instant at which nothing can be sent; 0 never"`
}

// TermsOf are the clocks of a last day, days of grace after it and days until the freeze
// after those; freeze 0 is never.
func TermsOf(last string, grace, freeze int64) Terms {
	at := func(days int64) int64 { return clock.Start(clock.AddDays(last, int(1+days))).UnixMilli() }
	t := Terms{Due: at(0), Grace: at(grace)}
	if freeze > 0 {
		t.Freeze = at(grace + freeze)
	}
	return t
}

// State says how a unit stands to a duty.
type State string

// The states: of what is not sent, and of what is.
const (
	Waiting  State = "waiting" // not yet due
	Soon     State = "soon"    // due within three days
	Grace    State = "grace"   // overdue, within the days of grace
	Late     State = "late"
	Frozen   State = "frozen"
	InTime   State = "in_time"
	InGrace  State = "in_grace"
	SentLate State = "sent_late"
)

// Of decides the state from the first complete sending alone (0: none yet), so that a report
// that came back and was sent again stays in time. open is until when the level above lets a
// frozen one be sent.
func Of(t Terms, first, open, now int64) State {
	switch {
	case first > 0 && (t.Due == 0 || first < t.Due):
		return InTime
	case first > 0 && first < t.Grace:
		return InGrace
	case first > 0:
		return SentLate
	case t.Frozen(open, now):
		return Frozen
	case t.Due == 0 || now < t.Due-soonDays*24*3600_000:
		return Waiting
	case now < t.Due:
		return Soon
	case now < t.Grace:
		return Grace
	}
	return Late
}

// Frozen reports whether nothing can be sent or changed now; open as in Of.
func (t Terms) Frozen(open, now int64) bool { return t.Freeze > 0 && now >= t.Freeze && now >= open }

// Sent reports whether the state is one of what was sent.
func (s State) Sent() bool { return s == InTime || s == InGrace || s == SentLate }

// Overdue reports whether it should have been sent and was not.
func (s State) Overdue() bool { return s == Grace || s == Late || s == Frozen }

// Tally adds up the states of many units.
type Tally struct {
	Owed    int64 `json:"owed"`
	Sent    int64 `json:"sent"`
	InTime  int64 `json:"in_time"`
	InGrace int64 `json:"in_grace" doc:"sent within the days of grace"`
	Late    int64 `json:"late" doc:"sent after them"`
	Missing int64 `json:"missing" doc:"overdue and not sent"`
	Frozen  int64 `json:"frozen" doc:"of the missing"`
	Waiting int64 `json:"waiting" doc:"not sent and not yet due"`
	Back    int64 `json:"back" doc:"of the sent: came back and is being mended"`
}

// Add counts n units in a state.
func (t *Tally) Add(s State, n int64) {
	t.Owed += n
	switch s {
	case InTime:
		t.InTime += n
	case InGrace:
		t.InGrace += n
	case SentLate:
		t.Late += n
	case Frozen:
		t.Frozen += n
	}
	switch {
	case s.Sent():
		t.Sent += n
	case s.Overdue():
		t.Missing += n
	default:
		t.Waiting += n
	}
}

// Complete is the share that was sent of all that is owed.
func (t Tally) Complete() rollup.Rate { return rollup.Rate{Num: t.Sent, Den: t.Owed} }

// Timely is the share that was sent in time of what was sent or should have been by now.
func (t Tally) Timely() rollup.Rate {
	return rollup.Rate{Num: t.InTime, Den: t.InTime + t.InGrace + t.Late + t.Missing}
}

// Level is what units of one level owe.
type Level struct {
	Level  string `json:"level"`
	On     string `json:"on" doc:"last day in time"`
	Grace  int64  `json:"grace" doc:"days"`
	Freeze int64  `json:"freeze" doc:"days after the grace; 0 never"`
	Terms  Terms  `json:"terms"`
}

// Duty is a report that units owe; of a campaign's own the ID is the campaign's.
type Duty struct {
	ID       id.ID   `json:"id"`
	Unit     id.ID   `json:"unit" doc:"who ordered it"`
	UnitName string  `json:"unit_name"`
	Title    string  `json:"title"`
	Period   string  `json:"period" enum:"campaign,month,quarter,half_year,year,half_term,term"`
	From     string  `json:"from"`
	To       string  `json:"to" doc:"last day; empty for a campaign"`
	Note     string  `json:"note"`
	Levels   []Level `json:"levels" doc:"of a campaign the owner's; units may have tightened them"`
	Open     bool    `json:"open" doc:"a campaign that is under way, or a periodic duty"`
}

// Level finds what a level owes; false for nothing.
func (d Duty) Level(code string) (Level, bool) {
	i := slices.IndexFunc(d.Levels, func(l Level) bool { return l.Level == code })
	if i < 0 {
		return Level{}, false
	}
	return d.Levels[i], true
}

// Check refuses what cannot be ordered; it computes the clocks of the levels.
func (d *Duty) Check() error {
	var errs []error
	bad := func(wrong bool, field, key string) {
		if wrong {
			errs = append(errs, fault.At(field, key))
		}
	}
	bad(d.Title == "", "title", "web.required")
	bad(!slices.Contains(Periods, d.Period), "period", "web.choose")
	bad(clock.Start(d.From).IsZero(), "from", "web.not_date")
	bad(clock.Start(d.To).IsZero(), "to", "web.not_date")
	bad(d.From > d.To && d.To != "", "to", "duty.ends_before")
	bad(len(d.Levels) == 0, "due", "duty.no_level")
	for i, l := range d.Levels {
		field := "due_" + l.Level
		bad(slices.ContainsFunc(d.Levels[:i], func(o Level) bool { return o.Level == l.Level }), field, "duty.level_twice")
		bad(clock.Start(l.On).IsZero(), field, "web.not_date")
		bad(l.On < d.From && d.From != "", field, "duty.before_period")
		bad(l.Grace < 0 || l.Grace > mostGrace, "grace", "duty.range")
		bad(l.Freeze < 0 || l.Freeze > mostFreeze, "freeze", "duty.range")
		d.Levels[i].Terms = TermsOf(l.On, l.Grace, l.Freeze)
	}
	return fault.All(errs...)
}

// Line is a unit with how it stands itself, when it owes, and what its subtree adds up to,
// itself among it.
type Line struct {
	Unit  id.ID  `json:"unit"`
	Name  string `json:"name"`
	Level string `json:"level"`
	State State  `json:"state" doc:"empty: owes nothing itself"`
	First int64  `json:"first_sent" doc:"first complete sending; 0 none"`
	Back  bool   `json:"back" doc:"it came back and is being mended"`
	Terms Terms  `json:"terms"`
	Tally Tally  `json:"tally"`

	lo, hi int64
	open   int64
}

// Sorts are the ways to order lines: as the tree, by timeliness, by how many are missing.
// How many people came is no way to order units (R101): it would reward inventing them.
var Sorts = []string{"", "time", "missing"}

// Sort orders lines, the least timely or the most missing first.
func Sort(ls []Line, by string) {
	worse := func(a, b Line) int {
		x, y := a.Tally.Timely(), b.Tally.Timely()
		if x.Den == 0 || y.Den == 0 {
			return cmp.Compare(min(y.Den, 1), min(x.Den, 1))
		}
		return cmp.Compare(x.Num*y.Den, y.Num*x.Den)
	}
	switch by {
	case "time":
		slices.SortStableFunc(ls, func(a, b Line) int { return cmp.Or(worse(a, b), cmp.Compare(b.Tally.Missing, a.Tally.Missing)) })
	case "missing":
		slices.SortStableFunc(ls, func(a, b Line) int { return cmp.Or(cmp.Compare(b.Tally.Missing, a.Tally.Missing), worse(a, b)) })
	}
}

// Ask decides whether a reopening may be asked for: only of what is frozen, and once.
func Ask(frozen, waiting bool) error {
	switch {
	case waiting:
		return fault.New(fault.Conflict, "duty.asked_already")
	case !frozen:
		return fault.New(fault.Conflict, "duty.not_frozen")
	}
	return nil
}

// Decide decides whether a request may be decided: once, and not by who made it.
func Decide(r Reopening, who id.ID) error {
	switch {
	case r.Verdict != "":
		return fault.New(fault.Conflict, "duty.decided_already")
	case who != 0 && who == r.AskedBy:
		return fault.New(fault.Denied, "duty.own_request")
	}
	return nil
}

// Reopening is a unit's request to send what is frozen, and what the level above said.
type Reopening struct {
	ID        id.ID  `json:"id"`
	Duty      id.ID  `json:"duty"`
	Unit      id.ID  `json:"unit"`
	UnitName  string `json:"unit_name"`
	Why       string `json:"why"`
	AskedAt   int64  `json:"asked_at"`
	AskedBy   id.ID  `json:"-"`
	AskedName string `json:"asked_by"`
	Verdict   string `json:"verdict" enum:",open,refused" doc:"empty: waits"`
	Remark    string `json:"remark"`
	Until     int64  `json:"until" doc:"first instant at which it is frozen again"`
	DecidedAt int64  `json:"decided_at"`
	Decider   string `json:"decided_by"`
}
