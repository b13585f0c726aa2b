package recheck

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// draw is a back-check as it is kept.
type draw struct {
	ID       id.ID
	Campaign id.ID
	Unit     id.ID
	Report   id.ID
	Version  int64
	Asker    id.ID
	State    string
	Hash     string
	Size     int64
	Root     string
	Shown    string

	Witnesses string // public keys of those whose signatures decide with the head
	Cosigned  string // lines of sealed text: what they signed, or that they did not
	fixed     bool

	Committed, Drawn, Closes, Closed int64

	Strata []Stratum

	secret []byte
	lo, hi int64
}

const reported = `r.campaign, r.unit, r.id, l.version, coalesce(u.parent, r.unit), u.lo, u.hi`

// undrawn: a version of a report that is on its way, or that was closed, whatever became of the report since,
// and has no draw but perhaps one that was begun before $1 and not gone on with.
const undrawn = ` and l.version > 0 and (l.kind = ` + closes + ` or r.state in ('sent', 'accepted') and r.version = l.version)
		and not exists (select 1 from recheck_draw d where d.campaign = r.campaign and d.unit = r.unit and d.version = l.version and (d.state <> 'begun' or d.committed_at >= $1))
		order by r.id, l.version limit $2`

func scanReported(scan func(...any) error) (d draw, err error) {
	err = scan(&d.Campaign, &d.Unit, &d.Report, &d.Version, &d.Asker, &d.lo, &d.hi)
	return d, err
}

// uncommitted are versions of reports without their draw, among all there are.
func uncommitted(ctx context.Context, tx db.Tx, stale int64, most int) ([]draw, error) {
	return db.All(ctx, tx, scanReported, `select distinct `+reported+` from report r cross join campaign_unit u cross join proof_line l
		where u.campaign = r.campaign and u.unit = r.unit and l.subject = r.id and l.kind in ('report.send', 'report.accept')`+undrawn, stale, most)
}

// sent are those of them that were sent or closed by a line after one.
func sent(ctx context.Context, tx db.Tx, after, stale int64, most int) ([]draw, error) {
	return db.All(ctx, tx, scanReported, `select distinct `+reported+` from proof_line l cross join report r cross join campaign_unit u
		where l.id > $3 and l.kind in ('report.send', 'report.accept') and r.id = l.subject and u.campaign = r.campaign and u.unit = r.unit`+undrawn, stale, most, after)
}

// lastLine is the youngest line of the log, zero when there is none.
func lastLine(ctx context.Context, tx db.Tx) (id.ID, error) {
	return db.One(ctx, tx, db.Value[id.ID], `select max(id) from proof_line`)
}

// Stale is how long, in milliseconds, nobody has to have gone on with a draw whose lists are being written.
const Stale = 10 * 60_000

// dropStale takes away what was begun and left.
func dropStale(ctx context.Context, tx db.Tx, d draw, stale int64) error {
	const left = `campaign = $1 and unit = $2 and version = $3 and state = 'begun' and committed_at < $4`
	args := []any{d.Campaign, d.Unit, d.Version, stale}
	if _, err := tx.ExecContext(ctx, `delete from recheck_stratum where draw in (select id from recheck_draw where `+left+`)`, args...); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from recheck_draw where `+left, args...)
	return err
}

func exists(ctx context.Context, tx db.Tx, d draw) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from recheck_draw where campaign = $1 and unit = $2 and version = $3`, d.Campaign, d.Unit, d.Version)
	return n > 0, err
}

