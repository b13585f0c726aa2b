package review

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/base/proof"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/words"
	"quantriet/internal/overview/duty"
	"quantriet/internal/overview/report"
)

// Service holds the use cases of reviews.
type Service struct {
	DB      *db.DB
	Now     clock.Now
	Version string // of the program, named on paper

	// Sources tells where passages quoted in the texts come from, Alike what they say nearly the same as
	// the last period's or a neighbour's; nil for neither.
	Sources func(ctx context.Context, tx db.Tx, review id.ID) ([]report.Source, error)
	Alike   func(ctx context.Context, tx db.Tx, review id.ID, sent bool) ([]report.Question, error)
}

// Any is the version to give when whoever acts has not looked at a certain one.
const Any int64 = -1

// View is a review as its unit and those above see it.
type View struct {
	Review Review     `json:"review"`
	Rounds []Round    `json:"rounds" doc:"campaigns of the period; as frozen when it was sent"`
	Seal   proof.Mark `json:"seal"`
	At     int64      `json:"at" doc:"until when the records were counted"`

	Sources []report.Source   `json:"sources" doc:"where passages quoted in the texts come from"`
	Asks    []report.Question `json:"asks" doc:"what the texts say nearly the same as elsewhere: a question to the unit, a lead to those above"`

	Amendments []Amendment `json:"amendments" doc:"since it was accepted first, the newest first"`

	Request Request `json:"request" doc:"the unit's last wish to amend it; empty for none"`

	MayEdit   bool `json:"may_edit"`
	MayDecide bool `json:"may_decide"`
	MayDrop   bool `json:"may_drop"`
	MayReopen bool `json:"may_reopen"`
	MayAsk    bool `json:"may_ask" doc:"the unit may ask for it to be opened"`
	Frozen    bool `json:"frozen" doc:"its time is over; the level above may open it"`

	office office
}

// Show is a review: of an open one the figures of this moment, of a sent one those it was
// sent with. Fault: Missing.
func (s *Service) Show(ctx context.Context, who access.Actor, of id.ID) (v View, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		v, err = s.whole(ctx, tx, who, of)
		return err
	})
	if err != nil {
		return View{}, fmt.Errorf("show review %s: %w", of, err)
	}
	return v, nil
}

// whole is a review with where its words come from, and where else they stand.
func (s *Service) whole(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (v View, err error) {
	v, err = s.view(ctx, tx, who, of)
	if v.Sources = []report.Source{}; err == nil && s.Sources != nil {
		v.Sources, err = s.Sources(ctx, tx, of)
	}
	if v.Asks = []report.Question{}; err == nil && s.Alike != nil {
		v.Asks, err = s.Alike(ctx, tx, of, !v.Review.Open())
	}
	return v, err
}

func (s *Service) view(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (v View, err error) {
	if v.Review, err = find(ctx, tx, of); err != nil {
		return v, err
	}
	r := v.Review
	if err := access.Check(ctx, tx, who, access.ReportRead, r.Unit); err != nil {
		return v, err
	}
	if v.office, err = letterhead(ctx, tx, r.Unit); err != nil {
		return v, err
	}
	v.At = s.Now.Ms()
	if r.Open() {
		v.Rounds, err = rounds(ctx, tx, r, v.At)
	} else {
		v.At = r.Sent
		v.Rounds, err = frozenRounds(ctx, tx, of)
	}
	if err != nil {
		return v, err
	}
	if v.Seal, err = sealOf(ctx, tx, r); err != nil {
		return v, err
	}
	if v.Amendments, err = amendments(ctx, tx, of); err != nil {
		return v, err
	}
	if v.Request, err = lastRequest(ctx, tx, of); err != nil {
		return v, err
	}
	return v, s.rights(ctx, tx, who, &v)
}

func (s *Service) rights(ctx context.Context, tx db.Tx, who access.Actor, v *View) error {
	r := v.Review
	if r.Duty != 0 && r.Open() {
		err := duty.Check(ctx, tx, r.Duty, r.Unit, s.Now.Ms())
		if v.Frozen = fault.Of(err) == fault.Conflict; err != nil && !v.Frozen {
			return err
		}
	}
	edit, err := may(access.Check(ctx, tx, who, access.ReportEdit, r.Unit))
	if err != nil {
		return err
	}
	v.MayEdit = edit && r.Open() && !v.Frozen
	v.MayDrop = edit && r.State == "draft" && r.Version == 0
	decide, err := may(access.Check(ctx, tx, who, access.ReportAccept, v.office.decider(r.Unit)))
	above, asked := v.office.Above != 0, v.Request.State == "asked"
	v.MayDecide = decide && above && r.State == "sent"
	v.MayReopen = decide && r.Closed(above) && (above || asked && v.Request.by != who.Account)
	v.MayAsk = edit && !(decide && above) && r.Closed(above) && !asked
	return err
}

// may turns a refusal into false.
func may(err error) (bool, error) {
	if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
		return false, nil
	}
	return err == nil, err
}

// List shows the reviews of units in the scope, the newest first; state "" is any. Faults:
// Invalid.
func (s *Service) List(ctx context.Context, who access.Actor, state string, page db.Page) (out db.Rows[Review], err error) {
	if !slices.Contains([]string{"", "draft", "sent", "returned", "accepted"}, state) {
		return out, fault.At("state", "web.choose")
	}
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		out, err = listed(ctx, tx, who, state, page)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("list reviews: %w", err)
	}
	return out, nil
}

