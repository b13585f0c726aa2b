package document

import (
	"cmp"
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// choice is what the form offers: registers that the actor may write, issuers near the
// chosen one, and papers that this one may implement.
type choice struct {
	Units   []org.Unit
	Upper   []org.Unit // the register's unit and those above it
	Lower   []org.Unit // those directly below
	Found   []Name
	Targets []Name
}

const (
	unitsOffered  = 200
	foundOffered  = 12
	recentOffered = 5
)

// offer reads what the form shows beside what was typed; find is what to search for.
func (s *Service) offer(ctx context.Context, who access.Actor, d *Document, find string) (c choice, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c.Units, err = s.registers(ctx, tx, who); err != nil {
			return err
		}
		if d.Unit == 0 && len(c.Units) > 0 {
			d.Unit = c.Units[0].ID
		}
		if err := s.near(ctx, tx, who, d, &c); err != nil {
			return err
		}
		if c.Targets, err = inSight(ctx, tx, who, d.Targets); err != nil {
			return err
		}
		c.Found, err = suggest(ctx, tx, who, *d, c, find)
		return err
	})
	return c, wrap("offer for", err)
}

// registers are the units of the actor's own grants and those directly below them.
func (s *Service) registers(ctx context.Context, tx db.Tx, who access.Actor) (out []org.Unit, err error) {
	add := func(u org.Unit) {
		if !slices.ContainsFunc(out, func(o org.Unit) bool { return o.ID == u.ID }) && len(out) < unitsOffered {
			out = append(out, u)
		}
	}
	for _, g := range who.Grants {
		if !g.Role.Can(access.DocumentEdit) {
			continue
		}
		u, err := org.Find(ctx, tx, g.Unit)
		if err != nil {
			return nil, err
		}
		kids, err := org.Children(ctx, tx, g.Unit, s.Now.Day())
		if err != nil {
			return nil, err
		}
		add(u)
		for _, k := range kids {
			add(k)
		}
	}
	return out, nil
}

func (s *Service) near(ctx context.Context, tx db.Tx, who access.Actor, d *Document, c *choice) error {
	if d.Unit == 0 {
		return nil
	}
	if err := access.See(ctx, tx, who, access.DocumentRead, d.Unit); err != nil {
		return err
	}
	path, err := org.Path(ctx, tx, d.Unit)
	if err != nil {
		return err
	}
	slices.Reverse(path)
	c.Upper = path
	c.Lower, err = org.Children(ctx, tx, d.Unit, s.Now.Day())
	if d.Issuer != 0 && err == nil && !slices.ContainsFunc(slices.Concat(c.Upper, c.Lower), func(u org.Unit) bool { return u.ID == d.Issuer }) {
		var u org.Unit
		u, err = org.Find(ctx, tx, d.Issuer)
		c.Lower = append(c.Lower, u)
	}
	c.Lower = c.Lower[:min(len(c.Lower), unitsOffered)]
	return err
}

// suggest finds papers by words; without words those of the unit and above that are usually
// implemented, resolutions first.
func suggest(ctx context.Context, tx db.Tx, who access.Actor, d Document, c choice, find string) (out []Name, err error) {
	f, most := Filter{Find: find, Page: db.Page{Limit: foundOffered + len(d.Targets) + 1}}, foundOffered
	if f.check() != nil {
		return nil, nil
	}
	if find == "" {
		f.Page.Limit, most = 50, recentOffered
		for _, u := range c.Upper {
			f.registers = append(f.registers, u.ID)
		}
	}
	rows, err := list(ctx, tx, who, f)
	rank := func(n Name) int { return slices.Index(answered, n.Kind) }
	if find == "" {
		slices.SortStableFunc(rows.Items, func(a, b Name) int { return cmp.Compare(rank(a), rank(b)) })
	}
	for _, n := range rows.Items {
		likely := find != "" || rank(n) >= 0 && (d.IssuedOn == "" || n.IssuedOn <= d.IssuedOn)
		if len(out) < most && likely && n.ID != d.ID && n.Secrecy == "" && !slices.Contains(d.Targets, n.ID) {
			out = append(out, n)
		}
	}
	return out, err
}

// titled is a document as Named would give it, for a page's title.
func (d Document) titled() Name {
	return Name{ID: d.ID, Kind: d.Kind, Number: d.Number, IssuedOn: d.IssuedOn, Title: d.Title, IssuerName: d.IssuerName, Secrecy: d.Secrecy, KeptAt: d.KeptAt}
}

// hasTarget tells the form which boxes are ticked.
func (d Document) hasTarget(i id.ID) bool { return slices.Contains(d.Targets, i) }
