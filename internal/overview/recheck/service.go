package recheck

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// Service holds the use cases of the back-check.
type Service struct {
	DB   *db.DB
	Now  clock.Now
	Seal *seal.Box // keeps secrets until they are shown

	// Flags gives units below a reporting one that should be asked more: 2 to 4 times as many
	// people. nil flags none.
	Flags func(ctx context.Context, tx db.Tx, campaign, unit id.ID) (map[id.ID]int64, error)
}

// batch is how many reports one round looks after.
const batch = 50

// Run looks after draws until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		for more := true; more && ctx.Err() == nil; {
			n, err := s.Advance(ctx)
			if err != nil && ctx.Err() == nil {
				slog.Error("back-check", "err", err)
			}
			more = n > 0 && err == nil
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Advance commits to draws of reports that were sent, draws where the head is signed, and shows
// the secrets of those that are over. It answers how many it moved on; nothing is done twice, and
// what fails in one step does not keep the others.
func (s *Service) Advance(ctx context.Context) (n int, err error) {
	for _, step := range []func(context.Context) (int, error){s.commit, s.draw, s.reveal} {
		moved, wrong := step(ctx)
		n, err = n+moved, errors.Join(err, wrong)
	}
	if err != nil {
		return n, fmt.Errorf("back-check: %w", err)
	}
	return n, nil
}

// about names a sealed secret.
func about(draw id.ID) string { return "recheck.secret " + draw.String() }

// commit puts a secret and the lists of each report that was sent into the log, before
// anybody can know the head that will decide.
func (s *Service) commit(ctx context.Context) (int, error) {
	var list []draw
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if list, err = uncommitted(ctx, tx, batch); err != nil {
			return err
		}
		for i := range list {
			if list[i].Strata, err = s.strata(ctx, tx, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return 0, err
	}
	n := 0
	err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
		n = 0
		for _, d := range list {
			is, err := exists(ctx, tx, d)
			if err != nil {
				return err
			}
			if is {
				continue
			}
			if err := s.begin(ctx, tx, d); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// strata are the lists of a report as the records stand.
func (s *Service) strata(ctx context.Context, tx db.Tx, d draw) ([]Stratum, error) {
	list, err := below(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	flags := map[id.ID]int64{}
	if s.Flags != nil {
		if flags, err = s.Flags(ctx, tx, d.Campaign, d.Unit); err != nil {
			return nil, err
		}
	}
	year := clock.Start(s.Now.Day()[:4] + "-01-01").UnixMilli()
	var out []Stratum
	for _, x := range list {
		people, err := roster(ctx, tx, d.Campaign, x.lo, x.hi)
		if err != nil {
			return nil, err
		}
		if len(people) == 0 {
			continue
		}
		before, err := askedSince(ctx, tx, x.Unit, year)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if p.counted {
				x.Studied++
			} else {
				x.Missed++
			}
		}
		x.Weight, x.salt, x.list = Weigh(flags[x.Unit], before), random(), written(people)
		x.Hash = Hash([]byte(x.salt + "\n" + x.list))
		out = append(out, x.sized())
	}
	return out, nil
}

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (s *Service) begin(ctx context.Context, tx db.Tx, d draw) error {
	secret := make([]byte, 32)
	rand.Read(secret)
	d.ID, d.State, d.Hash, d.Committed = id.New(), "committed", Hash(secret), s.Now.Ms()
	if err := insertDraw(ctx, tx, d, s.Seal.Seal(secret, about(d.ID))); err != nil {
		return err
	}
	for i, x := range d.Strata {
		if err := insertStratum(ctx, tx, d.ID, i, x); err != nil {
			return err
		}
	}
	return proof.Append(ctx, tx, d.Committed, d.commitRow())
}

// draw asks the people of each report whose closing stands under a signed head together with
// the commitment.
func (s *Service) draw(ctx context.Context) (n int, err error) {
	err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
		n = 0
		list, err := ripe(ctx, tx, batch)
		if err != nil {
			return err
		}
		for _, d := range list {
			if err := s.ask(ctx, tx, d); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

func (s *Service) ask(ctx context.Context, tx db.Tx, d draw) error {
	secret, err := s.secret(d)
	if err != nil {
		return err
	}
	if d.Strata, err = strata(ctx, tx, d.ID); err != nil {
		return err
	}
	d.State, d.Drawn = "drawn", s.Now.Ms()
	d.Closes = d.Drawn + Open
	lists := map[id.ID][2][]id.ID{}
	for _, x := range d.Strata {
		studied, missed := listed(x.list)
		lists[x.Unit] = [2][]id.ID{missed, studied}
	}
	for _, p := range Draw(secret, d.Root, d.Strata) {
		side := 0
		if p.Counted {
			side = 1
		}
		if err := s.call(ctx, tx, d, p, lists[p.Unit][side][p.Place]); err != nil {
			return err
		}
	}
	if err := updateDraw(ctx, tx, d); err != nil {
		return err
	}
	row, err := drawRow(ctx, tx, d)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, d.Drawn, row)
}

func (s *Service) secret(d draw) ([]byte, error) {
	secret, err := s.Seal.Open(d.secret, about(d.ID))
	if err != nil {
		return nil, fmt.Errorf("secret of draw %s: %w", d.ID, err)
	}
	return secret, nil
}

// call asks one person. Who was asked in the campaign already, for another level's report, is
// not asked again: what was said counts for both.
func (s *Service) call(ctx context.Context, tx db.Tx, d draw, p Pick, person id.ID) error {
	a, err := subject(ctx, tx, d.Campaign, person)
	if err != nil {
		return err
	}
	a.Draw, a.stratum, a.place, a.Counted, a.salt = d.ID, p.Unit, p.Place, p.Counted, random()
	a.Asked, a.Closes = d.Drawn, d.Closes
	old, err := saidBefore(ctx, tx, d.Campaign, person)
	if err != nil {
		return err
	}
	if old != (Said{}) {
		a.Said = old
		a.Answer = Judge(a.Counted, a.Recorded, old)
	}
	return insertPerson(ctx, tx, a)
}

// reveal closes draws whose time is over: who did not answer is not confirmed, and the secret is shown.
func (s *Service) reveal(ctx context.Context) (n int, err error) {
	err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
		n = 0
		list, err := over(ctx, tx, s.Now.Ms(), batch)
		if err != nil {
			return err
		}
		for _, d := range list {
			secret, err := s.secret(d)
			if err != nil {
				return err
			}
			if err := skipRest(ctx, tx, d.ID); err != nil {
				return err
			}
			d.State, d.Closed, d.Shown = "closed", s.Now.Ms(), hex.EncodeToString(secret)
			if err := updateDraw(ctx, tx, d); err != nil {
				return err
			}
			row, err := revealRow(ctx, tx, d)
			if err != nil {
				return err
			}
			if err := proof.Append(ctx, tx, d.Closed, row); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
