package morning

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/base/account/secret"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// Fill stores the morning in an empty, migrated database, past the use cases: people by the
// statement, not one by one. A database that holds anything already is refused.
func (m Morning) Fill(ctx context.Context, d *db.DB) error {
	if err := errors.Join(m.Check(), empty(ctx, d)); err != nil {
		return err
	}
	if err := d.Bulk(ctx, true); err != nil {
		return err
	}
	steps := []func(context.Context, db.Tx) error{m.tree, m.frozen, m.meetings, m.ushers, m.officer}
	for from := 0; from < m.Sites; from += piece {
		steps = append(steps, func(ctx context.Context, tx db.Tx) error { return m.people(ctx, tx, from, min(from+piece, m.Sites)) })
	}
	for _, step := range steps {
		if err := d.Write(ctx, func(tx db.Tx) error { return step(ctx, tx) }); err != nil {
			return fmt.Errorf("fill: %w", err)
		}
	}
	if err := d.Bulk(ctx, false); err != nil {
		return err
	}
	return d.Analyze(ctx)
}

func empty(ctx context.Context, d *db.DB) error {
	return d.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from org_unit`)
		if err == nil && n > 0 {
			err = fmt.Errorf("fill: the database is in use: it has %d units", n)
		}
		return err
	})
}

// piece is how many cells' people go into one transaction.
const piece = 2_000

// script runs statements with their arguments until one fails.
type script struct {
	ctx context.Context
	tx  db.Tx
	err error
}

func (s *script) do(query string, args ...any) {
	if s.err == nil {
		_, s.err = s.tx.ExecContext(s.ctx, query, args...)
	}
}

// numbers is a table n (v) of the numbers from its first parameter up to, not including, the next.
const numbers = `with recursive n (v) as (select cast($1 as bigint) union all select v + 1 from n where v + 1 < $2) `

// ofCell is the province of cell v, written out for statements; $3 the number of cells.
const ofCell = `(v * 34 / cast($3 as bigint))`

func (m Morning) tree(ctx context.Context, tx db.Tx) error {
	s := &script{ctx: ctx, tx: tx}
	unit := `insert into org_unit (id, code, level, parent, name, short, folded, sort_key, position, created_at) `
	s.do(unit+`values ($1, 'M', 'central', null, 'Đảng bộ mẫu toàn quốc', 'Toàn quốc mẫu', 'dang bo mau toan quoc', 'm', 0, 0)`, topID)
	s.do(unit+numbers+`select cast($3 as bigint) + v, 'M' || v, 'province', cast($4 as bigint), 'Đảng bộ tỉnh mẫu ' || v, 'Tỉnh mẫu ' || v, 'tinh mau ' || v, 'm' || v, v, 0 from n`,
		0, provinces, provID, topID)
	s.do(unit+numbers+`select cast($4 as bigint) + v, 'M-' || v, 'cell', cast($5 as bigint) + `+ofCell+`, 'Chi bộ mẫu ' || v, 'Chi bộ mẫu ' || v, 'chi bo mau ' || v, 'm' || v, v, 0 from n`,
		0, m.Sites, m.Sites, unitID, provID)
	below := `insert into org_below (top, unit, depth) `
	s.do(below + `select id, id, 0 from org_unit`)
	s.do(below + `select parent, id, 1 from org_unit where parent is not null`)
	s.do(below + `select p.parent, u.id, 2 from org_unit u join org_unit p on p.id = u.parent where p.parent is not null`)
	return s.err
}

func (m Morning) frozen(ctx context.Context, tx db.Tx) error {
	s := &script{ctx: ctx, tx: tx}
	s.do(`insert into campaign (id, unit, title, folded, state, starts_on, sample, code_key, units, members, opened_at, created_at)
		values ($1, $2, 'Đợt học tập mẫu', 'dot hoc tap mau', 'open', '2026-01-01', true, $3, $4, $5, 1, 1)`, campID, topID, codeKey, m.Sites+provinces+1, m.People())
	unit := `insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members) `
	s.do(unit+`values ($1, $2, null, 1, $3, 0, 'central', 'Đảng bộ mẫu toàn quốc', 'Toàn quốc mẫu', 0)`, campID, topID, 1+provinces+m.Sites)
	for p := range provinces {
		first, end := m.first(p), m.first(p+1)
		s.do(unit+`values ($1, $2, $3, $4, $5, 1, 'province', $6, $6, 0)`, campID, provID+p, topID, 2+p+first, 2+p+end, fmt.Sprint("Tỉnh mẫu ", p))
	}
	s.do(unit+numbers+`select cast($4 as bigint), cast($5 as bigint) + v, cast($6 as bigint) + `+ofCell+`, 3 + v + `+ofCell+`, 3 + v + `+ofCell+`, 2, 'cell', 'Chi bộ mẫu ' || v, 'Chi bộ mẫu ' || v, cast($7 as bigint) from n`,
		0, m.Sites, m.Sites, campID, unitID, provID, m.Each)
	return s.err
}

func (m Morning) meetings(ctx context.Context, tx db.Tx) error {
	s := &script{ctx: ctx, tx: tx}
	for k := range m.Meetings {
		s.do(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at)
			values ($1, $2, 'resolution', $3, 'Cơ quan mẫu', '2026-01-01', $4, 'nghi quyet mau', 0)`, m.Document(k), topID, fmt.Sprint(k+1, "-NQ/M"), fmt.Sprint("Nghị quyết mẫu ", k+1))
		s.do(`insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, campID, m.Document(k), k)
		s.do(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at)
			values ($1, $2, $3, 'conference', 'in_person', $4, 'hoi nghi mau', $5, $6, 'planned', 0)`,
			m.Meeting(k), campID, topID, fmt.Sprint("Hội nghị mẫu ", k+1), m.Begins.UnixMilli(), m.Begins.UnixMilli()+4*3_600_000)
		s.do(`insert into meeting_document (meeting, document) values ($1, $2)`, m.Meeting(k), m.Document(k))
		s.do(`insert into meeting_site (id, meeting, ord, name, unit) `+numbers+`select cast($3 as bigint) + v, cast($4 as bigint), v, 'Điểm cầu mẫu ' || v, cast($5 as bigint) + v from n`,
			0, m.Sites, int64(m.Site(k, 0)), int64(m.Meeting(k)), unitID)
		s.do(`insert into meeting_invite (id, meeting, site, unit) `+numbers+`select cast($3 as bigint) + v, cast($4 as bigint), cast($5 as bigint) + v, cast($6 as bigint) + v from n`,
			0, m.Sites, inviteID+int64(k)*perKind, int64(m.Meeting(k)), int64(m.Site(k, 0)), unitID)
	}
	return s.err
}

