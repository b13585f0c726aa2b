package likeness

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// Shared is a passage that several essays hold, for deciding once.
type Shared struct {
	ID        id.ID  `json:"id"`
	Essay     id.ID  `json:"essay" doc:"the earliest in the reader's scope"`
	Syllables int64  `json:"syllables"`
	Essays    int64  `json:"essays"`
	Units     int64  `json:"units"`
	Body      string `json:"body"`
	Seen      int64  `json:"seen" doc:"of the essays, in the reader's scope"`
}

// Decision is what was decided about a passage.
type Decision struct {
	ID       id.ID  `json:"id"`
	Kind     string `json:"kind" enum:"common,copied,apart"`
	Body     string `json:"body"`
	Essays   int64  `json:"essays" doc:"that held it then"`
	Note     string `json:"note"`
	At       int64  `json:"at"`
	UndoneAt int64  `json:"undone_at"`
	campaign id.ID
	ref      id.ID
	folded   string
}

// Kinds of decisions: common text becomes a reference; copied marks every essay that holds
// it for a talk; apart only takes it off the list.
var Kinds = []string{"common", "copied", "apart"}

// Worklist is what waits for a decision in a campaign, and what was decided.
type Worklist struct {
	Campaign  campaign.Campaign `json:"-"`
	Open      []Shared          `json:"open"`
	Waiting   int64             `json:"waiting" doc:"passages on the list, of which the most shared are in open"`
	Decisions []Decision        `json:"decisions"`
	May       bool              `json:"-"`
}

// openMost is how many passages are shown at once; what is decided makes room for the next.
const openMost = 30

// Worklist lists the passages shared by at least three essays of which the reader sees one,
// most shared first.
func (s *Service) Worklist(ctx context.Context, who access.Actor, of id.ID) (w Worklist, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if w.Campaign, err = campaign.See(ctx, tx, who, of); err != nil {
			return err
		}
		w.May = access.Check(ctx, tx, who, access.EssayEdit, w.Campaign.Unit) == nil
		if w.Decisions, err = decisions(ctx, tx, of); err != nil {
			return err
		}
		known, err := standing(ctx, tx, of)
		if err != nil {
			return err
		}
		args := []any{of}
		mine := `from likeness_member m join likeness_essay l on l.essay = m.essay where m.shared = s.id and ` + who.Scope(access.EssayRead).Where("l.unit", &args)
		all, err := db.All(ctx, tx, scanShared, `select s.id, coalesce((select min(m.essay) `+mine+`), s.essay), s.syllables, s.essays, s.units, s.body, (select count(*) `+mine+`)
			from likeness_shared s where s.campaign = $1 order by s.essays desc, s.id`, args...)
		for _, x := range all {
			if x.Seen == 0 || decided(x, known) {
				continue
			}
			if w.Waiting++; w.Waiting <= openMost {
				w.Open = append(w.Open, x)
			}
		}
		return err
	})
	if err != nil {
		return Worklist{}, fmt.Errorf("passages shared in %s: %w", of, err)
	}
	return w, nil
}

func scanShared(scan func(...any) error) (x Shared, err error) {
	err = scan(&x.ID, &x.Essay, &x.Syllables, &x.Essays, &x.Units, &x.Body, &x.Seen)
	return x, err
}

func decisions(ctx context.Context, tx db.Tx, of id.ID) ([]Decision, error) {
	return db.All(ctx, tx, scanDecision, `select id, campaign, kind, body, folded, essays, reference, note, at, coalesce(undone_at, 0)
		from likeness_decision where campaign = $1 order by id desc limit 500`, of)
}

// standing are all decisions of a campaign that were not taken back.
func standing(ctx context.Context, tx db.Tx, of id.ID) ([]Decision, error) {
	return db.All(ctx, tx, scanDecision, `select id, campaign, kind, body, folded, essays, reference, note, at, 0 from likeness_decision
		where campaign = $1 and undone_at is null order by id`, of)
}

