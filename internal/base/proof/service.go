package proof

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// Service holds the use cases of the log.
type Service struct {
	DB  *db.DB
	Now clock.Now

	// Log signs our heads, Witness those of others. Their names are those of the installation.
	Log, Witness *tlog.Key

	// Rows gives every sealed row as it stands now, by the room it belongs to: what stands
	// before the point of a kind, "report" of "report.send".
	Rows map[string]Rows

	// Wanted gives the sizes of heads above from and up to to that witnesses must sign before any
	// later one, as one snapshot has them; nil wants none.
	Wanted func(ctx context.Context, tx db.Tx, from, to int64) ([]int64, error)

	// Client sends heads to witnesses that have an address; nil for the usual one.
	Client *http.Client
}

// batch is how many lines get their place in one transaction.
const batch = 2000

// Advance gives waiting lines their places and signs the new head. It reports whether more wait.
func (s *Service) Advance(ctx context.Context) (more bool, err error) {
	err = s.DB.Queue(ctx, "proof", func(tx db.Tx) error {
		list, err := waiting(ctx, tx, batch)
		if err != nil || len(list) == 0 {
			return err
		}
		more = len(list) == batch
		last, err := lastHead(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.sound(ctx, tx, last); err != nil {
			return err
		}
		return s.advance(ctx, tx, last, list)
	})
	if err != nil {
		return false, fmt.Errorf("log: %w", err)
	}
	return more, nil
}

// sound refuses to go on from a head that was not signed so, or from a tree that does not lead
// to it any more: what is signed next could not be told from a lie.
func (s *Service) sound(ctx context.Context, tx db.Tx, last Head) error {
	if last.Size == 0 {
		return nil
	}
	if name, _, _ := strings.Cut(last.Signed, "\n"); name != s.Log.Name() {
		return fmt.Errorf("it was signed as %s, and the key file is that of %s: bring the right one back", name, s.Log.Name())
	}
	own, err := tlog.ParseKnown(s.Log.Public())
	if err != nil {
		return err
	}
	h, _, err := tlog.Open(last.Signed, own)
	if err != nil || h.Size != last.Size || written(h.Root) != last.Root {
		return fmt.Errorf("the last head, of %d lines, was changed: %w", last.Size, errDamaged)
	}
	root, err := tlog.Root(last.Size, hashes(ctx, tx, nil))
	if err != nil || root != h.Root {
		return fmt.Errorf("the stored tree of %d lines does not lead to what was signed: %w", last.Size, errDamaged)
	}
	return nil
}

var errDamaged = errors.New("the database was changed from outside; export the log and ask quantriet-verify")

// advance makes the next head. It names the one before it and its own time, so that no head can
// be left out or dated anew.
func (s *Service) advance(ctx context.Context, tx db.Tx, last Head, list []Line) error {
	size, now := last.Size, s.Now.Ms()
	fresh := map[int64]tlog.Hash{}
	read := hashes(ctx, tx, fresh)
	var kept []tlog.Hash
	first := tlog.Count(size)
	for _, l := range list {
		add, err := tlog.Stored(size, tlog.Line(l.Text()), read)
		if err != nil {
			return err
		}
		for _, h := range add {
			fresh[first+int64(len(kept))] = h
			kept = append(kept, h)
		}
		if _, err := tx.ExecContext(ctx, `update proof_line set n = $2 where id = $1`, l.ID, size); err != nil {
			return err
		}
		size++
	}
	if err := insertHashes(ctx, tx, first, kept); err != nil {
		return err
	}
	root, err := tlog.Root(size, read)
	if err != nil {
		return err
	}
	h := tlog.Head{Origin: s.Log.Name(), Size: size, Root: root, More: fmt.Sprintf("previous %d\ntime %d\n", last.Size, now)}
	signed, err := tlog.Signed(h, s.Log)
	if err != nil {
		return err
	}
	return insertHead(ctx, tx, Head{Size: size, At: now, Root: written(root), Signed: signed})
}

// Run signs heads until ctx ends: within a second of a seal. Witnesses that have an address are
// asked each minute.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		for more := true; more; {
			var err error
			if more, err = s.Advance(ctx); err != nil && ctx.Err() == nil {
				slog.Error("sign the log", "err", err)
			}
		}
		if n%60 == 0 {
			if err := s.AskWitnesses(ctx); err != nil && ctx.Err() == nil {
				slog.Error("ask witnesses", "err", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Signed reports whether anything was ever signed, so that the key must not be another one.
func Signed(ctx context.Context, tx db.Tx) (bool, error) {
	h, err := lastHead(ctx, tx)
	return h.Size > 0, err
}

// Last is the newest head with all signatures.
func (s *Service) Last(ctx context.Context) (h Head, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if h, err = lastHead(ctx, tx); err == nil {
			h, err = witnessed(ctx, tx, h)
		}
		return err
	})
	return h, err
}

// Place is the proof that a line stands in the log.
type Place struct {
	Line  Line     `json:"line"`
	Text  string   `json:"text" doc:"the line as it is hashed"`
	Head  Head     `json:"head"`
	Proof []string `json:"proof" doc:"RFC 6962 audit path, base64"`
}

// Place proves that a line stands in the newest log. Faults: Missing; Conflict proof.waiting
// until the next head.
func (s *Service) Place(ctx context.Context, of id.ID) (p Place, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if p.Line, err = db.One(ctx, tx, scanLine, `select `+lineColumns+` from proof_line where id = $1`, of); err != nil {
			return err
		}
		if p.Line.N < 0 {
			return fault.New(fault.Conflict, "proof.waiting")
		}
		if p.Head, err = lastHead(ctx, tx); err != nil {
			return err
		}
		if p.Head, err = witnessed(ctx, tx, p.Head); err != nil {
			return err
		}
		path, err := tlog.Inclusion(p.Head.Size, p.Line.N, hashes(ctx, tx, nil))
		for _, h := range path {
			p.Proof = append(p.Proof, written(h))
		}
		p.Text = p.Line.Text()
		return err
	})
	return p, err
}

