package essay

import (
	"context"
	"errors"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Desk is everything that somebody who writes sees of a task and of the own essay.
type Desk struct {
	Task    Task     `json:"task"`
	Must    bool     `json:"must" doc:"obliged; otherwise invited"`
	Unit    id.ID    `json:"unit"`
	Locals  []Local  `json:"locals" doc:"facts of one's own ground"`
	Essay   Essay    `json:"essay" doc:"empty id: not begun"`
	Draft   Draft    `json:"draft"`
	Files   []File   `json:"files" doc:"of the draft"`
	Writers []Writer `json:"writers"`
	Author  bool     `json:"author" doc:"false: one of a group; only the author writes"`
	Version *Version `json:"version,omitempty" doc:"handed in last"`
	Reason  string   `json:"reason" doc:"why it was returned"`
	By      string   `json:"returned_by"`
	Talk    string   `json:"talk" enum:",asked,answered,explained,proposed,upheld" doc:"about what is like other essays; empty for none"`
	Shut    string   `json:"shut" doc:"word key: why nothing can be handed in now; empty when it can"`
	Checks  bool     `json:"-"` // likeness is looked for: the author may try it
	Mates   []Mate   `json:"-"` // people of the cell who may be of the group
	lo      int64
	owner   id.ID // whose drafts the device keeps
	lock    string
	left    int64 // milliseconds the device may open what it keeps
}

// Mate is somebody of the same cell who may write with the author.
type Mate struct {
	Person id.ID
	Name   string
	In     bool
}

// mine loads a task that means the actor. Fault: Missing.
func mine(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (t Task, st seat, err error) {
	if st, err = seatOf(ctx, tx, of, who.Person); err == nil {
		t, err = FindTask(ctx, tx, of)
	}
	return t, st, err
}

// Desk shows a task and one's own essay. Fault: Missing when the task does not mean the actor.
func (s *Service) Desk(ctx context.Context, who access.Actor, of id.ID) (d Desk, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, err = s.desk(ctx, tx, who, of)
		return err
	})
	return d, wrap("desk", err)
}

func (s *Service) desk(ctx context.Context, tx db.Tx, who access.Actor, of id.ID) (d Desk, err error) {
	t, st, err := mine(ctx, tx, who, of)
	if err != nil {
		return d, err
	}
	d = Desk{Task: t, Must: st.must, Unit: st.unit, Author: true, Checks: s.HandedIn != nil, lo: st.lo, owner: who.Person, lock: s.lock(who.Person), left: s.left(who)}
	for i := range d.Task.Questions {
		d.Task.Questions[i].Models = nil // after marking only, with the result
	}
	if d.Locals, err = locals(ctx, tx, t, st.lo); err != nil {
		return d, err
	}
	d.Essay, err = own(ctx, tx, of, who.Person)
	if fault.Of(err) == fault.Missing {
		d.Essay, d.Draft.Answers = Essay{Points: -1}, make([]string, len(t.Questions))
		err = nil
	} else if err == nil {
		err = s.begun(ctx, tx, who, &d)
	}
	if err == nil && t.Grouped && d.Author {
		d.Mates, err = mates(ctx, tx, d, who.Person)
	}
	if shut := d.shut(s.Now.Ms()); shut != nil {
		d.Shut = fault.Key(shut)
	}
	return d, err
}

// begun fills the desk with what is there.
func (s *Service) begun(ctx context.Context, tx db.Tx, who access.Actor, d *Desk) (err error) {
	e := d.Essay
	d.Author = e.Person == who.Person
	if d.Draft, err = draft(ctx, tx, e.ID, len(d.Task.Questions)); err != nil {
		return err
	}
	if d.Files, err = draftFiles(ctx, tx, e.ID); err != nil {
		return err
	}
	if d.Writers, err = Writers(ctx, tx, e); err != nil {
		return err
	}
	if e.Version != 0 {
		v, err := FindVersion(ctx, tx, e.Version)
		if err != nil {
			return err
		}
		d.Version = &v
	}
	if e.State == "returned" {
		if d.Reason, d.By, err = reason(ctx, tx, e.ID); err != nil {
			return err
		}
	}
	d.Talk, err = s.talk(ctx, tx, e)
	return err
}

// talk is how far the talk about an essay that was handed in is.
func (s *Service) talk(ctx context.Context, tx db.Tx, e Essay) (string, error) {
	if s.Talk == nil || e.Version == 0 || e.State == "deleted" {
		return "", nil
	}
	return s.Talk(ctx, tx, e.ID)
}

// reason is why an essay was returned last, and by whom.
func reason(ctx context.Context, tx db.Tx, essay id.ID) (why, by string, err error) {
	_, err = db.One(ctx, tx, func(scan func(...any) error) (none struct{}, err error) { return none, scan(&why, &by) },
		`select reason, name from essay_return where essay = $1 order by id desc limit 1`, essay)
	return why, by, err
}

