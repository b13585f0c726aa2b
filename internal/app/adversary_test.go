package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/grant"
	"quantriet/internal/base/org"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// besieged is a city over east and west, each over two wards with a cell, a ward of the west that has just moved
// to the east, and people who would like to do more than they may.
type besieged struct {
	*house
	t        testing.TB
	now      time.Time
	unit     map[string]id.ID
	people   map[string]id.ID
	accounts map[string]id.ID
	grants   map[string]id.ID
	post     id.ID
}

var sys = access.System("thử")

func (w *besieged) fine(says string, err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%s: %v", says, err)
	}
}

func (w *besieged) as(login string) access.Actor {
	who := access.Actor{Account: w.accounts[login], Person: w.people[login], Name: "Người thử", Lang: "vi"}
	w.fine(login, w.DB.Read(context.Background(), func(tx db.Tx) (err error) {
		who.Grants, err = access.InForce(context.Background(), tx, who.Account, w.Now.Day())
		return err
	}))
	return who
}

func (w *besieged) make(login string, role access.Role, unit, till string) {
	g := account.NewGrant{ID: id.New(), Role: role, Unit: w.unit[unit], From: "2020-01-01", To: till}
	a, err := w.Account.Create(context.Background(), sys, account.New{ID: id.New(), Login: login, Name: "Người thử " + login, Person: w.people[login], Grants: []account.NewGrant{g}})
	w.fine(login, err)
	w.accounts[login], w.grants[login] = a.ID, g.ID
}

func besiege(t testing.TB, d *db.DB) *besieged {
	ctx, w := context.Background(), &besieged{t: t, now: clock.Start("2026-02-07").Add(9 * time.Hour), unit: map[string]id.ID{}, people: map[string]id.ID{}, accounts: map[string]id.ID{}, grants: map[string]id.ID{}}
	w.house = &house{App: New(d, func() time.Time { return w.now }, t.TempDir())}
	site := w.site()
	site.WhoIs = func(*http.Request) (access.Actor, error) { return w.who, nil }
	w.h = site.Handler(w.Routes(), http.NotFoundHandler())
	for _, u := range [][3]string{{"C", "province", ""}, {"E", "equivalent", "C"}, {"W", "equivalent", "C"}, {"E1", "commune", "E"}, {"E11", "cell", "E1"}, {"W1", "commune", "W"}, {"W11", "cell", "W1"}, {"W2", "commune", "W"}, {"W21", "cell", "W2"}} {
		made, err := w.Org.Create(ctx, sys, org.Unit{ID: id.New(), Code: u[0], Level: u[1], Name: "Đơn vị thử " + u[0], Parent: w.unit[u[2]], From: "2010-01-01"})
		w.fine(u[0], err)
		w.unit[u[0]] = made.ID
	}
	for i, p := range [][2]string{{"own", "E11"}, {"member", "E11"}, {"hidden", "W21"}, {"moved", "W11"}} {
		made := person.Person{ID: id.New(), Name: "Người kín " + p[0], Kind: person.Official, MemberNo: fmt.Sprintf("77.%06d", i), JoinedOn: "2000-01-01", Birth: "1970-02-07", Unit: w.unit[p[1]], Since: "2020-01-01"}
		_, err := w.Person.Create(ctx, sys, made, true)
		w.fine(p[0], err)
		w.people[p[0]] = made.ID
	}
	for _, a := range []struct {
		login      string
		role       access.Role
		unit, till string
	}{{"steward", access.Steward, "C", ""}, {"local", access.Steward, "E", ""}, {"officer", access.UnitOfficer, "E", ""}, {"secretary", access.Secretary, "E11", ""}, {"operator", access.Operator, "C", ""},
		{"auditor", access.Auditor, "C", ""}, {"reader", access.Reader, "E", ""}, {"member", access.Member, "E11", ""}, {"western", access.UnitOfficer, "W", ""}, {"expired", access.UnitOfficer, "W", "2026-02-06"},
		{"ahead", access.Member, "W21", ""}, {"clerk", access.Member, "E1", ""}, {"revoked", access.UnitOfficer, "E", ""}} {
		w.make(a.login, a.role, a.unit, a.till)
	}
	desk := w.Account.Grants()
	given, err := desk.Give(ctx, w.as("steward"), w.accounts["ahead"], grant.New{ID: id.New(), Role: access.UnitOfficer, Unit: w.unit["W"], From: "2026-02-08"})
	w.fine("a right of tomorrow", err)
	w.grants["ahead"] = given.ID
	part, err := desk.Delegate(ctx, w.as("officer"), w.grants["officer"], grant.Part{Typed: "clerk", New: grant.New{ID: id.New(), Role: access.Secretary, Unit: w.unit["E1"], From: "2026-02-07", To: "2026-03-01"}})
	w.fine("a part", err)
	w.grants["part"] = part.ID
	post, err := desk.AddPost(ctx, w.as("steward"), access.Post{ID: id.New(), Unit: w.unit["W21"], Title: "Bí thư", Role: access.Secretary})
	w.fine("a post", err)
	w.post = post.ID
	_, err = desk.Revoke(ctx, w.as("steward"), w.grants["revoked"], "thôi")
	w.fine("revoked", err)
	w.now = w.now.Add(time.Minute)
	w.fine("a ward of the west moves to the east", w.Org.Move(ctx, sys, w.unit["W1"], w.unit["E"], "2026-02-07", ""))
	w.now = w.now.Add(time.Minute)
	return w
}

