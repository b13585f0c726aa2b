package essay

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"slices"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Upheld is a contest of how a person is counted by what was to be written, which the level above
// upheld and whose record waits to be put right.
type Upheld struct {
	ID       id.ID
	Campaign id.ID
	Person   id.ID
	Figure   string // by its code in the report: essays_due, essays_handed, …
	Kind     string // what was said to be wrong: not_due, in_time, other_mark, …
	Decided  int64
	By       string // who decided, and with which sentence
	Remark   string
	Decides  bool // who asks may decide there; otherwise the member gave the name
}

// Contested chooses contests: one, or those of a person in a campaign.
type Contested struct {
	Contest          id.ID
	Campaign, Person id.ID
}

// What is put right by hand; the other answers are a mark anew, or a talk about likeness.
const (
	MendMust  = "must"  // who had to write is invited
	MendLate  = "late"  // what came late came in time
	MendPaper = "paper" // what is missing was handed in on paper
	MendApart = "apart" // what is noted as handed in is not the person's: it is kept and counts no longer
)

// Mends says what a contest asks to put right in how a task counts the person; "" for nothing that is
// put right by hand.
func (u Upheld) Mends(c Counted) string {
	other := u.Kind == "other"
	switch {
	case u.Figure == "essays_due" && c.Must && (other || u.Kind == "not_due"):
		return MendMust
	case u.Figure == "essays_due" && c.Must && c.Handed == 0 && u.Kind == "handed_in":
		return MendPaper
	case u.Figure == "essays_handed" && c.Handed != 0 && c.Late && (other || u.Kind == "in_time"):
		return MendLate
	case c.Handed != 0 && u.Kind == "not_handed":
		return MendApart
	}
	return ""
}

// Case is how one task counts the person of an upheld contest, for those who may put it right.
type Case struct {
	Contest  id.ID   `json:"contest"`
	Task     id.ID   `json:"task"`
	Title    string  `json:"title"`
	Due      int64   `json:"due" doc:"of the task or, after a return, of the essay; Unix milliseconds UTC"`
	Person   id.ID   `json:"person"`
	Name     string  `json:"name"`
	Unit     id.ID   `json:"unit"`
	UnitName string  `json:"unit_name"`
	By       string  `json:"by" doc:"who upheld the contest"`
	Remark   string  `json:"remark" doc:"the sentence that upheld it"`
	Must     bool    `json:"must"`
	Handed   int64   `json:"handed" doc:"0: not"`
	Late     bool    `json:"late"`
	Mends    string  `json:"mends" enum:",must,late,paper,apart" doc:"what can be put right; empty for nothing"`
	Done     *Mended `json:"done" doc:"how it was put right; null: not yet"`

	essay id.ID
	lo    int64
	task  Task
}

// Mended is a record that was put right because a contest was upheld.
type Mended struct {
	ID      id.ID  `json:"id"`
	Contest id.ID  `json:"contest"`
	Task    id.ID  `json:"task"`
	Person  id.ID  `json:"person"`
	Unit    id.ID  `json:"unit"`
	What    string `json:"what" enum:"must,late,paper,apart"`
	Essay   id.ID  `json:"essay" doc:"that no longer counts for the person; empty unless set apart"`
	Handed  int64  `json:"handed" doc:"on paper, Unix milliseconds UTC; 0: not"`
	Why     string `json:"why"`
	Name    string `json:"by_name"`
	At      int64  `json:"at"`

	lo   int64
	by   id.ID
	salt string
}

// Mending is a form that puts a record right. ID is made when it is shown; Handed says when something was
// handed in on paper, and counts for nothing else.
type Mending struct {
	ID, Contest, Task id.ID
	Why               string
	Handed            int64
}

const whyMost = 500

func (s *Service) tidiedWhy(m Mending) (Mending, error) {
	why, ok := text.Lines(m.Why)
	m.Why = why
	switch {
	case m.ID == 0:
		return m, fault.At("id", "web.choose")
	case !ok:
		return m, fault.At("why", "web.not_text")
	case utf8.RuneCountInString(why) > whyMost:
		return m, fault.At("why", "web.too_long", "n", whyMost)
	case utf8.RuneCountInString(why) < 5:
		return m, fault.At("why", "essay.mend_why_needed")
	}
	return m, nil
}

