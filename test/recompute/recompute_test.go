package recompute

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/app/nation"
	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/core/document"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/contest"
	"quantriet/internal/overview/measure"
	"quantriet/internal/overview/report"
	"quantriet/internal/work/attendance"
	"quantriet/internal/work/essay"
)

var ctx = context.Background()

// world is an invented province, told through the use cases.
type world struct {
	*app.App
	t      testing.TB
	now    time.Time
	rand   *rand.Rand
	sys    access.Actor
	of     id.ID
	papers []id.ID
	units  []unit // of the frozen tree, the deepest first
	people []id.ID
	sites  []site
	tasks  []id.ID // to write
}

type unit struct {
	id, parent id.ID
	level      string
	lo, hi     int64
}

type site struct{ meeting, id id.ID }

func (w *world) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) ex(q string, args ...any) {
	w.t.Helper()
	w.do(w.DB.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }))
}

func list[T any](w *world, scan db.Scan[T], q string, args ...any) (out []T) {
	w.t.Helper()
	w.do(w.DB.Read(ctx, func(tx db.Tx) (err error) { out, err = db.All(ctx, tx, scan, q, args...); return err }))
	return out
}

// seed opens a campaign on two papers for a province of so many cells.
func seed(t testing.TB, d *db.DB, cells int) *world {
	w := &world{t: t, now: time.Date(2026, 2, 1, 8, 0, 0, 0, clock.Zone), rand: rand.New(rand.NewPCG(2026, 29)), sys: access.System("Người thử")}
	w.App = app.New(d, func() time.Time { return w.now }, t.TempDir())
	w.Report.Questions, w.Report.Sent, w.Report.Frozen = nil, nil, nil // others' business with a sending
	size := nation.Size{Provinces: 1, Communes: max(2, cells/45), Bases: max(3, cells/9), Cells: cells, People: cells * 5}
	w.do(nation.New(size, 29).Load(ctx, d))
	top := list(w, db.Value[id.ID], `select id from org_unit where level = 'province'`)[0]
	for i := range 2 {
		p, err := w.Document.Register(ctx, w.sys, document.Document{ID: id.New(), Unit: top, Kind: "resolution", Number: fmt.Sprintf("%d-NQ/M", i+1),
			IssuerName: "Cơ quan mẫu", IssuedOn: "2026-01-05", Title: fmt.Sprint("Nghị quyết mẫu ", i+1)})
		w.do(err)
		w.papers = append(w.papers, p.ID)
	}
	c := campaign.Campaign{ID: id.New(), Unit: top, Title: "Đợt mẫu", StartsOn: "2026-02-01", Rounding: "half_up", Documents: w.papers, Audiences: campaign.Usual(func(string) string { return "Mẫu" })}
	for _, level := range []string{"commune", "grassroots", "cell"} {
		c.Dues = append(c.Dues, campaign.Due{Level: level, On: "2026-03-01"})
	}
	c, err := w.Campaign.Draft(ctx, w.sys, c)
	w.do(err)
	_, err = w.Campaign.Order(ctx, w.sys, c.ID)
	w.do(err)
	w.do(w.Campaign.Freeze(ctx, c.ID))
	w.of = c.ID
	w.units = list(w, func(scan func(...any) error) (u unit, err error) {
		return u, scan(&u.id, &u.parent, &u.level, &u.lo, &u.hi)
	},
		`select unit, parent, level, lo, hi from campaign_unit where campaign = $1 order by depth desc, lo`, w.of)
	w.people = list(w, db.Value[id.ID], `select person from campaign_roster where campaign = $1 order by person`, w.of)
	return w
}

