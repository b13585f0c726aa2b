package presence

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const columns = `id, meeting, session, ord, drawn, promise, opens_at, ends_at, from_at, till_at, by_name, seed, veil`

func sealedAs(what string, of id.ID) string { return "presence." + what + " " + of.String() }

// scan reads a code and opens what is sealed of it.
func (s *Service) scan(scan func(...any) error) (c Call, err error) {
	var seed, veil []byte
	if err = scan(&c.ID, &c.Meeting, &c.Session, &c.Ord, &c.Drawn, &c.Promise, &c.Opens, &c.Ends, &c.From, &c.Till, &c.By, &seed, &veil); err != nil {
		return c, err
	}
	c.State = stateAt(c, s.Now.Ms())
	if c.seed, err = s.Seal.Open(seed, sealedAs("seed", c.ID)); err == nil && veil != nil {
		c.veil, err = s.Seal.Open(veil, sealedAs("veil", c.ID))
	}
	return c, err
}

// of are the codes of a meeting, in order.
func (s *Service) of(ctx context.Context, tx db.Tx, meeting id.ID) ([]Call, error) {
	return db.All(ctx, tx, s.scan, `select `+columns+` from attendance_presence where meeting = $1 order by session, ord`, meeting)
}

// openNow is the code of a meeting that may be answered now. Fault: Missing.
func (s *Service) openNow(ctx context.Context, tx db.Tx, meeting id.ID) (Call, error) {
	return db.One(ctx, tx, s.scan, `select `+columns+` from attendance_presence where meeting = $1 and opens_at <= $2 and ends_at > $2 order by opens_at limit 1`,
		meeting, s.Now.Ms())
}

func (s *Service) find(ctx context.Context, tx db.Tx, call id.ID) (Call, error) {
	return db.One(ctx, tx, s.scan, `select `+columns+` from attendance_presence where id = $1`, call)
}

func (s *Service) insert(ctx context.Context, tx db.Tx, c Call, who access.Actor) error {
	_, err := tx.ExecContext(ctx, `
		insert into attendance_presence (id, meeting, session, ord, drawn, seed, promise, veil, opens_at, ends_at, from_at, till_at, created_at, created_by, by_name)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		c.ID, c.Meeting, c.Session, c.Ord, c.Drawn, s.Seal.Seal(c.seed, sealedAs("seed", c.ID)), c.Promise, s.Seal.Seal(c.veil, sealedAs("veil", c.ID)),
		c.Opens, c.Ends, c.From, c.Till, s.Now.Ms(), who.Account, c.By)
	return err
}

// lift throws the veils away of codes that are over: their marks lead back to nobody from now on.
func lift(ctx context.Context, tx db.Tx, meeting id.ID, now int64) error {
	_, err := tx.ExecContext(ctx, `update attendance_presence set veil = null where meeting = $1 and ends_at <= $2 and veil is not null`, meeting, now)
	return err
}

// mark keeps an answer; false when the person gave one already.
func mark(ctx context.Context, tx db.Tx, c Call, site, person id.ID) (bool, error) {
	n, err := db.Exec(ctx, tx, `insert into attendance_present (presence, mark) values ($1, $2) on conflict (presence, mark) do nothing`, c.ID, markOf(c.veil, person))
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `insert into attendance_presence_site (presence, site, n) values ($1, $2, 1)
		on conflict (presence, site) do update set n = attendance_presence_site.n + 1`, c.ID, site)
	return true, err
}

// marked reports whether a person has answered; only while the veil is there.
func marked(ctx context.Context, tx db.Tx, c Call, person id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_present where presence = $1 and mark = $2`, c.ID, markOf(c.veil, person))
	return n > 0, err
}

// whereabouts is the site at which a person was recorded for the session or the meeting. Fault:
// Missing for who was not.
func whereabouts(ctx context.Context, tx db.Tx, c Call, person id.ID) (id.ID, error) {
	list, err := db.All(ctx, tx, db.Value[id.ID], `
		select x.site from (
			select v.site as site, 0 as way from attendance_visit v where v.session = $1 and v.person = $3
			union all
			select r.site, 1 from attendance_record r where r.meeting = $2 and r.person = $3 and r.void_at is null) as x
		order by x.way limit 1`, c.Session, c.Meeting, person)
	if err == nil && len(list) == 0 {
		err = fault.Gone()
	}
	if err != nil {
		return 0, err
	}
	return list[0], nil
}

// counts are the answers and the people recorded at the sites in the actor's scope.
func counts(ctx context.Context, tx db.Tx, who access.Actor, c Call) ([]Count, error) {
	args := []any{c.ID, c.Meeting}
	scope := who.Scope(access.AttendanceRead)
	host := scope.Where("s.unit", &args)
	organiser := scope.Where("m.unit", &args)
	return db.All(ctx, tx, func(scan func(...any) error) (n Count, err error) {
		err = scan(&n.Site, &n.Name, &n.Answered, &n.Of, &n.Ord)
		return n, err
	}, `select s.id, s.name, ps.n, coalesce((select a.persons from attendance_site a where a.meeting = s.meeting and a.site = s.id), 0), s.ord
		from attendance_presence_site ps join meeting_site s on s.id = ps.site join meeting m on m.id = s.meeting
		where ps.presence = $1 and s.meeting = $2 and (`+host+` or `+organiser+`) order by s.ord limit 2000`, args...)
}

func whole(ctx context.Context, tx db.Tx, c Call) (answered, of int64, err error) {
	answered, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(n), 0) from attendance_presence_site where presence = $1`, c.ID)
	if err == nil {
		of, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(persons), 0) from attendance_site where meeting = $1`, c.Meeting)
	}
	return answered, of, err
}

// near passes for who has the need at the meeting's organiser or the host of one of its sites,
// or of the given one. Fault: Missing.
func near(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, meeting, site id.ID) error {
	args := []any{meeting, int64(site)}
	scope := who.Scope(need)
	organiser := scope.Where("m.unit", &args)
	host := scope.Where("s.unit", &args)
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from meeting m where m.id = $1 and exists (
		select 1 from meeting_site s where s.meeting = m.id and (s.id = $2 or $2 = 0) and (`+organiser+` or `+host+`))`, args...)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	return err
}