// Proposal is what a new review may begin as.
type Proposal struct {
	Review Review
	There  id.ID // the unit's answer to the duty, begun already
	Units  []Choice
}

// Choice is a unit that may be chosen.
type Choice struct {
	ID   id.ID
	Name string
}

// Propose fills a new review: of a duty its title and period. Faults: Missing, Denied.
func (s *Service) Propose(ctx context.Context, who access.Actor, of, unit id.ID) (p Proposal, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		for _, g := range who.Grants {
			if !g.Role.Can(access.ReportEdit) {
				continue
			}
			name, err := db.All(ctx, tx, db.Value[string], `select name from org_unit where id = $1`, g.Unit)
			if err != nil {
				return err
			}
			if len(name) > 0 {
				p.Units = append(p.Units, Choice{g.Unit, name[0]})
			}
		}
		if unit == 0 && len(p.Units) > 0 {
			unit = p.Units[0].ID
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, unit); err != nil {
			return err
		}
		o, err := letterhead(ctx, tx, unit)
		if err != nil {
			return err
		}
		p.Review = Review{Kind: "preliminary", Unit: unit, UnitName: o.Name, Duty: of}
		if of == 0 {
			return nil
		}
		return p.of(ctx, tx)
	})
	if err != nil {
		return Proposal{}, fmt.Errorf("propose review: %w", err)
	}
	return p, nil
}

// of takes over what the duty asks for.
func (p *Proposal) of(ctx context.Context, tx db.Tx) (err error) {
	r := &p.Review
	if r.Title, r.Kind, r.From, r.To, err = ordered(ctx, tx, r.Duty, r.Unit); err != nil {
		return err
	}
	p.There, err = answer(ctx, tx, r.Duty, r.Unit)
	if fault.Of(err) == fault.Missing {
		err = nil
	}
	return err
}

// ordered is what a duty asks of a unit that owes it. Fault: Missing.
func ordered(ctx context.Context, tx db.Tx, of, unit id.ID) (title, kind, from, to string, err error) {
	var period string
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) {
		return none, scan(&title, &period, &from, &to)
	}, `select d.title, d.period, d.period_from, d.period_to from duty d join duty_unit x on x.duty = d.id and x.unit = $2 where d.id = $1`, of, unit)
	kind = map[string]string{"half_term": "preliminary", "term": "final"}[period]
	if kind == "" {
		kind = "periodic"
	}
	return title, kind, from, to, err
}

// Begin makes a draft; the same form sent twice makes one, and of a duty there is one for each
// unit, whoever began it. Faults: Invalid by field, Missing, Denied, Conflict.
func (s *Service) Begin(ctx context.Context, who access.Actor, r Review) (Review, error) {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		if err := access.Check(ctx, tx, who, access.ReportEdit, r.Unit); err != nil {
			return err
		}
		was, err := s.begun(ctx, tx, who, r)
		if err == nil {
			r = was
			return nil
		}
		if fault.Of(err) != fault.Missing {
			return err
		}
		if r.Duty != 0 {
			if r.Title, r.Kind, r.From, r.To, err = ordered(ctx, tx, r.Duty, r.Unit); err != nil {
				return err
			}
		}
		if err := r.Check(); err != nil {
			return err
		}
		if r.ID == 0 {
			r.ID = id.New()
		}
		r.State, r.Texts = "draft", map[string]string{}
		if err := insert(ctx, tx, r, s.Now.Ms(), who.Account); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "review.begin", r.ID, r.Unit, map[string]string{"title": r.Title, "from": r.From, "to": r.To}, "")
	})
	if err != nil {
		return Review{}, fmt.Errorf("begin review: %w", err)
	}
	return r, nil
}

