package brief

import (
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/dashboard"
	"quantriet/internal/overview/rollup"
)

// Brief is everything the page says of one unit in one campaign.
type Brief struct {
	dashboard.Overview
	Given     []Given     `json:"given" doc:"deadlines in force for the unit and those below it"`
	Past      []Past      `json:"past" doc:"campaigns of the unit, this one and up to five before it, the newest first"`
	Contested []Contested `json:"contested" doc:"figures under contest within the unit"`
	Declared  int64       `json:"declared" doc:"figures of the report that rest on a declaration alone"`
	Grace     int64       `json:"grace" doc:"days after the deadline that still count as grace"`
	Closing   int64       `json:"closing" doc:"days after the grace until the report is closed; 0 never"`
	Factor    *Factor     `json:"factor,omitempty" doc:"of the people asked again; absent when too few were, or for the unit itself"`
}

// Given is a deadline for one level.
type Given struct {
	Level string        `json:"level"`
	Due   dashboard.Due `json:"due"`
	By    string        `json:"by" doc:"unit that set it"`
}

// Past is the unit's result in one campaign.
type Past struct {
	Campaign id.ID        `json:"campaign"`
	Title    string       `json:"title"`
	Starts   string       `json:"starts_on"`
	Rounding string       `json:"rounding"`
	Count    rollup.Count `json:"count"`
}

// Contested counts members who contest one figure of the report.
type Contested struct {
	Figure string `json:"figure"`
	People int64  `json:"people"`
}

// Factor is how many of the people asked again confirmed what was reported, with its 95 % interval.
type Factor struct {
	Asked     int64 `json:"asked"`
	Confirmed int64 `json:"confirmed"`
	Low       int64 `json:"low" doc:"hundredths of a percent"`
	High      int64 `json:"high"`
}

// Sentence is one of the three, as a word's key and what it is filled with; numbers are written out by the page.
type Sentence struct {
	Key  string
	Args map[string]any
}

// muchDeclared is the share of declarations from which the figure should not be quoted, hundredths of a percent.
const muchDeclared = 3000

// Far says how far the unit is.
func (b Brief) Far() Sentence {
	c := b.Self.Count
	rate := c.RateObliged()
	s := Sentence{Key: "brief.far.under", Args: map[string]any{"a": rate.Num, "b": rate.Den, "rate": rate, "left": c.Absent()}}
	switch {
	case rate.Den == 0:
		s.Key = "brief.far.nobody"
	case c.Studied == 0:
		s.Key = "brief.far.none"
	case rate.Num >= rate.Den:
		s.Key = "brief.far.all"
	case b.Campaign.Required > 0 && rate.Num*10000 >= rate.Den*b.Campaign.Required:
		s.Key = "brief.far.enough"
		s.Args["need"] = rollup.Rate{Num: b.Campaign.Required, Den: 10000}
	}
	return s
}

// Sure says how well it is known.
func (b Brief) Sure() Sentence {
	c := b.Self.Count
	e5 := c.Grades[4]
	share, ok := text.Hundredths(e5, c.Studied, text.Truncate)
	s := Sentence{Key: "brief.sure.some", Args: map[string]any{"n": c.Studied, "recorded": c.Studied - e5, "declared": e5, "strong": c.Grades[0] + c.Grades[1] + c.Grades[2]}}
	switch {
	case !ok:
		s.Key = "brief.sure.nothing"
	case e5 == 0:
		s.Key = "brief.sure.all"
	case share >= muchDeclared:
		s.Key = "brief.sure.weak"
	}
	return s
}

// Next says how the report stands and what comes next.
func (b Brief) Next() Sentence {
	waiting := int64(0)
	for _, r := range b.Below {
		if r.Due.Limit != 0 && r.Report.First == 0 {
			waiting++
		}
	}
	s := Sentence{Key: "brief.next." + b.Self.Timing.Kind, Args: map[string]any{"waiting": waiting, "units": int64(len(b.Below)), "over": b.Self.Timing.Over, "first": b.Self.Report.First, "due": b.Self.Due}}
	if waiting > 0 {
		s.Args["also"] = true
	}
	return s
}

// Lack is one thing that is missing now: N of Kind.
type Lack struct {
	Kind string
	N    int64
	Href string
}

// Lacks are what is missing now, the gravest first.
func (b Brief) Lacks() (out []Lack) {
	add := func(kind string, n int64, href string) {
		if n > 0 {
			out = append(out, Lack{kind, n, href})
		}
	}
	at := "/campaigns/" + b.Campaign.ID.String()
	report := at + "/reports/" + b.Self.Unit.String()
	if b.Self.Due.Limit != 0 && b.Self.Report.First == 0 {
		add("report", 1, report)
	}
	if b.Self.Report.State == "returned" {
		add("returned", 1, report)
	}
	add("below", b.Reports.Overdue, at+"?unit="+b.Self.Unit.String()+"&state=overdue")
	add("absent", b.Self.Count.Absent(), report+"/why?figure=absent&document="+b.Document.String())
	add("declared", b.Declared, report)
	var contested int64
	for _, c := range b.Contested {
		contested += c.People
	}
	add("contested", contested, "/contests")
	add("notbegun", b.Self.Parts.None, at+"?unit="+b.Self.Unit.String())
	return out
}
