package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/file"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Service holds the use cases of photographs.
type Service struct {
	DB    *db.DB
	Now   clock.Now
	Files *file.Store
}

// desk takes one picture at a time: a decoded one may take two hundred megabytes.
var desk = make(chan struct{}, 1)

// Attach keeps a photograph or scanned minutes, called name by its sender, under the id made with
// its form: sent twice it is kept once. Faults: Invalid by field ("file"), Missing, Denied for who
// only sees the meeting, Conflict when the meeting is off, has not begun or holds enough.
func (s *Service) Attach(ctx context.Context, who access.Actor, p Photo, name string, r io.Reader) (Photo, error) {
	out, err := s.attach(ctx, who, p, name, r)
	if err != nil {
		return Photo{}, fmt.Errorf("photograph of %s: %w", p.Meeting, err)
	}
	return out, nil
}

func (s *Service) attach(ctx context.Context, who access.Actor, p Photo, name string, r io.Reader) (Photo, error) {
	caption, ok := text.Clean(p.Caption)
	if p.Caption = caption; !ok {
		return p, fault.At("caption", "web.not_text")
	}
	if err := p.check(); err != nil {
		return p, err
	}
	if err := s.DB.Read(ctx, func(tx db.Tx) error { return s.takes(ctx, tx, who, &p) }); err != nil || p.SHA256 != "" {
		return p, err
	}
	select {
	case desk <- struct{}{}:
		defer func() { <-desk }()
	case <-ctx.Done():
		return p, ctx.Err()
	}
	data, err := io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err != nil {
		return p, fmt.Errorf("read photograph: %w", err)
	}
	info, err := file.Check(name, bytes.NewReader(data), mostBytes)
	if err != nil {
		return p, err
	}
	sum := sha256.Sum256(data)
	p.Original, p.At, p.maker, p.By = hex.EncodeToString(sum[:]), s.Now.Ms(), who.Account, who.Name
	full, thumb := blank(data), []byte(nil)
	switch {
	case info.Type == "image/jpeg" || info.Type == "image/png":
		c, err := develop(data)
		if err != nil {
			return p, err
		}
		full, thumb, p.Width, p.Height = c.full, c.thumb, int64(c.width), int64(c.height)
		if p.Kind == "photo" {
			p.look = c.look
		}
	case info.Type != "application/pdf" || p.Kind != "minutes":
		return p, fault.At("file", "photo.not_picture")
	}
	return s.keep(ctx, who, p, full, thumb)
}

// keep puts the contents on the disk and writes the row while they are there.
func (s *Service) keep(ctx context.Context, who access.Actor, p Photo, full, thumb []byte) (Photo, error) {
	if thumb != nil {
		info, err := s.Files.Put("photo.jpg", bytes.NewReader(thumb), func(file.Info) error { return nil })
		if err != nil {
			return p, err
		}
		p.thumb = info.SHA256
	}
	name := "photo.jpg"
	if thumb == nil {
		name = "minutes.pdf"
	}
	_, err := s.Files.Put(name, bytes.NewReader(full), func(info file.Info) error {
		p.Type, p.Size, p.SHA256 = info.Type, info.Size, info.SHA256
		return s.DB.Write(ctx, func(tx db.Tx) error { return s.record(ctx, tx, who, &p) })
	})
	if err != nil && p.thumb != "" {
		err = errors.Join(err, s.Files.Drop(p.thumb, func() (unused bool, err error) {
			err = s.DB.Read(ctx, func(tx db.Tx) error { in, err := used(ctx, tx, p.thumb); unused = !in; return err })
			return unused, err
		}))
	}
	return p, err
}

