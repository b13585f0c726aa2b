package conference

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/attendance"
)

// Service holds the use cases of online meetings.
type Service struct {
	DB         *db.DB
	Now        clock.Now
	Attendance *attendance.Service
}

// Link is where a site joins. It is told to the invited alone.
type Link struct {
	Site     id.ID  `json:"site"`
	SiteName string `json:"site_name"`
	URL      string `json:"url"`
	Note     string `json:"note" doc:"number and passcode of the room"`
	ByName   string `json:"by"`
	May      bool   `json:"-"` // the actor sets it
}

// List is a list of those present as it was brought in.
type List struct {
	ID       id.ID  `json:"id"`
	Meeting  id.ID  `json:"meeting"`
	Site     id.ID  `json:"site" doc:"where its people are recorded"`
	SiteName string `json:"site_name"`
	Name     string `json:"name" doc:"of the file"`
	Entries  int64  `json:"entries"`
	Least    int64  `json:"least" doc:"minutes below which nobody is proposed"`
	At       int64  `json:"at" doc:"Unix milliseconds UTC"`
	ByName   string `json:"by"`
	Kept     int64  `json:"recorded" doc:"people recorded by it"`
	Open     int64  `json:"open" doc:"entries nobody decided yet"`
}

// Row is one entry of a list under review.
type Row struct {
	Line
	N          int64       `json:"n"`
	Verdict    string      `json:"verdict" enum:"exact,many,none,site"`
	Candidates []Candidate `json:"candidates"`
	Person     id.ID       `json:"person" doc:"decided"`
	PersonName string      `json:"person_name"`
	Place      id.ID       `json:"place"`
	PlaceName  string      `json:"place_name"`
	Heads      int64       `json:"heads" doc:"people the device said it had; recorded nowhere"`
	Decision   string      `json:"decision" enum:",person,site,skip"`
	Label      string      `json:"label" doc:"what came of it: empty and late count"`
	Short      bool        `json:"short" doc:"present for less than the list's least minutes"`
	scan       id.ID
}

// Links are the links of a meeting that the actor may see: of sites at which the actor, or
// the actor's own person, is expected, hosts or takes attendance; at most mostListed, of sites
// whose names hold find. Fault: Missing for strangers.
func (s *Service) Links(ctx context.Context, who access.Actor, of id.ID, find string) (m meeting.Meeting, out []Link, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, err = meeting.Find(ctx, tx, of); err != nil {
			return err
		}
		out, err = links(ctx, tx, who, m, find)
		all := out
		if err == nil && len(out) == 0 && find != "" {
			all, err = links(ctx, tx, who, m, "") // finding nothing shows the meeting to nobody
		}
		if err == nil && len(all) == 0 {
			err = access.See(ctx, tx, who, access.MeetingRead, m.Unit)
		}
		return err
	})
	if err != nil {
		return m, nil, fmt.Errorf("links of %s: %w", of, err)
	}
	return m, out, nil
}

// SetLink sets a site's link, or takes it away when address is empty. Fault: Invalid for what
// is no https address.
func (s *Service) SetLink(ctx context.Context, who access.Actor, of, site id.ID, address, note string) error {
	if err := checkURL(address); err != nil {
		return err
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := meeting.Find(ctx, tx, of)
		if err != nil {
			return err
		}
		st, err := meeting.FindSite(ctx, tx, site)
		if err != nil || st.Meeting != of {
			return fault.Gone()
		}
		if access.Check(ctx, tx, who, access.MeetingEdit, st.Unit) != nil {
			if err := access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
				return err
			}
		}
		if err := putLink(ctx, tx, who, of, site, address, note, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.link", site, m.Unit, nil, "")
	})
	if err != nil {
		return fmt.Errorf("link of %s: %w", site, err)
	}
	return nil
}

// checkURL refuses what is no plain https address of a host with a name.
func checkURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || len(s) > 1000 || u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") || u.User != nil || strings.ContainsAny(s, "<>\"' \t\n") {
		return fault.At("url", "conference.not_https")
	}
	return nil
}

