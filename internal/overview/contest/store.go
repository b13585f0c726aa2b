package contest

import (
	"context"
	"slices"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
)

const columns = `c.id, c.campaign, k.title, c.document, coalesce(case when d.number <> '' then d.number else d.title end, ''), c.figure, c.unit, u.name, c.kind, c.said, c.person, p.name, c.named,
	c.state, c.at, c.decided_at, c.decided_by, c.by_name, c.remark, c.mended_at, c.decider, c.lo, c.was, c.salt`

const from = ` from contest c join campaign k on k.id = c.campaign left join document d on d.id = c.document
	join campaign_unit u on u.campaign = c.campaign and u.unit = c.unit left join person p on p.id = c.person`

func scan(scan func(...any) error) (c Contest, err error) {
	var name *string
	err = scan(&c.ID, &c.Campaign, &c.Title, &c.Document, &c.Paper, &c.Figure, &c.Unit, &c.UnitName, &c.Kind, &c.Said, &c.Person, &name, &c.Named,
		&c.State, &c.At, &c.Decided, &c.decidedBy, &c.By, &c.Remark, &c.Mended, &c.decider, &c.lo, &c.was, &c.salt)
	if name != nil {
		c.Name = *name
	}
	return c, err
}

func find(ctx context.Context, tx db.Tx, of id.ID) (Contest, error) {
	return db.One(ctx, tx, scan, `select `+columns+from+` where c.id = $1`, of)
}

// openOf is the open contest of a person and a figure; zero when there is none.
func openOf(ctx context.Context, tx db.Tx, c Contest) (id.ID, error) {
	of, err := db.One(ctx, tx, db.Value[id.ID], `select id from contest where person = $1 and campaign = $2 and coalesce(document, 0) = $3 and figure = $4 and state = 'open'`,
		c.Person, c.Campaign, int64(c.Document), c.Figure)
	if fault.Of(err) == fault.Missing {
		return 0, nil
	}
	return of, err
}

func countOpen(ctx context.Context, tx db.Tx, person id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select count(*) from contest where person = $1 and state = 'open'`, person)
}

// rejected is what the record said when the figure was last contested in vain.
func rejected(ctx context.Context, tx db.Tx, c Contest) (string, error) {
	was, err := db.One(ctx, tx, db.Value[string], `select was from contest where person = $1 and campaign = $2 and coalesce(document, 0) = $3 and figure = $4 and state = 'rejected' order by id desc limit 1`,
		c.Person, c.Campaign, int64(c.Document), c.Figure)
	if fault.Of(err) == fault.Missing {
		return "", nil
	}
	return was, err
}

func insert(ctx context.Context, tx db.Tx, c Contest) error {
	_, err := tx.ExecContext(ctx, `insert into contest (id, campaign, document, person, figure, unit, lo, decider, was, kind, said, named, state, at, salt)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, c.Campaign, c.Document, c.Person, c.Figure, c.Unit, c.lo, c.decider, c.was, c.Kind, c.Said, c.Named, c.State, c.At, c.salt)
	return err
}

func update(ctx context.Context, tx db.Tx, c Contest) error {
	_, err := tx.ExecContext(ctx, `update contest set named = $2, state = $3, decided_at = $4, decided_by = $5, by_name = $6, remark = $7, mended_at = $8 where id = $1`,
		c.ID, c.Named, c.State, c.Decided, c.decidedBy, c.By, c.Remark, c.Mended)
	return err
}

// ofPerson are a member's own contests in a campaign, newest first.
func ofPerson(ctx context.Context, tx db.Tx, person, campaign id.ID) ([]Contest, error) {
	return db.All(ctx, tx, scan, `select `+columns+from+` where c.person = $1 and c.campaign = $2 order by c.id desc limit 200`, person, campaign)
}

// seat is where a person stands in the frozen tree of a campaign.
type seat struct {
	campaign, unit id.ID
	lo             int64
}

