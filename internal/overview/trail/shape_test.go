package trail

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// shapes are frozen trees in their order, each unit as depth and level; home is the member's own
// unit and beside another one's, by place. sends are the units whose reports go up, in order.
var shapes = []struct {
	says         string
	units        string
	home, beside int
	sends        []int
	way          string // places of the units on the way
}{
	{"cell, commune, province", "0province 1commune 2cell 2cell", 2, 3, []int{1, 0}, "2 1 0"},
	{"cell, grassroots committee, commune, province", "0province 1commune 2grassroots 3cell 2cell", 3, 4, []int{2, 1, 0}, "3 2 1 0"},
	{"armed forces beside communes", "0province 1commune 2cell 1central 2cell", 4, 2, []int{3, 1, 0}, "4 3 0"},
	{"a central campaign, the province has sent", "0nation 1province 2commune 3cell 1province 2cell", 3, 5, []int{2, 1}, "3 2 1"},
	{"a central campaign, the nation too", "0nation 1province 2commune 3cell 1province 2cell", 3, 5, []int{2, 1, 0}, "3 2 1 0"},
	{"a province two below the top", "0nation 1central 2province 3commune 4cell 4cell", 4, 5, []int{3, 2}, "4 3 2"},
}

// In every shape of the tree a member's way reaches the province's figure, is taken by the auditors' program, and
// stays when a unit is merged and renamed after the campaign opened.
func TestEveryShapeReachesTheProvince(t *testing.T) {
	bin := verifier(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := seed(t, d)
		for i, s := range shapes {
			c, units := id.ID(5100+i), w.shape(i)
			for _, at := range s.sends {
				if err := d.Write(ctx, func(tx db.Tx) error { return w.Sent(ctx, tx, c, units[at]) }); err != nil {
					t.Fatalf("%s: %v", s.says, err)
				}
			}
			w.ex(`update org_unit set parent = $1, name = 'Đơn vị đã sáp nhập' where id = $2`, west, units[s.home])
			if _, err := w.log.Advance(ctx); err != nil {
				t.Fatal(err)
			}
			v, err := w.Mine(ctx, as(2), c, paper1)
			if err != nil || v.Broken || v.Waiting || v.Mark != "mi1" {
				t.Fatalf("%s: %+v %v", s.says, v, err)
			}
			var way []string
			for _, step := range v.Steps {
				way = append(way, fmt.Sprint(int64(step.Unit-units[0])))
			}
			if got := strings.Join(way, " "); got != s.way || !strings.HasPrefix(v.Steps[0].Name, "Đơn vị mẫu") {
				t.Errorf("%s: the way is %s of %s, want %s", s.says, got, v.Steps[0].Name, s.way)
			}
			w.taken(bin, v, s.says)
		}
	})
}

// verifier builds the auditors' program; "" under -short.
func verifier(t *testing.T) string {
	if testing.Short() {
		return ""
	}
	bin := filepath.Join(t.TempDir(), "quantriet-verify")
	if out, err := exec.Command("go", "build", "-o", bin, "quantriet/cmd/quantriet-verify").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return bin
}

func (w *world) taken(bin string, v View, says string) {
	w.t.Helper()
	b, err := v.Path.File()
	file := filepath.Join(w.t.(*testing.T).TempDir(), "path.json")
	if err == nil {
		err = os.WriteFile(file, b, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if bin == "" {
		return
	}
	if out, err := exec.Command(bin, "-path", file, "-key", w.Log.Public()).CombinedOutput(); err != nil || !strings.Contains(string(out), v.Steps[len(v.Steps)-1].Name) {
		w.t.Errorf("%s: %v %s", says, err, out)
	}
}

// shape opens a campaign of its own over the units of a shape.
func (w *world) shape(i int) (units []id.ID) {
	s, c := shapes[i], id.ID(5100+i)
	w.ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Học tập các nghị quyết mẫu', 'open', '2018-06-26', 0)`, c, city)
	w.ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, c, paper1)
	list := strings.Fields(s.units)
	for n, u := range list {
		hi, parent := n, id.ID(0)
		for hi+1 < len(list) && list[hi+1][0] > u[0] {
			hi++
		}
		for up := n - 1; up >= 0 && parent == 0; up-- {
			if list[up][0] < u[0] {
				parent = units[up]
			}
		}
		at, name := id.ID(1100+100*i+n), fmt.Sprintf("Đơn vị mẫu %d", n)
		units = append(units, at)
		w.ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`, at, fmt.Sprint(int64(at)), parent, name)
		w.ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short) values ($1, $2, $3, $4, $5, $6, $7, $8, $8)`, c, at, parent, n+1, hi+1, int(u[0]-'0'), u[1:], name)
		w.ex(`insert into report (id, campaign, unit, state, version, sent_at, created_at) values ($1, $2, $3, 'sent', 1, 1, 0)`, 10000+at, c, at)
	}
	for n, at := range map[int]int{2: s.home, 3: s.beside} {
		w.ex(`insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n) values ($1, $2, $3, $4, 'member', false, false, $5)`, c, person(n), units[at], at+1, n)
		w.ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, c, paper1, person(n), 9000+n)
	}
	return units
}
