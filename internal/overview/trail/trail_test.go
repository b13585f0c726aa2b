package trail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/proof"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		says, kind string
		free       bool
		form       string
		grade      int64
		mark       Mark
		counts     string
	}{
		{"an obliged member who came", "member", false, "in_person", 1, "mi1", "1,0,0,1,1,0,0,0,0,0,0"},
		{"one who did not", "member", false, "", 0, "m-0", "1,0,0,0,0,0,0,0,0,0,0"},
		{"an exempt one who came all the same", "member", true, "make_up", 4, "xu4", "1,1,1,1,0,0,0,1,0,0,0"},
		{"an exempt one", "member", true, "", 0, "x-0", "1,1,0,0,0,0,0,0,0,0,0"},
		{"somebody outside the Party, exempt or not", "civil", true, "online", 2, "co2", "0,0,0,0,0,0,0,0,0,1,1"},
		{"a form that is none", "member", false, "by heart", 2, "", ""},
		{"a form without a grade", "member", false, "online", 0, "", ""},
		{"a grade without a form", "member", false, "", 3, "", ""},
	} {
		m, err := markOf(c.kind, c.free, c.form, c.grade)
		if m != c.mark || (err == nil) != (c.mark != "") {
			t.Errorf("%s: %q %v", c.says, m, err)
		}
		if n, err := m.counts(); c.mark != "" && (err != nil || writeCounts(n) != c.counts || m.Form() != c.form || int64(m.Grade()) != c.grade) {
			t.Errorf("%s: counts %v %v", c.says, n, err)
		}
	}
	for _, bad := range []Mark{"", "m", "mi0", "m-1", "zi1", "mi6", "mq1", "mi12"} {
		if n, err := bad.counts(); err == nil {
			t.Errorf("%q counts %v", bad, n)
		}
	}
}

// Everybody finds their way, its sums are those of the records, and the figures stay what they
// were sealed as when records change afterwards.
func TestEverybodyFindsTheWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		if v := w.mine(2, 0); v.Shown() {
			t.Fatal("nothing was sent yet:", v)
		}
		w.send(cellA) // too deep: its people stand in the trees above
		w.send(east)
		w.send(city)
		if n := w.count(`select count(*) from trail`); n != 2 {
			t.Fatalf("%d trees, want the city's and the eastern district's", n)
		}
		before := make([][]byte, len(roster))
		for i, r := range roster {
			v := w.mine(i, paper1)
			if v.Broken || v.Waiting || v.Trail.Unit != city {
				t.Fatalf("%d: %+v", i, v)
			}
			if m, _ := markOf(r.kind, r.exempt, r.form, int64(r.grade)); v.Mark != m {
				t.Errorf("%d is counted as %s, want %s", i, v.Mark, m)
			}
			top := v.Steps[len(v.Steps)-1]
			if got := writeCounts(top.Counts); got != "10,2,1,7,3,1,1,1,1,2,1" {
				t.Errorf("%d: the city counts %s", i, got)
			}
			before[i], _ = v.Path.File()
		}
		if v := w.mine(3, paper1); len(v.Steps) != 3 || writeCounts(v.Steps[0].Counts) != "5,1,1,4,1,1,1,1,0,2,1" || writeCounts(v.Steps[1].Counts) != writeCounts(v.Steps[0].Counts) {
			t.Errorf("cell, district, city: %+v", v.Steps)
		}
		if v := w.mine(3, paper2); v.Mark != "m-0" || v.Steps[0].Counts[studied] != 0 {
			t.Errorf("nobody studied the second paper: %+v", v)
		}
		w.ex(`delete from attendance_studied where person = $1`, person(2))
		w.ex(`update attendance_record set grade = 3 where person = $1`, person(3))
		for i := range roster {
			if v := w.mine(i, paper1); true {
				if f, _ := v.Path.File(); !bytes.Equal(f, before[i]) {
					t.Errorf("%d: the sealed way has changed with the records", i)
				}
			}
		}
	})
}

func (w *world) count(q string, args ...any) (n int64) {
	w.t.Helper()
	err := w.DB.Read(ctx, func(tx db.Tx) (err error) { n, err = db.One(ctx, tx, db.Value[int64], q, args...); return err })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// A tree that is not kept leaves no line, and the reverse.
func TestNoTreeWithoutItsLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		mind := errors.New("changed my mind")
		err := d.Write(ctx, func(tx db.Tx) error {
			if err := w.Sent(ctx, tx, round, city); err != nil {
				return err
			}
			return mind
		})
		if !errors.Is(err, mind) || w.count(`select (select count(*) from trail) + (select count(*) from trail_sum) + (select count(*) from proof_line)`) != 0 {
			t.Error("something is left:", err)
		}
	})
}

