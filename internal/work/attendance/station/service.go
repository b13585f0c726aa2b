package station

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/attendance"
)

// Service holds the use cases of stations.
type Service struct {
	DB         *db.DB
	Now        clock.Now
	Attendance *attendance.Service

	mu   sync.Mutex
	seen map[id.ID]known
	news news
}

// New is a device that wants to be a station.
type New struct {
	ID   id.ID  `json:"id" doc:"made by the device: sending it again gives a new token"`
	Name string `json:"name" minLength:"1" maxLength:"60" doc:"as people at the door call it"`
	Key  string `json:"key" maxLength:"200" doc:"public key, a P-256 point of 65 bytes in base64url"`
	Sent int64  `json:"sent" doc:"the device's clock, Unix milliseconds"`
}

// Pass is what a device is told once; the token is stored by its hash alone.
type Pass struct {
	Station
	Token    string `json:"token"`
	Now      int64  `json:"now"`
	Title    string `json:"title" doc:"of the meeting"`
	SiteName string `json:"site_name"`
	Starts   int64  `json:"starts"`
	Account  id.ID  `json:"account" doc:"of the usher"`
}

const tokenPrefix = "qs_"

// Register makes a device a station of one site. Faults: Missing where the actor takes no
// attendance, Invalid, Conflict station.over and station.id_taken.
func (s *Service) Register(ctx context.Context, who access.Actor, of, site id.ID, n New) (p Pass, err error) {
	now := s.Now.Ms()
	switch {
	case n.ID == 0:
		return p, fault.At("id", "web.choose")
	case parseKey(n.Key) == nil:
		return p, fault.At("key", "station.bad_key")
	case who.Account == 0:
		return p, fault.New(fault.Denied, "access.denied")
	}
	p = Pass{Token: tokenPrefix + secret.New(), Now: now, Account: who.Account}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := may(ctx, tx, who, access.AttendanceTake, of, site); err != nil {
			return err
		}
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		at, err := meeting.FindSite(ctx, tx, site)
		if err != nil {
			return err
		}
		if m.State == "cancelled" || now >= m.Ends+afterwards {
			return fault.New(fault.Conflict, "station.over")
		}
		p.Station = Station{ID: n.ID, Meeting: of, Site: site, Name: n.Name, Created: now, Ends: m.Ends + afterwards, Seen: now, Skew: Skew(now, n.Sent, 0)}
		p.Title, p.SiteName, p.Starts = m.Title, at.Name, m.Starts
		if err := insert(ctx, tx, p.Station, who.Account, n.Key, secret.Hash(p.Token)); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, now, "station.register", n.ID, at.Unit, map[string]any{"meeting": of, "site": site, "name": n.Name}, "")
	})
	if err != nil {
		return Pass{}, fmt.Errorf("register a station at %s: %w", site, err)
	}
	s.forget(n.ID)
	return p, nil
}

const (
	fresh    = 1000   // milliseconds for which a station and its usher's rights are believed unheard
	lasting  = 20_000 // for which a station may send, unless news say that something ended
	maxKnown = 50_000
)

// enter finds the station that a token opens. Fault: Signin.
func (s *Service) enter(ctx context.Context, station id.ID, token string) (known, error) {
	return s.admit(ctx, station, token, fresh)
}

// admit is enter with what was known so many milliseconds ago.
func (s *Service) admit(ctx context.Context, station id.ID, token string, age int64) (known, error) {
	now, hash := s.Now.Ms(), secret.Hash(token)
	s.mu.Lock()
	k, ok := s.seen[station]
	s.mu.Unlock()
	if k.shut || k.hash != hash || clock.Day(clock.From(k.loaded)) != clock.Day(clock.From(now)) {
		age = min(age, fresh)
	}
	if !ok || now < k.loaded || now-k.loaded >= age {
		before := k
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
			k, err = find(ctx, tx, station, now)
			return err
		})
		switch {
		case fault.Of(err) == fault.Missing:
			return known{}, fault.New(fault.Signin, "station.unknown")
		case err != nil:
			return known{}, fmt.Errorf("station %s: %w", station, err)
		}
		if before.counter > k.counter { // this process heard more than it has written
			k.counter, k.head = before.counter, before.head
		}
		s.remember(k)
	}
	if !secret.Same(k.hash, hash) {
		return known{}, fault.New(fault.Signin, "station.unknown")
	}
	return k, nil
}

