package board

import (
	"cmp"
	"maps"
	"slices"
	"sort"
	"time"

	"quantriet/internal/kit/id"
)

// unit is one of the campaign's tree with sites at or below it.
type unit struct {
	id, parent id.ID
	name       string
	lo, hi     int64
}

// plan is what hardly changes while people arrive: meetings, their sites, the units above.
type plan struct {
	meetings []Meeting
	sites    []Site // in the order of the tree
	at       map[id.ID]int
	kids     map[id.ID][]unit
	made     time.Time
	day      string
	edition  int32 // another one when the plan has changed
	took     time.Duration
}

// arrange sorts sites and units and joins them.
func arrange(meetings []Meeting, sites []Site, units []unit) *plan {
	p := &plan{meetings: meetings, sites: sites, at: make(map[id.ID]int, len(sites)), kids: map[id.ID][]unit{}}
	slices.SortFunc(p.sites, func(a, b Site) int {
		return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(p.meetings[a.of].Starts, p.meetings[b.of].Starts), cmp.Compare(a.of, b.of), cmp.Compare(a.ord, b.ord))
	})
	for i, s := range p.sites {
		p.at[s.ID] = i
	}
	slices.SortFunc(units, func(a, b unit) int { return cmp.Compare(a.lo, b.lo) })
	for _, u := range units {
		p.kids[u.parent] = append(p.kids[u.parent], u)
	}
	return p
}

// same reports whether another reading found the same plan.
func (p *plan) same(o *plan) bool {
	return p.day == o.day && slices.Equal(p.meetings, o.meetings) && slices.Equal(p.sites, o.sites) && maps.EqualFunc(p.kids, o.kids, slices.Equal[[]unit])
}

// tick is what changes of a site.
type tick struct {
	count  Count
	last   int64
	unsent int64
}

// scene is everything at one instant. Sums up to any site are kept, so that those of any
// unit are the difference of two, however many sites lie below it.
type scene struct {
	*plan
	now   int64
	ticks []tick
	upTo  []Sum     // of the sites before; one longer than ticks
	turns []uint32  // how often each site has changed
	upToT []uint64  // of the sites before, as upTo
	full  time.Time // when the ticks were last read whole
	took  time.Duration
}

// fold adds up what the sites say at an instant, and sees what is new since the scene before.
func (s *scene) fold(now int64, before *scene) {
	s.now = now
	s.upTo, s.upToT = make([]Sum, len(s.ticks)+1), make([]uint64, len(s.ticks)+1)
	if before != nil && before.plan == s.plan {
		s.turns = slices.Clone(before.turns)
	} else {
		s.turns, before = make([]uint32, len(s.ticks)), nil
	}
	for i := range s.ticks {
		s.upTo[i+1] = s.upTo[i].Add(s.single(i))
		if before != nil && (s.ticks[i] != before.ticks[i] || s.state(i) != before.state(i)) {
			s.turns[i]++
		}
		s.upToT[i+1] = s.upToT[i] + uint64(s.turns[i])
	}
}

// stamp is another one whenever something of a spot has changed.
func (s *scene) stamp(at spot) uint64 {
	r := s.reach(at)
	return uint64(s.edition)<<40 + s.upToT[r.till] - s.upToT[r.from]
}

// single is the sum of one site.
func (s *scene) single(i int) Sum {
	t := &s.ticks[i]
	sum := Sum{Count: t.count, Expected: s.sites[i].Expected, Sites: 1, Unsent: t.unsent}
	sum.States[place(s.state(i))] = 1
	return sum
}

func (s *scene) state(i int) string {
	t := &s.ticks[i]
	return s.meetings[s.sites[i].of].Hours.State(t.count, s.sites[i].Expected, t.last, s.now)
}

// spot is what of a scene is looked at: a unit of the tree, or everything.
type spot struct {
	unit   id.ID
	name   string
	lo, hi int64
	all    bool
}

// stretch is a run of sites.
type stretch struct{ from, till int }

