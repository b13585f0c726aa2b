package intake

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

func (h *house) sentUnits(body string) Sheet {
	h.t.Helper()
	sh, err := h.sheets.Check(ctx, h.admin, Sheet{ID: id.New(), Kind: Units, Name: "u.csv", Size: int64(len(body))}, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	return h.rest(sh)
}

// wards is a sheet of two pieces: children stand before their parent, and a known cell moves below it.
func wards(cells int) string {
	var b strings.Builder
	b.WriteString("Mã tổ chức,Tên tổ chức đảng,Cấp,Mã cấp trên\n")
	for i := range cells {
		fmt.Fprintf(&b, "N.%03d,Chi bộ mẫu %03d,Chi bộ,N\n", i, i)
	}
	return b.String() + "E8,Chi bộ Bắc 8 mẫu mới,Chi bộ,N\nN,Đảng bộ cơ sở mẫu,Tổ chức cơ sở đảng,E\n"
}

// lone makes a unit that nobody belongs to: a sheet may move it.
func (h *house) lone() (u org.Unit) {
	h.t.Helper()
	u = org.Unit{ID: id.New(), Code: "E8", Level: "cell", Name: "Chi bộ Bắc 8 mẫu", Parent: h.east.ID}
	_, err := h.units.Create(ctx, h.admin, u)
	h.must(err)
	return u
}

// tree is all that is known of the units, but for when a move brought them where they are.
func (h *house) tree() string {
	h.t.Helper()
	var all []string
	err := h.db.Read(ctx, func(tx db.Tx) error {
		for _, q := range []string{`select code || name || coalesce(parent, 0) from org_unit order by id`,
			`select cast(unit as text) || '<' || parent || valid_from || coalesce(valid_to, '') from org_parent order by unit, valid_from`,
			`select cast(top as text) || '>' || unit || ' ' || depth from org_below order by top, unit`} {
			list, err := db.All(ctx, tx, db.Value[string], q)
			if all = append(all, list...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) sql(q string, args ...any) {
	h.t.Helper()
	h.must(h.db.Write(ctx, func(tx db.Tx) error { _, err := tx.ExecContext(ctx, q, args...); return err }))
}

func (h *house) unit(code string) (u org.Unit) {
	h.t.Helper()
	h.must(h.db.Read(ctx, func(tx db.Tx) (err error) { u, err = org.ByCode(ctx, tx, code); return err }))
	return u
}

func TestUnitsTakenBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.lone()
		before := h.tree()
		sh := h.sentUnits(wards(230))
		if got := sh.brief(); got != "checked new 231 changed 1 same 0 ask 0 wrong 0 missing 0" {
			t.Fatal(got)
		}
		if sh = h.applied(sh, false, 0); sh.brief() != "applied new 231 changed 1 same 0 ask 0 wrong 0 missing 0" || sh.Done != 232 || sh.Percent != 100 {
			t.Fatalf("%s done %d", sh.brief(), sh.Done)
		}
		top, low := h.unit("N"), h.unit("N.229")
		if h.unit("E8").Parent != top.ID || low.Parent != top.ID {
			t.Error("they do not stand below N")
		}
		h.refused(sh, top, low)
		sh, err := h.sheets.Undo(ctx, h.admin, sh.ID)
		h.must(err)
		if sh = h.rest(sh); sh.State != Undone || sh.Done != 232 || sh.Broken != nil {
			t.Errorf("%s done %d %+v", sh.State, sh.Done, sh.Broken)
		}
		if after := h.tree(); after != before {
			t.Errorf("the tree is not what it was:\n%s\n\n%s", before, after)
		}
		page := visible(h.ask(h.admin, "GET", "/import/"+sh.ID.String(), "", "").Body.String())
		if !strings.Contains(page, "Đã hoàn tác 232 tổ chức.") {
			t.Error(page)
		}
	})
}

// refused hangs one thing after the other on new units: both doors refuse to take them back.
func (h *house) refused(sh Sheet, top, low org.Unit) {
	h.t.Helper()
	at := "/import/" + sh.ID.String() + "/undo"
	no := func(say, key string) {
		h.t.Helper()
		_, err := h.sheets.Undo(ctx, h.admin, sh.ID)
		if list := fault.List(err); fault.Of(err) != fault.Conflict || len(list) != 1 || list[0].Key != key {
			h.t.Errorf("%s: %v", say, err)
		}
		if w := h.ask(h.admin, "POST", at, formMime, "x=1"); w.Code != 409 || !strings.Contains(w.Body.String(), "Chưa hoàn tác được") {
			h.t.Errorf("%s, page: %d", say, w.Code)
		}
		if w := h.ask(h.admin, "POST", "/api/v1/imports/"+sh.ID.String()+"/undo", jsonMime, "{}"); w.Code != 409 {
			h.t.Errorf("%s, API: %d", say, w.Code)
		}
	}
	p := person.Person{ID: id.New(), Name: "Đảng viên mẫu 009", Kind: person.Mass, Unit: low.ID, Since: "2026-01-01"}
	h.must(h.db.Write(ctx, func(tx db.Tx) error { return person.AddAll(ctx, tx, []person.Person{p}, 0, 0) }))
	no("a person", "intake.held.person")
	h.sql(`delete from person_membership where person = $1`, p.ID)
	h.sql(`delete from person where id = $1`, p.ID)

	h.sql(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values (77, 'X', 'cell', $1, 'X', 'X', 'x', 'x', 0)`, top.ID)
	h.sql(`insert into org_parent (unit, parent, valid_from) values (77, $1, '2026-01-01')`, top.ID)
	no("a unit below", "intake.held.unit")
	h.sql(`delete from org_parent where unit = 77`)
	h.sql(`delete from org_unit where id = 77`)

	h.sql(`insert into org_event (id, unit, title, day, state, created_at) values (78, $1, 'Sắp xếp mẫu', '2026-07-01', 'draft', 0)`, top.ID)
	no("a reorganisation", "intake.held.reorg")
	h.sql(`delete from org_event where id = 78`)

	account := id.New()
	h.sql(`insert into account (id, login, name, created_at) values ($1, 'mau', 'Cán bộ mẫu', 0)`, account)
	for _, c := range []struct {
		say, what, put, table string
		args                  []any
	}{
		{"a post", "grant", `insert into access_post (id, unit, title, role, created_at) values (79, $1, 'Bí thư', 'secretary', 0)`, "access_post", []any{low.ID}},
		{"a grant", "grant", `insert into access_grant (id, account, role, unit, valid_from, created_at) values (79, $2, 'secretary', $1, '2026-01-01', 0)`, "access_grant", []any{low.ID, account}},
		{"a grant that is over", "grant", `insert into access_grant (id, account, role, unit, valid_from, valid_to, created_at) values (79, $2, 'leader', $1, '2026-01-01', '2026-01-02', 0)`, "access_grant", []any{top.ID, account}},
		{"a campaign of its own", "campaign", `insert into campaign (id, unit, title, state, starts_on, created_at) values (79, $1, 'Đợt mẫu', 'draft', '2026-02-07', 0)`, "campaign", []any{top.ID}},
	} {
		h.sql(c.put, c.args...)
		no(c.say, "intake.held."+c.what)
		h.sql(`delete from ` + c.table + ` where id = 79`)
	}
	h.sql(`insert into campaign (id, unit, title, state, starts_on, created_at) values (80, $1, 'Đợt mẫu', 'open', '2026-02-07', 0)`, h.east.ID)
	h.sql(`insert into campaign_unit (campaign, unit, lo, hi, depth, level, name, short) values (80, $1, 1, 2, 1, 'cell', 'X', 'X')`, low.ID)
	no("a campaign from above that froze it", "intake.held.campaign")
	h.sql(`delete from campaign_unit where campaign = 80`)
	h.sql(`delete from campaign where id = 80`)
	h.sql(`delete from account where id = $1`, account)

	moved := h.unit("E8")
	h.units.Unreported = func(_ context.Context, _ db.Tx, field, day string, units ...id.ID) error {
		if slices.Contains(units, moved.ID) {
			return fault.At(field, "reorg.campaign_closed", "title", "Đợt mẫu", "day", day)
		}
		return nil
	}
	no("a campaign that was closed over what moved", "org.not_given_back")
	h.units.Unreported = nil
	p.ID, p.Unit = id.New(), moved.ID
	h.must(h.db.Write(ctx, func(tx db.Tx) error { return person.AddAll(ctx, tx, []person.Person{p}, 0, 0) }))
	no("somebody who came to what moved", "org.not_given_back")
	h.sql(`delete from person_membership where person = $1`, p.ID)
	h.sql(`delete from person where id = $1`, p.ID)

	was := moved.Name
	h.sql(`update org_unit set name = 'Tên khác' where id = $1`, moved.ID)
	no("a later change", "org.changed_since")
	h.sql(`update org_unit set name = $2 where id = $1`, moved.ID, was)
}

func TestUnitsBrokenOffGoOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := open(t, d)
		h.lone()
		body, who := wards(450), access.System("test")
		inner, cancel := context.WithCancel(ctx)
		_, err := h.sheets.Bring(inner, who, batch.Bytes("u.csv", []byte(body)), Order{Kind: Units, Tell: func(s Sheet) {
			if s.Added > 0 {
				cancel()
			}
		}})
		if err == nil {
			t.Fatal("it was not broken off")
		}
		sh, err := h.sheets.Bring(ctx, who, batch.Bytes("u.csv", []byte(body)), Order{Kind: Units})
		h.must(err)
		if sh.brief() != "applied new 451 changed 1 same 0 ask 0 wrong 0 missing 0" || sh.Done != 452 {
			t.Errorf("%s done %d", sh.brief(), sh.Done)
		}
		h.must(d.Read(ctx, func(tx db.Tx) error {
			n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from person_import_trace where import = $1`, sh.ID)
			if n != 452 {
				t.Errorf("%d traces", n)
			}
			return err
		}))
	})
}