func scanDecision(scan func(...any) error) (d Decision, err error) {
	err = scan(&d.ID, &d.campaign, &d.Kind, &d.Body, &d.folded, &d.Essays, &d.ref, &d.Note, &d.At, &d.UndoneAt)
	return d, err
}

func folded(body string) string { return string(textreuse.Fold(body).Letters) }

// decided says whether a decision stands on a passage: their words are the same but for the ends.
func decided(x Shared, all []Decision) bool {
	f := folded(x.Body)
	return slices.ContainsFunc(all, func(d Decision) bool {
		short, long := f, d.folded
		if len(short) > len(long) {
			short, long = long, short
		}
		return d.UndoneAt == 0 && len(short)*10 >= len(long)*7 && strings.Contains(long, short)
	})
}

// Decide settles a passage for everybody who holds it. d.ID is the form's key. Faults:
// Conflict when it is no longer there or was decided.
func (s *Service) Decide(ctx context.Context, who access.Actor, of, shared id.ID, d Decision) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := campaign.See(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, c.Unit); err != nil {
			return err
		}
		switch {
		case d.ID == 0:
			return fault.At("id", "web.choose")
		case !slices.Contains(Kinds, d.Kind):
			return fault.At("kind", "web.choose")
		}
		if done, err := db.One(ctx, tx, db.Value[int64], `select count(*) from likeness_decision where id = $1 and campaign = $2`, d.ID, of); err != nil || done > 0 {
			return err
		}
		x, err := db.One(ctx, tx, scanShared, `select id, essay, syllables, essays, units, body, 1 from likeness_shared where id = $1 and campaign = $2`, shared, of)
		if err != nil {
			return err
		}
		known, err := standing(ctx, tx, of)
		if err != nil || decided(x, known) {
			if err == nil {
				err = fault.New(fault.Conflict, "likeness.decided")
			}
			return err
		}
		d.campaign, d.Body, d.folded, d.Essays, d.At = of, x.Body, folded(x.Body), x.Essays, s.Now.Ms()
		return s.decide(ctx, tx, who, c, x, d)
	})
	if err != nil {
		return fmt.Errorf("decide on passage %s: %w", shared, err)
	}
	return nil
}

func (s *Service) decide(ctx context.Context, tx db.Tx, who access.Actor, c campaign.Campaign, x Shared, d Decision) error {
	if d.Kind == "common" {
		d.ref = id.New()
		r := Reference{ID: d.ref, Campaign: c.ID, Category: "common", Name: title(x.Body), Body: x.Body, Why: d.Note}
		if err := s.addBy(ctx, tx, who, r, c.Unit); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `insert into likeness_decision (id, campaign, kind, body, folded, essays, reference, note, at, by)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, d.ID, d.campaign, d.Kind, d.Body, d.folded, d.Essays, d.ref, d.Note, d.At, who.Account); db.IsDuplicate(err) {
		return fault.New(fault.Conflict, "likeness.id_taken")
	} else if err != nil {
		return err
	}
	if d.Kind == "copied" {
		if err := s.markAll(ctx, tx, x.ID, d.ID); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, d.At, "likeness.decide", d.ID, c.Unit, map[string]any{"kind": d.Kind, "essays": d.Essays}, d.Note)
}

// markAll marks the essays that hold a passage as a decision asks; none a second time, unless it was
// handed in anew.
func (s *Service) markAll(ctx context.Context, tx db.Tx, shared, decision id.ID) error {
	all, err := db.All(ctx, tx, db.Value[id.ID], `select m.essay from likeness_member m join likeness_essay l on l.essay = m.essay
		where m.shared = $1 and (l.state = '' or l.state = 'lead' and not exists (select 1 from likeness_marked k where k.decision = $2 and k.essay = m.essay))`, shared, decision)
	if err != nil {
		return err
	}
	for _, of := range all {
		if _, err := tx.ExecContext(ctx, `insert into likeness_marked (decision, essay) values ($1, $2) on conflict (decision, essay) do nothing`, decision, of); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update likeness_essay set state = 'lead' where essay = $1`, of); err != nil {
			return err
		}
		if err := s.lead(ctx, tx, of); err != nil {
			return err
		}
	}
	return nil
}

