package attendance

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of attendance.
type Service struct {
	DB  *db.DB
	Now clock.Now
	// Told hears, after the commit and at most some ten times a second for each meeting, that
	// something changed; may be nil.
	Told func(campaign, meeting id.ID)
}

// Entry tells what a scan or a tick did.
type Entry struct {
	Person id.ID  `json:"person"`
	Name   string `json:"name"`
	Again  int64  `json:"again" doc:"when the person was recorded before, Unix milliseconds UTC; 0: just now"`
	Record Record `json:"record"`
	Exempt bool   `json:"exempt"`
}

// Enter records that the holder of a personal code is at a site. Scanning twice is fine
// and tells when it was first. Faults: Missing attendance.unknown_code, Conflict
// attendance.early, attendance.cancelled.
func (s *Service) Enter(ctx context.Context, who access.Actor, meeting, site id.ID, code string, w Way) (e Entry, err error) {
	by := readerOf(who)
	err = s.DB.Queue(ctx, "attendance/"+meeting.String(), func(tx db.Tx) error {
		f, err := s.holder(ctx, tx, who, by, meeting, site, code)
		if err == nil {
			e, err = s.enter(ctx, tx, who, f, w)
		}
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("enter at %s: %w", site, err)
	}
	return e, nil
}

// holder loads whose code it is, for somebody who takes attendance at the site.
func (s *Service) holder(ctx context.Context, tx db.Tx, who access.Actor, by reader, meeting, site id.ID, code string) (Facts, error) {
	codes, err := cipherOf(ctx, tx, meeting)
	if err != nil {
		return Facts{}, err
	}
	code, _ = tidy(code)
	if lo, n, ok := codes.Place(code); ok {
		f, err := load(ctx, tx, meeting, site, by.query, append([]any{lo, n}, by.scope...)...)
		if fault.Of(err) != fault.Missing {
			return f, err
		}
	}
	if err := mayTake(ctx, tx, who, meeting, site); err != nil {
		return Facts{}, err
	}
	return Facts{}, fault.New(fault.Missing, "attendance.unknown_code")
}

// EnterPerson is Enter for somebody found in the list. The person may also be in the
// actor's own scope, as when a secretary ticks the people of the cell; a stranger to both
// comes in by code only, so that nobody reads names off ids.
func (s *Service) EnterPerson(ctx context.Context, who access.Actor, meeting, site, person id.ID, w Way) (e Entry, err error) {
	err = s.DB.Queue(ctx, "attendance/"+meeting.String(), func(tx db.Tx) error {
		f, err := s.person(ctx, tx, who, meeting, site, person)
		if err != nil {
			return err
		}
		e, err = s.enter(ctx, tx, who, f, w)
		return err
	})
	if err != nil {
		return Entry{}, fmt.Errorf("enter %s: %w", person, err)
	}
	return e, nil
}

// person loads a participant whom who may mark at a site.
func (s *Service) person(ctx context.Context, tx db.Tx, who access.Actor, meeting, site, person id.ID) (Facts, error) {
	f, err := load(ctx, tx, meeting, site, byPerson, person)
	if err != nil {
		return f, err
	}
	return f, mayMark(ctx, tx, who, f, mayTake(ctx, tx, who, meeting, site) == nil)
}

// mayTake passes for those who take attendance at the site's host or the meeting's
// organiser. Fault: Missing, also when the site is another meeting's.
func mayTake(ctx context.Context, tx db.Tx, who access.Actor, meeting, site id.ID) error {
	if err := siteOf(ctx, tx, meeting, site); err != nil {
		return err
	}
	return may(ctx, tx, who, access.AttendanceTake, site)
}

// enter decides and writes one record; the usual case takes three statements more.
func (s *Service) enter(ctx context.Context, tx db.Tx, who access.Actor, f Facts, w Way) (Entry, error) {
	e := Entry{Person: f.Person, Name: f.Name, Again: f.Already, Exempt: f.Exempt}
	r, enter, err := Decide(f, w, s.Now.Ms())
	if err == nil && !enter {
		if r, enter, err = s.outdo(ctx, tx, who, f, w); enter {
			e.Again = 0
		}
	}
	if err != nil || !enter {
		return e, err
	}
	r.ID, r.By, r.ByName = id.New(), who.Account, who.Name
	fresh, err := insertRecord(ctx, tx, r)
	if err != nil || !fresh {
		return e, err
	}
	e.Record = r
	n, err := insertStudied(ctx, tx, r)
	if err != nil {
		return e, err
	}
	if n == f.Documents {
		return e, tallyNew(ctx, tx, f, r)
	}
	return e, s.recount(ctx, tx, f, r, n)
}

// recount handles somebody who had studied some of the documents before: what was just
// inserted is taken back, and the person is counted anew with all records.
func (s *Service) recount(ctx context.Context, tx db.Tx, f Facts, r Record, inserted int64) error {
	if inserted > 0 {
		if _, err := tx.ExecContext(ctx, `delete from attendance_studied where campaign = $1 and person = $2 and record = $3`, f.Campaign, f.Person, r.ID); err != nil {
			return err
		}
	}
	if err := retract(ctx, tx, f); err != nil {
		return err
	}
	return apply(ctx, tx, f)
}

// Verdict is the answer for one line of a batch.
type Verdict struct {
	Key   id.ID  `json:"key"`
	Code  string `json:"code"`
	Label string `json:"label" doc:"what the scan is: empty when it counts and nothing is to be said"`
	Entry Entry  `json:"entry"`
	Fault string `json:"fault" doc:"word key; empty when the line was kept"`
}

// EnterMany records a batch of codes in one transaction; a bad line does not spoil the
// good ones. At most 500.
func (s *Service) EnterMany(ctx context.Context, who access.Actor, meeting, site id.ID, codes []string, w Way) (out []Verdict, err error) {
	if len(codes) > 500 {
		return nil, fault.New(fault.Invalid, "attendance.batch_too_large")
	}
	by := readerOf(who)
	err = s.DB.Queue(ctx, "attendance/"+meeting.String(), func(tx db.Tx) error {
		out = out[:0]
		if err := mayTake(ctx, tx, who, meeting, site); err != nil {
			return err
		}
		for _, code := range codes {
			v := Verdict{Code: code}
			f, err := s.holder(ctx, tx, who, by, meeting, site, code)
			if err == nil {
				v.Entry, err = s.enter(ctx, tx, who, f, w)
			}
			switch {
			case err == nil:
			case fault.Of(err) == fault.Internal:
				return err
			default:
				v.Fault = fault.Key(err)
			}
			out = append(out, v)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("enter batch at %s: %w", site, err)
	}
	return out, nil
}