// takes passes when one more may be attached; p is filled when it is there already.
func (s *Service) takes(ctx context.Context, tx db.Tx, who access.Actor, p *Photo) error {
	m, err := see(ctx, tx, who, p.Meeting)
	if err != nil {
		return err
	}
	p.Unit = m.Unit
	if p.Site != 0 {
		site, err := meeting.FindSite(ctx, tx, p.Site)
		if err != nil || site.Meeting != m.ID {
			return errors.Join(err, fault.At("site", "web.choose"))
		}
		p.Unit = site.Unit
	}
	switch may, err := keeps(ctx, tx, who, m, p.Unit); {
	case err != nil:
		return err
	case !may:
		return fault.New(fault.Denied, "access.denied")
	}
	old, err := find(ctx, tx, p.ID)
	switch {
	case err == nil && (old.Meeting != p.Meeting || old.maker != who.Account):
		return fault.New(fault.Conflict, "photo.taken")
	case err == nil:
		*p = old
		return nil
	case fault.Of(err) != fault.Missing:
		return err
	case m.State == "cancelled":
		return fault.New(fault.Conflict, "meeting.is_cancelled")
	case s.Now.Ms() < m.Opens():
		return fault.New(fault.Conflict, "photo.early")
	}
	here, there, all, err := standing(ctx, tx, m.ID, p.Site)
	if err == nil && (here >= perSite || there >= perMeeting || all >= rewritten*perMeeting) {
		err = fault.New(fault.Conflict, "photo.enough", "n", perSite, "total", perMeeting)
	}
	return err
}

func (s *Service) record(ctx context.Context, tx db.Tx, who access.Actor, p *Photo) error {
	again := *p
	again.SHA256 = ""
	if err := s.takes(ctx, tx, who, &again); err != nil {
		return err
	}
	if again.SHA256 != "" {
		*p = again
		return nil
	}
	if there, err := isThere(ctx, tx, p.Meeting, p.Original); err != nil || there {
		return errors.Join(err, fault.At("file", "photo.twice"))
	}
	if err := insert(ctx, tx, *p); err != nil {
		return err
	}
	if err := pair(ctx, tx, *p); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, p.At, "meeting.photo", p.Meeting, p.Unit, map[string]any{"photo": p.ID, "kind": p.Kind, "original": p.Original}, "")
}

// see loads a meeting that who sees.
func see(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (meeting.Meeting, error) {
	m, err := meeting.Find(ctx, tx, of)
	if err == nil {
		err = access.See(ctx, tx, who, access.MeetingRead, m.Unit)
	}
	return m, err
}

// passes tells a refusal from a failure.
func passes(err error) (bool, error) {
	if k := fault.Of(err); err != nil && (k == fault.Missing || k == fault.Denied) {
		return false, nil
	}
	return err == nil, err
}

// keeps reports whether who keeps a meeting or what of it belongs to unit: officers of the organiser,
// and of unit officers and whoever takes attendance there.
func keeps(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, unit id.ID) (bool, error) {
	for _, c := range []struct {
		need access.Need
		unit id.ID
	}{{access.MeetingEdit, m.Unit}, {access.MeetingEdit, unit}, {access.AttendanceTake, unit}} {
		if ok, err := passes(access.Check(ctx, tx, who, c.need, c.unit)); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// shows reports whether who sees what stands at a meeting they see: minutes only at or above
// the unit whose they are, withdrawn pictures only those who keep it.
func shows(ctx context.Context, tx db.Tx, who access.Actor, m meeting.Meeting, p Photo) (sees, keeper bool, err error) {
	if keeper, err = keeps(ctx, tx, who, m, p.Unit); err != nil || keeper || p.Kind == "photo" {
		return true, keeper, err
	}
	sees, err = passes(access.Check(ctx, tx, who, access.MeetingRead, p.Unit))
	return sees, false, err
}

// List is a meeting's photographs, the newest first, for who sees the meeting. Fault: Missing.
func (s *Service) List(ctx context.Context, who access.Actor, of id.ID, page db.Page) (a Album, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if a.Meeting, err = see(ctx, tx, who, of); err != nil {
			return err
		}
		all, err := keeps(ctx, tx, who, a.Meeting, a.Meeting.Unit)
		if err != nil {
			return err
		}
		if a.Photos, err = list(ctx, tx, of, page); err != nil {
			return err
		}
		if err := a.veil(ctx, tx, who); err != nil {
			return err
		}
		a.Places, err = places(ctx, tx, who, of, all)
		if all {
			a.Places = append([]Place{{}}, a.Places...)
		}
		return err
	})
	if err != nil {
		return Album{}, fmt.Errorf("photographs of %s: %w", of, err)
	}
	return a, nil
}

// veil leaves out the minutes that who may not see, and hides doubts from all but the keepers.
func (a *Album) veil(ctx context.Context, tx db.Tx, who access.Actor) error {
	shown := a.Photos.Items[:0]
	for _, p := range a.Photos.Items {
		sees, keeper, err := shows(ctx, tx, who, a.Meeting, p)
		if err != nil {
			return err
		}
		if !keeper {
			p.Likes = 0
		}
		if sees {
			shown = append(shown, p)
		}
	}
	a.Photos.Items = shown
	return nil
}

// Show is one photograph; what it repeats is told to those who keep it. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of, photo id.ID) (v Sheet, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if v.Meeting, v.Photo, v.May, err = s.load(ctx, tx, who, of, photo); err != nil || !v.May {
			return err
		}
		if v.Twins, err = twins(ctx, tx, photo); err != nil {
			return err
		}
		for i := range v.Twins {
			if err := v.Twins[i].veil(ctx, tx, who); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Sheet{}, fmt.Errorf("photograph %s: %w", photo, err)
	}
	return v, nil
}

