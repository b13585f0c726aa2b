package honesty

import (
	"context"
	"encoding/json"
	"fmt"
	"sort"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/recheck"
)

const markColumns = `l.id, l.unit, l.code, l.body, l.state, l.note, l.at, l.by_name, l.said, l.said_at, l.said_name, l.steps, l.campaign`

func scanMark(scan func(...any) error) (m Mark, err error) {
	var body string
	if err = scan(&m.ID, &m.Unit, &m.Check, &body, &m.State, &m.Note, &m.At, &m.By, &m.Said, &m.SaidAt, &m.SaidBy, &m.steps, &m.campaign); err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(body), &m.lead)
}

// marksBelow are the marks on leads of the units directly below one, by unit and check.
func marksBelow(ctx context.Context, tx db.Tx, of, parent id.ID) (map[id.ID]map[string]Mark, error) {
	out := map[id.ID]map[string]Mark{}
	list, err := db.All(ctx, tx, scanMark, `select `+markColumns+` from campaign_unit cu
		join honesty_lead l on l.campaign = cu.campaign and l.unit = cu.unit where cu.campaign = $1 and cu.parent = $2`, of, parent)
	for _, m := range list {
		if out[m.Unit] == nil {
			out[m.Unit] = map[string]Mark{}
		}
		out[m.Unit][m.Check] = m
	}
	return out, err
}

// askedOf are the marks that a unit is to know: what it was asked, and what became of it.
func askedOf(ctx context.Context, tx db.Tx, of, unit id.ID) ([]Mark, error) {
	return db.All(ctx, tx, scanMark, `select `+markColumns+` from honesty_lead l
		where l.campaign = $1 and l.unit = $2 and (l.state = 'asked' or l.said <> '') order by l.at desc, l.id`, of, unit)
}

func findMark(ctx context.Context, tx db.Tx, of, unit id.ID, code string) (Mark, error) {
	return db.One(ctx, tx, scanMark, `select `+markColumns+` from honesty_lead l where l.campaign = $1 and l.unit = $2 and l.code = $3`, of, unit, code)
}

func putMark(ctx context.Context, tx db.Tx, of id.ID, m Mark, by id.ID) error {
	body, err := json.Marshal(m.lead)
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	_, err = tx.ExecContext(ctx, `insert into honesty_lead (id, campaign, unit, code, body, state, note, at, by, by_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		on conflict (campaign, unit, code) do update set body = excluded.body, state = excluded.state, note = excluded.note,
			at = excluded.at, by = excluded.by, by_name = excluded.by_name`,
		m.ID, of, m.Unit, m.Check, string(body), m.State, m.Note, m.At, by, m.By)
	if err != nil {
		return err
	}
	return sealMark(ctx, tx, m.ID, m.At)
}

func putAnswer(ctx context.Context, tx db.Tx, m Mark, by id.ID) error {
	_, err := tx.ExecContext(ctx, `update honesty_lead set said = $2, said_at = $3, said_by = $4, said_name = $5 where id = $1`, m.ID, m.Said, m.SaidAt, by, m.SaidBy)
	if err != nil {
		return err
	}
	return sealMark(ctx, tx, m.ID, m.SaidAt)
}

// answers are what the units directly below answered before sending, by unit and check.
func answers(ctx context.Context, tx db.Tx, of, parent id.ID) (map[id.ID]map[string]string, error) {
	out := map[id.ID]map[string]string{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var code, body string
		err = scan(&unit, &code, &body)
		if out[unit] == nil {
			out[unit] = map[string]string{}
		}
		out[unit][code] = body
		return none, err
	}, `select cu.unit, a.code, a.body from campaign_unit cu
		join report r on r.campaign = cu.campaign and r.unit = cu.unit
		join report_answer a on a.report = r.id
		where cu.campaign = $1 and cu.parent = $2 order by a.at`, of, parent)
	return out, err
}

// factors fold the back-checks that are over into spans; the first is of all.
func factors(ctx context.Context, tx db.Tx, of id.ID, lo, hi int64, spans []span) (whole Factor, parts []Factor, err error) {
	asked, confirmed := make([]int64, len(spans)+1), make([]int64, len(spans)+1)
	err = recheck.Confirmed(ctx, tx, of, lo, hi, func(at, n, k int64) {
		asked[0], confirmed[0] = asked[0]+n, confirmed[0]+k
		if i := sort.Search(len(spans), func(i int) bool { return spans[i].lo > at }); i > 0 && at <= spans[i-1].hi {
			asked[i], confirmed[i] = asked[i]+n, confirmed[i]+k
		}
	})
	for i := range spans {
		parts = append(parts, FactorOf(confirmed[i+1], asked[i+1]))
	}
	whole, parts = veil(FactorOf(confirmed[0], asked[0]), parts)
	return whole, parts, err
}

// ground is the highest unit of the campaign that who reads reports of; 0 for none.
func ground(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (id.ID, error) {
	args := []any{of}
	list, err := db.All(ctx, tx, db.Value[id.ID], `select cu.unit from campaign_unit cu where cu.campaign = $1 and `+
		who.Scope(access.ReportRead).Where("cu.unit", &args)+` order by cu.lo limit 1`, args...)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return list[0], nil
}
