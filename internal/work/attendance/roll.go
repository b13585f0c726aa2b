package attendance

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
)

// Mark is one line of a roll call: somebody is here, is absent, or studied elsewhere.
type Mark struct {
	Person  id.ID  `json:"person"`
	Present bool   `json:"present,omitempty"`
	Else    string `json:"else,omitempty" enum:",higher,self_study" doc:"not here, but studied: at a higher level (declared), or alone (confirmed by who marks)"`
	Reason  string `json:"reason,omitempty" enum:",sick,work,away,family,other" doc:"of the absence; empty: none given"`
	Note    string `json:"note,omitempty" maxLength:"300" doc:"where somebody studied, or more about the absence"`
}

// Check refuses what cannot be marked.
func (m Mark) Check() error {
	switch {
	case !slices.Contains([]string{"", "higher", "self_study"}, m.Else):
		return fault.At("else", "web.choose")
	case !slices.Contains(Reasons, m.Reason):
		return fault.At("reason", "web.choose")
	case m.Else == "higher" && m.Note == "":
		return fault.At("note", "attendance.say_where")
	}
	return nil
}

// Way is how a mark is recorded at a meeting; false for an absence.
func (m Mark) Way(mode string) (w Way, studied bool) {
	switch {
	case m.Present && mode == "self_study":
		return Way{How: "confirmed", Note: m.Note}, true
	case m.Present:
		return Way{How: "roll_call", Note: m.Note}, true
	case m.Else == "self_study":
		return Way{How: "confirmed", Form: m.Else, Note: m.Note}, true
	case m.Else == "higher":
		return Way{How: "declared", Form: m.Else, Note: m.Note}, true
	}
	return Way{}, false
}

// Rolled says what a roll call came to. An exempt member who stays away, or somebody who
// studied elsewhere, is neither.
type Rolled struct {
	Present int `json:"present" doc:"here, or studied elsewhere"`
	Absent  int `json:"absent"`
}