func TestNobodyElses(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.send(city)
	stranger := access.Actor{Account: 1, Person: 4711}
	for _, c := range []struct {
		says               string
		who                access.Actor
		campaign, document id.ID
		missing            bool
	}{
		{"one's own", as(2), round, paper1, false},
		{"one's own, the latest", as(2), 0, 0, false},
		{"a stranger asks for a campaign", stranger, round, paper1, true},
		{"a stranger asks for what there is", stranger, 0, 0, false},
		{"an account that is nobody", access.Actor{Account: 1}, round, paper1, true},
		{"a campaign one is not in", as(2), later, 0, true},
		{"a document of another campaign", as(2), round, 99, true},
	} {
		v, err := w.Mine(ctx, c.who, c.campaign, c.document)
		if (fault.Of(err) == fault.Missing) != c.missing || !c.missing && err != nil {
			t.Errorf("%s: %v", c.says, err)
		}
		if v.Shown() && v.Path.Person != c.who.Person {
			t.Errorf("%s: sees the way of %s", c.says, v.Path.Person)
		}
	}
	// nothing of anybody else, and no name, is in the file
	v := w.mine(2, paper1)
	b, _ := v.Path.File()
	for i := range roster {
		if i != 2 && bytes.Contains(b, []byte(person(i).String())) {
			t.Errorf("%d stands in the file of another", i)
		}
	}
	if bytes.Contains(b, []byte("Đảng viên mẫu")) {
		t.Error("a name stands in the file")
	}
}

// What was sealed is computed anew from the marks, the roster and the frozen tree: whatever is
// changed in any of them, the row is another one.
func TestTamperedTree(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		w.send(city)
		sealed := func(tx db.Tx) (body string) {
			if err := w.Sealed(ctx, tx, func(r proof.Row) error { body += r.Body; return nil }); err != nil {
				t.Fatal(err)
			}
			return body
		}
		var whole string
		if err := d.Read(ctx, func(tx db.Tx) error { whole = sealed(tx); return nil }); err != nil {
			t.Fatal(err)
		}
		undo := errors.New("undo")
		for _, q := range []string{
			`update trail_sum set marks = 'mi1' || substr(marks, 4) where lo = 1 and document = 6001`,
			`update trail_sum set marks = 'zzz' || substr(marks, 4) where lo = 3 and document = 6000`,
			`update trail_sum set marks = '' where lo = 3`,
			`update trail_sum set counts = '9' || counts where lo = 2`,
			`update trail_sum set hash = 'x' || hash where lo = 5`,
			`update trail_sum set lo = 4 where lo = 5`,
			`delete from trail_sum where lo = 2`,
			`delete from trail_sum where document = 6001`,
			`update trail set version = 2`, `update trail set at = at + 1`, `update trail set secret = 'x' || secret`, `update trail set body = 'x' || body`, `update trail set unit = 1001`, `update trail set lo = 2`,
			`update campaign_roster set person = 4711 where person = 8003`,
			`delete from campaign_roster where person = 8003`,
			`update campaign_unit set name = 'Chi bộ khác' where lo = 3`,
		} {
			err := d.Write(ctx, func(tx db.Tx) error {
				n, err := db.Exec(ctx, tx, q)
				if err != nil {
					return err
				}
				if n > 0 && sealed(tx) == whole {
					t.Errorf("not seen: %s", q)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Errorf("%s: %v", q, err)
			}
		}
		w.ex(`update trail_sum set marks = 'mi2' || substr(marks, 4) where lo = 3`)
		v := w.mine(2, paper1)
		if !v.Broken {
			t.Error("a changed mark leads to the sealed root")
		}
	})
}

