package meeting

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/setting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Service holds the use cases of meetings.
type Service struct {
	DB  *db.DB
	Now clock.Now
}

// Least is the shortest a cell meeting may be.
var Least = setting.Key[Minimum]{Name: "meeting.minutes", Default: Minimum{90, 120}, Source: "Hướng dẫn 42-HD/BTCTW ngày 28/10/2025"}

// Plan makes a meeting with its main site, to which everybody of the audience below the
// organiser is expected. Sending the same id again finds what was made. Faults: Invalid by
// field, Conflict meeting.campaign_not_open.
func (s *Service) Plan(ctx context.Context, who access.Actor, m Meeting) (Meeting, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if old, err := Find(ctx, tx, m.ID); err == nil {
			return s.again(ctx, tx, who, &m, old)
		} else if fault.Of(err) != fault.Missing {
			return err
		}
		if err := access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
			return err
		}
		if err := s.admissible(ctx, tx, &m); err != nil {
			return err
		}
		m.State = "planned"
		return s.make(ctx, tx, who, m, nil)
	})
	if err != nil {
		return Meeting{}, fmt.Errorf("plan meeting: %w", err)
	}
	return m, nil
}

// again answers a form that arrived twice.
func (s *Service) again(ctx context.Context, tx db.Tx, who access.Actor, m *Meeting, old Meeting) error {
	if err := access.Check(ctx, tx, who, access.MeetingEdit, old.Unit); err != nil {
		return err
	}
	*m = old
	return nil
}

func (s *Service) admissible(ctx context.Context, tx db.Tx, m *Meeting) error {
	state, documents, err := campaignFacts(ctx, tx, m.Campaign, m.Unit)
	if err != nil {
		return err
	}
	if state != "open" {
		return fault.New(fault.Conflict, "meeting.campaign_not_open")
	}
	if known, err := isAudience(ctx, tx, m.Campaign, m.Audience); err != nil || !known {
		return cmp.Or(err, fault.At("audience", "web.choose"))
	}
	if m.DoorsOpen == 0 {
		m.DoorsOpen = UsualDoors
	}
	return m.Check(documents)
}

// make stores a meeting with its main site; people nil invites the audience below the unit,
// otherwise exactly these are expected.
func (s *Service) make(ctx context.Context, tx db.Tx, who access.Actor, m Meeting, people []id.ID) error {
	if err := insert(ctx, tx, m, s.Now.Ms(), who.Account); err != nil {
		return err
	}
	main := Site{ID: id.New(), Meeting: m.ID, Name: m.Place, Unit: m.Unit, Place: m.Place, Expected: int64(len(people))}
	if main.Name == "" {
		main.Name = m.Title
	}
	if err := KeepSite(ctx, tx, main); err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, who, s.Now.Ms(), "meeting.plan", m.ID, m.Unit, nil, ""); err != nil {
		return err
	}
	if people != nil {
		return name(ctx, tx, m.ID, main.ID, people)
	}
	return invite(ctx, tx, m.ID, main.ID, m.Unit, m.Audience)
}

// change loads a meeting its organiser may edit, applies fn and stores it.
func (s *Service) change(ctx context.Context, who access.Actor, meeting id.ID, action string, fn func(tx db.Tx, m *Meeting) error) (Meeting, error) {
	var m Meeting
	err := s.DB.Write(ctx, func(tx db.Tx) (err error) {
		if m, err = Find(ctx, tx, meeting); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.MeetingEdit, m.Unit); err != nil {
			return err
		}
		if err = fn(tx, &m); err != nil {
			return err
		}
		if err = update(ctx, tx, m); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, m.ID, m.Unit, nil, "")
	})
	if err != nil {
		return Meeting{}, fmt.Errorf("%s %s: %w", action, meeting, err)
	}
	return m, nil
}