// standing reads how a person is counted. Fault: Missing for who is not in the roster.
func standing(ctx context.Context, tx db.Tx, campaign, document, person id.ID) (s Standing, at seat, err error) {
	at.campaign = campaign
	of, err := db.One(ctx, tx, func(scan func(...any) error) (x struct {
		Standing
		seat
	}, err error) {
		err = scan(&x.unit, &x.lo, &x.Kind, &x.Exempt)
		return x, err
	}, `select r.unit, r.lo, r.kind, r.exempt from campaign_roster r join campaign_document d on d.campaign = r.campaign and d.document = $3
		where r.campaign = $1 and r.person = $2`, campaign, person, document)
	if err != nil {
		return s, at, err
	}
	s, at.unit, at.lo = of.Standing, of.unit, of.lo
	rec, err := db.One(ctx, tx, func(scan func(...any) error) (r Standing, err error) {
		err = scan(&r.Record, &r.Form, &r.Grade, &r.At, &r.Meeting, &r.organiser, &r.meeting)
		return r, err
	}, `select r.id, r.form, r.grade, r.at, m.title, m.unit, m.id from attendance_studied s join attendance_record r on r.id = s.record join meeting m on m.id = r.meeting
		where s.campaign = $1 and s.document = $2 and s.person = $3`, campaign, document, person)
	switch {
	case err == nil:
		rec.Kind, rec.Exempt = s.Kind, s.Exempt
		return rec, at, nil
	case fault.Of(err) != fault.Missing:
		return s, at, err
	}
	s.Absence, s.organiser, err = absence(ctx, tx, campaign, document, person)
	return s, at, err
}

// absence is what was noted of who did not study, as the report tells absences apart.
func absence(ctx context.Context, tx db.Tx, campaign, document, person id.ID) (kind string, organiser id.ID, err error) {
	type note struct {
		reason    string
		organiser id.ID
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (n note, err error) {
		err = scan(&n.reason, &n.organiser)
		return n, err
	}, `select a.reason, m.unit from attendance_absence a join meeting_document d on d.meeting = a.meeting and d.document = $2 join meeting m on m.id = a.meeting
		where a.person = $3 and a.campaign = $1 order by a.at, a.meeting`, campaign, document, person)
	kind = "unknown"
	for _, n := range list {
		organiser = n.organiser
		if n.reason != "" {
			return "excused", organiser, err
		}
		kind = "unexcused"
	}
	return kind, organiser, err
}

// line are the units from one of the frozen tree up to the top.
type above struct {
	unit, parent id.ID
	name         string
	depth        int64
}

func line(ctx context.Context, tx db.Tx, campaign id.ID, lo int64) ([]above, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (a above, err error) {
		err = scan(&a.unit, &a.parent, &a.name, &a.depth)
		return a, err
	}, `
		with recursive way (unit, parent, name, depth, lo) as (
			select unit, parent, name, depth, lo from campaign_unit where campaign = $1 and lo = $2
			union all select u.unit, u.parent, u.name, u.depth, u.lo from way w join campaign_unit u on u.campaign = $1 and u.unit = w.parent)
		select unit, parent, name, depth from way order by lo desc`, campaign, lo)
}

// decider is the unit that decides: above the one whose record it is, and above who held the meeting
// or set what was to be written when that sits higher up in the same line.
func decider(line []above, keepers ...id.ID) id.ID {
	if len(line) == 0 {
		return 0
	}
	owner := 0
	for i, a := range line {
		if slices.Contains(keepers, a.unit) {
			owner = i
		}
	}
	return line[min(owner+1, len(line)-1)].unit
}

// Marked tells which figures of a unit's report are contested by members at or below it, and which stay as
// they are although members were right: the roster was frozen.
func (s *Service) Marked(ctx context.Context, tx db.Tx, campaign, unit id.ID) ([]report.Mark, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (m report.Mark, err error) {
		err = scan(&m.Figure, &m.Document, &m.Count, &m.Known)
		m.Href = "/contests?campaign=" + campaign.String()
		return m, err
	}, `select c.figure, c.document, count(*) filter (where c.state = 'open' or c.mended_at = 0), count(*) filter (where c.state = 'upheld' and c.mended_at <> 0)
		from contest c join campaign_unit u on u.campaign = c.campaign and u.unit = $2
		where c.campaign = $1 and c.lo between u.lo and u.hi and (c.state = 'open' or c.state = 'upheld' and (c.mended_at = 0
			or c.figure in (`+quoted(frozenFigures)+`) or c.kind in (`+quoted(frozenKinds)+`)))
		group by c.figure, c.document order by c.figure, c.document`, campaign, unit)
}

// quoted are words of ours as a list of SQL.
func quoted(words []string) string { return "'" + strings.Join(words, "', '") + "'" }
