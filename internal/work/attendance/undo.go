package attendance

import (
	"context"
	"fmt"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// undoable is for how long after a scan its maker may take it back, in milliseconds.
const undoable = 15 * 60_000

// Undo takes back what an account scanned at a site a moment ago, by the key of the scan. Scan
// and record stay, the one labelled, the other void with the reason; what else was seen of the
// person counts as if the scan had never been; taking back again says the same. sealed is when a
// station without a line took it back, however late it comes; 0: now.
// Faults: Missing attendance.no_scan, Conflict attendance.undo_late.
func (s *Service) Undo(ctx context.Context, who access.Actor, meeting, site, key id.ID, sealed int64) (e Entry, err error) {
	err = s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		if err := mayTake(ctx, tx, who, meeting, site); err != nil {
			return err
		}
		var person, by id.ID
		var at, received int64
		var label string
		_, err := db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
			return none, scan(&person, &by, &at, &received, &label)
		}, `select coalesce(person, 0), coalesce(by, 0), at, received_at, label from attendance_scan where id = $1 and meeting = $2 and site = $3`, key, meeting, site)
		switch {
		case fault.Of(err) == fault.Missing || err == nil && by != who.Account:
			return fault.New(fault.Missing, "attendance.no_scan")
		case err != nil:
			return err
		case label == "undone":
			e.Person = person
			return nil
		case sealed != 0 && sealed-at > undoable, sealed == 0 && s.Now.Ms()-received > undoable:
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
	e.Person = person
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from attendance_record where id = $1 and void_at is null`, key)
	if err != nil || n == 0 {
		return err
	}
	f, err := load(ctx, tx, meeting, site, byPerson, person)
	if err != nil {
		return err
	}
	e.Name = f.Name
	why := words.T(words.Langs[0], "attendance.void_undo")
	if err := s.void(ctx, tx, who, f, why); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, who, d.now, "attendance.void", person, f.Unit, map[string]any{"meeting": meeting}, why); err != nil {
		return err
	}
	return s.reseat(ctx, tx, f)
}

// witness is a scan that did not count because a better one did, with the record it once made.
type witness struct {
	scan   Scan
	site   id.ID
	came   int64
	by     id.ID
	byName string
	record id.ID // 0: none
	form   string
	grade  int64
}

// witnessQuery leaves out what came before somebody voided the person's record with a reason.
const witnessQuery = `
	select s.id, s.site, s.how, s.at, s.received_at, coalesce(s.station, 0), coalesce(s.counter, 0), s.offline, s.forced, s.note, coalesce(s.by, 0), coalesce(a.name, ''),
	       coalesce(r.id, 0), coalesce(r.form, ''), coalesce(r.grade, 0)
	from attendance_scan s left join account a on a.id = s.by left join attendance_record r on r.id = s.id
	where s.meeting = $1 and s.person = $2 and s.label <> '' and s.label in ('again', 'elsewhere') and not exists (
		select 1 from attendance_record v join attendance_scan x on x.id = v.id
		where v.person = $2 and v.meeting = $1 and v.void_at is not null and v.void_by is not null and v.void_at >= s.received_at and x.label <> 'undone')`

// reseat lets the best of what else was seen of somebody count, after the record that did became void.
func (s *Service) reseat(ctx context.Context, tx db.Tx, f Facts) error {
	seen, err := db.All(ctx, tx, func(scan func(...any) error) (w witness, err error) {
		c := &w.scan
		return w, scan(&c.Key, &w.site, &c.How, &c.At, &w.came, &c.Station, &c.Counter, &c.Offline, &c.Forced, &c.Note, &w.by, &w.byName, &w.record, &w.form, &w.grade)
	}, witnessQuery, f.Meeting, f.Person)
	if err != nil {
		return err
	}
	var best Record
	var label string
	stored := false
	for _, w := range seen {
		at, err := load(ctx, tx, f.Meeting, w.site, byPerson, f.Person)
		if err != nil {
			return err
		}
		at.State = "" // it was taken when the meeting took attendance
		r, l, counts := Judge(at, w.scan, Record{}, w.came)
		switch {
		case !counts || w.record == 0 && (w.scan.How == "declared" || w.scan.How == "confirmed"): // the form of these is known of records alone
			continue
		case w.record != 0:
			r.Form, r.Grade = w.form, w.grade
		}
		if r.By, r.ByName = w.by, w.byName; best.ID == 0 || Better(r, best) {
			best, label, stored = r, l, w.record != 0
		}
	}
	if best.ID == 0 {
		return nil
	}
	if err := retract(ctx, tx, f); err != nil {
		return err
	}
	best.Recorded = s.Now.Ms() // stations ask who was recorded since
	k := pair{f.Meeting, f.Person}
	d := &desk{ctx: ctx, tx: tx, now: best.Recorded, stands: map[pair]*seat{k: {record: best}}}
	d.writes.relabel = []pair{k}
	if stored {
		_, err = tx.ExecContext(ctx, `update attendance_record set void_at = null, void_why = '' where id = $1`, best.ID)
	} else {
		err = add(d, recordInsert, []*recordRow{{best, f}}, (*recordRow).put)
	}
	if err != nil {
		return err
	}
	if err := d.call(pair{f.Meeting, best.Site}, best.ID, label); err != nil {
		return err
	}
	at := d.writes.site(f.Meeting, best.Site)
	if at.person(best.Grade, 1); label == "" {
		at.odds--
	}
	if err := d.relabel(); err != nil {
		return err
	}
	if err := d.putSites(); err != nil {
		return err
	}
	return apply(ctx, tx, f)
}
