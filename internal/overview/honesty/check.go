package honesty

import (
	"math"
	"slices"

	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
)

// Checks in the order of a list.
var Checks = []string{"sum", "full", "ends", "equal", "copied", "shrunk", "late", "bulk", "two", "hall", "photo"}

// Study is what the records say of one document: the unit, and the units directly below it.
type Study struct {
	Document id.ID
	Count    rollup.Count
	Kids     []rollup.Count
}

// Stated is a figure of a report; Ord is the place of its document in the campaign, −1 for a
// figure that stands once.
type Stated struct {
	Code  string
	Ord   int
	Value int64
}

// Marks is what the records of a subtree say beside its figures. All are persons but Halls.
type Marks struct {
	Records int64 `json:"records"` // members' records that count
	Late    int64 `json:"late"`    // of them entered by hand when the meeting was over
	Bulk    int64 `json:"bulk"`    // of these ten or more at once by one hand
	Two     int64 `json:"two"`     // seen at a second place
	Moved   int64 `json:"moved"`   // left within 30 days before the first day and came back
	Excused int64 `json:"excused"` // exempted in these days until soon after
	Halls   int64 `json:"halls"`   // sites where heads were counted
	Heads   int64 `json:"heads"`   // in the hall with the largest excess of records
	Present int64 `json:"present"` // records of the same hall
	Photos  int64 `json:"photos"`  // photographs of its meetings
	Same    int64 `json:"same"`    // of them sent earlier for another meeting, byte for byte
	Near    int64 `json:"near"`    // of them nearly the same as one sent earlier for another meeting
}

// plus adds two subtrees up; of the halls the one with the larger excess stays.
func (m Marks) plus(o Marks) Marks {
	heads, present := m.Heads, m.Present
	if strayed(o.Present, o.Heads) > strayed(present, heads) {
		heads, present = o.Heads, o.Present
	}
	return Marks{m.Records + o.Records, m.Late + o.Late, m.Bulk + o.Bulk, m.Two + o.Two, m.Moved + o.Moved, m.Excused + o.Excused,
		m.Halls + o.Halls, heads, present, m.Photos + o.Photos, m.Same + o.Same, m.Near + o.Near}
}

// Facts are all that the checks know of a unit.
type Facts struct {
	Unit    id.ID
	Studies []Study
	Gaps    []report.Gap
	Now     []Stated // of this campaign's report
	Then    []Stated // of the last campaign's
	Marks   Marks
	Marked  bool // Marks are known
	Speaks  bool // done with the campaign: a measure for its siblings

	known *derived // once for a level: every unit asks all its siblings
}

// derived is what the checks make of facts.
type derived struct {
	ends, repeats share
	parts         [][]share // by document
}

func (f Facts) derived() derived {
	if f.known != nil {
		return *f.known
	}
	d := derived{ends: ending(f.Now), repeats: repeats(f.Now, f.Then)}
	for _, s := range f.Studies {
		d.parts = append(d.parts, parts(s.Kids))
	}
	return d
}

// derive prepares the units of a level.
func derive(all []Facts) {
	for i := range all {
		d := all[i].derived()
		all[i].known = &d
	}
}

// Lead is a reason to look again. Args fill the sentence honesty.say.<code>.
type Lead struct {
	Code     string   `json:"code" enum:"sum,full,ends,equal,copied,shrunk,late,bulk,two,hall,photo"`
	Figure   string   `json:"figure,omitempty"`
	Document id.ID    `json:"document,omitempty"`
	Weight   int64    `json:"weight" doc:"−log10 of the chance among units like this, in hundredths: 300 is one in a thousand"`
	Args     []number `json:"args" doc:"the numbers of its sentence"`
}

// number is a named number of a sentence; Kind says how it is written: n, rate (hundredths of a
// percent), odds (weight in hundredths) or figure (a code).
type number struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	N    int64  `json:"n"`
	Text string `json:"text,omitempty"`
}

func n(name string, v int64) number { return number{Name: name, Kind: "n", N: v} }

func percent(name string, share float64) number {
	return number{Name: name, Kind: "rate", N: int64(share*10000 + 0.5)}
}

func figure(name, code string) number { return number{Name: name, Kind: "figure", Text: code} }

// found is a check's answer, whatever its weight.
type found struct {
	Lead
	weight float64
}

func find(code string, p float64, args ...number) found {
	w := weight(p)
	return found{Lead{Code: code, Weight: int64(w*100 + 0.5), Args: append(args, number{Name: "odds", Kind: "odds", N: int64(w*100 + 0.5)})}, w}
}

