package measure

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/ui"
)

const (
	city, base, cell1, cell2, strange = id.ID(1), id.ID(2), id.ID(3), id.ID(4), id.ID(9)
	camp, paper, talked               = id.ID(50), id.ID(60), id.ID(70)
)

// seed is a city with a base of two cells: person 101 of the base itself, 102 exempt and 103
// in the first cell, 104 outside the Party in the second. 101 and 102 studied.
func seed(t testing.TB, d *db.DB) *Service {
	t.Helper()
	err := d.Write(context.Background(), func(tx db.Tx) error {
		ex := func(q string, args ...any) {
			if _, err := tx.ExecContext(context.Background(), q, args...); err != nil {
				t.Fatalf("%s: %v", q, err)
			}
		}
		for _, u := range []struct {
			u, parent                          id.ID
			lo, hi, depth, member, exempt, out int
			way                                []id.ID
		}{{city, 0, 1, 4, 0, 0, 0, 0, nil}, {base, city, 2, 4, 1, 1, 0, 0, []id.ID{city}}, {cell1, base, 3, 3, 2, 2, 1, 0, []id.ID{base, city}}, {cell2, base, 4, 4, 2, 0, 0, 1, []id.ID{base, city}}, {strange, 0, 0, 0, 0, 0, 0, 0, nil}} {
			name := fmt.Sprint("Đơn vị mẫu ", int64(u.u))
			ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`, u.u, fmt.Sprint(int64(u.u)), u.parent, name)
			for depth, top := range append([]id.ID{u.u}, u.way...) {
				ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top, u.u, depth)
			}
			if u.u == city {
				ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, 1, 'resolution', '26-NQ/TW', 'x', '2018-05-19', 'x', 'x', 0)`, paper)
				ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, 1, 'Đợt mẫu', 'open', '2018-06-26', 0)`, camp)
				ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, 0)`, camp, paper)
				ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, 1, 'conference', 'in_person', 'x', 'x', 1, 2, 'held', 0)`, talked, camp)
				ex(`insert into meeting_document (meeting, document) values ($1, $2)`, talked, paper)
				ex(`insert into meeting_site (id, meeting, ord, name, unit) values (71, $1, 0, 'x', 1)`, talked)
			}
			if u.lo > 0 {
				ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, members, exempt, civil) values ($1, $2, $3, $4, $5, $6, 'cell', $7, $7, $8, $9, $10)`,
					camp, u.u, u.parent, u.lo, u.hi, u.depth, name, u.member, u.exempt, u.out)
			}
		}
		for i, p := range []struct {
			unit   id.ID
			kind   string
			exempt bool
		}{{base, "member", false}, {cell1, "member", true}, {cell1, "member", false}, {cell2, "civil", false}} {
			who := 101 + i
			ex(`insert into person (id, name, folded, name_key, kind, unit, created_at) values ($1, 'x', 'x', 'x', 'official', $2, 0)`, who, p.unit)
			ex(`insert into campaign_roster (campaign, person, n, unit, lo, kind, key_cadre, exempt) values ($1, $2, $3, $4, $5, $6, false, $7)`, camp, who, i, p.unit, int64(p.unit), p.kind, p.exempt)
			if i < 2 {
				ex(`insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by_name, late) values ($1, $2, $3, 71, $4, 'in_person', 'roll_call', 3, 1, 1, 'x', false)`, 200+i, camp, talked, who)
				ex(`insert into attendance_studied (campaign, document, person, record) values ($1, $2, $3, $4)`, camp, paper, who, 200+i)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return &Service{DB: d, Now: clock.Fixed(time.Date(2018, 7, 18, 8, 30, 0, 0, clock.Zone))}
}

func digest(text string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// The print of a roster follows the written rule, is the same whether it was folded before,
// and changes when one exemption does.
func TestRoster(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := seed(t, d), context.Background()
		first, second := digest("102 me\n103 m-\n"), digest("104 c-\n")
		middle := digest("101 m-\n" + first + "\n" + second + "\n")
		want := map[id.ID]string{cell1: first, cell2: second, base: middle, city: digest(middle + "\n")}
		look := func(when string) {
			for unit, print := range want {
				err := d.Read(ctx, func(tx db.Tx) error {
					got, err := Roster(ctx, tx, camp, unit)
					if got != print {
						t.Errorf("%s, unit %d: %s, want %s", when, int64(unit), got, print)
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		look("from the roster")
		for range 2 { // again finds it done
			if err := s.FoldNow(ctx); err != nil {
				t.Fatal(err)
			}
		}
		look("folded")
		err := d.Write(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select members * 100 + exempt * 10 + civil from measure_fold where campaign = $1 and lo = 1`, camp)
			if n != 311 {
				t.Error("the sums of the roster:", n)
			}
			if _, err := Roster(ctx, tx, camp, strange); fault.Of(err) != fault.Missing {
				t.Error("a unit outside the tree:", err)
			}
			db.Exec(ctx, tx, `delete from measure_fold`)
			db.Exec(ctx, tx, `update campaign_roster set exempt = true where person = 103`)
			other, _ := Roster(ctx, tx, camp, city)
			if other == want[city] {
				t.Error("an exemption leaves no trace")
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func house(s *Service, who *access.Actor) http.Handler {
	site := &web.Site{Now: s.Now, WhoIs: func(*http.Request) (access.Actor, error) { return *who, nil }, Name: func(*http.Request) (string, bool) { return "Thành phố mẫu", true }}
	return site.Handler(s.Routes(), ui.Static())
}

func as(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

func TestDoors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seed(t, d)
		who := as(access.Officer, city)
		h := house(s, &who)
		at := "?campaign=" + camp.String() + "&document=" + paper.String() + "&unit="
		for _, c := range []struct {
			what, path string
			status     int
			say        string
		}{
			{"all definitions", "/figures", 200, "/figures/rate_obliged"},
			{"one", "/figures/studied", 200, "st.person is not null"},
			{"a rate", "/figures/rate_obliged", 200, "/figures/exempt_came"},
			{"a declared one", "/figures/programmes", 200, "Đơn vị tự khai"},
			{"counted anew", "/figures/studied" + at + city.String(), 200, `id="recount">2<`},
			{"a rate counted anew", "/figures/rate_obliged" + at + base.String(), 200, "50,00%"},
			{"a figure nobody defines", "/figures/happiness", 404, ""},
			{"a version that never was", "/figures/studied?version=7", 404, ""},
			{"no version", "/figures/studied?version=x", 404, ""},
			{"a unit outside the tree", "/figures/studied" + at + strange.String(), 404, ""},
			{"another document", "/figures/studied?campaign=" + camp.String() + "&unit=" + city.String() + "&document=" + talked.String(), 404, ""},
			{"no campaign", "/figures/studied?campaign=x", 404, ""},
			{"a declared one counted", "/figures/programmes" + at + city.String(), 409, ""},
			{"all by API", "/api/v1/figures", 200, `"rate_all"`},
			{"one by API", "/api/v1/figures/studied?version=1", 200, `"version":1`},
			{"none by API", "/api/v1/figures/x", 404, ""},
			{"counted by API", "/api/v1/figures/exempt_came/count" + at + cell1.String(), 200, `"num":1`},
		} {
			rec := httptest.NewRecorder()
			h.ServeHTTP(rec, httptest.NewRequest("GET", c.path, nil))
			if rec.Code != c.status || !strings.Contains(rec.Body.String(), c.say) {
				t.Errorf("%s: %d, want %d with %q: %.300s", c.what, rec.Code, c.status, c.say, rec.Body)
			}
		}
		who = as(access.Officer, cell2)
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest("GET", "/figures/studied"+at+city.String(), nil))
		if rec.Code != http.StatusNotFound {
			t.Error("a stranger counts:", rec.Code)
		}
	})
}

// TestShots writes pictures into the folder MEASURE_SHOTS, to be looked at.
func TestShots(t *testing.T) {
	dir := os.Getenv("MEASURE_SHOTS")
	exe, err := exec.LookPath("chromium")
	if dir == "" || err != nil {
		t.Skip("set MEASURE_SHOTS to a folder, with chromium, to get pictures")
	}
	who := as(access.Officer, city)
	s := seed(t, dbtest.One(t))
	for i, name := range []string{"Buổi đối thoại với Nhân dân", "Lượt xem trên trang thông tin"} {
		if _, err := s.AddColumn(context.Background(), who, Column{ID: id.New(), Campaign: camp, Unit: city, Name: name, Counted: Kinds[2*i], Summed: i == 0}); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(house(s, &who))
	defer srv.Close()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(exe), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	tab, cancel := chromedp.NewContext(alloc)
	defer cancel()
	at := "?campaign=" + camp.String() + "&document=" + paper.String() + "&unit=" + city.String()
	for name, path := range map[string]string{"figures": "/figures", "figure": "/figures/absent_excused" + at, "rate": "/figures/rate_obliged" + at, "columns": columnsOf(camp, city)} {
		for width, size := range map[int64]string{1440: "", 390: "-phone"} {
			var png []byte
			err := chromedp.Do(tab, chromedp.EmulateViewport(width, 900), chromedp.Navigate(srv.URL+path), chromedp.Sleep(300*time.Millisecond))
			if err == nil {
				png, err = chromedp.Run(tab, chromedp.FullScreenshot(100))
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, name+size+".png"), png, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