func (s *scene) stretch(lo, hi int64) stretch {
	return stretch{sort.Search(len(s.sites), func(i int) bool { return s.sites[i].lo >= lo }),
		sort.Search(len(s.sites), func(i int) bool { return s.sites[i].lo > hi })}
}

// reach are the sites of a spot.
func (s *scene) reach(at spot) stretch {
	if at.all {
		return stretch{0, len(s.sites)}
	}
	return s.stretch(at.lo, at.hi)
}

func (s *scene) sum(r stretch) Sum { return s.upTo[r.till].Less(s.upTo[r.from]) }

// view is what is seen at a spot; part chooses among the sites when they are many.
func (s *scene) view(at spot, part int) View {
	r := s.reach(at)
	v := View{Unit: at.unit, Name: at.name, Sum: s.sum(r), Units: []Line{}, Sites: []Site{}, Silent: []Site{}, Meetings: []Held{}}
	own := s.lines(&v, r)
	if r.till-r.from <= mostCells {
		own = []stretch{r}
	}
	s.cells(&v, own, part)
	s.walk(&v, r)
	return v
}

// lines are the units directly below, and the sites between them as one more; it returns
// where those are.
func (s *scene) lines(v *View, r stretch) (own []stretch) {
	rest, from := v.Sum, r.from
	for _, k := range s.kids[v.Unit] {
		of := s.stretch(k.lo, k.hi)
		if of.from == of.till {
			continue
		}
		l := Line{Unit: k.id, Name: k.name, Sum: s.sum(of)}
		v.Units, rest = append(v.Units, l), rest.Less(l.Sum)
		if of.from > from {
			own = append(own, stretch{from, of.from})
		}
		from = of.till
	}
	if from < r.till {
		own = append(own, stretch{from, r.till})
	}
	if len(v.Units) > 0 && rest.Sites > 0 {
		v.Units = append([]Line{{Name: v.Name, Sum: rest}}, v.Units...)
	}
	return own
}

// cells lists sites one by one, a part of them when they are many.
func (s *scene) cells(v *View, of []stretch, part int) {
	n := 0
	for _, r := range of {
		n += r.till - r.from
	}
	v.Parts = max(1, (n+mostCells-1)/mostCells)
	v.Part = min(max(part, 0), v.Parts-1)
	skip := v.Part * mostCells
	for _, r := range of {
		for i := r.from; i < r.till && len(v.Sites) < mostCells; i++ {
			if skip--; skip < 0 {
				v.Sites = append(v.Sites, s.site(i))
			}
		}
	}
}

func (s *scene) site(i int) Site {
	out, t := s.sites[i], s.ticks[i]
	out.Count, out.Last, out.Unsent, out.State = t.count, t.last, t.unsent, s.state(i)
	return out
}

// walk looks at every site of the stretch once: which are missing, what each meeting has.
func (s *scene) walk(v *View, r stretch) {
	held := make([]Sum, len(s.meetings))
	for i := r.from; i < r.till; i++ {
		v.Changed = max(v.Changed, s.ticks[i].last)
		if len(s.meetings) > 1 {
			of := s.sites[i].of
			held[of] = held[of].Add(s.single(i))
		}
		if len(v.Silent) < mostSilent && s.ticks[i].count == (Count{}) && s.state(i) == Missing {
			v.Silent = append(v.Silent, s.site(i))
		}
	}
	if len(s.meetings) > 1 {
		s.held(v, held)
	}
}

// held lists the meetings, those that want attention first, then by time.
func (s *scene) held(v *View, sums []Sum) {
	var order []int
	for i, sum := range sums {
		if sum.Sites > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(sums[b].In(Missing), sums[a].In(Missing)), cmp.Compare(s.meetings[a].Starts, s.meetings[b].Starts))
	})
	for _, i := range order[:min(len(order), mostMeetings)] {
		v.Meetings = append(v.Meetings, Held{s.meetings[i], sums[i]})
	}
	v.Others = int64(len(order) - len(v.Meetings))
}
