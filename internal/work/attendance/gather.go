package attendance

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// venue is a site with its meeting, as scans need it.
type venue struct {
	Facts     // of nobody in particular
	unit      id.ID
	organiser id.ID
	key       int64 // of the campaign's codes
	documents []id.ID
}

// spot is where a code stands in a roster.
type spot struct {
	campaign id.ID
	lo, n    int64
}

// guest is somebody of a roster.
type guest struct {
	campaign, person, unit id.ID
	lo, n                  int64
	kind, name             string
	exempt                 bool
}

// pair is two ids that are looked up together.
type pair [2]id.ID

// pieces cuts rows so that few different texts of a statement are ever prepared: 128 rows, 64, … 1.
func pieces[T any](rows []T, do func(part []T) error) error {
	for size := 128; len(rows) > 0; {
		for size > len(rows) {
			size /= 2
		}
		if err := do(rows[:size]); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return nil
}

// padded is pieces for what may be asked twice: a piece that nearly fills the next size is filled
// up with its last row, since a statement costs as much as ten rows do.
func padded[T any](rows []T, do func(part []T) error) error {
	n := len(rows) % 128
	for size := 4; size <= 128 && n > 0; size *= 2 {
		if n > size*3/4 && n < size {
			rows = slices.Clip(rows)
			for ; n < size; n++ {
				rows = append(rows, rows[len(rows)-1])
			}
		}
	}
	return pieces(rows, do)
}

// shape names a list of parameters: "($1, $2), ($3, $4)", or "$1, $2" for one column.
type shape struct {
	head, tail string
	cols, rows int
	first      int    // parameters that stand before the list
	cast       bool   // the first row says that they are numbers
	fixed      string // what stands in every row after its parameters: ", 'station', false"
}

var shapes sync.Map // shape → text

// text is head, the list and tail; it is put together once.
func (s shape) text() string {
	if q, ok := shapes.Load(s); ok {
		return q.(string)
	}
	var b strings.Builder
	b.WriteString(s.head)
	for r := range s.rows {
		if r > 0 {
			b.WriteString(", ")
		}
		if s.cols > 1 {
			b.WriteByte('(')
		}
		for c := range s.cols {
			if c > 0 {
				b.WriteString(", ")
			}
			parameter(&b, s.first+r*s.cols+c+1, s.cast && r == 0)
		}
		b.WriteString(s.fixed)
		if s.cols > 1 {
			b.WriteByte(')')
		}
	}
	b.WriteString(s.tail)
	shapes.Store(s, b.String())
	return b.String()
}

// look asks one query for each piece of rows; put appends a row's parameters.
func look[T, R any](ctx context.Context, tx db.Tx, s shape, lead []any, rows []T, put func(T, []any) []any, scan db.Scan[R], each func(R)) error {
	return padded(rows, func(part []T) error {
		args := append(make([]any, 0, s.first+len(part)*s.cols), lead...)
		for _, r := range part {
			args = put(r, args)
		}
		q := s
		q.rows = len(part)
		c, err := tx.QueryContext(ctx, q.text(), args...)
		if err != nil {
			return err
		}
		defer c.Close()
		for c.Next() {
			r, err := scan(c.Scan)
			if err != nil {
				return err
			}
			each(r)
		}
		return c.Err()
	})
}

func one(i id.ID, args []any) []any { return append(args, int64(i)) }
func both(p pair, args []any) []any { return append(args, int64(p[0]), int64(p[1])) }

var (
	venuesQuery = shape{head: `select s.id, s.meeting, s.unit, s.ord = 0, m.unit, m.campaign, case when c.state = 'closed' then c.state else m.state end,
		m.kind, m.mode, m.starts_at, m.ends_at, m.doors_open, m.grace, c.code_key
		from meeting_site s join meeting m on m.id = s.meeting join campaign c on c.id = m.campaign where s.id in (`, cols: 1, tail: `)`}
	documentsQuery = shape{head: `select meeting, document from meeting_document where meeting in (`, cols: 1, tail: `) order by meeting, document`}
	aboveQuery     = shape{head: `select b.unit, b.top, b.since from (values `, cols: 2, cast: true, tail: `) as q
		cross join org_below b where b.unit = q.column1 and b.top = q.column2`}
	keptQuery = shape{head: `select s.id, s.meeting, s.site, coalesce(s.person, 0), s.label, coalesce(p.name, ''), coalesce(r.recorded_at, 0)
		from attendance_scan s left join person p on p.id = s.person
		left join attendance_record r on r.meeting = s.meeting and r.person = s.person and r.void_at is null
		where s.id in (`, cols: 1, tail: `)`}
	spotsQuery = shape{head: `select r.campaign, r.lo, r.n, r.person, r.unit, r.kind, r.exempt, coalesce(p.name, '') from (values `, cols: 4, cast: true, tail: `) as q
		cross join campaign_roster r left join person p on p.id = r.person where r.campaign = q.column1 and r.lo = q.column2 and r.n between q.column3 and q.column4`}
	peopleQuery = shape{head: `select r.campaign, r.lo, r.n, r.person, r.unit, r.kind, r.exempt, coalesce(p.name, '') from (values `, cols: 2, cast: true, tail: `) as q
		cross join campaign_roster r left join person p on p.id = r.person where r.campaign = q.column1 and r.person = q.column2`}
	standsQuery = shape{head: `select r.meeting, r.person, r.id, r.campaign, r.site, r.form, r.how, r.grade, r.at, r.recorded_at, r.late from (values `, cols: 2, cast: true, tail: `) as q
		cross join attendance_record r where r.meeting = q.column1 and r.person = q.column2 and r.void_at is null`}
	studiedQuery = shape{head: `select s.campaign, s.document, s.person, r.id, r.form, r.grade, r.at from (values `, cols: 3, cast: true, tail: `) as q
		cross join attendance_studied s join attendance_record r on r.id = s.record
		where s.campaign = q.column1 and s.document = q.column2 and s.person = q.column3`}
	// absentQuery asks the few who are absent first: the roster is read for them alone.
	absentQuery = shape{head: `select p.campaign, p.unit from (values `, cols: 2, cast: true, tail: `) as q
		cross join attendance_absence a cross join campaign_roster p
		where a.campaign = q.column1 and a.person = q.column2 and p.campaign = a.campaign and p.person = a.person`}
	selfQuery = shape{first: 1, head: `select unit from campaign_unit where campaign = $1 and self_organised and unit in (`, cols: 1, tail: `)`}
	// higherQuery walks from units up to the organiser $2: does a unit on the way organise itself?
	higherQuery = shape{first: 2, head: `with recursive up (leaf, unit, parent, self) as (
			select cu.unit, cu.unit, cu.parent, cu.self_organised from campaign_unit cu where cu.campaign = $1 and cu.unit in (`, cols: 1, tail: `)
			union all
			select up.leaf, cu.unit, cu.parent, cu.self_organised from up join campaign_unit cu on cu.campaign = $1 and cu.unit = up.parent where up.unit <> $2)
		select up.leaf from up group by up.leaf
		having max(case when up.unit = $2 then 1 else 0 end) = 1 and max(case when up.self and up.unit <> $2 then 1 else 0 end) = 1`}
)

// loadVenues reads sites with their meetings and documents.
func loadVenues(ctx context.Context, tx db.Tx, sites []id.ID) (map[id.ID]*venue, error) {
	out, meetings := make(map[id.ID]*venue, len(sites)), map[id.ID][]*venue{}
	err := look(ctx, tx, venuesQuery, nil, sites, one, func(scan func(...any) error) (*venue, error) {
		p := &venue{}
		return p, scan(&p.Site, &p.Meeting, &p.unit, &p.Main, &p.organiser, &p.Campaign, &p.State, &p.Kind, &p.Mode, &p.Starts, &p.Ends, &p.Doors, &p.Grace, &p.key)
	}, func(p *venue) {
		out[p.Site] = p
		meetings[p.Meeting] = append(meetings[p.Meeting], p)
	})
	if err != nil {
		return nil, err
	}
	ids := make([]id.ID, 0, len(meetings))
	for m := range meetings {
		ids = append(ids, m)
	}
	documents := map[id.ID][]id.ID{}
	err = look(ctx, tx, documentsQuery, nil, ids, one, func(scan func(...any) error) (p pair, err error) { return p, scan(&p[0], &p[1]) },
		func(p pair) { documents[p[0]] = append(documents[p[0]], p[1]) })
	for m, list := range meetings {
		for _, p := range list {
			p.documents = documents[m]
			p.Documents = int64(len(p.documents))
		}
	}
	return out, err
}

// linesAbove reads which of the pairs of a unit and another one hold: the other stands above it.
func linesAbove(ctx context.Context, tx db.Tx, pairs []pair) (map[id.ID][]access.Above, error) {
	type row struct {
		unit id.ID
		access.Above
	}
	out := make(map[id.ID][]access.Above, len(pairs))
	err := look(ctx, tx, aboveQuery, nil, pairs, both, func(scan func(...any) error) (r row, err error) { return r, scan(&r.unit, &r.Top, &r.Since) },
		func(r row) { out[r.unit] = append(out[r.unit], r.Above) })
	return out, err
}

// run is a row of spots that follow each other in a roster, as those of a cell that sits in one hall do: to
// walk along it is less work than to look each of them up.
type run struct {
	spot
	to int64
}

// hole is how many that nobody asked for are walked over rather than begin anew.
const hole = 3

// runsOf puts spots together, in order.
func runsOf(spots []spot) (out []run) {
	slices.SortFunc(spots, spot.compare)
	for _, s := range spots {
		if last := len(out) - 1; last >= 0 && out[last].campaign == s.campaign && out[last].lo == s.lo && s.n-out[last].to <= hole+1 {
			out[last].to = s.n
		} else {
			out = append(out, run{s, s.n})
		}
	}
	return out
}

// findSpots finds who stands at spots, and may tell of others between them.
func findSpots(ctx context.Context, tx db.Tx, spots []spot, each func(*guest)) error {
	return look(ctx, tx, spotsQuery, nil, runsOf(spots), func(r run, args []any) []any {
		return append(args, int64(r.campaign), r.lo, r.n, r.to)
	}, scanGuest, each)
}

func scanGuest(scan func(...any) error) (*guest, error) {
	g := &guest{}
	err := scan(&g.campaign, &g.lo, &g.n, &g.person, &g.unit, &g.kind, &g.exempt, &g.name)
	return g, err
}

// ciphers remembers the tables of a few campaigns' codes.
var ciphers sync.Map // key → campaign.Cipher

func cipherFor(key int64) campaign.Cipher {
	if c, ok := ciphers.Load(key); ok {
		return c.(campaign.Cipher)
	}
	c := campaign.CipherOf(key)
	ciphers.Store(key, c)
	return c
}

func parameter(b *strings.Builder, n int, cast bool) {
	if cast {
		b.WriteString("cast($" + strconv.Itoa(n) + " as bigint)")
		return
	}
	b.WriteString("$" + strconv.Itoa(n))
}
