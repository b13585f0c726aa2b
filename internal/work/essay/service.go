package essay

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
	"quantriet/internal/kit/text"
)

// Service holds the use cases of setting tasks, writing and handing in.
type Service struct {
	DB    *db.DB
	Now   clock.Now
	Files *file.Store
	Seal  *seal.Box // of what a writer's device keeps; nil: devices keep nothing
	// HandedIn looks for likeness inside the transaction of handing in; nil does nothing.
	HandedIn func(ctx context.Context, tx db.Tx, essay, version id.ID) error
	// Sentence says in one sentence what is alike; "" for nothing, nil says nothing.
	Sentence func(ctx context.Context, tx db.Tx, lang string, essay id.ID) (string, error)
	// Talk says how far the talk about likeness with an author is; "" while there is none, nil says nothing.
	Talk func(ctx context.Context, tx db.Tx, essay id.ID) (string, error)
	// Upheld are the contests that were upheld and wait for their record, as far as who may know whose they are; nil knows none.
	Upheld func(ctx context.Context, tx db.Tx, who access.Actor, q Contested) ([]Upheld, error)
	// Deleted is told inside the transaction that takes an essay's texts away, while they are still there.
	Deleted func(ctx context.Context, tx db.Tx, essay id.ID) error
}

func wrap(did string, err error) error {
	if err != nil {
		return fmt.Errorf("essay: %s: %w", did, err)
	}
	return nil
}

// Draft makes a task under the id of its form; sent twice it is made once. Faults: Invalid,
// Denied, Missing, Conflict.
func (s *Service) Draft(ctx context.Context, who access.Actor, t Task) (out Task, err error) {
	if t, err = t.tidied(); err == nil {
		err = t.Check()
	}
	if err != nil {
		return t, wrap("draft", err)
	}
	var seed [16]byte
	rand.Read(seed[:])
	t.Seed = hex.EncodeToString(seed[:])
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := s.ground(ctx, tx, who, t); err != nil {
			return err
		}
		if out, err = FindTask(ctx, tx, t.ID); fault.Of(err) != fault.Missing {
			if err == nil && (out.Campaign != t.Campaign || out.Title != t.Title) {
				return fault.New(fault.Conflict, "essay.taken")
			}
			return err
		}
		if err := insertTask(ctx, tx, t, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		if err := audit.Write(ctx, tx, who, s.Now.Ms(), "essay.draft", t.ID, t.Unit, map[string]any{"title": t.Title}, ""); err != nil {
			return err
		}
		out, err = FindTask(ctx, tx, t.ID)
		return err
	})
	return out, wrap("draft", err)
}

// ground passes when the task's unit takes part in an open campaign, its audience is the
// campaign's, and who may set tasks there.
func (s *Service) ground(ctx context.Context, tx db.Tx, who access.Actor, t Task) error {
	if t.ID == 0 {
		return fault.At("id", "web.choose")
	}
	if err := access.Check(ctx, tx, who, access.EssayEdit, t.Unit); err != nil {
		return err
	}
	state, err := db.One(ctx, tx, db.Value[string], `select c.state from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $2 where c.id = $1`, t.Campaign, t.Unit)
	if err != nil {
		return err
	}
	if state != "open" {
		return fault.New(fault.Conflict, "essay.campaign_not_open")
	}
	if t.Audience == 0 {
		return nil
	}
	counted, err := db.One(ctx, tx, db.Value[string], `select counted from campaign_audience where id = $1 and campaign = $2`, t.Audience, t.Campaign)
	if fault.Of(err) == fault.Missing || err == nil && counted != "person" {
		return fault.At("audience", "web.choose")
	}
	return err
}

// task loads a task that who may see: a draft only with the need to edit, otherwise the units
// below see what stands above them.
func (s *Service) task(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, of id.ID) (Task, error) {
	t, err := FindTask(ctx, tx, of)
	if err != nil {
		return t, err
	}
	if need == access.EssayEdit {
		return t, access.Check(ctx, tx, who, need, t.Unit)
	}
	if t.State == "draft" {
		return t, access.Check(ctx, tx, who, access.EssayEdit, t.Unit)
	}
	return t, access.See(ctx, tx, who, need, t.Unit)
}

