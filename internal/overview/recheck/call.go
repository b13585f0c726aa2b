package recheck

import (
	"context"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// draw asks the people of each report whose closing stands under a signed head together with
// the commitment, once its witnesses have signed that head or were waited for long enough.
func (s *Service) draw(ctx context.Context) (n int, err error) {
	var list []draw
	err = s.DB.Read(ctx, func(tx db.Tx) (err error) {
		list, err = ripe(ctx, tx, s.Now.Ms(), many)
		return err
	})
	if err != nil {
		return 0, err
	}
	return each(list, func(d draw) (bool, error) { return s.ask(ctx, d) })
}

// ask draws and asks. People are written in order and in pieces; whoever goes on, after an end in
// the middle too, begins where the last piece ended. Until the draw is sealed with the last of them
// nobody is asked.
func (s *Service) ask(ctx context.Context, d draw) (sealed bool, err error) {
	if done, err := s.fix(ctx, &d); err != nil || !done {
		return false, err
	}
	var list []asked
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = s.called(ctx, tx, &d)
		return err
	})
	for more := true; more && err == nil; {
		err = s.DB.Queue(ctx, "recheck", func(tx db.Tx) error {
			sealed, more = false, false
			state, there, err := progress(ctx, tx, d.ID)
			if err != nil || state != "committed" {
				return err
			}
			part := list[min(there, len(list)):min(there+portionPeople, len(list))]
			d.Drawn = s.Now.Ms()
			d.Closes = d.Drawn + Open
			if err := insertPeople(ctx, tx, d, part); err != nil {
				return err
			}
			if more = there+len(part) < len(list); more {
				return nil
			}
			sealed = true
			return s.drawn(ctx, tx, d)
		})
	}
	return sealed, err
}

// drawn seals a draw whose people are all written.
func (s *Service) drawn(ctx context.Context, tx db.Tx, d draw) error {
	d.State = "drawn"
	if err := updateDraw(ctx, tx, d); err != nil {
		return err
	}
	if err := askedAt(ctx, tx, d); err != nil {
		return err
	}
	row, err := drawRow(ctx, tx, d)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, d.Drawn, row)
}

// called are the people whom a draw asks, in its order.
func (s *Service) called(ctx context.Context, tx db.Tx, d *draw) (out []asked, err error) {
	secret, err := s.secret(*d)
	if err != nil {
		return nil, err
	}
	if d.Strata, err = strata(ctx, tx, d.ID); err != nil {
		return nil, err
	}
	lists := map[id.ID][2][]id.ID{}
	for _, x := range d.Strata {
		studied, missed := listed(x.list)
		lists[x.Unit] = [2][]id.ID{missed, studied}
	}
	for _, p := range Draw(secret, d.lot(), d.Strata) {
		side := 0
		if p.Counted {
			side = 1
		}
		a, err := s.call(ctx, tx, *d, p, lists[p.Unit][side][p.Place])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// call is what one person is asked. Who was asked in the campaign already, for another level's report,
// is not asked again: what was said counts for both.
func (s *Service) call(ctx context.Context, tx db.Tx, d draw, p Pick, person id.ID) (asked, error) {
	a, err := subject(ctx, tx, d.Campaign, person)
	if err != nil {
		return a, err
	}
	a.Draw, a.stratum, a.place, a.Counted, a.salt = d.ID, p.Unit, p.Place, p.Counted, random()
	old, err := saidBefore(ctx, tx, d.Campaign, person)
	if err == nil && old != (Said{}) {
		a.Said = old
		a.Answer = Judge(a.Counted, a.Recorded, old)
	}
	return a, err
}
