package report

import (
	"context"
	"encoding/json"
	"fmt"

	"quantriet/internal/base/proof"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/rollup"
)

// find is the report of a unit; one that nobody began is an empty draft without an id.
func find(ctx context.Context, tx db.Tx, of, unit id.ID) (Report, error) {
	r, err := db.One(ctx, tx, func(scan func(...any) error) (r Report, err error) {
		err = scan(&r.ID, &r.Campaign, &r.Unit, &r.State, &r.Version, &r.Number, &r.IssuedOn, &r.Authority, &r.Position, &r.Signer,
			&r.Recipients, &r.Verified, &r.FirstSent, &r.Sent, &r.SentBy, &r.Decided, &r.DecidedBy, &r.Remark,
			&r.Reopened, &r.Closings, &r.Amendments, &r.Roster, &r.Program)
		return r, err
	}, `select id, campaign, unit, state, version, number, issued_on, authority, position, signer, recipients, verified,
			coalesce(first_sent_at, 0), coalesce(sent_at, 0), sent_by, coalesce(decided_at, 0), decided_by, remark,
			reopened, closings, amendments, roster, program
		from report where campaign = $1 and unit = $2`, of, unit)
	if fault.Of(err) == fault.Missing {
		return Report{Campaign: of, Unit: unit, State: "draft", Texts: map[string]string{}}, nil
	}
	if err != nil {
		return r, err
	}
	r.Texts = map[string]string{}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var section, body string
		err = scan(&section, &body)
		r.Texts[section] = body
		return none, err
	}, `select section, body from report_text where report = $1`, r.ID)
	return r, err
}

func insert(ctx context.Context, tx db.Tx, r Report, at int64, by id.ID) error {
	_, err := tx.ExecContext(ctx, `insert into report (id, campaign, unit, state, version, created_at, created_by)
		values ($1, $2, $3, $4, $5, $6, $7)`, r.ID, r.Campaign, r.Unit, r.State, r.Version, at, by)
	return err
}

func update(ctx context.Context, tx db.Tx, r Report) error {
	_, err := tx.ExecContext(ctx, `update report set state = $2, version = $3, number = $4, issued_on = $5, authority = $6, position = $7,
			signer = $8, recipients = $9, verified = $10, first_sent_at = $11, sent_at = $12, sent_by = $13, decided_at = $14,
			decided_by = $15, remark = $16, reopened = $17, closings = $18, amendments = $19, roster = $20, program = $21
		where id = $1`, r.ID, r.State, r.Version, r.Number, r.IssuedOn, r.Authority, r.Position, r.Signer, r.Recipients, r.Verified,
		orNull(r.FirstSent), orNull(r.Sent), r.SentBy, orNull(r.Decided), r.DecidedBy, r.Remark, r.Reopened, r.Closings, r.Amendments, r.Roster, r.Program)
	return err
}

func orNull(ms int64) any {
	if ms == 0 {
		return nil
	}
	return ms
}

const figureColumns = `f.code, f.document, f.computed, f.value, f.marker, f.reason, f.kept, f.at, f.by_name, f.declared, f.declared_marker, f.def, f.grades`

func scanFigure(scan func(...any) error) (f Figure, err error) {
	err = scan(&f.Code, &f.Document, &f.Computed, &f.Value, &f.Marker, &f.Reason, &f.Kept, &f.At, &f.By, &f.Declared, &f.DeclaredMarker, &f.Definition, &f.Grades)
	f.Set = true
	return f, err
}

// figures are the rows a report holds: of an open one what the unit declared,
// of a sent one all of them.
func figures(ctx context.Context, tx db.Tx, report id.ID) (Figures, error) {
	fs, err := db.All(ctx, tx, scanFigure, `select `+figureColumns+` from report_figure f where f.report = $1 order by f.id`, report)
	return fs, err
}

func putFigure(ctx context.Context, tx db.Tx, report id.ID, f Figure, by id.ID) error {
	if err := dropFigure(ctx, tx, report, f.Code, f.Document); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into report_figure (id, report, document, code, computed, value, marker, reason, kept, at, by, by_name, declared, declared_marker, def, grades)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		id.New(), report, f.Document, f.Code, f.Computed, f.Value, f.Marker, f.Reason, f.Kept, f.At, by, f.By, f.Declared, f.DeclaredMarker, f.Definition, f.Grades)
	return err
}