// held is all that an attack could change, as text.
func (w *besieged) held() string {
	var b strings.Builder
	w.fine("held", w.DB.Read(context.Background(), func(tx db.Tx) error {
		for _, t := range []struct{ table, columns string }{
			{"access_grant", "id, account, role, unit, valid_from, valid_to, covers, revoked_at"}, {"access_post", "id, unit, ended_at"}, {"account", "id, login, disabled_at"},
			{"person", "id, name, unit, left_on"}, {"person_membership", "person, unit, valid_from, valid_to"}, {"person_exemption", "id, person, valid_to"},
			{"org_unit", "id, name, parent, valid_to"}, {"org_parent", "unit, parent, valid_from, valid_to"}, {"setting_value", "id, value"},
		} {
			rows, err := tx.QueryContext(context.Background(), "select "+t.columns+" from "+t.table+" order by 1, 2")
			if err != nil {
				return err
			}
			n := strings.Count(t.columns, ",") + 1
			for rows.Next() {
				row, to := make([]any, n), make([]any, n)
				for i := range row {
					to[i] = &row[i]
				}
				if err := rows.Scan(to...); err != nil {
					rows.Close()
					return err
				}
				fmt.Fprintln(&b, t.table, row)
			}
			if err := rows.Err(); err != nil {
				return err
			}
		}
		return nil
	}))
	return b.String()
}

// attack is one wish, at the page and at the API. A body is "key value …" of both.
type attack struct {
	says, who    string
	method, path string
	form         string // "" for a reading
	page, api    int    // what each door answers; 0: it has none
	not          string // what no answer may hold
}

