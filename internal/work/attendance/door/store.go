package door

import (
	"context"

	"quantriet/internal/base/access"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// frame is a door with its secret.
type frame struct {
	site, meeting id.ID
	name          string
	secret        []byte
}

func about(site id.ID) string { return "door " + site.String() }

func (s *Service) scanFrame(scan func(...any) error) (f frame, err error) {
	var sealed []byte
	if err = scan(&f.site, &f.meeting, &f.name, &sealed); err == nil {
		f.secret, err = s.Seal.Open(sealed, about(f.site))
	}
	return f, err
}

const frameSQL = `select d.site, s.meeting, coalesce(d.name, ''), d.secret from attendance_door d join meeting_site s on s.id = d.site where `

// frameOf is the door of a site. Fault: Missing until it was opened once.
func (s *Service) frameOf(ctx context.Context, tx db.Tx, site id.ID) (frame, error) {
	return db.One(ctx, tx, s.scanFrame, frameSQL+`d.site = $1 and d.name is not null`, site)
}

func (s *Service) frameNamed(ctx context.Context, tx db.Tx, name string) (frame, error) {
	return db.One(ctx, tx, s.scanFrame, frameSQL+`d.name = $1`, name)
}

// hang makes the door of a site with letters that no other door has, or gives it letters anew.
func (s *Service) hang(ctx context.Context, tx db.Tx, site id.ID, ends int64, by id.ID) (frame, error) {
	now := s.Now.Ms()
	for range 20 {
		name := spell(digits())
		if _, err := tx.ExecContext(ctx, `update attendance_door set name = null where name = $1 and ends_at < $2`, name, now); err != nil {
			return frame{}, err
		}
		err := db.Attempt(ctx, tx, func() error {
			_, err := tx.ExecContext(ctx, `
				insert into attendance_door (site, name, secret, ends_at, created_at, created_by) values ($1, $2, $3, $4, $5, $6)
				on conflict (site) do update set name = coalesce(attendance_door.name, excluded.name), ends_at = excluded.ends_at`,
				site, name, s.Seal.Seal(random(32), about(site)), ends+day, now, by)
			return err
		})
		if err == nil {
			return s.frameOf(ctx, tx, site)
		}
		if !db.IsDuplicate(err) {
			return frame{}, err
		}
	}
	return frame{}, fault.New(fault.Busy, "door.no_name")
}

// answer is a row of attendance_answer.
type answer struct {
	id, meeting, site, session, person, account id.ID
	phone                                       int64
	how, label                                  string
	at, age                                     int64
}

func insertAnswer(ctx context.Context, tx db.Tx, a answer) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		insert into attendance_answer (id, meeting, site, session, person, account, phone, how, at, age, label)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing`,
		a.id, a.meeting, a.site, a.session, a.person, a.account, a.phone, a.how, a.at, a.age, a.label)
	return n == 1, err
}

func findAnswer(ctx context.Context, tx db.Tx, key id.ID) (answer, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (a answer, err error) {
		err = scan(&a.id, &a.meeting, &a.site, &a.session, &a.person, &a.account, &a.phone, &a.how, &a.at, &a.age, &a.label)
		return a, err
	}, `select id, meeting, site, session, person, account, phone, how, at, age, label from attendance_answer where id = $1`, key)
}

// visit is a row of attendance_visit.
type visit struct {
	session, person, meeting, site id.ID
	came, left                     int64
	timing, how                    string
}

// enter keeps that somebody came to a session; false when that was known.
func enter(ctx context.Context, tx db.Tx, v visit) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		insert into attendance_visit (session, person, meeting, site, came_at, timing, how) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (session, person) do nothing`, v.session, v.person, v.meeting, v.site, v.came, v.timing, v.how)
	return n == 1, err
}

func leave(ctx context.Context, tx db.Tx, session, person id.ID, at *int64) error {
	_, err := tx.ExecContext(ctx, `update attendance_visit set left_at = $3 where session = $1 and person = $2`, session, person, at)
	return err
}