// progress is how far a draw is: its state, and how many of its people are written.
func progress(ctx context.Context, tx db.Tx, of id.ID) (state string, people int, err error) {
	if state, err = db.One(ctx, tx, db.Value[string], `select state from recheck_draw where id = $1`, of); err != nil {
		return "", 0, err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from recheck_person where draw = $1`, of)
	return state, int(n), err
}

// below are the units directly below a reporting one, and its own people.
func below(ctx context.Context, tx db.Tx, d draw) ([]Stratum, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Stratum, err error) {
		err = scan(&s.Unit, &s.lo, &s.hi)
		return s, err
	}, `select unit, lo, case when unit = $2 then lo else hi end from campaign_unit where campaign = $1 and (parent = $2 or unit = $2) order by lo`, d.Campaign, d.Unit)
}

// roster are the members of a part of the tree, and whether they are counted for a document. Who is exempt
// and did not study is not troubled. The cross join keeps its order: the other way round all who
// studied are read for each person.
func roster(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64) ([]someone, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (p someone, err error) {
		err = scan(&p.person, &p.counted)
		return p, err
	}, `select x.person, x.counted from (
			select r.person, r.exempt, exists (select 1 from campaign_document d cross join attendance_studied s
				where d.campaign = r.campaign and s.campaign = d.campaign and s.document = d.document and s.person = r.person) as counted
			from campaign_roster r where r.campaign = $1 and r.lo between $2 and $3 and r.kind = 'member') x
		where x.counted or not x.exempt`, campaign, lo, hi)
	slices.SortFunc(list, func(a, b someone) int { return cmp.Compare(a.person, b.person) })
	return list, err
}

// askedSince reports whether anybody of a stratum was asked since an instant, in any campaign.
func askedSince(ctx context.Context, tx db.Tx, unit id.ID, since int64) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from recheck_stratum s join recheck_draw d on d.id = s.draw
		where s.unit = $1 and d.drawn_at >= $2 and exists (select 1 from recheck_person p where p.draw = s.draw and p.stratum = s.unit)`, unit, since)
	return n > 0, err
}

