package trail

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// Service holds the use cases of trails.
type Service struct {
	DB  *db.DB
	Now clock.Now

	Log *tlog.Key // the roots are sealed in its log

	places places
}

// Kind is that of a sealed root.
const Kind = "trail.root"

// root is what is sealed of a trail.
type root struct {
	Trail, Campaign, Unit, Report id.ID
	Version, At                   int64
	Roots                         []top
	Wrong                         []string `json:",omitempty"` // units whose sums are no longer those that were sealed
}

type top struct {
	Document id.ID
	Hash     tlog.Hash
	Counts   []int64
}

func (t Trail) root() root {
	return root{Trail: t.ID, Campaign: t.Campaign, Unit: t.Unit, Report: t.Report, Version: t.Version, At: t.At}
}

func (r root) text() (string, error) {
	b, err := json.Marshal(r)
	return string(b), err
}

// Sent makes and seals the tree of a report that is just being sent, in the transaction of
// the sending, so that its sums are those of the report. Units deeper than one below the top
// of the campaign get none, provinces excepted: their people stand in the trees above. Inside Around nothing is
// computed here, only what was made ready is kept.
func (s *Service) Sent(ctx context.Context, tx db.Tx, campaign, of id.ID) error {
	t, err := sentOf(ctx, tx, campaign, of)
	if fault.Of(err) == fault.Missing {
		return nil
	}
	if err != nil {
		return fmt.Errorf("trail of %s: %w", of, err)
	}
	g, err := s.madeReady(ctx, tx, t)
	if err == nil && g == nil {
		g, err = s.grow(ctx, tx, t)
	}
	if err == nil {
		err = s.keep(ctx, tx, t, g)
	}
	if err != nil {
		return fmt.Errorf("trail of %s: %w", of, err)
	}
	return nil
}

// keep stores and seals a tree as that of t.
func (s *Service) keep(ctx context.Context, tx db.Tx, t Trail, g *grown) error {
	if len(g.rows) == 0 {
		return nil // nobody is counted: nothing to follow
	}
	t.ID, t.secret, t.At = g.ID, g.secret, s.Now.Ms()
	r, err := t.root(), error(nil)
	for i, d := range g.documents {
		r.Roots = append(r.Roots, top{d, g.rows[i][0].sum.Hash, g.rows[i][0].sum.Counts})
	}
	if t.body, err = r.text(); err != nil {
		return err
	}
	if err := insertTrail(ctx, tx, t); err != nil {
		return err
	}
	for i, d := range g.documents {
		if err := insertSums(ctx, tx, t.ID, d, g.rows[i]); err != nil {
			return err
		}
	}
	return proof.Append(ctx, tx, t.At, t.row(t.body))
}

func (t Trail) row(body string) proof.Row {
	return proof.Row{Kind: Kind, Subject: t.ID, Version: t.Version, Body: body}
}

// fresh is a secret of 256 bits.
func fresh() string {
	var b [32]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (s *Service) grove(t Trail, document id.ID) grove {
	return newGrove([]byte(t.secret), t.ID, t.Campaign, document)
}

// plant computes the nodes of one document, the top first.
func (s *Service) plant(t Trail, document id.ID, units []unit, people *crowd) (rows []kept, err error) {
	sums, err := s.grove(t, document).sums(units, func(i int) ([]id.ID, string) { return people.own(units[i].Lo) })
	if err != nil {
		return nil, err
	}
	for i, u := range units {
		if sums[i].Counts != nil {
			_, marks := people.own(u.Lo)
			rows = append(rows, kept{u.Lo, marks, sums[i]})
		}
	}
	return rows, nil
}

// Sealed gives what was sealed, computed anew from the marks, the roster and the frozen tree
// as the database has them now.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	list, err := db.All(ctx, tx, scanTrail, `select `+trailColumns+` from trail t order by t.id`)
	if err != nil {
		return err
	}
	for _, t := range list {
		body, err := s.again(ctx, tx, t)
		if err == nil {
			err = yield(t.row(body))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// again computes a trail anew; what differs from what is stored is named in it.
func (s *Service) again(ctx context.Context, tx db.Tx, t Trail) (string, error) {
	units, err := loadUnits(ctx, tx, t)
	if err != nil {
		return "", err
	}
	people, err := loadPeople(ctx, tx, t, t.lo, t.hi)
	if err != nil {
		return "", err
	}
	documents, err := db.All(ctx, tx, db.Value[id.ID], `select distinct document from trail_sum where trail = $1 order by document`, t.ID)
	if err != nil {
		return "", err
	}
	r := t.root()
	for _, d := range documents {
		if err := s.compare(ctx, tx, t, d, units, people, &r); err != nil {
			return "", err
		}
	}
	body, err := r.text()
	if err == nil && body != t.body {
		body += "\n" + t.body
	}
	return body, err
}

// compare computes the tree of one document from its marks, and names units of which
// something else is stored.
func (s *Service) compare(ctx context.Context, tx db.Tx, t Trail, document id.ID, units []unit, people *crowd, r *root) error {
	marks, stored, err := storedSums(ctx, tx, t, document)
	if err != nil {
		return err
	}
	sums, err := s.grove(t, document).sums(units, func(i int) ([]id.ID, string) {
		p, _ := people.own(units[i].Lo)
		return p, marks[units[i].Lo]
	})
	if err != nil || len(sums) == 0 { // marks that are none, or too few: the error names the unit
		r.Wrong = append(r.Wrong, fmt.Sprint(err))
		return nil
	}
	for i, u := range units {
		is := ""
		if sums[i].Counts != nil {
			is = written(sums[i])
		}
		if stored[u.Lo] != is {
			r.Wrong = append(r.Wrong, u.called())
		}
		delete(stored, u.Lo)
	}
	if len(stored) > 0 {
		r.Wrong = append(r.Wrong, fmt.Sprintf("%d sums of no unit", len(stored)))
	}
	r.Roots = append(r.Roots, top{document, sums[0].Hash, sums[0].Counts})
	return nil
}

// Mine is the asker's own way to the top; campaign and document 0 take the latest. Fault:
// Missing for who is in no roster.
func (s *Service) Mine(ctx context.Context, who access.Actor, campaign, document id.ID) (v View, err error) {
	if who.Person == 0 {
		return v, fault.Gone()
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		p, err := placeOf(ctx, tx, campaign, who.Person)
		if fault.Of(err) == fault.Missing {
			if campaign == 0 {
				return nil
			}
			if err = takesPart(ctx, tx, campaign, who.Person); err == nil {
				v.Campaign = campaign
				v.Title, v.Papers, err = about(ctx, tx, campaign)
			}
			return err
		}
		if err != nil {
			return err
		}
		v.Campaign = p.Campaign
		if v.Title, v.Papers, err = about(ctx, tx, p.Campaign); err != nil {
			return err
		}
		if document == 0 && len(v.Papers) > 0 {
			document = v.Papers[0].ID
		}
		if !slices.ContainsFunc(v.Papers, func(d Paper) bool { return d.ID == document }) {
			return fault.Gone()
		}
		return s.follow(ctx, tx, p, who.Person, document, &v)
	})
	if err != nil {
		return View{}, fmt.Errorf("own way to the top: %w", err)
	}
	return v, nil
}
