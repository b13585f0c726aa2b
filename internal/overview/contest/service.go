package contest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service holds the use cases of contests.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// New is what a member sends. ID is made when the form is shown.
type New struct {
	ID       id.ID
	Campaign id.ID
	Document id.ID // 0 for a figure about essays
	Figure   string
	Kind     string
	Said     string
	Named    bool // the unit may see who it is
}

// Open contests a figure in which the actor is counted. The same form again, or another one while the first
// is open, answers as the first. Faults: see May; Conflict for the id of somebody else's.
func (s *Service) Open(ctx context.Context, who access.Actor, n New) (c Contest, err error) {
	said, err := clean(n.Said, "said")
	if err != nil {
		return c, fmt.Errorf("contest a figure: %w", err)
	}
	n.Said = said
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		c, err = find(ctx, tx, n.ID)
		switch {
		case err == nil && c.Person != who.Person:
			return fault.New(fault.Conflict, "contest.id_taken")
		case err == nil || fault.Of(err) != fault.Missing:
			return err
		}
		c, err = s.open(ctx, tx, who, n)
		return err
	})
	if err != nil {
		return Contest{}, fmt.Errorf("contest a figure: %w", err)
	}
	return c, nil
}

func (s *Service) open(ctx context.Context, tx db.Tx, who access.Actor, n New) (c Contest, err error) {
	c = Contest{ID: n.ID, Campaign: n.Campaign, Document: n.Document, Figure: n.Figure, Kind: n.Kind, Said: n.Said, Named: n.Named, Person: who.Person, State: "open", At: s.Now.Ms()}
	switch {
	case who.Person == 0:
		return c, fault.Gone()
	case n.ID == 0:
		return c, fault.At("id", "web.required")
	}
	was, at, keepers, err := record(ctx, tx, c)
	if err != nil {
		return c, err
	}
	first, err := openOf(ctx, tx, c)
	if err != nil {
		return c, err
	}
	if first != 0 {
		return find(ctx, tx, first)
	}
	f := Facts{Standing: was}
	if f.Open, err = countOpen(ctx, tx, who.Person); err != nil {
		return c, err
	}
	if f.Rejected, err = rejected(ctx, tx, c); err != nil {
		return c, err
	}
	if err := May(f, n.Figure, n.Kind, n.Said); err != nil {
		return c, err
	}
	up, err := line(ctx, tx, n.Campaign, at.lo)
	if err != nil {
		return c, err
	}
	c.Unit, c.lo, c.decider, c.was, c.salt = at.unit, at.lo, decider(up, keepers...), was.Written(c.Figure), random()
	if err := insert(ctx, tx, c); err != nil {
		return c, err
	}
	if err := s.seal(ctx, tx, c, sealOpen); err != nil {
		return c, err
	}
	return find(ctx, tx, c.ID)
}

func random() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// clean is what somebody wrote.
func clean(s, field string) (string, error) {
	out, ok := text.Lines(s)
	switch {
	case !ok:
		return "", fault.At(field, "web.not_text")
	case len([]rune(out)) > longest:
		return "", fault.At(field, "web.too_long", "n", longest)
	}
	return out, nil
}

// Name lets the unit see who contests, or hides it again. Fault: Missing for somebody else's.
func (s *Service) Name(ctx context.Context, who access.Actor, of id.ID, named bool) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		if who.Person == 0 || c.Person != who.Person {
			return fault.Gone()
		}
		c.Named = named
		return update(ctx, tx, c)
	})
	if err != nil {
		return fmt.Errorf("name a contest: %w", err)
	}
	return nil
}

// Query chooses contests; State "" is all.
type Query struct {
	Campaign id.ID
	State    string
	Page     db.Page
}

// List gives the contests that the actor decides, and those about units in sight without
// names. Newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (rows db.Rows[Contest], err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		rows, err = list(ctx, tx, who, q)
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("contests: %w", err)
	}
	return rows, s.look(ctx, who, rows.Items...)
}

func list(ctx context.Context, tx db.Tx, who access.Actor, q Query) (db.Rows[Contest], error) {
	var args []any
	decides := who.Scope(access.ReportAccept).Where("c.decider", &args)
	query := `select ` + columns + `, case when ` + decides + ` then 1 else 0 end` + from + ` where (` + decides + ` or ` + who.Scope(access.ReportRead).Where("c.unit", &args) + `)`
	if q.Campaign != 0 {
		args = append(args, q.Campaign)
		query += ` and c.campaign = $` + strconv.Itoa(len(args))
	}
	if q.State != "" {
		args = append(args, q.State)
		query += ` and c.state = $` + strconv.Itoa(len(args))
	}
	rows, err := db.List(ctx, tx, q.Page, db.Order{ID: "c.id", Desc: true}, func(c Contest) (string, id.ID) { return "", c.ID },
		func(read func(...any) error) (c Contest, err error) {
			var may int64
			c, err = scan(func(into ...any) error { return read(append(into, &may)...) })
			c.Decides = may == 1
			return c.veiled(who), err
		}, query, args...)
	if rows.Items == nil {
		rows.Items = []Contest{}
	}
	return rows, err
}

