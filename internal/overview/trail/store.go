package trail

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// Trail is one tree of sums: that of a version of a unit's report.
type Trail struct {
	ID       id.ID `json:"id"`
	Campaign id.ID `json:"campaign"`
	Unit     id.ID `json:"unit" doc:"at the top"`
	Report   id.ID `json:"report"`
	Version  int64 `json:"version" doc:"of the report"`
	At       int64 `json:"at" doc:"Unix milliseconds UTC"`

	lo, hi int64
	secret string
	body   string
}

const trailColumns = `t.id, t.campaign, t.unit, t.report, t.version, t.lo, t.hi, t.at, t.secret, t.body`

func scanTrail(scan func(...any) error) (t Trail, err error) {
	err = scan(&t.ID, &t.Campaign, &t.Unit, &t.Report, &t.Version, &t.lo, &t.hi, &t.At, &t.secret, &t.body)
	return t, err
}

func insertTrail(ctx context.Context, tx db.Tx, t Trail) error {
	_, err := tx.ExecContext(ctx, `insert into trail (id, campaign, unit, report, version, lo, hi, at, secret, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		t.ID, t.Campaign, t.Unit, t.Report, t.Version, t.lo, t.hi, t.At, t.secret, t.body)
	return err
}

// sentOf is the trail that a report just sent by a unit is to have: only the top unit's and
// those of units directly below it and of provinces get one. Fault: Missing for others.
func sentOf(ctx context.Context, tx db.Tx, campaign, of id.ID) (Trail, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (t Trail, err error) {
		err = scan(&t.Campaign, &t.Unit, &t.lo, &t.hi, &t.Report, &t.Version)
		return t, err
	}, `select cu.campaign, cu.unit, cu.lo, cu.hi, r.id, r.version from campaign_unit cu join report r on r.campaign = cu.campaign and r.unit = cu.unit
		where cu.campaign = $1 and cu.unit = $2 and (cu.depth <= 1 or cu.level = 'province')`, campaign, of)
}

// treeOf is the place of a tree in the frozen tree. Fault: Missing for units that get none.
func treeOf(ctx context.Context, tx db.Tx, campaign, of id.ID) (Trail, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (t Trail, err error) {
		err = scan(&t.Campaign, &t.Unit, &t.lo, &t.hi)
		return t, err
	}, `select campaign, unit, lo, hi from campaign_unit where campaign = $1 and unit = $2 and (depth <= 1 or level = 'province')`, campaign, of)
}

func isTrail(ctx context.Context, tx db.Tx, trail id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from trail where id = $1`, trail)
	return n > 0, err
}

// load reads what a tree is computed from.
func load(ctx context.Context, tx db.Tx, t Trail) (from stock, err error) {
	if from.units, err = loadUnits(ctx, tx, t); err != nil {
		return from, err
	}
	if from.documents, err = documentsOf(ctx, tx, t.Campaign); err != nil {
		return from, err
	}
	if from.print, err = printOf(ctx, tx, t, from.documents); err != nil {
		return from, err
	}
	for _, d := range from.documents {
		people, err := loadCrowd(ctx, tx, t, d)
		if err != nil || len(people.people) == 0 {
			return from, err
		}
		if len(from.crowds) > 0 { // the same people: only the marks differ
			first := from.crowds[0]
			people.people, people.first, people.after = first.people, first.first, first.after
		}
		from.crowds = append(from.crowds, people)
	}
	return from, nil
}

// printOf changes with every mark at or below a unit: whoever changes what a person is counted
// as raises the turns of the tally of the person's unit (attendance), and the roster is frozen.
func printOf(ctx context.Context, tx db.Tx, t Trail, documents []id.ID) (string, error) {
	var b strings.Builder
	for _, d := range documents {
		for _, kind := range []string{"member", "civil"} {
			n := make([]int64, 9)
			err := tx.QueryRowContext(ctx, `select count(*), coalesce(sum(turns), 0), coalesce(sum(studied), 0), coalesce(sum(exempt), 0),
					coalesce(sum(e1), 0), coalesce(sum(e2), 0), coalesce(sum(e3), 0), coalesce(sum(e4), 0), coalesce(sum(e5), 0)
				from attendance_tally where campaign = $1 and document = $2 and kind = $3 and lo between $4 and $5`,
				t.Campaign, d, kind, t.lo, t.hi).Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6], &n[7], &n[8])
			if err != nil {
				return "", err
			}
			fmt.Fprintln(&b, d, kind, n)
		}
	}
	return b.String(), nil
}