// Knows are the contests that the floor above knows to be upheld and to wait, as far as who may
// know whose they are.
func (s *Service) Knows(ctx context.Context, tx db.Tx, who access.Actor, q Contested) ([]Upheld, error) {
	if s.Upheld == nil {
		return nil, nil
	}
	return s.Upheld(ctx, tx, who, q)
}

// Case shows what can be put right. Faults: see Mend.
func (s *Service) Case(ctx context.Context, who access.Actor, contest, task id.ID) (c Case, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		c, err = s.contested(ctx, tx, who, contest, task)
		return err
	})
	if err == nil {
		err = audit.Tell(ctx, s.DB, who, s.Now.Ms(), audit.Sight{Person: c.Person, Unit: c.Unit, Purpose: "contest.names"})
	}
	if err != nil {
		return Case{}, wrap("contested record", err)
	}
	return c, nil
}

// contested loads how a task counts the person of an upheld contest. Who decides at the level that upheld
// it may see it, and who sets the tasks of the unit when the member gave the name.
func (s *Service) contested(ctx context.Context, tx db.Tx, who access.Actor, contest, task id.ID) (c Case, err error) {
	list, err := s.Knows(ctx, tx, who, Contested{Contest: contest})
	if err != nil {
		return c, err
	}
	if len(list) != 1 || contest == 0 {
		return c, fault.Gone()
	}
	u := list[0]
	all, err := CountedOf(ctx, tx, u.Campaign, u.Person)
	if err != nil {
		return c, err
	}
	i := slices.IndexFunc(all, func(x Counted) bool { return x.Task == task })
	if i < 0 {
		return c, fault.Gone()
	}
	x := all[i]
	c = Case{Contest: u.ID, Task: task, Title: x.Title, Person: u.Person, By: u.By, Remark: u.Remark, Must: x.Must, Handed: x.Handed, Late: x.Late, Mends: u.Mends(x), essay: x.Essay}
	if err := c.place(ctx, tx); err != nil {
		return c, err
	}
	if !u.Decides {
		if err := access.Check(ctx, tx, who, access.EssayEdit, c.Unit); err != nil {
			return c, err
		}
	}
	return c, c.foreign(ctx, tx, who)
}

// place finds where the person stands, what binds him, and how the record was put right already.
func (c *Case) place(ctx context.Context, tx db.Tx) error {
	at, err := seatOf(ctx, tx, c.Task, c.Person)
	if err != nil {
		return err
	}
	c.Unit, c.lo, c.Name = at.unit, at.lo, at.name
	if c.task, err = FindTask(ctx, tx, c.Task); err != nil {
		return err
	}
	c.Due = c.task.Due
	if c.essay != 0 {
		e, err := Find(ctx, tx, c.essay)
		if err != nil {
			return err
		}
		c.Due = c.task.Limit(e.Due)
	}
	if c.UnitName, err = db.One(ctx, tx, db.Value[string], `select name from campaign_unit where campaign = $1 and unit = $2`, c.task.Campaign, c.Unit); err != nil {
		return err
	}
	done, err := mendOf(ctx, tx, c.Contest, c.Task)
	if fault.Of(err) == fault.Missing {
		return nil
	}
	c.Done = &done
	return err
}