func dropFigure(ctx context.Context, tx db.Tx, report id.ID, code string, document id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from report_figure where report = $1 and code = $2 and coalesce(document, 0) = $3`, report, code, int64(document))
	return err
}

// freezeFigure keeps a figure as it is sent: who declared it stays who declared it.
func freezeFigure(ctx context.Context, tx db.Tx, report id.ID, f Figure) error {
	n, err := db.Exec(ctx, tx, `update report_figure set computed = $4, value = $5, marker = $6, declared = $7, declared_marker = $8, def = $9, grades = $10
		where report = $1 and code = $2 and coalesce(document, 0) = $3`,
		report, f.Code, int64(f.Document), f.Computed, f.Value, f.Marker, f.Declared, f.DeclaredMarker, f.Definition, f.Grades)
	if err != nil || n > 0 {
		return err
	}
	return putFigure(ctx, tx, report, f, 0)
}

// forget takes away why sums were kept that code is a part of: the question is a new one.
func forget(ctx context.Context, tx db.Tx, report id.ID, code string, document id.ID) error {
	_, err := tx.ExecContext(ctx, `update report_figure set kept = '' where report = $1 and code = $2 and coalesce(document, 0) = $3`, report, code, int64(document))
	return err
}

// thaw takes away the figures that were only frozen, so that the records speak again.
func thaw(ctx context.Context, tx db.Tx, report id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from report_figure where report = $1 and by_name = ''`, report)
	return err
}

func putTexts(ctx context.Context, tx db.Tx, report id.ID, texts map[string]string) error {
	for _, section := range Sections {
		body, given := texts[section]
		if !given {
			continue
		}
		if _, err := tx.ExecContext(ctx, `delete from report_text where report = $1 and section = $2`, report, section); err != nil {
			return err
		}
		if body == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, `insert into report_text (report, section, body) values ($1, $2, $3)`, report, section, body); err != nil {
			return err
		}
	}
	return nil
}

// Event is a step of the report between the levels.
type Event struct {
	At     int64  `json:"at"`
	By     string `json:"by"`
	Action string `json:"action" enum:"send,return,accept,amend,ask,reopen,refuse"`
	Remark string `json:"remark"`
}

func events(ctx context.Context, tx db.Tx, report id.ID) ([]Event, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e Event, err error) {
		err = scan(&e.At, &e.By, &e.Action, &e.Remark)
		return e, err
	}, `select at, by_name, action, remark from report_event where report = $1 order by at, id`, report)
}

// putEvent keeps a step between the levels and seals it.
func putEvent(ctx context.Context, tx db.Tx, report id.ID, e Event, by id.ID) error {
	of := id.New()
	_, err := tx.ExecContext(ctx, `insert into report_event (id, report, at, by, by_name, action, remark) values ($1, $2, $3, $4, $5, $6, $7)`,
		of, report, e.At, by, e.By, e.Action, e.Remark)
	if err != nil {
		return err
	}
	row, err := eventRow(of, report, e, by)
	if err != nil {
		return err
	}
	return proof.Append(ctx, tx, e.At, row)
}

func freeze(ctx context.Context, tx db.Tx, report id.ID, studies []Study) error {
	if _, err := tx.ExecContext(ctx, `delete from report_study where report = $1`, report); err != nil {
		return err
	}
	for i, s := range studies {
		body, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("freeze study: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `insert into report_study (report, document, ord, body) values ($1, $2, $3, $4)`,
			report, s.Document, i, string(body)); err != nil {
			return err
		}
	}
	return nil
}

func frozen(ctx context.Context, tx db.Tx, report id.ID) ([]Study, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Study, err error) {
		var body string
		if err = scan(&body); err != nil {
			return s, err
		}
		return s, json.Unmarshal([]byte(body), &s)
	}, `select body from report_study where report = $1 order by ord`, report)
}

// studies computes every document of the campaign for a unit and those directly below it.
func studies(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit) ([]Study, error) {
	out, err := papers(ctx, tx, of)
	for i := range out {
		if err == nil {
			err = study(ctx, tx, of, u, &out[i])
		}
	}
	return out, err
}

func papers(ctx context.Context, tx db.Tx, of id.ID) ([]Study, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Study, err error) {
		err = scan(&s.Document, &s.Number, &s.Title, &s.Issuer, &s.IssuedOn)
		return s, err
	}, `select d.id, d.number, d.title, d.issuer_name, d.issued_on
		from campaign_document cd join document d on d.id = cd.document where cd.campaign = $1 order by cd.ord`, of)
}

func study(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit, s *Study) error {
	self, below, err := rollup.At(ctx, tx, of, s.Document, u.Unit)
	if err != nil {
		return err
	}
	s.Total = Row{Unit: u.Unit, Name: self.Name, Line: self}
	for _, l := range below {
		s.Rows = append(s.Rows, Row{Unit: l.Unit, Name: l.Name, Line: l})
	}
	if err := absences(ctx, tx, of, s); err != nil {
		return err
	}
	if o, some := own(s.Total, s.Rows); some {
		s.Rows = append([]Row{o}, s.Rows...)
	}
	return nil
}