func documentsOf(ctx context.Context, tx db.Tx, campaign id.ID) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select document from campaign_document where campaign = $1 order by document`, campaign)
}

func loadUnits(ctx context.Context, tx db.Tx, t Trail) ([]unit, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (u unit, err error) {
		err = scan(&u.ID, &u.Name, &u.Lo, &u.Hi)
		return u, err
	}, `select unit, name, lo, hi from campaign_unit where campaign = $1 and lo between $2 and $3 order by lo`, t.Campaign, t.lo, t.hi)
}

// crowd are the people of a part of the roster in its order, each unit's in one piece.
type crowd struct {
	people []id.ID
	marks  []byte
	first  map[int64]int // by lo of the unit
	after  map[int64]int
}

func newCrowd() *crowd { return &crowd{first: map[int64]int{}, after: map[int64]int{}} }

func (c *crowd) add(lo int64, person id.ID, m Mark) {
	if _, has := c.first[lo]; !has {
		c.first[lo] = len(c.people)
	}
	c.people, c.marks = append(c.people, person), append(c.marks, m...)
	c.after[lo] = len(c.people)
}

func (c *crowd) own(lo int64) (people []id.ID, marks string) {
	a, b := c.first[lo], c.after[lo]
	return c.people[a:b], string(c.marks[min(3*a, len(c.marks)):min(3*b, len(c.marks))])
}

// loadCrowd reads what everybody is counted as for a document now.
func loadCrowd(ctx context.Context, tx db.Tx, t Trail, document id.ID) (*crowd, error) {
	rows, err := tx.QueryContext(ctx, `select r.lo, r.person, r.kind, r.exempt, coalesce(ar.form, ''), coalesce(ar.grade, 0)
		from campaign_roster r left join attendance_studied st on st.campaign = r.campaign and st.document = $4 and st.person = r.person
		left join attendance_record ar on ar.id = st.record
		where r.campaign = $1 and r.lo between $2 and $3 order by r.lo, r.n`, t.Campaign, t.lo, t.hi, document)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	c := newCrowd()
	for rows.Next() {
		var lo, grade int64
		var person id.ID
		var kind, form string
		var free bool
		if err := rows.Scan(&lo, &person, &kind, &free, &form, &grade); err != nil {
			return nil, err
		}
		m, err := markOf(kind, free, form, grade)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", person, err)
		}
		c.add(lo, person, m)
	}
	return c, rows.Err()
}

// loadPeople reads who stood in a part of the roster, without marks.
func loadPeople(ctx context.Context, tx db.Tx, t Trail, lo, hi int64) (*crowd, error) {
	type row struct {
		lo     int64
		person id.ID
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (r row, err error) {
		return r, scan(&r.lo, &r.person)
	}, `select lo, person from campaign_roster where campaign = $1 and lo between $2 and $3 order by lo, n`, t.Campaign, lo, hi)
	c := newCrowd()
	for _, r := range list {
		c.add(r.lo, r.person, "")
	}
	return c, err
}

// kept is a node as it is stored.
type kept struct {
	lo    int64
	marks string
	sum   tlog.Sum
}

func scanKept(scan func(...any) error) (k kept, err error) {
	var hash, counts string
	if err = scan(&k.lo, &k.marks, &hash, &counts); err != nil {
		return k, err
	}
	if k.sum.Counts, err = parseCounts(counts); err != nil {
		return k, err
	}
	b, err := base64.StdEncoding.DecodeString(hash)
	if err != nil || len(b) != len(k.sum.Hash) {
		return k, fmt.Errorf("hash %q of a sum is damaged", hash)
	}
	copy(k.sum.Hash[:], b)
	return k, nil
}

// storedSums reads all nodes of a document: marks, and hash with counts as they are written.
func storedSums(ctx context.Context, tx db.Tx, t Trail, document id.ID) (marks, sums map[int64]string, err error) {
	marks, sums = map[int64]string{}, map[int64]string{}
	_, err = db.All(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		var lo int64
		var m, hash, counts string
		err = scan(&lo, &m, &hash, &counts)
		marks[lo], sums[lo] = m, hash+" "+counts
		return none, err
	}, `select lo, marks, hash, counts from trail_sum where trail = $1 and document = $2 order by lo`, t.ID, document)
	return marks, sums, err
}

func written(s tlog.Sum) string { return s.Hash.String() + " " + writeCounts(s.Counts) }

func insertSums(ctx context.Context, tx db.Tx, trail, document id.ID, list []kept) error {
	rows := make([][]any, len(list))
	for i, k := range list {
		rows[i] = []any{trail, document, k.lo, k.marks, k.sum.Hash.String(), writeCounts(k.sum.Counts)}
	}
	return batch.Insert(ctx, tx, `insert into trail_sum (trail, document, lo, marks, hash, counts)`, 6, rows)
}

// place is where somebody stands in the tree of a trail.
type place struct {
	Trail
	unit id.ID
	lo   int64
}

// placeOf finds the widest and newest trail over somebody's unit in a campaign, of any for 0.
// Fault: Missing when nothing that counts them was sent yet.
func placeOf(ctx context.Context, tx db.Tx, campaign, person id.ID) (p place, err error) {
	p, err = db.One(ctx, tx, func(scan func(...any) error) (p place, err error) {
		err = scan(&p.ID, &p.Campaign, &p.Unit, &p.Report, &p.Version, &p.Trail.lo, &p.hi, &p.At, &p.secret, &p.body, &p.unit, &p.lo)
		return p, err
	}, `select `+trailColumns+`, r.unit, r.lo from campaign_roster r join trail t on t.campaign = r.campaign and r.lo between t.lo and t.hi
		where r.person = $1 and (r.campaign = $2 or $2 = 0) order by t.campaign desc, t.lo, t.version desc limit 1`, person, int64(campaign))
	return p, err
}

// wayUp are the units from somebody's own to the top of the trail.
func (p place) wayUp(ctx context.Context, tx db.Tx) ([]unit, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (u unit, err error) {
		err = scan(&u.ID, &u.Name, &u.Lo, &u.Hi)
		return u, err
	}, `select unit, name, lo, hi from campaign_unit where campaign = $1 and lo <= $2 and hi >= $2 and lo >= $3 order by lo desc`, p.Campaign, p.lo, p.Trail.lo)
}

// below are the stored nodes of the units directly below one.
func below(ctx context.Context, tx db.Tx, t Trail, document, of id.ID) ([]kept, error) {
	return db.All(ctx, tx, scanKept, `select s.lo, s.marks, s.hash, s.counts from campaign_unit cu join trail_sum s on s.trail = $1 and s.document = $2 and s.lo = cu.lo
		where cu.campaign = $3 and cu.parent = $4 order by cu.lo`, t.ID, document, t.Campaign, of)
}

func sumAt(ctx context.Context, tx db.Tx, t Trail, document id.ID, lo int64) (kept, error) {
	return db.One(ctx, tx, scanKept, `select lo, marks, hash, counts from trail_sum where trail = $1 and document = $2 and lo = $3`, t.ID, document, lo)
}

// Stated is what a unit's report says where the tree has a sum; State "" when it is still open.
type Stated struct {
	State   string `json:"state"`
	Members int64  `json:"members"`
	Studied int64  `json:"studied"`
}

// stated are the figures of reports that were sent, of the units given.
func stated(ctx context.Context, tx db.Tx, campaign, document id.ID, units []unit) (map[id.ID]Stated, error) {
	if len(units) == 0 {
		return nil, nil
	}
	args, marks := []any{campaign, document}, []string{}
	for _, u := range units {
		args = append(args, u.ID)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	type figure struct {
		unit        id.ID
		state, code string
		value       int64
	}
	list, err := db.All(ctx, tx, func(scan func(...any) error) (f figure, err error) {
		return f, scan(&f.unit, &f.state, &f.code, &f.value)
	}, `select r.unit, r.state, f.code, f.value from report r join report_figure f on f.report = r.id and f.document = $2 and f.code in ('members', 'studied')
		where r.campaign = $1 and r.state in ('sent', 'accepted') and r.unit in (`+strings.Join(marks, ", ")+`)`, args...)
	out := map[id.ID]Stated{}
	for _, f := range list {
		s := out[f.unit]
		if s.State = f.state; f.code == "members" {
			s.Members = f.value
		} else {
			s.Studied = f.value
		}
		out[f.unit] = s
	}
	return out, err
}

// about names a campaign and its documents.
func about(ctx context.Context, tx db.Tx, campaign id.ID) (title string, papers []Paper, err error) {
	if title, err = db.One(ctx, tx, db.Value[string], `select title from campaign where id = $1`, campaign); err != nil {
		return "", nil, err
	}
	papers, err = db.All(ctx, tx, func(scan func(...any) error) (p Paper, err error) {
		return p, scan(&p.ID, &p.Number, &p.Title)
	}, `select d.id, d.number, d.title from campaign_document cd join document d on d.id = cd.document where cd.campaign = $1 order by cd.ord`, campaign)
	return title, papers, err
}

// takesPart tells whether somebody is in a campaign's roster; campaign 0 asks for any.
func takesPart(ctx context.Context, tx db.Tx, campaign, person id.ID) error {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_roster where person = $1 and campaign = $2`, person, campaign)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	return err
}
