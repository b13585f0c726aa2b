package freeze

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"quantriet/internal/base/person/audience"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Order says what to freeze.
type Order struct {
	Campaign id.ID
	Unit     id.ID    // owner, the top of the tree
	Day      string   // civil; tree and study homes are those of this day
	Self     []string // levels that organise their own meetings
	Groups   []Group  // in the order in which they are tried
}

// Group is an audience with its query.
type Group struct {
	ID    id.ID
	Query audience.Query
}

// Progress is how far an opening is.
type Progress struct {
	Stage    string `json:"stage" enum:"tree,roster"`
	Units    int64  `json:"units" doc:"frozen so far"`
	People   int64  `json:"people" doc:"frozen so far"`
	Expected int64  `json:"expected" doc:"people, about; 0 not known yet"`
	At       int64  `json:"at" doc:"when the order was given, Unix milliseconds"`

	mark, last, worker id.ID
	beat               int64
}

// Find is the progress of an opening. Fault: Missing when none is going on.
func Find(ctx context.Context, tx db.Tx, campaign id.ID) (Progress, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (p Progress, err error) {
		err = scan(&p.Stage, &p.Units, &p.People, &p.Expected, &p.At, &p.mark, &p.last, &p.worker, &p.beat)
		return p, err
	}, `select stage, units, people, expected, at, mark, last, worker, beat from campaign_opening where campaign = $1`, campaign)
}

// Waiting are the campaigns that are being opened.
func Waiting(ctx context.Context, tx db.Tx) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select campaign from campaign_opening order by campaign`)
}

// Begin notes the order; from now on nobody who is made is taken. at is Unix milliseconds.
func Begin(ctx context.Context, tx db.Tx, campaign id.ID, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into campaign_opening (campaign, stage, mark, at, by) values ($1, 'tree', $2, $3, $4)`, campaign, id.New(), at, by)
	return err
}

// Worker does the pieces. Done runs in the transaction of the last one, with what is frozen.
type Worker struct {
	DB    *db.DB
	Now   clock.Now
	First int // units or people in the first piece; 2,000 unless given
	Done  func(ctx context.Context, tx db.Tx, units, members int64) error

	me    id.ID
	size  int  // people or units in the next piece
	twice bool // somebody studies in two places on the day: the first found counts
}

// Bounds of a piece. Its size follows the time that the last one took.
const (
	smallest = 200
	largest  = 20_000 // in 60 ms
	lease    = 10_000 // milliseconds after which a silent worker is taken for dead
)

var errNotMine = errors.New("another worker is at it")

// Run freezes until all is done, ctx ends, or it finds that another worker is at it, which
// is no error.
func (w Worker) Run(ctx context.Context, o Order) error {
	w.me, w.size = id.New(), cmp.Or(w.First, 2000)
	err := w.run(ctx, o)
	if errors.Is(err, errNotMine) || fault.Of(err) == fault.Missing {
		return nil
	}
	if err != nil {
		return fmt.Errorf("freeze %s: %w", o.Campaign, err)
	}
	return nil
}

func (w *Worker) run(ctx context.Context, o Order) error {
	p, err := w.claim(ctx, o.Campaign)
	if err != nil {
		return err
	}
	if p.Stage == "tree" {
		if err := w.tree(ctx, o, p); err != nil {
			return err
		}
	}
	return w.roster(ctx, o)
}

// claim takes an opening that nobody is at.
func (w *Worker) claim(ctx context.Context, campaign id.ID) (p Progress, err error) {
	return p, w.DB.Write(ctx, func(tx db.Tx) error {
		if p, err = Find(ctx, tx, campaign); err != nil {
			return err
		}
		if p.worker != 0 && p.worker != w.me && w.Now.Ms()-p.beat < lease {
			return errNotMine
		}
		_, err = tx.ExecContext(ctx, `update campaign_opening set worker = $2, beat = $3 where campaign = $1`, campaign, w.me, w.Now.Ms())
		return err
	})
}