// absences tells the obliged who did not study apart by whether anybody gave a reason.
func absences(ctx context.Context, tx db.Tx, of id.ID, s *Study) error {
	total := s.Total.Line
	if _, _, known := total.Noted(); known {
		s.Total.noted()
		for i := range s.Rows {
			s.Rows[i].noted()
		}
		return nil
	}
	err := rollup.EachNoted(ctx, tx, of, s.Document, total, func(lo, excused, unexcused int64) {
		a := Absences{Excused: excused, Unexcused: unexcused}
		s.Total.Absences = s.Total.Absences.plus(a)
		for i, r := range s.Rows {
			if r.Line.Lo <= lo && lo <= r.Line.Hi {
				s.Rows[i].Absences = r.Absences.plus(a)
			}
		}
	})
	s.Total.Absences.Unknown = total.Count.Absent() - s.Total.Absences.Excused - s.Total.Absences.Unexcused
	for i, r := range s.Rows {
		s.Rows[i].Absences.Unknown = r.Line.Count.Absent() - r.Absences.Excused - r.Absences.Unexcused
	}
	return err
}

// noted takes the absences that are added up in the line.
func (r *Row) noted() {
	excused, unexcused, _ := r.Line.Noted()
	r.Absences = Absences{excused, unexcused, r.Line.Count.Absent() - excused - unexcused}
}

func (a Absences) plus(b Absences) Absences {
	return Absences{a.Excused + b.Excused, a.Unexcused + b.Unexcused, a.Unknown + b.Unknown}
}

// common are the computed figures that stand once, not per document, and of which units directly
// below, and of how much of the unit itself, they consist.
func common(ctx context.Context, tx db.Tx, of id.ID, u campaign.Unit, levels map[string]bool) ([]Figure, Shares, error) {
	speeches, said, err := rollup.Speeches(ctx, tx, of, u.Unit)
	if err != nil {
		return nil, nil, err
	}
	shares, own := Shares{}, speeches
	for unit, n := range said {
		shares.put(unit, "opinions", n)
		own -= n
	}
	shares.put(u.Unit, "opinions", own)
	var issued, due int64
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var level, state string
		err = scan(&unit, &level, &state)
		if levels[level] {
			due++
			shares.put(unit, "plans_due", 1)
		}
		if levels[level] && state == "sent" {
			issued++
			shares.put(unit, "plans_issued", 1)
		}
		return none, err
	}, `select cu.unit, cu.level, coalesce(p.state, '') from campaign_unit cu left join plan p on p.campaign = cu.campaign and p.unit = cu.unit
		where cu.campaign = $1 and cu.parent = $2`, of, u.Unit)
	fig := func(code string, n int64) Figure { return Figure{Code: code, Computed: &n, Value: n, Set: true} }
	return []Figure{fig("opinions", speeches), fig("plans_issued", issued), fig("plans_due", due)}, shares, err
}

// below are the reports of the units directly below one, in tree order.
func below(ctx context.Context, tx db.Tx, of, unit id.ID) ([]Child, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (c Child, err error) {
		err = scan(&c.Unit, &c.Name, &c.Short, &c.Level, &c.State, &c.Version, &c.FirstSent, &c.Sent, &c.Verified, &c.Amendments, &c.Reopened, &c.Asked, &c.Answers)
		return c, err
	}, `select cu.unit, cu.name, cu.short, cu.level, coalesce(r.state, ''), coalesce(r.version, 0), coalesce(r.first_sent_at, 0),
			coalesce(r.sent_at, 0), coalesce(r.verified, false), coalesce(r.amendments, 0), coalesce(r.reopened, false),
			(select count(*) from report_reopen o where o.report = r.id and o.state = 'asked'),
			(select count(*) from report_answer a where a.report = r.id and r.state in ('sent', 'accepted'))
		from campaign_unit cu left join report r on r.campaign = cu.campaign and r.unit = cu.unit
		where cu.campaign = $1 and cu.parent = $2 order by cu.lo`, of, unit)
}

// stated are the figures that units directly below declared in reports they sent,
// and all that stand once.
func stated(ctx context.Context, tx db.Tx, of, unit id.ID) (map[id.ID]Figures, error) {
	out := map[id.ID]Figures{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var from id.ID
		f, err := scanFigure(func(dest ...any) error { return scan(append([]any{&from}, dest...)...) })
		out[from] = append(out[from], f)
		return none, err
	}, `select cu.unit, `+figureColumns+` from campaign_unit cu
		join report r on r.campaign = cu.campaign and r.unit = cu.unit and r.state in ('sent', 'accepted')
		join report_figure f on f.report = r.id and (f.document is null or f.computed is null or f.declared is not null or f.kept <> '')
		where cu.campaign = $1 and cu.parent = $2 order by cu.lo, f.id`, of, unit)
	return out, err
}

// issuer is how a unit names itself on paper.
type issuer struct{ Committee, Symbol, Place, Name string }

func letterhead(ctx context.Context, tx db.Tx, unit id.ID) (issuer, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (i issuer, err error) {
		err = scan(&i.Committee, &i.Symbol, &i.Place, &i.Name)
		return i, err
	}, `select committee, symbol, place, name from org_unit where id = $1`, unit)
}
