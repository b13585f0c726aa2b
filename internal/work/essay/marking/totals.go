package marking

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// Line are the totals of one unit and all below it.
type Line struct {
	Unit  id.ID       `json:"unit"`
	Name  string      `json:"name"`
	Level string      `json:"level"`
	Leaf  bool        `json:"leaf" doc:"nobody stands below it"`
	Tally essay.Tally `json:"tally"`
}

// Board are the totals of a task at a unit: the unit itself and those directly below.
type Board struct {
	Task     essay.Task `json:"task"`
	Self     Line       `json:"self"`
	Above    []Line     `json:"above" doc:"the way up, as far as the actor sees; names only"`
	Below    []Line     `json:"below"`
	MayEdit  bool       `json:"-"`
	Released bool       `json:"released"`
}

// Board shows the totals of a task at a unit of the frozen tree; zero is the actor's own, or the
// task's. Fault: Missing outside the scope.
func (s *Service) Board(ctx context.Context, who access.Actor, task, unit id.ID) (b Board, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if b.Task, err = essay.FindTask(ctx, tx, task); err != nil {
			return err
		}
		if b.Task.State == "draft" {
			return fault.Gone()
		}
		if unit == 0 {
			if unit = b.Task.Unit; access.Check(ctx, tx, who, access.EssayRead, unit) != nil {
				unit = who.Home()
			}
		}
		if err = access.Check(ctx, tx, who, access.EssayRead, unit); err != nil {
			return err
		}
		b.MayEdit, b.Released = access.Check(ctx, tx, who, access.EssayEdit, b.Task.Unit) == nil, b.Task.Released > 0
		return b.fill(ctx, tx, who, unit)
	})
	b.Task = b.Task.For(who)
	return b, wrap("board", err)
}

const lineSQL = `select cu.unit, cu.name, cu.level, cu.lo, cu.hi from campaign_unit cu where cu.campaign = $1 and `

func (b *Board) fill(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) error {
	self, err := b.lines(ctx, tx, lineSQL+`cu.unit = $2`, b.Task.Campaign, unit)
	if err != nil {
		return err
	}
	if len(self) == 0 {
		return fault.Gone()
	}
	b.Self = self[0]
	if b.Below, err = b.lines(ctx, tx, lineSQL+`cu.parent = $2 order by cu.lo`, b.Task.Campaign, unit); err != nil {
		return err
	}
	args := []any{b.Task.Campaign, unit}
	b.Above, err = db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		err = scan(&l.Unit, &l.Name, &l.Level)
		return l, err
	}, `select cu.unit, cu.name, cu.level from campaign_unit me join campaign_unit cu on cu.campaign = me.campaign and me.lo between cu.lo and cu.hi and cu.unit <> me.unit
		where me.campaign = $1 and me.unit = $2 and `+who.Scope(access.EssayRead).Where("cu.unit", &args)+` order by cu.lo`, args...)
	return err
}

// lines reads units and adds each one's totals.
func (b *Board) lines(ctx context.Context, tx db.Tx, query string, args ...any) ([]Line, error) {
	type place struct{ lo, hi int64 }
	var places []place
	out, err := db.All(ctx, tx, func(scan func(...any) error) (l Line, err error) {
		var p place
		err = scan(&l.Unit, &l.Name, &l.Level, &p.lo, &p.hi)
		l.Leaf, places = p.lo == p.hi, append(places, p)
		return l, err
	}, query, args...)
	for i := range out {
		if err == nil {
			out[i].Tally, err = essay.Totals(ctx, tx, b.Task.ID, places[i].lo, places[i].hi)
		}
	}
	return out, err
}
