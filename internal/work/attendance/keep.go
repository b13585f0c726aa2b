package attendance

import (
	"cmp"
	"slices"
	"strconv"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// writes are what a transaction has decided and is about to write.
type writes struct {
	scans   []*scanRow
	records []*recordRow
	gone    []Record // stored ones that a better one replaces
	relabel []pair   // meeting and person: who came second has changed
	leaves  map[leafKey]*[tallied]int64
	sites   map[pair]*siteSum // by meeting and site
	numbers numbers           // used for the first time
}

type scanRow struct {
	c *call
	w *work
}

// recordRow is a new record with what is known of its person.
type recordRow struct {
	Record
	f Facts
}

// leafKey is a row of attendance_tally.
type leafKey struct {
	campaign, document id.ID
	lo                 int64
	kind               string
}

// siteSum is what a transaction adds to a row of attendance_site.
type siteSum struct {
	meeting, site                         id.ID
	persons, heads, stations, scans, odds int64
	grades                                [5]int64
}

func (s *siteSum) person(grade, sign int64) {
	s.persons += sign
	s.grades[grade-1] += sign
}

// site is the sum of a site, begun when there is none.
func (w *writes) site(meeting, site id.ID) *siteSum {
	k := pair{meeting, site}
	if w.sites == nil {
		w.sites = map[pair]*siteSum{}
	}
	if w.sites[k] == nil {
		w.sites[k] = &siteSum{meeting: meeting, site: site}
	}
	return w.sites[k]
}

// leaf adds sign times one person's study to the sums.
func (w *writes) leaf(f Facts, document id.ID, form string, grade, sign int64) {
	k := leafKey{f.Campaign, document, f.Lo, f.PersonKind}
	if w.leaves == nil {
		w.leaves = map[leafKey]*[tallied]int64{}
	}
	n := w.leaves[k]
	if n == nil {
		n = new([tallied]int64)
		w.leaves[k] = n
	}
	n[0] += sign
	if f.Exempt {
		n[1] += sign
	}
	n[2+formIndex[form]] += sign
	n[6+grade] += sign
}

// write puts everything down, what many rows share in one statement, in the order of the
// keys: neighbours share a page.
func (d *desk) write() error {
	slices.SortFunc(d.writes.scans, func(a, b *scanRow) int { return cmp.Compare(a.w.scan.Key, b.w.scan.Key) })
	slices.SortFunc(d.writes.records, func(a, b *recordRow) int {
		return cmp.Or(cmp.Compare(a.Meeting, b.Meeting), cmp.Compare(a.Person, b.Person))
	})
	for _, step := range []func() error{d.replace, d.putScans, d.putNumbers, d.putRecords, d.putStudied, d.putLeaves, d.putSites, d.relabel} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// replace makes stored records void for the better ones, and their scans what they are now.
func (d *desk) replace() error {
	for _, r := range d.writes.gone {
		label := second(r, d.stands[pair{r.Meeting, r.Person}].record)
		if err := d.call(pair{r.Meeting, r.Site}, r.ID, label); err != nil {
			return err
		}
		why := "attendance.void_better"
		if r.How == "declared" {
			why = "attendance.void_seen"
		}
		_, err := d.tx.ExecContext(d.ctx, `update attendance_record set void_at = $2, void_why = $3 where id = $1`, r.ID, d.now, words.T(words.Langs[0], why))
		if err != nil {
			return err
		}
	}
	return nil
}

// call names a scan of a meeting and site anew; a plain one becomes an odd one.
func (d *desk) call(at pair, scan id.ID, label string) error {
	plain, err := db.Exec(d.ctx, d.tx, `update attendance_scan set label = $2 where id = $1 and label = ''`, scan, label)
	if err == nil && plain == 0 {
		_, err = d.tx.ExecContext(d.ctx, `update attendance_scan set label = $2 where id = $1`, scan, label)
	}
	d.writes.site(at[0], at[1]).odds += plain
	return err
}

// add runs an insert for each piece of rows.
func add[T any](d *desk, s shape, rows []T, put func(T, []any) []any) error {
	_, err := added(d, s, rows, put)
	return err
}

// added is add, and says how many rows were written.
func added[T any](d *desk, s shape, rows []T, put func(T, []any) []any) (n int, err error) {
	return n, pieces(rows, func(part []T) error {
		args := make([]any, 0, len(part)*s.cols)
		for _, r := range part {
			args = put(r, args)
		}
		q := s
		q.rows = len(part)
		k, err := db.Exec(d.ctx, d.tx, q.text(), args...)
		n += int(k)
		return err
	})
}

var (
	scanInsert    = shape{cols: 16, head: `insert into attendance_scan (id, meeting, site, station, counter, person, code, how, device_at, at, received_at, by, forced, offline, label, note) values `}
	recordInsert  = shape{cols: 14, head: `insert into attendance_record (id, campaign, meeting, site, person, form, how, grade, at, recorded_at, by, by_name, late, note) values `}
	studiedInsert = shape{cols: 4, head: `insert into attendance_studied (campaign, document, person, record) values `, tail: ` on conflict (campaign, document, person) do nothing`}
	leafUpsert    = shape{cols: 4 + tallied, head: `insert into attendance_tally (campaign, document, lo, kind, ` + tallyColumns + `) values `, tail: tallyUpdate + `, turns = attendance_tally.turns + 1`}
	siteUpsert    = shape{cols: 14, head: `insert into attendance_site (meeting, site, persons, heads, first_at, last_at, stations, scans, odd, e1, e2, e3, e4, e5) values `,
		tail: ` on conflict (meeting, site) do update set persons = attendance_site.persons + excluded.persons, heads = attendance_site.heads + excluded.heads,
			last_at = case when excluded.last_at > attendance_site.last_at then excluded.last_at else attendance_site.last_at end,
			first_at = case when attendance_site.first_at = 0 then excluded.first_at else attendance_site.first_at end,
			stations = attendance_site.stations + excluded.stations, scans = attendance_site.scans + excluded.scans, odd = attendance_site.odd + excluded.odd,
			e1 = attendance_site.e1 + excluded.e1, e2 = attendance_site.e2 + excluded.e2, e3 = attendance_site.e3 + excluded.e3,
			e4 = attendance_site.e4 + excluded.e4, e5 = attendance_site.e5 + excluded.e5`}
)

// unless lets a scan pass whose key is there already, to be missed in the count.
func (d *desk) unless() string {
	if d.hasty {
		return ` on conflict (id) do nothing`
	}
	return ""
}

// plainScan takes the scans of nearly everybody: every parameter costs as much as a page does.
func (d *desk) plainScan(how string) shape {
	return shape{cols: 10, tail: d.unless(), head: `insert into attendance_scan (id, meeting, site, station, counter, person, device_at, at, received_at, by, how, forced, offline, label, code, note) values `,
		fixed: `, '` + how + `', false, false, '', '', ''`}
}

func (d *desk) putScans() error {
	plain, rest := map[string][]*scanRow{}, []*scanRow{}
	for _, x := range d.writes.scans {
		if w := x.w; w.guest != nil && w.label == "" && w.scan.Note == "" && !w.scan.Forced && !w.scan.Offline {
			plain[w.scan.How] = append(plain[w.scan.How], x)
		} else {
			rest = append(rest, x)
		}
	}
	kept := 0
	for _, how := range Ways {
		n, err := added(d, d.plainScan(how), plain[how], func(x *scanRow, args []any) []any {
			return append(args, int64(x.w.scan.Key), int64(x.c.meeting), int64(x.c.site), none(int64(x.w.scan.Station)), none(x.w.scan.Counter),
				int64(x.w.guest.person), none(x.w.scan.DeviceAt), cmp.Or(x.w.scan.At, d.now), d.now, none(int64(x.c.who.Account)))
		})
		if err != nil {
			return err
		}
		kept += n
	}
	odd := scanInsert
	odd.tail = d.unless()
	n, err := added(d, odd, rest, func(x *scanRow, args []any) []any {
		w, person, code := x.w, any(nil), ""
		if w.guest != nil {
			person = int64(w.guest.person)
		} else {
			code = w.scan.Code[:min(len(w.scan.Code), 40)]
		}
		return append(args, int64(w.scan.Key), int64(x.c.meeting), int64(x.c.site), none(int64(w.scan.Station)), none(w.scan.Counter), person, code, w.scan.How,
			none(w.scan.DeviceAt), cmp.Or(w.scan.At, d.now), d.now, none(int64(x.c.who.Account)), w.scan.Forced, w.scan.Offline, w.label, w.scan.Note)
	})
	if err == nil && kept+n < len(d.writes.scans) {
		err = errSeen
	}
	return err
}

// none stores zero as nothing.
func none(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// cast is what many records have alike.
type cast struct{ form, how, grade string }

func (k cast) insert() shape {
	return shape{cols: 9, head: `insert into attendance_record (id, campaign, meeting, site, person, at, recorded_at, by, by_name, form, how, grade, late, note) values `,
		fixed: `, '` + k.form + `', '` + k.how + `', ` + k.grade + `, false, ''`}
}

func (d *desk) putRecords() error {
	alike, rest, kinds := map[cast][]*recordRow{}, []*recordRow{}, []cast{}
	for _, r := range d.writes.records {
		if _, known := formIndex[r.Form]; r.Late || r.Note != "" || !known {
			rest = append(rest, r)
			continue
		}
		k := cast{r.Form, r.How, strconv.FormatInt(r.Grade, 10)}
		if alike[k] == nil {
			kinds = append(kinds, k)
		}
		alike[k] = append(alike[k], r)
	}
	for _, k := range kinds {
		err := add(d, k.insert(), alike[k], func(r *recordRow, args []any) []any {
			return append(args, int64(r.ID), int64(r.Campaign), int64(r.Meeting), int64(r.Site), int64(r.Person), r.At, r.Recorded, none(int64(r.By)), r.ByName)
		})
		if err != nil {
			return err
		}
	}
	return add(d, recordInsert, rest, (*recordRow).put)
}

func (r *recordRow) put(args []any) []any {
	return append(args, int64(r.ID), int64(r.Campaign), int64(r.Meeting), int64(r.Site), int64(r.Person), r.Form, r.How, r.Grade, r.At, r.Recorded, none(int64(r.By)), r.ByName, r.Late, r.Note)
}

// study is one person's study of one document.
type study struct{ campaign, document, person id.ID }

// putStudied counts each new record for those documents of its meeting for which nothing
// better counts, and keeps the sums of the leaves.
func (d *desk) putStudied() error {
	var all []study
	best := map[study]*recordRow{}
	for _, r := range d.writes.records {
		for _, doc := range d.venues[r.Site].documents {
			s := study{r.Campaign, doc, r.Person}
			if best[s] == nil {
				all = append(all, s)
			}
			if best[s] == nil || Better(r.Record, best[s].Record) { // at two meetings on the document at once
				best[s] = r
			}
		}
	}
	n, err := added(d, studiedInsert, all, func(s study, args []any) []any {
		return append(args, int64(s.campaign), int64(s.document), int64(s.person), int64(best[s].ID))
	})
	var before map[study]Record
	if err == nil && n < len(all) {
		before, err = d.studiedBefore(all, best)
	}
	if err != nil {
		return err
	}
	var fresh []study
	for _, s := range all {
		r := best[s]
		old, counted := before[s]
		if counted && !Better(r.Record, old) {
			continue
		}
		if counted {
			if _, err := d.tx.ExecContext(d.ctx, `update attendance_studied set record = $4 where campaign = $1 and document = $2 and person = $3`, s.campaign, s.document, s.person, r.ID); err != nil {
				return err
			}
			d.writes.leaf(r.f, s.document, old.Form, old.Grade, -1)
		} else {
			fresh = append(fresh, s)
		}
		d.writes.leaf(r.f, s.document, r.Form, r.Grade, 1)
	}
	return touchAbsent(d.ctx, d.tx, fresh)
}

// studiedBefore finds those that a record counts for which was there before.
func (d *desk) studiedBefore(all []study, best map[study]*recordRow) (map[study]Record, error) {
	type counts struct {
		of study
		Record
	}
	before := map[study]Record{}
	err := look(d.ctx, d.tx, studiedQuery, nil, all, func(s study, args []any) []any {
		return append(args, int64(s.campaign), int64(s.document), int64(s.person))
	}, func(scan func(...any) error) (c counts, err error) {
		return c, scan(&c.of.campaign, &c.of.document, &c.of.person, &c.ID, &c.Form, &c.Grade, &c.At)
	}, func(c counts) {
		if c.ID != best[c.of].ID {
			before[c.of] = c.Record
		}
	})
	return before, err
}

// putLeaves also turns a leaf where one person came and another went: its people have changed.
func (d *desk) putLeaves() error {
	var rows []leafRow
	for k, n := range d.writes.leaves {
		rows = append(rows, leafRow{k, n})
	}
	slices.SortFunc(rows, leafRow.compare)
	if err := add(d, leafUpsert, rows, leafRow.put); err != nil {
		return err
	}
	return d.pend(slices.DeleteFunc(rows, func(r leafRow) bool { return *r.n == [tallied]int64{} }))
}

type leafRow struct {
	leafKey
	n *[tallied]int64
}

func (r leafRow) compare(o leafRow) int {
	return cmp.Or(cmp.Compare(r.campaign, o.campaign), cmp.Compare(r.document, o.document), cmp.Compare(r.kind, o.kind), cmp.Compare(r.lo, o.lo))
}

func (r leafRow) put(args []any) []any {
	args = append(args, int64(r.campaign), int64(r.document), r.lo, r.kind)
	for _, n := range r.n {
		args = append(args, n)
	}
	return args
}

func (d *desk) putSites() error {
	rows := make([]*siteSum, 0, len(d.writes.sites))
	for _, s := range d.writes.sites {
		rows = append(rows, s)
	}
	return add(d, siteUpsert, rows, func(s *siteSum, args []any) []any {
		g := s.grades
		return append(args, int64(s.meeting), int64(s.site), s.persons, s.heads, d.now, d.now, s.stations, s.scans, s.odds, g[0], g[1], g[2], g[3], g[4])
	})
}

// relabel says again of every other scan of somebody what it is beside the one that counts now.
func (d *desk) relabel() error {
	for _, k := range d.writes.relabel {
		r := d.stands[k].record
		_, err := d.tx.ExecContext(d.ctx, `update attendance_scan set label = case when site = $4 then 'again' else 'elsewhere' end
			where meeting = $1 and person = $2 and id <> $3 and label in ('again', 'elsewhere')`, k[0], k[1], r.ID, r.Site)
		if err != nil {
			return err
		}
	}
	return nil
}
