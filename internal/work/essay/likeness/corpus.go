package likeness

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// corpus is what a campaign's essays are compared with: the serving copy in memory of what
// the tables hold up to seq.
type corpus struct {
	mu     sync.Mutex
	engine *textreuse.Engine
	index  *textreuse.Index
	whole  *textreuse.Index           // with the sealed essays of earlier campaigns; nil when there are none
	past   string                     // which of them
	stamp  string                     // of the references the engine was made with
	fresh  map[id.ID]*textreuse.Essay // in the index, not in the tables yet
	seq    int64                      // events up to here are in the index
	saved  int64                      // events up to here are in stored segments
	gone   bool                       // prints that are no longer true wait for the next save
	dirty  atomic.Bool                // passages were found since they were grouped last
	again  time.Time                  // grouping may be done again
}

// corpora by campaign; one for each, made when first needed.
type corpora struct {
	mu  sync.Mutex
	all map[id.ID]*corpus
}

func (c *corpora) of(campaign id.ID) *corpus {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[id.ID]*corpus{}
	}
	if c.all[campaign] == nil {
		c.all[campaign] = &corpus{}
	}
	return c.all[campaign]
}

// ready brings a campaign's corpus up to date with the tables. The caller holds c.mu.
func (s *Service) ready(ctx context.Context, campaign id.ID, c *corpus) error {
	return s.DB.Read(ctx, func(tx db.Tx) error {
		if err := s.refer(ctx, tx, campaign, c); err != nil {
			return err
		}
		saved, err := savedSeq(ctx, tx, campaign)
		if err != nil {
			return err
		}
		if c.index == nil || c.seq < saved {
			segs, err := loadSegments(ctx, tx, campaign, saved)
			if err != nil {
				return err
			}
			c.index, c.seq, c.saved, c.gone = textreuse.NewIndex(segs...), saved, saved, false
			c.whole, c.past = nil, ""
		}
		if err := recall(ctx, tx, campaign, c); err != nil {
			return err
		}
		return follow(ctx, tx, campaign, c)
	})
}

// searched is what an essay is compared with.
func (c *corpus) searched() *textreuse.Index {
	if c.whole != nil {
		return c.whole
	}
	return c.index
}

func (c *corpus) add(essay id.ID, p textreuse.Print) {
	c.index.Add(textreuse.ID(essay), p)
	if c.whole != nil {
		c.whole.Add(textreuse.ID(essay), p)
	}
}

func (c *corpus) delete(essay id.ID, p textreuse.Print) {
	c.index.Delete(textreuse.ID(essay), p)
	if c.whole != nil {
		c.whole.Delete(textreuse.ID(essay), p)
	}
}

// recall puts the sealed essays of earlier campaigns beside the campaign's own, which share
// their segments with the index that is stored.
func recall(ctx context.Context, tx db.Tx, campaign id.ID, c *corpus) error {
	all, err := earlier(ctx, tx, campaign)
	stamp := fmt.Sprint("of ", all)
	if err != nil || stamp == c.past {
		return err
	}
	var segs []*textreuse.Segment
	for _, p := range all {
		more, err := loadSegments(ctx, tx, p.campaign, int64(p.seq))
		if err != nil {
			return err
		}
		segs = append(segs, more...)
	}
	c.past, c.whole = stamp, nil
	if len(segs) > 0 {
		if c.seq != c.saved {
			c.index.Merge()
		}
		c.whole = textreuse.NewIndex(append(segs, c.index.Segments()...)...)
	}
	return nil
}

// refer makes the engine anew when the references changed.
func (s *Service) refer(ctx context.Context, tx db.Tx, campaign id.ID, c *corpus) error {
	stamp, err := referenceStamp(ctx, tx, campaign)
	if err != nil || c.engine != nil && c.stamp == stamp {
		return err
	}
	refs, err := references(ctx, tx, campaign)
	if err != nil {
		return err
	}
	var base, later []textreuse.Reference
	for _, r := range refs {
		switch {
		case r.Base:
			base = append(base, r.kit())
		case r.WithdrawnAt == 0:
			later = append(later, r.kit())
		}
	}
	c.engine, c.stamp = textreuse.New(textreuse.NewSecret(s.Secret), base...).With(later...), stamp
	return nil
}

// follow applies what happened since: essays compared here or by another replica, and
// essays replaced or deleted.
func follow(ctx context.Context, tx db.Tx, campaign id.ID, c *corpus) error {
	events, err := eventsAfter(ctx, tx, campaign, c.seq)
	if err != nil {
		return err
	}
	for _, e := range events {
		p, err := textreuse.OpenPrint(e.print)
		if err != nil {
			return err
		}
		if e.gone {
			c.delete(e.essay, p)
			c.gone = true
		} else {
			c.add(e.essay, p)
		}
		c.seq = e.seq
	}
	return nil
}

// find compares an essay with the others of its campaign. c.fresh holds essays that are in
// the index but not in the tables yet.
func (s *Service) find(ctx context.Context, c *corpus, e *textreuse.Essay, self id.ID, except ...id.ID) (*textreuse.Result, error) {
	var not []textreuse.ID
	for _, x := range except {
		not = append(not, textreuse.ID(x))
	}
	of := textreuse.Corpus{Engine: c.engine, Index: c.searched(), Load: func(x textreuse.ID) (out *textreuse.Essay, err error) {
		if e := c.fresh[id.ID(x)]; e != nil {
			return e, nil
		}
		err = s.DB.Read(ctx, func(tx db.Tx) error {
			out, err = letters(ctx, tx, id.ID(x))
			return err
		})
		return out, err
	}}
	return of.Find(e, textreuse.ID(self), not...)
}

const (
	saveEvery = 5_000   // events after which the segments are stored
	pieceSize = 2 << 20 // bytes of a segment in one row: a write keeps others waiting
)

// save stores the sealed index, piece by piece, and forgets what is no longer true.
func (s *Service) save(ctx context.Context, campaign id.ID, c *corpus) error {
	c.index.Merge()
	for ord, seg := range c.index.Segments() {
		body := seg.Bytes()
		for piece := 0; len(body) > 0; piece++ {
			n := min(len(body), pieceSize)
			err := s.DB.Write(ctx, func(tx db.Tx) error {
				return putPiece(ctx, tx, campaign, c.seq, ord, piece, body[:n])
			})
			if err != nil {
				return err
			}
			body = body[n:]
		}
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error { return closeSave(ctx, tx, campaign, c.seq) })
	if err == nil {
		c.saved, c.gone, c.past = c.seq, false, ""
	}
	return err
}