func insertDraw(ctx context.Context, tx db.Tx, d draw, secret []byte) error {
	_, err := tx.ExecContext(ctx, `insert into recheck_draw (id, campaign, unit, report, version, asker, state, secret, hash, committed_at, witnesses)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, d.ID, d.Campaign, d.Unit, d.Report, d.Version, d.Asker, d.State, secret, d.Hash, d.Committed, d.Witnesses)
	return err
}

func updateDraw(ctx context.Context, tx db.Tx, d draw) error {
	_, err := tx.ExecContext(ctx, `update recheck_draw set state = $2, size = $3, root = $4, drawn_at = $5, closes_at = $6, closed_at = $7, shown = $8 where id = $1`,
		d.ID, d.State, d.Size, d.Root, d.Drawn, d.Closes, d.Closed, d.Shown)
	return err
}

// updateBegun makes a begun draw one that is committed to.
func updateBegun(ctx context.Context, tx db.Tx, d draw) error {
	n, err := db.Exec(ctx, tx, `update recheck_draw set state = $2, committed_at = $3 where id = $1 and state = 'begun'`, d.ID, d.State, d.Committed)
	if err == nil && n != 1 {
		err = fmt.Errorf("draw %s was dropped while its lists were written", d.ID)
	}
	return err
}

func insertStrata(ctx context.Context, tx db.Tx, draw id.ID, ord int, list []Stratum) error {
	var rows [][]any
	for i, s := range list {
		rows = append(rows, []any{draw, s.Unit, ord + i, s.lo, s.hi, s.Weight, s.Studied, s.Missed, s.Ask, s.AskMissed, s.salt, s.list, s.Hash})
	}
	return batch.Insert(ctx, tx, `insert into recheck_stratum (draw, unit, ord, lo, hi, weight, studied, missed, ask, ask_missed, salt, list, hash)`, 13, rows)
}

func strata(ctx context.Context, tx db.Tx, draw id.ID) ([]Stratum, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (s Stratum, err error) {
		err = scan(&s.Unit, &s.lo, &s.hi, &s.Weight, &s.Studied, &s.Missed, &s.Ask, &s.AskMissed, &s.salt, &s.list, &s.Hash)
		return s, err
	}, `select unit, lo, hi, weight, studied, missed, ask, ask_missed, salt, list, hash from recheck_stratum where draw = $1 order by ord`, draw)
}

const drawColumns = `d.id, d.campaign, d.unit, d.report, d.version, d.asker, d.state, d.hash, d.size, d.root, d.shown, d.committed_at, d.drawn_at, d.closes_at, d.closed_at, d.secret, d.witnesses, d.cosigned, d.fixed`

func scanDraw(scan func(...any) error) (d draw, err error) {
	err = scan(&d.ID, &d.Campaign, &d.Unit, &d.Report, &d.Version, &d.Asker, &d.State, &d.Hash, &d.Size, &d.Root, &d.Shown, &d.Committed, &d.Drawn, &d.Closes, &d.Closed, &d.secret, &d.Witnesses, &d.Cosigned, &d.fixed)
	return d, err
}

// closing is the kind of line that closes a report: the owner's by being sent.
const closing = `case when d.asker = d.unit then 'report.send' else 'report.accept' end`

// headOver is the first head that holds the closing of a draw's report and its commitment. Fault: Missing
// while there is none.
func headOver(ctx context.Context, tx db.Tx, of id.ID) (size int64, root string, err error) {
	type head struct {
		size int64
		root string
	}
	h, err := db.One(ctx, tx, func(scan func(...any) error) (h head, err error) {
		err = scan(&h.size, &h.root)
		return h, err
	}, `select h.size, h.root from recheck_draw d
		join proof_line l on l.subject = d.report and l.version = d.version and l.kind = `+closing+`
		join proof_line c on c.subject = d.id and c.version = d.version and c.kind = 'recheck.commit'
		join proof_head h on h.size > l.n and h.size > c.n
		where d.id = $1 order by h.size limit 1`, of)
	return h.size, h.root, err
}

func over(ctx context.Context, tx db.Tx, now int64, most int) ([]draw, error) {
	return db.All(ctx, tx, scanDraw, `select `+drawColumns+` from recheck_draw d where d.state = 'drawn' and d.closes_at <= $1 order by d.id limit $2`, now, most)
}

// asked is a person of a draw.
type asked struct {
	Draw, Campaign, Unit, Person id.ID
	Counted                      bool
	Document, Record             id.ID
	Recorded                     string // form of the record
	Asked, Closes                int64
	Answer                       string
	Said                         Said

	lo, place int64
	stratum   id.ID
	salt      string
}

// subject is what a person is asked about: the record that counts for the first document of the campaign.
func subject(ctx context.Context, tx db.Tx, campaign, person id.ID) (a asked, err error) {
	a.Campaign, a.Person = campaign, person
	err = tx.QueryRowContext(ctx, `select unit, lo from campaign_roster where campaign = $1 and person = $2`, campaign, person).Scan(&a.Unit, &a.lo)
	if err != nil {
		return a, err
	}
	r, err := db.One(ctx, tx, func(scan func(...any) error) (r asked, err error) {
		err = scan(&r.Document, &r.Record, &r.Recorded)
		return r, err
	}, `select s.document, s.record, coalesce(r.form, '') from campaign_document d cross join attendance_studied s
		left join attendance_record r on r.id = s.record
		where d.campaign = $1 and s.campaign = d.campaign and s.document = d.document and s.person = $2 order by d.ord limit 1`, campaign, person)
	if err == nil {
		a.Document, a.Record, a.Recorded = r.Document, r.Record, r.Recorded
	} else if fault.Of(err) == fault.Missing {
		err = nil
	}
	return a, err
}

// saidBefore is what a person said for another draw of the campaign. The sum keeps to the index by person:
// the one by campaign would read all who were asked, for each.
func saidBefore(ctx context.Context, tx db.Tx, campaign, person id.ID) (Said, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (s Said, err error) {
		err = scan(&s.There, &s.Form, &s.Heard)
		return s, err
	}, `select there, form, heard from recheck_person where person = $2 and campaign + 0 = $1 and there <> '' order by asked_at desc, draw desc limit 1`, campaign, person)
	if err != nil || len(list) == 0 {
		return Said{}, err
	}
	return list[0], nil
}

func insertPeople(ctx context.Context, tx db.Tx, d draw, list []asked) error {
	var rows [][]any
	for _, a := range list {
		rows = append(rows, []any{a.Draw, a.Campaign, a.Unit, a.Person, a.lo, a.stratum, a.place, a.Counted, a.Document, a.Record, d.Drawn, d.Closes,
			a.Answer, a.Said.There, a.Said.Form, a.Said.Heard, a.salt})
	}
	return batch.Insert(ctx, tx, `insert into recheck_person (draw, campaign, unit, person, lo, stratum, place, counted, document, record, asked_at, closed_at, answer, there, form, heard, salt)`, 17, rows)
}

// askedAt gives all people of a draw its instants: the first were written earlier, and may have said
// meanwhile, for another draw, what counts for this one too.
func askedAt(ctx context.Context, tx db.Tx, d draw) error {
	if _, err := tx.ExecContext(ctx, `update recheck_person set asked_at = $2, closed_at = $3 where draw = $1 and asked_at <> $2`, d.ID, d.Drawn, d.Closes); err != nil {
		return err
	}
	list, err := db.All(ctx, tx, scanPerson, `select `+personColumns+` from recheck_person p left join attendance_record r on r.id = p.record where p.draw = $1 and p.there = ''
		and exists (select 1 from recheck_person o where o.person = p.person and o.campaign + 0 = p.campaign and o.there <> '')`, d.ID)
	for _, a := range list {
		if err == nil {
			a.Said, err = saidBefore(ctx, tx, d.Campaign, a.Person)
		}
		if err == nil {
			a.Answer = Judge(a.Counted, a.Recorded, a.Said)
			err = updateAnswer(ctx, tx, a)
		}
	}
	return err
}

const personColumns = `p.draw, p.campaign, p.unit, p.person, p.lo, p.stratum, p.place, p.counted, p.document, p.record, coalesce(r.form, ''), p.asked_at, p.closed_at, p.answer, p.there, p.form, p.heard, p.salt`

func scanPerson(scan func(...any) error) (a asked, err error) {
	err = scan(&a.Draw, &a.Campaign, &a.Unit, &a.Person, &a.lo, &a.stratum, &a.place, &a.Counted, &a.Document, &a.Record, &a.Recorded, &a.Asked, &a.Closes,
		&a.Answer, &a.Said.There, &a.Said.Form, &a.Said.Heard, &a.salt)
	return a, err
}

// people are those of a draw in the order in which it names them.
func people(ctx context.Context, tx db.Tx, draw id.ID) ([]asked, error) {
	return db.All(ctx, tx, scanPerson, `select `+personColumns+` from recheck_person p left join attendance_record r on r.id = p.record
		join recheck_stratum s on s.draw = p.draw and s.unit = p.stratum where p.draw = $1 order by s.ord, p.counted desc, p.place`, draw)
}

// ofPerson are the questions to a person that are not over.
func ofPerson(ctx context.Context, tx db.Tx, person id.ID, now int64) ([]asked, error) {
	return db.All(ctx, tx, scanPerson, `select `+personColumns+` from recheck_person p left join attendance_record r on r.id = p.record
		join recheck_draw d on d.id = p.draw where p.person = $1 and d.state = 'drawn' and d.closes_at > $2 order by p.asked_at, p.draw`, person, now)
}

func updateAnswer(ctx context.Context, tx db.Tx, a asked) error {
	_, err := tx.ExecContext(ctx, `update recheck_person set answer = $3, there = $4, form = $5, heard = $6, closed_at = $7 where draw = $1 and person = $2`,
		a.Draw, a.Person, a.Answer, a.Said.There, a.Said.Form, a.Said.Heard, a.Closes)
	return err
}

// skipRest closes what was not answered, or not to the end.
func skipRest(ctx context.Context, tx db.Tx, draw id.ID) error {
	_, err := tx.ExecContext(ctx, `update recheck_person set answer = 'skipped' where draw = $1 and answer = ''`, draw)
	return err
}
