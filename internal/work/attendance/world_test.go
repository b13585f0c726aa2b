package attendance

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/org/batch"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// begin is when the meetings of the tests begin: 07:30 in Hà Nội.
var begin = time.Date(2018, 7, 19, 0, 30, 0, 0, time.UTC)

// leaf is a unit of the test's tree, with its people.
type leaf struct {
	unit   id.ID
	parent *leaf
	name   string
	self   bool // organises itself
	lo, hi int
	people []id.ID
	codes  []string
}

// world is a province with two districts: Đông with a cell that joins its meetings and one
// that organises itself, Tây with one cell. The last of each cell's people is exempt, the
// one before is no member.
type world struct {
	*Service
	d                                      *db.DB
	at                                     time.Time
	campaign                               id.ID
	docs                                   []id.ID
	province, east, cell, own, west, far   *leaf
	officer, unit, secretary, usher, other access.Actor
	serial                                 int
}

func actor(r access.Role, unit id.ID) access.Actor {
	return access.Actor{Account: id.New(), Name: "Cán bộ mẫu", Lang: "vi", Grants: []access.Grant{{Role: r, Unit: unit, From: "2018-01-01"}}}
}

// seed makes the world with so many people in each cell and documents in the campaign.
func seed(t testing.TB, d *db.DB, people, docs int) *world {
	t.Helper()
	w := &world{d: d, at: begin, campaign: id.New()}
	w.Service = &Service{DB: d, Now: func() time.Time { return w.at }}
	plant := func(name string, under *leaf, self bool, lo, hi int) *leaf {
		return &leaf{unit: id.New(), parent: under, name: name, self: self, lo: lo, hi: hi}
	}
	w.province = plant("Thành ủy mẫu", nil, true, 1, 6)
	w.east = plant("Quận ủy mẫu Đông", w.province, true, 2, 4)
	w.cell = plant("Chi bộ mẫu 01", w.east, false, 3, 3)
	w.own = plant("Chi bộ mẫu 02", w.east, true, 4, 4)
	w.west = plant("Quận ủy mẫu Tây", w.province, true, 5, 6)
	w.far = plant("Chi bộ mẫu 03", w.west, false, 6, 6)
	units := []*leaf{w.province, w.east, w.cell, w.own, w.west, w.far}
	w.write(t, func(ex func(string, ...any)) {
		for _, u := range units {
			w.root(ex, u)
		}
		ex(`insert into campaign (id, unit, title, state, starts_on, created_at) values ($1, $2, 'Đợt mẫu', 'open', '2018-06-26', 0)`, w.campaign, w.province.unit)
		for _, u := range units {
			ex(`insert into campaign_unit (campaign, unit, parent, lo, hi, depth, level, name, short, self_organised) values ($1, $2, $3, $4, $5, 0, 'cell', $6, $6, $7)`,
				w.campaign, u.unit, u.above(), u.lo, u.hi, u.name, u.self)
		}
		for i := range docs {
			doc := id.New()
			w.docs = append(w.docs, doc)
			ex(`insert into document (id, unit, kind, number, issuer_name, issued_on, title, folded, created_at) values ($1, $2, 'resolution', $3, 'x', '2018-05-19', 'Nghị quyết', 'x', 0)`,
				doc, w.province.unit, fmt.Sprint(i))
			ex(`insert into campaign_document (campaign, document, ord) values ($1, $2, $3)`, w.campaign, doc, i)
		}
	})
	for _, u := range []*leaf{w.cell, w.own, w.far} {
		w.settle(t, u, people)
	}
	w.officer, w.unit, w.secretary = actor(access.Officer, w.province.unit), actor(access.UnitOfficer, w.east.unit), actor(access.Secretary, w.cell.unit)
	w.usher, w.other = actor(access.Usher, w.east.unit), actor(access.UnitOfficer, w.west.unit)
	return w
}

func (u *leaf) above() id.ID {
	if u.parent == nil {
		return 0
	}
	return u.parent.unit
}

// root adds a unit to today's tree.
func (w *world) root(ex func(string, ...any), u *leaf) {
	ex(`insert into org_unit (id, code, level, parent, name, short, folded, sort_key, created_at) values ($1, $2, 'cell', $3, $4, $4, 'x', $2, 0)`,
		u.unit, fmt.Sprint("u", u.lo), u.above(), u.name)
	for top, depth := u, 0; top != nil; top, depth = top.parent, depth+1 {
		ex(`insert into org_below (top, unit, depth) values ($1, $2, $3)`, top.unit, u.unit, depth)
	}
}

