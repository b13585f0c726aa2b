package merit

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

const columns = `m.id, m.campaign, c.title, m.unit, u.name, m.lo, m.person, coalesce(p.name, ''), m.kind, m.what, m.decider, d.name, m.state, m.at, m.by, m.by_name,
		m.until, m.answer, m.answered_at, m.answered_by, m.answered_name, m.reason, m.decided_at, m.decided_by, m.decided_name, m.salt
	from merit m join campaign c on c.id = m.campaign join org_unit u on u.id = m.unit join org_unit d on d.id = m.decider left join person p on p.id = m.person `

func scan(scan func(...any) error) (m Merit, err error) {
	err = scan(&m.ID, &m.Campaign, &m.Title, &m.Unit, &m.Name, &m.lo, &m.Person, &m.PersonName, &m.Kind, &m.What, &m.Decider, &m.DeciderName, &m.State, &m.At, &m.By, &m.ByName,
		&m.Until, &m.Answer, &m.AnsweredAt, &m.AnsweredBy, &m.AnsweredName, &m.Reason, &m.DecidedAt, &m.DecidedBy, &m.DecidedName, &m.salt)
	return m, err
}

// find is one proposal with its evidence. Fault: Missing.
func find(ctx context.Context, tx db.Tx, of id.ID) (Merit, error) {
	m, err := db.One(ctx, tx, scan, `select `+columns+`where m.id = $1`, of)
	if err == nil {
		m.Evidence, err = evidence(ctx, tx, m)
	}
	return m, err
}

func evidence(ctx context.Context, tx db.Tx, m Merit) ([]Evidence, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e Evidence, err error) {
		e.Kind = m.Kind
		err = scan(&e.Code, &e.Text, &e.Href)
		return e, err
	}, `select code, text, href from merit_evidence where merit = $1 order by ord`, m.ID)
}

func put(ctx context.Context, tx db.Tx, m Merit) error {
	_, err := tx.ExecContext(ctx, `insert into merit (id, campaign, unit, lo, person, kind, what, decider, state, at, by, by_name, until, salt)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		m.ID, m.Campaign, m.Unit, m.lo, m.Person, m.Kind, m.What, m.Decider, m.State, m.At, m.By, m.ByName, m.Until, m.salt)
	for i, e := range m.Evidence {
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into merit_evidence (merit, ord, code, text, href) values ($1, $2, $3, $4, $5)`, m.ID, i, e.Code, e.Text, e.Href)
	}
	return err
}

func update(ctx context.Context, tx db.Tx, m Merit) error {
	_, err := tx.ExecContext(ctx, `update merit set state = $2, answer = $3, answered_at = $4, answered_by = $5, answered_name = $6, reason = $7, decided_at = $8,
		decided_by = $9, decided_name = $10 where id = $1`, m.ID, m.State, m.Answer, m.AnsweredAt, m.AnsweredBy, m.AnsweredName, m.Reason, m.DecidedAt, m.DecidedBy, m.DecidedName)
	return err
}

// within are the proposals about a subtree, in tree order; those about people only where who
// may read names.
func within(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, u campaign.Unit, most int) ([]Merit, error) {
	args := []any{of, u.Lo, u.Hi}
	scope := who.Scope(access.PersonRead).Where("m.unit", &args)
	return db.All(ctx, tx, scan, `select `+columns+`where m.campaign = $1 and m.lo between $2 and $3 and (m.person is null or `+scope+`)
		order by m.lo, m.id limit `+fmt.Sprint(most), args...)
}

// about are the proposals about a person or the units somebody answers for, the newest first.
func about(ctx context.Context, tx db.Tx, person id.ID) ([]Merit, error) {
	return db.All(ctx, tx, scan, `select `+columns+`where m.person = $1 order by m.id desc limit 200`, person)
}

// home is the unit of a campaign's tree where somebody with grants at units starts.
func home(ctx context.Context, tx db.Tx, of, unit id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_unit where campaign = $1 and unit = $2`, of, unit)
	return n > 0, err
}

// rostered is the unit of a person in a campaign, with the name. Fault: Missing.
func rostered(ctx context.Context, tx db.Tx, of, person id.ID) (unit id.ID, name string, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&unit, &name)
	}, `select unit, coalesce(name, '') from campaign_participant where campaign = $1 and person = $2`, of, person)
	return unit, name, err
}
