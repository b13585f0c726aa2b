package honesty

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/proof"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// sealLead is the kind of a sealed lead: the subject is the lead, the version the step.
const sealLead = "honesty.lead"

// row is what is sealed of a lead after a step: that it is there, what it says, what was made
// of it and what the unit answered.
func (m Mark) row() (proof.Row, error) {
	body, err := json.Marshal(struct {
		Lead, Campaign, Unit id.ID
		Check                string
		Says                 Lead
		State, Note          string
		At                   int64
		By                   string
		Said                 string
		SaidAt               int64
		SaidBy               string
	}{m.ID, m.campaign, m.Unit, m.Check, m.lead, m.State, m.Note, m.At, m.By, m.Said, m.SaidAt, m.SaidBy})
	return proof.Row{Kind: sealLead, Subject: m.ID, Version: m.steps, Body: string(body)}, err
}

// sealMark seals a lead as it stands now, in the transaction that changed it, so that it can
// neither vanish nor be settled silently.
func sealMark(ctx context.Context, tx db.Tx, lead id.ID, at int64) error {
	if _, err := tx.ExecContext(ctx, `update honesty_lead set steps = steps + 1 where id = $1`, lead); err != nil {
		return err
	}
	m, err := db.One(ctx, tx, scanMark, `select `+markColumns+` from honesty_lead l where l.id = $1`, lead)
	if err != nil {
		return err
	}
	row, err := m.row()
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into honesty_step (lead, n, body) values ($1, $2, $3)`, lead, m.steps, row.Body); err != nil {
		return err
	}
	return proof.Append(ctx, tx, at, row)
}

// Sealed gives every sealed step as the database has it now: the last as the lead stands, and
// all as they were kept. It is read in parts, by lead, so that memory holds a few of them at a time.
func (s *Service) Sealed(ctx context.Context, tx db.Tx, yield func(proof.Row) error) error {
	for after := int64(0); ; {
		leads, err := db.All(ctx, tx, db.Value[int64], `select distinct lead from honesty_step where lead > $1 order by lead limit 500`, after)
		if err != nil || len(leads) == 0 {
			return err
		}
		last := leads[len(leads)-1]
		if err := sealedBetween(ctx, tx, after, last, yield); err != nil {
			return fmt.Errorf("sealed leads: %w", err)
		}
		after = last
	}
}

// sealedBetween gives the steps of the leads after one up to another. The parts go by the
// steps and not by the leads, so that the steps of a lead that is gone are still told.
func sealedBetween(ctx context.Context, tx db.Tx, after, until int64, yield func(proof.Row) error) error {
	marks, err := db.All(ctx, tx, scanMark, `select `+markColumns+` from honesty_lead l where l.id > $1 and l.id <= $2`, after, until)
	if err != nil {
		return err
	}
	last := map[id.ID]proof.Row{}
	for _, m := range marks {
		if last[m.ID], err = m.row(); err != nil {
			return err
		}
	}
	steps, err := db.All(ctx, tx, func(scan func(...any) error) (r proof.Row, err error) {
		r.Kind = sealLead
		return r, scan(&r.Subject, &r.Version, &r.Body)
	}, `select lead, n, body from honesty_step where lead > $1 and lead <= $2 order by lead, n`, after, until)
	for i, r := range steps {
		if now := last[r.Subject]; err == nil && (i+1 == len(steps) || steps[i+1].Subject != r.Subject) && (now.Body != r.Body || now.Version != r.Version) {
			r.Body += "\n" + now.Body // the lead is no longer what was sealed last
		}
		if err == nil {
			err = yield(r)
		}
	}
	return err
}
