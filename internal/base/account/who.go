package account

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// WhoIs finds the actor of a request by its bearer token or else its session cookie, with
// the grants in force today; the zero Actor for nobody. What it knows is at most a second old.
//
// This is the one place that asks for a second step: who needs one and has none is let in to the
// pages where it is added, without any right, and is nobody elsewhere.
func (s *Service) WhoIs(r *http.Request) (access.Actor, error) {
	v, err := s.visitor(r)
	if v.limited {
		if !strings.HasPrefix(r.URL.Path, enrolment) {
			return access.Actor{}, err
		}
		v.who.Grants, v.who.Person = nil, 0
	}
	v.who.Via = cmp.Or(v.device, v.token)
	if v.session != 0 {
		v.who.Until = sessionEnd(v.created, v.touched, v.long())
	}
	return v.who, err
}

const enrolment = "/me/factors"

// Post is the unit and role shown beside the name of who signed in.
func (s *Service) Post(r *http.Request, _ access.Actor) string {
	v, _ := s.visitor(r)
	return v.post
}

// known is an actor as the door remembers it for a moment.
type known struct {
	who      access.Actor
	post     string
	session  id.ID // of a cookie
	token    id.ID
	device   id.ID
	kept     bool // the device
	strong   bool
	required bool // a second step is
	limited  bool // and is not there
	created  int64
	touched  int64 // "last seen" as stored
	ends     int64
}

func (s *Service) visitor(r *http.Request) (known, error) {
	key, bearer := credential(r)
	if key == "" {
		return known{}, nil
	}
	now := s.Now.Ms()
	hash := secret.Hash(key)
	if v, ok := s.seen.get(hash, now); ok {
		return v, nil
	}
	v, err := s.recognise(r.Context(), hash, bearer, now)
	if err != nil || v.who.Account == 0 {
		return known{}, err
	}
	if now-v.touched >= touchEvery.Milliseconds() {
		s.touch(r.Context(), &v, now)
	}
	s.seen.put(hash, v, now)
	return v, nil
}

func (s *Service) recognise(ctx context.Context, hash string, bearer bool, now int64) (v known, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if bearer {
			v, err = byToken(ctx, tx, hash, now)
		} else {
			v, err = bySession(ctx, tx, hash, now)
		}
		if err != nil {
			return err
		}
		if v.who.Grants, err = access.InForce(ctx, tx, v.who.Account, clock.Day(clock.From(now))); err != nil {
			return err
		}
		if err := s.admit(ctx, tx, &v, bearer, now); err != nil {
			return err
		}
		v.post, err = s.postOf(ctx, tx, v.who)
		return err
	})
	if err != nil && fault.Of(err) == fault.Missing {
		return known{}, nil
	}
	if err != nil {
		return known{}, fmt.Errorf("who is it: %w", err)
	}
	return v, nil
}

// admit asks whether a session or token is good for what its account may do today. Fault: Missing
// for one that is not.
func (s *Service) admit(ctx context.Context, tx db.Tx, v *known, bearer bool, now int64) (err error) {
	if v.required, err = s.required(ctx, tx, v.who.Grants, clock.Day(clock.From(now))); err != nil {
		return err
	}
	has, err := factor.Any(ctx, tx, v.who.Account)
	switch {
	case err != nil:
		return err
	case bearer && v.required && !has, !bearer && has && !v.strong:
		return fault.Gone()
	case !bearer && now >= sessionEnd(v.created, v.touched, v.long()):
		return fault.Gone()
	}
	v.limited = v.required && !has
	return nil
}

// required reports whether somebody with these grants needs a second step on a civil day.
func (s *Service) required(ctx context.Context, tx db.Tx, grants []access.Grant, day string) (bool, error) {
	if !above(grants) {
		return false, nil
	}
	return FactorRequired.On(ctx, tx, 0, day)
}

// long: a member's session lasts as long as the device that is kept.
func (v known) long() bool { return v.kept && !above(v.who.Grants) }

func (s *Service) postOf(ctx context.Context, tx db.Tx, who access.Actor) (string, error) {
	if len(who.Grants) == 0 {
		return "", nil
	}
	u, err := org.Find(ctx, tx, who.Home())
	return roleWord(who.Lang, who.Grants[0].Role) + " · " + u.Short, err
}

// touch notes the visit; that it could not be noted turns nobody away.
func (s *Service) touch(ctx context.Context, v *known, now int64) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if v.token != 0 {
			return touchToken(ctx, tx, v.token, now)
		}
		if err := device.Touch(ctx, tx, v.device, v.kept, now); err != nil {
			return err
		}
		return touchSession(ctx, tx, v.session, now, sessionEnd(v.created, now, v.long()))
	})
	if err != nil {
		slog.Warn("last seen not written", "err", err)
		return
	}
	v.touched = now
}

func credential(r *http.Request) (key string, bearer bool) {
	if h := r.Header.Get("Authorization"); h != "" {
		scheme, token, _ := strings.Cut(h, " ")
		if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, tokenPrefix) || len(token) > maxSecret {
			return "", true
		}
		return token, true
	}
	c, err := r.Cookie(cookieName)
	if err != nil || len(c.Value) > maxSecret {
		return "", false
	}
	return c.Value, false
}