// Bring keeps a list and proposes whom its entries mean; nobody is recorded. The same list
// brought in again, under whatever name, is the one that was kept. least is how many minutes
// somebody has to be there to be proposed. Faults: Missing when the actor takes no attendance
// at the site, Invalid conference.empty, Conflict conference.too_many_expected.
func (s *Service) Bring(ctx context.Context, who access.Actor, l List, lines []Line) (List, error) {
	switch {
	case len(lines) == 0:
		return l, fault.At("file", "conference.empty")
	case len(lines) > MostRows:
		return l, fault.At("file", "conference.too_many_rows", "n", MostRows)
	case l.Least < 0 || l.Least > 1440:
		return l, fault.At("least", "web.not_number", "min", 0, "max", 1440)
	}
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		m, err := taking(ctx, tx, who, l.Meeting, l.Site)
		if err != nil {
			return err
		}
		if m.State == "cancelled" {
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		}
		old, err := known(ctx, tx, l, print(lines))
		if err != nil || old.ID != 0 {
			l = old
			return err
		}
		r, err := rollOf(ctx, tx, who, m, l.Site)
		if err != nil {
			return err
		}
		l.At, l.ByName, l.Entries = s.Now.Ms(), who.Name, int64(len(lines))
		if err := keep(ctx, tx, who, l, print(lines)); err != nil {
			return err
		}
		for n, line := range lines {
			if err := keepRow(ctx, tx, l, int64(n+1), line, r.find(line.Name)); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.conference", l.ID, m.Unit, map[string]any{"entries": len(lines)}, "")
	})
	if err != nil {
		return List{}, fmt.Errorf("bring list: %w", err)
	}
	return l, nil
}

// Lists are the lists of a meeting at sites where the actor takes attendance, the newest first,
// and those of the sites whose names hold find.
func (s *Service) Lists(ctx context.Context, who access.Actor, of id.ID, find string) (out []List, sites []meeting.Site, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if out, err = lists(ctx, tx, who, of, 0); err != nil {
			return err
		}
		sites, err = takenAt(ctx, tx, who, of, find)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("lists of %s: %w", of, err)
	}
	return out, sites, nil
}

// Review is a list with its entries and whom they may mean. Names read are told to the log.
func (s *Service) Review(ctx context.Context, who access.Actor, of, list id.ID, page db.Page) (m meeting.Meeting, l List, rows db.Rows[Row], err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, l, err = find(ctx, tx, who, of, list); err != nil {
			return err
		}
		if rows, err = entries(ctx, tx, l, page); err != nil {
			return err
		}
		r, err := rollOf(ctx, tx, who, m, l.Site)
		if err != nil {
			return err
		}
		for i, row := range rows.Items {
			rows.Items[i].Short = row.Seconds > 0 && row.Seconds < l.Least*60
			if row.Verdict != "site" {
				rows.Items[i].Candidates = r.find(row.Name).Candidates
			}
		}
		return nil
	})
	if err != nil {
		return m, l, rows, fmt.Errorf("review %s: %w", list, err)
	}
	return m, l, rows, s.told(ctx, who, m, rows.Items)
}

func (s *Service) told(ctx context.Context, who access.Actor, m meeting.Meeting, rows []Row) error {
	seen := audit.Sight{Purpose: "attendance.conference", Why: m.Title}
	for _, r := range rows {
		for _, c := range r.Candidates {
			seen.People = append(seen.People, c.Person)
		}
	}
	if len(seen.People) == 0 {
		return nil
	}
	var err error
	if seen.Units, err = audit.OfCampaign(ctx, s.DB, m.Campaign); err != nil {
		return err
	}
	return audit.Tell(ctx, s.DB, who, s.Now.Ms(), seen)
}

// Pick is what a reviewer says of an entry: a person who attended, a site that was connected,
// or neither.
type Pick struct {
	N      int64 `json:"n"`
	Person id.ID `json:"person,omitempty" doc:"who attended; empty: nobody"`
	Site   id.ID `json:"site,omitempty" doc:"the device was this site; its people are taken at its door"`
}

// Result says what a confirmation came to.
type Result struct {
	Recorded int `json:"recorded"`
	Again    int `json:"again" doc:"recorded at this meeting already"`
	Refused  int `json:"refused"`
	Sites    int `json:"sites"`
	Skipped  int `json:"skipped"`
}

