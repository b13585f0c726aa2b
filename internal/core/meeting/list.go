package meeting

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Query narrows a list of meetings; zero fields ask for everything.
type Query struct {
	Campaign id.ID
	Unit     id.ID // organised at or below it
	State    string
	Find     string // words of the title, without marks
	From     int64  // starts at or after
	Until    int64  // starts before
	Page     db.Page
}

// List gives the meetings the actor may see, the newest first.
func (s *Service) List(ctx context.Context, who access.Actor, q Query) (out db.Rows[Meeting], err error) {
	if utf8.RuneCountInString(q.Find) > 100 {
		return out, fault.At("q", "web.too_long", "n", 100)
	}
	args := []any{}
	where := []string{who.Scope(access.MeetingRead).WhereSeen("m.unit", &args)}
	add := func(cond string, v any) {
		args = append(args, v)
		where = append(where, fmt.Sprintf(cond, len(args)))
	}
	if q.Campaign != 0 {
		add("m.campaign = $%d", q.Campaign)
	}
	if q.Unit != 0 {
		add("exists (select 1 from org_below b where b.unit = m.unit and b.top = $%d)", q.Unit)
	}
	if q.State != "" {
		add("m.state = $%d", q.State)
	}
	if q.From != 0 {
		add("m.starts_at >= $%d", q.From)
	}
	if q.Until != 0 {
		add("m.starts_at < $%d", q.Until)
	}
	for word := range strings.FieldsSeq(text.Fold(q.Find)) {
		add(`' ' || m.folded like $%d escape '\'`, "% "+db.Like(word)+"%")
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = db.List(ctx, tx, q.Page, db.Order{Sort: "m.starts_at", ID: "m.id", Desc: true, Number: true},
			func(m Meeting) (string, id.ID) { return strconv.FormatInt(m.Starts, 10), m.ID }, scan,
			`select `+columns+` from meeting m join org_unit u on u.id = m.unit where `+strings.Join(where, " and "), args...)
		return err
	})
	return out, err
}

// Whole is a meeting with everything its page shows.
type Whole struct {
	Meeting  Meeting   `json:"meeting"`
	Items    []Item    `json:"items"`
	Sites    []Site    `json:"sites"`
	Findings []Finding `json:"findings"`
	Expected int64     `json:"expected" doc:"people of the roster expected, exempt ones included"`
	Present  int64     `json:"present" doc:"people with a record that counts"`
	Heads    int64     `json:"heads" doc:"others counted, lượt"`
	MayEdit  bool      `json:"-"`
	MayTake  bool      `json:"-"`
	Campaign string    `json:"campaign_title"`
	Papers   []Paper   `json:"papers"`
	Shots    []Shot    `json:"shots" doc:"its latest photographs"`
	Photos   int64     `json:"photos" doc:"photographs that stand"`
}

// Shot is a photograph as a meeting's page shows it; photo keeps them.
type Shot struct {
	ID      id.ID  `json:"id"`
	Caption string `json:"caption"`
}

