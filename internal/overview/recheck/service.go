package recheck

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
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

	mu           sync.Mutex
	sent, closed cursor // of reports without a draw, and of draws without a head
}

// cursor is how far the log was looked at.
type cursor struct {
	looked time.Time // when everything was looked at
	after  int64     // a line of the log before all that were written since
}

// many is how many reports one round looks after.
const many = 50

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

// Advance commits to draws of reports that were sent, finds the head that decides, draws by it, and shows
// the secrets of those that are over. It answers how many it moved on; nothing is done twice, and
// what fails in one step does not keep the others.
func (s *Service) Advance(ctx context.Context) (n int, err error) {
	for _, step := range []func(context.Context) (int, error){s.commit, s.decide, s.draw, s.reveal} {
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

// each runs one step for every draw of a list, in transactions of its own: who else writes waits for none
// of the others, and one that fails keeps none of them.
func each(list []draw, step func(draw) (bool, error)) (n int, err error) {
	for _, d := range list {
		moved, wrong := step(d)
		if moved {
			n++
		}
		err = errors.Join(err, wrong)
	}
	return n, err
}

// commit puts a secret and the lists of each report that was sent into the log, before
// anybody can know the head that will decide.
func (s *Service) commit(ctx context.Context) (int, error) {
	list, err := s.uncommitted(ctx)
	if err != nil {
		return 0, err
	}
	return each(list, func(d draw) (bool, error) {
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
			d.Strata, err = s.strata(ctx, tx, d)
			return err
		})
		if err != nil {
			return false, err
		}
		return s.begin(ctx, d)
	})
}

// again is how often everything is looked at; meanwhile only what was written into the log
// since. slack is how late a line may appear behind younger ones.
const (
	again = 10 * time.Minute
	slack = 5 * 60_000 << 22 // as ids count
)

// look finds what there is to do: among everything now and then, else after a line of the log.
// find answers how much it found.
func (s *Service) look(ctx context.Context, c *cursor, find func(tx db.Tx, after int64, whole bool) (int, error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	whole, began := c.looked.IsZero() || time.Since(c.looked) >= again, time.Now()
	return s.DB.Read(ctx, func(tx db.Tx) error {
		last, err := lastLine(ctx, tx)
		if err != nil {
			return err
		}
		n, err := find(tx, c.after, whole)
		if err == nil && whole && n < many {
			c.looked, c.after = began, int64(last)-slack
		}
		return err
	})
}

// uncommitted are versions of reports without their draw.
func (s *Service) uncommitted(ctx context.Context) (list []draw, err error) {
	stale := s.Now.Ms() - Stale
	err = s.look(ctx, &s.sent, func(tx db.Tx, after int64, whole bool) (int, error) {
		if whole {
			list, err = uncommitted(ctx, tx, stale, many)
		} else {
			list, err = sent(ctx, tx, after, stale, many)
		}
		return len(list), err
	})
	return list, err
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

// How much of lists, in bytes, and how many people one transaction writes.
var (
	portionBytes  = 1 << 20
	portionPeople = 500
)

// begin commits to a draw. Long lists are written in pieces, and the draw is begun and unseen until
// the last; one that nobody has gone on with is dropped and begun anew.
func (s *Service) begin(ctx context.Context, d draw) (bool, error) {
	secret, parts, mine := make([]byte, 32), portions(d.Strata), false
	rand.Read(secret)
	d.ID, d.State, d.Hash, d.Committed = id.New(), "begun", Hash(secret), s.Now.Ms()
	err := s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
		mine = false
		if err := dropStale(ctx, tx, d, s.Now.Ms()-Stale); err != nil {
			return err
		}
		is, err := exists(ctx, tx, d)
		if err != nil || is {
			return err
		}
		mine = true
		keys, err := proof.Asked(ctx, tx)
		if err != nil {
			return err
		}
		d.Witnesses = strings.Join(keys, " ")
		if err := insertDraw(ctx, tx, d, s.Seal.Seal(secret, about(d.ID))); err != nil || len(parts) > 1 {
			return err
		}
		return s.committed(ctx, tx, d, 0, d.Strata)
	})
	if err != nil || !mine || len(parts) <= 1 {
		return mine, err
	}
	ord := 0
	for i, part := range parts {
		err := s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
			if i == len(parts)-1 {
				return s.committed(ctx, tx, d, ord, part)
			}
			return insertStrata(ctx, tx, d.ID, ord, part)
		})
		if err != nil {
			return false, err
		}
		ord += len(part)
	}
	return true, nil
}

// committed writes the last lists of a draw and seals them all.
func (s *Service) committed(ctx context.Context, tx db.Tx, d draw, ord int, part []Stratum) error {
	if err := insertStrata(ctx, tx, d.ID, ord, part); err != nil {
		return err
	}
	d.State, d.Committed = "committed", s.Now.Ms()
	if err := updateBegun(ctx, tx, d); err != nil {
		return err
	}
	return proof.Append(ctx, tx, d.Committed, d.commitRow())
}

// portions parts strata where their lists grow long.
func portions(all []Stratum) (out [][]Stratum) {
	size, from := 0, 0
	for i, x := range all {
		if size += len(x.list); size >= portionBytes {
			out, size, from = append(out, all[from:i+1]), 0, i+1
		}
	}
	if from < len(all) {
		out = append(out, all[from:])
	}
	return out
}

func (s *Service) secret(d draw) ([]byte, error) {
	secret, err := s.Seal.Open(d.secret, about(d.ID))
	if err != nil {
		return nil, fmt.Errorf("secret of draw %s: %w", d.ID, err)
	}
	return secret, nil
}

// reveal closes draws whose time is over: who did not answer is not confirmed, and the secret is shown.
func (s *Service) reveal(ctx context.Context) (n int, err error) {
	var list []draw
	err = s.DB.Read(ctx, func(tx db.Tx) (err error) {
		list, err = over(ctx, tx, s.Now.Ms(), many)
		return err
	})
	if err != nil {
		return 0, err
	}
	return each(list, func(d draw) (shown bool, err error) {
		secret, err := s.secret(d)
		if err != nil {
			return false, err
		}
		err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
			shown = false
			state, _, err := progress(ctx, tx, d.ID)
			if err != nil || state != "drawn" {
				return err
			}
			shown = true
			return s.close(ctx, tx, d, secret)
		})
		return shown, err
	})
}

func (s *Service) close(ctx context.Context, tx db.Tx, d draw, secret []byte) error {
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
	return proof.Append(ctx, tx, d.Closed, row)
}