// Edit changes what a meeting is about; organiser, campaign and state stay.
func (s *Service) Edit(ctx context.Context, who access.Actor, n Meeting) (Meeting, error) {
	return s.change(ctx, who, n.ID, "meeting.edit", func(tx db.Tx, m *Meeting) error {
		if m.State == "cancelled" {
			return fault.New(fault.Conflict, "meeting.is_cancelled")
		}
		if err := keepDocuments(ctx, tx, *m, n.Documents); err != nil {
			return err
		}
		n.Campaign, n.Unit, n.State, n.MakesUp, n.UnitName = m.Campaign, m.Unit, m.State, m.MakesUp, m.UnitName
		n.Minutes, n.DiscussionMinutes, n.Speeches = m.Minutes, m.DiscussionMinutes, m.Speeches
		*m = n
		return s.admissible(ctx, tx, m)
	})
}

// keepDocuments refuses other documents once somebody attended: it is counted per document.
func keepDocuments(ctx context.Context, tx db.Tx, m Meeting, documents []id.ID) error {
	old, anew := slices.Sorted(slices.Values(m.Documents)), slices.Sorted(slices.Values(documents))
	if slices.Equal(old, slices.Compact(anew)) {
		return nil
	}
	n, err := attended(ctx, tx, m.ID)
	if err == nil && n > 0 {
		err = fault.At("documents", "meeting.documents_attended", "n", n)
	}
	return err
}

// Hold records that the meeting took place, with its minutes. It may be told again to mend them.
func (s *Service) Hold(ctx context.Context, who access.Actor, meeting id.ID, minutes string, discussion, speeches int64) (Meeting, error) {
	return s.change(ctx, who, meeting, "meeting.hold", func(_ db.Tx, m *Meeting) error {
		if err := m.Hold(s.Now.Ms()); err != nil {
			return err
		}
		m.State, m.Minutes, m.DiscussionMinutes, m.Speeches = "held", minutes, discussion, speeches
		return nil
	})
}

