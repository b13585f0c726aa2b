package marking

import (
	"context"
	"fmt"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/essay"
)

// Service holds the use cases of marking, over the room of essays.
type Service struct {
	*essay.Service
}

func wrap(did string, err error) error {
	if err != nil {
		return fmt.Errorf("marking: %s: %w", did, err)
	}
	return nil
}

// Paper is an essay on a marker's desk.
type Paper struct {
	Task     essay.Task     `json:"task"`
	Essay    essay.Essay    `json:"essay"`
	Code     string         `json:"code" doc:"name while the author is hidden"`
	UnitName string         `json:"unit_name"`
	Version  essay.Version  `json:"version"`
	Nth      int64          `json:"nth" doc:"as which marker the actor may judge now; 0 not at all"`
	Why      string         `json:"why" doc:"word key: why not"`
	Marks    []Mark         `json:"marks" doc:"the actor's own, all once the essay is marked"`
	Comments []Comment      `json:"comments"`
	Returns  []Return       `json:"returns"`
	Replies  []Reply        `json:"replies"`
	Writers  []essay.Writer `json:"writers" doc:"empty while hidden"`
	Sentence string         `json:"likeness" doc:"what is alike, in one sentence"`
	Next     id.ID          `json:"next" doc:"that waits for the actor after this one"`
	Before   id.ID          `json:"before"`
	MayErase bool           `json:"-"`
	Named    bool           `json:"named" doc:"the actor was shown the authors: another mark needs a reason"`
}

// load finds an essay for somebody who marks at its unit. Fault: Missing, Denied for one's own.
func (s *Service) load(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (p Paper, err error) {
	if p.Essay, err = essay.Find(ctx, tx, of); err != nil {
		return p, err
	}
	if err = access.Check(ctx, tx, who, access.EssayMark, p.Essay.Unit); err != nil {
		return p, err
	}
	if p.Essay.Version == 0 {
		return p, fault.Gone()
	}
	own, err := writes(ctx, tx, of, who.Person)
	if err != nil {
		return p, err
	}
	if own {
		return p, fault.New(fault.Denied, "marking.own")
	}
	if p.Task, err = essay.FindTask(ctx, tx, p.Essay.Task); err != nil {
		return p, err
	}
	if p.Version, err = essay.FindVersion(ctx, tx, p.Essay.Version); err != nil {
		return p, err
	}
	p.Code = Code(of)
	p.Named = p.Essay.State == "marked" && access.Check(ctx, tx, who, access.PersonRead, p.Essay.Unit) == nil
	if p.Marks, err = marksOf(ctx, tx, p.Version.ID); err != nil {
		return p, err
	}
	nth, not := s.turn(ctx, tx, p, own, who)
	if p.Nth = nth; not != nil {
		if fault.Of(not) != fault.Conflict {
			return p, not
		}
		p.Why = fault.Key(not)
	}
	return p, nil
}

// Paper shows an essay to a marker; the author, and what other markers gave and remarked, are
// hidden until it is marked. lang is that of the sentence on likeness.
func (s *Service) Paper(ctx context.Context, who access.Actor, lang string, of id.ID, q Query) (p Paper, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		if p, err = s.load(ctx, tx, who, of); err != nil {
			return err
		}
		if p.UnitName, err = db.One(ctx, tx, db.Value[string], `select name from campaign_unit where campaign = $1 and unit = $2`, p.Essay.Campaign, p.Essay.Unit); err != nil {
			return err
		}
		if err = s.around(ctx, tx, who, &p); err != nil {
			return err
		}
		p.blind(who)
		p.veil()
		if s.Sentence != nil {
			if p.Sentence, err = s.Sentence(ctx, tx, lang, of); err != nil {
				return err
			}
		}
		q.Task = p.Task.ID
		p.Next, p.Before, err = neighbours(ctx, tx, who, q, p.Essay)
		return err
	})
	if err == nil && len(p.Writers) > 0 {
		var people []id.ID
		for _, w := range p.Writers {
			people = append(people, w.Person)
		}
		err = s.looked(ctx, who, audit.Sight{Unit: p.Essay.Unit, People: people, Purpose: "essay.names"})
	}
	if err != nil {
		return Paper{}, wrap("paper", err)
	}
	return p, nil
}

