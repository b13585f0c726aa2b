package station

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
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
	"quantriet/internal/work/attendance"
)

// Verdict says what came of one scan.
type Verdict struct {
	Key    id.ID  `json:"key"`
	Label  string `json:"label" doc:"what kind of scan it is; empty when nothing is to be said"`
	Fault  string `json:"fault" doc:"why it was not taken at all; empty when it was kept"`
	Text   string `json:"text" doc:"the label or fault in a sentence"`
	Person id.ID  `json:"person"`
	Name   string `json:"name"`
	At     int64  `json:"at" doc:"when it counts, or when the person was first recorded, Unix milliseconds"`
	Grade  int64  `json:"grade" doc:"evidence; 0: it made no record"`
}

// Answer is what an upload is told: one verdict for each scan, in order.
type Answer struct {
	Now      int64     `json:"now"`
	Verdicts []Verdict `json:"verdicts"`
}

// Send takes an upload of a station. Scans that came before answer as the first time. Faults:
// Signin, Invalid station.too_many, Busy.
func (s *Service) Send(ctx context.Context, station id.ID, token string, b Batch) (a Answer, err error) {
	if err := s.hear(ctx); err != nil {
		return a, err
	}
	k, err := s.admit(ctx, station, token, lasting)
	if err != nil {
		return a, err
	}
	a.Now = s.Now.Ms()
	if len(b.Scans) > attendance.MostScans {
		return a, fault.New(fault.Invalid, "station.too_many", "n", attendance.MostScans)
	}
	if b.MAC == "" && k.public == nil {
		k.public = parseKey(k.key)
	}
	end := Chain(b.Prev, b.Scans)
	if key := ""; !b.proven([]byte(b.text(station, end)), k.public, k.hash) {
		if key = "station.bad_signature"; !ordered(b.Scans) {
			key = "station.bad_order"
		}
		a.Verdicts = refuse(b.Scans, key, k.who.Lang)
		return a, nil
	}
	if !ordered(b.Scans) {
		a.Verdicts = refuse(b.Scans, "station.bad_order", k.who.Lang)
		return a, nil
	}
	skew, old := contact(k.Skew, k.old, Skew(a.Now, b.Sent, b.RTT))
	if a.Verdicts, err = s.take(ctx, k, k.shut, b.Scans, func(device int64) (int64, bool) { return Instant(device, skew, old, k.Created, a.Now) }); err != nil {
		return Answer{}, err
	}
	return a, s.heard(ctx, k, b, end, skew, old, a.Now)
}

func refuse(scans []Sent, key, lang string) (out []Verdict) {
	for _, c := range scans {
		out = append(out, Verdict{Key: c.Key, Fault: key, Text: words.T(lang, key)})
	}
	return out
}

// take hands the scans to attendance in their order, an undo between those before and after it.
func (s *Service) take(ctx context.Context, k known, shut bool, scans []Sent, instant func(int64) (int64, bool)) (out []Verdict, err error) {
	who := k.who
	if shut { // its usher may have no right any more; the scans are kept all the same
		who = access.System(k.who.Name)
	}
	tardy := s.Now.Ms() >= k.Ends+delivery // what it brings is kept, like that of one shut out
	if tardy {
		shut, who = true, access.System(k.who.Name)
	}
	for len(scans) > 0 {
		var pile []attendance.Scan
		var refused []Verdict // in the place of a scan that cannot be kept
		n := 0
		for _, c := range scans {
			if c.How == "undo" && !shut {
				break
			}
			n++
			at, sure := instant(c.At)
			scan, key := s.scan(k, c, at, sure, shut)
			if tardy && scan.Note == "" {
				scan.Note = words.T(words.Langs[0], "station.tardy")
			}
			if key != "" {
				refused = append(refused, Verdict{Key: c.Key, Fault: key, Text: words.T(who.Lang, key)})
				continue
			}
			refused = append(refused, Verdict{})
			pile = append(pile, scan)
		}
		if n == 0 {
			at, _ := instant(scans[0].At)
			v, err := s.undo(ctx, k, scans[0], at)
			if err != nil {
				return nil, err
			}
			out, scans = append(out, v), scans[1:]
			continue
		}
		told, err := s.Attendance.Take(ctx, who, k.Meeting, k.Site, pile)
		if err != nil {
			return nil, fmt.Errorf("scans of %s: %w", k.ID, err)
		}
		out, scans = append(out, merge(refused, told, who.Lang)...), scans[n:]
	}
	return out, nil
}

