package attendance

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// The leaves are counted where people are recorded; what they add up to, at every level up to
// the root, is carried upward beside it, so that no page adds up a nation's leaves.

// foldEvery is how often it is looked whether there is something to carry.
const foldEvery = 400 * time.Millisecond

// mostPending bounds what one transaction carries, in rows of attendance_pending.
const mostPending = 400

// Fold carries upward until ctx ends. Several replicas may: they take turns.
func (s *Service) Fold(ctx context.Context) {
	t := time.NewTicker(foldEvery)
	defer t.Stop()
	for {
		if _, err := s.FoldNow(ctx); err != nil && ctx.Err() == nil {
			slog.Error("fold attendance", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// FoldNow carries what is pending, and says how many transactions it came from.
func (s *Service) FoldNow(ctx context.Context) (n int, err error) {
	for {
		var campaigns []id.ID
		err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
			campaigns, err = db.All(ctx, tx, db.Value[id.ID], `select distinct campaign from (select campaign from attendance_pending order by id limit 400) as x`)
			if err == nil {
				err = s.trees.know(ctx, tx, campaigns)
			}
			return err
		})
		if err != nil || len(campaigns) == 0 {
			return n, err
		}
		done := 0
		err = s.DB.Queue(ctx, queue, func(tx db.Tx) error {
			done, err = s.fold(ctx, tx)
			return err
		})
		if n += done; err != nil || done < mostPending {
			return n, err
		}
	}
}

type pending struct {
	id, campaign, document id.ID
	kind, leaves           string
}

func (s *Service) fold(ctx context.Context, tx db.Tx) (int, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (p pending, err error) {
		return p, scan(&p.id, &p.campaign, &p.document, &p.kind, &p.leaves)
	}, `select id, campaign, document, kind, leaves from attendance_pending order by id limit $1`, mostPending)
	if err != nil {
		return 0, err
	}
	sums, ids := map[leafKey]*[tallied]int64{}, make([]id.ID, 0, len(list))
	for _, p := range list {
		up := s.trees.of(p.campaign)
		if up == nil {
			break // it came after the trees were read: the next round
		}
		if err := p.carry(up, sums); err != nil {
			return 0, err
		}
		ids = append(ids, p.id)
	}
	rows := make([]leafRow, 0, len(sums))
	for k, n := range sums {
		if *n != [tallied]int64{} {
			rows = append(rows, leafRow{k, n})
		}
	}
	slices.SortFunc(rows, leafRow.compare)
	d := &desk{ctx: ctx, tx: tx}
	if err := add(d, foldUpsert, rows, leafRow.put); err != nil {
		return 0, err
	}
	return len(ids), add(d, pendingDelete, ids, one)
}

var (
	foldUpsert = shape{cols: 4 + tallied, head: `insert into attendance_fold (campaign, document, lo, kind, ` + tallyColumns + `) values `,
		tail: strings.ReplaceAll(tallyUpdate, "attendance_tally", "attendance_fold")}
	pendingDelete = shape{cols: 1, head: `delete from attendance_pending where id in (`, tail: `)`}
	pendingInsert = shape{cols: 5, head: `insert into attendance_pending (id, campaign, document, kind, leaves) values `}
)

// pend notes what was added to leaves, which come in order.
func (d *desk) pend(rows []leafRow) error {
	var list []pending
	var b []byte
	for i, r := range rows {
		b = strconv.AppendInt(b, r.lo, 10)
		for k, n := range r.n {
			b = strconv.AppendInt(append(b, ":,,,,,,,,,,,,"[k]), n, 10)
		}
		b = append(b, ';')
		if next := i + 1; next == len(rows) || rows[next].campaign != r.campaign || rows[next].document != r.document || rows[next].kind != r.kind {
			list = append(list, pending{id.New(), r.campaign, r.document, r.kind, string(b)})
			b = b[:0]
		}
	}
	return add(d, pendingInsert, list, func(p pending, args []any) []any {
		return append(args, int64(p.id), int64(p.campaign), int64(p.document), p.kind, p.leaves)
	})
}

// carry adds what is pending to every unit above and at its leaves that has units below it.
func (p pending) carry(up []parent, sums map[leafKey]*[tallied]int64) error {
	for row := range strings.SplitSeq(strings.TrimSuffix(p.leaves, ";"), ";") {
		head, tail, _ := strings.Cut(row, ":")
		lo, err := strconv.ParseInt(head, 10, 64)
		if err != nil {
			return fmt.Errorf("pending %s: %w", p.id, err)
		}
		var n [tallied]int64
		i := 0
		for s := range strings.SplitSeq(tail, ",") {
			if n[i], err = strconv.ParseInt(s, 10, 64); err != nil {
				return fmt.Errorf("pending %s: %w", p.id, err)
			}
			i++
		}
		for at := lo; at >= 0 && at < int64(len(up)); at = up[at].lo {
			if !up[at].inner {
				continue
			}
			k := leafKey{p.campaign, p.document, at, p.kind}
			if sums[k] == nil {
				sums[k] = new([tallied]int64)
			}
			for i := range n {
				sums[k][i] += n[i]
			}
		}
	}
	return nil
}

// parent is where a unit of a frozen tree hangs; by lo.
type parent struct {
	lo    int64 // of the unit above; -1 none
	unit  id.ID
	inner bool // has units below it
}

// trees remembers the frozen trees of campaigns: they do not change.
type trees struct {
	mu   sync.Mutex
	byID map[id.ID][]parent
}

func (t *trees) of(campaign id.ID) []parent {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.byID[campaign]
}

// mostTrees bounds what is remembered: a nation's takes four megabytes.
const mostTrees = 8

func (t *trees) know(ctx context.Context, tx db.Tx, campaigns []id.ID) error {
	for _, c := range campaigns {
		if t.of(c) != nil {
			continue
		}
		up, err := loadTree(ctx, tx, c)
		if err != nil {
			return err
		}
		t.mu.Lock()
		if t.byID == nil || len(t.byID) >= mostTrees && len(campaigns) <= mostTrees {
			t.byID = map[id.ID][]parent{}
		}
		t.byID[c] = up
		t.mu.Unlock()
	}
	return nil
}

// loadTree reads who stands above whom: units come in order, each after the one above it.
func loadTree(ctx context.Context, tx db.Tx, campaign id.ID) ([]parent, error) {
	c, err := tx.QueryContext(ctx, `select lo, hi, unit from campaign_unit where campaign = $1 order by lo`, campaign)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	out, way := []parent{}, [][2]int64{}
	for c.Next() {
		var lo, hi int64
		var unit id.ID
		if err := c.Scan(&lo, &hi, &unit); err != nil {
			return nil, err
		}
		for len(way) > 0 && way[len(way)-1][1] < lo {
			way = way[:len(way)-1]
		}
		for int64(len(out)) <= lo {
			out = append(out, parent{lo: -1})
		}
		if len(way) > 0 {
			out[lo].lo = way[len(way)-1][0]
		}
		out[lo].inner, out[lo].unit = hi > lo, unit
		way = append(way, [2]int64{lo, hi})
	}
	return out, c.Err()
}
