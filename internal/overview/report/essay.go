package report

import (
	"context"
	"strings"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Essays are what the room of essays counted, in persons of one part of the frozen tree.
type Essays struct {
	Tasks                              int64
	Due, Handed, Passed, Failed, Alike int64
}

// Figures are the figures of column 11 as records say; none when nobody there was given a task, so
// that a unit may still declare what it did on paper.
func (e Essays) Figures() []Figure {
	if e.Tasks == 0 {
		return nil
	}
	var out []Figure
	for _, f := range []struct {
		code string
		n    int64
	}{{"essays_due", e.Due}, {"essays_handed", e.Handed}, {"essays_passed", e.Passed}, {"essays_failed", e.Failed},
		{"essays_unmarked", e.Handed - e.Passed - e.Failed}, {"essays_alike", e.Alike}} {
		out = append(out, Figure{Code: f.code, Computed: &f.n, Value: f.n, Set: true})
	}
	return out
}

func (e Essays) value(code string) int64 {
	for _, f := range e.Figures() {
		if f.Code == code {
			return f.Value
		}
	}
	return 0
}

const essaysSQL = `count(distinct y.task), coalesce(sum(y.must), 0), coalesce(sum(y.handed + y.came), 0), coalesce(sum(y.passed), 0), coalesce(sum(y.failed), 0), coalesce(sum(y.leads), 0)`

func (e *Essays) into() []any {
	return []any{&e.Tasks, &e.Due, &e.Handed, &e.Passed, &e.Failed, &e.Alike}
}

// essays sums the tasks of a campaign over a unit and all below it.
func essays(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) (Essays, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (e Essays, err error) {
		err = scan(e.into()...)
		return e, err
	}, `select `+essaysSQL+` from essay_tally y join essay_task t on t.id = y.task where t.campaign = $1 and y.lo between $2 and $3`, of, u.Lo, u.Hi)
}

// written are the pieces of a figure about essays: the unit's own people, and one for each unit directly below.
func (r *Reason) written(ctx context.Context, tx db.Tx) error {
	if !strings.HasPrefix(r.Figure, "essays_") || r.Stated.Computed == nil {
		return nil
	}
	r.Pieces = nil
	return eachEssays(ctx, tx, r.View.Campaign.ID, r.View.Unit, func(p Piece, e Essays) {
		p.Value = e.value(r.Figure)
		r.Pieces = append(r.Pieces, p)
	})
}

// eachEssays counts the unit's own people, and each unit directly below with all below that.
func eachEssays(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit, each func(Piece, Essays)) error {
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var e Essays
		var p Piece
		if err = scan(append([]any{&p.Unit, &p.Name}, e.into()...)...); err == nil {
			p.Own = p.Unit == u.Unit
			each(p, e)
		}
		return none, err
	}, `select kid.unit, kid.name, `+essaysSQL+` from campaign_unit kid
		join essay_task t on t.campaign = kid.campaign
		join essay_tally y on y.task = t.id and (y.lo = kid.lo or kid.unit <> $2 and y.lo between kid.lo and kid.hi)
		where kid.campaign = $1 and (kid.parent = $2 or kid.unit = $2) group by kid.unit, kid.name, kid.lo order by kid.lo`, of, u.Unit)
	return err
}

// essays puts into the shares what each unit's people wrote.
func (s Shares) essays(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) error {
	return eachEssays(ctx, tx, of, u, func(p Piece, e Essays) {
		for _, f := range e.Figures() {
			s.put(p.Unit, f.Code, f.Value)
		}
	})
}
