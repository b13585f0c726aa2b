package reorg_test

import (
	"fmt"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/reorg"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
)

// province is a province with 10 districts, 106 communes and two cells in each, 4 people in
// every cell, 2 in every district office.
func province(w *world) {
	lines := []string{"T province - 3"}
	for d := range 10 {
		lines = append(lines, fmt.Sprintf("H%d district T 2", d))
	}
	for c := range 106 {
		lines = append(lines, fmt.Sprintf("X%d grassroots H%d 1", c, c%10))
		for k := range 2 {
			lines = append(lines, fmt.Sprintf("X%d.%d cell X%d 4", c, k, c))
		}
	}
	w.plant(lines...)
}

// sorting is the decision of 2025: 106 communes become 38 right below the province, and the
// level of districts ends.
func sorting(w *world) reorg.Event {
	e := w.event("T", "2025-07-01")
	for n := range 38 {
		var old []string
		for c := n; c < 106; c += 38 {
			old = append(old, fmt.Sprint("X", c))
		}
		e.Steps = append(e.Steps, plan.Step{Kind: plan.Merge, Units: w.ids(strings.Join(old, " ")), New: w.fresh(fmt.Sprint("P", n), "commune", "T")})
	}
	e.Steps = append(e.Steps, plan.Step{Kind: plan.Abolish, Level: "district"})
	return e
}

func TestProvinceOf2025(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d, "2025-07-02")
		province(w)
		w.actor(access.UnitOfficer, w.by["H3"])
		w.write(func(tx db.Tx) error {
			_, err := tx.ExecContext(ctx, `update org_level set valid_to = null where code = 'district'`)
			return err
		})
		before := w.dump()
		e := sorting(w)
		_, err := w.Prepare(ctx, w.one, e)
		wants(t, "prepared", err, ok, "")
		dry, err := w.Show(ctx, w.two, e.ID)
		wants(t, "dry run", err, ok, "")
		if w.dump() != before {
			t.Error("a dry run changes nothing")
		}
		eff := dry.Effect
		people := int64(3 + 10*2 + 106 + 106*8)
		if len(eff.Begins) != 38 || len(eff.Ends) != 116 || len(eff.Moves) != 212 || eff.Before != people || eff.After != people || len(eff.Levels) != 1 {
			t.Errorf("begins %d ends %d moves %d people %d %d levels %v", len(eff.Begins), len(eff.Ends), len(eff.Moves), eff.Before, eff.After, eff.Levels)
		}
		if eff.Units != 1+10+106+212 || eff.UnitsNow != 1+38+212 {
			t.Errorf("units %d, then %d", eff.Units, eff.UnitsNow)
		}
		var lost bool
		for _, r := range dry.Rights {
			lost = lost || r.Unit == w.by["H3"] && r.Ends && r.Lost == 2+11*9 && r.Gained+r.Seen == 0 && len(r.Into) == 1
		}
		if !lost {
			t.Errorf("who saw a district no longer does: %+v", dry.Rights)
		}
		done, err := w.carry(e)
		wants(t, "carried out", err, ok, "")
		if done.State != reorg.Applied {
			t.Fatal(done.State)
		}
		did, err := w.Show(ctx, w.one, e.ID)
		wants(t, "shown", err, ok, "")
		if reorg.Seal(did.Effect) != dry.Seal {
			t.Error("what happened is not what the dry run said")
		}
		w.stands("T", "P0", "P37")
		levels, err := w.units.AllLevels(ctx, "2025-07-01")
		for _, l := range levels {
			if l.Code == "district" || err != nil {
				t.Error("the level of districts ends with its last day", l, err)
			}
		}
		same(t, w, people)
		_, err = w.Undo(ctx, w.one, e.ID, "thử")
		wants(t, "undone", err, ok, "")
		if after := w.dump(); after != before {
			t.Error("undo restores every row:\n" + differ(before, after))
		}
	})
}

// stands proves that the tree of today is closed over units that have one parent each.
func (w *world) stands(top string, codes ...string) {
	w.t.Helper()
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		for _, c := range codes {
			depth, err := db.One(ctx, tx, db.Value[int64], `select depth from org_below where top = $1 and unit = $2`, w.by[top], w.by[c])
			if err != nil || depth != 1 {
				w.t.Errorf("%s stands %d below %s: %v", c, depth, top, err)
			}
		}
		two, err := db.One(ctx, tx, db.Value[int64], `
			select count(*) from org_parent a join org_parent b on b.unit = a.unit and b.valid_from > a.valid_from
			where a.valid_to is null or a.valid_to >= b.valid_from`)
		if err == nil && two > 0 {
			w.t.Errorf("%d units have two parents on one day", two)
		}
		if err == nil {
			two, err = db.One(ctx, tx, db.Value[int64], `
				select count(*) from person_membership a join person_membership b on b.person = a.person and b.unit = a.unit and b.valid_from > a.valid_from
				where a.valid_to is null or a.valid_to >= b.valid_from`)
		}
		if err == nil && two > 0 {
			w.t.Errorf("%d people belong to a unit twice on one day", two)
		}
		return err
	})
	if err != nil {
		w.t.Error(err)
	}
}

// same proves that every person has one study home, in a unit that stands.
func same(t *testing.T, w *world, people int64) {
	t.Helper()
	err := w.DB.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `
			select count(*) from person p join org_unit u on u.id = p.unit and u.valid_to is null
			join person_membership m on m.person = p.id and m.unit = p.unit and m.valid_to is null`)
		if err == nil && n != people {
			t.Errorf("%d people stand, want %d", n, people)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// differ shows the lines that only one of two dumps has.
func differ(a, b string) string {
	in := func(s string) map[string]bool {
		m := map[string]bool{}
		for l := range strings.SplitSeq(s, "\n") {
			m[l] = true
		}
		return m
	}
	var out []string
	was, is := in(a), in(b)
	for l := range was {
		if !is[l] {
			out = append(out, "- "+l)
		}
	}
	for l := range is {
		if !was[l] {
			out = append(out, "+ "+l)
		}
	}
	return strings.Join(out[:min(len(out), 20)], "\n")
}