// shut says why the draft can no longer be changed.
func (d Desk) shut(now int64) error {
	e := d.Essay
	if err := d.Task.Takes(); err != nil {
		return err
	}
	switch {
	case !d.Author:
		return fault.New(fault.Conflict, "essay.not_author")
	case e.State == "deleted":
		return fault.New(fault.Conflict, "essay.deleted")
	case e.State == "marked":
		return fault.New(fault.Conflict, "essay.marked_already")
	case e.State == "handed" && now > d.Task.Limit(e.Due):
		return fault.New(fault.Conflict, "essay.due_over")
	}
	return nil
}

// open loads the desk of somebody who may still write, begun under the given id. Marks on the
// version that is there end it: it is being read.
func (s *Service) open(ctx context.Context, tx db.Tx, who access.Actor, of, essay id.ID) (d Desk, err error) {
	if d, err = s.desk(ctx, tx, who, of); err != nil {
		return d, err
	}
	if err := d.shut(s.Now.Ms()); err != nil {
		return d, err
	}
	if err := unread(ctx, tx, d.Essay); err != nil {
		return d, err
	}
	if d.Essay.ID == 0 {
		err = s.begin(ctx, tx, who, &d, essay)
	}
	return d, err
}

// unread refuses when a marker has begun with the version that was handed in.
func unread(ctx context.Context, tx db.Tx, e Essay) error {
	if e.State != "handed" {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_mark where version = $1`, e.Version)
	if err == nil && n > 0 {
		err = fault.New(fault.Conflict, "essay.being_marked")
	}
	return err
}

func (s *Service) begin(ctx context.Context, tx db.Tx, who access.Actor, d *Desk, essay id.ID) error {
	if essay == 0 {
		return fault.At("id", "web.choose")
	}
	if _, err := Find(ctx, tx, essay); fault.Of(err) != fault.Missing {
		return errors.Join(err, fault.New(fault.Conflict, "essay.taken"))
	}
	e := Essay{ID: essay, Task: d.Task.ID, Campaign: d.Task.Campaign, Unit: d.Unit, Lo: d.lo, Person: who.Person, State: "writing", Points: -1, Started: s.Now.Ms()}
	if err := insertEssay(ctx, tx, e, []Writer{{Person: who.Person, Must: d.Must}}); err != nil {
		return err
	}
	d.Essay = e
	return nil
}

func insertEssay(ctx context.Context, tx db.Tx, e Essay, writers []Writer) error {
	_, err := tx.ExecContext(ctx, `insert into essay (id, task, campaign, unit, lo, person, state, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.Task, e.Campaign, e.Unit, e.Lo, e.Person, e.State, e.Started)
	for i, w := range writers {
		if err == nil {
			_, err = tx.ExecContext(ctx, `insert into essay_member (task, person, essay, ord, must) values ($1, $2, $3, $4, $5)`, e.Task, w.Person, e.ID, i, w.Must)
		}
	}
	return err
}

// Saved is the answer to a save: what is kept now, and whether it was the sender's. On a clash
// Draft is the other text, and nothing was overwritten.
type Saved struct {
	Verdict string `json:"verdict" enum:"keep,known,clash"`
	Essay   id.ID  `json:"essay"`
	Draft   Draft  `json:"draft"`
	Left    int64  `json:"session_left" doc:"milliseconds for which a device may open what it keeps without asking"`
}

// Save keeps a draft, begun under essay's id when there is none. Faults: Missing, Invalid,
// Conflict when nothing can be handed in any more. A clash is no fault.
func (s *Service) Save(ctx context.Context, who access.Actor, of, essay id.ID, in Save) (out Saved, err error) {
	if in, err = in.tidied(); err != nil {
		return out, wrap("save", err)
	}
	err = s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
		d, err := s.open(ctx, tx, who, of, essay)
		if err != nil {
			return err
		}
		out, err = s.keep(ctx, tx, d, in)
		return err
	})
	out.Left = s.left(who)
	return out, wrap("save", err)
}

func (s *Service) keep(ctx context.Context, tx db.Tx, d Desk, in Save) (Saved, error) {
	if len(in.Answers) > len(d.Task.Questions) {
		return Saved{}, fault.At("answers", "essay.many_questions", "n", len(d.Task.Questions))
	}
	out := Saved{Verdict: d.Draft.Decide(in), Essay: d.Essay.ID, Draft: d.Draft}
	if out.Verdict != Keep {
		return out, nil
	}
	out.Draft = Draft{Serial: d.Draft.Serial + 1, Tab: in.Tab, Step: in.Step, Saved: s.Now.Ms(), Hidden: max(d.Draft.Hidden, in.hidden), Answers: in.Answers}
	return out, putDraft(ctx, tx, d.Essay.ID, out.Draft)
}

