package app

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// unlooked are doors that may show the name of somebody without a line in /me/looks, each with why.
var unlooked = map[string]string{
	"GET /units/{unit}/rights":        "who holds an office of a unit is a fact of the office, told to all who see the unit",
	"GET /api/v1/units/{unit}/rights": "the same",
	"GET /units/{unit}":               "who holds which office, as above",
	"GET /audit/looks":                "the log of readings itself",
	"GET /api/v1/audit/looks":         "the same",
}

// underPeople are the addresses of the rooms that keep people and their accounts, and of what finds them.
var underPeople = regexp.MustCompile(`^(/api/v1)?/(people|late-exemptions|accounts|slips|privacy|rights|posts|units|audiences|import|imports|search|audit)([/.]|$)`)

// No door of underPeople shows somebody's name unless the
// person finds a line about it: it is knocked at with what exists, by each
// role that may go in, and whatever shows the name must have left a look.
func TestWhoShowsANameLeavesALook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const name, person, account, exemption, request = "Trịnh Thử Danh Xưng", id.ID(8000), id.ID(8100), id.ID(8200), id.ID(8300)
		w, ctx := sealSeed(t, d), context.Background()
		err := d.Write(ctx, func(tx db.Tx) error {
			for _, q := range []string{
				`update person set name = 'Trịnh Thử Danh Xưng', folded = 'trinh thu danh xung', name_key = 'xung', member_no = '8000' where id = 8000`,
				`insert into person_membership (person, unit, valid_from, study_home) values (8000, 1002, '2018-01-01', true)`,
				`insert into person_word (word, person) values ('trinh', 8000), ('thu', 8000), ('danh', 8000), ('xung', 8000)`,
				`insert into account (id, login, name, folded, name_key, person, lang, created_at) values (8100, 'xung', 'Trịnh Thử Danh Xưng', 'trinh thu danh xung', 'xung', 8000, 'vi', 0)`,
				`insert into access_grant (id, account, role, unit, valid_from, created_at) values (8101, 8100, 'usher', 1002, '2018-01-01', 0)`,
				`update campaign set opened_at = 1000 where id = 5000`,
				`insert into person_exemption (id, person, kind, reason, valid_from, resolution, created_at) values (8200, 8000, 'exempt', 'Ốm', '2026-01-01', '1-NQ', 2000)`,
				`insert into privacy_case (id, person, kind, body, state, opened_at, due_on) values (8300, 8000, 'delete', 'x', 'open', 3000, '2026-02-10')`,
			} {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					t.Fatal(q, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		h := &house{App: w.App}
		site := h.site()
		site.WhoIs = func(*http.Request) (access.Actor, error) { return h.who, nil }
		h.h = site.Handler(h.Routes(), http.NotFoundHandler())
		looks := func() int64 {
			n, err := dbOne[int64](d, `select (select count(*) from audit_look where person = 8000) + (select count(*) from audit_looked where person = 8000)
				+ (select count(*) from audit_look where person is null and not named)`)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		with := map[string]string{"{person}": person.String(), "{account}": account.String(), "{exemption}": exemption.String(), "{campaign}": sealRound.String(),
			"{unit}": sealCellA.String(), "{case}": request.String(), "{meeting}": sealClass.String(), "{document}": sealPaper.String(), "{site}": (sealClass + 1).String()}
		shown := map[string]bool{}
		for _, role := range access.Roles {
			if role == access.Member {
				continue
			}
			unit := sealTop
			if role == access.Secretary {
				unit = sealCellA
			}
			h.who = sealAs("Cán bộ mẫu", role, unit)
			for _, rt := range h.Routes() {
				path, query := rt.Path(), ""
				for hole, value := range with {
					path = strings.ReplaceAll(path, hole, value)
				}
				if rt.Method() != http.MethodGet || strings.Contains(path, "{") || !underPeople.MatchString(path) {
					continue
				}
				switch rt.Path() {
				case "/search", "/api/v1/search":
					query = "?q=Danh+Xung"
				case "/accounts/new":
					query = "?person=" + person.String()
				}
				before := looks()
				body := h.ask("GET", path+query, "").Body.String()
				if !strings.Contains(body, name) {
					continue
				}
				shown[rt.Pattern] = true
				if looks() == before && unlooked[rt.Pattern] == "" {
					t.Errorf("%s shows the name to %s, and the person is not told", rt.Pattern, role)
				}
			}
		}
		for _, must := range []string{"GET /people", "GET /people/{person}", "GET /people/{person}/edit", "GET /people/{person}/numbers", "GET /people/{person}/reveal", "GET /people.csv", "GET /api/v1/people/{person}",
			"GET /people/exemptions/late", "GET /people/exemptions/late/{exemption}/{campaign}", "GET /api/v1/late-exemptions", "GET /slips", "GET /api/v1/slips",
			"GET /accounts", "GET /api/v1/accounts", "GET /accounts/{account}", "GET /api/v1/accounts/{account}", "GET /accounts/{account}/factors", "GET /api/v1/accounts/{account}/factors",
			"GET /accounts/{account}/grants/new", "GET /accounts/new", "GET /privacy", "GET /privacy/{case}", "GET /search"} {
			if !shown[must] {
				t.Errorf("%s was to show the name, so that this test means something", must)
			}
		}
		for pattern := range unlooked {
			if !shown[pattern] {
				t.Errorf("%s is excused and shows nobody", pattern)
			}
		}
	})
}
