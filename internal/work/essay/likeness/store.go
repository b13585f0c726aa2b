package likeness

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// event is a change of a campaign's index.
type event struct {
	seq   int64
	essay id.ID
	gone  bool
	print []byte
}

func eventsAfter(ctx context.Context, tx db.Tx, campaign id.ID, seq int64) ([]event, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e event, err error) {
		err = scan(&e.seq, &e.essay, &e.gone, &e.print)
		return e, err
	}, `select seq, essay, false as gone, print from likeness_essay where campaign = $1 and seq > $2
		union all select seq, essay, true, print from likeness_gone where campaign = $1 and seq > $2 order by 1`, campaign, seq)
}

// lastSeq is the number of the newest event of a campaign, 0 before the first.
func lastSeq(ctx context.Context, tx db.Tx, campaign id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(max(seq), 0) from (
		select max(seq) as seq from likeness_essay where campaign = $1
		union all select max(seq) from likeness_gone where campaign = $1
		union all select max(seq) from likeness_saved where campaign = $1) x`, campaign)
}

func savedSeq(ctx context.Context, tx db.Tx, campaign id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(max(seq), 0) from likeness_saved where campaign = $1`, campaign)
}

// unsaved are the campaigns whose stored index lacks something or holds what is gone.
func unsaved(ctx context.Context, tx db.Tx) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select l.campaign from (select campaign, max(seq) as seq from likeness_essay where seq is not null group by campaign) l
		left join likeness_saved s on s.campaign = l.campaign where l.seq > coalesce(s.seq, 0) union select campaign from likeness_gone order by 1`)
}

// pastMost is how many earlier campaigns an essay is compared with, the latest of them.
const pastMost = 20

// sealed is the stored index of a closed campaign.
type sealed struct{ campaign, seq id.ID }

func earlier(ctx context.Context, tx db.Tx, campaign id.ID) ([]sealed, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p sealed, err error) {
		err = scan(&p.campaign, &p.seq)
		return p, err
	}, `select s.campaign, s.seq from likeness_saved s join campaign c on c.id = s.campaign where c.state = 'closed' and s.campaign < $1
		order by s.campaign desc limit $2`, campaign, pastMost)
}

func loadSegments(ctx context.Context, tx db.Tx, campaign id.ID, seq int64) (out []*textreuse.Segment, err error) {
	type piece struct {
		ord  int64
		body []byte
	}
	pieces, err := db.All(ctx, tx, func(scan func(...any) error) (p piece, err error) {
		err = scan(&p.ord, &p.body)
		return p, err
	}, `select ord, body from likeness_segment where campaign = $1 and seq = $2 order by ord, piece`, campaign, seq)
	if err != nil {
		return nil, err
	}
	for len(pieces) > 0 {
		n := 1
		for n < len(pieces) && pieces[n].ord == pieces[0].ord {
			n++
		}
		var blob []byte
		for _, p := range pieces[:n] {
			blob = append(blob, p.body...)
		}
		pieces = pieces[n:]
		seg, err := textreuse.OpenSegment(blob)
		if err != nil {
			return nil, fmt.Errorf("index of %s: %w", campaign, err)
		}
		out = append(out, seg)
	}
	return out, nil
}

func putPiece(ctx context.Context, tx db.Tx, campaign id.ID, seq int64, ord, piece int, body []byte) error {
	_, err := tx.ExecContext(ctx, `insert into likeness_segment (campaign, seq, ord, piece, body) values ($1, $2, $3, $4, $5)
		on conflict (campaign, seq, ord, piece) do update set body = excluded.body`, campaign, seq, ord, piece, body)
	return err
}

// closeSave says that the segments of seq are whole, and drops what they replace.
func closeSave(ctx context.Context, tx db.Tx, campaign id.ID, seq int64) error {
	for _, q := range []string{
		`insert into likeness_saved (campaign, seq) values ($1, $2) on conflict (campaign) do update set seq = excluded.seq`,
		`delete from likeness_segment where campaign = $1 and seq <> $2`,
		`delete from likeness_gone where campaign = $1 and seq <= $2`,
	} {
		if _, err := tx.ExecContext(ctx, q, campaign, seq); err != nil {
			return err
		}
	}
	return nil
}

// outdated makes the essays wait whose engine is not like the one given, and drops the
// indexes they are in.
func outdated(ctx context.Context, tx db.Tx, engine string) error {
	old, err := db.All(ctx, tx, db.Value[id.ID], `select distinct campaign from likeness_essay where seq is not null and engine not like $1`, engine)
	if err != nil {
		return err
	}
	for _, campaign := range old {
		for _, q := range []string{
			`delete from likeness_segment where campaign = $1`,
			`delete from likeness_saved where campaign = $1`,
			`delete from likeness_gone where campaign = $1`,
			`update likeness_essay set seq = null, again = false, letters = null, print = null where campaign = $1`,
		} {
			if _, err := tx.ExecContext(ctx, q, campaign); err != nil {
				return err
			}
		}
	}
	return nil
}

// letters reads an essay as it was made ready; nil when it is gone.
func letters(ctx context.Context, tx db.Tx, essay id.ID) (*textreuse.Essay, error) {
	b, err := db.One(ctx, tx, db.Value[[]byte], `select letters from likeness_essay where essay = $1 and letters is not null`, essay)
	if fault.Of(err) == fault.Missing {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return textreuse.OpenEssay(b)
}

func eachPrint(ctx context.Context, tx db.Tx, campaign id.ID, do func(id.ID, textreuse.Print)) error {
	rows, err := tx.QueryContext(ctx, `select essay, print from likeness_essay where campaign = $1 and print is not null`, campaign)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var essay id.ID
		var b []byte
		if err := rows.Scan(&essay, &b); err != nil {
			return err
		}
		p, err := textreuse.OpenPrint(b)
		if err != nil {
			return err
		}
		do(essay, p)
	}
	return rows.Err()
}

// open is a campaign in which essays wait and that no other replica has; 0 when there is none.
func open(ctx context.Context, tx db.Tx, me id.ID, at int64) (id.ID, error) {
	found, err := db.All(ctx, tx, db.Value[id.ID], `select l.campaign from likeness_essay l where (l.seq is null or l.again)
		and not exists (select 1 from likeness_turn t where t.campaign = l.campaign and t.holder <> $1 and t.until > $2)
		order by case when l.seq is null then 0 else 1 end, l.essay limit 1`, me, at)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// takeTurn answers false when another replica has the campaign.
func takeTurn(ctx context.Context, tx db.Tx, campaign, me id.ID, at, until int64) (bool, error) {
	n, err := db.Exec(ctx, tx, `insert into likeness_turn (campaign, holder, until) values ($1, $2, $4)
		on conflict (campaign) do update set holder = excluded.holder, until = excluded.until
		where likeness_turn.holder = excluded.holder or likeness_turn.until <= $3`, campaign, me, at, until)
	return n == 1, err
}

// yield gives every turn back.
func yield(ctx context.Context, tx db.Tx, me id.ID) error {
	_, err := tx.ExecContext(ctx, `delete from likeness_turn where holder = $1`, me)
	return err
}

// waits lists what is to be compared in a campaign: new essays, or else those that are to be
// compared again.
func waits(ctx context.Context, tx db.Tx, campaign id.ID, most int) ([]task, error) {
	all, err := db.All(ctx, tx, func(scan func(...any) error) (t task, err error) {
		err = scan(&t.essay, &t.campaign, &t.unit, &t.version, &t.fresh, &t.body)
		return t, err
	}, `select l.essay, l.campaign, l.unit, l.version, l.seq is null, v.body from likeness_essay l join essay_version v on v.id = l.version
		where l.campaign = $1 and (l.seq is null or l.again) order by case when l.seq is null then 0 else 1 end, l.essay limit $2`, campaign, most)
	return slices.DeleteFunc(all, func(t task) bool { return t.fresh != all[0].fresh }), err
}

// putFound answers false when the version is no longer the one compared.
func putFound(ctx context.Context, tx db.Tx, f found, seq, at int64, version string) (bool, error) {
	x := figures(f.r)
	n, err := db.Exec(ctx, tx, `update likeness_essay set again = false, letters = $1, print = $2, own = $3, copied = $4, exempt = $5, longest = $6,
		sources = $7, share = $8, flags = $9, engine = $10, compared_at = $11, seq = coalesce(seq, $12) where essay = $13 and version = $14`,
		f.e.Bytes(), f.e.Print.Bytes(), x.Own, x.Copied, x.Exempt, x.Longest, x.Sources, x.Share(), sum(flags(f.e.Flags, 0)), version, at, seq, f.essay, f.version)
	return n == 1, err
}

func sum(flags []Flag) (n int64) {
	for _, f := range flags {
		n += f.N
	}
	return n
}

func putPassages(ctx context.Context, tx db.Tx, f found) error {
	if _, err := tx.ExecContext(ctx, `delete from likeness_passage where essay = $1`, f.essay); err != nil {
		return err
	}
	for i, p := range f.r.Passages {
		_, err := tx.ExecContext(ctx, `insert into likeness_passage (essay, source, ord, starts, ends, source_starts, source_ends, also, hidden)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, f.essay, id.ID(p.Source), i, p.From, p.To, p.SourceFrom, p.SourceTo, p.Also, p.Hidden)
		if err != nil {
			return err
		}
	}
	return nil
}

