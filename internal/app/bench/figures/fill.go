package figures

import (
	"context"
	"fmt"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The invented nation: provinces, communes, grassroots organisations and cells, each cell
// with 24 members and one registered person outside the Party. Numbers of units are those of
// their places in the frozen tree.
const (
	campID, unitID, personID, docID = id.ID(1), id.ID(1_000_000), id.ID(100_000_000), id.ID(10)
	meetID, siteID, recordID        = id.ID(20), id.ID(30), id.ID(200_000_000)
	each                            = 25
	stride                          = 1_000_003 // records are made cell by cell, cells as they come
	bases, communes, provinces      = 52_000, 3_321, 34
)

// unit is a place of the tree.
type unit struct {
	lo, hi, parent, depth int
	level                 string
	cell                  int // of a cell: its number
}

// tree is the nation with so many cells, in tree order; the rest shrinks with it.
func tree(cells int) (all []unit) {
	counts := []int{1, provinces, max(provinces, communes*cells/230_000), max(provinces, bases*cells/230_000), cells}
	levels := []string{"central", "province", "commune", "grassroots", "cell"}
	next := make([]int, len(counts))
	var grow func(parent, depth int)
	grow = func(parent, depth int) {
		at := len(all)
		all = append(all, unit{lo: at + 1, parent: parent, depth: depth, level: levels[depth], cell: next[depth]})
		next[depth]++
		if depth+1 < len(counts) {
			for until := next[depth] * counts[depth+1] / counts[depth]; next[depth+1] < until; {
				grow(at+1, depth+1)
			}
		}
		all[at].hi = len(all)
	}
	grow(0, 0)
	return all
}

// What is drawn of person v: cell c, k in it.
const (
	cellOf  = `(v / 25)`
	inCell  = `(v % 25)`
	kindOf  = `case when ` + inCell + ` = 24 then 'civil' else 'member' end`
	exempt  = inCell + ` in (0, 8)`
	studied = `(` + cellOf + ` + ` + inCell + `) % 25 <> 5`
	formOf  = `case ` + inCell + ` when 1 then 'online' when 2 then 'relay' when 3 then 'self_study' when 4 then 'make_up' when 5 then 'higher' else 'in_person' end`
	gradeOf = `1 + (` + cellOf + ` + ` + inCell + `) % 5`
	numbers = `with recursive n (v) as (select cast($1 as bigint) union all select v + 1 from n where v + 1 < $2) `
)

// tally is what person k of cell c adds to the cell's row, in the order of its columns.
func tally(c int) (member, civil [13]int) {
	forms := map[int]int{1: 3, 2: 12, 3: 4, 4: 5, 5: 6}
	for k := range each {
		if (c+k)%each == 5 {
			continue
		}
		n := &member
		if k == 24 {
			n = &civil
		}
		n[0]++
		if k == 0 || k == 8 {
			n[1]++
		}
		if at, ok := forms[k]; ok {
			n[at]++
		} else {
			n[2]++
		}
		n[7+(c+k)%5]++
	}
	return member, civil
}

func (f *Figures) fill(ctx context.Context) error {
	steps := []func(context.Context, db.Tx) error{f.units, f.frozen, f.paper, f.reports}
	for from := 0; from < f.Cells; from += 20_000 {
		steps = append(steps, func(ctx context.Context, tx db.Tx) error { return f.tallies(ctx, tx, from, min(from+20_000, f.Cells)) })
	}
	steps = append(steps, f.held)
	for from := f.Cells - f.whole(); from < f.Cells; from += 2_000 {
		steps = append(steps, func(ctx context.Context, tx db.Tx) error { return f.rows(ctx, tx, from, min(from+2_000, f.Cells)) })
	}
	steps = append(steps, folded)
	for _, step := range steps {
		if err := f.app.DB.Write(ctx, func(tx db.Tx) error { return step(ctx, tx) }); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	return f.app.DB.Analyze(ctx)
}

func (f *Figures) units(ctx context.Context, tx db.Tx) error {
	var rows [][]any
	for _, u := range f.tree {
		name := fmt.Sprintf("Đơn vị mẫu %06d", u.lo)
		rows = append(rows, []any{unitID + id.ID(u.lo), name, u.level, f.above(u), name, "x", name, name, 0})
	}
	if err := batch.Insert(ctx, tx, `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at)`, 9, rows); err != nil {
		return err
	}
	return run(ctx, tx, `insert into org_below (top, unit, depth) select id, id, 0 from org_unit`,
		`insert into org_below (top, unit, depth) select parent, id, 1 from org_unit where parent is not null`,
		`insert into org_below (top, unit, depth) select p.parent, u.id, 2 from org_unit u join org_unit p on p.id = u.parent where p.parent is not null`,
		`insert into org_below (top, unit, depth) select q.parent, u.id, 3 from org_unit u join org_unit p on p.id = u.parent join org_unit q on q.id = p.parent where q.parent is not null`,
		`insert into org_below (top, unit, depth) select r.parent, u.id, 4 from org_unit u join org_unit p on p.id = u.parent join org_unit q on q.id = p.parent join org_unit r on r.id = q.parent where r.parent is not null`)
}

func (f *Figures) above(u unit) id.ID {
	if u.parent == 0 {
		return 0
	}
	return unitID + id.ID(u.parent)
}

func run(ctx context.Context, tx db.Tx, queries ...string) error {
	for _, q := range queries {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("%.60s: %w", q, err)
		}
	}
	return nil
}

func (f *Figures) frozen(ctx context.Context, tx db.Tx) error {
	if _, err := tx.ExecContext(ctx, `insert into campaign (id, unit, title, folded, state, starts_on, sample, code_key, units, members, opened_at, created_at)
		values ($1, $2, 'Đợt học tập mẫu', 'dot hoc tap mau', 'open', '2026-01-01', true, 1, $3, $4, 1, 1)`, campID, f.top(), len(f.tree), f.Cells*24); err != nil {
		return err
	}
	var rows [][]any
	for _, u := range f.tree {
		name, members, exempt, civil := fmt.Sprintf("Đơn vị mẫu %06d", u.lo), 0, 0, 0
		if u.level == "cell" {
			members, exempt, civil = 24, 2, 1
		}
		rows = append(rows, []any{campID, unitID + id.ID(u.lo), f.above(u), u.lo, u.hi, u.depth, u.level, name, name, members, exempt, civil})
	}
	return batch.Insert(ctx, tx, `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil)`, 12, rows)
}

func (f *Figures) top() id.ID { return unitID + 1 }

func (f *Figures) paper(ctx context.Context, tx db.Tx) error {
	return run(ctx, tx,
		fmt.Sprintf(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values (%d, %d, 'resolution', '1-NQ/M', 'Cơ quan mẫu', '2026-01-01', 'Nghị quyết mẫu', 'x', 0)`, docID, f.top()),
		fmt.Sprintf(`insert into campaign_document (campaign, document, ord) values (%d, %d, 0)`, campID, docID),
		fmt.Sprintf(`insert into campaign_due (campaign, unit, level, due_on, inclusive, at) select %d, %d, code, '2026-02-01', false, 0 from org_level where code in ('province', 'commune', 'grassroots')`, campID, f.top()),
		fmt.Sprintf(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values (%d, %d, %d, 'conference', 'online', 'Hội nghị mẫu', 'x', 1, %d, 'held', 0)`, meetID, campID, f.top(), f.app.Now.Ms()+86_400_000),
		fmt.Sprintf(`insert into meeting_document (meeting, document) values (%d, %d)`, meetID, docID),
		fmt.Sprintf(`insert into meeting_site (id, meeting, ord, name, unit) values (%d, %d, 0, 'Điểm cầu mẫu', %d)`, siteID, meetID, f.top()),
		fmt.Sprintf(`insert into meeting_invite (id, meeting, site, unit) values (40, %d, %d, %d)`, meetID, siteID, f.top()))
}

// reports are sent by every unit above the cells.
func (f *Figures) reports(ctx context.Context, tx db.Tx) error {
	return run(ctx, tx, fmt.Sprintf(`insert into report (id, campaign, unit, state, version, verified, first_sent_at, sent_at, created_at)
		select unit, campaign, unit, 'accepted', 1, true, 2, 2, 1 from campaign_unit where campaign = %d and depth between 1 and 3`, campID))
}

// held are one meeting of each grassroots organisation with a talk and, at every other one, people
// counted by head, and the plans of all who report.
func (f *Figures) held(ctx context.Context, tx db.Tx) error {
	const bases = ` from campaign_unit where campaign = 1 and level = 'grassroots'`
	return run(ctx, tx,
		`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, speeches, created_at)
			select 1000000000 + lo, 1, unit, case when lo % 7 = 0 then 'thematic' else 'conference' end, 'in_person', 'Hội nghị mẫu', 'x', 1, 2, 'held', lo % 5, 0`+bases,
		`insert into meeting_document (meeting, document) select 1000000000 + lo, 10`+bases,
		`insert into meeting_site (id, meeting, ord, name, unit) select 1000000000 + lo, 1000000000 + lo, 0, 'Hội trường mẫu', unit`+bases,
		`insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_level)
			select 1000000000 + lo, 1000000000 + lo, 0, 'talk', 'Chuyên đề mẫu', 60, 'Báo cáo viên mẫu', case when lo % 3 = 0 then 'Tỉnh' else 'Xã' end`+bases,
		`insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, at, by_name)
			select 1000000000 + lo, 1, 1000000000 + lo, 1000000000 + lo, unit, 'mass', 20 + lo % 30, 1, 'x'`+bases+` and lo % 2 = 0`,
		`insert into plan (id, campaign, unit, state, sent_at, created_at) select unit, 1, unit, case when lo % 3 = 0 then 'draft' else 'sent' end, 1, 0
			from campaign_unit where campaign = 1 and depth between 1 and 3`)
}

const tallyHead = `insert into attendance_tally (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)`

// tallies are those of the cells numbered from..to.
func (f *Figures) tallies(ctx context.Context, tx db.Tx, from, to int) error {
	var rows [][]any
	for _, u := range f.tree {
		if u.level != "cell" || u.cell < from || u.cell >= to {
			continue
		}
		member, civil := tally(u.cell)
		for kind, n := range map[string][13]int{"member": member, "civil": civil} {
			row := []any{campID, docID, u.lo, kind}
			for _, v := range n {
				row = append(row, v)
			}
			rows = append(rows, row)
		}
	}
	return batch.Insert(ctx, tx, tallyHead, 17, rows)
}

// rows are those behind the tallies of the cells numbered from..to.
func (f *Figures) rows(ctx context.Context, tx db.Tx, from, to int) error {
	const cell = ` join campaign_unit u on u.campaign = 1 and u.lo = x.lo`
	if _, err := tx.ExecContext(ctx, `create temporary table bench_cell (c bigint primary key, lo bigint, record bigint)`); err != nil {
		return err
	}
	var rows [][]any
	for _, u := range f.tree {
		if u.level == "cell" && u.cell >= from && u.cell < to {
			rows = append(rows, []any{u.cell, u.lo, recordID + id.ID(u.cell*stride%f.Cells*each)})
		}
	}
	err := batch.Insert(ctx, tx, `insert into bench_cell (c, lo, record)`, 3, rows)
	for _, q := range []string{
		`insert into person (id, name, folded, name_key, kind, unit, created_at) ` + numbers + `
			select cast($3 as bigint) + v, 'Đảng viên mẫu ' || v, 'dang vien mau ' || v, 'mau ' || v, 'official', u.unit, 0 from n join bench_cell x on x.c = ` + cellOf + cell,
		`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) ` + numbers + `
			select 1, cast($3 as bigint) + v, v + 1, u.unit, u.lo, ` + kindOf + `, false, ` + exempt + ` from n join bench_cell x on x.c = ` + cellOf + cell,
		`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) ` + numbers + `
			select x.record + ` + inCell + `, 1, 20, 30, cast($3 as bigint) + v, ` + formOf + `, 'own_code', ` + gradeOf + `, 1, 1, 'x', false from n join bench_cell x on x.c = ` + cellOf + ` where ` + studied,
		`insert into attendance_studied (campaign, document, person, record) ` + numbers + `
			select 1, 10, cast($3 as bigint) + v, x.record + ` + inCell + ` from n join bench_cell x on x.c = ` + cellOf + ` where ` + studied,
		`insert into attendance_absence (meeting, person, campaign, reason, note, at) ` + numbers + `
			select 20, cast($3 as bigint) + v, 1, case when v % 2 = 0 then 'sick' else '' end, '', 1 from n where ` + inCell + ` <> 24 and ` + cellOf + ` % 2 = 0 and not (` + studied + `)`,
	} {
		if err == nil {
			_, err = tx.ExecContext(ctx, q, from*each, to*each, personID)
		}
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `drop table bench_cell`)
	}
	return err
}

// folded is what attendance carries upward, as its repair does it.
func folded(ctx context.Context, tx db.Tx) error {
	for _, kind := range []string{"member", "civil"} {
		err := run(ctx, tx, `insert into attendance_fold (campaign, document, lo, kind, studied, exempt, in_person, online, self_study, make_up, higher, e1, e2, e3, e4, e5, relay)
			select 1, 10, u.lo, '`+kind+`', sum(t.studied), sum(t.exempt), sum(t.in_person), sum(t.online), sum(t.self_study),
				sum(t.make_up), sum(t.higher), sum(t.e1), sum(t.e2), sum(t.e3), sum(t.e4), sum(t.e5), sum(t.relay)
			from campaign_unit u join attendance_tally t on t.campaign = 1 and t.document = 10 and t.kind = '`+kind+`' and t.lo between u.lo and u.hi
			where u.campaign = 1 and u.hi > u.lo group by u.lo`)
		if err != nil {
			return err
		}
	}
	return nil
}