func (s *Service) around(ctx context.Context, tx db.Tx, who access.Actor, p *Paper) (err error) {
	if p.Comments, err = commentsOf(ctx, tx, p.Version, who.Account); err != nil {
		return err
	}
	if p.Returns, err = returnsOf(ctx, tx, p.Essay.ID); err != nil {
		return err
	}
	if p.Replies, err = repliesOf(ctx, tx, p.Essay.ID); err != nil {
		return err
	}
	if p.Named {
		p.Writers, err = essay.Writers(ctx, tx, p.Essay)
	}
	p.MayErase = access.Check(ctx, tx, who, access.EssayEdit, p.Essay.Unit) == nil
	return err
}

// blind leaves only the actor's own of what was given and remarked on the version, until the
// essay is marked.
func (p *Paper) blind(who access.Actor) {
	if p.Essay.State == "marked" {
		return
	}
	var marks []Mark
	for _, m := range p.Marks {
		if m.By(who) || p.Essay.Disputed {
			marks = append(marks, m)
		}
	}
	var remarks []Comment
	for _, c := range p.Comments {
		if c.Mine || c.version != p.Version.ID || p.Essay.Disputed {
			remarks = append(remarks, c)
		}
	}
	p.Marks, p.Comments = marks, remarks
}

// looked notes that the authors were named to who.
func (s *Service) looked(ctx context.Context, who access.Actor, v audit.Sight) error {
	return s.DB.Write(ctx, func(tx db.Tx) error { return audit.Look(ctx, tx, who, s.Now.Ms(), v) })
}

// Given is a judgement on its way. Version is the one that was read.
type Given struct {
	ID      id.ID   `json:"id" doc:"made by the sender"`
	Version id.ID   `json:"version" doc:"that was read; a newer one is a conflict"`
	Scores  []Score `json:"scores" maxItems:"8" doc:"one for each criterion"`
	Remark  string  `json:"remark" maxLength:"4000"`
	Why     string  `json:"why,omitempty" maxLength:"500" doc:"of other points once the authors were shown; it is logged"`
}

// Give judges an essay. The first mark settles it unless a second marker reads it too; the same
// marker may mend the mark until results are out or others have marked; once the authors were
// shown, other points need a reason, which the log keeps beside what was given before. Once results
// are out somebody else marks again, with a reason, when a contest of the result was upheld. Faults: Invalid, Denied for one's own, Conflict.
func (s *Service) Give(ctx context.Context, who access.Actor, of id.ID, g Given) error {
	remark, ok := text.Lines(g.Remark)
	if !ok || utf8.RuneCountInString(remark) > 4000 {
		return fault.At("remark", "web.too_long", "n", 4000)
	}
	why, ok := text.Lines(g.Why)
	if !ok || utf8.RuneCountInString(why) > 500 {
		return fault.At("why", "web.too_long", "n", 500)
	}
	if g.ID == 0 {
		return fault.At("id", "web.choose")
	}
	return wrap("give", s.DB.Write(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		for _, m := range p.Marks {
			if m.ID == g.ID && m.By(who) && m.Remark == remark && same(m.Scores, g.Scores) {
				return nil
			}
		}
		nth, err := s.turn(ctx, tx, p, false, who)
		if err != nil {
			return err
		}
		if g.Version != p.Version.ID {
			return fault.New(fault.Conflict, "marking.newer")
		}
		points, err := Sum(p.Task, g.Scores)
		if err != nil {
			return err
		}
		detail := map[string]any{"version": p.Version.ID, "nth": nth, "points": points}
		if was, ok := p.given(nth); ok {
			detail["was"], detail["named"] = was.Points, p.Named
			if p.Named && !same(was.Scores, g.Scores) && why == "" {
				return fault.At("why", "marking.why_needed")
			}
		}
		if nth >= againFrom {
			if detail["was"] = p.Essay.Points; why == "" {
				return fault.At("why", "marking.again_why")
			}
		}
		m := Mark{ID: g.ID, Essay: of, Version: p.Version.ID, Nth: nth, Account: who.Account, Person: who.Person, Name: who.Name, Points: points, Remark: remark, At: s.Now.Ms(), Scores: g.Scores}
		if err := s.taken(ctx, tx, m); err != nil {
			return err
		}
		if err := putMark(ctx, tx, m); err != nil {
			return err
		}
		if err := s.settle(ctx, tx, p, m); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.mark", of, p.Essay.Unit, detail, why)
	}))
}

