package attendance

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// undoable is for how long after a scan its maker may take it back, in milliseconds.
const undoable = 15 * 60_000

// Undo takes back what an account scanned at a site a moment ago, by the key of the scan. Scan
// and record stay, the one labelled, the other void with the reason; taking back again says the
// same. Faults: Missing attendance.no_scan, Conflict attendance.undo_late.
func (s *Service) Undo(ctx context.Context, who access.Actor, meeting, site, key id.ID) (e Entry, err error) {
	err = s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		if err := mayTake(ctx, tx, who, meeting, site); err != nil {
			return err
		}
		var person, by id.ID
		var at int64
		var label string
		_, err := db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			return none, scan(&person, &by, &at, &label)
		}, `select person, by, received_at, label from attendance_scan where id = $1 and meeting = $2 and site = $3`, key, meeting, site)
		switch {
		case fault.Of(err) == fault.Missing || err == nil && by != who.Account:
			return fault.New(fault.Missing, "attendance.no_scan")
		case err != nil:
			return err
		case label == "undone":
			e.Person = person
			return nil
		case s.Now.Ms()-at > undoable:
			return fault.New(fault.Conflict, "attendance.undo_late")
		}
		return s.undo(ctx, tx, who, meeting, site, key, person, &e)
	})
	if err != nil {
		return Entry{}, fmt.Errorf("undo %s: %w", key, err)
	}
	s.tellOf(ctx, meeting)
	return e, nil
}

// undo labels the scan and voids the record that it made, if it made one.
func (s *Service) undo(ctx context.Context, tx db.Tx, who access.Actor, meeting, site, key, person id.ID, e *Entry) error {
	d := &desk{ctx: ctx, tx: tx, now: s.Now.Ms()}
	if err := d.call(pair{meeting, site}, key, "undone"); err != nil {
		return err
	}
	if err := d.putSites(); err != nil {
		return err
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where id = $1 and void_at is null`, key)
	if err != nil || n == 0 {
		return err
	}
	f, err := load(ctx, tx, meeting, site, byPerson, person)
	if err != nil {
		return err
	}
	e.Person, e.Name = f.Person, f.Name
	return s.void(ctx, tx, who, f, words.T(words.Langs[0], "attendance.void_undo"))
}