// Task shows a task to those who read essays at, above or below its unit. Model answers are for
// those who set or mark.
func (s *Service) Task(ctx context.Context, who access.Actor, of id.ID) (t Task, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		t, err = s.task(ctx, tx, who, access.EssayRead, of)
		return err
	})
	return t.For(who), wrap("task", err)
}

// Edit changes a draft. Of an open task only the title and a later due time change: people are
// writing. Faults: Invalid, Conflict.
func (s *Service) Edit(ctx context.Context, who access.Actor, n Task) (out Task, err error) {
	if n, err = n.tidied(); err == nil {
		err = n.Check()
	}
	if err != nil {
		return n, wrap("edit", err)
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		old, err := s.task(ctx, tx, who, access.EssayEdit, n.ID)
		if err != nil {
			return err
		}
		switch {
		case old.State == "closed":
			return fault.New(fault.Conflict, "essay.closed")
		case old.State == "open":
			if n.Due < old.Due {
				return fault.At("due", "essay.due_earlier")
			}
			title, due := n.Title, n.Due
			n = old
			n.Title, n.Due = title, due
		default:
			n.Campaign, n.Unit = old.Campaign, old.Unit
			if err := s.ground(ctx, tx, who, n); err != nil {
				return err
			}
		}
		if err := updateTask(ctx, tx, n); err != nil {
			return err
		}
		out = n
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.edit", n.ID, old.Unit, map[string]any{"title": n.Title, "due": n.Due}, "")
	})
	return out, wrap("edit", err)
}

// Open gives the task to the roster: from now on it binds. Faults: Conflict, Invalid when it is
// due already.
func (s *Service) Open(ctx context.Context, who access.Actor, of id.ID) error {
	return wrap("open", s.DB.Write(ctx, func(tx db.Tx) error {
		t, err := s.task(ctx, tx, who, access.EssayEdit, of)
		if err != nil {
			return err
		}
		switch {
		case t.State == "open":
			return nil
		case t.State != "draft" || t.Over:
			return fault.New(fault.Conflict, "essay.closed")
		case t.Due <= s.Now.Ms():
			return fault.At("due", "essay.due_past")
		}
		born := ""
		if t.InvitedAge > 0 {
			born = clock.From(t.Due).AddDate(-int(t.InvitedAge), 0, 0).Format("2006-01-02")
		}
		if err := freeze(ctx, tx, t, born); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update essay_task set state = 'open', opened_at = $2 where id = $1`, t.ID, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.open", t.ID, t.Unit, nil, "")
	}))
}

// Close ends the handing in; marking goes on.
func (s *Service) Close(ctx context.Context, who access.Actor, of id.ID) error {
	return wrap("close", s.DB.Write(ctx, func(tx db.Tx) error {
		t, err := s.task(ctx, tx, who, access.EssayEdit, of)
		if err != nil || t.State == "closed" {
			return err
		}
		if t.State != "open" {
			return fault.New(fault.Conflict, "essay.not_open")
		}
		if _, err := tx.ExecContext(ctx, `update essay_task set state = 'closed' where id = $1`, t.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.close", t.ID, t.Unit, nil, "")
	}))
}

// Discard takes a draft away.
func (s *Service) Discard(ctx context.Context, who access.Actor, of id.ID) (campaign id.ID, err error) {
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		t, err := s.task(ctx, tx, who, access.EssayEdit, of)
		if err != nil {
			return err
		}
		if t.State != "draft" {
			return fault.New(fault.Conflict, "essay.not_draft")
		}
		campaign = t.Campaign
		if err := deleteTaskParts(ctx, tx, t.ID); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from essay_task where id = $1`, t.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.discard", t.ID, t.Unit, map[string]any{"title": t.Title}, "")
	})
	return campaign, wrap("discard", err)
}

// Local are facts of a unit's own ground, for those who write below it.
type Local struct {
	Unit id.ID  `json:"unit"`
	Name string `json:"name"`
	Text string `json:"text"`
}

// SetLocal puts a unit's own facts beside the case, or takes them away when text is empty. Those
// who mark at the unit may, as long as the task is open.
func (s *Service) SetLocal(ctx context.Context, who access.Actor, of, unit id.ID, facts string) error {
	facts, ok := text.Lines(facts)
	if !ok {
		return fault.At("facts", "web.not_text")
	}
	if len([]rune(facts)) > questionMost {
		return fault.At("facts", "web.too_long", "n", questionMost)
	}
	return wrap("local facts", s.DB.Write(ctx, func(tx db.Tx) error {
		t, err := s.task(ctx, tx, who, access.EssayRead, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayMark, unit); err != nil {
			return err
		}
		if _, err := db.One(ctx, tx, db.Value[id.ID], `select unit from campaign_unit where campaign = $1 and unit = $2`, t.Campaign, unit); err != nil {
			return err
		}
		if err := t.Takes(); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `delete from essay_local where task = $1 and unit = $2`, of, unit); err != nil {
			return err
		}
		if facts != "" {
			if _, err := tx.ExecContext(ctx, `insert into essay_local (task, unit, text, at, by) values ($1, $2, $3, $4, $5)`, of, unit, facts, s.Now.Ms(), who.Account); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.local", of, unit, nil, "")
	}))
}

// locals are the facts of the units from the task's down to lo, the nearest last.
func locals(ctx context.Context, tx db.Tx, t Task, lo int64) ([]Local, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (l Local, err error) {
		err = scan(&l.Unit, &l.Name, &l.Text)
		return l, err
	}, `select cu.unit, cu.name, l.text from essay_local l join campaign_unit cu on cu.campaign = $2 and cu.unit = l.unit
		where l.task = $1 and $3 between cu.lo and cu.hi order by cu.lo`, t.ID, t.Campaign, lo)
}