// foreign refuses one's own record, also that of a group one wrote in.
func (c *Case) foreign(ctx context.Context, tx db.Tx, who access.Actor) error {
	if who.Person == 0 {
		return nil
	}
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_member where essay = $1 and person = $2`, int64(c.essay), who.Person)
	if err == nil && (n > 0 || who.Person == c.Person) {
		err = fault.New(fault.Denied, "essay.mend_own")
	}
	return err
}

// Mend puts right how a task counts the person of an upheld contest, once for the contest and task: the
// same form again answers as the first time. Reports that were sent stay as they are; the next version counts
// anew. Faults: Missing for a contest that does not wait, Denied for one's own record, Invalid without a reason,
// Conflict when there is nothing to put right.
func (s *Service) Mend(ctx context.Context, who access.Actor, m Mending) (out Mended, err error) {
	if m, err = s.tidiedWhy(m); err != nil {
		return out, wrap("mend", err)
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		out, err = findMend(ctx, tx, m.ID)
		switch {
		case err == nil && (out.Contest != m.Contest || out.Task != m.Task || out.by != who.Account):
			return fault.New(fault.Conflict, "essay.taken")
		case err == nil || fault.Of(err) != fault.Missing:
			return err
		}
		c, err := s.contested(ctx, tx, who, m.Contest, m.Task)
		if err != nil {
			return err
		}
		out, err = s.mend(ctx, tx, who, m, c)
		return err
	})
	if err != nil {
		return Mended{}, wrap("mend", err)
	}
	return out, nil
}

func (s *Service) mend(ctx context.Context, tx db.Tx, who access.Actor, m Mending, c Case) (Mended, error) {
	if c.Mends == "" || c.Done != nil {
		return Mended{}, fault.New(fault.Conflict, "essay.mend_none")
	}
	if c.Mends != MendPaper {
		m.Handed = 0
	} else if m.Handed < c.task.Opened || m.Handed > s.Now.Ms() {
		return Mended{}, fault.At("handed", "essay.mend_handed_when")
	}
	var b [16]byte
	rand.Read(b[:])
	out := Mended{ID: m.ID, Contest: m.Contest, Task: m.Task, Person: c.Person, Unit: c.Unit, What: c.Mends, Handed: m.Handed, Why: m.Why, Name: who.Name, At: s.Now.Ms(),
		lo: c.lo, by: who.Account, salt: hex.EncodeToString(b[:])}
	if c.Mends == MendApart {
		out.Essay = c.essay
	}
	err := insertMend(ctx, tx, out)
	if db.IsDuplicate(err) {
		err = fault.New(fault.Conflict, "essay.mend_none")
	}
	if err != nil {
		return out, err
	}
	switch c.Mends {
	case MendMust:
		err = invite(ctx, tx, c)
	case MendLate:
		err = inTime(ctx, tx, c.essay)
	case MendApart:
		err = setApart(ctx, tx, c)
	default:
		err = s.onPaper(ctx, tx, c, m.Handed)
	}
	if err == nil {
		err = Recount(ctx, tx, c.Task, c.lo)
	}
	if err == nil {
		err = s.seal(ctx, tx, out)
	}
	if err != nil {
		return out, err
	}
	// like the log of handing in, it speaks of the task, so that it lifts no veil over the essay
	return out, audit.Write(ctx, tx, who, out.At, "essay.mend", c.Task, c.Unit, map[string]any{"what": out.What, "contest": out.Contest}, out.Why)
}

// onPaper notes a version that is handwritten and has neither text nor pictures. Who stands in somebody else's essay,
// which was not handed in, gets one of his own.
func (s *Service) onPaper(ctx context.Context, tx db.Tx, c Case, at int64) (err error) {
	e := Essay{}
	if c.essay != 0 {
		if e, err = Find(ctx, tx, c.essay); err != nil {
			return err
		}
	}
	if e.State == "deleted" {
		return fault.New(fault.Conflict, "essay.deleted")
	}
	if e.Person != c.Person {
		if _, err := tx.ExecContext(ctx, `delete from essay_member where task = $1 and person = $2`, c.Task, c.Person); err != nil {
			return err
		}
		e = Essay{ID: id.New(), Task: c.Task, Campaign: c.task.Campaign, Unit: c.Unit, Lo: c.lo, Person: c.Person, State: "writing", Started: at}
		if err := insertEssay(ctx, tx, e, []Writer{{Person: c.Person, Must: c.Must}}); err != nil {
			return err
		}
	}
	return s.handed(ctx, tx, c.task, e, Version{ID: id.New(), Essay: e.ID, N: e.Versions + 1, Handwritten: true, Late: at > c.task.Limit(e.Due), Handed: at})
}
