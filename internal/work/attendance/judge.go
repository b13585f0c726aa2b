package attendance

import (
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// judge decides scan by scan, in the order in which they came.
func (d *desk) judge() {
	here := map[id.ID]*work{} // keys of this transaction
	d.each(func(c *call, w *work) {
		if before := d.kept[w.scan.Key]; before != nil && !w.fresh {
			d.repeat(c, w, before)
			return
		}
		if first := here[w.scan.Key]; first != nil {
			w.same, w.skip = first, true
			return
		}
		here[w.scan.Key] = w
		d.decide(c, w)
		d.writes.scans = append(d.writes.scans, &scanRow{c, w})
	})
	for _, x := range d.writes.scans {
		s := d.writes.site(x.c.meeting, x.c.site)
		s.scans++
		if x.w.label != "" {
			s.odds++
		}
		if x.w.scan.Station != 0 && x.w.scan.Counter == 1 && x.w.label != Double {
			s.stations++
		}
		if r := x.w.record; r.ID != 0 && d.stands[pair{x.c.meeting, r.Person}].from == x.w {
			d.writes.records = append(d.writes.records, &recordRow{r, d.facts(x.c, x.w)})
			s.person(r.Grade, 1)
		}
	}
}

// repeat answers a key that was sent before as it was answered then.
func (d *desk) repeat(c *call, w *work, before *old) {
	w.skip = true
	if before.meeting != c.meeting || before.site != c.site {
		w.guest, w.err = nil, fault.New(fault.Conflict, "attendance.id_taken")
		return
	}
	if w.label = before.label; w.label == Again || w.label == Elsewhere {
		w.again = before.recorded
	}
	if before.person != 0 {
		w.guest = &guest{person: before.person, name: before.name}
	}
	w.err = c.venue.refusal(w.label)
}

func (d *desk) decide(c *call, w *work) {
	d.changed[pair{c.venue.Campaign, c.meeting}] = true
	if w.numbered() {
		if d.used.has(w.scan.Station, w.scan.Counter) {
			if !w.scan.Revoked {
				w.label, w.err = Double, c.venue.refusal(Double)
				return
			}
		} else {
			d.used.add(w.scan.Station, w.scan.Counter)
			d.writes.numbers.add(w.scan.Station, w.scan.Counter)
		}
	}
	if w.guest == nil {
		if w.scan.Revoked {
			w.label = Revoked
		} else if w.label == "" {
			w.label = Unknown
		}
		w.err = c.venue.refusal(w.label)
		return
	}
	s := d.stands[pair{c.meeting, w.guest.person}]
	r, label, counts := Judge(d.facts(c, w), w.scan, s.record, d.now)
	w.label, w.record, w.err = label, r, c.venue.refusal(label)
	if !counts {
		if w.err == nil {
			w.again = s.record.Recorded
		}
		return
	}
	w.record.By, w.record.ByName = c.who.Account, c.who.Name
	d.displace(s, w.record)
	s.record, s.from = w.record, w
}

// displace makes room for a better record of the same person at the same meeting.
func (d *desk) displace(s *seat, by Record) {
	switch {
	case s.record.ID == 0:
		return
	case s.from != nil: // not written yet
		s.from.label = second(s.record, by)
		s.from.again = by.Recorded
	default:
		d.writes.gone = append(d.writes.gone, s.record)
		d.writes.site(s.record.Meeting, s.record.Site).person(s.record.Grade, -1)
	}
	d.writes.relabel = append(d.writes.relabel, pair{by.Meeting, by.Person})
}

// second is what a scan is when another one counts.
func second(was, counts Record) string {
	if was.Site == counts.Site {
		return Again
	}
	return Elsewhere
}
