package slip

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account"
	"quantriet/internal/base/account/password"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// cell is a desk of slips over two cells, the first with its secretary.
type cell struct {
	*Service
	t                        *testing.T
	clock                    atomic.Int64
	own, other               id.ID // cells
	secretary                access.Actor
	an, binh, head, stranger id.ID // people: two members, the secretary, one of the other cell
}

func newCell(t *testing.T, d *db.DB) *cell {
	t.Helper()
	c := &cell{t: t}
	c.clock.Store(time.Date(2026, 2, 7, 8, 0, 0, 0, clock.Zone).UnixMilli())
	now := clock.Now(func() time.Time { return clock.From(c.clock.Load()) })
	units := &org.Service{DB: d, Now: now}
	c.Service = &Service{DB: d, Now: now, Account: &account.Service{DB: d, Now: now, Cost: password.Cost{Memory: 64, Passes: 1, Threads: 1}}}
	top := c.unit(units, "PM", "commune", 0)
	c.own, c.other = c.unit(units, "PM.1", "cell", top), c.unit(units, "PM.2", "cell", top)
	c.an, c.binh, c.head, c.stranger = c.person("001", c.own), c.person("002", c.own), c.person("003", c.own), c.person("004", c.other)
	a, err := c.Account.Create(context.Background(), access.System("test"), account.New{ID: id.New(), Login: "bi.thu", Person: c.head,
		Grants: []account.NewGrant{{ID: id.New(), Role: access.Secretary, Unit: c.own, From: "2026-01-01"}}})
	c.fine("secretary", err)
	c.secretary = access.Actor{Account: a.ID, Person: c.head, Name: "Bí thư mẫu", Lang: "vi"}
	c.fine("grants", d.Read(context.Background(), func(tx db.Tx) error {
		c.secretary.Grants, err = access.InForce(context.Background(), tx, a.ID, "2026-02-07")
		return err
	}))
	return c
}

func (c *cell) unit(units *org.Service, code, level string, parent id.ID) id.ID {
	c.t.Helper()
	u, err := units.Create(context.Background(), access.System("test"), org.Unit{ID: id.New(), Code: code, Level: level, Name: "Chi bộ mẫu " + code, Parent: parent})
	c.fine("unit", err)
	return u.ID
}

func (c *cell) person(n string, unit id.ID) id.ID {
	c.t.Helper()
	p := id.New()
	c.fine("person", c.DB.Write(context.Background(), func(tx db.Tx) error {
		_, err := tx.ExecContext(context.Background(), `insert into person (id, member_no, name, folded, name_key, kind, unit, created_at)
			values ($1, $2, $3, '', $4, 'official', $5, 1)`, p, "31."+n, "Đảng viên mẫu "+n, n, unit)
		return err
	}))
	return p
}

func (c *cell) fine(says string, err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatalf("%s: %v", says, err)
	}
}

func (c *cell) refused(says string, err error, kind fault.Kind, key string) {
	c.t.Helper()
	if err == nil || fault.Of(err) != kind || fault.Key(err) != key {
		c.t.Errorf("%s: got %v, want %s", says, err, key)
	}
}

func (c *cell) print(people ...id.ID) []Printed {
	c.t.Helper()
	list, err := c.Print(context.Background(), c.secretary, id.New(), people, 7)
	c.fine("printed", err)
	return list
}

func (c *cell) enter(code string) (account.Pass, error) {
	return c.Enter(context.Background(), code, account.Entry{Agent: "Chrome Android"})
}

