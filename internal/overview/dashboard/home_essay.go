package dashboard

import (
	"context"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

// Writing is an essay that somebody has to write or was invited to, not handed in or given back,
// or one about which its author is asked.
type Writing struct {
	Task     id.ID
	Title    string
	Due      int64
	Returned bool
	Must     bool
	Asked    id.ID // the essay about which the author is asked; zero for none
}

// writings are a person's open essays, the most pressing first.
func writings(ctx context.Context, tx db.Tx, person id.ID) ([]Writing, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (w Writing, err error) {
		err = scan(&w.Task, &w.Title, &w.Due, &w.Returned, &w.Must, &w.Asked)
		return w, err
	}, `
		select t.id, t.title, case when coalesce(e.due_at, 0) > 0 then e.due_at else t.due_at end, coalesce(e.state, '') = 'returned',
			not p.exempt and not exists (select 1 from essay_invited i where i.task = t.id and i.person = p.person), l.essay
		from essay_task t
		join campaign c on c.id = t.campaign and c.state = 'open'
		join campaign_participant p on p.campaign = t.campaign and p.person = $1
		join campaign_unit top on top.campaign = t.campaign and top.unit = t.unit and p.lo between top.lo and top.hi
		left join essay_member m on m.task = t.id and m.person = p.person
		left join essay e on e.id = m.essay
		left join likeness_essay l on l.essay = e.id and l.state = 'asked'
		where t.state <> 'draft' and (p.audience = t.audience or t.audience is null and p.kind = 'member')
			and (l.essay is not null or t.state = 'open' and (e.id is null or e.state in ('writing', 'returned')))
		order by 3, t.id limit 4`, person)
}

// toWrite are they as cards.
func toWrite(p ui.Page, h Home) (out []ui.Obligation) {
	for _, w := range h.Writing {
		o := ui.Obligation{Icon: "pencil", Title: w.Title, Whose: p.T("dashboard.essay"), Href: "/me/essays/" + w.Task.String()}
		o.Kind, o.Clock = ui.Left(p, time.UnixMilli(w.Due))
		switch {
		case w.Asked != 0:
			o.Kind, o.Clock, o.Whose, o.Href = "warn", p.T("dashboard.essay_asked_now"), p.T("dashboard.essay_asked"), "/my/essays/"+w.Asked.String()+"/likeness"
		case w.Returned:
			o.Whose = p.T("dashboard.essay_again")
		case !w.Must:
			o.Kind, o.Whose = "", p.T("dashboard.essay_invited")
		}
		out = append(out, o)
	}
	return out
}

// Marking is a task of which essays wait for the mark of somebody.
type Marking struct {
	Task   id.ID
	Title  string
	Essays int64
}

// markings are the tasks of running campaigns with essays of a unit that somebody may mark now:
// neither their own nor marked by them before.
func markings(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) ([]Marking, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m Marking, err error) {
		err = scan(&m.Task, &m.Title, &m.Essays)
		return m, err
	}, `
		select t.id, t.title, count(*)
		from campaign c
		join campaign_unit at on at.campaign = c.id and at.unit = $1
		join essay_task t on t.campaign = c.id and t.state <> 'draft'
		join essay e on e.task = t.id and e.lo = at.lo and e.state = 'handed'
		where c.state = 'open'
			and not exists (select 1 from essay_member m where m.essay = e.id and m.person = $2)
			and not exists (select 1 from essay_mark k where k.version = e.version and k.account = $3)
		group by t.id, t.title order by t.id limit 4`, unit, who.Person, who.Account)
}

// toMark are they as cards.
func toMark(p ui.Page, h Home) (out []ui.Obligation) {
	for _, m := range h.Marking {
		out = append(out, ui.Obligation{Icon: "pencil", Title: p.T("dashboard.duty.mark", "n", p.Int(m.Essays)), Whose: m.Title, Href: "/essay-tasks/" + m.Task.String() + "/queue"})
	}
	return out
}