// Weigh looks a unit over against its siblings (others may hold the unit itself: it is left
// out) and gives the leads, the heaviest first, and the sum of what weighs more than chance
// would: the order in which to look.
func Weigh(f Facts, others []Facts) (leads []Lead, score float64) {
	best := map[string]found{}
	for _, x := range every(f, among(f, others)) {
		if old, ok := best[x.Code]; !ok || x.weight > old.weight {
			best[x.Code] = x
		}
	}
	// When and how fast people were marked is one observation, whatever the number of checks.
	weak := min(best["late"].weight, best["bulk"].weight)
	score -= max(0, weak-idle)
	for _, code := range Checks {
		x := best[code]
		score += max(0, x.weight-idle)
		if x.weight >= lightest || code == "sum" && x.Code != "" {
			leads = append(leads, x.Lead)
		}
	}
	slices.SortStableFunc(leads, func(a, b Lead) int { return int(b.Weight - a.Weight) })
	return leads, score
}

// among are the siblings that speak.
func among(f Facts, others []Facts) (out []Facts) {
	for _, o := range others {
		if o.Unit != f.Unit && o.Speaks {
			out = append(out, o)
		}
	}
	return out
}

// every runs all checks.
func every(f Facts, others []Facts) (out []found) {
	out = append(sums(f), fulls(f, others)...)
	out = append(out, equals(f, others)...)
	for _, check := range []func(Facts, []Facts) (found, bool){ends, copied, shrunk, late, bulk, two, hall, photographs} {
		if x, ok := check(f, others); ok {
			out = append(out, x)
		}
	}
	return out
}

// sums: parts that do not add up.
func sums(f Facts) (out []found) {
	for _, g := range f.Gaps {
		w := lightest + 1
		if gap := max(g.Sum-g.Stated, g.Stated-g.Sum); gap*20 <= g.Stated {
			w = lightest - 1 // perhaps a slip of the pen
		}
		out = append(out, found{Lead{Code: "sum", Figure: g.Code, Document: g.Document, Weight: int64(w * 100),
			Args: []number{figure("figure", g.Code), n("sum", g.Sum), n("stated", g.Stated)}}, w})
	}
	return out
}

// Laws of an honest unit where siblings are few, and how many siblings they stand for.
var (
	studying = beta{0.95, 80}
	lateness = beta{0.15, 1.2}
	bulking  = beta{0.10, 1.2}
)

const force = 4

func rate(c rollup.Count) share { r := c.RateObliged(); return share{r.Num, r.Den} }

// fulls: everybody obliged has studied.
func fulls(f Facts, others []Facts) (out []found) {
	for i, s := range f.Studies {
		r := rate(s.Count)
		if r.n < 10 || r.k < r.n {
			continue
		}
		law := fit(shares(others, func(o Facts) (share, bool) {
			if i >= len(o.Studies) {
				return share{}, false
			}
			return rate(o.Studies[i].Count), true
		}), studying, force)
		p := law.tail(r)
		x := find("full", p, n("n", r.n), percent("usual", law.mean))
		// seen by codes at the door, a full house speaks for itself
		g := s.Count.Grades
		if codes := g[0] + g[1]; s.Count.Studied > 0 {
			x.weight *= 1 - 0.6*float64(codes)/float64(s.Count.Studied)
			x.Weight = int64(x.weight*100 + 0.5)
		}
		x.Figure, x.Document = "studied", s.Document
		out = append(out, x)
	}
	return out
}

func shares(others []Facts, of func(Facts) (share, bool)) (out []share) {
	for _, o := range others {
		if s, ok := of(o); ok && s.n > 0 {
			out = append(out, s)
		}
	}
	return out
}

const (
	round    = 20 // a last digit means something from here on
	endsOf   = 8  // figures
	repeatOf = 4
	kidsOf   = 5
)

// ending counts the different numbers of a report that end in 0 or 5.
func ending(all []Stated) (s share) {
	seen := map[int64]bool{}
	for _, f := range all {
		if f.Value < round || seen[f.Value] {
			continue
		}
		seen[f.Value] = true
		s.n++
		if f.Value%5 == 0 {
			s.k++
		}
	}
	return s
}

// pooled is the siblings' rate, drawn to a floor with the force of a number of figures.
func pooled(of []share, floor, force float64) float64 {
	k, n := force*floor, force
	for _, s := range of {
		k, n = k+float64(s.k), n+float64(s.n)
	}
	return min(0.9, max(floor, k/n))
}