// Somebody makes a unit that the sheet was about to make: it is met as one that is known.
func TestUnitsHeedWhatOthersDoMeanwhile(t *testing.T) {
	h := open(t, dbtest.One(t))
	h.lone()
	made := org.Unit{ID: id.New(), Code: "N.449", Level: "cell", Name: "Chi bộ của người khác", Parent: h.east.ID}
	once := false
	sh, err := h.sheets.Bring(ctx, access.System("test"), batch.Bytes("u.csv", []byte(wards(450))), Order{Kind: Units, Tell: func(s Sheet) {
		if s.Added > 0 && !once {
			once = true
			_, err := h.units.Create(ctx, h.admin, made)
			h.must(err)
		}
	}})
	h.must(err)
	if got := sh.brief(); got != "applied new 450 changed 2 same 0 ask 0 wrong 0 missing 0" {
		t.Error(got)
	}
	if u := h.unit("N.449"); u.ID != made.ID || u.Name != "Chi bộ mẫu 449" || u.Parent != h.unit("N").ID {
		t.Errorf("%+v", u)
	}
}

// What was in when the sender lost the right stays, is told, and can be taken back.
func TestUnitsStopWithTheRight(t *testing.T) {
	h := open(t, dbtest.One(t))
	h.lone()
	before, asked := h.tree(), 0
	sh := h.sentUnits(wards(450))
	usual := h.sheets.Sender
	h.sheets.Sender = func(ctx context.Context, tx db.Tx, account id.ID) (access.Actor, error) {
		who, err := usual(ctx, tx, account)
		if asked++; asked > 2 { // the beginning and the first piece
			who.Grants = nil
		}
		return who, err
	}
	sh = h.applied(sh, false, 0)
	if sh.State != Applied || sh.Added != 200 || sh.Changed != 0 || sh.Broken == nil || sh.Broken.Key != "intake.sender_gone" {
		t.Fatalf("%s %+v", sh.brief(), sh.Broken)
	}
	h.sheets.Sender = usual
	sh, err := h.sheets.Undo(ctx, h.admin, sh.ID)
	h.must(err)
	if sh = h.rest(sh); sh.State != Undone || sh.Done != 200 || h.tree() != before {
		t.Errorf("%s done %d", sh.brief(), sh.Done)
	}
}