func putLinks(ctx context.Context, tx db.Tx, f found) error {
	if _, err := tx.ExecContext(ctx, `delete from likeness_link where a = $1`, f.essay); err != nil {
		return err
	}
	for _, l := range f.r.Links(textreuse.ID(f.essay)) {
		if _, err := tx.ExecContext(ctx, `insert into likeness_link (a, b) values ($1, $2) on conflict do nothing`, id.ID(l.A), id.ID(l.B)); err != nil {
			return err
		}
	}
	return nil
}

// askAgain lets the essays of the campaign that share something with a new one be compared
// again; what is sealed stays as it was.
func askAgain(ctx context.Context, tx db.Tx, campaign id.ID, r *textreuse.Result) error {
	for _, s := range r.Sources {
		if _, err := tx.ExecContext(ctx, `update likeness_essay set again = true where essay = $1 and campaign = $2 and seq is not null and not again`, id.ID(s.ID), campaign); err != nil {
			return err
		}
	}
	return nil
}

// put makes the version an essay was handed in with wait; what was found before goes. The
// talk is kept, but says nothing of another version.
func put(ctx context.Context, tx db.Tx, essay, version id.ID) error {
	if err := forget(ctx, tx, essay); err != nil {
		return err
	}
	n, err := db.Exec(ctx, tx, `insert into likeness_essay (essay, campaign, unit, version)
		select e.id, e.campaign, e.unit, v.id from essay e join essay_version v on v.essay = e.id
		where e.id = $1 and v.id = $2 and v.body <> ''
		on conflict (essay) do update set version = excluded.version, seq = null, again = false, letters = null, print = null,
		own = 0, copied = 0, exempt = 0, longest = 0, sources = 0, share = 0, flags = 0, engine = '', compared_at = null,
		state = case when likeness_essay.version = excluded.version then likeness_essay.state else '' end`, essay, version)
	if err != nil || n > 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `delete from likeness_essay where essay = $1`, essay)
	return err
}

