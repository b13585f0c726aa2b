package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"quantriet/internal/app"
	"quantriet/internal/app/nation"
	"quantriet/internal/base/access"
	"quantriet/internal/base/person/audience"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/schema"
	"quantriet/internal/ui"
)

// Nation is a measurement of an invented country.
type Nation struct {
	Config app.Config // of an empty database, or one that this filled before
	Dir    string     // for the sheets
	Size   float64    // 1 is the whole country
	Seed   uint64
	Direct bool // load past the import
	Out    io.Writer

	table Table
	app   *app.App
	land  *nation.Nation
	who   access.Actor
	top   id.ID
}

// Run fills the database unless it holds a country already, then measures and prints.
func (n *Nation) Run(ctx context.Context) error {
	n.table.Out = n.Out
	a, err := n.Config.Open(ctx)
	if err != nil {
		return err
	}
	defer a.DB.Close()
	n.app = a
	size := nation.Scaled(n.Size)
	fmt.Fprintf(n.Out, "size %g: %d provinces, %d communes, %d grassroots organisations, %d cells, %d people; seed %d\n",
		n.Size, size.Provinces, size.Communes, size.Bases, size.Cells, size.People, n.Seed)
	_, durability, err := a.DB.Size(ctx)
	if err != nil {
		return err
	}
	Conditions(n.Out, string(a.DB.Engine()), durability)
	for _, step := range []func(context.Context) error{n.fill, n.settle, n.room, n.pages, n.search, n.count, n.freeze, n.room} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	n.table.Line("peak memory of this process", fmt.Sprintf("%d MB", Peak()), "", "")
	Conditions(n.Out, string(a.DB.Engine()), durability)
	return nil
}

func (n *Nation) number(ctx context.Context, query string, args ...any) (v int64, err error) {
	err = n.app.DB.Read(ctx, func(tx db.Tx) error {
		v, err = db.One(ctx, tx, db.Value[int64], query, args...)
		return err
	})
	return v, err
}

// fill brings the country in, through the sheets as offices would or directly.
func (n *Nation) fill(ctx context.Context) error {
	// What is kept by an office has accounts, and a party that is no invented one at the top.
	others, err := n.number(ctx, `select (select count(*) from account) + (select count(*) from org_unit where parent is null and name <> $1)`, nation.Top)
	if err != nil {
		return err
	}
	if others > 0 {
		return errors.New("this database was not filled by bench nation: it is left as it is; name another one by --data or --db")
	}
	people, err := n.number(ctx, `select count(*) from person`)
	if err != nil || people > 0 {
		n.table.Line("people there already", fmt.Sprint(people), "", "not filled again")
		return err
	}
	n.land = nation.New(nation.Scaled(n.Size), n.Seed)
	if n.Direct {
		began := time.Now()
		err := n.land.Load(ctx, n.app.DB)
		n.table.Line("direct load", round(time.Since(began)), "", "past the import")
		return err
	}
	for _, what := range []string{"units", "people"} {
		file := filepath.Join(n.Dir, what+".csv")
		if err := n.write(file, func(w io.Writer) error {
			if what == "units" {
				return n.land.UnitsCSV(w)
			}
			return n.land.PeopleCSV(w, -1)
		}); err != nil {
			return err
		}
		aim := map[string]string{"people": "≤ 5 min, 512 MB"}[what]
		if err := n.bring(ctx, n.Config.URL(), what, file, aim); err != nil {
			return err
		}
	}
	return n.workbook(ctx)
}

func (n *Nation) write(file string, fn func(io.Writer) error) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := fn(w); err != nil {
		return err
	}
	return w.Flush()
}