// ends: numbers that end in 0 or 5.
func ends(f Facts, others []Facts) (found, bool) {
	s := f.derived().ends
	if s.n < endsOf {
		return found{}, false
	}
	p := pooled(shares(others, func(o Facts) (share, bool) { return o.derived().ends, true }), 0.2, 20)
	return find("ends", binomial(s, p), n("k", s.k), n("n", s.n), percent("usual", p)), true
}

// moving are figures that an honest unit has anew each time; sums and the roster are not among them.
var moving = []string{"form_in_person", "form_online", "form_relay", "form_self_study", "form_make_up", "form_higher", "absent_excused",
	"absent_unexcused", "absent_unknown", "civil_studied", "mass_heads", "opinions", "essays_passed", "essays_failed",
	"outreach_broadcasts", "outreach_articles", "outreach_reach"}

// repeats counts the figures, from ten up, that say what they said last time.
func repeats(now, then []Stated) (s share) {
	for _, f := range now {
		if f.Value < 10 || !slices.Contains(moving, f.Code) {
			continue
		}
		i := slices.IndexFunc(then, func(o Stated) bool { return o.Code == f.Code && o.Ord == f.Ord })
		if i < 0 {
			continue
		}
		s.n++
		if then[i].Value == f.Value {
			s.k++
		}
	}
	return s
}

// copied: figures equal to the last campaign's.
func copied(f Facts, others []Facts) (found, bool) {
	s := f.derived().repeats
	if s.n < repeatOf {
		return found{}, false
	}
	p := pooled(shares(others, func(o Facts) (share, bool) { return o.derived().repeats, true }), 1.0/12, 20)
	return find("copied", binomial(s, p), n("k", s.k), n("n", s.n), percent("usual", p)), true
}

// few counts persons of a subtree where hardly any are expected: k among n, the siblings' rate
// never below floor.
func few(code string, k, of int64, rates []share, floor float64) (found, bool) {
	if k < 3 || of == 0 {
		return found{}, false
	}
	r := pooled(rates, floor, 200)
	mean := r * float64(of)
	return find(code, rare(k, mean, 2), n("k", k), n("n", of), percent("usual", r)), true
}

func people(f Facts) int64 {
	if len(f.Studies) == 0 {
		return 0
	}
	return f.Studies[0].Count.Members
}

// shrunk: people who left, or were exempted, just before the first day and came back after it.
func shrunk(f Facts, others []Facts) (found, bool) {
	of := func(f Facts) share {
		return share{f.Marks.Moved + f.Marks.Excused, people(f) + f.Marks.Moved}
	}
	mine := of(f)
	x, ok := few("shrunk", mine.k, mine.n, shares(others, func(o Facts) (share, bool) { return of(o), o.Marked }), 0.004)
	x.Args = append(x.Args, n("moved", f.Marks.Moved), n("excused", f.Marks.Excused), n("days", before))
	return x, ok
}

// late: marked by hand when the meeting was over.
func late(f Facts, others []Facts) (found, bool) {
	return marked("late", f, others, func(m Marks) int64 { return m.Late }, lateness)
}

// bulk: many marked at once by one hand when the meeting was over.
func bulk(f Facts, others []Facts) (found, bool) {
	return marked("bulk", f, others, func(m Marks) int64 { return m.Bulk }, bulking)
}

func marked(code string, f Facts, others []Facts, k func(Marks) int64, usual beta) (found, bool) {
	s := share{k(f.Marks), f.Marks.Records}
	if s.n < 10 || s.k == 0 {
		return found{}, false
	}
	law := fit(shares(others, func(o Facts) (share, bool) { return share{k(o.Marks), o.Marks.Records}, o.Marked }), usual, force)
	return find(code, law.tail(s), n("k", s.k), n("n", s.n), percent("usual", law.mean)), true
}

// two: one person at two places.
func two(f Facts, others []Facts) (found, bool) {
	return few("two", f.Marks.Two, f.Marks.Records, shares(others, func(o Facts) (share, bool) { return share{o.Marks.Two, o.Marks.Records}, o.Marked }), 0.003)
}

// strayed is by how many errors of counting records exceed heads.
func strayed(present, heads int64) float64 {
	if heads == 0 {
		return 0
	}
	return float64(present-heads) / math.Hypot(2, 0.03*float64(heads))
}

// hall: more records than heads; as many halls, as many chances.
func hall(f Facts, _ []Facts) (found, bool) {
	m := f.Marks
	if m.Heads == 0 || m.Present <= m.Heads {
		return found{}, false
	}
	p := min(1, float64(m.Halls)*above(strayed(m.Present, m.Heads)))
	return find("hall", p, n("present", m.Present), n("heads", m.Heads)), true
}
