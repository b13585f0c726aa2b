package narrative

import (
	"context"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// written is one section of a report below.
type written struct {
	Piece
	body string
}

// below are the texts of the reports directly below a unit that were sent, in tree order; from
// and section narrow them.
func below(ctx context.Context, tx db.Tx, of, unit, from id.ID, section string) ([]written, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (w written, err error) {
		err = scan(&w.lo, &w.Unit, &w.Name, &w.Report, &w.Version, &w.State, &w.Section, &w.body)
		return w, err
	}, `select cu.lo, cu.unit, cu.name, r.id, r.version, r.state, x.section, x.body
		from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit join report_text x on x.report = r.id
		where cu.campaign = $1 and cu.parent = $2 and r.state in ('sent', 'accepted')
			and (cu.unit = $3 or $3 = 0) and (x.section = $4 or $4 = '')
		order by cu.lo, x.section`, of, unit, int64(from), section)
}

// senders are the units directly below whose report was sent.
func senders(ctx context.Context, tx db.Tx, of, unit id.ID) ([]Sender, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Sender, err error) {
		err = scan(&s.Unit, &s.Name)
		return s, err
	}, `select cu.unit, cu.name from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit
		where cu.campaign = $1 and cu.parent = $2 and r.state in ('sent', 'accepted') order by cu.lo`, of, unit)
}

// origin is a report as its source is checked.
type origin struct {
	campaign, unit id.ID
	parent         id.ID
	name, state    string
	version        int64
}

// originOf loads it, with the text of one section.
func originOf(ctx context.Context, tx db.Tx, report id.ID, section string) (o origin, body string, err error) {
	o, err = db.One(ctx, tx, func(scan func(...any) error) (o origin, err error) {
		err = scan(&o.campaign, &o.unit, &o.parent, &o.name, &o.state, &o.version, &body)
		return o, err
	}, `select r.campaign, r.unit, cu.parent, cu.name, r.state, r.version, coalesce(x.body, '') from report r
		join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit
		left join report_text x on x.report = r.id and x.section = $2 where r.id = $1`, report, section)
	return o, body, err
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

// reportOf is the report of a unit; zero ids when nobody began it.
func reportOf(ctx context.Context, tx db.Tx, of, unit id.ID) (report id.ID, version, firstSent int64, err error) {
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&report, &version, &firstSent)
	}, `select id, version, coalesce(first_sent_at, 0) from report where campaign = $1 and unit = $2`, of, unit)
	return report, version, firstSent, err
}

// textsOf are the sections of a report.
func textsOf(ctx context.Context, tx db.Tx, report id.ID) (map[string]string, error) {
	out := map[string]string{}
	_, err := db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var section, body string
		err = scan(&section, &body)
		out[section] = body
		return none, err
	}, `select section, body from report_text where report = $1`, report)
	return out, err
}

func scanSource(scan func(...any) error) (s source, err error) {
	err = scan(&s.Source, &s.Version, &s.Campaign, &s.Title, &s.Unit, &s.Name, &s.Sent)
	return s, err
}

const sourceColumns = `r.id, r.version, c.id, c.title, r.unit, cu.name, r.first_sent_at from report r
	join campaign c on c.id = r.campaign join campaign_unit cu on cu.campaign = r.campaign and cu.unit = r.unit `

// before is the unit's report in the campaign that began last before this one.
func before(ctx context.Context, tx db.Tx, of, unit id.ID) ([]source, error) {
	return db.All(ctx, tx, scanSource, `select `+sourceColumns+`join campaign now on now.id = $1
		where r.unit = $2 and r.campaign <> $1 and r.first_sent_at is not null and c.starts_on <= now.starts_on and c.id < now.id
		order by c.starts_on desc, c.id desc limit 1`, of, unit)
}

// mostBeside bounds the neighbours that are compared.
const mostBeside = 400

// beside are the reports of the neighbours first sent before until, or at all when it is zero.
func beside(ctx context.Context, tx db.Tx, u campaign.Unit, of id.ID, until int64) ([]source, error) {
	if u.Parent == 0 {
		return nil, nil
	}
	return db.All(ctx, tx, scanSource, `select `+sourceColumns+`where r.campaign = $1 and cu.parent = $2 and r.unit <> $3
			and r.state in ('sent', 'accepted') and (r.first_sent_at < $4 or $4 = 0)
		order by r.first_sent_at, r.id limit $5`, of, u.Parent, u.Unit, until, mostBeside)
}

// references are the texts that a campaign's reports may repeat: what the essays may, and the
// titles of its documents.
func references(ctx context.Context, tx db.Tx, of id.ID) ([]textreuse.Reference, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (r textreuse.Reference, err error) {
		err = scan(&r.ID, &r.Category, &r.Name, &r.Text)
		return r, err
	}, `select id, category, name, body from likeness_reference where campaign = $1 and withdrawn_at is null
		union all select d.id, 2, d.number, d.issuer_name || ' ' || d.title from campaign_document cd join document d on d.id = cd.document where cd.campaign = $1
		union all select c.id, 2, c.title, c.title from campaign c where c.id = $1
		order by 1`, of)
}

// waiting are reports sent whose sending was not compared yet, the first sent first.
func waiting(ctx context.Context, tx db.Tx, most int) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select r.id from report r left join narrative_compared k on k.report = r.id
		where r.state in ('sent', 'accepted') and (k.version is null or k.version <> r.version) order by r.sent_at, r.id limit $1`, most)
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
