package marking

import (
	"context"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/essay"
)

// Result is what the author is told once results are out.
type Result struct {
	Task     essay.Task     `json:"task" doc:"with model answers"`
	Essay    essay.Essay    `json:"essay"`
	Version  essay.Version  `json:"version"`
	Writers  []essay.Writer `json:"writers"`
	Marks    []Mark         `json:"marks" doc:"without the markers' names"`
	Comments []Comment      `json:"comments"`
	Replies  []Reply        `json:"replies"`
	Replaced bool           `json:"replaced" doc:"an upheld contest had it marked again"`
	Former   int64          `json:"former" doc:"tenths, of the result that this one replaces"`
}

// repliesMost is how often the author may say something on a result.
const repliesMost = 5

// Result shows the actor's own result. Fault: Missing before results are out.
func (s *Service) Result(ctx context.Context, who access.Actor, task id.ID) (r Result, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		r, err = s.result(ctx, tx, who, task)
		return err
	})
	return r, wrap("result", err)
}

func (s *Service) result(ctx context.Context, tx db.Tx, who access.Actor, task id.ID) (r Result, err error) {
	if r.Essay, err = essay.Own(ctx, tx, task, who.Person); err != nil {
		return r, err
	}
	if r.Task, err = essay.FindTask(ctx, tx, task); err != nil {
		return r, err
	}
	if r.Task.Released == 0 || r.Essay.State != "marked" {
		return r, fault.Gone()
	}
	if r.Version, err = essay.FindVersion(ctx, tx, r.Essay.Version); err != nil {
		return r, err
	}
	if r.Writers, err = essay.Writers(ctx, tx, r.Essay); err != nil {
		return r, err
	}
	if r.Marks, err = marksOf(ctx, tx, r.Version.ID); err != nil {
		return r, err
	}
	if r.Comments, err = commentsOf(ctx, tx, r.Version, 0); err != nil {
		return r, err
	}
	r.Former, r.Replaced = Former(r.Task, r.Essay, r.Marks)
	for i := range r.Marks {
		r.Marks[i].Name = ""
	}
	for i := range r.Comments {
		r.Comments[i].Name = ""
	}
	r.Replies, err = repliesOf(ctx, tx, r.Essay.ID)
	return r, err
}

// Say is the author's word on the result, under the id of its form. Faults: Invalid, Conflict
// after five of them.
func (s *Service) Say(ctx context.Context, who access.Actor, task, form id.ID, words string) error {
	words, ok := text.Lines(words)
	switch {
	case form == 0:
		return fault.At("id", "web.choose")
	case !ok || words == "":
		return fault.At("text", "web.required")
	case utf8.RuneCountInString(words) > 2000:
		return fault.At("text", "web.too_long", "n", 2000)
	}
	return wrap("say", s.DB.Write(ctx, func(tx db.Tx) error {
		r, err := s.result(ctx, tx, who, task)
		if err != nil {
			return err
		}
		for _, x := range r.Replies {
			if x.ID == form {
				return nil
			}
		}
		if len(r.Replies) >= repliesMost {
			return fault.New(fault.Conflict, "marking.many_replies")
		}
		if n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_reply where id = $1`, form); err != nil || n > 0 {
			return fault.All(err, fault.New(fault.Conflict, "essay.taken"))
		}
		_, err = tx.ExecContext(ctx, `insert into essay_reply (id, essay, text, at) values ($1, $2, $3, $4)`, form, r.Essay.ID, words, s.Now.Ms())
		return err
	}))
}
