package marking

import (
	"context"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/audit"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/work/essay"
)

// Remark puts a remark on a quoted place of the text, the occurrence nearest to hint (a code
// point). Fault: Invalid when the text does not have it.
func (s *Service) Remark(ctx context.Context, who access.Actor, of, comment id.ID, quote string, hint int64, words string) error {
	quote, ok1 := text.Lines(quote)
	words, ok2 := text.Lines(words)
	switch {
	case comment == 0:
		return fault.At("id", "web.choose")
	case !ok1 || quote == "" || utf8.RuneCountInString(quote) > 2000:
		return fault.At("quote", "marking.quote")
	case !ok2 || words == "":
		return fault.At("text", "web.required")
	case utf8.RuneCountInString(words) > 2000:
		return fault.At("text", "web.too_long", "n", 2000)
	}
	return wrap("remark", s.DB.Write(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		if p.Essay.State == "marked" && p.Task.Released > 0 {
			return fault.New(fault.Conflict, "marking.released_already")
		}
		start, end, ok := Locate(p.Version.Body, quote, hint)
		if !ok {
			return fault.At("quote", "marking.quote")
		}
		n, err := db.One(ctx, tx, db.Value[int64], `select count(*) from essay_comment where essay = $1`, of)
		if err != nil {
			return err
		}
		if n >= 200 {
			return fault.New(fault.Conflict, "marking.many_comments")
		}
		n, err = db.Exec(ctx, tx, `insert into essay_comment (id, essay, version, account, name, start_at, end_at, quote, text, at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing`,
			comment, of, p.Version.ID, who.Account, who.Name, start, end, essay.Cut(p.Version.Body, start, end), words, s.Now.Ms())
		if err != nil || n == 0 { // the same form twice
			return err
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.remark", of, p.Essay.Unit, nil, "")
	}))
}

// Unremark takes an own remark away.
func (s *Service) Unremark(ctx context.Context, who access.Actor, of, comment id.ID) error {
	return wrap("unremark", s.DB.Write(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, `update essay_comment set removed = true where id = $1 and essay = $2 and account = $3`, comment, of, who.Account)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Gone()
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.unremark", of, p.Essay.Unit, nil, "")
	}))
}

// Answer answers the author's word.
func (s *Service) Answer(ctx context.Context, who access.Actor, of, reply id.ID, words string) error {
	return wrap("answer", s.DB.Write(ctx, func(tx db.Tx) error {
		p, err := s.load(ctx, tx, who, of)
		if err != nil {
			return err
		}
		n, err := db.Exec(ctx, tx, `update essay_reply set answer = $3, answered_at = $4, answered_by = $5, answerer = $6 where id = $1 and essay = $2 and (answer = '' or answered_by = $5)`,
			reply, of, words, s.Now.Ms(), who.Account, who.Name)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Gone()
		}
		return audit.Write(ctx, tx, who, s.Now.Ms(), "essay.answer", of, p.Essay.Unit, nil, "")
	}))
}
