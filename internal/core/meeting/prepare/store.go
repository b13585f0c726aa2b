package prepare

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

func (q Query) check() error {
	switch {
	case utf8.RuneCountInString(q.Find) > 100:
		return fault.At("q", "web.too_long", "n", 100)
	case !slices.Contains(Shows, q.Show):
		return fault.At("show", "web.choose")
	}
	return nil
}

// needs are the points of a meeting's list, or the usual ones.
func needs(ctx context.Context, tx db.Tx, m meeting.Meeting) ([]Need, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (n Need, err error) {
		err = scan(&n.Code, &n.Title)
		return n, err
	}, `select code, title from meeting_need where meeting = $1 order by ord`, m.ID)
	if err == nil && len(list) == 0 {
		list = Usual(m.Kind, m.Mode)
	}
	return list, err
}

func putNeeds(ctx context.Context, tx db.Tx, of id.ID, list []Need) error {
	if _, err := tx.ExecContext(ctx, `delete from meeting_need where meeting = $1`, of); err != nil {
		return err
	}
	for i, n := range list {
		if _, err := tx.ExecContext(ctx, `insert into meeting_need (meeting, code, ord, title) values ($1, $2, $3, $4)`, of, n.Code, i, n.Title); err != nil {
			return err
		}
	}
	return nil
}

// tick makes a point of a site done or open.
func tick(ctx context.Context, tx db.Tx, site id.ID, code string, done bool, at int64, who access.Actor) (err error) {
	if done {
		_, err = tx.ExecContext(ctx, `insert into meeting_tick (site, code, at, by, by_name) values ($1, $2, $3, $4, $5) on conflict (site, code) do nothing`,
			site, code, at, who.Account, who.Name)
	} else {
		_, err = tx.ExecContext(ctx, `delete from meeting_tick where site = $1 and code = $2`, site, code)
	}
	return err
}