// given is the mark that a marker gave already.
func (p *Paper) given(nth int64) (Mark, bool) {
	for _, m := range p.Marks {
		if m.Nth == nth {
			return m, true
		}
	}
	return Mark{}, false
}

// taken refuses an id that another mark has.
func (s *Service) taken(ctx context.Context, tx db.Tx, m Mark) error {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_mark where id = $1 and (version <> $2 or nth <> $3)`, m.ID, m.Version, m.Nth)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "essay.taken")
	}
	return err
}

func same(a, b []Score) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// settle writes down what the marks come to now.
func (s *Service) settle(ctx context.Context, tx db.Tx, p Paper, fresh Mark) error {
	marks := []Mark{fresh}
	for _, m := range p.Marks {
		if m.Nth != fresh.Nth {
			marks = append(marks, m)
		}
	}
	points, done, disputed := Settle(p.Essay.Second, marks, 10*p.Task.Bound)
	var err error
	if done {
		_, err = tx.ExecContext(ctx, `update essay set state = 'marked', points = $2, passed = $3, marked_at = $4, disputed = $5 where id = $1`,
			p.Essay.ID, points, points >= 10*p.Task.Pass, s.Now.Ms(), false)
	} else {
		_, err = tx.ExecContext(ctx, `update essay set state = 'handed', points = null, passed = null, marked_at = null, disputed = $2 where id = $1`, p.Essay.ID, disputed)
	}
	if err != nil {
		return err
	}
	return essay.Recount(ctx, tx, p.Task.ID, p.Essay.Lo)
}

// Return gives an essay back for rewriting until due, with the reason. What was marked stays with
// its version; results that are out are not taken back.
func (s *Service) Return(ctx context.Context, who access.Actor, of, form id.ID, reason string, due int64) error {
	if form == 0 {
		return fault.At("id", "web.choose")
	}
	switch {
	case due <= s.Now.Ms():
		return fault.At("due", "essay.due_past")
	case due > essay.DueLast:
		return fault.At("due", "web.not_time")
	}
	return wrap("return", s.DB.Write(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_return where id = $1 and essay = $2`, form, of); err != nil || n > 0 {
			return err
		}
		switch {
		case p.Task.Takes() != nil:
			return p.Task.Takes()
		case p.Essay.State == "marked" && p.Task.Released > 0:
			return fault.New(fault.Conflict, "marking.released_already")
		case p.Essay.State != "handed" && p.Essay.State != "marked":
			return fault.New(fault.Conflict, "marking.not_there")
		}
		_, err = tx.ExecContext(ctx, `insert into essay_return (id, essay, version, reason, due_at, name, by, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			form, of, p.Version.ID, reason, due, who.Name, who.Account, s.Now.Ms())
		if db.IsDuplicate(err) {
			return fault.New(fault.Conflict, "essay.taken")
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `update essay set state = 'returned', due_at = $2, points = null, passed = null, marked_at = null, disputed = $3 where id = $1`, of, due, false)
		if err != nil {
			return err
		}
		if err := essay.Recount(ctx, tx, p.Task.ID, p.Essay.Lo); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.return", of, p.Essay.Unit, map[string]any{"due": due}, reason)
	}))
}

// Release shows results to members: those marked now, and later ones as they come.
func (s *Service) Release(ctx context.Context, who access.Actor, of id.ID) error {
	return wrap("release", s.DB.Write(ctx, func(tx db.Tx) error {
		t, err := essay.FindTask(ctx, tx, of)
		if err != nil {
			return err
		}
		if err := access.Check(ctx, tx, who, access.EssayEdit, t.Unit); err != nil {
			return err
		}
		if t.State == "draft" {
			return fault.New(fault.Conflict, "essay.not_open")
		}
		if t.Released > 0 {
			return nil
		}
		if _, err := tx.ExecContext(ctx, `update essay_task set released_at = $2 where id = $1`, of, s.Now.Ms()); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.release", of, t.Unit, nil, "")
	}))
}
