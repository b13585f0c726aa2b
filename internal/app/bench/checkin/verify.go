package checkin

import (
	"context"
	"errors"
	"fmt"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
)

// truth is what stands in the database of one meeting, against what was answered.
type truth struct {
	answered, stored int
	lost, doubled    int // answered and not stored; stored more than once
	unasked          int // stored though the server had said no, or nobody had asked
	tallied, site    int64
}

// verify reads every record of the meeting.
func (l *load) verify(ctx context.Context, url string, meeting int) (v truth, err error) {
	d, err := db.Open(url)
	if err != nil {
		return v, err
	}
	defer d.Close()
	times := make([]byte, len(l.people))
	err = d.Read(ctx, func(tx db.Tx) error {
		rows, err := tx.QueryContext(ctx, `select person from attendance_record where meeting = $1 and void_at is null`, l.m.Meeting(meeting))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var person id.ID
			if err := rows.Scan(&person); err != nil {
				return err
			}
			n := l.m.Of(person)
			if n < 0 {
				return errors.New("a stranger is recorded")
			}
			v.stored++
			times[n] = min(times[n]+1, 200)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
		if v.tallied, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(studied), 0) from attendance_tally where campaign = $1 and document = $2`, l.m.Campaign(), l.m.Document(meeting)); err != nil {
			return err
		}
		v.site, err = db.One(ctx, tx, db.Value[int64], `select coalesce(sum(persons), 0) from attendance_site where meeting = $1`, l.m.Meeting(meeting))
		return err
	})
	for n, state := range l.people {
		switch {
		case state == kept && times[n] == 0:
			v.lost++
		case state != kept && state != unknown && times[n] > 0:
			v.unasked++
		}
		if times[n] > 1 {
			v.doubled++
		}
		if state == kept {
			v.answered++
		}
	}
	return v, err
}

func (v truth) String() string {
	return fmt.Sprintf("%d answered, %d stored: %d lost, %d doubled, %d against the answer; tallies %s, sites %s", v.answered, v.stored, v.lost, v.doubled, v.unasked,
		agree(v.tallied, v.stored), agree(v.site, v.stored))
}

func agree(n int64, want int) string {
	if n == int64(want) {
		return "agree"
	}
	return fmt.Sprintf("say %d", n)
}

// wrong is an error when anything is.
func (v truth) wrong() error {
	if v.lost+v.doubled+v.unasked > 0 || v.tallied != int64(v.stored) {
		return errors.New("not every answer is true: " + v.String())
	}
	return nil
}
