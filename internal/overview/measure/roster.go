package measure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"log/slog"
	"strconv"
	"time"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The print of a unit's roster is the SHA-256, in hexadecimal, of one line for each person
// whose study home it is, in the order of their numbers: the number in decimal, a space, "m"
// for a member or "c" for others, "e" for exempt or "-"; then of one line for each unit
// directly below in tree order: its print. So a parent's print follows from those below it,
// and nobody can be added, left out or made exempt without changing every print above.

// part is one unit's share of a frozen roster; afterwards with all below it.
type part struct {
	unit                   id.ID
	lo, hi, depth          int64
	members, exempt, civil int64
	print                  string

	hash hash.Hash
}

// person is one line of a print.
func (p *part) person(who id.ID, kind string, exempt bool, buf []byte) []byte {
	buf = strconv.AppendInt(buf[:0], int64(who), 10)
	mark := [2]byte{'c', '-'}
	if kind == "member" {
		mark[0] = 'm'
	}
	if exempt {
		mark[1] = 'e'
	}
	buf = append(buf, ' ', mark[0], mark[1], '\n')
	p.open().Write(buf)
	return buf
}

func (p *part) open() hash.Hash {
	if p.hash == nil {
		p.hash = sha256.New()
	}
	return p.hash
}

func (p *part) close() {
	p.print, p.hash = hex.EncodeToString(p.open().Sum(nil)), nil
}

// fold closes the prints of a tree in tree order, each into the one above it, and adds the
// people up.
func fold(all []part) {
	var way []int
	end := func() {
		i := way[len(way)-1]
		all[i].close()
		if way = way[:len(way)-1]; len(way) > 0 {
			up := &all[way[len(way)-1]]
			up.open().Write([]byte(all[i].print + "\n"))
			up.members, up.exempt, up.civil = up.members+all[i].members, up.exempt+all[i].exempt, up.civil+all[i].civil
		}
	}
	for i := range all {
		for len(way) > 0 && all[way[len(way)-1]].hi < all[i].lo {
			end()
		}
		way = append(way, i)
	}
	for len(way) > 0 {
		end()
	}
}

// read prints the part lo..hi of a campaign's roster, unit by unit. Who stands at a place that is not the
// unit's stands nowhere.
func read(ctx context.Context, tx db.Tx, campaign id.ID, lo, hi int64) ([]part, error) {
	all, err := db.All(ctx, tx, func(scan func(...any) error) (p part, err error) {
		return p, scan(&p.unit, &p.lo, &p.hi, &p.depth, &p.members, &p.exempt, &p.civil)
	}, `select unit, lo, hi, depth, members, exempt, civil from campaign_unit where campaign = $1 and lo between $2 and $3 order by lo`, campaign, lo, hi)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	whole, err := db.One(ctx, tx, db.Value[bool], `select not exists (select 1 from campaign_unit where campaign = $1 and (lo < $2 or lo > $3))`, campaign, lo, hi)
	if err != nil {
		return nil, err
	}
	query, args := `select person, unit, lo, kind, exempt from campaign_roster where campaign = $1 and lo between $2 and $3 order by lo, person`, []any{campaign, lo, hi}
	if whole { // as it lies, so that millions are neither looked up nor sorted
		query, args = `select person, unit, lo, kind, exempt from campaign_roster where campaign = $1 order by person`, args[:1]
	}
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	place := make([]int, all[len(all)-1].lo-all[0].lo+1)
	for i, p := range all {
		place[p.lo-all[0].lo] = i
	}
	var buf []byte
	for rows.Next() {
		var who, unit id.ID
		var at int64
		var kind string
		var exempt bool
		if err := rows.Scan(&who, &unit, &at, &kind, &exempt); err != nil {
			return nil, err
		}
		if i := at - all[0].lo; i >= 0 && i < int64(len(place)) && all[place[i]].unit == unit {
			buf = all[place[i]].person(who, kind, exempt, buf)
		}
	}
	fold(all)
	return all, rows.Err()
}

