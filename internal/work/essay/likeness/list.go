package likeness

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// Filter says which essays a list holds; zero fields do not narrow.
type Filter struct {
	Unit  id.ID
	Level string // one of Levels, or "all": also those without likeness
	State string // one of States
	Flags bool   // only those with signs of integrity
	Page  db.Page
}

// Item is an essay in the list; authors are never named here.
type Item struct {
	Essay    id.ID  `json:"essay"`
	Task     string `json:"task"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	HandedAt int64  `json:"handed_at"`
	Figures
	Level string `json:"level" enum:",few,note,near"`
	State string `json:"state"`
	Flags int64  `json:"flags" doc:"signs of integrity, all kinds together"`
	share int64
}

// Totals are the essays of a campaign in sight.
type Totals struct {
	Compared int64 `json:"compared"`
	Waiting  int64 `json:"waiting"`
	Pictures int64 `json:"pictures" doc:"with pages of handwriting, which are not checked for likeness"`
	Near     int64 `json:"near"`
	Note     int64 `json:"note"`
	Few      int64 `json:"few"`
	Talks    int64 `json:"talks" doc:"talks that are open"`
}

// Listed is a campaign's essays with what they share.
type Listed struct {
	Campaign campaign.Campaign `json:"-"`
	Totals   Totals            `json:"totals"`
	Rows     db.Rows[Item]     `json:"rows"`
	Unit     string            `json:"unit" doc:"name of the unit filtered by"`
}

// the levels as conditions; the same bounds as Figures.Level.
var levelWhere = map[string]string{
	Nearly: fmt.Sprintf("(l.own >= %d and l.share >= %d)", leastOwn, nearShare),
	Notice: fmt.Sprintf("(l.own >= %d and l.share >= %d and l.share < %d or l.own < %d and l.copied >= %d)", leastOwn, noteShare, nearShare, leastOwn, leastLead),
	Few: fmt.Sprintf("(l.own >= %d and l.share >= %d and l.share < %d or l.own < %d and l.copied > 0 and l.copied < %d)",
		leastOwn, someShare, noteShare, leastOwn, leastLead),
}

// List gives the essays of a campaign in who's scope, most alike first.
func (s *Service) List(ctx context.Context, who access.Actor, of id.ID, f Filter) (out Listed, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if out.Campaign, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		args := []any{of}
		from, err := f.where(ctx, tx, who, of, &args)
		if err != nil {
			return err
		}
		if f.Unit != 0 {
			u, err := campaign.UnitOf(ctx, tx, of, f.Unit)
			if err != nil {
				return err
			}
			out.Unit = u.Name
		}
		if out.Totals, err = totals(ctx, tx, from, args); err != nil {
			return err
		}
		if out.Totals.Pictures, err = f.pictures(ctx, tx, who, of); err != nil {
			return err
		}
		narrow := f.narrow(&args)
		out.Rows, err = db.List(ctx, tx, f.Page, db.Order{Sort: "l.share", ID: "l.essay", Desc: true, Number: true},
			func(it Item) (string, id.ID) { return strconv.FormatInt(it.share, 10), it.Essay }, scanItem,
			`select l.essay, t.title, l.unit, u.name, e.handed_at, l.own, l.copied, l.exempt, l.longest, l.sources, l.share, l.state, l.flags + v.hidden `+from+narrow, args...)
		return err
	})
	if err != nil {
		return Listed{}, fmt.Errorf("essays alike in %s: %w", of, err)
	}
	return out, nil
}

func scanItem(scan func(...any) error) (it Item, err error) {
	err = scan(&it.Essay, &it.Task, &it.Unit, &it.UnitName, &it.HandedAt, &it.Own, &it.Copied, &it.Exempt, &it.Longest, &it.Sources, &it.share, &it.State, &it.Flags)
	it.Level = it.Figures.Level()
	return it, err
}

// where is everything compared or waiting that who may see, in the subtree of f.Unit.
func (f Filter) where(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, args *[]any) (string, error) {
	q := ` from likeness_essay l join essay e on e.id = l.essay join essay_task t on t.id = e.task join essay_version v on v.id = l.version
		join campaign_unit u on u.campaign = l.campaign and u.unit = l.unit where l.campaign = $1 and e.state <> 'apart' and ` + who.Scope(access.EssayRead).Where("l.unit", args)
	if f.Unit != 0 {
		u, err := campaign.UnitOf(ctx, tx, of, f.Unit)
		if err != nil {
			return "", err
		}
		*args = append(*args, u.Lo, u.Hi)
		q += fmt.Sprintf(" and u.lo between $%d and $%d", len(*args)-1, len(*args))
	}
	return q, nil
}

// pictures counts the essays in sight that have pages nothing looks into.
func (f Filter) pictures(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (int64, error) {
	args := []any{of}
	q := `select count(*) from essay e join campaign_unit u on u.campaign = e.campaign and u.unit = e.unit
		where e.campaign = $1 and e.handwritten and e.state in ('handed', 'marked') and ` + who.Scope(access.EssayRead).Where("e.unit", &args)
	if f.Unit != 0 {
		args = append(args, int64(f.Unit))
		q += fmt.Sprintf(" and exists (select 1 from campaign_unit top where top.campaign = e.campaign and top.unit = $%d and u.lo between top.lo and top.hi)", len(args))
	}
	return db.One(ctx, tx, db.Value[int64], q, args...)
}

func (f Filter) narrow(args *[]any) (q string) {
	switch w, ok := levelWhere[f.Level]; {
	case ok:
		q += " and " + w
	case f.Level != "all" && f.State == "" && !f.Flags:
		q += " and (" + levelWhere[Nearly] + " or " + levelWhere[Notice] + " or " + levelWhere[Few] + ")"
	}
	if slices.Contains(States, f.State) {
		*args = append(*args, f.State)
		q += fmt.Sprintf(" and l.state = $%d", len(*args))
	}
	if f.Flags {
		q += " and l.flags + v.hidden > 0"
	}
	return q
}

func totals(ctx context.Context, tx db.Tx, from string, args []any) (t Totals, err error) {
	return db.One(ctx, tx, func(scan func(...any) error) (t Totals, err error) {
		err = scan(&t.Compared, &t.Waiting, &t.Near, &t.Note, &t.Few, &t.Talks)
		return t, err
	}, `select count(l.seq), count(*) - count(l.seq), count(*) filter (where `+levelWhere[Nearly]+`), count(*) filter (where `+levelWhere[Notice]+`),
		count(*) filter (where `+levelWhere[Few]+`), count(*) filter (where l.state in ('lead', 'asked', 'answered', 'proposed'))`+from, args...)
}

// Family is a set of essays that are nearly the same.
type Family struct {
	Essays []Item      `json:"essays" doc:"in sight, the earliest first"`
	Others int64       `json:"others" doc:"essays of units out of sight"`
	Units  []UnitCount `json:"units" doc:"most essays first"`
	Days   []DayCount  `json:"days" doc:"when they were handed in"`
}

// UnitCount and DayCount show how a family spreads.
type UnitCount struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// DayCount counts essays handed in on a civil day.
type DayCount struct {
	Day string `json:"day"`
	N   int64  `json:"n"`
}

const familiesMost = 200

// Families groups the essays of a campaign that are nearly the same, the largest first. A
// family is listed when at least one of it lies in who's scope.
func (s *Service) Families(ctx context.Context, who access.Actor, of id.ID) (c campaign.Campaign, out []Family, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		links, err := db.All(ctx, tx, func(scan func(...any) error) (l textreuse.Link, err error) {
			err = scan(&l.A, &l.B)
			return l, err
		}, `select k.a, k.b from likeness_link k join likeness_essay l on l.essay = k.a
			join likeness_essay o on o.essay = k.b and o.campaign = l.campaign where l.campaign = $1`, of)
		if err != nil {
			return err
		}
		args := []any{of}
		from, err := Filter{}.where(ctx, tx, who, of, &args)
		if err != nil {
			return err
		}
		items, err := db.All(ctx, tx, scanItem, `select l.essay, t.title, l.unit, u.name, e.handed_at, l.own, l.copied, l.exempt, l.longest, l.sources, l.share,
			l.state, l.flags + v.hidden `+from+` and l.essay in (select a from likeness_link union select b from likeness_link)`, args...)
		if err != nil {
			return err
		}
		out = families(links, items)
		return nil
	})
	if err != nil {
		return c, nil, fmt.Errorf("families in %s: %w", of, err)
	}
	return c, out, nil
}

// Reference use cases.

const (
	nameMax = 200
	bodyMax = 400_000 // letters of one reference
)

// References lists what the essays of a campaign may quote, without the texts.
func (s *Service) References(ctx context.Context, who access.Actor, of id.ID) (c campaign.Campaign, out []Reference, may bool, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if c, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		out, err = references(ctx, tx, of)
		for i := range out {
			out[i].Body = ""
		}
		may = access.Check(ctx, tx, who, access.EssayEdit, c.Unit) == nil
		return err
	})
	if err != nil {
		return c, nil, false, fmt.Errorf("references of %s: %w", of, err)
	}
	return c, out, may, nil
}

// AddReference lets the essays of a campaign quote one more text. Essays compared before
// that it touches are compared again; no ratio rises by it.
func (s *Service) AddReference(ctx context.Context, who access.Actor, r Reference) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := campaign.See(ctx, tx, who, r.Campaign)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, c.Unit); err != nil {
			return err
		}
		if r.ID == 0 {
			return fault.At("id", "web.choose")
		}
		if err := r.check(); err != nil {
			return err
		}
		return s.addBy(ctx, tx, who, r, c.Unit)
	})
	if err != nil {
		return fmt.Errorf("reference in %s: %w", r.Campaign, err)
	}
	return nil
}

func (r Reference) check() error {
	var errs []error
	if r.Name == "" {
		errs = append(errs, fault.At("name", "web.required"))
	}
	if !slices.Contains(Categories, r.Category) {
		errs = append(errs, fault.At("category", "web.choose"))
	}
	switch n := len(textreuse.Fold(r.Body).Letters); {
	case n < 40:
		errs = append(errs, fault.At("body", "likeness.body_short"))
	case n > bodyMax:
		errs = append(errs, fault.At("body", "likeness.body_long", "n", bodyMax))
	}
	return fault.All(errs...)
}