// remove takes an essay out for good.
func remove(ctx context.Context, tx db.Tx, essay id.ID) error {
	if err := forget(ctx, tx, essay); err != nil {
		return err
	}
	for _, q := range []string{
		`delete from likeness_note where essay = $1`,
		`delete from likeness_unveiled where essay = $1`,
		`delete from likeness_essay where essay = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, essay); err != nil {
			return err
		}
	}
	return nil
}

// forget drops what was found of an essay; the index hears of it through likeness_gone.
func forget(ctx context.Context, tx db.Tx, essay id.ID) error {
	campaign, err := db.One(ctx, tx, db.Value[id.ID], `select campaign from likeness_essay where essay = $1`, essay)
	if fault.Of(err) == fault.Missing {
		return nil
	}
	if err != nil {
		return err
	}
	seq, err := lastSeq(ctx, tx, campaign)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `insert into likeness_gone (id, campaign, seq, essay, print)
		select $1, campaign, $2, essay, print from likeness_essay where essay = $3 and seq is not null`, id.New(), seq+1, essay); err != nil {
		return err
	}
	for _, q := range []string{
		`update likeness_essay set again = true where seq is not null and essay in
			(select p.essay from likeness_passage p where p.source = $1)`,
		`delete from likeness_passage where essay = $1 or source = $1`,
		`delete from likeness_link where a = $1 or b = $1`,
		`delete from likeness_member where essay = $1`,
		`delete from likeness_marked where essay = $1`,
		`delete from likeness_member where shared in (select s.id from likeness_shared s where s.essay = $1)`,
		`delete from likeness_shared where essay = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, essay); err != nil {
			return err
		}
	}
	return nil
}