// scan is what attendance is given of a scan; key says why it cannot be kept.
func (s *Service) scan(k known, c Sent, at int64, sure, shut bool) (out attendance.Scan, key string) {
	code, ok := text.Clean(c.Code)
	note, fine := text.Clean(c.Note)
	switch {
	case c.Key == 0:
		return out, "station.no_key"
	case !ok || !fine || len(code) > 200:
		return out, "web.not_text"
	case c.How != "station" && c.How != "list" && c.How != "undo":
		return out, "web.choose"
	case (code == "") == (c.Person == 0) && c.How != "undo":
		return out, "station.whom"
	}
	if !sure && note == "" {
		note = words.T(words.Langs[0], "station.unsure_clock")
	}
	how := c.How
	if how == "undo" { // of a station that was shut out: a fact like any other
		how, code = "list", cmpOr(code, c.Of.String())
	}
	return attendance.Scan{Key: c.Key, Station: k.ID, Counter: c.N, Code: code, Person: c.Person, How: how, DeviceAt: c.At, At: at,
		Offline: c.Offline, Forced: c.Forced, Revoked: shut, Note: note}, ""
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// merge puts the verdicts of attendance into the places that were kept free for them.
func merge(places []Verdict, told []attendance.Verdict, lang string) []Verdict {
	for i := range places {
		if places[i].Fault != "" || len(told) == 0 {
			continue
		}
		v := told[0]
		told = told[1:]
		at := v.Entry.Again
		if at == 0 {
			at = v.Entry.Record.At
		}
		places[i] = Verdict{Key: v.Key, Label: v.Label, Fault: v.Fault, Person: v.Entry.Person, Name: v.Entry.Name, At: at, Grade: v.Entry.Record.Grade}
		if v.Label != "" { // kept as what it is
			places[i].Fault, places[i].Text = "", words.T(lang, "station.label."+v.Label)
		} else if v.Fault != "" {
			places[i].Text = words.T(lang, v.Fault)
		}
	}
	return places
}

// undo takes a scan back and keeps that it was, a further fact with its own number.
func (s *Service) undo(ctx context.Context, k known, c Sent, at int64) (Verdict, error) {
	v := Verdict{Key: c.Key, Label: "undone"}
	sealed := int64(0)
	if c.Offline {
		sealed = at
	}
	kept := "undone"
	e, err := s.Attendance.Undo(ctx, k.who, k.Meeting, k.Site, c.Of, sealed)
	switch {
	case err == nil:
		v.Person, v.Name, v.Text = e.Person, e.Name, words.T(k.who.Lang, "station.label.undone")
	case fault.Of(err) == fault.Internal, fault.Of(err) == fault.Busy:
		return v, err
	default:
		v.Label, v.Fault, v.Text = "", fault.Key(err), words.T(k.who.Lang, fault.Key(err))
		if kept = attendance.Unknown; fault.Of(err) == fault.Conflict {
			kept = attendance.Late
		}
	}
	if c.Key == 0 {
		return v, nil
	}
	return v, s.DB.Write(ctx, func(tx db.Tx) error { return keepUndo(ctx, tx, k, c, kept, v.Person, at, s.Now.Ms()) })
}

// heard remembers what an upload said of its station, and writes it now and then: at once when
// its clock jumped, its chain broke, or it began or ceased to hold scans.
func (s *Service) heard(ctx context.Context, k known, b Batch, end string, skew, old, now int64) error {
	was := k
	if seam(k.counter, k.head, b) {
		k.Broken++
	}
	if n := len(b.Scans); n > 0 && b.Scans[n-1].N > k.counter {
		k.counter, k.head = b.Scans[n-1].N, end
	}
	drift := skew - was.Skew
	k.Unsent, k.old = b.Unsent, old
	write := now-was.Seen >= touchEvery || drift > slack || drift < -slack || k.Broken != was.Broken || (k.Unsent == 0) != (was.Unsent == 0)
	if write {
		k.Seen, k.Skew = now, skew
	}
	s.remember(k)
	if !write {
		return nil
	}
	if err := s.DB.Write(ctx, func(tx db.Tx) error { return touch(ctx, tx, k) }); err != nil {
		return fmt.Errorf("last word of %s: %w", k.ID, err)
	}
	return nil
}

// Person is somebody awaited at a site.
type Person struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	Folded    string `json:"folded" doc:"for search: lower case, without marks"`
	Unit      string `json:"unit"`
	Check     string `json:"check" doc:"first 48 bits of SHA-256 of \"quantriet-code\", the station and the code, a line each; hex"`
	Exempt    bool   `json:"exempt"`
	At        int64  `json:"at" doc:"recorded at, Unix milliseconds; 0: not yet"`
	Elsewhere bool   `json:"elsewhere" doc:"recorded at another site"`
}