// piece runs fn in a transaction of its own as long as the opening is ours, and learns from
// the time it took how large the next one may be. fn gives back the progress to be kept.
func (w *Worker) piece(ctx context.Context, campaign id.ID, fn func(tx db.Tx, p Progress) (Progress, error)) error {
	var began time.Time // its turn, for which it may have waited
	err := w.DB.Piece(ctx, func(tx db.Tx) error {
		began = time.Now()
		p, err := Find(ctx, tx, campaign)
		if err != nil {
			return err
		}
		if p.worker != w.me {
			return errNotMine
		}
		if p, err = fn(tx, p); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update campaign_opening set stage = $2, units = $3, last = $4, people = $5, expected = $6, beat = $7 where campaign = $1`,
			campaign, p.Stage, p.Units, int64(p.last), p.People, p.Expected, w.Now.Ms())
		return err
	})
	if !began.IsZero() {
		w.size = next(w.size, time.Since(began), w.DB.Turn())
	}
	return err
}

// next is the size of a piece after one of size took so long, with what it takes to keep it.
func next(size int, took, aim time.Duration) int {
	if took <= 0 {
		return size
	}
	ideal := int(float64(size) * float64(aim) / float64(took))
	return max(smallest, min(int(largest*aim/(60*time.Millisecond)), ideal, 2*size))
}

// tree numbers the units of one snapshot and writes them. What an earlier worker had begun
// was of another snapshot and is taken back first.
func (w *Worker) tree(ctx context.Context, o Order, p Progress) error {
	for left := p.Units; left > 0; {
		err := w.piece(ctx, o.Campaign, func(tx db.Tx, p Progress) (Progress, error) {
			left = max(0, p.Units-int64(w.size))
			p.Units = left
			return p, dropUnits(ctx, tx, o.Campaign, left)
		})
		if err != nil {
			return err
		}
	}
	var all []node
	var expected int64
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		some, err := standing(ctx, tx, o.Unit, o.Day)
		if err != nil {
			return err
		}
		all = number(o.Unit, some)
		expected, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person p join org_below b on b.unit = p.unit and b.top = $1 where p.left_on is null`, o.Unit)
		return err
	})
	for done := 0; err == nil && done < len(all); {
		until := min(len(all), done+w.size)
		err = w.piece(ctx, o.Campaign, func(tx db.Tx, p Progress) (Progress, error) {
			if err := insertUnits(ctx, tx, o, all[done:until]); err != nil {
				return p, err
			}
			p.Units = int64(until)
			if until == len(all) {
				p.Stage, p.Expected = "roster", expected
			}
			return p, nil
		})
		done = until
	}
	return err
}

// roster walks the people by id: all of them under the top of a tree, else those who live
// in the campaign's part of it.
func (w *Worker) roster(ctx context.Context, o Order) error {
	var places map[id.ID]span
	var ids []id.ID
	var whole bool
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		p, err := Find(ctx, tx, o.Campaign)
		if err != nil {
			return err
		}
		if places, err = spans(ctx, tx, o); err != nil {
			return err
		}
		if whole, err = db.One(ctx, tx, db.Value[bool], `select parent is null from org_unit where id = $1`, o.Unit); err != nil || whole {
			return err
		}
		ids, err = homes(ctx, tx, o, p.last, p.mark)
		return err
	})
	if err == nil {
		err = w.DB.Learn(ctx, "campaign_unit")
	}
	for done := false; err == nil && !done; {
		piece := func(tx db.Tx, p Progress) (Progress, error) {
			some := people{after: p.last}
			if whole {
				some.upto, err = db.One(ctx, tx, db.Value[id.ID], `select max(id) from (select id from person where id > $1 and id <= $2 order by id limit $3) as x /* anew */`, int64(p.last), p.mark, w.size)
			} else if at, _ := slices.BinarySearch(ids, p.last+1); at < len(ids) {
				some.ids = ids[at:min(len(ids), at+min(w.size, largest))]
				some.upto = some.ids[len(some.ids)-1]
			}
			if done = some.upto == 0; err != nil || done {
				return p, err
			}
			p.People, err = take(ctx, tx, o, places, some, p.People, w.twice)
			p.last = some.upto
			return p, err
		}
		if err = w.piece(ctx, o.Campaign, piece); db.IsDuplicate(err) && !w.twice {
			w.twice, err = true, nil
		}
	}
	if err != nil {
		return err
	}
	return w.finish(ctx, o)
}

// finish opens the campaign; sums are read before, so that the writer is not held up.
func (w *Worker) finish(ctx context.Context, o Order) error {
	var units, members int64
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		return tx.QueryRowContext(ctx, `select count(*), coalesce(sum(members), 0) from campaign_unit where campaign = $1`, o.Campaign).Scan(&units, &members)
	})
	if err != nil {
		return err
	}
	return w.DB.Write(ctx, func(tx db.Tx) error {
		p, err := Find(ctx, tx, o.Campaign)
		if err != nil {
			return err
		}
		if p.worker != w.me {
			return errNotMine
		}
		if _, err := tx.ExecContext(ctx, `delete from campaign_opening where campaign = $1`, o.Campaign); err != nil {
			return err
		}
		return w.Done(ctx, tx, units, members)
	})
}
