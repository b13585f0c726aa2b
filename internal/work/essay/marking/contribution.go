package marking

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// Contribution is an answer that proposes something for the action programme (R086). Whose it is
// is not told.
type Contribution struct {
	Version  id.ID  `json:"version"`
	Ord      int64  `json:"ord" doc:"of the question"`
	Essay    id.ID  `json:"essay"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Question string `json:"question"`
	Text     string `json:"text"`
	Picked   bool   `json:"picked"`
	Note     string `json:"note" doc:"where it goes in the programme"`
	lo       int64
	start    int64
	end      int64
}

// Proposals are the contributions of a task within the scope.
type Proposals struct {
	Task    essay.Task     `json:"task"`
	Items   []Contribution `json:"items"`
	Next    string         `json:"next"`
	MayPick bool           `json:"-"`
}

// Ask chooses from the contributions.
type Ask struct {
	Task   id.ID
	Unit   id.ID
	Picked bool
	Page   db.Page
}

// Proposals lists the answers to questions that are contributions, unit by unit.
func (s *Service) Proposals(ctx context.Context, who access.Actor, q Ask) (v Proposals, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Task, err = essay.FindTask(ctx, tx, q.Task); err != nil {
			return err
		}
		if v.Task.State == "draft" {
			return fault.Gone()
		}
		if err = access.See(ctx, tx, who, access.EssayRead, v.Task.Unit); err != nil {
			return err
		}
		v.MayPick = who.Holds(access.EssayMark) || who.Holds(access.EssayEdit)
		return v.read(ctx, tx, who, q)
	})
	v.Task = v.Task.For(who)
	return v, wrap("proposals", err)
}

func (v *Proposals) read(ctx context.Context, tx db.Tx, who access.Actor, q Ask) error {
	args := []any{q.Task}
	where := who.Scope(access.EssayRead).Where("e.unit", &args)
	if q.Unit != 0 {
		args = append(args, q.Unit)
		where += fmt.Sprintf(` and exists (select 1 from campaign_unit top where top.campaign = e.campaign and top.unit = $%d and e.lo between top.lo and top.hi)`, len(args))
	}
	if q.Picked {
		where += ` and k.version is not null`
	}
	rows, err := db.List(ctx, tx, q.Page, db.Order{Sort: "e.lo * 16 + part.ord", ID: "e.id", Number: true},
		func(c Contribution) (string, id.ID) { return strconv.FormatInt(c.lo*16+c.Ord, 10), c.Essay },
		func(scan func(...any) error) (c Contribution, err error) {
			err = scan(&c.Version, &c.Ord, &c.Essay, &c.Unit, &c.UnitName, &c.Question, &c.Text, &c.Picked, &c.Note, &c.lo, &c.start, &c.end)
			c.Text = strings.TrimSpace(essay.Cut(c.Text, c.start, c.end))
			return c, err
		}, `select ver.id, part.ord, e.id, e.unit, cu.name, q.text, ver.body, k.version is not null, coalesce(k.note, ''), e.lo, part.start_at, part.end_at
		from essay e join essay_version ver on ver.id = e.version join essay_part part on part.version = ver.id
		join essay_question q on q.task = e.task and q.ord = part.ord and q.contribution
		join campaign_unit cu on cu.campaign = e.campaign and cu.unit = e.unit
		left join essay_pick k on k.version = ver.id and k.ord = part.ord
		where e.task = $1 and e.state in ('handed', 'marked') and `+where, args...)
	v.Items, v.Next = rows.Items, rows.Next
	return err
}

// Pick puts a contribution on the list for the programme, or takes it off. Those who mark at the
// author's unit may.
func (s *Service) Pick(ctx context.Context, who access.Actor, version id.ID, ord int64, on bool, note string) error {
	return wrap("pick", s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := essay.FindVersion(ctx, tx, version)
		if err != nil {
			return err
		}
		e, err := essay.Find(ctx, tx, v.Essay)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayMark, e.Unit); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from essay_pick where version = $1 and ord = $2`, version, ord); err != nil {
			return err
		}
		if on {
			n, err := db.Exec(ctx, tx, `insert into essay_pick (version, ord, essay, task, note, at, by)
				select part.version, part.ord, $3, $4, $5, $6, $7 from essay_part part join essay_question q on q.task = $4 and q.ord = part.ord and q.contribution
				where part.version = $1 and part.ord = $2`, version, ord, e.ID, e.Task, note, s.Now.Ms(), who.Account)
			if err != nil {
				return err
			}
			if n == 0 {
				return fault.Gone()
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.pick", e.ID, e.Unit, map[string]any{"ord": ord, "on": on}, "")
	}))
}
