package station

import (
	"context"
	"crypto/ecdsa"
	_ "embed"

	"quantriet/internal/base/access"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/attendance"
)

const columns = `st.id, st.meeting, st.site, st.name, st.created_at, st.ends_at, st.seen_at, st.unsent, st.skew, st.broken, coalesce(st.revoked_at, 0), st.revoked_why`

func (s *Station) fields() []any {
	return []any{&s.ID, &s.Meeting, &s.Site, &s.Name, &s.Created, &s.Ends, &s.Seen, &s.Unsent, &s.Skew, &s.Broken, &s.Revoked, &s.Why}
}

// known is a station as the door remembers it for a moment, with the usher as of now.
type known struct {
	Station
	hash, key string
	account   id.ID
	who       access.Actor // without any right when the account was shut out
	old       int64        // skew before the clock was last put right
	counter   int64
	head      string
	shut      bool // revoked, or its usher has no right there any more
	loaded    int64
	public    *ecdsa.PublicKey // key, once it was needed
}

// find loads a station with what its usher may do today. Fault: Missing.
func find(ctx context.Context, tx db.Tx, station id.ID, now int64) (k known, err error) {
	var disabled int64
	k, err = db.One(ctx, tx, func(scan func(...any) error) (k known, err error) {
		err = scan(append(k.fields(), &k.hash, &k.key, &k.account, &k.old, &k.counter, &k.head, &k.who.Name, &k.who.Lang, &k.who.Person, &disabled)...)
		return k, err
	}, `select `+columns+`, st.hash, st.public_key, st.account, st.skew_old, st.counter, st.head, a.name, a.lang, a.person, coalesce(a.disabled_at, 0)
		from attendance_station st join account a on a.id = st.account where st.id = $1`, station)
	if err != nil {
		return known{}, err
	}
	k.who.Account, k.loaded = k.account, now
	if disabled == 0 {
		if k.who.Grants, err = access.InForce(ctx, tx, k.account, clock.Day(clock.From(now))); err != nil {
			return known{}, err
		}
	}
	k.shut = k.Revoked != 0
	if err := may(ctx, tx, k.who, access.AttendanceTake, k.Meeting, k.Site); fault.Of(err) == fault.Missing {
		k.shut = true
	} else if err != nil {
		return known{}, err
	}
	return k, nil
}

// insert adds a station; one that is there already with the same device and maker gets a new
// token. Fault: Conflict.
func insert(ctx context.Context, tx db.Tx, s Station, account id.ID, key, hash string) error {
	n, err := db.Exec(ctx, tx, `
		insert into attendance_station (id, meeting, site, account, name, public_key, hash, created_at, ends_at, seen_at, skew, skew_old)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $10)
		on conflict (id) do update set hash = excluded.hash
			where attendance_station.site = excluded.site and attendance_station.account = excluded.account
				and attendance_station.public_key = excluded.public_key and attendance_station.revoked_at is null`,
		s.ID, s.Meeting, s.Site, account, s.Name, key, hash, s.Created, s.Ends, s.Skew)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "station.id_taken")
	}
	return err
}

// touch writes a station's last word. What is older than what is there says nothing.
func touch(ctx context.Context, tx db.Tx, k known) error {
	_, err := tx.ExecContext(ctx, `
		update attendance_station set seen_at = $2, unsent = $3, skew = $4, skew_old = $5, broken = $6,
			head = case when counter < $7 then $8 else head end, counter = case when counter < $7 then $7 else counter end
		where id = $1 and seen_at <= $2`, k.ID, k.Seen, k.Unsent, k.Skew, k.old, k.Broken, k.counter, k.head)
	return err
}

//go:embed sql/roster.sql
var rosterSQL string

// roster reads a page of the people awaited at a station's site.
func roster(ctx context.Context, tx db.Tx, k known, of id.ID, p db.Page) (db.Rows[Person], error) {
	key, err := db.One(ctx, tx, db.Value[int64], `select code_key from campaign where id = $1`, of)
	if err != nil {
		return db.Rows[Person]{}, err
	}
	codes := campaign.CipherOf(key)
	return db.List(ctx, tx, p, db.Order{ID: "p.person"}, func(x Person) (string, id.ID) { return "", x.ID },
		func(scan func(...any) error) (x Person, err error) {
			var lo, n int64
			err = scan(&x.ID, &x.Name, &x.Folded, &x.Unit, &lo, &n, &x.Exempt, &x.At, &x.Elsewhere)
			x.Check = check(k.ID, codes.Code(lo, n))
			return x, err
		}, rosterSQL, k.Meeting, of, k.Site)
}

