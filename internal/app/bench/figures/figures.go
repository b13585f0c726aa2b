// Package figures measures the figures of a nation: how soon the root page is there, how soon
// a change at a leaf is in the root's figure, how long each definition takes to be counted
// anew from the records, and that both ways count the same.
package figures

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/app/bench"
	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
	"quantriet/internal/ui"
	"quantriet/internal/work/attendance"
)

// Figures is a measurement.
type Figures struct {
	Config  app.Config // of an empty database, or of one that this filled before with the same Cells and Records
	Cells   int        // 230,000 is the nation
	Records float64    // part of the cells whose people and records are there as rows
	Visits  int
	Out     io.Writer

	app   *app.App
	tree  []unit
	table bench.Table
	who   access.Actor
}

// Run fills the database unless it is filled already, measures and prints.
func (f *Figures) Run(ctx context.Context) error {
	f.table.Out = f.Out
	a, err := f.Config.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	f.app, f.tree = a, tree(f.Cells)
	f.who = access.Actor{Account: 1, Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: access.Officer, Unit: f.top(), From: "2018-01-01"}}}
	_, durability, err := a.DB.Size(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(f.Out, "%d units, %d cells of 24 members; people and records of %.0f%% of the cells\n", len(f.tree), f.Cells, 100*f.Records)
	bench.Conditions(f.Out, string(a.DB.Engine()), durability)
	for _, step := range []func(context.Context) error{f.filled, f.rosters, f.pages, f.leaf, f.recount} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	f.table.Line("peak memory of this process", fmt.Sprintf("%d MB", bench.Peak()), "", "")
	bench.Conditions(f.Out, string(a.DB.Engine()), durability)
	return nil
}