func (s *Service) remember(k known) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil || len(s.seen) >= maxKnown {
		s.seen = map[id.ID]known{}
	}
	s.seen[k.ID] = k
}

// Forget drops what is remembered of stations and their ushers.
func (s *Service) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = nil
}

func (s *Service) forget(station id.ID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.seen, station)
}

// open enters a station that may read: it was not shut out, its event is not over, its usher
// still takes attendance there. Faults: Signin, Denied station.revoked, station.over.
func (s *Service) open(ctx context.Context, station id.ID, token string) (known, error) {
	k, err := s.enter(ctx, station, token)
	if err != nil {
		return k, err
	}
	switch {
	case k.shut:
		return k, fault.New(fault.Denied, "station.revoked")
	case s.Now.Ms() >= k.Ends:
		return k, fault.New(fault.Denied, "station.over")
	}
	return k, nil
}

// Listed is a station as the officers of its meeting see it.
type Listed struct {
	Station
	SiteName string `json:"site_name"`
	Usher    string `json:"usher"`
	Scans    int64  `json:"scans" doc:"that came in"`
	Missing  int64  `json:"missing" doc:"gaps in its counter: scans that did not come in yet"`
	Mine     bool   `json:"-"`
	MayShut  bool   `json:"-"`
	account  id.ID
}

// List shows a meeting's stations to those who take attendance there: at most mostListed, at
// sites whose names hold find.
func (s *Service) List(ctx context.Context, who access.Actor, of id.ID, find string) (m meeting.Meeting, out []Listed, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		if err := access.See(ctx, tx, who, access.AttendanceTake, m.Unit); err != nil {
			return err
		}
		if out, err = stations(ctx, tx, who, of, find); err != nil {
			return err
		}
		for i := range out {
			l := &out[i]
			l.Mine = l.account == who.Account
			l.MayShut = l.Mine || may(ctx, tx, who, access.AttendanceEdit, of, l.Site) == nil
		}
		return nil
	})
	if err != nil {
		return m, nil, fmt.Errorf("stations of %s: %w", of, err)
	}
	return m, out, nil
}

// Revoke shuts a station out: by its own usher, or by who may correct attendance at its site.
// What it still brings is kept with the label and not counted. Faults: Missing, Invalid.
func (s *Service) Revoke(ctx context.Context, who access.Actor, of, station id.ID, why string) error {
	if why == "" {
		return fault.At("why", "web.required")
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		k, err := find(ctx, tx, station, s.Now.Ms())
		if err != nil || k.Meeting != of {
			return cmp.Or(err, fault.Gone())
		}
		need := access.AttendanceEdit
		if k.account == who.Account {
			need = access.AttendanceTake
		}
		if err := may(ctx, tx, who, need, of, k.Site); err != nil {
			return err
		}
		if k.Revoked != 0 {
			return nil
		}
		if err := revoke(ctx, tx, station, s.Now.Ms(), who.Account, why); err != nil {
			return err
		}
		host, err := db.One(ctx, tx, db.Value[id.ID], `select unit from meeting_site where id = $1`, k.Site)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "station.revoke", station, host, map[string]any{"meeting": of, "name": k.Name}, why)
	})
	if err != nil {
		return fmt.Errorf("revoke %s: %w", station, err)
	}
	s.forget(station)
	return nil
}

// End is how a station takes its leave after it has brought everything. Fault: Signin.
func (s *Service) End(ctx context.Context, station id.ID, token string) error {
	k, err := s.enter(ctx, station, token)
	if err != nil || k.Revoked != 0 {
		return err
	}
	return s.Revoke(ctx, k.who, k.Meeting, station, words.T(words.Langs[0], "station.ended"))
}