// tidied cleans the answers and refuses what is no text or too long.
func (s Save) tidied() (Save, error) {
	var letters int
	var errs []error
	answers := make([]string, len(s.Answers))
	for i, a := range s.Answers {
		c, hidden, ok := clean(a)
		if !ok {
			errs = append(errs, fault.At("answer", "web.not_text"))
		}
		answers[i], s.hidden, letters = c, s.hidden+hidden, letters+utf8.RuneCountInString(c)
	}
	if letters > bodyMost || len(answers) > questionsMost {
		errs = append(errs, fault.At("answer", "web.too_long", "n", bodyMost))
	}
	if len(s.Tab) > 40 || s.Base < 0 || s.Step < 0 {
		errs = append(errs, fault.At("tab", "web.choose"))
	}
	s.Answers = answers
	return s, fault.All(errs...)
}

// HandIn hands the draft in as a new version under the id made with its form: sent twice it is
// handed in once. A save on the way is kept first. Faults: Invalid when it is too short,
// Conflict essay.clash when another window wrote in between.
func (s *Service) HandIn(ctx context.Context, who access.Actor, of, essay, version id.ID, in *Save) (v Version, err error) {
	if version == 0 {
		return v, fault.At("version", "web.choose")
	}
	if in != nil {
		clean, err := in.tidied()
		if err != nil {
			return v, wrap("hand in", err)
		}
		in = &clean
	}
	err = s.DB.Queue(ctx, "essay/"+of.String()+"/"+who.Person.String(), func(tx db.Tx) error {
		if v, err = s.again(ctx, tx, who, of, version); err != nil || v.ID != 0 {
			return err
		}
		d, err := s.open(ctx, tx, who, of, essay)
		if err != nil {
			return err
		}
		if in != nil {
			kept, err := s.keep(ctx, tx, d, *in)
			if err != nil {
				return err
			}
			if kept.Verdict == Clash {
				return fault.New(fault.Conflict, "essay.clash")
			}
			d.Draft = kept.Draft
		}
		v, err = s.handIn(ctx, tx, who, d, version)
		return err
	})
	return v, wrap("hand in", err)
}

// again finds a version that this form made already.
func (s *Service) again(ctx context.Context, tx db.Tx, who access.Actor, of, version id.ID) (Version, error) {
	v, err := FindVersion(ctx, tx, version)
	if fault.Of(err) == fault.Missing {
		return Version{}, nil
	}
	if err != nil {
		return v, err
	}
	e, err := own(ctx, tx, of, who.Person)
	if err == nil && e.ID == v.Essay {
		return v, nil
	}
	return Version{}, fault.New(fault.Conflict, "essay.taken")
}

func (s *Service) handIn(ctx context.Context, tx db.Tx, who access.Actor, d Desk, version id.ID) (Version, error) {
	e, t := d.Essay, d.Task
	v := Version{ID: version, Essay: e.ID, N: e.Versions + 1, Hidden: d.Draft.Hidden, Handed: s.Now.Ms(), Files: d.Files}
	v.Body, v.Parts = Join(d.Draft.Answers)
	v.Syllables, v.Late = Syllables(v.Body), v.Handed > t.Limit(e.Due)
	for _, f := range d.Files {
		v.Handwritten, v.Hidden = v.Handwritten || f.Role == "page", v.Hidden+f.Hidden
	}
	switch {
	case v.Body == "" && !v.Handwritten:
		return v, fault.At("answer", "essay.empty")
	case v.Syllables < t.Least && !v.Handwritten:
		return v, fault.At("answer", "essay.too_short", "n", v.Syllables, "least", t.Least)
	}
	if err := s.handed(ctx, tx, t, e, v); err != nil {
		return v, err
	}
	// the log names the author: it speaks of the task, so that it lifts no veil over the essay
	return v, audit.Write(ctx, tx, who, s.Now.Ms(), "essay.hand_in", t.ID, e.Unit, map[string]any{"n": v.N, "late": v.Late, "syllables": v.Syllables}, "")
}

// handed makes a version the one that counts, and counts the unit anew.
func (s *Service) handed(ctx context.Context, tx db.Tx, t Task, e Essay, v Version) error {
	if err := insertVersion(ctx, tx, v); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		update essay set state = 'handed', version = $2, versions = $3, late = $4, handwritten = $5, second = $6, disputed = $7, points = null, passed = null,
			marked_at = null, handed_at = coalesce(handed_at, $8) where id = $1`,
		e.ID, v.ID, v.N, v.Late, v.Handwritten, ReadTwice(t.Seed, e.ID, t.Twice), false, v.Handed)
	if err != nil {
		return err
	}
	if err := Recount(ctx, tx, t.ID, e.Lo); err != nil || s.HandedIn == nil {
		return err
	}
	return s.HandedIn(ctx, tx, e.ID, v.ID)
}
