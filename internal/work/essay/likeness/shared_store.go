package likeness

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// share finds the passages that several essays of a campaign hold, for the worklist. When it
// took long the next time waits thirty times as long.
func (s *Service) share(ctx context.Context, of id.ID) error {
	c := s.corpora.of(of)
	c.mu.Lock()
	defer c.mu.Unlock()
	began := s.Now()
	if began.Before(c.again) {
		c.dirty.Store(true)
		return nil
	}
	rows, err := s.sharedNow(ctx, of, c.engine)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx db.Tx) error {
		if err := putShared(ctx, tx, of, rows); err != nil {
			return err
		}
		return s.markLater(ctx, tx, of)
	})
	c.dirty.Store(err != nil)
	c.again = s.Now().Add(30*s.Now().Sub(began) + time.Millisecond)
	return err
}

// row is a shared passage to be stored.
type row struct {
	shared
	syllables, units int64
	body             string
}

func (s *Service) sharedNow(ctx context.Context, of id.ID, engine *textreuse.Engine) (out []row, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		pairs, err := db.All(ctx, tx, func(scan func(...any) error) (p [2]span, err error) {
			err = scan(&p[0].essay, &p[0].from, &p[0].to, &p[1].essay, &p[1].from, &p[1].to)
			return p, err
		}, `select p.essay, p.starts, p.ends, p.source, p.source_starts, p.source_ends from likeness_passage p join likeness_essay l on l.essay = p.essay
			join likeness_essay o on o.essay = p.source and o.campaign = l.campaign where l.campaign = $1`, of)
		if err != nil {
			return err
		}
		all := group(pairs)
		sketches := make([][]uint64, len(all))
		for i, x := range all {
			e, err := letters(ctx, tx, x.essay)
			if err != nil {
				return err
			}
			if e != nil {
				to := min(int(x.to), len(e.Own))
				sketches[i] = sketch(plain(e.Own[min(int(x.from), to):to]))
			}
		}
		all = slices.DeleteFunc(unite(all, sketches), func(x shared) bool { return len(x.essays) < sharedFrom })
		slices.SortStableFunc(all, func(a, b shared) int { return len(b.essays) - len(a.essays) })
		known, err := standing(ctx, tx, of)
		if err != nil {
			return err
		}
		waiting := 0 // what is decided takes nobody's place
		for _, x := range all[:min(len(all), decidedMost)] {
			r := row{shared: x}
			if err := r.fill(ctx, tx, engine); err != nil {
				return err
			}
			out = append(out, r)
			if !decided(Shared{Body: r.body}, known) {
				if waiting++; waiting == sharedMost {
					break
				}
			}
		}
		return nil
	})
	return out, err
}

// fill reads the passage's words where they were handed in first, and how many units hold it.
func (r *row) fill(ctx context.Context, tx db.Tx, engine *textreuse.Engine) error {
	body, err := db.One(ctx, tx, db.Value[string], `select v.body from likeness_essay l join essay_version v on v.id = l.version where l.essay = $1`, r.essay)
	if err != nil {
		return err
	}
	e := engine.Prepare(body)
	to := min(int(r.to), len(e.Own))
	start, end := e.Span(min(int(r.from), to), to)
	start, end = whole(body, start, end)
	r.body = strings.Trim(body[start:end], " .,;:!?–-\n\t")
	r.syllables = int64(len(textreuse.Fold(r.body).Words))
	units := map[id.ID]bool{}
	for part := range slices.Chunk(r.essays, 200) {
		marks, args := make([]string, len(part)), make([]any, len(part))
		for i, x := range part {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), x
		}
		in, err := db.All(ctx, tx, db.Value[id.ID], `select distinct unit from likeness_essay where essay in (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return err
		}
		for _, u := range in {
			units[u] = true
		}
	}
	r.units = int64(len(units))
	return nil
}

// putShared replaces a campaign's shared passages; one whose earliest words stay keeps its id.
func putShared(ctx context.Context, tx db.Tx, of id.ID, rows []row) error {
	type key struct{ essay, starts id.ID }
	type old struct {
		key
		id id.ID
	}
	known := map[key]id.ID{}
	all, err := db.All(ctx, tx, func(scan func(...any) error) (o old, err error) {
		err = scan(&o.id, &o.essay, &o.starts)
		return o, err
	}, `select id, essay, starts from likeness_shared where campaign = $1`, of)
	if err != nil {
		return err
	}
	for _, o := range all {
		known[o.key] = o.id
	}
	for _, q := range []string{
		`delete from likeness_member where shared in (select s.id from likeness_shared s where s.campaign = $1)`,
		`delete from likeness_shared where campaign = $1`,
	} {
		if _, err := tx.ExecContext(ctx, q, of); err != nil {
			return err
		}
	}
	for _, r := range rows {
		at := known[key{r.essay, id.ID(r.from)}]
		if at == 0 {
			at = id.New()
		}
		if _, err := tx.ExecContext(ctx, `insert into likeness_shared (id, campaign, essay, starts, ends, syllables, essays, units, body) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			at, of, r.essay, r.from, r.to, r.syllables, len(r.essays), r.units, r.body); err != nil {
			return err
		}
		for _, e := range r.essays {
			if _, err := tx.ExecContext(ctx, `insert into likeness_member (shared, essay) values ($1, $2)`, at, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// plain are own letters without the bit that begins a syllable.
func plain(own []byte) []byte {
	out := make([]byte, len(own))
	for i, c := range own {
		out[i] = c &^ 0x80
	}
	return out
}
