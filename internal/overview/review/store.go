package review

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
)

const columns = `r.id, r.kind, r.duty, r.unit, u.name, r.title, r.period_from, r.period_to, r.state, r.version, r.number, r.issued_on, r.authority, r.position,
	r.signer, r.recipients, coalesce(r.first_sent_at, 0), coalesce(r.sent_at, 0), r.sent_by, r.sent_name, coalesce(r.decided_at, 0), r.decided_by,
	r.decided_name, r.remark, r.created_by, (select count(*) from review_reopen o where o.review = r.id),
	(select count(*) from review_ask q where q.review = r.id and q.state = 'asked') from review r join org_unit u on u.id = r.unit`

func scanReview(scan func(...any) error) (r Review, err error) {
	err = scan(&r.ID, &r.Kind, &r.Duty, &r.Unit, &r.UnitName, &r.Title, &r.From, &r.To, &r.State, &r.Version, &r.Number, &r.IssuedOn, &r.Authority, &r.Position,
		&r.Signer, &r.Recipients, &r.FirstSent, &r.Sent, &r.SentBy, &r.Sender, &r.Decided, &r.DecidedBy, &r.Decider, &r.Remark, &r.createdBy, &r.Amendments, &r.Asked)
	r.Texts = map[string]string{}
	return r, err
}

// find loads a review with its texts. Fault: Missing.
func find(ctx context.Context, tx db.Tx, of id.ID) (Review, error) {
	r, err := db.One(ctx, tx, scanReview, `select `+columns+` where r.id = $1`, of)
	if err != nil {
		return r, err
	}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var section, body string
		err = scan(&section, &body)
		r.Texts[section] = body
		return none, err
	}, `select section, body from review_text where review = $1`, of)
	return r, err
}

// answer is the review by which a unit answers a duty. Fault: Missing.
func answer(ctx context.Context, tx db.Tx, duty, unit id.ID) (id.ID, error) {
	return db.One(ctx, tx, db.Value[id.ID], `select id from review where duty = $1 and unit = $2`, duty, unit)
}

func insert(ctx context.Context, tx db.Tx, r Review, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into review (id, kind, duty, unit, title, period_from, period_to, state, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $9)`, r.ID, r.Kind, r.Duty, r.Unit, r.Title, r.From, r.To, at, by)
	return err
}

func update(ctx context.Context, tx db.Tx, r Review) error {
	_, err := tx.ExecContext(ctx, `update review set title = $2, state = $3, version = $4, number = $5, issued_on = $6, authority = $7, position = $8, signer = $9,
			recipients = $10, first_sent_at = $11, sent_at = $12, sent_by = $13, sent_name = $14, decided_at = $15, decided_by = $16, decided_name = $17, remark = $18
		where id = $1`, r.ID, r.Title, r.State, r.Version, r.Number, r.IssuedOn, r.Authority, r.Position, r.Signer, r.Recipients,
		orNull(r.FirstSent), orNull(r.Sent), r.SentBy, r.Sender, orNull(r.Decided), r.DecidedBy, r.Decider, r.Remark)
	return err
}

func orNull(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}

func putTexts(ctx context.Context, tx db.Tx, r Review) error {
	if _, err := tx.ExecContext(ctx, `delete from review_text where review = $1`, r.ID); err != nil {
		return err
	}
	for _, s := range Sections {
		if r.Texts[s] == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `insert into review_text (review, section, body) values ($1, $2, $3)`, r.ID, s, r.Texts[s]); err != nil {
			return err
		}
	}
	return nil
}

// drop takes a draft away that was never sent.
func drop(ctx context.Context, tx db.Tx, of id.ID) error {
	if _, err := tx.ExecContext(ctx, `delete from review_text where review = $1`, of); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from review where id = $1`, of)
	return err
}

// rounds computes the campaigns that ran within a period, as far as the unit took part.
func rounds(ctx context.Context, tx db.Tx, r Review, now int64) ([]Round, error) {
	after := clock.Start(r.From).UnixMilli()
	list, err := db.All(ctx, tx, func(scan func(...any) error) (x Round, err error) {
		err = scan(&x.Campaign, &x.Title, &x.Rounding, &x.Sample)
		x.At, x.Studies, x.Declared = now, []Study{}, []Declared{}
		return x, err
	}, `select c.id, c.title, c.rounding, c.sample from campaign c join campaign_unit u on u.campaign = c.id and u.unit = $1
		where c.state <> 'draft' and c.starts_on <= $2 and (c.closed_at is null or c.closed_at >= $3) order by c.starts_on, c.id`, r.Unit, r.To, after)
	for i := range list {
		if err == nil {
			err = list[i].fill(ctx, tx, r.Unit)
		}
	}
	return list, err
}