// veiled is what a reader who does not decide may know.
func (c Contest) veiled(who access.Actor) Contest {
	if c.Decides && who.Person != 0 && who.Person == c.Person {
		c.Decides = false
	}
	if !c.Decides && !c.Named && (who.Person == 0 || who.Person != c.Person) {
		c.Person, c.Name, c.Said, c.Remark = 0, "", "", ""
	}
	return c
}

// look tells the log of looks whose names were shown.
func (s *Service) look(ctx context.Context, who access.Actor, list ...Contest) error {
	seen := audit.Sight{Purpose: "contest.names"}
	for _, c := range list {
		if c.Person != 0 && c.Person != who.Person {
			seen.People, seen.Units = append(seen.People, c.Person), append(seen.Units, c.Unit)
		}
	}
	if len(seen.People) == 0 {
		return nil
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// View is a contest with how the record stands now.
type View struct {
	Contest Contest      `json:"contest"`
	Now     Standing     `json:"now" doc:"of a figure about study; only for who decides"`
	Essays  Essays       `json:"essays" doc:"of a figure about essays; only for who decides, and no more than the figure needs"`
	Changed bool         `json:"changed" doc:"the record is another one than when it was contested; told only with the name"`
	Mends   []Correction `json:"mends" doc:"tasks whose record the reader may put right now that the contest is upheld"`

	Meeting id.ID `json:"-"`
}

// tell shows how the record stands.
func (v *View) tell(now Record) {
	switch now := now.(type) {
	case Standing:
		v.Now, v.Meeting = now, now.meeting
	case Essays:
		v.Essays = now.about(v.Contest.Figure)
	}
}

// Show gives one contest. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		if c.Decides, err = may(ctx, tx, who, c); err != nil {
			return err
		}
		now, _, _, err := record(ctx, tx, c)
		if err != nil {
			return err
		}
		v.Contest = c.veiled(who)
		if v.Contest.Person != 0 { // else the unit could change one record after another and see whose it was
			v.Changed = c.was != now.Written(c.Figure)
		}
		if v.Contest.Decides {
			v.tell(now)
		}
		v.Mends, err = mends(ctx, tx, who, v.Contest, now)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("contest %s: %w", of, err)
	}
	return v, s.look(ctx, who, v.Contest)
}

// may reports whether who decides. Fault: Missing for who may not even see it.
func may(ctx context.Context, tx db.Tx, who access.Actor, c Contest) (bool, error) {
	err := access.Check(ctx, tx, who, access.ReportAccept, c.decider)
	switch kind := fault.Of(err); {
	case err == nil:
		return true, nil
	case kind != fault.Denied && kind != fault.Missing:
		return false, err
	}
	if who.Person != 0 && who.Person == c.Person {
		return false, nil
	}
	err = access.Check(ctx, tx, who, access.ReportRead, c.Unit)
	if fault.Of(err) == fault.Denied {
		err = fault.Gone()
	}
	return false, err
}

// change loads a contest that who decides and lets fn change it. fn answers false when there was nothing to do.
func (s *Service) change(ctx context.Context, who access.Actor, of id.ID, action, kind string, fn func(tx db.Tx, c *Contest) (bool, error)) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := find(ctx, tx, of)
		if err != nil {
			return err
		}
		decides, err := may(ctx, tx, who, c)
		if err != nil {
			return err
		}
		if !decides {
			return fault.New(fault.Denied, "access.denied")
		}
		changed, err := fn(tx, &c)
		if err != nil || !changed {
			return err
		}
		if err := update(ctx, tx, c); err != nil {
			return err
		}
		if err := s.seal(ctx, tx, c, kind); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, c.ID, c.decider, map[string]string{"figure": c.Figure, "state": c.State}, "")
	})
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}

// Decide upholds or rejects a contest with a sentence to the member. The same decision again
// is taken once. Faults: see the rule Decide; Denied for who sits below.
func (s *Service) Decide(ctx context.Context, who access.Actor, of id.ID, state, remark string) error {
	remark, err := clean(remark, "remark")
	if err != nil {
		return fmt.Errorf("decide on a contest: %w", err)
	}
	return s.change(ctx, who, of, "contest.decide", sealDecide, func(_ db.Tx, c *Contest) (bool, error) {
		if c.State == state && c.Remark == remark && c.decidedBy == who.Account {
			return false, nil
		}
		if err := Decide(*c, state, remark, who.Person); err != nil {
			return false, err
		}
		c.State, c.Remark, c.Decided, c.decidedBy, c.By = state, remark, s.Now.Ms(), who.Account, who.Name
		return true, nil
	})
}

// Mend closes an upheld contest once its record was put right. Faults: see the rule Mend.
func (s *Service) Mend(ctx context.Context, who access.Actor, of id.ID) error {
	return s.change(ctx, who, of, "contest.mend", sealMend, func(tx db.Tx, c *Contest) (bool, error) {
		if c.Mended != 0 {
			return false, nil
		}
		now, _, _, err := record(ctx, tx, *c)
		if err != nil {
			return false, err
		}
		if err := Mend(*c, now); err != nil {
			return false, err
		}
		c.Mended = s.Now.Ms()
		return true, nil
	})
}