// Roster is a page of the people awaited at the station's site; reading it is logged once per
// page. Faults as of open.
func (s *Service) Roster(ctx context.Context, station id.ID, token string, p db.Page) (rows db.Rows[Person], err error) {
	k, err := s.open(ctx, station, token)
	if err != nil {
		return rows, err
	}
	var m meeting.Meeting
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if m, err = meeting.Find(ctx, tx, k.Meeting); err != nil {
			return err
		}
		rows, err = roster(ctx, tx, k, m.Campaign, p)
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("roster of %s: %w", station, err)
	}
	if len(rows.Items) == 0 {
		return rows, nil
	}
	units, err := audit.OfCampaign(ctx, s.DB, m.Campaign)
	if err != nil {
		return rows, err
	}
	seen := audit.Sight{Units: units, Purpose: "station.roster", Why: m.Title, N: int64(len(rows.Items))}
	for _, x := range rows.Items {
		seen.People = append(seen.People, x.ID)
	}
	return rows, audit.Tell(ctx, s.DB, k.who, s.Now.Ms(), seen)
}

// Entered is somebody recorded at the site, also by another station.
type Entered struct {
	Person id.ID `json:"person"`
	At     int64 `json:"at"`
}

// Head is a headcount of the site.
type Head struct {
	ID     id.ID  `json:"id"`
	Who    string `json:"who"`
	Amount int64  `json:"amount" doc:"-1: not told to who is to count again"`
	Second int64  `json:"second" doc:"-1: nobody counted again"`
	Mine   bool   `json:"mine" doc:"counted by this station's usher, who may not count it again"`
}

// State is how a station's site stands.
type State struct {
	Now      int64     `json:"now"`
	Persons  int64     `json:"persons" doc:"recorded at the site"`
	Expected int64     `json:"expected" doc:"delegates announced; 0: as many as the roster"`
	Ends     int64     `json:"ends"`
	Entered  []Entered `json:"entered"`
	Heads    []Head    `json:"heads"`
}

// State tells a station how its site stands, with those recorded since an instant, and of
// that instant after a person: many are recorded in one. Faults as of open.
func (s *Service) State(ctx context.Context, station id.ID, token string, since int64, after id.ID) (v State, err error) {
	k, err := s.open(ctx, station, token)
	if err != nil {
		return v, err
	}
	var mine []id.ID // headcounts by this account: names may be those of two people
	v = State{Now: s.Now.Ms(), Ends: k.Ends}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Persons, err = db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where site = $1 and void_at is null and how not in ('declared', 'confirmed')`, k.Site); err != nil {
			return err
		}
		if v.Expected, err = db.One(ctx, tx, db.Value[int64], `select expected from meeting_site where id = $1`, k.Site); err != nil {
			return err
		}
		if v.Entered, err = entered(ctx, tx, k.Site, since, after); err != nil {
			return err
		}
		mine, err = db.All(ctx, tx, db.Value[id.ID], `select id from attendance_headcount where site = $1 and by = $2`, k.Site, k.account)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("state of %s: %w", station, err)
	}
	v.Heads, err = s.heads(ctx, k, mine)
	return v, err
}

// heads are the counts of the station's site. The first number of a count that somebody is to
// repeat is not told, so that the second is honest.
func (s *Service) heads(ctx context.Context, k known, mine []id.ID) (out []Head, err error) {
	all, err := s.Attendance.Heads(ctx, k.who, k.Meeting)
	if fault.Of(err) == fault.Missing || fault.Of(err) == fault.Denied {
		return nil, nil
	}
	for _, h := range all {
		if h.Site != k.Site {
			continue
		}
		head := Head{ID: h.ID, Who: h.Who, Amount: h.Amount, Second: h.Second, Mine: slices.Contains(mine, h.ID)}
		if !head.Mine && h.Second < 0 {
			head.Amount = -1
		}
		out = append(out, head)
	}
	slices.SortFunc(out, func(a, b Head) int { return int(min(max(int64(b.ID)-int64(a.ID), -1), 1)) })
	return out, err
}

// Count takes a headcount of a station, or the second one of a count by somebody else (again).
// Faults as of open, and those of attendance.Count and CountAgain.
func (s *Service) Count(ctx context.Context, station id.ID, token string, h attendance.Headcount, again id.ID) (v attendance.Headcount, err error) {
	k, err := s.open(ctx, station, token)
	if err != nil {
		return v, err
	}
	if again != 0 {
		return s.Attendance.CountAgain(ctx, k.who, again, h.Amount)
	}
	h.Meeting, h.Site, h.Second = k.Meeting, k.Site, -1
	return h, s.Attendance.Count(ctx, k.who, h)
}
