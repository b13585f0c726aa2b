package attendance

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// desk takes the scans of many calls in one transaction, with statements for all of them:
// what is asked, what is decided, what is written. It is the only way in which somebody is
// recorded.
type desk struct {
	s   *Service
	ctx context.Context
	tx  db.Tx
	now int64

	calls  []*call
	venues map[id.ID]*venue
	guests map[spot]*guest // by code
	people map[pair]*guest // by campaign and person
	kept   map[id.ID]*old  // scans that were here before, by key
	used   numbers
	stands map[pair]*seat // by meeting and person
	higher map[pair]map[id.ID]bool

	hasty   bool          // new keys of numbered scans are not looked up: to keep one twice fails
	changed map[pair]bool // campaign and meeting
	writes  writes
}

// seat is the record that counts for one person at one meeting.
type seat struct {
	record Record
	from   *work // of this transaction; nil when the record stands in the table
	stored Record
}

// old is a scan that was kept before.
type old struct {
	meeting, site, person id.ID
	label, name           string
	recorded              int64
}

// deskAt begins a transaction's work; now is the instant of all its records.
func (s *Service) deskAt(ctx context.Context, tx db.Tx, calls []*call) *desk {
	return &desk{s: s, ctx: ctx, tx: tx, now: s.Now.Ms(), calls: calls, guests: map[spot]*guest{}, people: map[pair]*guest{}, kept: map[id.ID]*old{},
		used: numbers{}, writes: writes{numbers: numbers{}}, stands: map[pair]*seat{}, higher: map[pair]map[id.ID]bool{}, changed: map[pair]bool{}}
}

// take does it all. An error is ours; what a sender did wrong stands in the call or its verdicts.
func (d *desk) take() error {
	for _, c := range d.calls {
		c.reset()
	}
	for _, step := range []func() error{d.open, d.recall, d.identify, d.strangers, d.permit, d.stand, d.rank} {
		if err := step(); err != nil {
			return err
		}
	}
	d.judge()
	if err := d.write(); err != nil {
		return err
	}
	for _, c := range d.calls {
		c.answer()
	}
	return nil
}

// each visits the scans that are still to be decided.
func (d *desk) each(fn func(c *call, w *work)) {
	for _, c := range d.calls {
		if c.err != nil {
			continue
		}
		for i := range c.work {
			if !c.work[i].skip {
				fn(c, &c.work[i])
			}
		}
	}
}

// open finds the places and turns away who may take no attendance there.
func (d *desk) open() error {
	sites := make([]id.ID, 0, len(d.calls))
	seen := map[id.ID]bool{}
	for _, c := range d.calls {
		if !seen[c.site] {
			seen[c.site] = true
			sites = append(sites, c.site)
		}
	}
	var err error
	if d.venues, err = loadVenues(d.ctx, d.tx, sites); err != nil {
		return err
	}
	var ties []pair // units, each with one at which a right is held
	scopes, asked := make([]access.Scope, len(d.calls)), map[pair]bool{}
	for n, c := range d.calls {
		if c.venue = d.venues[c.site]; c.venue == nil || c.venue.Meeting != c.meeting {
			c.err = fault.Gone()
			continue
		}
		scopes[n] = c.who.Scope(access.AttendanceTake)
		tops, all := scopes[n].Tops()
		if all || c.allowed {
			continue
		}
		for _, top := range tops {
			for _, tie := range []pair{{c.venue.unit, top}, {c.venue.organiser, top}} {
				if !asked[tie] {
					asked[tie] = true
					ties = append(ties, tie)
				}
			}
		}
	}
	lines, err := linesAbove(d.ctx, d.tx, ties)
	for n, c := range d.calls {
		if c.err != nil {
			continue
		}
		if c.all = scopes[n].Takes(lines[c.venue.unit]) || scopes[n].Takes(lines[c.venue.organiser]); !c.all && !c.own {
			c.err = fault.Gone()
		}
	}
	return err
}

// identify finds out whose codes they are.
func (d *desk) identify() error {
	var spots []spot
	var people []pair
	d.each(func(c *call, w *work) {
		if w.scan.Person != 0 {
			k := pair{c.venue.Campaign, w.scan.Person}
			if _, ok := d.people[k]; !ok {
				d.people[k] = nil
				people = append(people, k)
			}
			return
		}
		if g := w.ahead; g != nil && g.campaign == c.venue.Campaign && c.ahead.key == c.venue.key {
			w.guest = g
			return
		}
		code, fit := tidy(w.scan.Code)
		w.scan.Code = code
		lo, n, ok := cipherFor(c.venue.key).Place(code)
		if !fit || !ok {
			return
		}
		w.spot = spot{c.venue.Campaign, lo, n}
		if _, ok := d.guests[w.spot]; !ok {
			d.guests[w.spot] = nil
			spots = append(spots, w.spot)
		}
	})
	err := findSpots(d.ctx, d.tx, spots, func(g *guest) { d.guests[spot{g.campaign, g.lo, g.n}] = g })
	if err != nil {
		return err
	}
	err = look(d.ctx, d.tx, peopleQuery, nil, people, both, scanGuest, func(g *guest) { d.people[pair{g.campaign, g.person}] = g })
	d.each(func(c *call, w *work) {
		if w.scan.Person != 0 {
			w.guest = d.people[pair{c.venue.Campaign, w.scan.Person}]
		} else if w.spot.campaign != 0 {
			w.guest = d.guests[w.spot]
		}
	})
	return err
}

// others are the keys of open campaigns that a code might be of.
const others = `select id, code_key from campaign where state = 'open' order by id desc limit 20`