func TestDoors(t *testing.T) {
	w := seed(t, dbtest.One(t))
	w.send(city)
	who := as(2)
	site := &web.Site{Now: clock.Fixed(now), WhoIs: func(*http.Request) (access.Actor, error) { return who, nil }, Name: func(*http.Request) (string, bool) { return "Mẫu", true }}
	doors := site.Handler(w.Routes(), http.NotFoundHandler())
	at := "?campaign=" + round.String() + "&document=" + paper1.String()
	for _, c := range []struct {
		says   string
		who    access.Actor
		path   string
		status int
		has    string
	}{
		{"one's way", as(2), "/me/figures/path" + at, 200, "Chi bộ A"},
		{"it says as what", as(2), "/me/figures/path" + at, 200, "đảng viên phải học, học trực tiếp, mức căn cứ E1"},
		{"somebody outside the Party", as(7), "/me/figures/path" + at, 200, "người ngoài Đảng"},
		{"the latest", as(2), "/me/figures/path", 200, "Chi bộ A"},
		{"a stranger's", access.Actor{Account: 1, Person: 9}, "/me/figures/path", 200, "Chưa có số liệu"},
		{"a stranger's file", access.Actor{Account: 1, Person: 9}, "/me/figures/path.json", 404, ""},
		{"a campaign that is none", as(2), "/me/figures/path?campaign=x", 404, ""},
		{"a document that is none", as(2), "/me/figures/path?document=%00", 404, ""},
		{"an account that is nobody", access.Actor{Account: 1}, "/me/figures/path" + at, 403, ""},
		{"the file", as(2), "/me/figures/path.json" + at, 200, `"path": "quantriet path 1"`},
		{"by program", as(2), "/api/v1/me/path" + at, 200, `"mark":"mi1"`},
		{"by program, a stranger", access.Actor{Account: 1, Person: 9}, "/api/v1/me/path" + at, 404, ""},
	} {
		who = c.who
		r := httptest.NewRecorder()
		doors.ServeHTTP(r, httptest.NewRequest("GET", c.path, nil))
		if r.Code != c.status || !strings.Contains(r.Body.String(), c.has) {
			t.Errorf("%s: %d, want %d with %q: %.400s", c.says, r.Code, c.status, c.has, r.Body)
		}
	}
}

// What the page hands out is taken by the program of the auditors, for everybody; a kept head and root are held against it.
func TestVerifierFollows(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and runs another program")
	}
	w := seed(t, dbtest.One(t))
	w.send(east)
	w.send(city)
	bin := filepath.Join(t.TempDir(), "quantriet-verify")
	if out, err := exec.Command("go", "build", "-o", bin, "quantriet/cmd/quantriet-verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	verify := func(args ...string) (string, int) {
		cmd := exec.Command(bin, args...)
		out, _ := cmd.CombinedOutput()
		return string(out), cmd.ProcessState.ExitCode()
	}
	file := filepath.Join(t.TempDir(), "path.json")
	for i := range roster {
		v := w.mine(i, paper1)
		b, err := v.Path.File()
		if err == nil {
			err = os.WriteFile(file, b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		out, code := verify("-path", file, "-key", w.Log.Public(), "-root", v.Path.Root.Hash.String()[:8], "-old", fmt.Sprintf("%d:%s", v.Size, v.Root[:8]))
		if code != 0 || !strings.Contains(out, "10 đảng viên / members, 7 đã học") {
			t.Fatal(i, out)
		}
		if i > 0 {
			continue
		}
		if dir := os.Getenv("TRAIL_SAMPLE"); dir != "" {
			sample(t, w, dir)
		}
		for _, wrong := range [][]string{{"-root", "AAAAAAAA"}, {"-root", "short"}, {"-old", fmt.Sprintf("%d:AAAAAAAA", v.Size)}, {"-key", strings.Replace(w.Log.Public(), "test", "fest", 1)}} {
			if out, code := verify(append([]string{"-path", file}, wrong...)...); code != 1 {
				t.Error(wrong, out)
			}
		}
	}
}

// The file holds the heads on the reports of the way, sent and accepted, and the newest: a printed foot of each is
// held against it, whether older than the tree's own or younger.
func TestPapersOfTheWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		bin := verifier(t)
		seal := func(kind string, report id.ID) {
			t.Helper()
			if err := d.Write(ctx, func(tx db.Tx) error {
				return proof.Append(ctx, tx, w.Now.Ms(), proof.Row{Kind: kind, Subject: report, Version: 1, Body: kind})
			}); err != nil {
				t.Fatal(err)
			}
			if _, err := w.log.Advance(ctx); err != nil {
				t.Fatal(err)
			}
		}
		seal("report.accept", 9502) // of cell A
		seal("report.accept", 9501) // of the eastern district
		w.send(city)
		seal("report.accept", 9503) // of the western district: on nobody's way here
		seal("report.accept", 9500) // of the city
		seal("report.event", 4711)
		v := w.mine(2, paper1)
		if err := w.beside(ctx, &v); err != nil {
			t.Fatal(err)
		}
		if v.Size != 3 || len(v.Path.Heads) != 4 {
			t.Fatalf("at %d, %d heads", v.Size, len(v.Path.Heads))
		}
		told, err := w.apiMine(ctx, as(2), &askMine{Campaign: web.Ref{ID: round}, Document: web.Ref{ID: paper1}})
		if err != nil || !reflect.DeepEqual(told.Path, v.Path) {
			t.Errorf("a program is given another file: %v %+v", err, told.Path)
		}
		b, err := v.Path.File()
		file := filepath.Join(t.TempDir(), "path.json")
		if err == nil {
			err = os.WriteFile(file, b, 0o600)
		}
		if dir := os.Getenv("TRAIL_SAMPLE"); err == nil && dir != "" {
			err = os.WriteFile(filepath.Join(dir, "papers.json"), b, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if bin == "" {
			return
		}
		for _, c := range []struct{ size, code int64 }{{1, 0}, {2, 0}, {3, 0}, {4, 2}, {5, 0}, {6, 0}, {7, 2}} {
			foot := "7:ab12cd34"
			if c.size < 7 {
				at, err := w.log.Continue(ctx, c.size)
				if err != nil {
					t.Fatal(err)
				}
				foot = fmt.Sprintf("%d:%s", c.size, at.Old.Root[:8])
			}
			cmd := exec.Command(bin, "-path", file, "-key", w.Log.Public(), "-old", foot)
			if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != int(c.code) {
				t.Errorf("a foot of %d lines: %s", c.size, out)
			}
			cmd = exec.Command(bin, "-path", file, "-key", w.Log.Public(), "-old", fmt.Sprintf("%d:ab12cd34", c.size))
			if out, _ := cmd.CombinedOutput(); c.code == 0 && cmd.ProcessState.ExitCode() != 1 {
				t.Errorf("a false foot of %d lines: %s", c.size, out)
			}
		}
	})
}

