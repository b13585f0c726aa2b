package measure

import (
	"context"
	"fmt"
	"time"

	"quantriet/internal/base/org/batch"
	hall "quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// What units held is added up once for every campaign that has opened (a build), and what
// changes later is carried upward. Whoever reads in between counts the units that were
// touched anew, so that nothing is ever stale.

// node is a unit of a frozen tree; up is the place of the one above, -1 for none.
type node struct {
	lo, hi, depth int64
	up            int
}

func nodes(ctx context.Context, tx db.Tx, campaign id.ID) (all []node, err error) {
	all, err = db.All(ctx, tx, func(scan func(...any) error) (n node, err error) { return n, scan(&n.lo, &n.hi, &n.depth) },
		`select lo, hi, depth from campaign_unit where campaign = $1 order by lo`, campaign)
	way := []int{}
	for i := range all {
		for len(way) > 0 && all[way[len(way)-1]].hi < all[i].lo {
			way = way[:len(way)-1]
		}
		all[i].up = -1
		if len(way) > 0 {
			all[i].up = way[len(way)-1]
		}
		way = append(way, i)
	}
	return all, err
}

// papers are the documents of a campaign, and 0 for what has none.
func papers(ctx context.Context, tx db.Tx, campaign id.ID) ([]id.ID, error) {
	list, err := db.All(ctx, tx, db.Value[id.ID], `select document from campaign_document where campaign = $1 order by document`, campaign)
	return append([]id.ID{0}, list...), err
}

// heldOf are the rows of a build: of every unit at or below which something was held.
func heldOf(ctx context.Context, tx db.Tx, campaign, build id.ID) (rows [][]any, err error) {
	all, err := nodes(ctx, tx, campaign)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	documents, err := papers(ctx, tx, campaign)
	if err != nil {
		return nil, err
	}
	for _, d := range documents {
		own, err := rollup.CountHeld(ctx, tx, campaign, d, all[0].depth, all[0].lo, all[len(all)-1].lo)
		if err != nil {
			return nil, err
		}
		whole := make([]rollup.Held, len(all))
		for i := len(all) - 1; i >= 0; i-- {
			n := all[i]
			whole[i] = whole[i].Plus(own[n.lo], 1)
			if n.up >= 0 {
				whole[n.up] = whole[n.up].Plus(whole[i], 1)
			}
			if whole[i] != (rollup.Held{}) {
				rows = append(rows, []any{campaign, build, int64(d), n.lo, own[n.lo].Text(), whole[i].Text()})
			}
		}
	}
	return rows, nil
}

// abandoned is how old rows of a build that never was finished have to be to be taken away.
const abandoned = time.Hour

// unbuilt are campaigns that have opened and are not added up.
func (s *Service) unbuilt(ctx context.Context) (list []id.ID, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = db.All(ctx, tx, db.Value[id.ID], `select c.id from campaign c where c.state <> 'draft'
			and exists (select 1 from campaign_unit u where u.campaign = c.id and u.unit = c.unit)
			and not exists (select 1 from measure_build b where b.campaign = c.id) order by c.id`)
		return err
	})
	return list, err
}