// markLater marks those who handed in a passage after it was decided that it is copied.
func (s *Service) markLater(ctx context.Context, tx db.Tx, of id.ID) error {
	known, err := standing(ctx, tx, of)
	known = slices.DeleteFunc(known, func(d Decision) bool { return d.Kind != "copied" })
	if err != nil || len(known) == 0 {
		return err
	}
	all, err := db.All(ctx, tx, scanShared, `select id, essay, syllables, essays, units, body, 1 from likeness_shared where campaign = $1`, of)
	if err != nil {
		return err
	}
	for _, x := range all {
		for _, d := range known {
			if decided(x, []Decision{d}) {
				if err := s.markAll(ctx, tx, x.ID, d.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Undo takes a decision back: a common text is no reference any more, essays marked by it
// that nobody spoke about yet are unmarked, and the passage stands on the list again.
func (s *Service) Undo(ctx context.Context, who access.Actor, of, decision id.ID) error {
	err := s.DB.Write(ctx, func(tx db.Tx) error {
		c, err := campaign.See(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, c.Unit); err != nil {
			return err
		}
		d, err := db.One(ctx, tx, scanDecision, `select id, campaign, kind, body, folded, essays, reference, note, at, coalesce(undone_at, 0)
			from likeness_decision where id = $1 and campaign = $2`, decision, of)
		if err != nil || d.UndoneAt != 0 {
			return err
		}
		at := s.Now.Ms()
		if _, err := tx.ExecContext(ctx, `update likeness_decision set undone_at = $1 where id = $2`, at, decision); err != nil {
			return err
		}
		if d.Kind == "copied" {
			if err := s.unmark(ctx, tx, d); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, `update likeness_reference set withdrawn_at = $1, withdrawn_by = $2, looked = false where id = $3`, at, who.Account, d.ref); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, at, "likeness.undo", decision, c.Unit, map[string]any{"kind": d.Kind}, "")
	})
	if err != nil {
		return fmt.Errorf("undo decision %s: %w", decision, err)
	}
	return nil
}

// unmark takes a decision's marks back: not that of a reader, nor that of another decision.
func (s *Service) unmark(ctx context.Context, tx db.Tx, d Decision) error {
	all, err := db.All(ctx, tx, db.Value[id.ID], `select k.essay from likeness_marked k join likeness_essay l on l.essay = k.essay where k.decision = $1 and l.state = 'lead'
		and not exists (select 1 from likeness_marked o where o.essay = k.essay and o.decision <> k.decision)
		and not exists (select 1 from likeness_note n where n.essay = k.essay and n.kind = 'lead')`, d.ID)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from likeness_marked where decision = $1`, d.ID); err != nil {
		return err
	}
	for _, of := range all {
		if _, err := tx.ExecContext(ctx, `update likeness_essay set state = '' where essay = $1`, of); err != nil {
			return err
		}
		if err := s.lead(ctx, tx, of); err != nil {
			return err
		}
	}
	return nil
}

// title is the beginning of a passage, to name it by.
func title(body string) string {
	words := strings.Fields(body)
	if len(words) > 12 {
		return strings.Join(words[:12], " ") + " …"
	}
	return strings.Join(words, " ")
}

func (s *Service) addBy(ctx context.Context, tx db.Tx, who access.Actor, r Reference, unit id.ID) error {
	done, err := db.One(ctx, tx, db.Value[int64], `select count(*) from likeness_reference where id = $1`, r.ID)
	if err != nil || done > 0 {
		return err
	}
	if err := s.add(ctx, tx, r, who.Account); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, s.Now.Ms(), "likeness.reference", r.ID, unit, map[string]any{"name": r.Name, "category": r.Category}, r.Why)
}

func (s *Service) add(ctx context.Context, tx db.Tx, r Reference, by id.ID) error {
	return putReference(ctx, tx, r, s.Now.Ms(), by)
}