// Continuation is the proof that the log goes on from an older head.
type Continuation struct {
	Old   Head     `json:"old" doc:"as this log remembers it; compare with the one you hold"`
	Head  Head     `json:"head"`
	Proof []string `json:"proof" doc:"RFC 6962 consistency proof, base64"`
}

// Continue proves that the newest log begins with its first old lines. Fault: Missing when it
// never had so many.
func (s *Service) Continue(ctx context.Context, old int64) (c Continuation, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c.Head, err = lastHead(ctx, tx); err != nil {
			return err
		}
		if old < 1 || old > c.Head.Size {
			return fault.Gone()
		}
		root, err := tlog.Root(old, hashes(ctx, tx, nil))
		if err != nil {
			return err
		}
		c.Old = Head{Size: old, Root: written(root)}
		proof, err := tlog.Consistency(c.Head.Size, old, hashes(ctx, tx, nil))
		for _, h := range proof {
			c.Proof = append(c.Proof, written(h))
		}
		if err == nil {
			c.Head, err = witnessed(ctx, tx, c.Head)
		}
		return err
	})
	return c, err
}

// Mark is what paper says of a sealed row.
type Mark struct {
	Line Line `json:"line"`
	Head Head `json:"head" doc:"the first that holds the line; size 0 while it waits"`
}

// Shown reports whether there is a head to show.
func (m Mark) Shown() bool { return m.Head.Size > 0 }

// Href is the page that compares the head with the log of today.
func (m Mark) Href() string {
	return "/proof?size=" + strconv.FormatInt(m.Head.Size, 10) + "&root=" + url.QueryEscape(m.Head.Root)
}

