package attendance

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Scan is one observation as a device made it. Instants are Unix milliseconds UTC.
type Scan struct {
	Key      id.ID // made by the device: the same key counts once; 0: one is made here
	Station  id.ID // the device; 0 none of ours
	Counter  int64 // of the device, from 1; 0 none
	Code     string
	Person   id.ID  // instead of a code
	How      string // one of Ways
	Form     string // "" derives it; "higher" or "self_study" says that it was not here
	DeviceAt int64  // by the device's own clock; 0 unknown
	At       int64  // as the caller corrected it; 0 now
	Offline  bool   // made without a line
	Forced   bool   // let in by the usher against a rule
	Revoked  bool   // the station had been shut out
	Note     string // at most 300 characters
}

// Verdict is what came of one scan.
type Verdict struct {
	Key   id.ID  `json:"key"`
	Code  string `json:"code"`
	Label string `json:"label" doc:"what the scan is: empty, late and forced count; again, elsewhere, early, unknown, foreign, revoked, future, double and closed do not"`
	Entry Entry  `json:"entry"`
	Fault string `json:"fault" doc:"word key: why it does not count; empty when it or an earlier one does"`

	err error
}

// MostScans bounds one call of Take.
const MostScans = 200

// Take keeps scans of one site and says of each what came of it, in order. Sending a key again
// answers as the first time; a bad scan spoils no good one. Everything is kept and durable when
// it returns. Faults: Missing outside the actor's reach, Invalid for more than MostScans, Busy
// when too many wait already: nothing was kept, send again later.
func (s *Service) Take(ctx context.Context, who access.Actor, meeting, site id.ID, scans []Scan) ([]Verdict, error) {
	if len(scans) > MostScans {
		return nil, fault.New(fault.Invalid, "attendance.batch_too_large", "n", MostScans)
	}
	out, err := s.take(ctx, who, meeting, site, scans)
	if err != nil {
		return nil, fmt.Errorf("take at %s: %w", site, err)
	}
	s.stray(ctx, meeting, site, scans, out)
	return out, nil
}

func (s *Service) take(ctx context.Context, who access.Actor, meeting, site id.ID, scans []Scan) ([]Verdict, error) {
	c := newCall(ctx, who, meeting, site, scans)
	if err := s.lane.take(s, c); err != nil {
		return nil, err
	}
	return c.out, nil
}

// one takes a single scan and gives what refuses it as a fault.
func (s *Service) one(ctx context.Context, who access.Actor, meeting, site id.ID, c Scan) (Entry, error) {
	out, err := s.take(ctx, who, meeting, site, []Scan{c})
	if err == nil {
		err = out[0].err
	}
	if err != nil {
		return Entry{}, fmt.Errorf("enter at %s: %w", site, err)
	}
	return out[0].Entry, nil
}

// Entry tells what a scan or a tick did.
type Entry struct {
	Person id.ID  `json:"person"`
	Name   string `json:"name"`
	Again  int64  `json:"again" doc:"when the person was recorded before, Unix milliseconds UTC; 0: just now"`
	Record Record `json:"record"`
	Exempt bool   `json:"exempt"`
}

// Enter records that the holder of a personal code is at a site. Scanning twice is fine
// and tells when it was first. Faults: Missing attendance.unknown_code, Conflict
// attendance.early, attendance.cancelled.
func (s *Service) Enter(ctx context.Context, who access.Actor, meeting, site id.ID, code string, w Way) (Entry, error) {
	return s.one(ctx, who, meeting, site, Scan{Code: code, How: w.How, Form: w.Form, At: w.At, Note: w.Note})
}

// EnterPerson is Enter for somebody found in the list. The person may also be in the
// actor's own scope, as when a secretary ticks the people of the cell; a stranger to both
// comes in by code only, so that nobody reads names off ids.
func (s *Service) EnterPerson(ctx context.Context, who access.Actor, meeting, site, person id.ID, w Way) (Entry, error) {
	return s.one(ctx, who, meeting, site, Scan{Person: person, How: w.How, Form: w.Form, At: w.At, Note: w.Note})
}

// EnterMany is Take for codes alone, at most 500, in pieces.
func (s *Service) EnterMany(ctx context.Context, who access.Actor, meeting, site id.ID, codes []string, w Way) ([]Verdict, error) {
	scans := make([]Scan, len(codes))
	for i, code := range codes {
		scans[i] = Scan{Code: code, How: w.How, Form: w.Form, At: w.At, Note: w.Note}
	}
	return s.many(ctx, who, meeting, site, scans)
}