// veil names the other meeting only to who sees it.
func (w *Twin) veil(ctx context.Context, tx db.Tx, who access.Actor) error {
	sees, err := passes(access.See(ctx, tx, who, access.MeetingRead, w.unit))
	if err != nil {
		return err
	}
	if !sees {
		*w = Twin{Exact: w.Exact}
		return nil
	}
	w.Unit, err = unitName(ctx, tx, w.unit)
	return err
}

func (s *Service) load(ctx context.Context, tx db.Tx, who access.Actor, of, photo id.ID) (m meeting.Meeting, p Photo, keeper bool, err error) {
	if m, err = see(ctx, tx, who, of); err != nil {
		return m, p, false, err
	}
	if p, err = find(ctx, tx, photo); err != nil {
		return m, p, false, err
	}
	if p.Meeting != of {
		return m, p, false, fault.Gone()
	}
	sees, keeper, err := shows(ctx, tx, who, m, p)
	if err == nil && !sees {
		err = fault.Gone()
	}
	if !keeper {
		p.Likes = 0
	}
	return m, p, keeper, err
}

// Open gives what is kept, or the small picture; the caller closes it. A withdrawn one is opened
// only for those who keep it. Fault: Missing.
func (s *Service) Open(ctx context.Context, who access.Actor, of, photo id.ID, small bool) (p Photo, r file.Reader, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) (err error) {
		var keeper bool
		_, p, keeper, err = s.load(ctx, tx, who, of, photo)
		if err == nil && (!keeper && !p.Stands() || small && !p.Picture()) {
			err = fault.Gone()
		}
		return err
	})
	if err == nil {
		sum := p.SHA256
		if small {
			sum = p.thumb
		}
		r, err = s.Files.Reader(sum)
	}
	if err != nil {
		return p, nil, fmt.Errorf("open photograph %s: %w", photo, err)
	}
	return p, r, nil
}

// Withdraw takes a photograph back with a reason; the row and what it held stay, seen by those who
// keep the meeting. The same form twice is one. Faults: Invalid on "why", Denied, Missing.
func (s *Service) Withdraw(ctx context.Context, who access.Actor, of, photo id.ID, why string) error {
	why, ok := text.Clean(why)
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		_, p, keeper, err := s.load(ctx, tx, who, of, photo)
		switch {
		case err != nil:
			return err
		case !keeper:
			return fault.New(fault.Denied, "access.denied")
		case !ok:
			return fault.At("why", "web.not_text")
		case why == "":
			return fault.At("why", "photo.why_needed")
		case len([]rune(why)) > whyMax:
			return fault.At("why", "web.too_long", "n", whyMax)
		case !p.Stands():
			return nil
		}
		p.WithdrawnAt, p.WithdrawnBy, p.Why = s.Now.Ms(), who.Name, why
		if err := withdraw(ctx, tx, p, who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, p.WithdrawnAt, "meeting.withdraw_photo", of, p.Unit, map[string]any{"photo": photo, "original": p.Original}, why)
	})
	if err != nil {
		return fmt.Errorf("withdraw photograph %s: %w", photo, err)
	}
	return nil
}