// MarkOf is where a row stands in the log; nothing when it was never sealed.
func MarkOf(ctx context.Context, tx db.Tx, kind string, subject id.ID, version int64) (m Mark, err error) {
	m.Line, err = LineOf(ctx, tx, kind, subject, version)
	if fault.Of(err) == fault.Missing {
		return Mark{}, nil
	}
	if err != nil || m.Line.N < 0 {
		return m, err
	}
	m.Head, err = headOver(ctx, tx, m.Line.N)
	return m, err
}

// Stand shows somebody who does not trust us that a row was sealed: its line and what it
// commits to, and the way to the first signed head that holds it, the one printed on papers
// of that moment.
type Stand struct {
	Text  string   `json:"text" doc:"the line as it is hashed"`
	Salt  string   `json:"salt"`
	Body  string   `json:"body" doc:"what was sealed"`
	N     int64    `json:"n" doc:"place in the log"`
	Proof []string `json:"proof" doc:"RFC 6962 audit path, base64"`
	Head  string   `json:"head" doc:"checkpoint signed by the log"`
}

// StandOf proves that a row was sealed. The caller may show it only to those who may read the
// row. Faults: Missing; Conflict proof.waiting until the next head.
func StandOf(ctx context.Context, tx db.Tx, r Row) (s Stand, h Head, err error) {
	line, err := LineOf(ctx, tx, r.Kind, r.Subject, r.Version)
	if err != nil {
		return s, h, err
	}
	if line.N < 0 {
		return s, h, fault.New(fault.Conflict, "proof.waiting")
	}
	if h, err = headOver(ctx, tx, line.N); err != nil {
		return s, h, err
	}
	s = Stand{Text: line.Text(), Body: r.Body, N: line.N, Head: h.Signed, Proof: []string{}}
	if s.Salt, err = db.One(ctx, tx, db.Value[string], `select salt from proof_line where id = $1`, line.ID); err != nil {
		return s, h, err
	}
	path, err := tlog.Inclusion(h.Size, line.N, hashes(ctx, tx, nil))
	for _, p := range path {
		s.Proof = append(s.Proof, written(p))
	}
	return s, h, err
}

// Beside is another signed head, with the proof that the larger of it and that of a Stand goes on from the smaller.
type Beside struct {
	Head  string   `json:"head" doc:"checkpoint signed by the log"`
	Proof []string `json:"proof" doc:"RFC 6962 consistency proof, base64"`
}

// BesideOf gives the heads of other sizes, and the newest, beside the one of size.
func BesideOf(ctx context.Context, tx db.Tx, size int64, sizes []int64) (out []Beside, err error) {
	last, err := lastHead(ctx, tx)
	if err != nil {
		return nil, err
	}
	sizes = append(slices.Clone(sizes), last.Size)
	slices.Sort(sizes)
	for _, other := range slices.Compact(sizes) {
		if other == size || other == 0 {
			continue
		}
		h, err := headOver(ctx, tx, other-1)
		if err != nil {
			return nil, err
		}
		list, err := tlog.Consistency(max(size, h.Size), min(size, h.Size), hashes(ctx, tx, nil))
		if err != nil {
			return nil, err
		}
		b := Beside{Head: h.Signed, Proof: []string{}}
		for _, p := range list {
			b.Proof = append(b.Proof, written(p))
		}
		out = append(out, b)
	}
	return out, nil
}

// audits passes for those who read the log of the whole installation, manages for those who
// set it up. Fault: Denied.
func (s *Service) audits(ctx context.Context, tx db.Tx, who access.Actor) error {
	return top(ctx, tx, who, access.AuditRead)
}

func (s *Service) manages(ctx context.Context, tx db.Tx, who access.Actor) error {
	return top(ctx, tx, who, access.SettingEdit)
}

func top(ctx context.Context, tx db.Tx, who access.Actor, need access.Need) error {
	args := []any{}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit r where r.parent is null and `+who.Scope(need).Where("r.id", &args), args...)
	if err == nil && n == 0 {
		return fault.New(fault.Denied, "proof.top_only")
	}
	return err
}
