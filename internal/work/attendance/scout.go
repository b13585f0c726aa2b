package attendance

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// One writer is what a rush waits for, while another processor has time. Whose code it is stands in
// the roster, and a frozen roster never changes: so while the writer is busy a scout reads that
// for those who wait. The desk believes only what was found, and looks for everybody else itself;
// whatever may change it asks in its own transaction as ever.

// Bounds of what the scout looks up at once, in scans: fewer are not worth a snapshot, more would
// keep calls from a writer that is free.
const (
	scoutFew  = 48
	scoutMost = 512
)

// send begins to look ahead when there is enough to look for. The lane is locked.
func (l *lane) send(s *Service) {
	if l.working && !l.scouts && l.unseen >= scoutFew {
		l.scouts = true
		go l.scout(s)
	}
}

// scout looks up those who wait, piece by piece, until few are left.
func (l *lane) scout(s *Service) {
	for {
		l.mu.Lock()
		if !l.working || l.unseen < scoutFew {
			l.scouts = false
			l.mu.Unlock()
			return
		}
		var some []*call
		scans := 0
		for _, c := range l.waiting {
			if c.look == unlooked && scans < scoutMost {
				c.look = looking
				some, scans = append(some, c), scans+len(c.scans)
			}
		}
		l.unseen -= scans
		l.mu.Unlock()
		found, err := s.foresee(some)
		if err != nil {
			slog.Warn("look ahead", "err", err)
		}
		l.mu.Lock()
		for i, c := range some {
			if c.look == looking && err == nil {
				c.ahead = found[i]
			}
			c.look = max(c.look, looked)
		}
		l.mu.Unlock()
	}
}

// How far a call has come, in this order.
const (
	unlooked = iota
	looking  // by the scout
	looked
	taken // by the writer
)

// sight is what was found before the transaction.
type sight struct {
	key    int64    // of the campaign's codes
	guests []*guest // of the scans, in order; nil: not found
}

// foresee reads whose the codes of calls are.
func (s *Service) foresee(calls []*call) (out []sight, err error) {
	defer func() { // a bug with one call must not end the program
		if v := recover(); v != nil {
			err = fmt.Errorf("look ahead: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = foresee(ctx, tx, calls)
		return err
	})
	return out, err
}

// keyed is a campaign with the key of its codes.
type keyed struct {
	campaign id.ID
	key      int64
	codes    campaign.Cipher
}

func foresee(ctx context.Context, tx db.Tx, calls []*call) ([]sight, error) {
	out, meetings := make([]sight, len(calls)), map[id.ID]keyed{}
	type place struct{ call, scan int }
	var spots []spot
	asked := map[spot][]place{}
	for n, c := range calls {
		k, known := meetings[c.meeting]
		if !known {
			var err error
			if k, err = keyOf(ctx, tx, c.meeting); err != nil {
				return nil, err
			}
			meetings[c.meeting] = k
		}
		out[n] = sight{k.key, make([]*guest, len(c.scans))}
		for i, x := range c.scans {
			if x.Person != 0 || k.campaign == 0 {
				continue
			}
			code, fit := tidy(x.Code)
			if lo, number, ok := k.codes.Place(code); fit && ok {
				at := spot{k.campaign, lo, number}
				if asked[at] == nil {
					spots = append(spots, at)
				}
				asked[at] = append(asked[at], place{n, i})
			}
		}
	}
	return out, findSpots(ctx, tx, spots, func(g *guest) {
		for _, p := range asked[spot{g.campaign, g.lo, g.n}] {
			out[p.call].guests[p.scan] = g
		}
	})
}

// keyOf finds how the codes of a meeting are read; zero for no meeting.
func keyOf(ctx context.Context, tx db.Tx, meeting id.ID) (k keyed, err error) {
	found, err := db.All(ctx, tx, func(scan func(...any) error) (k keyed, err error) { return k, scan(&k.campaign, &k.key) },
		`select c.id, c.code_key from meeting m join campaign c on c.id = m.campaign where m.id = $1`, meeting)
	if err == nil && len(found) > 0 {
		k = found[0]
		k.codes = cipherFor(k.key)
	}
	return k, err
}

func (s spot) compare(o spot) int {
	return cmp.Or(cmp.Compare(s.campaign, o.campaign), cmp.Compare(s.lo, o.lo), cmp.Compare(s.n, o.n))
}
