package grant

import (
	"context"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/org"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

const maxTitle = 200

// AddPost makes a post at a unit. Sent twice with the same id it answers as if just made.
// Faults: Invalid, Missing, Denied, Conflict.
func (s *Service) AddPost(ctx context.Context, who access.Actor, p access.Post) (access.Post, error) {
	title, ok := text.Clean(p.Title)
	if !ok || title == "" || utf8.RuneCountInString(title) > maxTitle {
		return p, fault.At("title", "grant.bad_title")
	}
	if p.Title = title; !p.Role.Known() {
		return p, fault.At("role", "grant.no_role")
	}
	return p, s.write(ctx, func(tx db.Tx) error {
		if err := mayAt(ctx, tx, who, p.Unit, p.Role); err != nil {
			return err
		}
		old, err := access.FindPost(ctx, tx, p.ID)
		switch {
		case err == nil && old == p:
			return nil
		case err == nil:
			return fault.New(fault.Conflict, "grant.twice")
		case fault.Of(err) != fault.Missing:
			return err
		}
		if err := access.AddPost(ctx, tx, p, s.Now.Ms(), who.Account); db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "grant.twice")
		} else if err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.post", p.ID, p.Unit, map[string]string{"name": p.Title, "role": string(p.Role)}, "")
	})
}

// EndPost takes a post away; whoever holds it or acts for its holder loses it at once.
// Faults: Missing, Denied.
func (s *Service) EndPost(ctx context.Context, who access.Actor, post id.ID, why string) (unit id.ID, err error) {
	return unit, s.write(ctx, func(tx db.Tx) error {
		p, err := access.FindPost(ctx, tx, post)
		if err != nil {
			return err
		}
		if err := mayAt(ctx, tx, who, p.Unit, p.Role); err != nil {
			return err
		}
		unit = p.Unit
		held, err := access.HeldBy(ctx, tx, post)
		if err != nil {
			return err
		}
		for _, g := range held {
			if g.To != "" && g.To < s.Now.Day() {
				continue
			}
			if err := s.revoke(ctx, tx, who, g, why); err != nil {
				return err
			}
		}
		if err := access.EndPost(ctx, tx, post, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "account.post_end", p.ID, p.Unit, map[string]string{"name": p.Title, "role": string(p.Role)}, why)
	})
}

// Turn is who takes a post from a day on: as its holder, or acting for the days alone.
type Turn struct {
	ID       id.ID
	Typed    string // login or number of the Party card
	From, To string
	Acting   bool
}

// Appoint gives a post to somebody. Its holder until then ends the day before; who acts
// stands beside the holder. Faults: Missing, Denied, Invalid, Conflict.
func (s *Service) Appoint(ctx context.Context, who access.Actor, post id.ID, in Turn) (unit id.ID, err error) {
	return unit, s.write(ctx, func(tx db.Tx) error {
		p, err := access.FindPost(ctx, tx, post)
		if err != nil {
			return err
		}
		if err := mayAt(ctx, tx, who, p.Unit, p.Role); err != nil {
			return err
		}
		unit = p.Unit
		if err := CheckPeriod(in.From, in.To); err != nil {
			return err
		}
		h, err := typed(ctx, tx, in.Typed)
		if err == nil {
			h, err = s.Visible(ctx, tx, who, h.ID)
		}
		if fault.Of(err) == fault.Missing {
			return fault.At("to_whom", "grant.no_account")
		}
		if err != nil {
			return err
		}
		if err := notSelf(who, h); err != nil {
			return err
		}
		return s.seat(ctx, tx, who, p, h, in)
	})
}