// What an adversary with an account would try, at both doors: nothing is changed and nothing is told.
func TestRightsHoldAgainstAdversaries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := besiege(t, d)
		hidden, moved, own := "/people/"+w.people["hidden"].String(), "/people/"+w.people["moved"].String(), "/people/"+w.people["own"].String()
		unit := func(code string) string { return "/units/" + w.unit[code].String() }
		at := func(code string) string { return "unit " + w.unit[code].String() }
		grants := func(login string) string { return "/accounts/" + w.accounts[login].String() + "/grants" }
		one := func(name string) string { return "/grants/" + w.grants[name].String() }
		give := func(role, code string) string {
			return "grant " + id.New().String() + " role " + role + " " + at(code) + " code " + code + " from 2026-02-07"
		}
		pass := func(whom, role, code, till string) string {
			return give(role, code) + " to " + till + " whom " + whom + " to_whom " + whom
		}
		turn := "grant " + id.New().String() + " from 2026-02-07 "
		relief := " kind exempt reason x from 2026-02-07 resolution 1 resolved_on 2026-02-07 approver x id " + id.New().String()
		before := w.held()
		for _, a := range []attack{
			{"a person outside the scope is read", "officer", "GET", hidden, "", 404, 404, "Người kín"},
			{"and by who holds nothing but a right that ended yesterday", "expired", "GET", hidden, "", 403, 403, "Người kín"},
			{"by a right that begins tomorrow", "ahead", "GET", hidden, "", 403, 403, "Người kín"},
			{"by a right that was revoked", "revoked", "GET", own, "", 403, 403, "Người kín"},
			{"by an auditor", "auditor", "GET", own, "", 403, 403, "Người kín"},
			{"by an operator", "operator", "GET", own, "", 403, 403, "Người kín"},
			{"by a keeper of accounts", "steward", "GET", own, "", 403, 403, "Người kín"},
			{"by another member", "member", "GET", own, "", 403, 403, "Người kín"},
			{"through a ward that moved in", "officer", "GET", moved, "", 404, 404, "Người kín"},
			{"by who had it before it moved away", "western", "GET", moved, "", 404, 404, "Người kín"},
			{"through a part, above the part", "clerk", "GET", hidden, "", 404, 404, "Người kín"},
			{"all people are listed by an auditor", "auditor", "GET", "/people", "", 403, 403, "Người kín"},
			{"people of a unit outside are listed", "officer", "GET", "/people?unit=" + w.unit["W2"].String(), "", 404, 200, "Người kín hidden"},
			{"a person outside is searched for", "officer", "GET", "/people?q=kin+hidden", "", 200, 200, "Người kín hidden"},
			{"by the number of the card", "officer", "GET", "/people?q=77.000002", "", 200, 200, "Người kín hidden"},
			{"people of the ward that moved in are searched for", "officer", "GET", "/people?q=kin", "", 200, 200, "Người kín moved"},
			{"somebody's numbers are opened by who sees other people", "officer", "POST", hidden + "/reveal", "purpose xem", 404, 0, "Người kín"},
			{"a person outside moves to one's own cell", "officer", "POST", hidden + "/move", at("E11") + " from 2026-02-07", 404, 404, "Người kín"},
			{"one's own goes to a cell outside", "officer", "POST", own + "/move", at("W21") + " from 2026-02-07", 404, 404, "thử W21"},
			{"one's own goes to the ward that moved in", "officer", "POST", own + "/move", at("W11") + " from 2026-02-07", 404, 404, "thử W11"},
			{"who only reads moves somebody", "reader", "POST", own + "/move", at("E1") + " from 2026-02-07", 403, 403, ""},
			{"a person outside leaves", "officer", "POST", hidden + "/leave", "last 2026-02-07", 404, 404, "Người kín"},
			{"a member is let off by a secretary", "secretary", "POST", own + "/exempt", relief, 403, 0, ""},
			{"a person outside is let off", "officer", "POST", hidden + "/exempt", relief, 404, 0, "Người kín"},
			{"a unit outside is read", "officer", "GET", unit("W2"), "", 404, 404, "thử W2"},
			{"the ward that moved in is read", "officer", "GET", unit("W1"), "", 404, 404, "thử W1"},
			{"who may what in a unit outside", "officer", "GET", unit("W21") + "/rights", "", 404, 404, "Người thử"},
			{"who may what, asked by an auditor", "auditor", "GET", unit("E1") + "/rights", "", 403, 403, "Người thử expired"},
			{"a unit is moved by who edits none", "officer", "POST", unit("W1") + "/move", "parent " + w.unit["E1"].String() + " from 2026-02-07", 403, 403, ""},
			{"a unit is closed by an operator", "operator", "POST", unit("E11") + "/close", "to 2026-02-07", 403, 403, ""},
			{"an operator gives himself a right", "operator", "POST", grants("operator"), give("officer", "C"), 403, 403, ""},
			{"a keeper gives himself a right", "steward", "POST", grants("steward"), give("reader", "C"), 403, 403, ""},
			{"a keeper makes an operator see people", "steward", "POST", grants("operator"), give("reader", "C"), 409, 409, ""},
			{"a keeper makes an auditor keep accounts", "steward", "POST", grants("auditor"), give("steward", "C"), 409, 409, ""},
			{"a keeper makes another founder", "steward", "POST", grants("clerk"), give("administrator", "C"), 403, 403, ""},
			{"a role that is none", "steward", "POST", grants("clerk"), give("root", "C"), 422, 422, ""},
			{"a local keeper gives a right above", "local", "POST", grants("clerk"), give("reader", "C"), 422, 404, ""},
			{"and outside", "local", "POST", grants("clerk"), give("reader", "W"), 422, 404, ""},
			{"and in the ward that moved in", "local", "POST", grants("clerk"), give("reader", "W1"), 422, 404, ""},
			{"and to somebody outside", "local", "POST", grants("western"), give("reader", "E"), 404, 404, "Người thử"},
			{"an officer gives a right", "officer", "POST", grants("clerk"), give("usher", "E1"), 403, 403, ""},
			{"what was passed on is passed on", "clerk", "POST", one("part") + "/delegate", pass("secretary", "usher", "E11", "2026-02-10"), 403, 403, ""},
			{"somebody else's right is passed on", "clerk", "POST", one("officer") + "/delegate", pass("secretary", "usher", "E11", "2026-02-10"), 404, 404, ""},
			{"a right that ended is passed on", "expired", "POST", one("expired") + "/delegate", pass("western", "usher", "W2", "2026-03-10"), 422, 422, ""},
			{"a right that was revoked is passed on", "revoked", "POST", one("revoked") + "/delegate", pass("clerk", "usher", "E1", "2026-03-10"), 404, 404, ""},
			{"more than one has is passed on", "officer", "POST", one("officer") + "/delegate", pass("clerk", "officer", "E1", "2026-02-10"), 422, 422, ""},
			{"what lies outside is passed on", "officer", "POST", one("officer") + "/delegate", pass("clerk", "usher", "W2", "2026-02-10"), 422, 422, ""},
			{"and what moved in", "officer", "POST", one("officer") + "/delegate", pass("clerk", "usher", "W11", "2026-02-10"), 422, 422, ""},
			{"to somebody elsewhere", "officer", "POST", one("officer") + "/delegate", pass("western", "usher", "E1", "2026-02-10"), 422, 422, ""},
			{"without an end", "officer", "POST", one("officer") + "/delegate", give("usher", "E1") + " whom clerk to_whom clerk", 422, 422, ""},
			{"from before today", "officer", "POST", one("officer") + "/delegate", strings.Replace(pass("clerk", "usher", "E1", "2026-02-10"), "from 2026-02-07", "from 2026-01-01", 1), 422, 422, ""},
			{"somebody else's right is taken", "officer", "POST", one("western") + "/revoke", "why x", 404, 404, ""},
			{"a colleague's, in sight", "officer", "POST", one("reader") + "/revoke", "why x", 403, 403, ""},
			{"a local keeper takes the upper keeper's", "local", "POST", one("steward") + "/revoke", "why x", 404, 404, ""},
			{"one's own right follows the move", "local", "POST", one("local") + "/confirm", "why x", 403, 403, ""},
			{"an officer's follows the move, by who does not cover it", "local", "POST", one("officer") + "/confirm", "why x", 403, 403, ""},
			{"an officer confirms", "officer", "POST", one("officer") + "/confirm", "why x", 403, 403, ""},
			{"a post outside is made", "local", "POST", unit("W2") + "/posts", "grant " + id.New().String() + " title X role secretary", 404, 404, "thử W2"},
			{"a founder's post is made", "steward", "POST", unit("E1") + "/posts", "grant " + id.New().String() + " title X role administrator", 403, 403, ""},
			{"a post outside is filled", "local", "POST", "/posts/" + w.post.String() + "/appoint", turn + "whom clerk to_whom clerk", 404, 404, ""},
			{"an operator takes a post", "operator", "POST", "/posts/" + w.post.String() + "/appoint", turn + "whom operator to_whom operator", 403, 403, ""},
			{"an operator is given a post that sees people", "steward", "POST", "/posts/" + w.post.String() + "/appoint", turn + "whom operator to_whom operator", 409, 409, ""},
			{"a keeper takes a post", "steward", "POST", "/posts/" + w.post.String() + "/appoint", turn + "whom steward to_whom steward", 403, 403, ""},
			{"a post outside ends", "local", "POST", "/posts/" + w.post.String() + "/end", "why x", 404, 404, ""},
			{"an account outside is read", "local", "GET", "/accounts/" + w.accounts["western"].String(), "", 404, 404, "Người thử western"},
			{"an account that reaches further is taken over", "local", "POST", "/accounts/" + w.accounts["steward"].String() + "/link", "why x", 404, 404, ""},
			{"and shut out", "local", "POST", "/accounts/" + w.accounts["western"].String() + "/disable", "why x", 404, 404, ""},
			{"an officer shuts a colleague out", "officer", "POST", "/accounts/" + w.accounts["clerk"].String() + "/disable", "why x", 403, 403, ""},
			{"the log is read by an officer", "officer", "GET", "/audit", "", 403, 403, "Người kín"},
			{"an auditor's log holds no content", "auditor", "GET", "/audit", "", 200, 200, "Người kín own"},
			{"settings are read by an auditor", "auditor", "GET", "/settings", "", 403, 403, ""},
			{"requests of people are read by an operator", "operator", "GET", "/privacy", "", 403, 403, "Người kín"},
			{"somebody comes into a cell outside", "officer", "POST", "/people", "id " + id.New().String() + " name X kind official since 2026-02-07 " + at("W21"), 404, 404, "thử W21"},
			{"one's own belongs to a cell outside as well", "officer", "POST", own + "/stay", at("W21") + " from 2026-02-07", 404, 0, "thử W21"},
			{"the same", "officer", "POST", own + "/memberships", at("W21") + " from 2026-02-07", 0, 404, "thử W21"},
			{"people of a unit outside are exported", "officer", "GET", "/people.csv?unit=" + w.unit["W2"].String(), "", 200, 0, "Người kín hidden"},
			{"all people are exported", "officer", "GET", "/people.csv", "", 200, 0, "Người kín hidden"},
			{"and those who moved in", "officer", "GET", "/people.csv", "", 200, 0, "Người kín moved"},
			{"units are exported", "officer", "GET", "/units.csv", "", 200, 0, "thử W"},
			{"units are listed", "officer", "GET", "/units?q=W1", "", 200, 200, "thử W1"},
			{"all is searched", "officer", "GET", "/search?q=kin", "", 200, 0, "Người kín hidden"},
			{"and by a keeper of accounts", "steward", "GET", "/search?q=kin", "", 200, 0, "Người kín"},
			{"people are imported by a reader", "reader", "GET", "/import", "", 403, 0, ""},
			{"an account is made for a person outside", "local", "POST", "/accounts", "id " + id.New().String() + " person " + w.people["hidden"].String() + " login abc.xyz " + give("usher", "E1"), 422, 0, "Người kín"},
			{"by the number of the card", "local", "POST", "/accounts", "id " + id.New().String() + " card 77.000002 login abc.xyy " + give("usher", "E1"), 422, 0, "Người kín"},
			{"a setting of the installation is put by a keeper", "steward", "POST", "/settings/installation.name", "value X from 2026-02-07", 403, 0, ""},
			{"looks at records, by who sees people", "reader", "GET", "/audit/looks", "", 403, 403, "Người kín"},
			{"the first set-up is handed over by a keeper", "steward", "POST", "/rights/handover", "why x", 404, 404, ""},
		} {
			w.who = w.as(a.who)
			for door, want := range map[string]int{"": a.page, "/api/v1": a.api} {
				if want == 0 {
					continue
				}
				res := w.ask(a.method, door+a.path, body(door != "", a.form))
				if got := res.Body.String(); res.Code != want || a.not != "" && strings.Contains(got, a.not) {
					t.Errorf("%s (%s): %s %s%s: %d, want %d without %q\n%.400s", a.says, a.who, a.method, door, a.path, res.Code, want, a.not, inside(got))
				}
			}
		}
		for _, a := range []struct {
			says, who, method, path, json string
			want                          int
			not                           string
		}{
			{"a query names a unit outside", "officer", "POST", "/audiences", `{"unit":"` + w.unit["E"].String() + `","name":"X","query":{"units":["` + w.unit["W2"].String() + `"]}}`, 422, "thử W2"},
			{"a count asks for it, to learn its name", "officer", "POST", "/audiences/count", `{"unit":"` + w.unit["E"].String() + `","query":{"units":["` + w.unit["W2"].String() + `"]}}`, 422, "thử W2"},
			{"a count is asked below it", "officer", "POST", "/audiences/count", `{"unit":"` + w.unit["W2"].String() + `","query":{"kinds":["official"]}}`, 404, "thử W2"},
			{"numbers of a person outside are opened", "officer", "POST", hidden + "/numbers/open", `{"purpose":"x"}`, 404, "Người kín"},
			{"and written", "officer", "PUT", hidden + "/numbers", `{"identity":"001070000001"}`, 404, "Người kín"},
			{"a person outside is renamed", "officer", "PUT", hidden, `{"name":"X","kind":"official"}`, 404, "Người kín"},
			{"and let off", "officer", "POST", hidden + "/exemptions", `{"kind":"exempt","reason":"x","from":"2026-02-07","resolution":"1","resolved_on":"2026-02-07","approver":"x"}`, 404, "Người kín"},
			{"a unit sits in a ward that only moved in", "western", "PUT", unit("W2") + "/area", `{"area":"` + w.unit["E1"].String() + `","from":"2026-02-07"}`, 403, "thử E1"},
			{"an account is made for a person outside", "local", "POST", "/accounts", `{"login":"abc.xyz","person":"` + w.people["hidden"].String() + `","grant":{"role":"usher","unit":"` + w.unit["E1"].String() + `","from":"2026-02-07"}}`, 422, "Người kín"},
			{"a founder is made with an account", "steward", "POST", "/accounts", `{"login":"abc.xyz","name":"X","grant":{"role":"administrator","unit":"` + w.unit["C"].String() + `","from":"2026-02-07"}}`, 403, ""},
			{"an account is made with a right above", "local", "POST", "/accounts", `{"login":"abc.xyz","name":"X","grant":{"role":"reader","unit":"` + w.unit["C"].String() + `","from":"2026-02-07"}}`, 404, ""},
			{"a reorganisation of a unit outside", "officer", "POST", "/reorganisations", `{"unit":"` + w.unit["W"].String() + `","title":"X","day":"2026-02-08"}`, 403, ""},
		} {
			w.who = w.as(a.who)
			res := w.ask(a.method, "/api/v1"+a.path, a.json)
			if got := res.Body.String(); res.Code != a.want || a.not != "" && strings.Contains(got, a.not) {
				t.Errorf("%s (%s): %s %s: %d, want %d without %q\n%.400s", a.says, a.who, a.method, a.path, res.Code, a.want, a.not, got)
			}
		}
		if after := w.held(); after != before {
			t.Errorf("something was changed:\n%s", differing(before, after))
		}
	})
}

// body is the form, or the JSON that says the same.
func body(json bool, form string) string {
	words := strings.Fields(form)
	v, parts := url.Values{}, []string{}
	for i := 0; i+1 < len(words); i += 2 {
		key := words[i]
		if v.Set(key, words[i+1]); key == "code" { // people write a unit by its code, programs by its id
			v.Set("unit", words[i+1])
			continue
		}
		if key != "grant" && key != "to_whom" {
			parts = append(parts, fmt.Sprintf("%q:%q", key, words[i+1]))
		}
	}
	if json && form != "" {
		return "{" + strings.Join(parts, ",") + "}"
	}
	return v.Encode()
}

func inside(page string) string {
	if _, main, ok := strings.Cut(page, "<main"); ok {
		return main
	}
	return page
}

func differing(a, b string) string {
	was := map[string]bool{}
	for line := range strings.Lines(a) {
		was[line] = true
	}
	var out strings.Builder
	for line := range strings.Lines(b) {
		if !was[line] {
			out.WriteString(line)
		}
	}
	return out.String()
}