// build adds up a campaign on one snapshot and writes that in pieces; the last makes it count.
// Of several replicas' builds one does.
func (s *Service) build(ctx context.Context, campaign id.ID) error {
	var rows [][]any
	build := id.New()
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		rows, err = heldOf(ctx, tx, campaign, build)
		return err
	})
	if err == nil {
		err = s.DB.Write(ctx, func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `delete from measure_held where campaign = $1 and build < $2 and build not in (select b.build from measure_build b where b.campaign = $1)`,
				campaign, int64(build)-abandoned.Milliseconds()<<22)
			return err
		})
	}
	for part := range chunks(rows) {
		if err == nil {
			err = s.DB.Write(ctx, func(tx db.Tx) error {
				return batch.Insert(ctx, tx, `insert into measure_held (campaign, build, document, lo, own, whole)`, 6, part)
			})
		}
	}
	if err == nil {
		err = s.DB.Write(ctx, func(tx db.Tx) error {
			n, err := db.Exec(ctx, tx, `insert into measure_build (campaign, build) values ($1, $2) on conflict (campaign) do nothing`, campaign, build)
			if err == nil && n == 0 {
				_, err = tx.ExecContext(ctx, `delete from measure_held where campaign = $1 and build = $2`, campaign, build)
			}
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("add up what was held in %s: %w", campaign, err)
	}
	return nil
}

func chunks(rows [][]any) func(func([][]any) bool) {
	return func(yield func([][]any) bool) {
		for len(rows) > 0 {
			n := min(len(rows), portion)
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

// mostNotes is how many notes one transaction settles.
const mostNotes = 200

// carry counts the units anew that were touched, and adds what differs to all above them.
func (s *Service) carry(ctx context.Context) error {
	for n := mostNotes; n == mostNotes; {
		var waits int64
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
			waits, err = db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_touched t join measure_build b on b.campaign = t.campaign`)
			return err
		})
		if err != nil || waits == 0 {
			return err
		}
		err = s.DB.Queue(ctx, "measure.held", func(tx db.Tx) error {
			n, err = settle(ctx, tx)
			return err
		})
		if err != nil {
			return fmt.Errorf("add up what was held: %w", err)
		}
	}
	return nil
}

func settle(ctx context.Context, tx db.Tx) (int, error) {
	type touch struct {
		hall.Touched
		build id.ID
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (t touch, err error) {
		return t, scan(&t.ID, &t.Campaign, &t.Unit, &t.build)
	},
		`select t.id, t.campaign, t.unit, b.build from meeting_touched t join measure_build b on b.campaign = t.campaign order by t.id limit $1`, mostNotes)
	done, notes := map[[2]id.ID]bool{}, make([]hall.Touched, len(list))
	for i, t := range list {
		notes[i] = t.Touched
		if k := [2]id.ID{t.Campaign, t.Unit}; err == nil && !done[k] {
			done[k] = true
			err = anew(ctx, tx, t.Campaign, t.build, t.Unit)
		}
	}
	if err != nil {
		return 0, err
	}
	return len(list), hall.Settle(ctx, tx, notes)
}

// anew counts one unit again and adds what differs to it and to all above.
func anew(ctx context.Context, tx db.Tx, campaign, build, unit id.ID) error {
	way, err := db.All(ctx, tx, db.Value[int64], `with recursive up (unit, parent, lo) as (
			select unit, parent, lo from campaign_unit where campaign = $1 and unit = $2
			union all
			select u.unit, u.parent, u.lo from up join campaign_unit u on u.campaign = $1 and u.unit = up.parent)
		select lo from up order by lo desc`, campaign, unit)
	if err != nil || len(way) == 0 {
		return err
	}
	documents, err := papers(ctx, tx, campaign)
	for _, d := range documents {
		if err != nil {
			return err
		}
		var more rollup.Held
		if more, err = rollup.More(ctx, tx, campaign, build, d, way[0]); err != nil || more == (rollup.Held{}) {
			continue
		}
		for i, lo := range way {
			if err == nil {
				err = raise(ctx, tx, []any{campaign, build, int64(d), lo}, more, i == 0)
			}
		}
	}
	return err
}

// raise adds to one row of a build, also to what the unit itself held where it is its own.
func raise(ctx context.Context, tx db.Tx, key []any, more rollup.Held, mine bool) error {
	type row struct{ own, whole string }
	is, err := db.One(ctx, tx, func(scan func(...any) error) (r row, err error) { return r, scan(&r.own, &r.whole) },
		`select own, whole from measure_held where campaign = $1 and build = $2 and document = $3 and lo = $4`, key...)
	if err != nil && fault.Of(err) != fault.Missing {
		return err
	}
	own, err := rollup.ParseHeld(is.own)
	if err != nil {
		return err
	}
	whole, err := rollup.ParseHeld(is.whole)
	if err != nil {
		return err
	}
	if mine {
		own = own.Plus(more, 1)
	}
	_, err = tx.ExecContext(ctx, `insert into measure_held (campaign, build, document, lo, own, whole) values ($1, $2, $3, $4, $5, $6)
		on conflict (campaign, build, document, lo) do update set own = excluded.own, whole = excluded.whole`, append(key, own.Text(), whole.Plus(more, 1).Text())...)
	return err
}
