package ledger

import (
	"context"
	"fmt"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of the ledger.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Query narrows the ledger of a meeting.
type Query struct {
	Meeting id.ID
	Unit    id.ID  // at or below it, in the frozen tree
	Site    id.ID  // expected or recorded there
	Find    string // words of a name, without marks
	Page    db.Page
}

// Ledger is a meeting after it took place. Sum is of everybody, Rows of those whose names
// the actor may read.
type Ledger struct {
	Meeting  meeting.Meeting `json:"meeting"`
	Campaign string          `json:"campaign_title"`
	Papers   []meeting.Paper `json:"papers"`
	Items    []meeting.Item  `json:"items"`
	Sites    []meeting.Site  `json:"-"`
	Sum      Sum             `json:"sum"`
	Heads    int64           `json:"heads" doc:"others counted, lượt"`
	Rows     db.Rows[Line]   `json:"rows"`
	MayEdit  bool            `json:"-"`
	office   office
}

// most bounds the people of one paper or sheet.
const most = 10_000

// Of shows the ledger of a meeting to those above, at or below its organiser.
func (s *Service) Of(ctx context.Context, who access.Actor, q Query) (l Ledger, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if l, err = load(ctx, tx, who, q); err != nil {
			return err
		}
		l.Rows, err = page(ctx, tx, who, q)
		return err
	})
	if err != nil {
		return Ledger{}, fmt.Errorf("ledger of %s: %w", q.Meeting, err)
	}
	return l, s.told(ctx, who, l.Meeting, "attendance.ledger", l.Rows.Items)
}

// Whole is the ledger with all names the actor may read, by unit. Fault: Conflict
// ledger.too_many for more than a paper holds.
func (s *Service) Whole(ctx context.Context, who access.Actor, q Query) (l Ledger, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if l, err = load(ctx, tx, who, q); err != nil {
			return err
		}
		if l.office, err = officeOf(ctx, tx, l.Meeting.Unit); err != nil {
			return err
		}
		l.Rows.Items, err = whole(ctx, tx, who, q)
		if err == nil && len(l.Rows.Items) > most {
			err = fault.New(fault.Conflict, "ledger.too_many", "n", most)
		}
		return err
	})
	if err != nil {
		return Ledger{}, fmt.Errorf("ledger of %s: %w", q.Meeting, err)
	}
	return l, s.told(ctx, who, l.Meeting, "attendance.export", l.Rows.Items)
}

func load(ctx context.Context, tx db.Tx, who access.Actor, q Query) (l Ledger, err error) {
	if utf8.RuneCountInString(q.Find) > 100 {
		return l, fault.At("q", "web.too_long", "n", 100)
	}
	if l.Meeting, err = meeting.Find(ctx, tx, q.Meeting); err != nil {
		return l, err
	}
	if err = access.See(ctx, tx, who, access.AttendanceRead, l.Meeting.Unit); err != nil {
		return l, err
	}
	l.MayEdit = access.Check(ctx, tx, who, access.MeetingEdit, l.Meeting.Unit) == nil
	if l.Campaign, err = db.One(ctx, tx, db.Value[string], `select title from campaign where id = $1`, l.Meeting.Campaign); err != nil {
		return l, err
	}
	if l.Papers, err = db.All(ctx, tx, func(scan func(...any) error) (p meeting.Paper, err error) {
		err = scan(&p.ID, &p.Name, &p.Title)
		return p, err
	}, `select d.id, d.number, d.title from meeting_document md join document d on d.id = md.document where md.meeting = $1 order by d.number, d.id`, q.Meeting); err != nil {
		return l, err
	}
	if l.Items, err = meeting.Agenda(ctx, tx, q.Meeting); err != nil {
		return l, err
	}
	if l.Sites, err = meeting.Sites(ctx, tx, q.Meeting); err != nil {
		return l, err
	}
	if l.Sum, err = summed(ctx, tx, q.Meeting); err != nil {
		return l, err
	}
	l.Heads, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(amount), 0) from attendance_headcount where meeting = $1 and void_at is null and who <> 'hall'`, q.Meeting)
	return l, err
}

// told writes whose names were read, before they are answered.
func (s *Service) told(ctx context.Context, who access.Actor, m meeting.Meeting, purpose string, read []Line) error {
	if len(read) == 0 {
		return nil
	}
	units, err := audit.OfCampaign(ctx, s.DB, m.Campaign)
	if err != nil {
		return err
	}
	seen := audit.Sight{Units: units, Purpose: purpose, Why: m.Title}
	for _, l := range read {
		seen.People = append(seen.People, l.Person)
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// office is a unit as its papers name it.
type office struct{ name, above, committee, symbol, place string }

func officeOf(ctx context.Context, tx db.Tx, unit id.ID) (office, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (o office, err error) {
		err = scan(&o.name, &o.committee, &o.symbol, &o.place, &o.above)
		return o, err
	}, `select u.name, u.committee, u.symbol, u.place, coalesce(a.name, '') from org_unit u left join org_unit a on a.id = u.parent where u.id = $1`, unit)
}

// largest is how many people a unit may have for its year to count them one by one.
const largest = 5000

// OfMember is a year of somebody's study, the first meeting first. The caller has checked access and tells it.
func OfMember(ctx context.Context, tx db.Tx, person id.ID, year int) ([]Took, error) {
	rows, err := took(ctx, tx, person, year)
	for i := range rows {
		if rows[i].Documents, err = documents(ctx, tx, rows[i].Meeting); err != nil {
			return nil, err
		}
	}
	return rows, err
}

// OfUnit is a year of a unit's own people, meeting by meeting; crowded says that they are too many to be
// counted one by one: what was recorded at each meeting as a whole stands for them.
func OfUnit(ctx context.Context, tx db.Tx, unit id.ID, year int) (rows []Held, crowded bool, err error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select coalesce(max(n), 0) from (select sum(cu.members + cu.civil) as n from campaign_unit top
		join campaign_unit cu on cu.campaign = top.campaign and cu.lo between top.lo and top.hi where top.unit = $1 group by top.campaign) x`, unit)
	if err != nil {
		return nil, false, err
	}
	crowded = n > largest
	if rows, err = meetings(ctx, tx, unit, year); err != nil {
		return nil, false, err
	}
	for i := range rows {
		if err := rows[i].count(ctx, tx, unit, crowded); err != nil {
			return nil, false, err
		}
	}
	return rows, crowded, nil
}

func (h *Held) count(ctx context.Context, tx db.Tx, unit id.ID, crowded bool) (err error) {
	if h.Documents, err = documents(ctx, tx, h.Meeting); err != nil {
		return err
	}
	if crowded {
		h.Sum.Came, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(persons), 0) from attendance_site where meeting = $1`, h.Meeting)
		return err
	}
	h.Sum, err = ofUnit(ctx, tx, h.Meeting, unit)
	return err
}
