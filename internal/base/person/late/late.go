package late

import (
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
)

// When an exemption came.
const (
	Back   = "back"   // dated to the first day of the campaign or before, written after the roster was frozen
	During = "during" // begins while the campaign runs

	Stretched = "stretched" // an older record, given more days or made out of a reduction while the campaign runs
)

// frozen is a campaign that stands over a roster: instants are Unix milliseconds, 0 is open.
type frozen struct {
	First              string // civil day of the roster
	OpenedAt, ClosedAt int64
}

// when decides whether an exemption of a frozen, obliged participant is late, "" when it is
// not: only one that frees from all study counts, written, or changed so that it frees from
// more, while the campaign was open, and in force on one of its days.
func when(kind, from, to string, writtenAt int64, changed bool, c frozen) string {
	switch {
	case kind != "exempt":
		return ""
	case c.OpenedAt == 0 || writtenAt <= c.OpenedAt || c.ClosedAt != 0 && writtenAt >= c.ClosedAt:
		return ""
	case to != "" && to < c.First:
		return ""
	case c.ClosedAt != 0 && from > clock.Day(clock.From(c.ClosedAt)):
		return ""
	case changed:
		return Stretched
	case from <= max(c.First, clock.Day(clock.From(c.OpenedAt))):
		return Back
	}
	return During
}

// Rate is the obliged who studied over the obliged.
type Rate struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// without is the rate when one of the obliged is not any more.
func (r Rate) without(studied bool) Rate {
	if studied {
		return Rate{r.Num - 1, r.Den - 1}
	}
	return Rate{r.Num, r.Den - 1}
}

// raises reports whether b is a better rate than a; over nobody there is no rate.
func raises(a, b Rate) bool { return b.Den > 0 && a.Den > 0 && b.Num*a.Den > a.Num*b.Den }

// Question is one late exemption over one campaign.
type Question struct {
	Exemption  id.ID  `json:"exemption"`
	Campaign   id.ID  `json:"campaign"`
	Title      string `json:"title" doc:"of the campaign"`
	Person     id.ID  `json:"person"`
	Name       string `json:"name"`
	Unit       id.ID  `json:"unit" doc:"in the frozen tree"`
	UnitName   string `json:"unit_name"`
	Reason     string `json:"reason"`
	From       string `json:"from"`
	To         string `json:"to"`
	Resolution string `json:"resolution"`
	ResolvedOn string `json:"resolved_on"`
	When       string `json:"when" enum:"back,during,stretched"`
	WrittenAt  int64  `json:"written_at" doc:"Unix milliseconds UTC"`
	WrittenBy  string `json:"written_by"`
	FrozenAt   int64  `json:"frozen_at" doc:"Unix milliseconds UTC"`
	Studied    bool   `json:"studied" doc:"the person studied all the same"`
	Before     Rate   `json:"before" doc:"of the person's unit, as frozen"`
	After      Rate   `json:"after" doc:"if it counted"`
	Raises     bool   `json:"raises"`
	Answer     Answer `json:"answer"`
	MayAnswer  bool   `json:"may_answer"`

	kind     string
	writer   id.ID
	over     frozen
	lo       int64
	document id.ID
}

// Answer is what the level above concluded; At is 0 while it did not.
type Answer struct {
	Accepted bool   `json:"accepted"`
	Why      string `json:"why"`
	By       string `json:"by"`
	At       int64  `json:"at" doc:"Unix milliseconds UTC; 0 is none"`
}