// mostCodes bounds the codes of one request.
const mostCodes = 500

func (s *Service) many(ctx context.Context, who access.Actor, meeting, site id.ID, scans []Scan) (out []Verdict, err error) {
	if len(scans) > mostCodes {
		return nil, fault.New(fault.Invalid, "attendance.batch_too_large", "n", mostCodes)
	}
	if len(scans) <= MostScans { // none at all still asks who may
		return s.Take(ctx, who, meeting, site, scans)
	}
	for part := range slices.Chunk(scans, MostScans) {
		v, err := s.Take(ctx, who, meeting, site, part)
		if err != nil {
			return nil, err
		}
		out = append(out, v...)
	}
	return out, nil
}

// call is one Take on its way through the lane.
type call struct {
	ctx           context.Context
	who           access.Actor
	meeting, site id.ID
	scans         []Scan
	allowed       bool // the caller has asked whether these people may be marked
	own           bool // every scan names a person, whom the actor may know otherwise than by the site

	look  int   // how far it has come, of the lane
	ahead sight // what the scout found

	venue *venue
	all   bool // who takes attendance of everybody at the place
	work  []work
	out   []Verdict
	err   error
	done  chan struct{}
}

// work is one scan while it is decided.
type work struct {
	scan   Scan
	fresh  bool // the key was made here
	spot   spot // of the code
	guest  *guest
	ahead  *guest // whom the scout found
	record Record
	label  string
	again  int64 // when a record that counts was made before
	same   *work // the key came twice in this transaction
	err    error
	skip   bool // nothing is to be kept
}

// numbered reports whether a station of ours has given the scan a number.
func (w *work) numbered() bool { return w.scan.Station != 0 && w.scan.Counter != 0 }

// newCall prepares what needs no database.
func newCall(ctx context.Context, who access.Actor, meeting, site id.ID, scans []Scan) *call {
	c := &call{ctx: ctx, who: who, meeting: meeting, site: site, scans: scans, own: true, done: make(chan struct{})}
	c.own = !slices.ContainsFunc(scans, func(x Scan) bool { return x.Person == 0 })
	c.reset()
	return c
}

// reset begins anew, since a transaction may run more than once.
func (c *call) reset() {
	c.venue, c.all, c.err = nil, false, nil
	if c.work == nil {
		c.work, c.out = make([]work, len(c.scans)), make([]Verdict, len(c.scans))
	}
	for i, x := range c.scans {
		was := c.work[i]
		w := work{scan: x, fresh: x.Key == 0 || was.fresh}
		if w.fresh {
			if w.scan.Key = was.scan.Key; w.scan.Key == 0 {
				w.scan.Key = id.New()
			}
		}
		if c.ahead.guests != nil {
			w.ahead = c.ahead.guests[i]
		}
		w.scan.Note = trim(x.Note, 300)
		switch {
		case !slices.Contains(Ways, x.How):
			w.skip, w.err = true, fault.At("how", "web.choose")
		case w.scan.Key < 0 || x.Counter < 0:
			w.skip, w.err = true, fault.At("key", "web.choose")
		}
		c.work[i] = w
	}
}

// trim is text that both engines take, cut to so many characters.
func trim(s string, most int) string {
	if s == "" {
		return ""
	}
	s, ok := text.Clean(s)
	if !ok {
		return ""
	}
	for utf8.RuneCountInString(s) > most {
		r := []rune(s)
		s = string(r[:most])
	}
	return s
}

// answer makes the verdicts, once everything is decided.
func (c *call) answer() {
	for i := range c.work {
		w := &c.work[i]
		if w.same != nil {
			w = w.same
		}
		v := Verdict{Key: w.scan.Key, Code: c.scans[i].Code, Label: w.label, err: w.err}
		if w.err != nil {
			v.Fault = fault.Key(w.err)
		}
		if w.guest != nil && w.err == nil {
			v.Entry = Entry{Person: w.guest.person, Name: w.guest.name, Again: w.again, Exempt: w.guest.exempt}
			if w.again == 0 {
				v.Entry.Record = w.record
			}
		}
		c.out[i] = v
	}
}