// people fills the cells from..to.
func (m Morning) people(ctx context.Context, tx db.Tx, from, to int) error {
	s := &script{ctx: ctx, tx: tx}
	lo, hi := from*m.Each, to*m.Each
	s.do(`insert into person (id, name, folded, name_key, kind, unit, created_at) `+numbers+`
		select cast($3 as bigint) + v, 'Đảng viên mẫu ' || (v + 1), 'dang vien mau ' || (v + 1), 'mau ' || (v + 1), 'official', cast($4 as bigint) + v / cast($5 as bigint), 0 from n`,
		lo, hi, personID, unitID, m.Each)
	s.do(`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) `+numbers+`
		select cast($3 as bigint), cast($4 as bigint) + v, v + 1, cast($5 as bigint) + v / cast($6 as bigint),
			3 + v / cast($6 as bigint) + v / cast($6 as bigint) * 34 / cast($7 as bigint), 'member', false, false from n`,
		lo, hi, campID, personID, unitID, m.Each, m.Sites)
	return s.err
}

func (m Morning) ushers(ctx context.Context, tx db.Tx) error {
	s := &script{ctx: ctx, tx: tx}
	s.do(`insert into account (id, login, name, created_at) `+numbers+`select cast($3 as bigint) + v, 'usher-' || v, 'Tổ phục vụ mẫu ' || v, 0 from n`, 0, m.Sites, userID)
	s.do(`insert into access_grant (id, account, role, unit, valid_from, created_at) `+numbers+`
		select cast($3 as bigint) + v, cast($3 as bigint) + v, 'usher', cast($4 as bigint) + v, '2026-01-01', 0 from n`, 0, m.Sites, userID, unitID)
	if s.err != nil {
		return s.err
	}
	rows := make([][]any, m.Sites)
	for i := range rows {
		rows[i] = m.pass(m.Usher(i), m.Token(i))
	}
	return batch.Insert(ctx, tx, passHead, 7, rows)
}

const passHead = `insert into account_token (id, hash, account, name, created_at, expires_at, used_at)`

// pass is a token's row; it was used a moment ago, so that the run is not spent on noting it.
func (m Morning) pass(account id.ID, token string) []any {
	at := m.Begins.UnixMilli()
	return []any{account, secret.Hash(token), account, "mẫu", at, at + 24*3_600_000, at}
}

func (m Morning) officer(ctx context.Context, tx db.Tx) error {
	s := &script{ctx: ctx, tx: tx}
	s.do(`insert into account (id, login, name, created_at) values ($1, 'officer', 'Cán bộ mẫu', 0)`, adminID)
	s.do(`insert into access_grant (id, account, role, unit, valid_from, created_at) values ($1, $1, 'officer', $2, '2026-01-01', 0)`, adminID, topID)
	s.do(`insert into setting_value (id, key, unit, valid_from, value, source, created_at) values ($1, 'account.factor_required', null, '2026-01-01', 'false', 'mẫu', 0)`, adminID)
	if s.err != nil {
		return s.err
	}
	return batch.Insert(ctx, tx, passHead, 7, [][]any{m.pass(adminID, m.Officer())})
}