// bring runs the import command in a process of its own, whose memory is measured.
func (n *Nation) bring(ctx context.Context, to, what, file, aim string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	args := []string{"import", what, file, "--db", to, "--data", n.Config.Data}
	if what == "people" { // among millions some share name and birth and have no number: the sheet's keeper would be asked
		args = append(args, "--good")
	}
	cmd := exec.CommandContext(ctx, self, args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("import %s: %w: %.600s", what, err, out.String())
	}
	took, peak := time.Since(began), int64(0)
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = u.Maxrss * 1024
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if strings.Contains(out.String(), "nothing was changed") {
		return fmt.Errorf("import %s was refused: %.600s", what, out.String())
	}
	said := strings.Split(strings.TrimSpace(out.String()), "\n")
	n.table.Line("import of "+filepath.Base(file), fmt.Sprintf("%s, peak %s", round(took), megabytes(peak)), aim, megabytes(info.Size())+"; "+said[max(0, len(said)-2)])
	return nil
}

// workbook imports 300,000 rows of xlsx into a small database of its own.
func (n *Nation) workbook(ctx context.Context) error {
	rows := min(300_000, n.land.Size.People)
	part := nation.New(nation.Size{Provinces: 1, Communes: min(100, n.land.Size.Communes), Bases: min(1500, n.land.Size.Bases), Cells: min(7000, n.land.Size.Cells), People: rows}, n.Seed+1)
	units, people := filepath.Join(n.Dir, "part-units.csv"), filepath.Join(n.Dir, "people.xlsx")
	if err := n.write(units, part.UnitsCSV); err != nil {
		return err
	}
	if err := n.write(people, func(w io.Writer) error { return part.PeopleXLSX(w, rows) }); err != nil {
		return err
	}
	to := filepath.Join(n.Dir, "part.db")
	if err := os.Remove(to); err != nil && !os.IsNotExist(err) {
		return err
	}
	if err := n.empty(ctx, to); err != nil {
		return err
	}
	if err := n.bring(ctx, to, "units", units, ""); err != nil {
		return err
	}
	return n.bring(ctx, to, "people", people, "≤ 40 s, 512 MB")
}

func (n *Nation) empty(ctx context.Context, path string) error {
	d, err := db.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Migrate(ctx, schema.Files)
}

// settle refreshes what the planner knows and finds the top of the country.
func (n *Nation) settle(ctx context.Context) error {
	began := time.Now()
	if err := n.app.DB.Analyze(ctx); err != nil {
		return err
	}
	n.table.Line("analyze", round(time.Since(began)), "", "after a bulk load")
	top, err := n.number(ctx, `select id from org_unit where parent is null order by id limit 1`)
	n.top = id.ID(top)
	n.who = access.Actor{Account: 1, Name: "Cán bộ mẫu", Lang: "vi"}
	for _, r := range []access.Role{access.Officer} {
		n.who.Grants = append(n.who.Grants, access.Grant{Role: r, Unit: n.top, From: "2018-01-01"})
	}
	return err
}

// room prints how large the database is, and what a person costs.
func (n *Nation) room(ctx context.Context) error {
	size, _, err := n.app.DB.Size(ctx)
	if err != nil {
		return err
	}
	people, err := n.number(ctx, `select count(*) from person`)
	if err != nil {
		return err
	}
	frozen, err := n.number(ctx, `select count(*) from campaign_roster`)
	n.table.Line("database", megabytes(size), "≤ 3 GB", fmt.Sprintf("%d people, %d B each; %d in frozen rosters", people, size/max(1, people), frozen))
	return err
}