// Cancel calls a meeting off that nobody attended yet.
func (s *Service) Cancel(ctx context.Context, who access.Actor, meeting id.ID) (Meeting, error) {
	return s.change(ctx, who, meeting, "meeting.cancel", func(tx db.Tx, m *Meeting) error {
		n, err := attended(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		if err := m.Cancel(n); err != nil {
			return err
		}
		m.State = "cancelled"
		return nil
	})
}

// SetAgenda replaces the agenda.
func (s *Service) SetAgenda(ctx context.Context, who access.Actor, meeting id.ID, items []Item) (Meeting, error) {
	return s.change(ctx, who, meeting, "meeting.agenda", func(tx db.Tx, m *Meeting) error {
		if len(items) > 60 {
			return fault.At("items", "meeting.too_many_items")
		}
		err := setAgenda(ctx, tx, m.ID, items)
		if db.IsReference(err) { // a speaker who is nobody
			return fault.Gone()
		}
		return err
	})
}

// PutSite adds a site, or changes the one with its id. The host is a unit of the campaign's
// tree; inviting is whether everybody of the audience below the host is expected there. Only
// who plans meetings of the host may invite its people, since an organiser sees the names.
func (s *Service) PutSite(ctx context.Context, who access.Actor, n Site, inviting bool) (Meeting, error) {
	return s.change(ctx, who, n.Meeting, "meeting.site", func(tx db.Tx, m *Meeting) error {
		old, err := FindSite(ctx, tx, n.ID)
		switch {
		case err == nil && old.Meeting != m.ID:
			return fault.New(fault.Conflict, "meeting.site_elsewhere")
		case err == nil:
			n.Unit, n.Ord = old.Unit, old.Ord
			n.Monitor, n.MonitorPhone = cmp.Or(n.Monitor, old.Monitor), cmp.Or(n.MonitorPhone, old.MonitorPhone)
			return KeepSite(ctx, tx, n)
		case fault.Of(err) != fault.Missing:
			return err
		}
		if _, _, err := campaignFacts(ctx, tx, m.Campaign, n.Unit); err != nil {
			return fault.At("unit", "meeting.foreign_host")
		}
		if inviting && access.Check(ctx, tx, who, access.MeetingEdit, n.Unit) != nil {
			return fault.At("unit", "meeting.foreign_guests")
		}
		if n.Ord, err = NextSite(ctx, tx, m.ID); err != nil {
			return err
		}
		return s.addSite(ctx, tx, *m, n, inviting)
	})
}

func (s *Service) addSite(ctx context.Context, tx db.Tx, m Meeting, n Site, inviting bool) error {
	if err := KeepSite(ctx, tx, n); err != nil || !inviting {
		return err
	}
	return invite(ctx, tx, m.ID, n.ID, n.Unit, m.Audience)
}

// LinkChildren adds a site for every unit directly below the organiser that has none yet,
// the ordinary shape of a linked conference.
func (s *Service) LinkChildren(ctx context.Context, who access.Actor, meeting id.ID) (Meeting, error) {
	return s.change(ctx, who, meeting, "meeting.sites", func(tx db.Tx, m *Meeting) error {
		have, err := Sites(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		kids, err := children(ctx, tx, m.Campaign, m.Unit)
		if err != nil {
			return err
		}
		hosts := map[id.ID]bool{}
		for _, h := range have {
			hosts[h.Unit] = true
		}
		ord := int64(len(have))
		for _, k := range kids {
			if hosts[k.Unit] {
				continue
			}
			k.ID, k.Meeting, k.Ord = id.New(), m.ID, ord
			if err := s.addSite(ctx, tx, *m, k, false); err != nil {
				return err
			}
			ord++
		}
		return nil
	})
}

// DropSite takes a site away that nobody attended. Fault: Conflict meeting.site_in_use.
func (s *Service) DropSite(ctx context.Context, who access.Actor, site id.ID) (Meeting, error) {
	var of id.ID
	err := s.DB.Read(ctx, func(tx db.Tx) error {
		st, err := FindSite(ctx, tx, site)
		of = st.Meeting
		return err
	})
	if err != nil {
		return Meeting{}, fmt.Errorf("drop site %s: %w", site, err)
	}
	return s.change(ctx, who, of, "meeting.drop_site", func(tx db.Tx, m *Meeting) error {
		st, err := FindSite(ctx, tx, site)
		switch {
		case err != nil:
			return err
		case st.Main():
			return fault.New(fault.Conflict, "meeting.main_site")
		}
		if err := db.Attempt(ctx, tx, func() error { return dropSite(ctx, tx, site) }); db.IsReference(err) {
			return fault.New(fault.Conflict, "meeting.site_in_use")
		} else if err != nil {
			return err
		}
		return nil
	})
}

// MakeUp plans a meeting for those who were expected at another and studied nowhere.
// Faults: Conflict meeting.nobody_absent when there is nobody.
func (s *Service) MakeUp(ctx context.Context, who access.Actor, of id.ID, m Meeting) (Meeting, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		first, err := Find(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.MeetingEdit, first.Unit); err != nil {
			return err
		}
		if old, err := Find(ctx, tx, m.ID); err == nil {
			return s.again(ctx, tx, who, &m, old)
		}
		people, err := absent(ctx, tx, first)
		if err != nil {
			return err
		}
		if len(people) == 0 {
			return fault.New(fault.Conflict, "meeting.nobody_absent")
		}
		m.Campaign, m.Unit, m.Documents, m.MakesUp, m.Kind, m.State = first.Campaign, first.Unit, first.Documents, first.ID, "make_up", "planned"
		if err := s.admissible(ctx, tx, &m); err != nil {
			return err
		}
		return s.make(ctx, tx, who, m, people)
	})
	if err != nil {
		return Meeting{}, fmt.Errorf("make up %s: %w", of, err)
	}
	return m, nil
}
