package account

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service is the room. Cost is for tests; its zero value is Standard.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Cost Cost

	// NewUnit makes the top unit at the first set-up.
	NewUnit func(ctx context.Context, who access.Actor, u org.Unit) (org.Unit, error)
	// Demo loads invented units, people and a campaign; nil: not offered.
	Demo func(ctx context.Context, name string) error
	// Import is the page where units are read from a sheet; "" when there is none.
	Import string

	hash hasher
	slow guard
	seen cache
}

const (
	cookieName = "__Host-session"
	maxSecret  = 100 // bytes; longer ones are nobody's
)

// WhoIs finds the actor of a request by its bearer token or else its session cookie, with
// the grants in force today; the zero Actor for nobody. What it knows is at most a second old.
func (s *Service) WhoIs(r *http.Request) (access.Actor, error) {
	v, err := s.visitor(r)
	return v.who, err
}

// Post is the unit and role shown beside the name of who signed in.
func (s *Service) Post(r *http.Request, _ access.Actor) string {
	v, _ := s.visitor(r)
	return v.post
}

// known is an actor as the door remembers it for a moment.
type known struct {
	who     access.Actor
	post    string
	session id.ID // of a cookie
	token   id.ID
	touched int64 // "last seen" as stored
	ends    int64
}

func (s *Service) visitor(r *http.Request) (known, error) {
	secret, bearer := credential(r)
	if secret == "" {
		return known{}, nil
	}
	now := s.Now.Ms()
	hash := hashOf(secret)
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
		v.post, err = s.postOf(ctx, tx, v.who)
		return err
	})
	if fault.Of(err) == fault.Missing {
		return known{}, nil
	}
	if err != nil {
		return known{}, fmt.Errorf("who is it: %w", err)
	}
	return v, nil
}

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
		return touchSession(ctx, tx, v.session, now)
	})
	if err != nil {
		slog.Warn("last seen not written", "err", err)
		return
	}
	v.touched = now
}

func credential(r *http.Request) (secret string, bearer bool) {
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

// SignIn opens a session for a login (or the number of the Party card) and its password,
// and returns the secret for the cookie; old is the cookie it replaces, agent the
// browser's name. Faults: Invalid account.wrong, Denied account.disabled, TooMany.
func (s *Service) SignIn(ctx context.Context, login, password, old, agent string) (secret string, err error) {
	typed, err := s.attempt(login, password)
	if err != nil {
		return "", err
	}
	c, err := s.credentials(ctx, typed)
	if err != nil {
		return "", err
	}
	ok, stale, err := s.hasher().matches(ctx, c.password, password)
	switch {
	case err != nil:
		s.slow.undo(typed)
		return "", fmt.Errorf("sign in: %w", err)
	case !ok:
		return "", fault.New(fault.Invalid, "account.wrong")
	case c.disabled:
		return "", fault.New(fault.Denied, "account.disabled")
	}
	s.slow.clear(typed)
	fresh := ""
	if stale {
		fresh, _ = s.hasher().make(ctx, password) // another day, when the line is full
	}
	return s.open(ctx, c.id, old, agent, func(tx db.Tx) error {
		still, err := passwordOf(ctx, tx, c.id)
		if err != nil || still != c.password {
			return cmpErr(err, fault.New(fault.Invalid, "account.wrong")) // changed meanwhile
		}
		if fresh != "" {
			return setPassword(ctx, tx, c.id, fresh)
		}
		return nil
	})
}

func (s *Service) attempt(login, password string) (typed string, err error) {
	typed = foldLogin(login)
	if typed == "" || len(typed) > maxSecret || len(password) > 4*maxPassword {
		return "", fault.New(fault.Invalid, "account.wrong")
	}
	if wait := s.slow.begin(typed, s.Now.Ms()); wait > 0 {
		return "", fault.New(fault.TooMany, "account.slow", "n", (wait+999)/1000)
	}
	return typed, nil
}

func (s *Service) credentials(ctx context.Context, typed string) (c credentials, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, err = findCredentials(ctx, tx, typed)
		return err
	})
	if fault.Of(err) == fault.Missing {
		return credentials{}, nil
	}
	return c, err
}

// open starts a session of an account in the transaction that also does more.
func (s *Service) open(ctx context.Context, account id.ID, old, agent string, more func(db.Tx) error) (string, error) {
	key, now := secret(), s.Now.Ms()
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := more(tx); err != nil {
			return err
		}
		a, err := find(ctx, tx, account)
		if err != nil {
			return err
		}
		if a.DisabledAt != 0 {
			return fault.New(fault.Denied, "account.disabled")
		}
		if err := dropSessions(ctx, tx, account, now, hashOf(old)); err != nil {
			return err
		}
		if err := insertSession(ctx, tx, account, hashOf(key), now, sessionEnd(now, now), clip(agent)); err != nil {
			return err
		}
		who := access.Actor{Account: a.ID, Name: a.Name}
		return audit.Write(ctx, tx, who, now, "account.sign_in", a.ID, a.home, nil, "")
	})
	s.seen.drop()
	return key, err
}

// SignOut ends the session of a cookie.
func (s *Service) SignOut(ctx context.Context, cookie string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error { return endSession(ctx, tx, hashOf(cookie)) })
	s.seen.drop()
	return err
}

func (s *Service) hasher() *hasher {
	s.hash.once.Do(func() { s.hash.cost = s.Cost; s.hash.start() })
	return &s.hash
}

// cookie is how a session is carried: by the browser, to us alone, unseen by scripts.
func cookie(secret string, age time.Duration) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: secret, Path: "/", MaxAge: int(age.Seconds()),
		Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// clip keeps of a browser's name what a person may want to recognise.
func clip(agent string) string {
	agent = strings.ToValidUTF8(strings.ReplaceAll(agent, "\x00", ""), "")
	if len(agent) > 300 {
		agent = strings.ToValidUTF8(agent[:300], "")
	}
	return agent
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}