// RollCall marks people at a site, at most 1000. Sent again it corrects what it said before:
// a record by roll call becomes void when somebody turns out to be absent; a scanned code is
// never overruled by a list. Faults: Missing for people outside the campaign or the actor's
// reach, Conflict attendance.shut, attendance.cancelled, attendance.closed.
func (s *Service) RollCall(ctx context.Context, who access.Actor, meeting, site id.ID, marks []Mark) (r Rolled, err error) {
	if len(marks) > 1000 {
		return r, fault.New(fault.Invalid, "attendance.batch_too_large", "n", 1000)
	}
	for _, m := range marks {
		if err := m.Check(); err != nil {
			return r, err
		}
	}
	err = s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		r = Rolled{}
		if err := siteOf(ctx, tx, meeting, site); err != nil {
			return err
		}
		everybody := mayTake(ctx, tx, who, meeting, site) == nil
		for _, m := range marks {
			f, err := load(ctx, tx, meeting, site, byPerson, m.Person)
			if err == nil {
				err = mayMark(ctx, tx, who, f, everybody)
			}
			if err == nil && m.Else != "" {
				err = mayDeclare(ctx, tx, who, f)
			}
			if err != nil {
				return err
			}
			if err := s.mark(ctx, tx, who, f, m, &r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Rolled{}, fmt.Errorf("roll call at %s: %w", site, err)
	}
	s.tellOf(ctx, meeting)
	return r, nil
}

// mayMark passes, where the actor takes attendance of everybody, for those on the actor's
// list, since a person picked by id is one whose name the actor may see; and for people of
// the actor's own scope at meetings that are theirs or in the actor's sight. Fault: Missing.
func mayMark(ctx context.Context, tx db.Tx, who access.Actor, f Facts, everybody bool) error {
	if everybody {
		if listed, err := onList(ctx, tx, who, f); err != nil || listed {
			return err
		}
	}
	if err := access.Check(ctx, tx, who, access.AttendanceTake, f.Unit); err != nil || everybody {
		return err
	}
	if listed, err := onList(ctx, tx, who, f); err != nil || listed {
		return err
	}
	organiser, err := db.One(ctx, tx, db.Value[id.ID], `select unit from meeting where id = $1`, f.Meeting)
	if err != nil {
		return err
	}
	return access.See(ctx, tx, who, access.AttendanceTake, organiser)
}

// onList reports whether the meeting expects or has recorded the person, whom the actor may
// see by name.
func onList(ctx context.Context, tx db.Tx, who access.Actor, f Facts) (bool, error) {
	args := []any{f.Meeting, f.Person}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from campaign_participant p
		left join attendance_record r on r.meeting = $1 and r.person = p.person and r.void_at is null
		where p.campaign = (select campaign from meeting where id = $1) and p.person = $2 and `+named(who, &args)+`
			and (`+meeting.Expected("$1")+` or r.id is not null)`, args...)
	return n > 0, err
}

// mayDeclare passes for those who may correct the records of the person or of the meeting:
// an usher sees who is here, and knows nothing of study elsewhere.
func mayDeclare(ctx context.Context, tx db.Tx, who access.Actor, f Facts) error {
	if may(ctx, tx, who, access.AttendanceEdit, f.Site) == nil {
		return nil
	}
	return access.Check(ctx, tx, who, access.AttendanceEdit, f.Unit)
}

// mark records one line and counts it.
func (s *Service) mark(ctx context.Context, tx db.Tx, who access.Actor, f Facts, m Mark, r *Rolled) error {
	if err := f.Open(s.Now.Ms()); err != nil {
		return err
	}
	stands, err := found(ctx, tx, f)
	if err != nil {
		return err
	}
	if w, studied := m.Way(f.Mode); studied {
		r.Present++
		if err := dropAbsence(ctx, tx, f); err != nil {
			return err
		}
		if f.Already != 0 && stands.How != "declared" {
			return nil
		}
		c := newCall(ctx, who, f.Meeting, f.Site, []Scan{{Person: f.Person, How: w.How, Form: w.Form, Note: w.Note}})
		c.allowed = true
		if err := s.deskAt(ctx, tx, []*call{c}).take(); err != nil {
			return err
		}
		return cmp.Or(c.err, c.out[0].err)
	}
	if f.Already != 0 {
		if stands.How == "own_code" || stands.How == "station" {
			r.Present++
			return nil
		}
		if err := s.void(ctx, tx, who, f, words.T(words.Langs[0], "attendance.void_roll")); err != nil {
			return err
		}
	}
	if f.Exempt { // an exempt member who stays away is not absent (R092)
		return nil
	}
	if away, err := elsewhere(ctx, tx, f); err != nil || away {
		return err
	}
	r.Absent++
	return putAbsence(ctx, tx, f, m.Reason, m.Note, s.Now.Ms(), who.Account)
}

// found is the record that counts of a person at a meeting, without an ID when there is none.
func found(ctx context.Context, tx db.Tx, f Facts) (r Record, err error) {
	if f.Already == 0 {
		return r, nil
	}
	return db.One(ctx, tx, func(scan func(...any) error) (Record, error) {
		return r, scan(&r.ID, &r.Site, &r.How, &r.Grade)
	}, `select id, site, how, grade from attendance_record where meeting = $1 and person = $2 and void_at is null`, f.Meeting, f.Person)
}

func (s *Service) void(ctx context.Context, tx db.Tx, who access.Actor, f Facts, why string) error {
	r, err := found(ctx, tx, f)
	if err != nil || r.ID == 0 {
		return err
	}
	if err := retract(ctx, tx, f); err != nil {
		return err
	}
	if _, err := voidRecord(ctx, tx, f.Meeting, f.Person, s.Now.Ms(), who.Account, why); err != nil {
		return err
	}
	r.Meeting = f.Meeting
	if err := atSiteNow(ctx, tx, r, r.Grade, 0, s.Now.Ms()); err != nil {
		return err
	}
	return apply(ctx, tx, f)
}

// Void takes a wrong record back; it stays readable with the reason. It needs the right to
// correct at the person's unit; also runs in the same transaction. Faults: Missing when there is
// no record, Invalid without why.
func (s *Service) Void(ctx context.Context, who access.Actor, meeting, person id.ID, why string, also ...func(db.Tx) error) error {
	if why == "" {
		return fault.At("why", "web.required")
	}
	err := s.DB.Queue(ctx, queue, func(tx db.Tx) error {
		site, err := db.One(ctx, tx, db.Value[id.ID], `select site from attendance_record where meeting = $1 and person = $2 and void_at is null`, meeting, person)
		if err != nil {
			return err
		}
		f, err := load(ctx, tx, meeting, site, byPerson, person)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.AttendanceEdit, f.Unit); err != nil {
			return err
		}
		if err := s.void(ctx, tx, who, f, why); err != nil {
			return err
		}
		for _, do := range also {
			if err := do(tx); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "attendance.void", person, f.Unit, map[string]any{"meeting": meeting}, why)
	})
	if err != nil {
		return fmt.Errorf("void %s: %w", person, err)
	}
	s.tellOf(ctx, meeting)
	return nil
}
