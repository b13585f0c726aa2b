package marking

import (
	"context"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// marksOf loads the marks of a version with their scores, the first marker's first.
func marksOf(ctx context.Context, tx db.Tx, version id.ID) ([]Mark, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (m Mark, err error) {
		err = scan(&m.ID, &m.Essay, &m.Version, &m.Nth, &m.Account, &m.Person, &m.Name, &m.Points, &m.Remark, &m.At)
		return m, err
	}, `select id, essay, version, nth, account, person, name, points, remark, at from essay_mark where version = $1 order by nth`, version)
	for i := range list {
		if err == nil {
			list[i].Scores, err = db.All(ctx, tx, func(scan func(...any) error) (s Score, err error) {
				err = scan(&s.Ord, &s.Points)
				return s, err
			}, `select ord, points from essay_score where mark = $1 order by ord`, list[i].ID)
		}
	}
	return list, err
}

// putMark writes a mark, or the same marker's anew.
func putMark(ctx context.Context, tx db.Tx, m Mark) error {
	if _, err := tx.ExecContext(ctx, `delete from essay_score where mark in (select id from essay_mark where version = $1 and nth = $2)`, m.Version, m.Nth); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from essay_mark where version = $1 and nth = $2`, m.Version, m.Nth); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `insert into essay_mark (id, essay, version, nth, account, person, name, points, remark, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		m.ID, m.Essay, m.Version, m.Nth, m.Account, m.Person, m.Name, m.Points, m.Remark, m.At)
	for _, s := range m.Scores {
		if err == nil {
			_, err = tx.ExecContext(ctx, `insert into essay_score (mark, ord, points) values ($1, $2, $3)`, m.ID, s.Ord, s.Points)
		}
	}
	return err
}

// commentsOf loads the remarks on an essay and finds their places in a version's text.
func commentsOf(ctx context.Context, tx db.Tx, v essay.Version, account id.ID) ([]Comment, error) {
	list, err := db.All(ctx, tx, func(scan func(...any) error) (c Comment, err error) {
		err = scan(&c.ID, &c.version, &c.account, &c.Name, &c.Start, &c.End, &c.Quote, &c.Text, &c.At)
		c.Mine = c.account == account && account != 0
		return c, err
	}, `select id, version, account, name, start_at, end_at, quote, text, at from essay_comment where essay = $1 and not removed order by start_at, id`, v.Essay)
	for i := range list {
		c := &list[i]
		if c.version == v.ID {
			continue
		}
		start, end, ok := Locate(v.Body, c.Quote, c.Start)
		if c.Lost = !ok; ok {
			c.Start, c.End = start, end
		}
	}
	return list, err
}

// Reply is the author's word on the result, and what was answered.
type Reply struct {
	ID       id.ID  `json:"id"`
	Text     string `json:"text"`
	At       int64  `json:"at"`
	Answer   string `json:"answer"`
	Answered int64  `json:"answered_at"`
	By       string `json:"answered_by"`
}

func repliesOf(ctx context.Context, tx db.Tx, of id.ID) ([]Reply, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (r Reply, err error) {
		err = scan(&r.ID, &r.Text, &r.At, &r.Answer, &r.Answered, &r.By)
		return r, err
	}, `select id, text, at, answer, coalesce(answered_at, 0), answerer from essay_reply where essay = $1 order by id`, of)
}

// Return is an essay given back for rewriting.
type Return struct {
	Reason string `json:"reason"`
	Due    int64  `json:"due"`
	By     string `json:"by"`
	At     int64  `json:"at"`
}

func returnsOf(ctx context.Context, tx db.Tx, of id.ID) ([]Return, error) {
	return db.All(ctx, tx, func(scan func(...any) error) (r Return, err error) {
		err = scan(&r.Reason, &r.Due, &r.By, &r.At)
		return r, err
	}, `select reason, due_at, name, at from essay_return where essay = $1 order by id desc`, of)
}

// writes reports whether an essay counts for the person.
func writes(ctx context.Context, tx db.Tx, of, person id.ID) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_member where essay = $1 and person = $2`, of, person)
	return n > 0 && person != 0, err
}
