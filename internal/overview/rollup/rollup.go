package rollup

import (
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Forms in which somebody may have studied, in the order of Count.Forms.
var Forms = []string{"in_person", "online", "self_study", "make_up", "higher", "relay"}

// Count is one subtree's figures for one document. All are persons.
type Count struct {
	Members    int64    `json:"members" doc:"(a) members on the campaign's first day"`
	Exempt     int64    `json:"exempt" doc:"(b) of them exempt from Party activities"`
	ExemptCame int64    `json:"exempt_came" doc:"(b1) exempt and studied anyway"`
	Studied    int64    `json:"studied" doc:"(d) members who studied, exempt ones included"`
	Forms      [6]int64 `json:"forms" doc:"studied: in person, online, self-study, make-up, at a higher level, by relay"`
	Grades     [5]int64 `json:"grades" doc:"studied, by grade of evidence E1 to E5"`
	Civil      int64    `json:"civil" doc:"registered people outside the Party"`
	CivilStudy int64    `json:"civil_studied"`
}

// Add is the sum of two counts.
func (c Count) Add(o Count) Count {
	c.Members += o.Members
	c.Exempt += o.Exempt
	c.ExemptCame += o.ExemptCame
	c.Studied += o.Studied
	c.Civil += o.Civil
	c.CivilStudy += o.CivilStudy
	for i := range c.Forms {
		c.Forms[i] += o.Forms[i]
	}
	for i := range c.Grades {
		c.Grades[i] += o.Grades[i]
	}
	return c
}

// Obliged is (c) = a − b: those who have to study.
func (c Count) Obliged() int64 { return c.Members - c.Exempt }

// Absent are the obliged who have not studied.
func (c Count) Absent() int64 { return c.Obliged() - (c.Studied - c.ExemptCame) }

// RateAll is d/a, what newspapers print.
func (c Count) RateAll() Rate { return Rate{c.Studied, c.Members} }

// RateObliged is (d − b1)/c: exempt members who came are shown apart, so it never exceeds 100 %.
func (c Count) RateObliged() Rate { return Rate{c.Studied - c.ExemptCame, c.Obliged()} }

// Rate is a fraction; it is never shown without its two numbers.
type Rate struct {
	Num int64 `json:"num"`
	Den int64 `json:"den"`
}

// Percent is the rate with two decimals by the rounding rule "half_up" or "truncate": "95,57%".
func (r Rate) Percent(rule string) string { return text.Percent(r.Num, r.Den, Rounding(rule)) }

// Rounding is the rule a campaign names; anything but "truncate" rounds half up.
func Rounding(rule string) text.Rounding {
	if rule == "truncate" {
		return text.Truncate
	}
	return text.HalfUp
}

// Meetings counts held meetings at the units that organised them.
type Meetings struct {
	KeyCadre int64 `json:"key_cadre" doc:"for key cadres"`
	Member   int64 `json:"member" doc:"for members, or for everybody"`
	Mass     int64 `json:"mass" doc:"for people outside the Party"`
	Thematic int64 `json:"thematic" doc:"in-depth and thematic, whatever the audience"`
	Sites    int64 `json:"sites" doc:"places they were held at"`
	Speakers int64 `json:"speakers" doc:"talks given, lượt"`
	Speeches int64 `json:"speeches" doc:"opinions voiced"`
	Central  int64 `json:"central" doc:"of the talks: by speakers of central level"`
	Province int64 `json:"province" doc:"of the talks: by speakers of provincial level"`
}

// All is the number of meetings: each is counted once.
func (m Meetings) All() int64 { return m.KeyCadre + m.Member + m.Mass + m.Thematic }

// Add is the sum.
func (m Meetings) Add(o Meetings) Meetings {
	return Meetings{m.KeyCadre + o.KeyCadre, m.Member + o.Member, m.Mass + o.Mass, m.Thematic + o.Thematic,
		m.Sites + o.Sites, m.Speakers + o.Speakers, m.Speeches + o.Speeches,
		m.Central + o.Central, m.Province + o.Province}
}

// Heads are attendances counted by head: lượt. Marker "hơn" or "gần" says that some part was not exact.
type Heads struct {
	Amount int64  `json:"amount"`
	Marker string `json:"marker"`
}

// Line is a unit of the frozen tree with what its subtree adds up to.
type Line struct {
	Unit          id.ID    `json:"unit"`
	Parent        id.ID    `json:"parent"`
	Name          string   `json:"name"`
	Short         string   `json:"short"`
	Level         string   `json:"level"`
	Depth         int64    `json:"depth"`
	Lo            int64    `json:"-"`
	Hi            int64    `json:"-"`
	SelfOrganised bool     `json:"self_organised"`
	Kids          int64    `json:"kids" doc:"units directly below"`
	Count         Count    `json:"count"`
	Meetings      Meetings `json:"meetings"`
	Heads         Heads    `json:"heads"`

	noted [2]int64
	known bool // noted was read
}