// who is whom a session opens for.
func (c *cell) who(p account.Pass) access.Actor {
	c.t.Helper()
	r := httptest.NewRequest("GET", "/", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-session", Value: p.Session})
	who, err := c.Account.WhoIs(r)
	c.fine("who", err)
	return who
}

func TestSlips(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newCell(t, d), context.Background()
		list := c.print(c.an, c.binh)
		if len(list) != 2 || len(list[0].Code) != 14 || list[0].Code == list[1].Code {
			t.Fatalf("%+v", list)
		}
		pass, err := c.enter(" " + strings.ToUpper(strings.ReplaceAll(list[0].Code, "-", " ")))
		c.fine("as somebody types it", err)
		if who := c.who(pass); who.Person != c.an || !who.Is(access.Member) || len(who.Grants) != 1 || !pass.Long {
			t.Errorf("in as %+v", who)
		}
		_, err = c.enter(list[0].Code)
		c.refused("used twice", err, fault.Missing, "slip.over")
		for _, bad := range []string{"", "x", "abcd-efgh-jkmn", list[1].Code[:13], list[1].Code + "a", strings.Repeat("a", 5000), "a\x00b", "' or 1=1 --"} {
			_, err = c.enter(bad)
			c.refused("a guess", err, fault.Missing, "slip.over")
		}
		c.clock.Add(7 * 24 * time.Hour.Milliseconds())
		_, err = c.enter(list[1].Code)
		c.refused("after its days", err, fault.Missing, "slip.over")
		if c.who(pass).Person != c.an {
			t.Error("the device did not stay in")
		}

		first := c.print(c.binh)[0]
		second := c.print(c.binh)[0]
		_, err = c.enter(first.Code)
		c.refused("printed anew since", err, fault.Missing, "slip.over")
		c.fine("taken back", c.Revoke(ctx, c.secretary, c.binh))
		_, err = c.enter(second.Code)
		c.refused("taken back", err, fault.Missing, "slip.over")
		c.fine("taken back after use", c.Revoke(ctx, c.secretary, c.an))
		if c.who(pass).Account != 0 {
			t.Error("the device is still in")
		}
		var ended []access.Ended
		c.fine("notices", d.Read(ctx, func(tx db.Tx) (err error) {
			ended, err = access.EndedSince(ctx, tx, c.Now.Ms())
			return err
		}))
		if len(ended) != 1 || ended[0].Via != 0 || ended[0].Account == 0 {
			t.Errorf("what runs on the device is not told to stop: %+v", ended)
		}
	})
}

func TestWhoPrintsSlipsForWhom(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := newCell(t, d), context.Background()
		try := func(who access.Actor, days int64, people ...id.ID) error {
			_, err := c.Print(ctx, who, id.New(), people, days)
			return err
		}
		officer := c.secretary
		officer.Grants = []access.Grant{{Role: access.UnitOfficer, Unit: c.own, From: "2026-01-01"}}
		c.refused("an officer", try(officer, 7, c.an), fault.Denied, "slip.secretary_only")
		c.refused("for another cell", try(c.secretary, 7, c.stranger), fault.Missing, "fault.missing")
		c.refused("for somebody of each", try(c.secretary, 7, c.an, c.stranger), fault.Missing, "fault.missing")
		c.refused("for nobody", try(c.secretary, 7, id.New()), fault.Missing, "fault.missing")
		c.refused("for oneself, who may do more", try(c.secretary, 7, c.head), fault.Denied, "slip.above")
		c.refused("without people", try(c.secretary, 7), fault.Invalid, "slip.nobody")
		c.refused("for a year", try(c.secretary, 365, c.an), fault.Invalid, "slip.bad_days")
		c.refused("taking another cell's back", c.Revoke(ctx, c.secretary, c.stranger), fault.Missing, "fault.missing")
		batch := id.New()
		_, err := c.Print(ctx, c.secretary, batch, []id.ID{c.an}, 7)
		c.fine("printed", err)
		_, err = c.Print(ctx, c.secretary, batch, []id.ID{c.an}, 7)
		c.refused("the same form twice", err, fault.Conflict, "slip.printed")

		code := c.print(c.an)[0].Code
		list, err := c.List(ctx, c.secretary, db.Page{})
		c.fine("list", err)
		if len(list.Items) != 3 || list.Items[0].Till == 0 || !list.Items[2].Above {
			t.Errorf("%+v", list.Items)
		}
		_, err = c.Account.Grants().Give(ctx, access.System("test"), list.Items[0].account, account.NewGrant{ID: id.New(), Role: access.Usher, Unit: c.own, From: "2026-02-01"})
		c.fine("rises meanwhile", err)
		_, err = c.enter(code)
		c.refused("a slip of somebody who may do more now", err, fault.Missing, "slip.over")
	})
}