// shots are the latest photographs of a meeting, and how many stand.
func shots(ctx context.Context, tx db.Tx, meeting id.ID) (out []Shot, n int64, err error) {
	out, err = db.All(ctx, tx, func(scan func(...any) error) (x Shot, err error) {
		err = scan(&x.ID, &x.Caption)
		return x, err
	}, `select id, caption from meeting_photo where meeting = $1 and kind = 'photo' and withdrawn_at = 0 order by at desc, id desc limit 4`, meeting)
	if err == nil && len(out) > 0 {
		n, err = db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_photo where meeting = $1 and kind = 'photo' and withdrawn_at = 0`, meeting)
	}
	return out, n, err
}

// Paper is a document as a meeting's page names it.
type Paper struct {
	ID    id.ID  `json:"id"`
	Name  string `json:"name"`
	Title string `json:"title"`
}

// Show loads a meeting for somebody above, at or below its organiser.
func (s *Service) Show(ctx context.Context, who access.Actor, meeting id.ID) (w Whole, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if w.Meeting, err = Find(ctx, tx, meeting); err != nil {
			return err
		}
		if err = access.See(ctx, tx, who, access.MeetingRead, w.Meeting.Unit); err != nil {
			return err
		}
		w.MayEdit = access.Check(ctx, tx, who, access.MeetingEdit, w.Meeting.Unit) == nil
		w.MayTake = who.Holds(access.AttendanceTake)
		return s.fill(ctx, tx, &w)
	})
	if err != nil {
		return Whole{}, fmt.Errorf("show meeting %s: %w", meeting, err)
	}
	return w, nil
}

func (s *Service) fill(ctx context.Context, tx db.Tx, w *Whole) (err error) {
	m := w.Meeting
	if w.Items, err = Agenda(ctx, tx, m.ID); err != nil {
		return err
	}
	if w.Sites, err = Sites(ctx, tx, m.ID); err != nil {
		return err
	}
	least, err := Least.On(ctx, tx, m.Unit, s.Now.Day())
	if err != nil {
		return err
	}
	w.Findings = Review(m, w.Items, w.Sites, least)
	if w.Papers, err = Papers(ctx, tx, m.Campaign); err != nil {
		return err
	}
	if w.Campaign, err = db.One(ctx, tx, db.Value[string], `select title from campaign where id = $1`, m.Campaign); err != nil {
		return err
	}
	if w.Expected, err = db.One(ctx, tx, db.Value[int64], `
		select count(*) from campaign_participant p where p.campaign = $2 and `+Expected("$1"), m.ID, m.Campaign); err != nil {
		return err
	}
	if w.Present, err = attended(ctx, tx, m.ID); err != nil {
		return err
	}
	if w.Shots, w.Photos, err = shots(ctx, tx, m.ID); err != nil {
		return err
	}
	w.Heads, err = db.One(ctx, tx, db.Value[int64], `
		select coalesce(sum(amount), 0) from attendance_headcount where meeting = $1 and void_at is null and who <> 'hall'`, m.ID)
	return err
}

// Papers are the documents of a campaign in its order.
func Papers(ctx context.Context, tx db.Tx, campaign id.ID) ([]Paper, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (p Paper, err error) {
		err = scan(&p.ID, &p.Name, &p.Title)
		return p, err
	}, `select d.id, d.number, d.title from campaign_document c join document d on d.id = c.document
		where c.campaign = $1 order by c.ord`, campaign)
}

// Choice is what a form offers: campaigns, units of the frozen tree, audiences.
type Choice struct {
	ID   id.ID
	Name string
}

// Choices are what a new meeting may be about for an actor: the open campaigns in sight and,
// in the chosen one, the units the actor organises for, the audiences and the documents.
type Choices struct {
	Campaigns []Choice
	Units     []Choice
	Audiences []Choice
	Papers    []Paper
}

func (s *Service) choices(ctx context.Context, who access.Actor, campaign id.ID) (c Choices, err error) {
	one := func(scan func(...any) error) (c Choice, err error) { err = scan(&c.ID, &c.Name); return c, err }
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		args := []any{}
		seen := who.Scope(access.MeetingEdit).WhereSeen("c.unit", &args)
		if c.Campaigns, err = db.All(ctx, tx, one, `select c.id, c.title from campaign c where c.state = 'open' and `+seen+
			` order by c.starts_on desc, c.id desc limit 100`, args...); err != nil || campaign == 0 {
			return err
		}
		args = []any{campaign}
		mine := who.Scope(access.MeetingEdit).Where("cu.unit", &args)
		if c.Units, err = db.All(ctx, tx, one, `select cu.unit, cu.name from campaign_unit cu where cu.campaign = $1 and `+mine+
			` order by cu.lo limit 500`, args...); err != nil {
			return err
		}
		if c.Audiences, err = db.All(ctx, tx, one, `select id, name from campaign_audience where campaign = $1 order by ord`, campaign); err != nil {
			return err
		}
		c.Papers, err = Papers(ctx, tx, campaign)
		return err
	})
	return c, err
}