// Listed is a task in a list, with the totals of what the asker sees.
type Listed struct {
	Task  Task  `json:"task"`
	Tally Tally `json:"tally"`
}

// Query chooses from the tasks; empty fields choose all.
type Query struct {
	Campaign id.ID
	Find     string
	Page     db.Page
}

// List gives the tasks in sight, the newest first, with the totals of the units in the asker's scope.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (out db.Rows[Listed], err error) {
	args := []any{}
	seen := who.Scope(access.EssayRead).WhereSeen("t.unit", &args)
	edit := who.Scope(access.EssayEdit).Where("t.unit", &args)
	query := `select ` + taskColumns + taskTables + ` where ` + seen + ` and (t.state <> 'draft' or ` + edit + `)`
	if q.Campaign != 0 {
		args = append(args, q.Campaign)
		query += fmt.Sprintf(" and t.campaign = $%d", len(args))
	}
	for _, word := range text.Words(q.Find) {
		args = append(args, "%"+db.Like(word)+"%")
		query += fmt.Sprintf(` and t.folded like $%d escape '\'`, len(args))
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = db.List(ctx, tx, q.Page, db.Order{ID: "t.id", Desc: true}, func(l Listed) (string, id.ID) { return "", l.Task.ID },
			func(scan func(...any) error) (l Listed, err error) { l.Task, err = scanTask(scan); return l, err }, query, args...)
		for i := range out.Items {
			if err == nil {
				out.Items[i].Tally, err = inScope(ctx, tx, who, out.Items[i].Task.ID)
			}
		}
		return err
	})
	return out, wrap("list", err)
}

// inScope are the totals of a task over the units that who may read.
func inScope(ctx context.Context, tx db.Tx, who access.Actor, task id.ID) (Tally, error) {
	args := []any{task}
	return db.One(ctx, tx, func(scan func(...any) error) (t Tally, err error) {
		err = scan(t.into()...)
		return t, err
	}, `select `+tallySum+` from essay_tally y where y.task = $1 and `+who.Scope(access.EssayRead).Where("y.unit", &args), args...)
}
