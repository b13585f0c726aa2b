package essay

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const taskColumns = `t.id, t.campaign, t.unit, coalesce(t.audience, 0), t.kind, t.title, t.prompt, t.facts, t.state, t.due_at, t.min_syllables,
	t.handwritten, t.grouped, t.invited_age, t.pass, t.bound, t.second_rate, t.seed, coalesce(t.opened_at, 0), coalesce(t.released_at, 0),
	c.title, c.state <> 'open', u.name, coalesce(a.name, '')`

const taskTables = ` from essay_task t join campaign c on c.id = t.campaign join org_unit u on u.id = t.unit left join campaign_audience a on a.id = t.audience `

func scanTask(scan func(...any) error) (t Task, err error) {
	err = scan(&t.ID, &t.Campaign, &t.Unit, &t.Audience, &t.Kind, &t.Title, &t.Prompt, &t.Facts, &t.State, &t.Due, &t.Least,
		&t.Handwritten, &t.Grouped, &t.InvitedAge, &t.Pass, &t.Bound, &t.Twice, &t.Seed, &t.Opened, &t.Released,
		&t.CampaignName, &t.Over, &t.UnitName, &t.AudienceName)
	return t, err
}

// FindTask loads a task with its questions, model answers and rubric. Fault: Missing.
func FindTask(ctx context.Context, tx db.Tx, task id.ID) (Task, error) {
	t, err := db.One(ctx, tx, scanTask, `select `+taskColumns+taskTables+`where t.id = $1`, task)
	if err != nil {
		return t, err
	}
	t.Questions, err = db.All(ctx, tx, func(scan func(...any) error) (q Question, err error) {
		err = scan(&q.Ord, &q.Text, &q.Contribution)
		return q, err
	}, `select ord, text, contribution from essay_question where task = $1 order by ord`, task)
	if err != nil {
		return t, err
	}
	t.Criteria, err = db.All(ctx, tx, func(scan func(...any) error) (c Criterion, err error) {
		err = scan(&c.Ord, &c.Title, &c.Points)
		return c, err
	}, `select ord, title, points from essay_criterion where task = $1 order by ord`, task)
	if err != nil {
		return t, err
	}
	return t, models(ctx, tx, &t)
}

func models(ctx context.Context, tx db.Tx, t *Task) error {
	type model struct {
		ord         int64
		level, text string
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (m model, err error) {
		err = scan(&m.ord, &m.level, &m.text)
		return m, err
	}, `select ord, level, text from essay_model where task = $1 order by ord`, t.ID)
	for _, m := range list {
		for i := range t.Questions {
			q := &t.Questions[i]
			if q.Ord != m.ord {
				continue
			}
			if q.Models == nil {
				q.Models = make([]string, len(Levels))
			}
			for l, name := range Levels {
				if name == m.level {
					q.Models[l] = m.text
				}
			}
		}
	}
	return err
}

