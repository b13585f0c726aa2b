package account

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/device"
	"quantriet/internal/base/account/factor"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/org"
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// Service is the room. Cost is for tests; its zero value is password.Standard.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Cost password.Cost
	Seal *seal.Box // of what is stored; nil is one that ends with the process

	// NewUnit makes the top unit at the first set-up.
	NewUnit func(ctx context.Context, who access.Actor, u org.Unit) (org.Unit, error)
	// Demo loads invented units, people and a campaign; nil: not offered.
	Demo func(ctx context.Context, name string) error
	// Import is the page where units are read from a sheet; "" when there is none.
	Import string
	// Outside is another way in, offered beside the password; "" when there is none.
	Outside func() (name, href string)

	made    sync.Once
	hash    password.Hasher
	slow    password.Guard
	seen    cache
	factor  *factor.Service
	devices *device.Service
}

// FactorRequired says whether a passkey or an authenticator app is required of everybody above
// member. Like every setting it has a day from which it counts.
var FactorRequired = setting.Key[bool]{Name: "account.factor_required", Default: true}

const (
	cookieName = "__Host-session"
	deviceName = "__Host-device"
	secondName = "__Host-second"
	maxSecret  = 100 // bytes; longer ones are nobody's
)

// join builds what the room is made of, once.
func (s *Service) join() {
	s.made.Do(func() {
		if s.Seal == nil {
			s.Seal = seal.Fresh()
		}
		s.hash.Cost = s.Cost
		s.factor = &factor.Service{DB: s.DB, Now: s.Now, Seal: s.Seal, Forget: s.seen.drop, EndAll: s.EndAll,
			Visit: s.visit, Reach: s.reached, Looked: s.lookedAt,
			Prove: func(ctx context.Context, who access.Actor, typed string) error {
				_, _, err := s.prove(ctx, who, typed, false)
				return err
			}}
		s.devices = &device.Service{DB: s.DB, Now: s.Now, Forget: s.seen.drop, Here: func(r *http.Request) id.ID {
			v, _ := s.visitor(r)
			return v.device
		}}
	})
}

// Factor is the second step of signing in.
func (s *Service) Factor() *factor.Service {
	s.join()
	return s.factor
}

// Box seals what browsers carry and what is stored.
func (s *Service) Box() *seal.Box {
	s.join()
	return s.Seal
}

func (s *Service) hasher() *password.Hasher {
	s.join()
	return &s.hash
}

// reached is reach for the second step.
func (s *Service) reached(ctx context.Context, tx db.Tx, who access.Actor, account id.ID) (name string, home id.ID, err error) {
	a, err := s.reach(ctx, tx, who, account)
	return a.Name, a.home, err
}

// visit says how a request came in.
func (s *Service) visit(r *http.Request) factor.Visit {
	v, _ := s.visitor(r)
	return factor.Visit{Session: v.session, Since: v.created, Limited: v.limited, Required: v.required}
}

// cookie is how a secret is carried: by the browser, to us alone, unseen by scripts.
func cookie(name, secret string, age time.Duration) *http.Cookie {
	return &http.Cookie{Name: name, Value: secret, Path: "/", MaxAge: int(age.Seconds()),
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