// Confirm records the people picked and keeps what was said of the others. Sent again it
// counts once. Faults: Invalid for entries that are none, Missing.
func (s *Service) Confirm(ctx context.Context, who access.Actor, of, list id.ID, picks []Pick) (res Result, err error) {
	if len(picks) == 0 || len(picks) > 500 {
		return res, fault.At("picks", "conference.pick_some", "n", 500)
	}
	var m meeting.Meeting
	var l List
	rows := map[int64]Row{}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, l, err = find(ctx, tx, who, of, list); err != nil {
			return err
		}
		return pickable(ctx, tx, l, picks, rows)
	})
	if err != nil {
		return res, fmt.Errorf("confirm %s: %w", list, err)
	}
	verdicts, err := s.record(ctx, who, m, l, picks, rows)
	if err != nil {
		return res, fmt.Errorf("confirm %s: %w", list, err)
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		res = Result{}
		for _, p := range picks {
			if err := decide(ctx, tx, l, rows[p.N], p, verdicts[p.N], &res); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.conference", list, m.Unit, res, "")
	})
	if err != nil {
		return Result{}, fmt.Errorf("confirm %s: %w", list, err)
	}
	return res, nil
}

// record takes the people picked through the one way in which anybody is recorded.
func (s *Service) record(ctx context.Context, who access.Actor, m meeting.Meeting, l List, picks []Pick, rows map[int64]Row) (map[int64]attendance.Verdict, error) {
	out := map[int64]attendance.Verdict{}
	var people []Pick
	for _, p := range picks {
		if p.Person != 0 && rows[p.N].Decision != "person" {
			people = append(people, p)
		}
	}
	note := words.T(words.Langs[0], "conference.noted", "name", l.Name)
	for part := range slices.Chunk(people, attendance.MostScans) {
		var scans []attendance.Scan
		for _, p := range part {
			r := rows[p.N]
			at := min(max(cmp.Or(r.First, m.Starts), m.Opens()), s.Now.Ms())
			scans = append(scans, attendance.Scan{Key: r.scan, Person: p.Person, How: "list", Form: form(m), At: at, Note: cut(note, 300)})
		}
		verdicts, err := s.Attendance.Take(ctx, who, m.ID, l.Site, scans)
		if err != nil {
			return nil, err
		}
		for i, v := range verdicts {
			out[part[i].N] = v
		}
	}
	return out, nil
}

// form is how those of a list studied: before their own screens, unless it is a make-up,
// which the report has in a column of its own.
func form(m meeting.Meeting) string {
	if m.Kind == "make_up" {
		return ""
	}
	return "online"
}

// Stays is how long the names and addresses of a list are kept.
const Stays = 30 * 24 * time.Hour

// Forget empties the names and addresses of lists that were brought in longer than Stays ago.
func (s *Service) Forget(ctx context.Context) error {
	before := s.Now().Add(-Stays).UnixMilli()
	for {
		var left bool
		err := s.DB.Write(ctx, func(tx db.Tx) (err error) {
			left, err = forget(ctx, tx, before)
			return err
		})
		if err != nil {
			return fmt.Errorf("forget names of lists: %w", err)
		}
		if !left {
			return nil
		}
	}
}

// Undo takes back what a list recorded, as far as the actor may correct the people's records;
// what another way recorded too stays. Its entries are open again. Fault: Invalid without why.
func (s *Service) Undo(ctx context.Context, who access.Actor, of, list id.ID, why string) (undone, kept int, err error) {
	if why == "" {
		return 0, 0, fault.At("why", "web.required")
	}
	var l List
	var rows []Row
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if _, l, err = find(ctx, tx, who, of, list); err != nil {
			return err
		}
		rows, err = standing(ctx, tx, l)
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("undo %s: %w", list, err)
	}
	for _, r := range rows {
		err := s.Attendance.Void(ctx, who, of, r.Person, why, func(tx db.Tx) error { return reopen(ctx, tx, l, r.N) })
		switch {
		case err == nil:
			undone++
		case fault.Of(err) == fault.Missing || fault.Of(err) == fault.Denied:
			kept++
		default:
			return undone, kept, fmt.Errorf("undo %s: %w", list, err)
		}
	}
	return undone, kept, nil
}