// visitsOf are the sessions of a meeting a person came to, by a code at the door, at a station
// or by a record.
func visitsOf(ctx context.Context, tx db.Tx, m meeting.Meeting, person id.ID) (map[id.ID]visit, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (v visit, err error) {
		err = scan(&v.session, &v.site, &v.came, &v.timing, &v.how, &v.left)
		return v, err
	}, `select session, site, came_at, timing, how, coalesce(left_at, 0) from attendance_visit where meeting = $1 and person = $2`, m.ID, person)
	if err != nil {
		return nil, err
	}
	seen, err := db.All(ctx, tx, func(scan func(...any) error) (v visit, err error) {
		err = scan(&v.site, &v.came, &v.how)
		return v, err
	}, `select site, at, how from attendance_record where meeting = $1 and person = $2 and void_at is null
		union all
		select site, at, how from attendance_scan where meeting = $1 and person = $2 and label <> '' and label in ('again', 'elsewhere', 'late', 'forced')
		order by 2`, m.ID, person)
	if err != nil {
		return nil, err
	}
	out := map[id.ID]visit{}
	for _, v := range list {
		v.person, v.meeting = person, m.ID
		out[v.session] = v
	}
	for _, v := range seen {
		w := When(m, v.came)
		if _, ok := out[w.Session.ID]; !ok && w.Counts() {
			v.session, v.person, v.meeting, v.timing = w.Session.ID, person, m.ID, w.State
			out[w.Session.ID] = v
		}
	}
	return out, nil
}

// phoneUse is what a phone did at a meeting so far.
type phoneUse struct {
	shared bool
	others bool // it answered for somebody else than the person
}

func usesOf(ctx context.Context, tx db.Tx, meeting, person id.ID, phone int64) (u phoneUse, err error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_shared where meeting = $1 and phone = $2`, meeting, phone)
	if u.shared = n > 0; err != nil {
		return u, err
	}
	list, err := db.All(ctx, tx, db.Value[id.ID], `select person from attendance_answer
		where meeting = $1 and phone = $2 and person is not null and person <> $3 and label in ('', 'again') limit 1`, meeting, phone, person)
	u.others = len(list) > 0
	return u, err
}

func share(ctx context.Context, tx db.Tx, meeting, site id.ID, phone, at int64, by id.ID, name string) error {
	_, err := tx.ExecContext(ctx, `insert into attendance_shared (meeting, phone, site, at, by, by_name) values ($1, $2, $3, $4, $5, $6)
		on conflict (meeting, phone) do nothing`, meeting, phone, site, at, by, name)
	return err
}

// checkout reports whether people say when they leave a meeting.
func checkout(ctx context.Context, tx db.Tx, meeting id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_day where meeting = $1 and checkout`, meeting)
	return n > 0, err
}

func setCheckout(ctx context.Context, tx db.Tx, meeting id.ID, on bool) error {
	_, err := tx.ExecContext(ctx, `insert into attendance_day (meeting, checkout) values ($1, $2) on conflict (meeting) do update set checkout = excluded.checkout`, meeting, on)
	return err
}

// todays are the meetings between two instants at which a person is expected, or was recorded.
func todays(ctx context.Context, tx db.Tx, person id.ID, from, till int64) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `
		select m.id from campaign c
		join campaign_participant p on p.campaign = c.id and p.person = $1
		join meeting m on m.campaign = c.id and m.starts_at < $3 and m.ends_at > $2
		where c.state = 'open' and m.state <> 'cancelled' and (`+meeting.Expected("m.id")+`
			or exists (select 1 from attendance_record r where r.meeting = m.id and r.person = p.person and r.void_at is null))
		order by m.starts_at, m.id limit 6`, person, from, till)
}

// Place is a site as the list of doors shows it.
type Place struct {
	Site     id.ID  `json:"site"`
	Name     string `json:"name"`
	UnitName string `json:"unit_name"`
	Persons  int64  `json:"persons" doc:"recorded so far"`
}

// places are the sites of a meeting at which who takes attendance.
func places(ctx context.Context, tx db.Tx, who access.Actor, meeting id.ID, find string) ([]Place, error) {
	args := []any{meeting, "%" + db.Like(text.Fold(find)) + "%"}
	scope := who.Scope(access.AttendanceTake)
	host := scope.Where("s.unit", &args)
	organiser := scope.Where("m.unit", &args)
	return db.All(ctx, tx, func(scan func(...any) error) (p Place, err error) {
		err = scan(&p.Site, &p.Name, &p.UnitName, &p.Persons)
		return p, err
	}, `select s.id, s.name, u.short, coalesce((select a.persons from attendance_site a where a.meeting = s.meeting and a.site = s.id), 0)
		from meeting_site s join meeting m on m.id = s.meeting join org_unit u on u.id = s.unit
		where s.meeting = $1 and s.folded like $2 escape '\' and (`+host+` or `+organiser+`) order by s.ord limit 100`, args...)
}

// entered is how many people are recorded at a site.
func entered(ctx context.Context, tx db.Tx, m, site id.ID) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select coalesce(sum(persons), 0) from attendance_site where meeting = $1 and site = $2`, m, site)
}