// handler is the house as an officer of the whole country sees it.
func (n *Nation) handler() http.Handler {
	site := &web.Site{Now: n.app.Now, WhoIs: func(*http.Request) (access.Actor, error) { return n.who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	return site.Handler(n.app.Routes(), ui.Static())
}

func (n *Nation) visit(h http.Handler, path string) error {
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest("GET", "http://localhost"+path, nil))
	if rec.Code != http.StatusOK {
		return fmt.Errorf("%s: %d", path, rec.Code)
	}
	return nil
}

// pages visits units of every level.
func (n *Nation) pages(ctx context.Context) error {
	h := n.handler()
	for _, level := range []string{"central", "province", "commune", "grassroots", "cell"} {
		units, err := n.units(ctx, level, 60)
		if err != nil {
			return err
		}
		var times Times
		for i := range 120 {
			path := []string{"/units/", "/people?unit="}[i%2] + units[i/2%len(units)].String()
			if err := times.Of(func() error { return n.visit(h, path) }); err != nil {
				return err
			}
		}
		n.table.Line("pages of units of level "+level, times.Said(), "p95 ≤ 50 ms", fmt.Sprintf("%d units, the unit's page and its people", len(units)))
	}
	return nil
}

// units are some of a level, here and there.
func (n *Nation) units(ctx context.Context, level string, most int) (out []id.ID, err error) {
	err = n.app.DB.Read(ctx, func(tx db.Tx) error {
		all, err := db.All(ctx, tx, db.Value[id.ID], `select id from org_unit where level = $1 order by id`, level)
		for i := 0; i < len(all); i += max(1, len(all)/most) {
			out = append(out, all[i])
		}
		return err
	})
	return out, err
}

// search looks for names as they are typed: whole ones, parts, without marks.
func (n *Nation) search(ctx context.Context) error {
	h, r := n.handler(), rand.New(rand.NewPCG(n.Seed, 7))
	var names []string
	err := n.app.DB.Read(ctx, func(tx db.Tx) error {
		low, err := db.One(ctx, tx, db.Value[int64], `select min(id) from person`)
		if err != nil {
			return err
		}
		high, err := db.One(ctx, tx, db.Value[int64], `select max(id) from person`)
		for range 120 {
			if err != nil {
				return err
			}
			var name string
			name, err = db.One(ctx, tx, db.Value[string], `select folded from person where id >= $1 order by id limit 1`, low+r.Int64N(high-low+1))
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, kind := range []string{"whole names", "last words", "family name alone"} {
		var times Times
		for _, name := range names {
			words := strings.Fields(name)
			q := map[string]string{"whole names": name, "last words": strings.Join(words[max(0, len(words)-2):], " "), "family name alone": words[0]}[kind]
			if err := times.Of(func() error { return n.visit(h, "/people?q="+url.QueryEscape(q)) }); err != nil {
				return err
			}
		}
		n.table.Line("search among all people: "+kind, times.Said(), "p95 ≤ 50 ms", "120 names, the whole page")
	}
	return nil
}

// count asks every ready audience in the province nearest to 300,000 people.
func (n *Nation) count(ctx context.Context) error {
	type part struct{ unit, people int64 }
	var best part
	err := n.app.DB.Read(ctx, func(tx db.Tx) error {
		all, err := db.All(ctx, tx, func(scan func(...any) error) (p part, err error) { return p, scan(&p.unit, &p.people) }, `
			select b.top, count(*) from org_unit u join org_below b on b.top = u.id join person p on p.unit = b.unit and p.left_on is null
			where u.level = 'province' group by b.top`)
		for _, p := range all {
			if best.unit == 0 || away(p.people) < away(best.people) {
				best = p
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	n.app.Audience.Patience = time.Minute // the whole count, not the page's patience
	for round := range 2 {
		var times Times
		slowest, longest := "", time.Duration(0)
		for _, a := range audience.Ready {
			if a.Query.ByHead() {
				continue
			}
			if err := times.Of(func() error {
				began := time.Now()
				_, _, err := n.app.Audience.Count(ctx, n.who, id.ID(best.unit), a.Query)
				if took := time.Since(began); took > longest {
					slowest, longest = a.Code, took
				}
				return err
			}); err != nil {
				return err
			}
		}
		if round == 1 {
			n.table.Line("count of an audience", times.Said(), "≤ 200 ms", fmt.Sprintf("province of %d people; each ready group once, the slowest is %s", best.people, slowest))
		}
	}
	return nil
}

func away(people int64) int64 { return max(people-300_000, 300_000-people) }