// recount counts the points done at one site, or at all of a meeting when site is 0. Ticks of
// points that are no longer on the list are kept and not counted.
func recount(ctx context.Context, tx db.Tx, of, site id.ID) error {
	m, err := meeting.Find(ctx, tx, of)
	if err != nil {
		return err
	}
	list, err := needs(ctx, tx, m)
	if err != nil {
		return err
	}
	args, marks, where := []any{of}, []string{"''"}, "meeting = $1"
	if site != 0 {
		args, where = append(args, site), where+" and id = $2"
	}
	for _, n := range list {
		args = append(args, n.Code)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	_, err = tx.ExecContext(ctx, `update meeting_site set ticked = (select count(*) from meeting_tick t where t.site = meeting_site.id and t.code in (`+
		strings.Join(marks, ", ")+`)) where `+where, args...)
	return err
}

// insertTrial keeps a test; the newest one is the site's.
func insertTrial(ctx context.Context, tx db.Tx, t Trial, by id.ID) error {
	n, err := db.Exec(ctx, tx, `insert into meeting_trial (id, site, at, result, note, by, by_name) values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
		t.ID, t.Site, t.At, t.Result, t.Note, by, t.ByName)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, `update meeting_site set trial = $2, trial_at = $3 where id = $1 and trial_at <= $3`, t.Site, t.Result, t.At)
	return err
}

func told(ctx context.Context, tx db.Tx, m meeting.Meeting, site id.ID) (ticks []Tick, trials []Trial, err error) {
	list, err := needs(ctx, tx, m)
	if err != nil {
		return nil, nil, err
	}
	done, err := db.All(ctx, tx, func(scan func(...any) error) (t Tick, err error) {
		err = scan(&t.Code, &t.At, &t.ByName)
		return t, err
	}, `select code, at, by_name from meeting_tick where site = $1`, site)
	if err != nil {
		return nil, nil, err
	}
	for _, n := range list {
		t := Tick{Need: n}
		if i := slices.IndexFunc(done, func(d Tick) bool { return d.Code == n.Code }); i >= 0 {
			t.At, t.ByName = done[i].At, done[i].ByName
		}
		ticks = append(ticks, t)
	}
	trials, err = db.All(ctx, tx, func(scan func(...any) error) (t Trial, err error) {
		err = scan(&t.ID, &t.Site, &t.At, &t.Result, &t.Note, &t.ByName)
		return t, err
	}, `select id, site, at, result, note, by_name from meeting_trial where site = $1 order by at desc, id desc limit 20`, site)
	return ticks, trials, err
}

// states are the conditions of Shows on site s; %[1]d is the parameter of how many points there are.
var states = map[string]string{
	"open":        "s.ticked < $%[1]d",
	"untried":     "s.trial = ''",
	"failed":      "s.trial in ('failed', 'weak')",
	"unwatched":   "s.monitor = ''",
	"uncontacted": "s.contact = ''",
	"crowded":     "s.capacity > 0 and s.expected > s.capacity",
}

// ready is the condition that nothing is open at site s.
func ready(m meeting.Meeting, points string) string {
	if lined(m) {
		return "(s.ticked >= " + points + " and s.trial = 'good')"
	}
	return "s.ticked >= " + points
}

func progress(ctx context.Context, tx db.Tx, m meeting.Meeting, points int64) (p Progress, err error) {
	one := func(cond string) string { return "coalesce(sum(case when " + cond + " then 1 else 0 end), 0)" }
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&p.Sites, &p.Done, &p.Ready, &p.Untried, &p.Weak, &p.Failed, &p.Unwatched, &p.Uncontacted, &p.Crowded)
	}, `select count(*), coalesce(sum(s.ticked), 0), `+one(ready(m, "$2"))+`, `+one("s.trial = ''")+`, `+one("s.trial = 'weak'")+`, `+one("s.trial = 'failed'")+`,
		`+one(states["unwatched"])+`, `+one(states["uncontacted"])+`, `+one(states["crowded"])+` from meeting_site s where s.meeting = $1`, m.ID, points)
	p.Points = p.Sites * points
	return p, err
}

// telling is the condition that the actor tells how site s of meeting m stands.
func telling(who access.Actor, args *[]any) string {
	return "(" + who.Scope(access.MeetingEdit).Where("m.unit", args) + " or " + who.Scope(access.MeetingEdit).Where("s.unit", args) + " or " +
		who.Scope(access.AttendanceTake).Where("s.unit", args) + ")"
}

// tellable counts those of the sites that are the meeting's and the actor's to tell.
func tellable(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, sites []id.ID) (int, error) {
	args := []any{of}
	may := telling(who, &args)
	var marks []string
	for _, site := range sites {
		args = append(args, site)
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
	}
	return db.One(ctx, tx, db.Value[int], `select count(*) from meeting_site s join meeting m on m.id = s.meeting where s.meeting = $1 and s.id in (`+
		strings.Join(marks, ", ")+`) and `+may, args...)
}

func list(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, q Query, points int64) (db.Rows[Row], error) {
	args := []any{m.ID}
	may := telling(who, &args)
	where := []string{"s.meeting = $1"}
	add := func(cond string, v any) {
		args = append(args, v)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	if q.Unit != 0 {
		add("exists (select 1 from org_below b where b.unit = s.unit and b.top = $%d)", q.Unit)
	}
	for word := range strings.FieldsSeq(text.Fold(q.Find)) {
		args = append(args, "% "+db.Like(word)+"%")
		n := strconv.Itoa(len(args))
		where = append(where, `(' ' || s.folded like $`+n+` escape '\' or ' ' || u.folded like $`+n+` escape '\')`)
	}
	switch cond, known := states[q.Show]; {
	case q.Show == "open":
		add(cond, points)
	case known:
		where = append(where, cond)
	case q.Show == "ready":
		args = append(args, points)
		where = append(where, ready(m, fmt.Sprintf("$%d", len(args))))
	}
	return db.List(ctx, tx, q.Page, db.Order{Sort: "s.ord", ID: "s.id", Number: true},
		func(r Row) (string, id.ID) { return strconv.FormatInt(r.Ord, 10), r.ID },
		func(scan func(...any) error) (r Row, err error) {
			var may int64
			r.Site, err = meeting.ScanSite(func(dest ...any) error { return scan(append(dest, &may)...) })
			r.May = may == 1
			return r, err
		}, `select `+meeting.SiteColumns+`, case when `+may+` then 1 else 0 end
		from meeting_site s join org_unit u on u.id = s.unit join meeting m on m.id = s.meeting where `+strings.Join(where, " and "), args...)
}