func insertTask(ctx context.Context, tx db.Tx, t Task, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `
		insert into essay_task (id, campaign, unit, audience, kind, title, folded, prompt, facts, state, due_at, min_syllables, handwritten, grouped,
			invited_age, pass, bound, second_rate, seed, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'draft', $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		t.ID, t.Campaign, t.Unit, t.Audience, t.Kind, t.Title, text.Fold(t.Title), t.Prompt, t.Facts, t.Due, t.Least, t.Handwritten, t.Grouped,
		t.InvitedAge, t.Pass, t.Bound, t.Twice, t.Seed, at, by)
	if err != nil {
		return err
	}
	return insertTaskParts(ctx, tx, t)
}

func updateTask(ctx context.Context, tx db.Tx, t Task) error {
	_, err := tx.ExecContext(ctx, `
		update essay_task set audience = $2, kind = $3, title = $4, folded = $5, prompt = $6, facts = $7, due_at = $8, min_syllables = $9, handwritten = $10,
			grouped = $11, invited_age = $12, pass = $13, bound = $14, second_rate = $15 where id = $1`,
		t.ID, t.Audience, t.Kind, t.Title, text.Fold(t.Title), t.Prompt, t.Facts, t.Due, t.Least, t.Handwritten, t.Grouped, t.InvitedAge, t.Pass, t.Bound, t.Twice)
	if err != nil {
		return err
	}
	if err := deleteTaskParts(ctx, tx, t.ID); err != nil {
		return err
	}
	return insertTaskParts(ctx, tx, t)
}

func deleteTaskParts(ctx context.Context, tx db.Tx, task id.ID) error {
	for _, q := range []string{`delete from essay_model where task = $1`, `delete from essay_question where task = $1`, `delete from essay_criterion where task = $1`} {
		if _, err := tx.ExecContext(ctx, q, task); err != nil {
			return err
		}
	}
	return nil
}

func insertTaskParts(ctx context.Context, tx db.Tx, t Task) error {
	for _, q := range t.Questions {
		if _, err := tx.ExecContext(ctx, `insert into essay_question (task, ord, text, contribution) values ($1, $2, $3, $4)`, t.ID, q.Ord, q.Text, q.Contribution); err != nil {
			return err
		}
		for i, m := range q.Models {
			if m == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, `insert into essay_model (task, ord, level, text) values ($1, $2, $3, $4)`, t.ID, q.Ord, Levels[i], m); err != nil {
				return err
			}
		}
	}
	for _, c := range t.Criteria {
		if _, err := tx.ExecContext(ctx, `insert into essay_criterion (task, ord, title, points) values ($1, $2, $3, $4)`, t.ID, c.Ord, c.Title, c.Points); err != nil {
			return err
		}
	}
	return nil
}

// bound is the condition that participant p is meant by task t: below the unit that set it, in
// its audience, a member when it has none.
const bound = `exists (select 1 from campaign_unit top where top.campaign = p.campaign and top.unit = t.unit and p.lo between top.lo and top.hi)
	and (p.audience = t.audience or t.audience is null and p.kind = 'member')`

// obliged is the condition that participant p has to write task t, and is not only invited.
const obliged = `(not p.exempt and not exists (select 1 from essay_invited i where i.task = t.id and i.person = p.person))`

// freeze finds who is invited because of the age on a civil day, and makes the empty totals of
// every unit that has somebody to write.
func freeze(ctx context.Context, tx db.Tx, t Task, bornUntil string) error {
	if bornUntil != "" {
		_, err := tx.ExecContext(ctx, `
			insert into essay_invited (task, person)
			select t.id, p.person from essay_task t join campaign_participant p on p.campaign = t.campaign join person x on x.id = p.person
			where t.id = $1 and x.birth <> '' and x.birth <= $2 and `+bound, t.ID, bornUntil)
		if err != nil {
			return err
		}
	}
	_, err := tx.ExecContext(ctx, `
		insert into essay_tally (task, unit, lo, must, invited)
		select t.id, p.unit, p.lo, sum(case when `+obliged+` then 1 else 0 end), sum(case when `+obliged+` then 0 else 1 end)
		from essay_task t join campaign_participant p on p.campaign = t.campaign
		where t.id = $1 and `+bound+` group by t.id, p.unit, p.lo`, t.ID)
	return err
}

// Tally are totals in persons, of one unit or summed up.
type Tally struct {
	Must     int64 `json:"must" doc:"have to write"`
	Invited  int64 `json:"invited" doc:"exempt or elderly: invited, not obliged"`
	Handed   int64 `json:"handed" doc:"of those who must"`
	Came     int64 `json:"came" doc:"of the invited, handed in"`
	Late     int64 `json:"late" doc:"of all handed in"`
	Returned int64 `json:"returned" doc:"given back for rewriting and not back yet"`
	Passed   int64 `json:"passed"`
	Failed   int64 `json:"failed"`
	Leads    int64 `json:"leads" doc:"passages like those of others wait for a talk"`
	Pages    int64 `json:"pages" doc:"handwritten: not checked for likeness"`
}

// All is how many handed in, obliged or invited.
func (t Tally) All() int64 { return t.Handed + t.Came }

// Unmarked is how many wait for a result.
func (t Tally) Unmarked() int64 { return t.All() - t.Passed - t.Failed }

// Missing is how many of those who must have not handed in.
func (t Tally) Missing() int64 { return t.Must - t.Handed }

const tallySum = `coalesce(sum(y.must), 0), coalesce(sum(y.invited), 0), coalesce(sum(y.handed), 0), coalesce(sum(y.came), 0), coalesce(sum(y.late), 0),
	coalesce(sum(y.returned), 0), coalesce(sum(y.passed), 0), coalesce(sum(y.failed), 0), coalesce(sum(y.leads), 0), coalesce(sum(y.pages), 0)`

func (t *Tally) into() []any {
	return []any{&t.Must, &t.Invited, &t.Handed, &t.Came, &t.Late, &t.Returned, &t.Passed, &t.Failed, &t.Leads, &t.Pages}
}

// Totals are the sums of a task over lo..hi of the frozen tree.
func Totals(ctx context.Context, tx db.Tx, task id.ID, lo, hi int64) (Tally, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (t Tally, err error) {
		err = scan(t.into()...)
		return t, err
	}, `select `+tallySum+` from essay_tally y where y.task = $1 and y.lo between $2 and $3`, task, lo, hi)
}

// Recount counts a unit's totals of a task anew; every change of an essay there calls it.
func Recount(ctx context.Context, tx db.Tx, task id.ID, lo int64) error {
	const of = `(select count(*) from essay e join essay_member m on m.essay = e.id where e.task = essay_tally.task and e.lo = essay_tally.lo and e.handed_at is not null and `
	_, err := tx.ExecContext(ctx, `
		update essay_tally set handed = `+of+`m.must), came = `+of+`not m.must), late = `+of+`e.late), returned = `+of+`e.state = 'returned'),
			passed = `+of+`e.passed), failed = `+of+`not e.passed), leads = `+of+`e.lead), pages = `+of+`e.handwritten)
		where task = $1 and lo = $2`, task, lo)
	return err
}

// SetLead notes that an essay waits for a talk about likeness, or no longer does.
func SetLead(ctx context.Context, tx db.Tx, essay id.ID, lead bool) error {
	e, err := Find(ctx, tx, essay)
	if err != nil || e.Lead == lead {
		return err
	}
	if _, err := tx.ExecContext(ctx, `update essay set lead = $2 where id = $1`, essay, lead); err != nil {
		return err
	}
	return Recount(ctx, tx, e.Task, e.Lo)
}
