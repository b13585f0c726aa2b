package reorg_test

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org"
	"quantriet/internal/base/org/reorg"
	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/base/person"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

var ctx = context.Background()

// world is a desk over one database with two administrators of the whole.
type world struct {
	*reorg.Service
	t        testing.TB
	people   *person.Service
	units    *org.Service
	one, two access.Actor
	by       map[string]id.ID // units by code
}

func at(day string) clock.Now { return clock.Fixed(clock.Start(day).Add(9 * time.Hour)) }

func newWorld(t testing.TB, d *db.DB, today string) *world {
	now := at(today)
	w := &world{t: t, people: &person.Service{DB: d, Now: now}, units: &org.Service{DB: d, Now: now}, by: map[string]id.ID{}}
	w.Service = &reorg.Service{DB: d, Now: now, Rehome: w.people.Rehome, Return: w.people.Return}
	return w
}

// called is how units of a level begin their names.
var called = map[string]string{"province": "Đảng bộ tỉnh mẫu ", "district": "Đảng bộ huyện mẫu ", "commune": "Đảng bộ xã mẫu ", "grassroots": "Đảng bộ cơ sở xã mẫu ",
	"cell": "Chi bộ mẫu ", "equivalent": "Đảng bộ cơ quan mẫu "}

// plant makes units "code level parent" and n people in each that has a number.
func (w *world) plant(lines ...string) {
	w.t.Helper()
	var units []org.Unit
	var people []person.Person
	for _, l := range lines {
		var code, level, parent string
		n := 0
		fmt.Sscan(l, &code, &level, &parent, &n)
		u := org.Unit{ID: id.New(), Code: code, Level: level, Name: called[level] + code, Parent: w.by[parent]}
		w.by[code] = u.ID
		units = append(units, u)
		for i := range n {
			people = append(people, person.Person{ID: id.New(), MemberNo: fmt.Sprintf("%s-%d", code, i+1), Name: fmt.Sprintf("Đảng viên mẫu %03d", len(people)+1),
				Birth: fmt.Sprint(1950 + 10*i), Position: []string{"Bí thư", "Đảng viên"}[min(i, 1)], Kind: person.Official, Unit: u.ID, Since: "2020-01-01"})
		}
	}
	w.write(func(tx db.Tx) error {
		if err := org.AddAll(ctx, tx, units, 1, 0); err != nil {
			return err
		}
		return person.AddAll(ctx, tx, people, 1, 0)
	})
	top := w.by[strings.Fields(lines[0])[0]]
	w.one, w.two = w.actor(access.Administrator, top), w.actor(access.Administrator, top)
}

// nth counts invented people.
var nth = func() func() int { n := 0; return func() int { n++; return n } }()

func (w *world) write(fn func(db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) actor(role access.Role, unit id.ID) access.Actor {
	g := access.Grant{ID: id.New(), Role: role, Unit: unit, From: "2018-01-01"}
	a := access.Actor{Account: id.New(), Name: fmt.Sprintf("Cán bộ mẫu %03d", nth()), Lang: "vi", Grants: []access.Grant{g}}
	w.write(func(tx db.Tx) error {
		if _, err := tx.ExecContext(ctx, `insert into account (id, login, name, created_at) values ($1, $2, $3, 0)`, a.Account, a.Account.String(), a.Name); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into access_grant (id, account, role, unit, valid_from, created_at) values ($1, $2, $3, $4, '2018-01-01', 0)`, g.ID, a.Account, string(role), unit)
		return err
	})
	return a
}

func (w *world) event(top, day string, steps ...plan.Step) reorg.Event {
	return reorg.Event{ID: id.New(), Unit: w.by[top], Title: "Sắp xếp mẫu", Basis: "NQ mẫu", Day: day, Steps: steps}
}

func (w *world) ids(codes string) (out []id.ID) {
	for _, c := range strings.Fields(codes) {
		out = append(out, w.by[c])
	}
	return out
}

// fresh is a new unit "code level parent".
func (w *world) fresh(code, level, parent string) *plan.Fresh {
	w.by[code] = id.New()
	return &plan.Fresh{ID: w.by[code], Code: code, Level: level, Name: called[level] + code, Parent: w.by[parent]}
}

// carry takes an event through both persons to its day.
func (w *world) carry(e reorg.Event) (reorg.Event, error) {
	w.t.Helper()
	if _, err := w.Prepare(ctx, w.one, e); err != nil {
		return e, err
	}
	if _, err := w.Submit(ctx, w.one, e.ID); err != nil {
		return e, err
	}
	v, err := w.Show(ctx, w.two, e.ID)
	if err != nil {
		return e, err
	}
	return w.Confirm(ctx, w.two, e.ID, v.Seal)
}

// dump is everything the tree consists of, in a stable order.
func (w *world) dump() string {
	w.t.Helper()
	var out []string
	for _, q := range []string{
		`select 'unit', id, code, level, coalesce(parent, 0), name, short, coalesce(valid_from, ''), coalesce(valid_to, '') from org_unit`,
		`select 'parent', unit, parent, valid_from, coalesce(valid_to, ''), '', '', '', '' from org_parent`,
		`select 'below', top, unit, depth, since, '', '', '', '' from org_below`,
		`select 'level', code, coalesce(valid_from, ''), coalesce(valid_to, ''), '', '', '', '', '' from org_level`,
		`select 'area', unit, area, valid_from, coalesce(valid_to, ''), '', '', '', '' from org_area`,
		`select 'next', old, new, people, '', '', '', '', '' from org_successor`,
		`select 'person', id, unit, coalesce(left_on, ''), '', '', '', '', '' from person`,
		`select 'member', person, unit, valid_from, coalesce(valid_to, ''), study_home, '', '', '' from person_membership`,
	} {
		err := w.DB.Read(ctx, func(tx db.Tx) error {
			rows, err := db.All(ctx, tx, func(scan func(...any) error) (string, error) {
				var v [9]any
				err := scan(&v[0], &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7], &v[8])
				return fmt.Sprint(v[:]...), err
			}, q)
			out = append(out, rows...)
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

func wants(t testing.TB, say string, err error, kind fault.Kind, key string) {
	t.Helper()
	if fault.Of(err) != kind || kind != fault.Internal && fault.Key(err) != key || (kind == fault.Internal && err != nil) {
		t.Errorf("%s: %v", say, err)
	}
}

const ok = fault.Internal // with a nil error

// member is who has a number.
func (w *world) member(number string) (of id.ID) {
	w.t.Helper()
	w.write(func(tx db.Tx) error {
		p, err := person.ByNumber(ctx, tx, number)
		of = p.ID
		return err
	})
	return of
}

// life is where somebody belonged, in order.
func (w *world) life(of id.ID) string {
	w.t.Helper()
	var out []string
	w.write(func(tx db.Tx) error {
		all, err := person.Memberships(ctx, tx, of)
		for i := len(all) - 1; i >= 0; i-- {
			s := ""
			for code, unit := range w.by {
				if unit == all[i].Unit {
					s = code + " " + all[i].From + "…" + all[i].To
				}
			}
			if all[i].Home {
				s += " home"
			}
			out = append(out, s)
		}
		return err
	})
	return strings.Join(out, ", ")
}