// entered are the people recorded at a site since an instant, of that instant those after a
// person, oldest first, at most 500.
func entered(ctx context.Context, tx db.Tx, site id.ID, since int64, after id.ID) ([]Entered, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (e Entered, err error) {
		err = scan(&e.Person, &e.At)
		return e, err
	}, `select person, recorded_at from attendance_record where site = $1 and recorded_at >= $2 and (recorded_at > $2 or person > $3) and void_at is null
		order by recorded_at, person limit 500`, site, since, int64(after)) // an ID of none would be null
}

// mostListed bounds a list; a search finds the others.
const mostListed = 200

// stations lists those of a meeting where who takes attendance, at sites whose names hold find.
func stations(ctx context.Context, tx db.Tx, who access.Actor, meeting id.ID, find string) ([]Listed, error) {
	take := who.Scope(access.AttendanceTake)
	args := []any{meeting, "%" + db.Like(text.Fold(find)) + "%", mostListed}
	host := take.Where("s.unit", &args)
	list, err := db.All(ctx, tx, func(scan func(...any) error) (l Listed, err error) {
		return l, scan(append(l.fields(), &l.SiteName, &l.Usher, &l.account)...)
	}, `select `+columns+`, s.name, a.name, st.account
		from attendance_station st
		join meeting_site s on s.id = st.site
		join meeting m on m.id = st.meeting
		join account a on a.id = st.account
		where st.meeting = $1 and s.folded like $2 escape '\' and (`+host+` or `+take.Where("m.unit", &args)+`)
		order by s.ord, st.id limit $3`, args...)
	ids := make([]id.ID, len(list))
	for i, l := range list {
		ids[i] = l.ID
	}
	if err != nil {
		return nil, err
	}
	used, err := attendance.FindUsed(ctx, tx, ids)
	for i := range list {
		u := used[list[i].ID]
		list[i].Scans, list[i].Missing = u.Count, u.Last-u.Count
	}
	return list, err
}

// may passes for those who have the need at the site's host or the meeting's organiser. Fault:
// Missing, also when the site is another meeting's.
func may(ctx context.Context, tx db.Tx, who access.Actor, need access.Need, meeting, site id.ID) error {
	args := []any{site, meeting}
	scope := who.Scope(need)
	host := scope.Where("s.unit", &args)
	_, err := db.One(ctx, tx, db.Value[id.ID], `select s.id from meeting_site s join meeting m on m.id = s.meeting
		where s.id = $1 and m.id = $2 and (`+host+` or `+scope.Where("m.unit", &args)+`)`, args...)
	return err
}

func revoke(ctx context.Context, tx db.Tx, station id.ID, at int64, by id.ID, why string) error {
	_, err := tx.ExecContext(ctx, `update attendance_station set revoked_at = $2, revoked_by = $3, revoked_why = $4 where id = $1 and revoked_at is null`, station, at, by, why)
	return err
}

// revoked are the stations that were shut out since an instant.
func revoked(ctx context.Context, tx db.Tx, since int64) ([]id.ID, error) {
	return db.All(ctx, tx, db.Value[id.ID], `select id from attendance_station where revoked_at >= $1`, since)
}

// keepUndo keeps that something was to be taken back, once, with what came of it.
func keepUndo(ctx context.Context, tx db.Tx, k known, c Sent, label string, person id.ID, at, now int64) error {
	_, err := tx.ExecContext(ctx, `
		insert into attendance_scan (id, meeting, site, station, counter, person, code, how, device_at, at, received_at, by, offline, label)
		values ($1, $2, $3, $4, $5, $6, $7, 'undo', $8, $9, $10, $11, $12, $13)
		on conflict (id) do update set label = excluded.label, person = excluded.person
			where attendance_scan.how = 'undo' and attendance_scan.station = excluded.station and attendance_scan.label <> 'undone'`,
		c.Key, k.Meeting, k.Site, k.ID, c.N, person, c.Of.String(), c.At, at, now, k.account, c.Offline, label)
	if err != nil {
		return err
	}
	return attendance.UseNumber(ctx, tx, k.ID, c.N)
}
