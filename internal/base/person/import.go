package person

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person/secret"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/sheet"
)

// Pass is one way through a sheet of people: new ones are added, known ones changed where
// the sheet says something else, moved when it names another unit, and exempted. Who a row
// is, is decided by the id in this system, else by the member number, else by name, birth
// and unit; where that leaves a doubt the row is a question and not applied. An empty cell
// changes nothing; nobody leaves by being absent.
//
// The sheet is read in pieces that are each judged and written in one transaction, so that
// a sheet of millions costs no memory and other writers wait for one piece alone, a tenth
// of a second or two.
type Pass struct {
	Who   access.Actor
	File  string // name, noted in the log
	Under id.ID  // study home of rows that name none
	Usual string // kind of the people that do not say
	Dry   bool   // look only
	After int    // row up to which all is in already: that is only looked at, and told of with Again
	From  int    // pieces that are in already
	Large bool   // worth preparing the tables for, when they are empty

	// Rights gives the actor again inside every piece, so that what was revoked ends there.
	Rights func(ctx context.Context, tx db.Tx) (access.Actor, error)
	// Guard changes when anybody else writes what a judgement may rest on. With it a piece is
	// judged while the one before is written, and once more only when the guard has changed.
	Guard func(ctx context.Context, tx db.Tx) (int64, error)
	// Enter runs inside the transaction of a piece that is written, after its rows.
	Enter func(ctx context.Context, tx db.Tx, p *Piece) error
	// Done runs when a piece is durable.
	Done func(p *Piece) error

	mu    sync.Mutex // of a judgement
	load  firstLoad
	most  float64 // rows of a piece; pieceMost unless given
	seen  *seen
	homes map[id.ID]bool // units that the file named
	names map[string][]called
	today string
	box   *seal.Box
	rows  atomic.Int64 // of the next piece

	written int               // pieces that are durable
	lately  []map[string]bool // names by unit in the last of them
}

// Others may have to wait for a piece: its rows follow the time that the last one took.
const (
	pieceFew  = 200
	pieceMost = 2500 // several are in memory at once, beside who stood in millions of rows
)

// suit sets the size of the pieces to come; a third over a turn, as most of it is only read.
func (p *Pass) suit(rows int, took, turn time.Duration) {
	fit := float64(rows) * float64(turn*4/3) / float64(max(took, time.Millisecond))
	p.rows.Store(int64(min(max((fit+float64(p.rows.Load()))/2, pieceFew), cmp.Or(p.most, pieceMost))))
}

// Piece is what became of a run of rows.
type Piece struct {
	N            int // from 1
	Last         int // row of the file
	Again        bool
	Rows         []batch.Row
	Passed       int // rows that are none of the list, so far
	At           int64
	First, Until id.ID // ids of the new people lie between them
	Changes      []Trace

	who     access.Actor // as of its judgement
	judged  bool         // ahead of its turn, when the guard was
	guard   int64
	after   int // pieces that were durable by then
	drafts  []*draft
	key     map[string]int // what seen will hold
	added   []*draft
	edits   []edit
	moves   []edit
	relief  []Exemption // new
	longer  []Exemption // changed
	numbers []numbered
	before  map[id.ID]Exemption
	units   units
	known   known
}

type edit struct {
	old, new Person
	since    string
}

// Whole checks the columns of which one of several must be there. Fault: Invalid.
func Whole(t *sheet.Table, under id.ID) error {
	missing := &sheet.Error{Code: sheet.NoColumn, Row: t.Header}
	if !t.Has("name") && !(t.Has("family") && t.Has("given")) {
		missing.Names = append(missing.Names, "Họ và tên")
	}
	if !t.Has("code") && !t.Has("unit") && under == 0 {
		missing.Names = append(missing.Names, "Mã chi bộ")
	}
	if len(missing.Names) > 0 {
		return missing
	}
	return nil
}

// Run goes through a table. One goroutine reads it, one judges, this one writes. Faults:
// Invalid for a file that cannot be read; what is wrong with single rows is in the pieces.
func (s *Service) Run(ctx context.Context, t *sheet.Table, p *Pass) error {
	if err := Whole(t, p.Under); err != nil {
		return err
	}
	p.seen, p.homes, p.today, p.box = newSeen(), map[id.ID]bool{}, s.Now.Day(), s.Seal
	p.rows.Store(pieceFew)
	if err := p.load.begin(ctx, s.DB, t, p); err != nil {
		return err
	}
	err := s.run(ctx, t, p)
	return errors.Join(err, p.load.end(ctx, s.DB))
}

func (s *Service) run(ctx context.Context, t *sheet.Table, p *Pass) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cuts, pieces, failed := make(chan *Piece, 2), make(chan *Piece, 2), make(chan error, 2)
	go func() {
		defer close(cuts)
		failed <- p.cut(ctx, t, cuts)
	}()
	go func() {
		defer close(pieces)
		err := p.foresee(ctx, s.DB, cuts, pieces)
		if failed <- err; err != nil {
			cancel()
		}
	}()
	for piece := range pieces {
		if err := s.piece(ctx, p, piece); err != nil {
			return fmt.Errorf("import people, row %d: %w", piece.Last, err)
		}
		if err := p.crowded(ctx, s.DB); err != nil {
			return err
		}
	}
	return cmp.Or(<-failed, <-failed)
}