// meetings are held by units of every level, in every mode, some for one paper alone.
func (w *world) meetings(n int) {
	audiences := append(list(w, db.Value[id.ID], `select id from campaign_audience where campaign = $1 order by ord`, w.of), 0, 0)
	start := w.now.UnixMilli()
	w.do(w.DB.Write(ctx, func(tx db.Tx) error {
		for i := range n {
			m, at := id.New(), w.units[w.rand.IntN(len(w.units))]
			if i < 3 {
				at = w.units[len(w.units)-1]
			}
			kind := []string{"conference", "class", "cell", "thematic", "make_up", "in_depth"}[w.rand.IntN(6)]
			mode := []string{"in_person", "online", "hybrid", "relay", "self_study"}[w.rand.IntN(5)]
			ex := func(q string, args ...any) {
				if _, err := tx.ExecContext(ctx, q, args...); err != nil {
					w.t.Fatalf("%s: %v", q, err)
				}
			}
			ex(`insert into meeting (id, campaign, unit, kind, mode, audience, title, folded, starts_at, ends_at, state, speeches, created_at)
				values ($1, $2, $3, $4, $5, $6, 'x', 'x', $7, $8, $9, $10, 0)`, m, w.of, at.id, kind, mode, audiences[w.rand.IntN(len(audiences))],
				start, start+4*3600_000, []string{"held", "held", "held", "planned"}[w.rand.IntN(4)], w.rand.IntN(5))
			for k, p := range w.papers {
				if i%3 != k { // some for the first, some for the second, some for both
					ex(`insert into meeting_document (meeting, document) values ($1, $2)`, m, p)
				}
			}
			for s := range 1 + w.rand.IntN(2) {
				x := site{m, id.New()}
				ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, $3, 'x', $4)`, x.id, m, s, at.id)
				w.sites = append(w.sites, x)
			}
			for k := range w.rand.IntN(3) {
				ex(`insert into meeting_item (id, meeting, ord, kind, title, minutes, speaker, speaker_level) values ($1, $2, $3, 'talk', 'x', 30, $4, $5)`, id.New(), m, k,
					[]string{"", "Báo cáo viên mẫu"}[w.rand.IntN(2)], []string{"", "Trung ương", "trung ương (Ban)", "Tỉnh ủy mẫu", "thành phố", "xã"}[w.rand.IntN(6)])
			}
			ex(`insert into meeting_invite (id, meeting, site, unit) values ($1, $2, $3, $4)`, id.New(), m, w.sites[len(w.sites)-1].id, w.units[len(w.units)-1].id)
		}
		return nil
	}))
}

// scans takes people at sites: their own and others', late and in time, twice and by lists;
// some are taken back at once, some noted as absent, others counted by head.
func (w *world) scans(n int) {
	ways := []string{"roll_call", "station", "confirmed", "declared"}
	for range n {
		at := w.sites[w.rand.IntN(len(w.sites))]
		var batch []attendance.Scan
		for range 40 {
			s := attendance.Scan{Key: id.New(), Person: w.people[w.rand.IntN(len(w.people))], How: ways[w.rand.IntN(len(ways))]}
			if w.rand.IntN(12) == 0 {
				s.Form = []string{"higher", "self_study"}[w.rand.IntN(2)]
			}
			s.Forced = w.rand.IntN(10) == 0
			batch = append(batch, s)
		}
		_, err := w.Attendance.Take(ctx, w.sys, at.meeting, at.id, batch)
		w.do(err)
		for _, s := range batch[:4] { // taken back
			if _, err := w.Attendance.Undo(ctx, w.sys, at.meeting, at.id, s.Key, 0); err != nil {
				w.do(err)
			}
		}
		var marks []attendance.Mark
		for range 10 { // a list says the rest; whoever is absent loses what a list had said before
			marks = append(marks, attendance.Mark{Person: w.people[w.rand.IntN(len(w.people))], Present: w.rand.IntN(4) == 0, Reason: []string{"", "sick", "work"}[w.rand.IntN(3)]})
		}
		slices.SortFunc(marks, func(a, b attendance.Mark) int { return int(a.Person - b.Person) })
		marks = slices.CompactFunc(marks, func(a, b attendance.Mark) bool { return a.Person == b.Person })
		_, err = w.Attendance.RollCall(ctx, w.sys, at.meeting, at.id, marks)
		w.do(err)
		if w.rand.IntN(3) == 0 {
			w.do(w.Attendance.Count(ctx, w.sys, attendance.Headcount{ID: id.New(), Meeting: at.meeting, Site: at.id, Who: []string{"mass", "guest"}[w.rand.IntN(2)], Amount: int64(w.rand.IntN(300))}))
		}
	}
}

// essays are asked of everybody and of one base, and some hand in, before the due time and after it.
func (w *world) essays(n int) {
	bases := slices.DeleteFunc(slices.Clone(w.units), func(u unit) bool { return u.level != "grassroots" })
	for _, at := range []unit{w.units[len(w.units)-1], bases[0]} {
		task := essay.Template("duty", func(string) string { return "Mẫu" })
		task.ID, task.Campaign, task.Unit, task.Least, task.Grouped, task.Due = id.New(), w.of, at.id, 0, true, w.now.Add(time.Hour).UnixMilli()
		_, err := w.Essay.Draft(ctx, w.sys, task)
		w.do(err)
		w.do(w.Essay.Open(ctx, w.sys, task.ID))
		w.tasks = append(w.tasks, task.ID)
	}
	w.writes(n)
	w.now = w.now.Add(2 * time.Hour)
	w.writes(n)
}

// writes has members hand in, and some of the essays marked or asked about.
func (w *world) writes(n int) {
	for range n {
		task := w.tasks[w.rand.IntN(len(w.tasks))]
		who := w.as(w.people[w.rand.IntN(len(w.people))])
		d, err := w.Essay.Desk(ctx, who, task)
		if fault.Of(err) == fault.Missing || err == nil && d.Essay.State == "handed" {
			continue // whom the task does not mean, or who was drawn before
		}
		w.do(err)
		of := d.Essay.ID
		if of == 0 {
			of = id.New()
		}
		_, err = w.Essay.HandIn(ctx, who, task, of, id.New(), &essay.Save{Base: d.Draft.Serial, Tab: of.String(), Step: 1, Answers: []string{"Bài viết mẫu của tôi."}})
		if err != nil && fault.Of(err) != fault.Conflict {
			w.do(err)
		}
		w.ex(`update essay set passed = $2, lead = $3, state = 'marked' where id = $1 and handed_at is not null and state = 'handed'`, of, w.rand.IntN(3) > 0, w.rand.IntN(5) == 0)
		w.do(w.DB.Write(ctx, func(tx db.Tx) error {
			e, err := essay.Find(ctx, tx, of)
			if err == nil {
				err = essay.Recount(ctx, tx, e.Task, e.Lo)
			}
			return err
		}))
	}
}

func (w *world) as(p id.ID) access.Actor {
	return access.Actor{Account: p + 1, Person: p, Name: "Đảng viên mẫu", Lang: "vi"}
}

// excuses has members contest that they must write, that nothing came, that it was late or that something came at all; what is upheld is put right.
func (w *world) excuses(n int) (mended int) {
	for range n {
		who := w.as(w.people[w.rand.IntN(len(w.people))])
		m, err := w.Contest.MyFigures(ctx, who, w.of)
		w.do(err)
		for _, x := range [][2]string{{"essays_due", "not_due"}, {"essays_handed", "in_time"}} {
			if !slices.Contains(m.Essays.Counted(), x[0]) {
				continue
			}
			kind := x[1]
			if x[0] == "essays_due" && w.rand.IntN(2) == 0 {
				kind = "handed_in"
			}
			if x[0] == "essays_handed" && w.rand.IntN(3) == 0 {
				kind = "not_handed"
			}
			c, err := w.Contest.Open(ctx, who, contest.New{ID: id.New(), Campaign: w.of, Figure: x[0], Kind: kind})
			w.do(err)
			if c.State != "open" {
				continue
			}
			w.do(w.Contest.Decide(ctx, w.sys, c.ID, "upheld", "Đúng như thế."))
			v, err := w.Contest.Show(ctx, w.sys, c.ID)
			w.do(err)
			for _, r := range v.Mends {
				_, err := w.Essay.Mend(ctx, w.sys, essay.Mending{ID: id.New(), Contest: c.ID, Task: r.Task, Why: "Theo sổ của chi bộ", Handed: w.now.UnixMilli()})
				w.do(err)
				mended++
			}
		}
	}
	return mended
}

// moves sends people and whole units elsewhere: the campaign keeps its own tree.
func (w *world) moves() {
	cells := slices.DeleteFunc(slices.Clone(w.units), func(u unit) bool { return u.level != "cell" })
	bases := slices.DeleteFunc(slices.Clone(w.units), func(u unit) bool { return u.level != "grassroots" })
	for range 8 {
		p := w.people[w.rand.IntN(len(w.people))]
		w.ex(`update person set unit = $2 where id = $1`, p, cells[w.rand.IntN(len(cells))].id)
	}
	for i := range 5 {
		c, to := cells[i*7%len(cells)], bases[w.rand.IntN(len(bases))]
		if c.parent != to.id {
			w.do(w.Org.Move(ctx, w.sys, c.id, to.id, "2026-02-10", "mẫu"))
		}
	}
}

// counted is what the second program says now.
func (w *world) counted() (f Figures) {
	w.do(w.DB.Read(ctx, func(tx db.Tx) (err error) { f, err = Count(ctx, tx, int64(w.of)); return err }))
	return f
}

// ours are the figures that the second program knows.
func ours(code string) bool {
	d, ok := measure.Of(code)
	return ok && d.From != "declared"
}

// compare holds what reports were sent with against the second program.
func (w *world) compare(units []unit, want Figures) (figures, differences int) {
	type row struct {
		unit, document, computed, value int64
		code                            string
	}
	sent := map[int64]bool{}
	for _, u := range units {
		sent[int64(u.id)] = true
	}
	for _, r := range list(w, func(scan func(...any) error) (r row, err error) {
		return r, scan(&r.unit, &r.document, &r.code, &r.computed, &r.value)
	}, `select r.unit, coalesce(f.document, 0), f.code, f.computed, f.value from report_figure f join report r on r.id = f.report where r.campaign = $1 and f.computed is not null`, w.of) {
		if !sent[r.unit] || !ours(r.code) {
			continue
		}
		figures++
		if n := want[Key{r.unit, r.document, r.code}]; n != r.computed || r.value != r.computed {
			if differences++; differences < 20 {
				w.t.Errorf("%s of unit %d, paper %d: sent %d, counted %d", r.code, r.unit, r.document, r.value, n)
			}
		}
	}
	return figures, differences
}

func (w *world) send(units []unit) {
	for i, u := range units {
		w.do(w.Report.Send(ctx, w.sys, w.of, u.id, "các đơn vị dưới gửi sau", report.Any))
		if i == 20 { // as PostgreSQL does by itself, but a minute too late for a test
			w.do(w.DB.Analyze(ctx))
		}
	}
}

// plans are issued by some of the units, and begun by others.
func (w *world) plans(n int) {
	for range n {
		u := w.units[w.rand.IntN(len(w.units))]
		w.ex(`insert into plan (id, campaign, unit, state, created_at) values ($1, $2, $3, $4, 0) on conflict (campaign, unit) do update set state = 'sent'`,
			id.New(), w.of, u.id, []string{"sent", "draft"}[w.rand.IntN(2)])
	}
}

// amend has reports sent again: one half was accepted and opened on request, the other returned.
func (w *world) amend(units []unit) {
	other := access.System("Người duyệt")
	other.Account = 77
	for i, u := range units {
		if i%2 == 1 {
			w.do(w.Report.Return(ctx, other, w.of, u.id, "Xin xem lại theo bản ghi", report.Any))
			continue
		}
		w.do(w.Report.Accept(ctx, other, w.of, u.id, report.Any))
		w.do(w.Report.RequestReopen(ctx, w.sys, w.of, u.id, "Có bản ghi đến muộn"))
		w.do(w.Report.Reopen(ctx, other, w.of, u.id, true, "Đồng ý"))
	}
	w.send(units)
}

// A thousand reports, sent before and after late corrections and moves, say what the second
// program counts from the records; nothing sent before changes afterwards, but what is returned, or opened again and amended.
func TestSecondProgram(t *testing.T) {
	cells := 890
	if testing.Short() {
		cells = 40
		t.Log("short: some 50 reports instead of 1,000")
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d, cells)
		w.meetings(24)
		w.now = w.now.Add(20 * time.Minute)
		w.scans(len(w.people) / 60)
		w.essays(40)
		w.plans(len(w.units) / 3)
		half := len(w.units) / 2
		first := w.counted()
		w.send(w.units[:half])
		n1, d1 := w.compare(w.units[:half], first)

		w.now = w.now.Add(30 * time.Hour) // afterwards: late marks and corrections, people and units move
		w.moves()
		w.scans(len(w.people) / 120)
		_, err := w.Attendance.FoldNow(ctx)
		w.do(err)
		w.do(w.Measure.FoldNow(ctx))
		w.scans(3) // not carried upward yet
		mended := w.excuses(30)
		w.plans(len(w.units) / 5)
		second := w.counted()
		w.send(w.units[half:])
		n2, d2 := w.compare(w.units[half:], second)
		n3, d3 := w.compare(w.units[:half], first)
		few := min(40, half/2)
		w.amend(w.units[:few])
		n4, d4 := w.compare(w.units[:few], second)
		n5, d5 := w.compare(w.units[few:half], first)
		moved := 0
		for k, n := range second {
			if first[k] != n {
				moved++
			}
		}
		if moved == 0 || mended == 0 || n1 == 0 || n2 == 0 || n3 != n1 || n4 == 0 || n4+n5 != n1 {
			t.Errorf("the tale is empty: %d figures changed between, %d records of essays put right, %d and %d compared", moved, mended, n1, n2)
		}
		t.Logf("%d reports, %d figures, %d differences; the corrections between changed %d figures", len(w.units), n1+n2, d1+d2+d3+d4+d5, moved)
		w.definitions(second)
	})
}

// definitions counts every definition anew at some units and holds it against the second program.
func (w *world) definitions(want Figures) {
	for _, u := range []unit{w.units[0], w.units[len(w.units)/2], w.units[len(w.units)-2], w.units[len(w.units)-1]} {
		for _, d := range measure.Current() {
			if !ours(d.Code) || d.Rate() {
				continue
			}
			document := id.ID(0)
			if d.Over {
				document = w.papers[1]
			}
			a, err := measure.Recount(ctx, w.DB, measure.Ask{Campaign: w.of, Unit: u.id, Document: document, Figure: d.Code})
			w.do(err)
			if n := want[Key{int64(u.id), int64(document), d.Code}]; n != a.Num {
				w.t.Errorf("definition of %s at a %s: %d, the second program %d", d.Code, u.level, a.Num, n)
			}
		}
	}
}