// sample writes what cmd/quantriet-verify is tested with.
func sample(t *testing.T, w *world, dir string) {
	b, err := w.mine(4, paper1).Path.File()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "path.json"), b, 0o600)
	}
	var log bytes.Buffer
	if err == nil {
		if err = w.log.Dump(ctx, &log); err == nil {
			err = os.WriteFile(filepath.Join(dir, "log.jsonl"), log.Bytes(), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// In a tree of four levels a province stands two below the top: its sending makes a tree all the same, and a
// member's way ends at its figure before anybody above has sent.
func TestProvinceTwoBelow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for _, c := range []struct {
			level string
			top   id.ID
		}{{"commune", 0}, {"province", east}} {
			err := d.Write(ctx, func(tx db.Tx) error {
				if _, err := tx.ExecContext(ctx, `update campaign_unit set level = $1, depth = 2 where campaign = $2 and unit = $3`, c.level, round, east); err != nil {
					return err
				}
				return w.Sent(ctx, tx, round, east)
			})
			if err != nil {
				t.Fatal(err)
			}
			v, err := w.Mine(ctx, as(2), round, paper1)
			if err != nil || v.Shown() != (c.top != 0) {
				t.Fatalf("%s: %+v %v", c.level, v, err)
			}
			if n := len(v.Steps); n > 0 && (v.Steps[n-1].Unit != c.top || v.Broken) {
				t.Errorf("%s: %+v", c.level, v.Steps)
			}
		}
	})
}

// The places of neighbours say nothing: leaves stand in the order of their hashes.
func TestLeavesStandInNoOrder(t *testing.T) {
	orders := map[string]bool{}
	for n := range 8 {
		g := newGrove(bytes.Repeat([]byte{byte(n)}, 32), 1, round, paper1)
		people, marks := []id.ID{}, ""
		for i := range 6 {
			people, marks = append(people, person(i)), marks+"mi1"
		}
		var at []string
		for _, p := range people {
			total, steps, err := g.own(people, marks, p)
			if err != nil || len(total.Counts) != counted {
				t.Fatal(err)
			}
			var way []bool
			for _, s := range steps {
				way = append(way, s.Left)
			}
			b, _ := json.Marshal(way)
			at = append(at, string(b))
		}
		orders[strings.Join(at, " ")] = true
	}
	if len(orders) < 6 {
		t.Errorf("%d orders under 8 keys", len(orders))
	}
}