func (s *Service) seat(ctx context.Context, tx db.Tx, who access.Actor, p access.Post, h Holder, in Turn) error {
	g := access.Grant{ID: in.ID, Account: h.ID, Role: p.Role, Unit: p.Unit, From: in.From, To: in.To, Kind: access.Acting, Post: p.ID}
	action := "account.act"
	held, err := access.HeldBy(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, o := range held {
		if o.ID == g.ID {
			return nil // the same form sent twice
		}
	}
	switch {
	case in.Acting && in.To == "":
		return fault.At("to", "grant.needs_end")
	case !in.Acting:
		g.Kind, action = access.ByPost, "account.appoint"
		if err := s.makeRoom(ctx, tx, who, held, in); err != nil {
			return err
		}
	}
	return s.add(ctx, tx, who, g, h, action)
}

// makeRoom writes the last day of who holds the post until another begins.
func (s *Service) makeRoom(ctx context.Context, tx db.Tx, who access.Actor, held []access.Grant, in Turn) error {
	end, err := succeed(held, in.From, in.To)
	if err != nil {
		return err
	}
	for _, g := range end {
		last := clock.AddDays(in.From, -1)
		if last < s.Now.Day() {
			if err := s.stop(ctx, tx, g); err != nil {
				return err
			}
		}
		if err := access.Till(ctx, tx, g.ID, last); err != nil {
			return err
		}
		h, err := holder(ctx, tx, g.Account)
		if err != nil {
			return err
		}
		g.To = last
		if err := s.tell(ctx, tx, who, "account.relieve", g, h, ""); err != nil {
			return err
		}
	}
	return nil
}

// Post is a post of a unit with those who hold it now or later and who act.
type Post struct {
	access.Post
	Held []Line `json:"held"`
}

// Line is somebody's grant.
type Line struct {
	Grant
	Name  string `json:"name"`
	Login string `json:"-"`
}

// Here is who may do what at a unit on a day.
type Here struct {
	Unit    org.Unit `json:"unit"`
	Day     string   `json:"day"`
	Lines   []Line   `json:"lines"`
	Posts   []Post   `json:"posts"`
	MayKeep bool     `json:"may_keep" doc:"who asks keeps accounts here"`
}

// Here shows who may do what at a unit on a civil day, "" for today: everybody with a right
// at it or above it, by the tree of that day. Faults: Missing, Denied for whoever sees
// neither its people nor its accounts, Invalid.
func (s *Service) Here(ctx context.Context, who access.Actor, unit id.ID, day string) (h Here, err error) {
	today := s.Now.Day()
	if day == "" {
		day = today
	}
	start := clock.Start(day)
	if start.IsZero() || day < "1945-01-01" || day > "2200-01-01" {
		return h, fault.At("day", "web.not_date")
	}
	h.Day = day
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if h.Unit, err = org.Find(ctx, tx, unit); err != nil {
			return err
		}
		keep := access.Check(ctx, tx, who, access.AccountEdit, unit)
		if h.MayKeep = keep == nil; !h.MayKeep {
			if err := access.Check(ctx, tx, who, access.PersonRead, unit); err != nil {
				return err
			}
		}
		way, err := above(ctx, tx, unit, day, today)
		if err != nil {
			return err
		}
		if h.Lines, err = here(ctx, tx, who, way, day, start.AddDate(0, 0, 1).UnixMilli()); err != nil {
			return err
		}
		h.Posts, err = s.posts(ctx, tx, who, unit)
		return err
	})
	return h, err
}

func (s *Service) posts(ctx context.Context, tx db.Tx, who access.Actor, unit id.ID) ([]Post, error) {
	list, err := access.Posts(ctx, tx, unit)
	if err != nil {
		return nil, err
	}
	out := make([]Post, len(list))
	for i, p := range list {
		out[i].Post = p
		if out[i].Held, err = held(ctx, tx, who, p.ID, s.Now.Day()); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Post loads a post for a keeper of its unit. Faults: Missing, Denied.
func (s *Service) Post(ctx context.Context, who access.Actor, post id.ID) (p Post, unit org.Unit, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if p.Post, err = access.FindPost(ctx, tx, post); err != nil {
			return err
		}
		if err := mayAt(ctx, tx, who, p.Unit, p.Role); err != nil {
			return err
		}
		if unit, err = org.Find(ctx, tx, p.Unit); err != nil {
			return err
		}
		p.Held, err = held(ctx, tx, who, post, s.Now.Day())
		return err
	})
	return p, unit, err
}
