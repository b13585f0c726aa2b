package prepare

import (
	"context"
	"fmt"
	"hash/fnv"
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

// Guest is somebody invited by name who is on no roster: lượt, never a person of the study.
type Guest struct {
	ID       id.ID  `json:"id"`
	Site     id.ID  `json:"site"`
	SiteName string `json:"site_name"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Post     string `json:"post" maxLength:"200" doc:"position and organisation"`
	Came     int64  `json:"came" doc:"Unix milliseconds UTC; 0: not seen yet"`
	folded   string
}

// mostGuests bounds a list sent at once.
const mostGuests = 500

// Party is the guests of a meeting that the actor may see.
type Party struct {
	Meeting meeting.Meeting `json:"meeting"`
	Sites   []meeting.Site  `json:"-"` // where the actor keeps the list
	Rows    db.Rows[Guest]  `json:"rows"`
	Tables  []Table         `json:"sites"`
}

// Table is how many guests a site has.
type Table struct {
	Site    id.ID  `json:"site"`
	Name    string `json:"name"`
	Invited int64  `json:"invited"`
	Came    int64  `json:"came"`
	Counted int64  `json:"counted" doc:"guests counted as lượt there"`
}

// Guests lists the guests at the sites the actor tells of. Fault: Missing when there are none.
func (s *Service) Guests(ctx context.Context, who access.Actor, of id.ID, find string, page db.Page) (g Party, err error) {
	if utf8.RuneCountInString(find) > 100 {
		return g, fault.At("q", "web.too_long", "n", 100)
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if g.Meeting, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		args := []any{of}
		if g.Sites, err = db.All(ctx, tx, meeting.ScanSite, `select `+meeting.SiteColumns+` from meeting_site s join org_unit u on u.id = s.unit join meeting m on m.id = s.meeting
			where s.meeting = $1 and `+telling(who, &args)+` order by s.ord limit 500`, args...); err != nil {
			return err
		}
		if len(g.Sites) == 0 {
			return fault.Gone()
		}
		if g.Rows, err = guests(ctx, tx, who, of, find, page); err != nil {
			return err
		}
		g.Tables, err = tables(ctx, tx, who, of)
		return err
	})
	if err != nil {
		return Party{}, fmt.Errorf("guests of %s: %w", of, err)
	}
	return g, nil
}

func guests(ctx context.Context, tx db.Tx, who access.Actor, of id.ID, find string, page db.Page) (db.Rows[Guest], error) {
	args := []any{of}
	where := "g.meeting = $1 and " + telling(who, &args)
	for word := range strings.FieldsSeq(text.Fold(find)) {
		args = append(args, "% "+db.Like(word)+"%")
		where += fmt.Sprintf(` and ' ' || g.folded like $%d escape '\'`, len(args))
	}
	return db.List(ctx, tx, page, db.Order{Sort: "g.folded", ID: "g.id"}, func(g Guest) (string, id.ID) { return g.folded, g.ID },
		func(scan func(...any) error) (g Guest, err error) {
			err = scan(&g.ID, &g.Site, &g.SiteName, &g.Name, &g.Post, &g.Came, &g.folded)
			return g, err
		}, `select g.id, g.site, s.name, g.name, g.post, g.came_at, g.folded from meeting_guest g
		join meeting_site s on s.id = g.site join meeting m on m.id = g.meeting where `+where, args...)
}

func tables(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) ([]Table, error) {
	args := []any{of}
	return db.All(ctx, tx, func(scan func(...any) error) (t Table, err error) {
		err = scan(&t.Site, &t.Name, &t.Invited, &t.Came, &t.Counted)
		return t, err
	}, `select s.id, s.name, count(*), coalesce(sum(case when g.came_at > 0 then 1 else 0 end), 0),
			(select coalesce(sum(h.amount), 0) from attendance_headcount h where h.site = s.id and h.who = 'guest' and h.void_at is null)
		from meeting_guest g join meeting_site s on s.id = g.site join meeting m on m.id = s.meeting
		where g.meeting = $1 and `+telling(who, &args)+` group by s.id, s.name, s.ord order by s.ord`, args...)
}

