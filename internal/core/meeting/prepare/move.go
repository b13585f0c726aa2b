package prepare

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Delegate is somebody expected at a meeting whose name the actor may read.
type Delegate struct {
	Person   id.ID  `json:"person"`
	Name     string `json:"name"`
	Unit     id.ID  `json:"unit"`
	UnitName string `json:"unit_name"`
	Site     id.ID  `json:"site" doc:"where somebody is expected; empty: everywhere the unit is invited"`
	SiteName string `json:"site_name"`
	From     string `json:"from" doc:"name of the site before"`
	Why      string `json:"why"`
	ByName   string `json:"by"`
	At       int64  `json:"at"`
	key      string
}

// Moved gives people who were moved to another site, and with find those expected whose name
// has its words: people of the actor's scope. Names read are told to the log.
func (s *Service) Moved(ctx context.Context, who access.Actor, of id.ID, find string, p db.Page) (m meeting.Meeting, rows db.Rows[Delegate], err error) {
	if utf8.RuneCountInString(find) > 100 {
		return m, rows, fault.At("q", "web.too_long", "n", 100)
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		if err = access.See(ctx, tx, who, access.MeetingRead, m.Unit); err != nil {
			return err
		}
		rows, err = delegates(ctx, tx, who, m, find, p)
		return err
	})
	if err != nil {
		return m, rows, fmt.Errorf("delegates of %s: %w", of, err)
	}
	return m, rows, s.seen(ctx, who, m, rows.Items)
}

func (s *Service) seen(ctx context.Context, who access.Actor, m meeting.Meeting, read []Delegate) error {
	if len(read) == 0 {
		return nil
	}
	units, err := audit.OfCampaign(ctx, s.DB, m.Campaign)
	if err != nil {
		return err
	}
	sight := audit.Sight{Units: units, Purpose: "meeting.delegates", Why: m.Title}
	for _, d := range read {
		sight.People = append(sight.People, d.Person)
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), sight)
}

func delegates(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, find string, page db.Page) (db.Rows[Delegate], error) {
	args := []any{m.ID, m.Campaign}
	where := "p.campaign = $2 and " + who.Scope(access.PersonRead).Where("p.unit", &args)
	if find == "" {
		where += " and d.at > 0"
	} else {
		where += " and " + meeting.Expected("$1")
	}
	for word := range strings.FieldsSeq(text.Fold(find)) {
		args = append(args, "% "+db.Like(word)+"%")
		where += fmt.Sprintf(` and ' ' || p.folded like $%d escape '\'`, len(args))
	}
	join := "left join"
	if find == "" {
		join = "join"
	}
	return db.List(ctx, tx, page, db.Order{Sort: "p.name_key", ID: "p.person"}, func(d Delegate) (string, id.ID) { return d.key, d.Person },
		func(scan func(...any) error) (d Delegate, err error) {
			err = scan(&d.Person, &d.Name, &d.Unit, &d.UnitName, &d.Site, &d.SiteName, &d.From, &d.Why, &d.ByName, &d.At, &d.key)
			return d, err
		}, `select p.person, p.name, p.unit, cu.short, d.site, coalesce(s.name, ''), coalesce(f.name, ''), coalesce(d.why, ''), coalesce(d.by_name, ''),
			coalesce(d.at, 0), p.name_key
		from campaign_participant p join campaign_unit cu on cu.campaign = p.campaign and cu.unit = p.unit
		`+join+` meeting_delegate d on d.meeting = $1 and d.person = p.person
		left join meeting_site s on s.id = d.site left join meeting_site f on f.id = d.from_site where `+where, args...)
}

// Move makes somebody expected at another site of the same meeting, before it or on the day;
// whoever was not expected yet becomes a delegate there. Announced numbers follow. It needs
// the organiser, or who plans meetings of the person's unit; a person not yet expected, the
// latter. Sent again it changes nothing. Faults: Missing, Conflict meeting.is_cancelled,
// prepare.meeting_over.
func (s *Service) Move(ctx context.Context, who access.Actor, of, person, to id.ID, why string) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		site, err := meeting.FindSite(ctx, tx, to)
		if err != nil || site.Meeting != of {
			return fault.Gone()
		}
		unit, err := s.mayMove(ctx, tx, who, m, person)
		if err != nil {
			return err
		}
		switch {
		case m.State == "cancelled":
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		case s.Now.Ms() > m.Ends:
			return fault.New(fault.Conflict, "prepare.meeting_over")
		}
		fresh, err := s.move(ctx, tx, who, m, person, to, why)
		if err != nil || !fresh {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "meeting.move", person, unit, map[string]any{"meeting": of, "site": to}, why)
	})
	if err != nil {
		return fmt.Errorf("move %s: %w", person, err)
	}
	return nil
}

// mayMove gives the person's unit in the campaign when the actor may move them.
func (s *Service) mayMove(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, person id.ID) (unit id.ID, err error) {
	if err = access.See(ctx, tx, who, access.MeetingRead, m.Unit); err != nil {
		return 0, err
	}
	if unit, err = db.One(ctx, tx, db.Value[id.ID], `select unit from campaign_participant where campaign = $1 and person = $2`, m.Campaign, person); err != nil {
		return 0, err
	}
	if access.Check(ctx, tx, who, access.MeetingEdit, unit) == nil {
		return unit, nil
	}
	if err := access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
		return 0, err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_participant p where p.campaign = $2 and p.person = $3 and `+meeting.Expected("$1"),
		m.ID, m.Campaign, person)
	if err == nil && n == 0 {
		err = fault.Gone()
	}
	return unit, err
}

// move writes it; fresh is false when the person is expected there already.
func (s *Service) move(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, person, to id.ID, why string) (fresh bool, err error) {
	at, err := db.All(ctx, tx, db.Value[id.ID], `select s.id from meeting_site s, campaign_participant p
		where s.meeting = $1 and p.campaign = $2 and p.person = $3 and `+meeting.ExpectedAt("$1", "s.id")+` order by s.ord`, m.ID, m.Campaign, person)
	if err != nil {
		return false, err
	}
	for _, site := range at {
		if site == to && len(at) == 1 {
			return false, nil
		}
	}
	named, err := db.One(ctx, tx, db.Value[int64], `select count(*) from meeting_delegate where meeting = $1 and person = $2`, m.ID, person)
	if err != nil {
		return false, err
	}
	var from id.ID // where the unit is invited: only that is undone by the move
	if named == 0 && len(at) > 0 {
		from = at[0]
	}
	if _, err := tx.ExecContext(ctx, `insert into meeting_delegate (meeting, person, site, from_site, at, by_name, why) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (meeting, person) do update set site = excluded.site, at = excluded.at, by_name = excluded.by_name, why = excluded.why`,
		m.ID, person, to, from, s.Now.Ms(), who.Name, why); err != nil {
		return false, err
	}
	if len(at) > 0 {
		if _, err := tx.ExecContext(ctx, `update meeting_site set expected = expected - 1 where id = $1 and expected > 0`, at[0]); err != nil {
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, `update meeting_site set expected = expected + 1 where id = $1 and expected > 0`, to)
	return true, err
}
