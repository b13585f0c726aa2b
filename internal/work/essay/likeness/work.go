package likeness

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

const (
	batch = 50 // essays compared between two writes
	pause = 2 * time.Second
	turn  = time.Minute // for which a replica has a campaign; renewed with every batch
)

// Run compares what waits until ctx ends.
func (s *Service) Run(ctx context.Context) {
	if err := s.renew(ctx); err != nil && ctx.Err() == nil {
		slog.Error("compare essays anew", "err", err)
	}
	for {
		if _, err := s.Work(ctx); err != nil && ctx.Err() == nil {
			slog.Error("compare essays", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// renew lets essays that an older engine compared be compared again: its fingerprints and
// segments mean nothing to this one.
func (s *Service) renew(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx db.Tx) error { return outdated(ctx, tx, textreuse.Version+"-%") })
}

// Work compares what waits now, groups what is shared, stores the index where enough
// changed, and answers how many essays were compared.
func (s *Service) Work(ctx context.Context) (done int, err error) {
	touched := map[id.ID]bool{}
	for ctx.Err() == nil {
		if err := s.meetReferences(ctx); err != nil {
			return done, fmt.Errorf("references: %w", err)
		}
		todo, err := s.waiting(ctx)
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			return done, err
		}
		if len(todo) == 0 {
			break
		}
		err = s.compare(ctx, todo)
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			return done, fmt.Errorf("compare essays of %s: %w", todo[0].campaign, err)
		}
		done += len(todo)
		touched[todo[0].campaign] = true
	}
	for campaign := range s.dirty(touched) {
		if err := s.share(ctx, campaign); err != nil {
			return done, fmt.Errorf("passages shared in %s: %w", campaign, err)
		}
		if err := s.keep(ctx, campaign, saveEvery); err != nil {
			return done, fmt.Errorf("store the index of %s: %w", campaign, err)
		}
	}
	if len(touched) > 0 {
		if err := s.DB.Write(ctx, func(tx db.Tx) error { return yield(ctx, tx, s.self.id()) }); err != nil {
			return done, fmt.Errorf("let others compare: %w", err)
		}
	}
	return done, ctx.Err()
}

// dirty adds the campaigns whose shared passages were not grouped for a while.
func (s *Service) dirty(touched map[id.ID]bool) map[id.ID]bool {
	s.corpora.mu.Lock()
	defer s.corpora.mu.Unlock()
	for campaign, c := range s.corpora.all {
		if c.dirty.Load() {
			touched[campaign] = true
		}
	}
	return touched
}

// errMoved says that something was replaced or compared elsewhere meanwhile: do it again.
var errMoved = errors.New("the essays changed meanwhile")

// task is one essay that waits.
type task struct {
	essay, campaign, unit, version id.ID
	fresh                          bool
	body                           string
}

// found is what is stored of one.
type found struct {
	task
	e *textreuse.Essay
	r *textreuse.Result
}

// waiting takes the turn in a campaign and lists what waits there.
func (s *Service) waiting(ctx context.Context) (out []task, err error) {
	me, at := s.self.id(), s.Now.Ms()
	var campaign id.ID
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		campaign, err = open(ctx, tx, me, at)
		return err
	})
	if err != nil || campaign == 0 {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if ok, err := takeTurn(ctx, tx, campaign, me, at, at+turn.Milliseconds()); err != nil || !ok {
			return errors.Join(err, errMoved)
		}
		out, err = waits(ctx, tx, campaign, batch)
		return err
	})
	return out, err
}

// self names this replica.
type self struct {
	once sync.Once
	name id.ID
}

func (s *self) id() id.ID {
	s.once.Do(func() { s.name = id.New() })
	return s.name
}