// Invite adds guests of a site; a guest whose id is there already stays as it is.
func (s *Service) Invite(ctx context.Context, who access.Actor, of, site id.ID, list []Guest) error {
	if len(list) == 0 || len(list) > mostGuests {
		return fault.At("guests", "prepare.guest_number", "n", mostGuests)
	}
	for _, g := range list {
		if g.ID == 0 || g.Name == "" || utf8.RuneCountInString(g.Name) > 200 || utf8.RuneCountInString(g.Post) > 200 {
			return fault.At("guests", "prepare.guest_line")
		}
	}
	return s.change(ctx, who, of, site, "meeting.guests", nil, func(tx db.Tx, _ One) error {
		for _, g := range list {
			if _, err := tx.ExecContext(ctx, `insert into meeting_guest (id, meeting, site, name, folded, post) values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing`,
				g.ID, of, site, g.Name, text.Fold(g.Name+" "+g.Post), g.Post); err != nil {
				return err
			}
		}
		return nil
	})
}

// See says whether a guest came. Told again it stays.
func (s *Service) See(ctx context.Context, who access.Actor, of, guest id.ID, came bool) error {
	return s.guest(ctx, who, of, guest, func(tx db.Tx) (err error) {
		if came {
			_, err = tx.ExecContext(ctx, `update meeting_guest set came_at = $2, by_name = $3 where id = $1 and came_at = 0`, guest, s.Now.Ms(), who.Name)
		} else {
			_, err = tx.ExecContext(ctx, `update meeting_guest set came_at = 0, by_name = '' where id = $1`, guest)
		}
		return err
	})
}

// Uninvite takes a guest off the list who did not come. Fault: Conflict prepare.guest_came.
func (s *Service) Uninvite(ctx context.Context, who access.Actor, of, guest id.ID) error {
	return s.guest(ctx, who, of, guest, func(tx db.Tx) error {
		n, err := db.Exec(ctx, tx, `delete from meeting_guest where id = $1 and came_at = 0`, guest)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "prepare.guest_came")
		}
		return err
	})
}

func (s *Service) guest(ctx context.Context, who access.Actor, of, guest id.ID, fn func(tx db.Tx) error) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		site, err := db.One(ctx, tx, db.Value[id.ID], `select site from meeting_guest where id = $1 and meeting = $2`, guest, of)
		if err != nil {
			return err
		}
		o, err := find(ctx, tx, who, of, site)
		switch {
		case err != nil:
			return err
		case !o.May:
			return fault.Gone()
		}
		if err := fn(tx); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "meeting.guests", guest, o.Meeting.Unit, nil, "")
	})
	if err != nil {
		return fmt.Errorf("guest %s: %w", guest, err)
	}
	return nil
}

// Tally tells attendance the guests of a site who came and are not counted there yet. Two who
// read the same number of counted ones tell it under one key: only the first counts. Fault: Conflict prepare.guests_counted.
func (s *Service) Tally(ctx context.Context, who access.Actor, of, site id.ID) error {
	g, err := s.Guests(ctx, who, of, "", db.Page{Limit: 1})
	if err != nil {
		return err
	}
	for _, t := range g.Tables {
		if t.Site == site && t.Came > t.Counted {
			err := s.Count(ctx, who, of, site, after(site, t.Counted), t.Came-t.Counted)
			if fault.Key(err) == "attendance.id_taken" { // somebody else told it meanwhile
				break
			}
			return err
		}
	}
	return fault.New(fault.Conflict, "prepare.guests_counted")
}

// after is the key of what is counted at a site after so many guests.
func after(site id.ID, counted int64) id.ID {
	h := fnv.New64a()
	fmt.Fprintf(h, "guests %d %d", int64(site), counted)
	return id.ID(h.Sum64()>>1 | 1)
}

// readGuests takes a list of one guest a line: "Họ tên – chức vụ, đơn vị". Their ids follow
// the key of the form, so that the same form sent again finds them.
func readGuests(key id.ID, lines string) (out []Guest) {
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(strings.ReplaceAll(line, "–", " - "))
		if line == "" {
			continue
		}
		name, post, _ := strings.Cut(line, " - ")
		if post == "" {
			name, post, _ = strings.Cut(line, ",")
		}
		out = append(out, Guest{ID: key + id.ID(len(out)), Name: strings.Join(strings.Fields(name), " "), Post: strings.Join(strings.Fields(post), " ")})
	}
	return out
}