// crowded brings the indexes back once the load is not alone any more.
func (p *Pass) crowded(ctx context.Context, d *db.DB) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.load.alone {
		return nil
	}
	return p.load.end(ctx, d)
}

// remember keeps who stood in a piece.
func (p *Pass) remember(piece *Piece) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, row := range piece.key {
		p.seen.add(key, row)
	}
}

// cut reads the table in pieces.
func (p *Pass) cut(ctx context.Context, t *sheet.Table, out chan<- *Piece) error {
	rows, n := reader{usual: p.Usual}, p.From
	piece := &Piece{}
	send := func() error {
		if piece.Again = piece.Last <= p.After; !piece.Again {
			n++
		}
		piece.N, piece.Passed = n, rows.passed
		select {
		case out <- piece:
			piece = &Piece{}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for row, err := range t.Rows() {
		if err != nil {
			return err
		}
		d := rows.read(row)
		if d == nil {
			continue
		}
		if p.box == nil { // there is no key to seal them with
			d.numbers = secret.Numbers{}
		}
		if len(piece.drafts) >= int(p.rows.Load()) || len(piece.drafts) > 0 && piece.Last <= p.After && d.row > p.After {
			if err := send(); err != nil {
				return err
			}
		}
		piece.drafts, piece.Last = append(piece.drafts, d), d.row
	}
	return send()
}

// piece judges one run of rows and, unless it is dry, writes it.
func (s *Service) piece(ctx context.Context, p *Pass, piece *Piece) (err error) {
	begun := time.Now()
	if piece.Again || p.Dry {
		err = s.DB.Read(ctx, func(tx db.Tx) error { return p.weigh(ctx, tx, piece) })
	} else {
		err = s.DB.Piece(ctx, func(tx db.Tx) error {
			begun = time.Now() // its turn, for which it may have waited
			ok, err := p.holds(ctx, tx, piece)
			if err == nil && !ok {
				err = p.weigh(ctx, tx, piece)
			}
			if err != nil {
				return err
			}
			if err := s.enter(ctx, tx, p, piece); err != nil || p.Enter == nil {
				return err
			}
			return p.Enter(ctx, tx, piece)
		})
	}
	p.suit(len(piece.drafts), time.Since(begun), s.DB.Turn())
	if err != nil {
		return err
	}
	p.remember(piece)
	p.wrote(piece)
	for _, d := range piece.drafts {
		if home := cmp.Or(d.Unit, d.old.Unit); home != 0 && len(d.Notes) == 0 {
			p.homes[home] = true
		}
	}
	if p.Done != nil {
		return p.Done(piece)
	}
	return nil
}

// weigh gives every row of a piece its verdict. It may run again, with another view of the rosters.
func (p *Pass) weigh(ctx context.Context, tx db.Tx, piece *Piece) (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Rights != nil {
		if p.Who, err = p.Rights(ctx, tx); err != nil {
			return err
		}
	}
	*piece = Piece{N: piece.N, who: p.Who, judged: piece.judged, guard: piece.guard, after: piece.after, Last: piece.Last, Again: piece.Again, Passed: piece.Passed, drafts: piece.drafts, key: map[string]int{}, before: map[id.ID]Exemption{}}
	for _, d := range piece.drafts {
		d.Notes, d.old, d.asked, d.Unit, d.ID, d.loose = d.Notes[:d.read], Person{}, 0, 0, 0, false
	}
	if piece.units, err = p.loadUnits(ctx, tx, piece.drafts); err != nil {
		return err
	}
	for _, d := range piece.drafts {
		p.house(piece, d)
	}
	alone, err := p.load.still(ctx, tx, p)
	if err != nil {
		return err
	}
	if piece.known, err = loadKnown(ctx, tx, p.box, piece.drafts, alone); err != nil {
		return err
	}
	if err = p.complete(ctx, tx, piece.units, piece.known); err != nil {
		return err
	}
	for _, d := range piece.drafts {
		piece.Rows = append(piece.Rows, p.judge(piece, d))
	}
	return nil
}

// complete loads the homes of the people who are known, to be named in questions.
func (p *Pass) complete(ctx context.Context, tx db.Tx, u units, k known) error {
	var more []id.ID
	for _, o := range k.byID {
		if _, ok := u.byID[o.Unit]; !ok {
			more = append(more, o.Unit)
		}
	}
	return u.load(ctx, tx, p.Who, "u.id", more)
}

// house finds the unit that a row names.
func (p *Pass) house(piece *Piece, d *draft) {
	u, code := piece.units, org.Code(d.place)
	switch named := p.called(d.place); {
	case d.place == "":
		d.Unit, d.loose = p.Under, true
	case u.byCode[code].ID != 0:
		d.Unit = u.byCode[code].ID
	case len(named) == 1:
		d.Unit = named[0].id
	case len(named) > 1:
		d.Blame(d.by, "person.unit_ambiguous", "text", d.place)
	default:
		d.Blame(d.by, "person.unit_unknown", "text", d.place)
	}
	if d.Unit == 0 {
		return
	}
	switch home := u.byID[d.Unit]; {
	case !home.mine:
		d.Blame(d.by, "person.unit_unknown", "text", d.place)
	case !home.Open(p.today):
		d.Blame(d.by, "person.unit_closed", "name", home.Name)
	}
}