// Roster is the print of the frozen roster of a unit with all below it. Fault: Missing when
// the unit is not in the campaign's tree.
func Roster(ctx context.Context, tx db.Tx, campaign, unit id.ID) (string, error) {
	p, err := db.One(ctx, tx, func(scan func(...any) error) (p part, err error) {
		return p, scan(&p.lo, &p.hi, &p.print)
	}, `select u.lo, u.hi, coalesce(m.roster, '') from campaign_unit u left join measure_fold m on m.campaign = u.campaign and m.lo = u.lo
		where u.campaign = $1 and u.unit = $2`, campaign, unit)
	if err == nil && p.print == "" {
		var all []part
		if all, err = read(ctx, tx, campaign, p.lo, p.hi); err == nil {
			p = all[0]
		}
	}
	if err != nil {
		return "", fmt.Errorf("roster of %s: %w", unit, err)
	}
	return p.print, nil
}

// Rosters are the prints of a campaign's roster as it lies in the database now, past everything that was
// folded: of the units that have sent a report.
func Rosters(ctx context.Context, tx db.Tx, campaign id.ID) (map[id.ID]string, error) {
	all, err := read(ctx, tx, campaign, 0, 1<<31-1)
	if err != nil {
		return nil, fmt.Errorf("rosters of %s: %w", campaign, err)
	}
	sent, err := db.All(ctx, tx, db.Value[id.ID], `select unit from report where campaign = $1 and version > 0`, campaign)
	out := make(map[id.ID]string, len(sent))
	for _, u := range sent {
		out[u] = ""
	}
	for _, p := range all {
		if _, has := out[p.unit]; has {
			out[p.unit] = p.print
		}
	}
	return out, err
}

// Run does FoldNow every two seconds until ctx ends.
func (s *Service) Run(ctx context.Context) {
	t := time.NewTicker(2 * time.Second)
	defer t.Stop()
	for {
		if err := s.FoldNow(ctx); err != nil && ctx.Err() == nil {
			slog.Error("fold rosters and what was held", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// FoldNow folds the rosters of all campaigns that have opened and are not folded, adds up what
// was held in them, and carries upward what has changed of it since.
func (s *Service) FoldNow(ctx context.Context) error {
	var list []id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		list, err = db.All(ctx, tx, db.Value[id.ID], `select c.id from campaign c join campaign_unit u on u.campaign = c.id and u.unit = c.unit
			where c.state <> 'draft' and u.hi > u.lo and not exists (select 1 from measure_fold m where m.campaign = c.id and m.lo = u.lo) order by c.id`)
		return err
	})
	for _, c := range list {
		if err == nil {
			err = s.fold(ctx, c)
		}
	}
	if err != nil {
		return err
	}
	if list, err = s.unbuilt(ctx); err != nil {
		return err
	}
	for _, c := range list {
		if err == nil {
			err = s.build(ctx, c)
		}
	}
	if err == nil {
		err = s.carry(ctx)
	}
	return err
}

// portion is how many units one transaction writes.
const portion = 2000

// fold prints a campaign's roster and writes a row for each unit, the last in tree order
// first: who finds a unit's row finds all below it.
func (s *Service) fold(ctx context.Context, campaign id.ID) error {
	var all []part
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		all, err = read(ctx, tx, campaign, 0, 1<<31-1)
		return err
	})
	var rows [][]any
	for i := len(all) - 1; i >= 0 && err == nil; i-- {
		p := all[i]
		rows = append(rows, []any{campaign, p.lo, p.hi, p.depth, p.members, p.exempt, p.civil, p.print})
		if len(rows) == portion || i == 0 {
			err = s.DB.Piece(ctx, func(tx db.Tx) error { return put(ctx, tx, rows) })
			rows = nil
		}
	}
	if err != nil {
		return fmt.Errorf("fold roster of %s: %w", campaign, err)
	}
	return nil
}

// put writes rows of neighbouring units; another replica may have written the same.
func put(ctx context.Context, tx db.Tx, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	first, last := rows[0], rows[len(rows)-1]
	if _, err := tx.ExecContext(ctx, `delete from measure_fold where campaign = $1 and lo between $2 and $3`, first[0], last[1], first[1]); err != nil {
		return err
	}
	return batch.Insert(ctx, tx, `insert into measure_fold (campaign, lo, hi, depth, members, exempt, civil, roster)`, 8, rows)
}