func (f *Figures) filled(ctx context.Context) error {
	var n [2]int64
	err := f.app.DB.Read(ctx, func(tx db.Tx) (err error) {
		for i, q := range []string{`select count(*) from campaign_unit where campaign = $1`, `select count(*) from campaign_roster where campaign = $1`} {
			if err == nil {
				n[i], err = db.One(ctx, tx, db.Value[int64], q, campID)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if n[0] > 0 {
		if n[0] != int64(len(f.tree)) || n[1] != int64(f.people()) {
			return fmt.Errorf("the database holds %d units and %d people, not %d and %d", n[0], n[1], len(f.tree), f.people())
		}
		f.table.Line("filling", "it was filled before", "", "")
		return nil
	}
	began := time.Now()
	err = f.fill(ctx)
	f.table.Line("filling", bench.Round(time.Since(began)), "", "not part of any figure")
	return err
}

// whole is how many cells have people and records, the last ones: one leaf is always there to be changed.
func (f *Figures) whole() int { return max(1, int(float64(f.Cells)*f.Records)) }

func (f *Figures) people() int { return f.whole() * each }

func (f *Figures) rosters(ctx context.Context) error {
	began := time.Now()
	err := f.app.Measure.FoldNow(ctx)
	f.table.Line("prints of the roster, every unit above the cells", bench.Round(time.Since(began)), "", fmt.Sprintf("%d people; once, beside the work", f.people()))
	return err
}

// pages visits the campaign's page of the root and of units of each level.
func (f *Figures) pages(context.Context) error {
	site := &web.Site{Now: f.app.Now, WhoIs: func(*http.Request) (access.Actor, error) { return f.who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	h := site.Handler(f.app.Routes(), ui.Static())
	page := "/campaigns/" + campID.String()
	for _, what := range []struct{ name, path, aim string }{
		{"root page of the campaign", page, "p95 ≤ 50 ms"}, {"page of the last province", page + "?unit=" + f.last("province").String(), ""},
		{"page of the last commune", page + "?unit=" + f.last("commune").String(), ""}, {"page of the last grassroots organisation", page + "?unit=" + f.last("grassroots").String(), ""},
		{"home page", "/", ""}, {"report of the root", page + "/reports/" + f.top().String(), "p95 ≤ 100 ms"},
	} {
		var times bench.Times
		for i := range f.Visits + 3 {
			began := time.Now()
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost"+what.path, nil))
			if rec.Code != http.StatusOK {
				return fmt.Errorf("%s: %d", what.path, rec.Code)
			}
			if i >= 3 { // the first ones open the file and compile statements
				times.Add(time.Since(began))
			}
		}
		f.table.Line(what.name, times.Said(), what.aim, fmt.Sprintf("%d visits, the whole page", f.Visits))
	}
	return nil
}

// last is the last unit of a level in tree order.
func (f *Figures) last(level string) id.ID {
	for _, u := range slices.Backward(f.tree) {
		if u.level == level {
			return unitID + id.ID(u.lo)
		}
	}
	return f.top()
}

func (f *Figures) root(ctx context.Context) (n int64, err error) {
	err = f.app.DB.Read(ctx, func(tx db.Tx) error {
		self, _, err := rollup.Tree(ctx, tx, campID, docID, f.top())
		n = self.Count.Studied
		return err
	})
	return n, err
}

func (f *Figures) missed(ctx context.Context, person id.ID) (is bool, err error) {
	err = f.app.DB.Read(ctx, func(tx db.Tx) error {
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_studied where campaign = $1 and document = $2 and person = $3`, campID, docID, person)
		is = n == 0
		return err
	})
	return is, err
}

// leaf records one person after the other at the last cell, while what is counted is carried
// upward beside it as the server does, and asks the root until the person is in its figure.
func (f *Figures) leaf(ctx context.Context) error {
	beside, stop := context.WithCancel(ctx)
	defer stop()
	go f.app.Attendance.Fold(beside)
	var times bench.Times
	for c, done := f.Cells-1, 0; done < 12 && c >= f.Cells-f.whole(); c-- {
		k := (5 - c%each + each) % each // the one of the cell who has not studied
		person := personID + id.ID(c*each+k)
		free, err := f.missed(ctx, person)
		if err != nil {
			return err
		}
		if k == 24 || !free { // outside the Party: another figure; or an earlier run was here
			continue
		}
		before, err := f.root(ctx)
		if err != nil {
			return err
		}
		done++
		began := time.Now()
		out, err := f.app.Attendance.Take(ctx, f.who, meetID, siteID, []attendance.Scan{{Key: id.New(), Person: person, How: "roll_call"}})
		if err != nil || out[0].Fault != "" {
			return fmt.Errorf("take: %v %+v", err, out)
		}
		for now := before; now == before; {
			if now, err = f.root(ctx); err != nil || time.Since(began) > 20*time.Second {
				return fmt.Errorf("the root has not heard of it: %d, %v", now, err)
			}
		}
		times.Add(time.Since(began))
	}
	f.table.Line("a change at a leaf until it is in the root's figure", times.Said(), "≤ 1 s", "recording itself included")
	return nil
}

// recount counts every definition anew for the whole nation.
func (f *Figures) recount(ctx context.Context) error {
	all, slowest, worst := bench.Times{}, time.Duration(0), ""
	var self rollup.Line
	var err error
	if err = f.app.DB.Read(ctx, func(tx db.Tx) error { self, _, err = rollup.At(ctx, tx, campID, docID, f.top()); return err }); err != nil {
		return err
	}
	stated := report.Counts(self, report.Absences{})
	equal := 0
	for _, d := range measure.Current() {
		if d.Declared() {
			continue
		}
		began, worked := time.Now(), clock.Worked()
		a, err := measure.Recount(ctx, f.app.DB, measure.Ask{Campaign: campID, Unit: f.top(), Document: docID, Figure: d.Code})
		if err != nil {
			return err
		}
		took := time.Since(began)
		f.table.Line("  "+d.Code, bench.Round(took), "≤ 5 s", fmt.Sprintf("%s of processor time; %d", bench.Round(clock.Worked()-worked), a.Num))
		all.Add(took)
		if took > slowest {
			slowest, worst = took, d.Code
		}
		if n, ok := stated[d.Code]; ok && f.Records == 1 && d.Column != 8 {
			if n != a.Num {
				return fmt.Errorf("%s: %d from the records, %d added up", d.Code, a.Num, n)
			}
			equal++
		}
	}
	note := "slowest: " + worst
	if f.Records == 1 {
		note += fmt.Sprintf("; %d equal what is added up", equal)
	}
	f.table.Line("each definition anew for the nation, from the records", all.Said(), "max ≤ 5 s", note)
	return nil
}
