package rollup_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/rollup"
)

// hall changes what units hold, as the rooms do: each change is noted in its transaction.
type hall struct {
	t     testing.TB
	d     *db.DB
	r     *rand.Rand
	units int
	held  []id.ID
	unit  []int
}

func (h *hall) do(unit int, q string, args ...any) {
	h.t.Helper()
	err := h.d.Write(context.Background(), func(tx db.Tx) error {
		_, err := tx.ExecContext(context.Background(), q, args...)
		if err == nil {
			err = meeting.Touch(context.Background(), tx, rollup.Camp, id.ID(unit))
		}
		return err
	})
	if err != nil {
		h.t.Fatalf("%s: %v", q, err)
	}
}

func (h *hall) meets() {
	m, u := id.New(), h.r.IntN(h.units)+1
	h.do(u, `insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, speeches, created_at)
		values ($1, $2, $3, $4, 'in_person', 'x', 'x', 1, 2, $5, $6, 0)`, m, rollup.Camp, u, []string{"conference", "thematic"}[h.r.IntN(2)], []string{"held", "held", "planned"}[h.r.IntN(3)], h.r.IntN(5))
	h.do(u, `insert into meeting_document (meeting, document) values ($1, $2)`, m, rollup.Paper)
	h.do(u, `insert into meeting_site (id, meeting, ord, name, unit) values ($1, $1, 0, 'x', $2)`, m, u)
	h.held, h.unit = append(h.held, m), append(h.unit, u)
}

func (h *hall) changes() {
	i := h.r.IntN(len(h.held))
	m, u := h.held[i], h.unit[i]
	switch h.r.IntN(6) {
	case 0:
		h.do(u, `update meeting set state = case when state = 'held' then 'planned' else 'held' end where id = $1`, m)
	case 1:
		h.do(u, `update meeting set speeches = speeches + 3 where id = $1`, m)
	case 2:
		h.do(u, `insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, marker, at, by_name) values ($1, $2, $3, $3, $4, 'mass', $5, $6, 1, 'x')`,
			id.New(), rollup.Camp, m, u, h.r.IntN(90), []string{"", "hơn", "gần", "khoảng"}[h.r.IntN(4)])
	case 3:
		h.do(u, `update attendance_headcount set void_at = 5 where meeting = $1`, m)
	case 4:
		who, home := id.New(), h.r.IntN(h.units)+1
		h.do(home, `insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'x', 'x', 'x', 'official', $2, 0)`, who, home)
		h.do(home, `insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values ($1, $2, $3, $4, $5, 'member', false, false)`, rollup.Camp, who, int64(who)%1_000_000_007, home, home)
		h.do(home, `insert into attendance_absence (meeting, person, campaign, reason, note, at) values ($1, $2, $3, $4, '', 1)`, m, who, rollup.Camp, []string{"sick", ""}[h.r.IntN(2)])
	case 5:
		h.do(u, `insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_level) values ($1, $2, (select count(*) from meeting_item where meeting = $2), 'talk', 'x', 9, 'Báo cáo viên mẫu', $3)`,
			id.New(), m, []string{"Trung ương", "Tỉnh", "Xã"}[h.r.IntN(3)])
	}
}

type seen struct {
	Lines    []rollup.Line
	Noted    [][2]int64
	Speeches int64
	Parts    map[id.ID]int64
}

func (h *hall) look(unit int, few int64) (s seen) {
	defer rollup.Few(rollup.Few(few))
	ctx := context.Background()
	err := h.d.Read(ctx, func(tx db.Tx) error {
		self, below, err := rollup.At(ctx, tx, rollup.Camp, rollup.Paper, id.ID(unit))
		if err != nil {
			return err
		}
		for _, l := range append([]rollup.Line{self}, below...) {
			var n [2]int64
			excused, unexcused, known := l.Noted()
			if n = [2]int64{excused, unexcused}; !known {
				n = [2]int64{}
				err = rollup.EachNoted(ctx, tx, rollup.Camp, rollup.Paper, l, func(_, a, b int64) { n[0], n[1] = n[0]+a, n[1]+b })
			}
			if err != nil {
				return err
			}
			s.Noted = append(s.Noted, n)
			s.Lines = append(s.Lines, rollup.Line{Unit: l.Unit, Count: l.Count, Meetings: l.Meetings, Heads: l.Heads})
		}
		s.Speeches, s.Parts, err = rollup.Speeches(ctx, tx, rollup.Camp, id.ID(unit))
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return s
}

func (h *hall) compare(when string) {
	h.t.Helper()
	some := false
	for u := 1; u <= h.units; u++ {
		leaves, added := h.look(u, 1<<40), h.look(u, 1)
		if !reflect.DeepEqual(leaves, added) {
			h.t.Fatalf("%s, unit %d:\n%+v\n%+v", when, u, leaves, added)
		}
		some = some || u == 1 && added.Speeches > 0 && added.Lines[0].Heads.Amount > 0 && added.Noted[0] != [2]int64{}
	}
	if !some {
		h.t.Errorf("%s: nothing was held", when)
	}
}

// What is added up of meetings, headcounts and absences says the same as the records: when it
// was just built, while changes wait, and after they were carried upward.
func TestHeldIsTheRecords(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		r := rand.New(rand.NewPCG(31, 7))
		h := &hall{t: t, d: d, r: r, units: rollup.Forest(t, d, r)}
		s := &measure.Service{DB: d, Now: clock.Fixed(clock.Start("2026-02-07"))}
		fold := func() {
			if err := s.FoldNow(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		err := d.Write(context.Background(), func(tx db.Tx) error {
			ex := func(q string, args ...any) error {
				_, err := tx.ExecContext(context.Background(), q, args...)
				return err
			}
			return errors.Join(ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, 1, 'resolution', '1', 'x', '2018-05-19', 'x', 'x', 0)`, rollup.Paper),
				ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, rollup.Camp, rollup.Paper))
		})
		if err != nil {
			t.Fatal(err)
		}
		for range 12 {
			h.meets()
		}
		for range 30 {
			h.changes()
		}
		fold()
		h.compare("built")
		h.meets()
		for range 15 {
			h.changes()
		}
		h.compare("while changes wait")
		fold()
		h.compare("carried")
		var left int64
		err = d.Read(context.Background(), func(tx db.Tx) (err error) {
			left, err = db.One(context.Background(), tx, db.Value[int64], `select count(*) from meeting_touched`)
			return err
		})
		if err != nil || left != 0 {
			t.Errorf("%d notes are left, %v", left, err)
		}
	})
}