// begun finds what this form made, or what answers the duty already. Faults: Missing, Conflict.
func (s *Service) begun(ctx context.Context, tx db.Tx, who access.Actor, r Review) (Review, error) {
	was, err := find(ctx, tx, r.ID)
	if err == nil && (was.createdBy != who.Account || was.Unit != r.Unit) {
		return was, fault.New(fault.Conflict, "review.taken")
	}
	if err == nil || fault.Of(err) != fault.Missing || r.Duty == 0 {
		return was, err
	}
	there, err := answer(ctx, tx, r.Duty, r.Unit)
	if err != nil {
		return was, err
	}
	return find(ctx, tx, there)
}

// change loads a review that who may write, lets fn write, and logs it.
func (s *Service) change(ctx context.Context, who access.Actor, of id.ID, action string, fn func(tx db.Tx, v *View) (detail any, changed bool, err error)) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		v, err := s.view(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.ReportEdit, v.Review.Unit); err != nil {
			return err
		}
		detail, changed, err := fn(tx, &v)
		if err != nil || !changed {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), action, of, v.Review.Unit, detail, "")
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", action, of, err)
	}
	return nil
}

// writable refuses what the unit may not change any more.
func (v View) writable() error {
	switch {
	case v.Review.State == "accepted":
		return fault.New(fault.Conflict, "review.is_accepted")
	case !v.Review.Open():
		return fault.New(fault.Conflict, "review.not_open")
	case v.Frozen:
		return fault.New(fault.Conflict, "duty.is_frozen")
	}
	return nil
}

// longest bounds a section, in letters.
const longest = 20_000

// Save stores the head and the sections given; those that are not stay as they are. Faults:
// Invalid by field, Missing, Denied, Conflict.
func (s *Service) Save(ctx context.Context, who access.Actor, of id.ID, h Head, texts map[string]string) error {
	return s.change(ctx, who, of, "review.save", func(tx db.Tx, v *View) (any, bool, error) {
		if err := v.writable(); err != nil {
			return nil, false, err
		}
		errs := []error{h.clean()}
		r := v.Review
		was := maps.Clone(r.Texts)
		for _, section := range slices.Sorted(maps.Keys(texts)) {
			if !slices.Contains(Sections, section) {
				return nil, false, fault.Gone()
			}
			body, err := lines(section, texts[section], longest)
			errs = append(errs, err)
			r.Texts[section] = body
		}
		if err := fault.All(errs...); err != nil {
			return nil, false, err
		}
		if h == r.Head && maps.Equal(was, r.Texts) {
			return nil, false, nil
		}
		r.Head = h
		if err := update(ctx, tx, r); err != nil {
			return nil, false, err
		}
		return map[string]string{"title": r.Title}, true, putTexts(ctx, tx, r)
	})
}

// Compose adds a paragraph to a section of a review that who may edit. add is called in the same
// transaction and gives the paragraph; "" when there is nothing to do. Faults: those of add,
// Missing for an unknown section, Invalid for one that would grow too long, Conflict.
func (s *Service) Compose(ctx context.Context, who access.Actor, of id.ID, section string, add func(tx db.Tx, r Review) (line string, err error)) error {
	return s.change(ctx, who, of, "review.save", func(tx db.Tx, v *View) (any, bool, error) {
		r := v.Review
		if !slices.Contains(Sections, section) {
			return nil, false, fault.Gone()
		}
		if err := v.writable(); err != nil {
			return nil, false, err
		}
		line, err := add(tx, r)
		if err != nil || line == "" {
			return nil, false, err
		}
		if r.Texts[section] = strings.TrimPrefix(r.Texts[section]+"\n"+line, "\n"); len([]rune(r.Texts[section])) > longest {
			return nil, false, fault.At(section, "web.too_long", "n", longest)
		}
		return map[string]string{"sections": words.T("vi", "review.section."+section)}, true, putTexts(ctx, tx, r)
	})
}

// Drop takes away a draft that was never sent. Faults: Missing, Denied, Conflict.
func (s *Service) Drop(ctx context.Context, who access.Actor, of id.ID) error {
	return s.change(ctx, who, of, "review.drop", func(tx db.Tx, v *View) (any, bool, error) {
		if v.Review.State != "draft" || v.Review.Version > 0 {
			return nil, false, fault.New(fault.Conflict, "review.was_sent_once")
		}
		return map[string]string{"title": v.Review.Title}, true, drop(ctx, tx, of)
	})
}
