package attendance

import (
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Headcount is how many people were counted by head at a site. Those of Hall are the people
// of the roster who are in the room: it checks the records and adds nothing to lượt.
type Headcount struct {
	ID      id.ID  `json:"id"`
	Meeting id.ID  `json:"meeting"`
	Site    id.ID  `json:"site"`
	Who     string `json:"who" enum:"mass,guest,delegate,hall"`
	Amount  int64  `json:"amount" minimum:"-1" maximum:"1000000" doc:"-1: of a hall, not told to others before somebody has counted again"`
	Marker  string `json:"marker" enum:",hơn,gần,khoảng" doc:"the count was not exact"`
	Second  int64  `json:"second" doc:"counted again by somebody else; -1 not yet"`
	ByName  string `json:"by"`
	At      int64  `json:"at" doc:"Unix milliseconds UTC"`
	Note    string `json:"note" maxLength:"300"`
}

// Hall counts the people of the roster in a room, against their records.
const Hall = "hall"

// Crowds are whom one may count, Markers say that a number is not exact.
var (
	Crowds  = []string{"mass", "guest", "delegate", Hall}
	Markers = []string{"", "hơn", "gần", "khoảng"}
)

// mostHeads bounds a headcount of one site.
const mostHeads = 1_000_000

// Check refuses what cannot be a headcount.
func (h Headcount) Check() error {
	var errs []error
	if !countable(h.Amount) {
		errs = append(errs, notCountable())
	}
	if !slices.Contains(Crowds, h.Who) {
		errs = append(errs, fault.At("who", "web.choose"))
	}
	if !slices.Contains(Markers, h.Marker) {
		errs = append(errs, fault.At("marker", "web.choose"))
	}
	if h.ID == 0 {
		errs = append(errs, fault.At("id", "web.choose"))
	}
	return fault.All(errs...)
}

func countable(n int64) bool { return n >= 0 && n <= mostHeads }

func notCountable() error { return fault.At("amount", "web.not_number", "min", 0, "max", mostHeads) }

// rest is for how long after a meeting's end its people may still be counted, in milliseconds.
const rest = 30 * 60_000

// InTime reports whether people counted at an instant were there to be counted.
func (f Facts) InTime(at int64) bool { return at >= f.Starts-f.Doors && at <= f.Ends+rest }

// Confirms reports whether two counts of a room by two people agree with the records made
// there, exactly: then a personal code on a person's own device is as good as it gets.
func (h Headcount) Confirms(records int64) bool {
	return h.Who == Hall && h.Marker == "" && h.Second == h.Amount && h.Amount == records
}

// Count records people by head. Sending the same id again counts once. Faults: Missing when
// the actor takes no attendance at the site, Conflict attendance.shut, attendance.cancelled,
// attendance.closed.
func (s *Service) Count(ctx context.Context, who access.Actor, h Headcount) error {
	if err := h.Check(); err != nil {
		return err
	}
	err := s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		if err := mayTake(ctx, tx, who, h.Meeting, h.Site); err != nil {
			return err
		}
		site, err := meeting.FindSite(ctx, tx, h.Site)
		if err != nil || site.Meeting != h.Meeting {
			return fault.Gone()
		}
		m, err := meeting.Find(ctx, tx, h.Meeting)
		if err != nil {
			return err
		}
		if _, err := open(ctx, tx, h.Meeting, s.Now.Ms()); err != nil {
			return err
		}
		h.At, h.ByName = s.Now.Ms(), who.Name
		fresh, err := insertHeadcount(ctx, tx, m.Campaign, m.Unit, h, who.Account)
		if err != nil || !fresh {
			return err
		}
		if err := headsAtSite(ctx, tx, h); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.count", h.ID, m.Unit, h, "")
	})
	if err != nil {
		return fmt.Errorf("headcount at %s: %w", h.Site, err)
	}
	s.tellOf(ctx, h.Meeting)
	return nil
}

// open decides whether a meeting takes attendance at an instant, and tells its hours.
func open(ctx context.Context, tx db.Tx, meeting id.ID, at int64) (Facts, error) {
	f, err := db.One(ctx, tx, func(scan func(...any) error) (f Facts, err error) {
		err = scan(&f.State, &f.Starts, &f.Ends, &f.Doors)
		return f, err
	}, `select case when c.state = 'closed' then c.state else m.state end, m.starts_at, m.ends_at, m.doors_open from meeting m join campaign c on c.id = m.campaign where m.id = $1`, meeting)
	if err == nil {
		err = f.Open(at)
	}
	return f, err
}