// strangers looks codes that name nobody up in the other campaigns: they are no less a
// sign of something when they were given out for another one.
func (d *desk) strangers() error {
	var lost []*work
	d.each(func(c *call, w *work) {
		if w.guest == nil && w.scan.Person == 0 {
			if w.label = Unknown; w.spot.campaign != 0 && d.kept[w.scan.Key] == nil {
				lost = append(lost, w)
			}
		}
	})
	if len(lost) == 0 {
		return nil
	}
	type key struct {
		campaign id.ID
		key      int64
	}
	keys, err := db.All(d.ctx, d.tx, func(scan func(...any) error) (k key, err error) { return k, scan(&k.campaign, &k.key) }, others)
	if err != nil {
		return err
	}
	owners := map[spot][]*work{}
	var spots []spot
	for _, w := range lost {
		for _, k := range keys {
			if lo, n, ok := cipherFor(k.key).Place(w.scan.Code); ok && k.campaign != w.spot.campaign {
				at := spot{k.campaign, lo, n}
				spots, owners[at] = append(spots, at), append(owners[at], w)
			}
		}
	}
	return findSpots(d.ctx, d.tx, spots, func(g *guest) {
		for _, w := range owners[spot{g.campaign, g.lo, g.n}] {
			w.label = Foreign
		}
	})
}

// permit asks for people picked by name, and for those who take no attendance of everybody.
func (d *desk) permit() error {
	for _, c := range d.calls {
		if c.err != nil || c.allowed || c.who.IsSystem() {
			continue
		}
		refused := 0
		for i := range c.work {
			w := &c.work[i]
			if w.skip || w.scan.Person == 0 {
				continue
			}
			err := fault.Gone()
			if w.guest != nil {
				err = mayMark(d.ctx, d.tx, c.who, d.facts(c, w), c.all)
			}
			switch {
			case err == nil:
			case fault.Of(err) == fault.Internal:
				return err
			default:
				w.guest, w.skip, w.err = nil, true, err
				refused++
			}
		}
		if !c.all && refused > 0 && refused == len(c.work) {
			c.err = fault.Gone()
		}
	}
	return nil
}

// facts are all that is known of a scan's person at its place.
func (d *desk) facts(c *call, w *work) Facts {
	f := c.venue.Facts
	if g := w.guest; g != nil {
		f.Person, f.Unit, f.Name, f.PersonKind, f.Exempt, f.Lo = g.person, g.unit, g.name, g.kind, g.exempt, g.lo
		f.Higher = d.higher[pair{c.venue.Campaign, c.venue.organiser}][g.unit]
	}
	return f
}

// stand finds the records that count so far.
func (d *desk) stand() error {
	var seats []pair
	d.each(func(c *call, w *work) {
		if w.guest == nil {
			return
		}
		k := pair{c.meeting, w.guest.person}
		if _, ok := d.stands[k]; !ok {
			d.stands[k] = &seat{}
			seats = append(seats, k)
		}
	})
	return look(d.ctx, d.tx, standsQuery, nil, seats, both, func(scan func(...any) error) (r Record, err error) {
		return r, scan(&r.Meeting, &r.Person, &r.ID, &r.Campaign, &r.Site, &r.Form, &r.How, &r.Grade, &r.At, &r.Recorded, &r.Late)
	}, func(r Record) { *d.stands[pair{r.Meeting, r.Person}] = seat{record: r, stored: r} })
}

// rank finds who studies at a higher level than the own unit's: whose unit stands below the
// organiser, with one on the way, itself included, that organises for itself.
func (d *desk) rank() error {
	units, places := map[pair][]id.ID{}, map[pair][]int64{}
	d.each(func(c *call, w *work) {
		if w.guest == nil || w.guest.unit == c.venue.organiser {
			return
		}
		k := pair{c.venue.Campaign, c.venue.organiser}
		if d.higher[k] == nil {
			d.higher[k] = map[id.ID]bool{}
		}
		if _, ok := d.higher[k][w.guest.unit]; !ok {
			d.higher[k][w.guest.unit] = false
			units[k], places[k] = append(units[k], w.guest.unit), append(places[k], w.guest.lo)
		}
	})
	for k, list := range units {
		yes := func(u id.ID) { d.higher[k][u] = true }
		err := error(nil)
		if up := d.s.trees.of(k[0]); len(up) > 0 {
			err = d.climb(up, k, list, places[k], yes)
		} else {
			err = look(d.ctx, d.tx, higherQuery, []any{k[0], k[1]}, list, one, db.Value[id.ID], yes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// climb is higherQuery for a tree that is remembered: only who organises is asked.
func (d *desk) climb(up []parent, k pair, units []id.ID, places []int64, yes func(id.ID)) error {
	self, ask, odd := map[id.ID]bool{}, []id.ID{}, []id.ID{}
	below := make([]bool, len(units))
	for i, lo := range places {
		if lo < 0 || lo >= int64(len(up)) || up[lo].unit != units[i] {
			odd = append(odd, units[i])
			continue
		}
		for at := lo; at >= 0; at = up[at].lo {
			u := up[at].unit
			if below[i] = u == k[1]; below[i] {
				break
			}
			if _, asked := self[u]; !asked {
				self[u], ask = false, append(ask, u)
			}
		}
	}
	err := look(d.ctx, d.tx, selfQuery, []any{k[0]}, ask, one, db.Value[id.ID], func(u id.ID) { self[u] = true })
	if err == nil {
		err = look(d.ctx, d.tx, higherQuery, []any{k[0], k[1]}, odd, one, db.Value[id.ID], yes)
	}
	for i, lo := range places {
		for at := lo; below[i] && up[at].unit != k[1]; at = up[at].lo {
			if self[up[at].unit] {
				yes(units[i])
				break
			}
		}
	}
	return err
}
