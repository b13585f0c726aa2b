package narrative

import (
	"context"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// written is one section of a paper below.
type written struct {
	Piece
	body string
}

// below are the texts of what the units directly below sent, in tree order: reports on the same
// campaign, or reviews of parts of the same period; from and section narrow them.
func below(ctx context.Context, tx db.Tx, who access.Actor, s sheet, from id.ID, section string) ([]written, error) {
	scan := func(scan func(...any) error) (w written, err error) {
		err = scan(&w.lo, &w.Unit, &w.Name, &w.Title, &w.Report, &w.Version, &w.State, &w.Section, &w.body)
		return w, err
	}
	if s.Review == 0 {
		return db.All(ctx, tx, scan, `select cu.lo, cu.unit, cu.name, '', r.id, r.version, r.state, x.section, x.body
			from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit join report_text x on x.report = r.id
			where cu.campaign = $1 and cu.parent = $2 and r.state in ('sent', 'accepted')
				and (cu.unit = $3 or $3 = 0) and (x.section = $4 or $4 = '')
			order by cu.lo, x.section`, s.Campaign, s.Unit, int64(from), section)
	}
	args := []any{s.Unit, s.from, s.to, int64(from), section}
	out, err := db.All(ctx, tx, scan, `select 0, r.unit, u.name, r.title, r.id, r.version, r.state, x.section, x.body
		from review r join org_unit u on u.id = r.unit join review_text x on x.review = r.id
		where u.parent = $1 and r.state in ('sent', 'accepted') and r.period_from >= $2 and r.period_to <= $3
			and (r.unit = $4 or $4 = 0) and (x.section = $5 or $5 = '') and `+who.Scope(access.ReportRead).Where("r.unit", &args)+`
		order by u.sort_key, u.id, r.period_from, r.id, x.section`, args...)
	for i := range out { // their places in that order
		if out[i].lo = int64(i); i > 0 && out[i].Report == out[i-1].Report {
			out[i].lo = out[i-1].lo
		}
	}
	return out, err
}

// senders are the units directly below that sent something to take from.
func senders(ctx context.Context, tx db.Tx, who access.Actor, s sheet) ([]Sender, error) {
	scan := func(scan func(...any) error) (s Sender, err error) {
		err = scan(&s.Unit, &s.Name)
		return s, err
	}
	if s.Review == 0 {
		return db.All(ctx, tx, scan, `select cu.unit, cu.name from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit
			where cu.campaign = $1 and cu.parent = $2 and r.state in ('sent', 'accepted') order by cu.lo`, s.Campaign, s.Unit)
	}
	args := []any{s.Unit, s.from, s.to}
	return db.All(ctx, tx, scan, `select u.id, u.name from org_unit u where u.parent = $1 and exists (
			select 1 from review r where r.unit = u.id and r.state in ('sent', 'accepted') and r.period_from >= $2 and r.period_to <= $3)
		and `+who.Scope(access.ReportRead).Where("u.id", &args)+` order by u.sort_key, u.id`, args...)
}

const quoteColumns = `q.id, q.report, q.n, q.section, q.own, q.source, q.version, q.part, q.place, q.body, q.origin, q.at, q.by, q.by_name`

func scanQuote(scan func(...any) error) (q Quote, err error) {
	err = scan(&q.ID, &q.Report, &q.N, &q.Section, &q.Own, &q.Source, &q.Version, &q.Part, &q.Place, &q.Body, &q.Origin, &q.At, &q.By, &q.ByName)
	return q, err
}

// quote is one passage taken. Fault: Missing.
func quote(ctx context.Context, tx db.Tx, of id.ID) (Quote, error) {
	return db.One(ctx, tx, scanQuote, `select `+quoteColumns+` from narrative_quote q where q.id = $1`, of)
}

// quotesOf are the passages a report took, in the order of their numbers.
func quotesOf(ctx context.Context, tx db.Tx, report id.ID) ([]Quote, error) {
	return db.All(ctx, tx, scanQuote, `select `+quoteColumns+` from narrative_quote q where q.report = $1 order by q.n`, report)
}

func putQuote(ctx context.Context, tx db.Tx, q Quote) error {
	_, err := tx.ExecContext(ctx, `insert into narrative_quote (id, report, n, section, own, source, version, part, place, body, origin, at, by, by_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		q.ID, q.Report, q.N, q.Section, q.Own, q.Source, q.Version, q.Part, q.Place, q.Body, q.Origin, q.At, q.By, q.ByName)
	return err
}

// textsOf are the sections of a report or a review.
func textsOf(ctx context.Context, tx db.Tx, of id.ID) (map[string]string, error) {
	out := map[string]string{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var section, body string
		err = scan(&section, &body)
		out[section] = body
		return none, err
	}, `select section, body from report_text where report = $1 union all select section, body from review_text where review = $1`, of)
	return out, err
}

func scanSource(scan func(...any) error) (s source, err error) {
	err = scan(&s.Source, &s.Version, &s.Campaign, &s.Title, &s.Unit, &s.Name, &s.Sent)
	return s, err
}

const (
	ofReports = `r.id, r.version, c.id, c.title, r.unit, cu.name, r.first_sent_at from report r
		join campaign c on c.id = r.campaign join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit `
	ofReviews = `r.id, r.version, 0, r.title, r.unit, u.name, r.first_sent_at from review r join org_unit u on u.id = r.unit `
)

// mostBeside bounds what is compared: the neighbours, and the units that one came out of.
const mostBeside = 400

// before is what the unit, or the units that it came out of, wrote last time: on the campaign that began
// last before this one, or about the period that ended last before this one began.
func before(ctx context.Context, tx db.Tx, s sheet) (out []source, err error) {
	const own = `(r.unit = $1 or exists (select 1 from org_successor h where h.new = $1 and h.old = r.unit)) and r.first_sent_at is not null and r.id <> $2 `
	if s.Review == 0 {
		out, err = db.All(ctx, tx, scanSource, `select `+ofReports+`join campaign now on now.id = $3
			where `+own+`and c.id <> now.id and (c.starts_on < now.starts_on or c.starts_on = now.starts_on and c.id < now.id)
			order by c.starts_on desc, c.id desc, r.id limit $4`, s.Unit, int64(s.id), s.Campaign, mostBeside)
	} else {
		out, err = db.All(ctx, tx, scanSource, `select `+ofReviews+`where `+own+`and r.period_to < $3
			order by r.period_to desc, r.period_from desc, r.id limit $4`, s.Unit, s.id, s.from, mostBeside)
	}
	return last(out, s.Unit), err
}

// last is, of what was written before, the newest first, what the unit itself wrote last; of one
// that wrote nothing yet what each of the units wrote last that it came out of.
func last(list []source, unit id.ID) (out []source) {
	for _, x := range list {
		if x.Unit == unit {
			return []source{x}
		}
		if !slices.ContainsFunc(out, func(o source) bool { return o.Unit == x.Unit }) {
			out = append(out, x)
		}
	}
	return out
}

// beside is what the neighbours wrote on the same, first sent before until, or at all when it is zero.
func beside(ctx context.Context, tx db.Tx, s sheet, until int64) ([]source, error) {
	if s.parent == 0 {
		return nil, nil
	}
	if s.Review == 0 {
		return db.All(ctx, tx, scanSource, `select `+ofReports+`where r.campaign = $1 and cu.parent = $2 and r.unit <> $3
			and r.state in ('sent', 'accepted') and (r.first_sent_at < $4 or $4 = 0)
		order by r.first_sent_at, r.id limit $5`, s.Campaign, s.parent, s.Unit, until, mostBeside)
	}
	return db.All(ctx, tx, scanSource, `select `+ofReviews+`where u.parent = $1 and r.unit <> $2 and r.kind = $3 and r.period_from = $4 and r.period_to = $5
			and r.state in ('sent', 'accepted') and (r.first_sent_at < $6 or $6 = 0)
		order by r.first_sent_at, r.id limit $7`, s.parent, s.Unit, s.kind, s.from, s.to, until, mostBeside)
}

// references are the texts that reports on a campaign, or on the campaigns of a period, may
// repeat: what the essays may, and the titles of the documents.
func references(ctx context.Context, tx db.Tx, s sheet) ([]textreuse.Reference, error) {
	rounds, args := `$1`, []any{s.Campaign}
	if s.Review != 0 {
		rounds = `select c.id from campaign c join campaign_unit cu on cu.campaign = c.id and cu.unit = $1
			where c.state <> 'draft' and c.starts_on <= $2 and (c.closed_at is null or c.closed_at >= $3)`
		args = []any{s.Unit, s.to, clock.Start(s.from).UnixMilli()}
	}
	return db.All(ctx, tx, func(scan func(...any) error) (r textreuse.Reference, err error) {
		err = scan(&r.ID, &r.Category, &r.Name, &r.Text)
		return r, err
	}, `select id, category, name, body from likeness_reference where campaign in (`+rounds+`) and withdrawn_at is null
		union select d.id, 2, d.number, d.issuer_name || ' ' || d.title from campaign_document cd join document d on d.id = cd.document where cd.campaign in (`+rounds+`)
		union select c.id, 2, c.title, c.title from campaign c where c.id in (`+rounds+`)
		order by 1`, args...)
}

// waiting are reports and reviews whose sending was not compared yet, the first sent first.
func waiting(ctx context.Context, tx db.Tx, most int) ([]id.ID, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (of id.ID, err error) {
		var sent int64
		err = scan(&of, &sent)
		return of, err
	}, `select r.id, r.sent_at from report r left join narrative_compared k on k.report = r.id
			where r.state in ('sent', 'accepted') and (k.version is null or k.version <> r.version)
		union all select r.id, r.sent_at from review r left join narrative_compared k on k.report = r.id
			where r.state in ('sent', 'accepted') and (k.version is null or k.version <> r.version)
		order by 2, 1 limit $1`, most)
}

// put keeps what was found in a sending.
func put(ctx context.Context, tx db.Tx, report id.ID, version, at int64, r result) error {
	for _, q := range []string{`delete from narrative_alike where report = $1`, `delete from narrative_compared where report = $1`} {
		if _, err := tx.ExecContext(ctx, q, report); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `insert into narrative_compared (report, version, own, before, beside, at) values ($1, $2, $3, $4, $5, $6)`,
		report, version, r.own, r.before, r.beside, at); err != nil {
		return err
	}
	for i, f := range r.found {
		if _, err := tx.ExecContext(ctx, `insert into narrative_alike (report, ord, section, place, kind, source, version, share) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			report, i, f.Section, f.Place, f.Kind, f.Source, f.Version, f.Share); err != nil {
			return err
		}
	}
	return nil
}

// kept are the sentences found in the sending that stands.
func kept(ctx context.Context, tx db.Tx, s sheet, texts map[string]string) ([]Found, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (f Found, err error) {
		err = scan(&f.Section, &f.Place, &f.Kind, &f.Share)
		f.Text, _ = at(texts[f.Section], f.Place)
		return f, err
	}, `select a.section, a.place, a.kind, a.share from narrative_alike a join narrative_compared k on k.report = a.report
		where a.report = $1 and k.version = $2 order by a.ord`, s.id, s.version)
}
