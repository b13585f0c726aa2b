package marking

import (
	"context"
	"fmt"
	"strconv"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// Shows are what a queue may be narrowed to, the usual first.
var Shows = []string{"todo", "mine", "marked", "returned", "late", "lead", "all"}

// Query chooses from the essays of a task.
type Query struct {
	Task id.ID
	Unit id.ID  // at or below it, in the frozen tree
	Show string // one of Shows; "" is todo
	Page db.Page
}

// Waiting is an essay in the queue.
type Waiting struct {
	Essay     essay.Essay `json:"essay"`
	Code      string      `json:"code"`
	UnitName  string      `json:"unit_name"`
	Syllables int64       `json:"syllables"`
	Given     int64       `json:"given" doc:"marks on the version"`
	Author    string      `json:"author" doc:"empty while hidden"`
	person    id.ID       // zero while hidden
}

// Part is a unit with essays that wait for the actor.
type Part struct {
	Unit    id.ID  `json:"unit"`
	Name    string `json:"name"`
	Waiting int64  `json:"waiting"`
}

// Queue is what waits for a marker.
type Queue struct {
	Task  essay.Task `json:"task"`
	Parts []Part     `json:"parts"`
	Items []Waiting  `json:"items"`
	Next  string     `json:"next"`
	First id.ID      `json:"first" doc:"the next one to mark"`
	query Query
}

// condition narrows essays e of task $1 to those that who marks.
func condition(who access.Actor, q Query, args *[]any) (string, error) {
	add := func(v any) string {
		*args = append(*args, v)
		return "$" + strconv.Itoa(len(*args))
	}
	where := `e.task = $1 and e.version is not null and ` + who.Scope(access.EssayMark).Where("e.unit", args)
	where += ` and not exists (select 1 from essay_member own where own.essay = e.id and own.person = ` + add(int64(who.Person)) + `)`
	if q.Unit != 0 {
		where += ` and exists (select 1 from campaign_unit top where top.campaign = e.campaign and top.unit = ` + add(q.Unit) + ` and e.lo between top.lo and top.hi)`
	}
	byMe := func() string {
		return `exists (select 1 from essay_mark k where k.version = e.version and (k.account = ` + add(int64(who.Account)) + ` or k.person = ` + add(int64(who.Person)) + `))`
	}
	switch q.Show {
	case "", "todo":
		where += ` and e.state = 'handed' and not ` + byMe()
	case "mine":
		where += ` and ` + byMe()
	case "marked", "returned":
		where += ` and e.state = ` + add(q.Show)
	case "late":
		where += ` and e.late`
	case "lead":
		where += ` and e.lead`
	case "all":
	default:
		return "", fault.Gone()
	}
	return where, nil
}

// Queue lists the essays of a task that who marks, unit by unit, with the units where some wait.
func (s *Service) Queue(ctx context.Context, who access.Actor, q Query) (v Queue, err error) {
	v.query = q
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Task, err = essay.FindTask(ctx, tx, q.Task); err != nil {
			return err
		}
		if v.Task.State == "draft" {
			return fault.Gone()
		}
		if err = access.See(ctx, tx, who, access.EssayMark, v.Task.Unit); err != nil {
			return err
		}
		if err = v.items(ctx, tx, who); err != nil {
			return err
		}
		return v.parts(ctx, tx, who)
	})
	if err == nil {
		err = s.named(ctx, who, v)
	}
	if err != nil {
		return Queue{}, wrap("queue", err)
	}
	return v, nil
}

// named notes whose names the queue shows.
func (s *Service) named(ctx context.Context, who access.Actor, v Queue) error {
	var people []id.ID
	for _, w := range v.Items {
		if w.person != 0 {
			people = append(people, w.person)
		}
	}
	if len(people) == 0 {
		return nil
	}
	return s.looked(ctx, who, audit.Sight{Unit: v.Task.Unit, People: people, Purpose: "essay.names"})
}

func (v *Queue) items(ctx context.Context, tx db.Tx, who access.Actor) error {
	q, args := v.query, []any{v.query.Task}
	where, err := condition(who, q, &args)
	if err != nil {
		return err
	}
	named := `e.state = 'marked' and ` + who.Scope(access.PersonRead).Where("e.unit", &args)
	rows, err := db.List(ctx, tx, q.Page, db.Order{Sort: "e.lo", ID: "e.id", Number: true},
		func(w Waiting) (string, id.ID) { return strconv.FormatInt(w.Essay.Lo, 10), w.Essay.ID }, scanWaiting,
		`select `+essay.Columns+`, cu.short, ver.syllables, (select count(*) from essay_mark k where k.version = e.version),
			case when `+named+` then p.name else '' end, case when `+named+` then p.person end
		from essay e join campaign_unit cu on cu.campaign = e.campaign and cu.unit = e.unit join essay_version ver on ver.id = e.version
		join campaign_participant p on p.campaign = e.campaign and p.person = e.person where `+where, args...)
	v.Items, v.Next = rows.Items, rows.Next
	return err
}

func scanWaiting(scan func(...any) error) (w Waiting, err error) {
	err = scan(append(w.Essay.Into(), &w.UnitName, &w.Syllables, &w.Given, &w.Author, &w.person)...)
	w.Code = Code(w.Essay.ID)
	return w, err
}

// parts are the units where essays wait for the actor, in the order of the tree.
func (v *Queue) parts(ctx context.Context, tx db.Tx, who access.Actor) error {
	args := []any{v.query.Task}
	where, err := condition(who, Query{Task: v.query.Task}, &args)
	if err != nil {
		return err
	}
	v.Parts, err = db.All(ctx, tx, func(scan func(...any) error) (p Part, err error) {
		var lo int64
		err = scan(&p.Unit, &p.Name, &p.Waiting, &lo)
		return p, err
	}, `select e.unit, cu.name, count(*), cu.lo from essay e join campaign_unit cu on cu.campaign = e.campaign and cu.unit = e.unit
		where `+where+` group by e.unit, cu.name, cu.lo order by cu.lo limit 300`, args...)
	if err != nil {
		return err
	}
	v.First, _, err = neighbours(ctx, tx, who, Query{Task: v.query.Task, Unit: v.query.Unit}, essay.Essay{Lo: -1})
	return err
}

// neighbours are the next essay that waits for the actor behind e, the first when none is behind,
// and the one before it.
func neighbours(ctx context.Context, tx db.Tx, who access.Actor, q Query, e essay.Essay) (next, before id.ID, err error) {
	q.Show = ""
	one := func(cond, order string) (id.ID, error) {
		args := []any{q.Task}
		where, err := condition(who, q, &args)
		if err != nil {
			return 0, err
		}
		args = append(args, e.Lo, int64(e.ID))
		n := len(args)
		list, err := db.All(ctx, tx, db.Value[id.ID], `select e.id from essay e where `+where+` and e.id <> `+fmt.Sprintf("$%d", n)+
			fmt.Sprintf(cond, n-1, n)+` order by `+order+` limit 1`, args...)
		if err != nil || len(list) == 0 {
			return 0, err
		}
		return list[0], nil
	}
	if next, err = one(` and (e.lo, e.id) > ($%d, $%d)`, `e.lo, e.id`); err == nil && next == 0 {
		next, err = one(` and $%[1]d >= -1`, `e.lo, e.id`)
	}
	if err == nil {
		before, err = one(` and (e.lo, e.id) < ($%d, $%d)`, `e.lo desc, e.id desc`)
	}
	return next, before, err
}
