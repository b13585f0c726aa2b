package essay

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Counted is how one task of a campaign counts a person in the totals of a unit.
type Counted struct {
	Task     id.ID
	Title    string
	Unit     id.ID // that set the task
	Must     bool  // obliged; otherwise invited
	Released bool  // results are shown to members
	Essay    id.ID // none has begun: 0
	Handed   int64 // first handed in; 0: not
	Late     bool
	Marked   bool // passed or failed
	Passed   bool
	Lead     bool  // passages like those of others
	Again    int64 // when a result that was out was marked anew; 0: never
}

// CountedOf are the tasks of a campaign that mean a person, in the order of their due times. It says
// more than the person may know: results that are not out, leads nobody asked about.
func CountedOf(ctx context.Context, tx db.Tx, campaign, person id.ID) ([]Counted, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (c Counted, err error) {
		err = scan(&c.Task, &c.Title, &c.Unit, &c.Must, &c.Released, &c.Essay, &c.Handed, &c.Late, &c.Marked, &c.Passed, &c.Lead, &c.Again)
		return c, err
	}, `select t.id, t.title, t.unit, case when m.person is null then `+obliged+` else m.must end, t.released_at is not null, coalesce(e.id, 0), coalesce(e.handed_at, 0), coalesce(e.late, false),
			e.handed_at is not null and e.passed is not null, coalesce(e.passed, false), e.handed_at is not null and coalesce(e.lead, false),
			coalesce((select max(k.at) from essay_mark k where k.essay = e.id and k.nth >= 4), 0)
		from essay_task t join campaign_participant p on p.campaign = t.campaign and p.person = $2
		left join essay_member m on m.task = t.id and m.person = p.person left join essay e on e.id = m.essay
		where t.campaign = $1 and t.state <> 'draft' and `+bound+` order by t.due_at, t.id`, campaign, person)
}