// CountAgain is a second count of the same people by somebody else. When it agrees with the
// first count of a hall and with its records, and both were made while people were there, those
// by a code on one's own device become E1; a later one is kept and confirms nothing.
// Faults: Denied attendance.same_counter for the account that counted first, Conflict as of Count.
func (s *Service) CountAgain(ctx context.Context, who access.Actor, headcount id.ID, amount int64) (h Headcount, err error) {
	if !countable(amount) {
		return h, notCountable()
	}
	err = s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		var by, again id.ID
		if h, by, again, err = findHeadcount(ctx, tx, headcount); err != nil {
			return err
		}
		if err := mayTake(ctx, tx, who, h.Meeting, h.Site); err != nil {
			return err
		}
		if by == who.Account {
			return fault.New(fault.Denied, "attendance.same_counter")
		}
		if h.Second >= 0 {
			if again == who.Account && h.Second == amount { // sent again
				return nil
			}
			return fault.New(fault.Conflict, "attendance.counted_twice")
		}
		f, err := open(ctx, tx, h.Meeting, s.Now.Ms())
		if err != nil {
			return err
		}
		h.Second = amount
		if _, err = tx.ExecContext(ctx, `update attendance_headcount set second_amount = $2, second_by = $3 where id = $1`, headcount, amount, who.Account); err != nil {
			return err
		}
		if f.InTime(h.At) && f.InTime(s.Now.Ms()) {
			if err := s.confirm(ctx, tx, h); err != nil {
				return err
			}
		}
		unit, err := db.One(ctx, tx, db.Value[id.ID], `select unit from meeting where id = $1`, h.Meeting)
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.count_again", h.ID, unit, h, "")
	})
	if err != nil {
		return Headcount{}, fmt.Errorf("count again %s: %w", headcount, err)
	}
	s.tellOf(ctx, h.Meeting)
	return h, nil
}

// Heads are the headcounts of a meeting, for those above, at or below its organiser.
func (s *Service) Heads(ctx context.Context, who access.Actor, of id.ID) (out []Headcount, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.See(ctx, tx, who, access.AttendanceRead, m.Unit); err != nil {
			return err
		}
		out, err = headcounts(ctx, tx, who, of)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("headcounts of %s: %w", of, err)
	}
	return out, nil
}

// confirm makes the records of a site by a personal code on one's own device E1.
func (s *Service) confirm(ctx context.Context, tx db.Tx, h Headcount) error {
	records, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where site = $1 and void_at is null and how not in ('declared', 'confirmed')`, h.Site)
	if err != nil || !h.Confirms(records) {
		return err
	}
	people, err := db.All(ctx, tx, db.Value[id.ID], `select person from attendance_record where site = $1 and void_at is null and how = 'own_code' and grade = $2 order by id`, h.Site, Code)
	if err != nil {
		return err
	}
	for _, person := range people {
		f, err := load(ctx, tx, h.Meeting, h.Site, byPerson, person)
		if err == nil {
			err = retract(ctx, tx, f)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `update attendance_record set grade = $3 where meeting = $1 and person = $2 and void_at is null`, h.Meeting, person, Own)
		}
		if err == nil {
			err = atSiteNow(ctx, tx, Record{Meeting: h.Meeting, Site: h.Site}, Code, Own, s.Now.Ms())
		}
		if err == nil {
			err = apply(ctx, tx, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// insertHeadcount adds a count; false when it is there already. Fault: Conflict when the id
// belongs to something else.
func insertHeadcount(ctx context.Context, tx db.Tx, campaign, unit id.ID, h Headcount, by id.ID) (bool, error) {
	n, err := db.Exec(ctx, tx, `
		insert into attendance_headcount (id, campaign, meeting, site, unit, who, amount, marker, at, by, by_name, note)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (id) do nothing`,
		h.ID, campaign, h.Meeting, h.Site, unit, h.Who, h.Amount, h.Marker, h.At, by, h.ByName, h.Note)
	if err == nil && n == 1 {
		err = meeting.Touch(ctx, tx, campaign, unit)
	}
	if err != nil || n == 1 {
		return n == 1, err
	}
	old, maker, _, err := findHeadcount(ctx, tx, h.ID)
	if err == nil && (maker != by || old.Site != h.Site) {
		err = fault.New(fault.Conflict, "attendance.id_taken")
	}
	return false, err
}

// headsAtSite adds lượt to the figures of a site.
func headsAtSite(ctx context.Context, tx db.Tx, h Headcount) error {
	d := &desk{ctx: ctx, tx: tx, now: h.At}
	if s := d.writes.site(h.Meeting, h.Site); h.Who != Hall {
		s.heads = h.Amount
	}
	return d.putSites()
}

const headColumns = `id, meeting, site, who, amount, marker, coalesce(second_amount, -1), by_name, at, note, by, second_by`

func scanHead(scan func(...any) error) (h Headcount, by, again id.ID, err error) {
	err = scan(&h.ID, &h.Meeting, &h.Site, &h.Who, &h.Amount, &h.Marker, &h.Second, &h.ByName, &h.At, &h.Note, &by, &again)
	return h, by, again, err
}

// findHeadcount also tells who counted, and who counted again.
func findHeadcount(ctx context.Context, tx db.Tx, headcount id.ID) (h Headcount, by, again id.ID, err error) {
	h, err = db.One(ctx, tx, func(scan func(...any) error) (h Headcount, err error) {
		h, by, again, err = scanHead(scan)
		return h, err
	}, `select `+headColumns+` from attendance_headcount where id = $1 and void_at is null`, headcount)
	return h, by, again, err
}

// headcounts are the counts of a meeting. What was counted in a hall is not told to others before
// somebody has counted again, so that the second is honest.
func headcounts(ctx context.Context, tx db.Tx, who access.Actor, meeting id.ID) ([]Headcount, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (h Headcount, err error) {
		h, by, _, err := scanHead(scan)
		if h.Who == Hall && h.Second < 0 && by != who.Account {
			h.Amount = -1
		}
		return h, err
	}, `select `+headColumns+` from attendance_headcount where meeting = $1 and void_at is null order by id`, meeting)
}
