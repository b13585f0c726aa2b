package document

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// View is a document with everything that its page shows.
type View struct {
	Document Document   `json:"document"`
	UnitName string     `json:"unit_name"`
	Files    []File     `json:"files"`
	Above    []Name     `json:"above" doc:"what it implements and is in sight"`
	Below    []Node     `json:"below" doc:"what implements it and is in sight, as a tree"`
	Cut      bool       `json:"cut" doc:"the tree is longer than what is shown"`
	Chain    int64      `json:"chain" doc:"how many documents implement it, also those out of sight"`
	Seen     int64      `json:"seen" doc:"of the chain, how many are in sight"`
	Coverage []Coverage `json:"coverage" doc:"by level; empty where nobody is expected to answer"`
	CanEdit  bool       `json:"can_edit"`
	Used     bool       `json:"used" doc:"an opened campaign stands on it, its files stay"`
}

// Show gives a document to units below and above its register. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, document id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Document, err = Seen(ctx, tx, who, document); err != nil {
			return err
		}
		return v.fill(ctx, tx, who)
	})
	return v, wrap("show", err)
}

// Seen is Find for those who may see the document. Faults: Missing, Denied.
func Seen(ctx context.Context, tx db.Tx, who access.Actor, document id.ID) (Document, error) {
	d, err := Find(ctx, tx, document)
	if err != nil {
		return Document{}, err
	}
	if err := access.See(ctx, tx, who, access.DocumentRead, d.Unit); err != nil {
		return Document{}, err
	}
	return d, nil
}

func (v *View) fill(ctx context.Context, tx db.Tx, who access.Actor) error {
	d := v.Document
	u, err := org.Find(ctx, tx, d.Unit)
	if err != nil {
		return err
	}
	v.UnitName = u.Name
	if v.Files, err = filesOf(ctx, tx, d.ID); err != nil {
		return err
	}
	if v.Above, err = inSight(ctx, tx, who, d.Targets); err != nil {
		return err
	}
	if v.Used, err = used(ctx, tx, d.ID); err != nil {
		return err
	}
	err = access.Check(ctx, tx, who, access.DocumentEdit, d.Unit)
	if v.CanEdit = err == nil; err != nil && fault.Of(err) == fault.Internal {
		return err
	}
	if d.Secret() {
		return nil
	}
	r, err := reachOf(ctx, tx, who, d)
	if err != nil {
		return err
	}
	links, err := chain(ctx, tx, who, d.ID, r)
	if err != nil {
		return err
	}
	if err := v.growTree(ctx, tx, links); err != nil {
		return err
	}
	v.Coverage, err = coverage(ctx, tx, who, d, r, links)
	v.Coverage = bare(v.Coverage, "")
	return err
}

// growTree names what is in sight and hangs it up.
func (v *View) growTree(ctx context.Context, tx db.Tx, links []link) error {
	all, seen := map[id.ID]bool{}, map[id.ID]bool{}
	var shown []Link
	var ids []id.ID
	for _, l := range links {
		all[l.Document] = true
		if !l.Seen {
			continue
		}
		if len(ids) < nodesMax && !seen[l.Document] {
			ids = append(ids, l.Document)
		}
		seen[l.Document] = true
		shown = append(shown, l.Link)
	}
	names, err := Named(ctx, tx, ids)
	if err != nil {
		return err
	}
	byID := map[id.ID]Name{}
	for _, n := range names {
		byID[n.ID] = n
	}
	v.Chain, v.Seen = int64(len(all)), int64(len(seen))
	v.Below, v.Cut = grow(v.Document.ID, shown, byID)
	v.Cut = v.Cut || len(seen) > len(ids)
	return nil
}

// inSight names those of ids that the actor sees.
func inSight(ctx context.Context, tx db.Tx, who access.Actor, ids []id.ID) ([]Name, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	in, args := params(ids)
	seen := who.Scope(access.DocumentRead).WhereSeen("d.unit", &args)
	return db.All(ctx, tx, scanName, `select `+nameColumns+nameFrom+`where d.id in (`+in+`) and `+seen+` order by d.issued_on, d.id`, args...)
}

// coverage is empty for a paper that nobody is expected to answer and nobody has.
func coverage(ctx context.Context, tx db.Tx, who access.Actor, d Document, r reach, links []link) ([]Coverage, error) {
	if len(links) == 0 && !slices.Contains(answered, d.Kind) {
		return nil, nil
	}
	units, err := expected(ctx, tx, who, d, r)
	if err != nil {
		return nil, err
	}
	levels, err := org.Levels(ctx, tx, "")
	if err != nil {
		return nil, err
	}
	issued, counted := map[id.ID]int64{}, map[id.ID]bool{}
	for _, l := range links {
		if !counted[l.Document] {
			counted[l.Document] = true
			issued[l.Issuer]++
		}
	}
	delete(issued, 0)
	return cover(levels, units, issued), nil
}

// Cover gives the coverage of a document level by level (R116); with a level only that one
// comes with its units, "" brings those of the main levels.
func (s *Service) Cover(ctx context.Context, who access.Actor, document id.ID, level string) (out []Coverage, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, err := Seen(ctx, tx, who, document)
		if err != nil || d.Secret() {
			return err
		}
		r, err := reachOf(ctx, tx, who, d)
		if err != nil {
			return err
		}
		links, err := chain(ctx, tx, who, document, r)
		if err != nil {
			return err
		}
		out, err = coverage(ctx, tx, who, d, r, links)
		return err
	})
	return bare(out, level), wrap("coverage of", err)
}