// compare compares essays of one campaign and stores the outcome in one transaction. What
// it added to the index is taken back when the outcome could not be stored.
func (s *Service) compare(ctx context.Context, todo []task) (err error) {
	campaign := todo[0].campaign
	c := s.corpora.of(campaign)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.ready(ctx, campaign, c); err != nil {
		return err
	}
	var done []found
	c.fresh = map[id.ID]*textreuse.Essay{}
	defer func() {
		if c.fresh = nil; err == nil {
			return
		}
		for _, f := range done {
			if f.fresh {
				c.delete(f.essay, f.e.Print)
			}
		}
	}()
	for _, t := range todo {
		e := c.engine.Prepare(t.body)
		r, err := s.find(ctx, c, e, t.essay)
		if err != nil {
			return err
		}
		done = append(done, found{t, e, r})
		if t.fresh {
			c.add(t.essay, e.Print)
			c.fresh[t.essay] = e
		}
	}
	seq, err := s.keepFound(ctx, c, done)
	if err == nil {
		c.seq = seq
	}
	return err
}

// keepFound stores the outcome in one transaction and answers the last event's number.
func (s *Service) keepFound(ctx context.Context, c *corpus, done []found) (seq int64, err error) {
	at, version := s.Now.Ms(), c.engine.Version()
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if seq, err = lastSeq(ctx, tx, done[0].campaign); err != nil || seq != c.seq {
			return errors.Join(err, errMoved)
		}
		for _, f := range done {
			if f.fresh {
				seq++
			}
			if err := s.store(ctx, tx, f, seq, at, version); err != nil {
				return err
			}
		}
		return nil
	})
	return seq, err
}

// store keeps what was found of one essay.
func (s *Service) store(ctx context.Context, tx db.Tx, f found, seq, at int64, version string) error {
	if ok, err := putFound(ctx, tx, f, seq, at, version); err != nil {
		return err
	} else if !ok {
		return errMoved
	}
	if err := putPassages(ctx, tx, f); err != nil {
		return err
	}
	if err := putLinks(ctx, tx, f); err != nil {
		return err
	}
	if f.fresh { // the others share something with it now
		if err := askAgain(ctx, tx, f.campaign, f.r); err != nil {
			return err
		}
	}
	return s.lead(ctx, tx, f.essay)
}

// meetReferences makes questions of tasks references, and finds the essays that references
// added since touch.
func (s *Service) meetReferences(ctx context.Context) error {
	var missing bool
	var fresh []Reference
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if missing, err = anyUnasked(ctx, tx); err != nil {
			return err
		}
		fresh, err = unlooked(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if missing {
		err := s.DB.Write(ctx, func(tx db.Tx) error {
			list, err := questions(ctx, tx)
			for _, r := range list {
				if err == nil {
					err = s.add(ctx, tx, r, 0)
				}
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, r := range fresh {
		if err := s.touch(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// touch asks for the essays that may quote a reference to be compared again.
func (s *Service) touch(ctx context.Context, r Reference) error {
	engine := textreuse.New(textreuse.NewSecret(s.Secret))
	touches := engine.Touches(r.kit())
	var hit []id.ID
	if !r.Base {
		err := s.DB.Read(ctx, func(tx db.Tx) error {
			return eachPrint(ctx, tx, r.Campaign, func(essay id.ID, p textreuse.Print) {
				if touches(p) {
					hit = append(hit, essay)
				}
			})
		})
		if err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, func(tx db.Tx) error { return looked(ctx, tx, r.ID, hit) })
}

// Tidy stores the index of every campaign that changed, whether it is in memory or not, so that
// no fingerprint of a deleted essay is left, later campaigns find its essays, and the next start
// is quick. It is called after midnight.
func (s *Service) Tidy(ctx context.Context) error {
	var all []id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		all, err = unsaved(ctx, tx)
		return err
	})
	if err != nil {
		return fmt.Errorf("indexes to store: %w", err)
	}
	for _, campaign := range all {
		if err := s.keep(ctx, campaign, 1); err != nil {
			return fmt.Errorf("store the index of %s: %w", campaign, err)
		}
	}
	return nil
}

// keep saves a campaign's index when at least most events are not stored.
func (s *Service) keep(ctx context.Context, campaign id.ID, most int64) error {
	c := s.corpora.of(campaign)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.index == nil && most > 1 {
		return nil
	}
	if err := s.ready(ctx, campaign, c); err != nil || c.seq-c.saved < most {
		return err
	}
	return s.save(ctx, campaign, c)
}