func (x *Round) fill(ctx context.Context, tx db.Tx, unit id.ID) error {
	papers, err := db.All(ctx, tx, func(scan func(...any) error) (s Study, err error) {
		var title string
		if err = scan(&s.Document, &s.Name, &title); s.Name == "" {
			s.Name = title
		}
		return s, err
	}, `select d.id, d.number, d.title from campaign_document c join document d on d.id = c.document where c.campaign = $1 order by c.ord`, x.Campaign)
	if err != nil {
		return err
	}
	for _, s := range papers {
		line, _, err := rollup.At(ctx, tx, x.Campaign, s.Document, unit)
		if err != nil {
			return err
		}
		s.Count, s.Meetings, s.Heads = line.Count, line.Meetings.All(), line.Heads
		x.Studies = append(x.Studies, s)
	}
	own, err := measure.Columns(ctx, tx, x.Campaign, unit)
	if err != nil {
		return err
	}
	x.Declared, err = db.All(ctx, tx, func(scan func(...any) error) (d Declared, err error) {
		var ground string
		err = scan(&d.Code, &d.Document, &d.Value, &d.Marker, &ground)
		for _, c := range own {
			if c.Code() == d.Code {
				d.Name, d.Reason = c.Name+" ("+say("measure.kind."+c.Counted)+")", ground
			}
		}
		return d, err
	}, `select f.code, f.document, coalesce(f.declared, f.value), case when f.declared is null then f.marker else f.declared_marker end, f.reason
		from report r join report_figure f on f.report = r.id and (f.computed is null or f.declared is not null)
		where r.campaign = $1 and r.unit = $2 and r.state in ('sent', 'accepted') order by f.code, f.id`, x.Campaign, unit)
	return err
}

// freeze keeps what the records said when it was sent.
func freeze(ctx context.Context, tx db.Tx, of id.ID, list []Round) error {
	if _, err := tx.ExecContext(ctx, `delete from review_round where review = $1`, of); err != nil {
		return err
	}
	for i, x := range list {
		body, err := json.Marshal(x)
		if err != nil {
			return fmt.Errorf("freeze round: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `insert into review_round (review, campaign, ord, body) values ($1, $2, $3, $4)`, of, x.Campaign, i, string(body)); err != nil {
			return err
		}
	}
	return nil
}

// frozen is what was kept, as it is stored.
func frozen(ctx context.Context, tx db.Tx, of id.ID) ([]string, error) {
	return db.All(ctx, tx, db.Value[string], `select body from review_round where review = $1 order by ord, campaign`, of)
}

func frozenRounds(ctx context.Context, tx db.Tx, of id.ID) (out []Round, err error) {
	bodies, err := frozen(ctx, tx, of)
	for _, b := range bodies {
		var x Round
		if err := json.Unmarshal([]byte(b), &x); err != nil {
			return nil, fmt.Errorf("round of %s: %w", of, err)
		}
		out = append(out, x)
	}
	return out, err
}

// office is how a unit names itself on paper, and who is above it.
type office struct {
	Committee, Symbol, Place, Name, AboveName string
	Above                                     id.ID
}

// decider is the unit whose officers decide on a review: the one above, or of nobody above its own.
func (o office) decider(own id.ID) id.ID {
	if o.Above == 0 {
		return own
	}
	return o.Above
}

func letterhead(ctx context.Context, tx db.Tx, unit id.ID) (office, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (o office, err error) {
		err = scan(&o.Committee, &o.Symbol, &o.Place, &o.Name, &o.Above, &o.AboveName)
		return o, err
	}, `select u.committee, u.symbol, u.place, u.name, u.parent, coalesce(a.name, '') from org_unit u left join org_unit a on a.id = u.parent where u.id = $1`, unit)
}

// listed are reviews of units in the scope, the newest first; state "" is any.
func listed(ctx context.Context, tx db.Tx, who access.Actor, state string, page db.Page) (db.Rows[Review], error) {
	var args []any
	q := `select ` + columns + ` where ` + who.Scope(access.ReportRead).Where("r.unit", &args)
	if state != "" {
		args = append(args, state)
		q += fmt.Sprintf(` and r.state = $%d`, len(args))
	}
	return db.List(ctx, tx, page, db.Order{ID: "r.id", Desc: true}, func(r Review) (string, id.ID) { return "", r.ID }, scanReview, q, args...)
}