// settle gives a unit people and puts them into the frozen roster.
func (w *world) settle(t testing.TB, u *leaf, n int) {
	t.Helper()
	var people, roster [][]any
	for i := range n {
		w.serial++
		p, name, code := id.New(), fmt.Sprintf("Đảng viên mẫu %05d", w.serial), campaign.CipherOf(0).Code(int64(u.lo), int64(w.serial))
		kind, listed := "official", "member"
		if i == n-2 {
			kind, listed = "civil", "civil"
		}
		people = append(people, []any{p, name, text.Fold(name), text.NameKey(name), kind, u.unit, 0})
		roster = append(roster, []any{w.campaign, p, u.unit, u.lo, listed, false, i == n-1, w.serial})
		u.people, u.codes = append(u.people, p), append(u.codes, code)
	}
	err := w.d.Write(context.Background(), func(tx db.Tx) error {
		if err := batch.Insert(context.Background(), tx, `insert into person (id, name, folded, name_key, kind, unit, created_at)`, 7, people); err != nil {
			return err
		}
		if err := batch.Insert(context.Background(), tx, `insert into campaign_roster (campaign, person, unit, lo, kind, key_cadre, exempt, n)`, 8, roster); err != nil {
			return err
		}
		_, err := tx.ExecContext(context.Background(), `update campaign_unit set
			members = (select count(*) from campaign_participant p where p.campaign = $1 and p.unit = $2 and p.kind = 'member'),
			exempt = (select count(*) from campaign_participant p where p.campaign = $1 and p.unit = $2 and p.kind = 'member' and p.exempt),
			civil = (select count(*) from campaign_participant p where p.campaign = $1 and p.unit = $2 and p.kind = 'civil')
			where campaign = $1 and unit = $2`, w.campaign, u.unit)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// write runs statements in one transaction.
func (w *world) write(t testing.TB, fn func(ex func(string, ...any))) {
	t.Helper()
	err := w.d.Write(context.Background(), func(tx db.Tx) (err error) {
		fn(func(q string, args ...any) {
			if err == nil {
				_, err = tx.ExecContext(context.Background(), q, args...)
			}
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) exec(t testing.TB, q string, args ...any) {
	t.Helper()
	w.write(t, func(ex func(string, ...any)) { ex(q, args...) })
}

// number reads one number.
func (w *world) number(t testing.TB, q string, args ...any) (n int64) {
	t.Helper()
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		n, err = db.One(context.Background(), tx, db.Value[int64], q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// hall is a meeting with its sites.
type hall struct {
	meeting id.ID
	sites   []id.ID
}

// meet makes a meeting of a unit on documents of the campaign; hosts are those of further
// sites, with their people invited there. Without any, all below the unit are invited to
// the main site.
func (w *world) meet(t testing.TB, by *leaf, kind, mode string, docs []id.ID, hosts ...*leaf) hall {
	t.Helper()
	h := hall{meeting: id.New()}
	w.write(t, func(ex func(string, ...any)) {
		ex(`insert into meeting (id, campaign, unit, kind, mode, title, folded, starts_at, ends_at, state, created_at) values ($1, $2, $3, $4, $5, 'Hội nghị mẫu', 'hoi nghi mau', $6, $7, 'planned', 0)`,
			h.meeting, w.campaign, by.unit, kind, mode, begin.UnixMilli(), begin.Add(4*time.Hour).UnixMilli())
		for _, d := range docs {
			ex(`insert into meeting_document (meeting, document) values ($1, $2)`, h.meeting, d)
		}
		for ord, host := range append([]*leaf{by}, hosts...) {
			s := id.New()
			ex(`insert into meeting_site (id, meeting, ord, name, unit) values ($1, $2, $3, $4, $5)`, s, h.meeting, ord, "Hội trường "+host.name, host.unit)
			if ord > 0 || len(hosts) == 0 {
				ex(`insert into meeting_invite (id, meeting, site, unit) values ($1, $2, $3, $4)`, id.New(), h.meeting, s, host.unit)
			}
			h.sites = append(h.sites, s)
		}
	})
	return h
}

// scan enters a code at a site's station.
func (w *world) scan(who access.Actor, h hall, site int, code string) (Entry, error) {
	return w.Enter(context.Background(), who, h.meeting, h.sites[site], code, Way{How: "station"})
}

// call rolls people at the main site.
func (w *world) call(who access.Actor, h hall, marks ...Mark) (Rolled, error) {
	return w.RollCall(context.Background(), who, h.meeting, h.sites[0], marks)
}

// tallies are the rows that are not all zero, one a line.
func (w *world) tallies(t testing.TB) (out []string) {
	t.Helper()
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		out, err = db.All(context.Background(), tx, func(scan func(...any) error) (string, error) {
			var doc id.ID
			var lo int64
			var kind string
			var n [tallied]int64
			err := scan(&doc, &lo, &kind, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10], &n[11], &n[12])
			if n == ([tallied]int64{}) {
				return "", err
			}
			return fmt.Sprint(slices.Index(w.docs, doc), lo, kind, n), err
		}, `select document, lo, kind, `+tallyColumns+` from attendance_tally where campaign = $1 order by document, lo, kind`, w.campaign)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out = slices.DeleteFunc(out, func(s string) bool { return s == "" })
	slices.Sort(out)
	return out
}

// sites are the figures of the sites, one a line.
func (w *world) sites(t testing.TB) (out []string) {
	t.Helper()
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		out, err = db.All(context.Background(), tx, func(scan func(...any) error) (string, error) {
			var m, s id.ID
			var n [10]int64
			err := scan(&m, &s, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9])
			return fmt.Sprint(m, s, n), err
		}, `select meeting, site, persons, heads, stations, scans, odd, e1, e2, e3, e4, e5 from attendance_site
			where persons > 0 or heads > 0 or scans > 0 order by meeting, site`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// folds are the sums at the units that have others below them, one a line: as kept, and as added up by hand.
func (w *world) folds(t testing.TB) (kept, byHand []string) {
	t.Helper()
	if _, err := w.FoldNow(context.Background()); err != nil {
		t.Fatal(err)
	}
	row := func(scan func(...any) error) (string, error) {
		var doc id.ID
		var lo int64
		var kind string
		var n [tallied]int64
		err := scan(&doc, &lo, &kind, &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8], &n[9], &n[10], &n[11], &n[12])
		return fmt.Sprint(slices.Index(w.docs, doc), lo, kind, n), err
	}
	const sums = `sum(t.studied), sum(t.exempt), sum(t.in_person), sum(t.online), sum(t.self_study), sum(t.make_up), sum(t.higher), sum(t.e1), sum(t.e2), sum(t.e3), sum(t.e4), sum(t.e5), sum(t.relay)`
	err := w.d.Read(context.Background(), func(tx db.Tx) (err error) {
		if kept, err = db.All(context.Background(), tx, row, `select document, lo, kind, `+tallyColumns+` from attendance_fold where campaign = $1 and studied <> 0 order by document, lo, kind`, w.campaign); err != nil {
			return err
		}
		byHand, err = db.All(context.Background(), tx, row, `select t.document, u.lo, t.kind, `+sums+` from campaign_unit u join attendance_tally t on t.campaign = u.campaign and t.lo between u.lo and u.hi
			where u.campaign = $1 and u.hi > u.lo group by t.document, u.lo, t.kind having sum(t.studied) <> 0 order by t.document, u.lo, t.kind`, w.campaign)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept, byHand
}

// sound proves that counting everybody anew changes nothing.
func (w *world) sound(t testing.TB) {
	t.Helper()
	if kept, byHand := w.folds(t); !slices.Equal(kept, byHand) {
		t.Errorf("folded %v, added up by hand %v", kept, byHand)
	}
	kept, sites := w.tallies(t), w.sites(t)
	if err := w.d.Write(context.Background(), func(tx db.Tx) error { return Rebuild(context.Background(), tx, w.campaign) }); err != nil {
		t.Fatal(err)
	}
	if anew := w.tallies(t); !slices.Equal(kept, anew) {
		t.Errorf("kept %v, counted anew %v", kept, anew)
	}
	if anew := w.sites(t); !slices.Equal(sites, anew) {
		t.Errorf("sites: kept %v, counted anew %v", sites, anew)
	}
}
