package lookup

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"quantriet/internal/base/org/batch"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

func scanHit(scan func(...any) error) (h Hit, err error) {
	err = scan(&h.ID, &h.Key, &h.Name)
	return h, err
}

// near counts the people at or below a unit who have not left, as far as most+1. Units are met from the one made
// last: those that have people of their own stand mostly at the end of their branch, and were
// made after the ones above them.
func near(ctx context.Context, tx db.Tx, top id.ID, most int64) (int64, error) {
	return db.One(ctx, tx, db.Value[int64], `select count(*) from (select 1 from org_below b cross join person p
		where b.top = $1 and p.unit = b.unit and p.left_on is null order by b.unit desc limit $2) counted`, top, most+1)
}

// Crowds remembers for a minute below which units there are many people, so that a way through
// the tables is chosen without counting each time. None, nil, counts always.
type Crowds struct {
	mu   sync.Mutex
	many map[crowd]time.Time
}

type crowd struct {
	top  id.ID
	most int64
}

const (
	crowdKept = time.Minute
	crowdMost = 10_000 // remembered
)

func (c *Crowds) known(k crowd) bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.many[k]) < crowdKept
}

func (c *Crowds) remember(k crowd) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.many == nil || len(c.many) >= crowdMost {
		c.many = map[crowd]time.Time{}
	}
	c.many[k] = time.Now()
}

// AreFew reports whether the people at or below units are at most most, or were more within the
// last minute; no units mean all people.
func (c *Crowds) AreFew(ctx context.Context, tx db.Tx, tops []id.ID, most int64) (bool, error) {
	left := most
	for _, top := range tops {
		k := crowd{top, most}
		if c.known(k) {
			return false, nil
		}
		n, err := near(ctx, tx, top, most)
		if err != nil {
			return false, err
		}
		if n > most {
			c.remember(k)
		}
		if left -= n; left < 0 {
			return false, nil
		}
	}
	return len(tops) > 0, nil
}

// Below is the condition that a unit is at or below one of some.
func Below(column string, tops []id.ID, args *[]any) string {
	in := make([]string, len(tops))
	for i, t := range tops {
		in[i] = placeholder(args, t)
	}
	return column + " in (select b.unit from org_below b where b.top in (" + strings.Join(in, ", ") + "))"
}

// Under is the same condition as Below, asked of each row: for a walk through people in an
// order of their own, which Below would turn into one through units and a sort.
func Under(column string, top id.ID, args *[]any) string {
	return "exists (select 1 from org_below b where b.unit = " + column + " and b.top = " + placeholder(args, top) + " limit 1)"
}

// bearers counts those of whose name a word begins with one, as far as Few+1.
func bearers(ctx context.Context, tx db.Tx, begin string) (int64, error) {
	args := []any{}
	inner := word(begin, &args)
	return db.One(ctx, tx, db.Value[int64], `select count(*) from (`+inner+` limit `+placeholder(&args, Few+1)+`) counted`, args...)
}

func word(begin string, args *[]any) string {
	return `select w.person from person_word w where ` + begins("w.word", begin, args)
}

func begins(column, begin string, args *[]any) string {
	return column + ` >= ` + placeholder(args, begin) + ` and ` + column + ` < ` + placeholder(args, begin+"\U0010FFFF")
}

// like is the condition that each word begins a word of a folded column.
func like(column string, words []string, args *[]any) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = `(' ' || ` + column + `) like ` + placeholder(args, "% "+db.Like(w)+"%") + ` escape '\'`
	}
	return strings.Join(parts, " and ")
}

// rankSQL is '0' for names that bear the words as they were typed and '1' for others.
func rankSQL(marks []string, args *[]any) string {
	if marks == nil {
		return "'1'"
	}
	parts := make([]string, len(marks))
	for i, m := range marks {
		parts[i] = `(' ' || p.name) like ` + placeholder(args, "% "+db.Like(m)+"%") + ` escape '\'`
	}
	return "case when " + strings.Join(parts, " and ") + " then '0' else '1' end"
}

// reach is the key a stretch of names after key, at most end.
func reach(ctx context.Context, tx db.Tx, key, end string) (string, error) {
	list, err := db.All(ctx, tx, db.Value[string],
		`select name_key from person where name_key >= $1 and name_key < $2 order by name_key limit 1 offset $3`, key, end, stretch)
	switch {
	case err != nil || len(list) == 0:
		return end, err
	case list[0] == key: // so many of one name
		return text.After(key + "!"), nil
	}
	return list[0], nil
}

// asking is how many spans are asked about together.
const asking = 80

// inhabitedSQL asks about asking spans, each two parameters.
var inhabitedSQL = func() string {
	rows := make([]string, asking)
	for i := range rows {
		rows[i] = fmt.Sprintf("(%d, $%d, $%d)", i, 2*i+1, 2*i+2)
	}
	return `with v (at, lo, hi) as (values ` + strings.Join(rows, ", ") + `)
		select v.at from v where (select s.id from person s where s.name_key >= v.lo and s.name_key < v.hi order by s.name_key limit 1) is not null`
}()

// inhabited are those of the first spans, at most asking, where somebody stands.
func inhabited(ctx context.Context, tx db.Tx, some []span) ([]int, error) {
	args := make([]any, 0, 2*asking)
	for i := range asking {
		s := some[min(i, len(some)-1)] // the last one again: its own number tells
		args = append(args, s.lo, s.hi)
	}
	return db.All(ctx, tx, db.Value[int], inhabitedSQL, args...)
}

// bearing finds those with the words between two keys, after the mark, by the index alone.
func bearing(ctx context.Context, tx db.Tx, words []string, lo, hi string, m mark, limit int) ([]Hit, error) {
	args := []any{lo, hi}
	after := ""
	if m.of != 0 {
		after = ` and (s.name_key, s.id) > (` + placeholder(&args, m.key) + `, ` + placeholder(&args, m.of) + `)`
	}
	return db.All(ctx, tx, func(scan func(...any) error) (h Hit, err error) {
		err = scan(&h.ID, &h.Key)
		return h, err
	}, `select s.id, s.name_key from person s where s.name_key >= $1 and s.name_key < $2`+after+` and `+like("s.folded", words, &args)+`
		order by s.name_key, s.id limit `+placeholder(&args, limit), args...)
}

// keep are the names of those of whom everything else holds too. It asks apart from bearing,
// so that no engine thinks of starting with all people in scope.
func (q Query) keep(ctx context.Context, tx db.Tx, list []Hit) (map[id.ID]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]id.ID, len(list))
	for i, h := range list {
		ids[i] = h.ID
	}
	in, args := batch.In(ids)
	kept, err := db.All(ctx, tx, scanHit, `select p.id, p.name_key, p.name from person p where p.id in (`+in+`) and `+q.Where(&args), args...)
	names := make(map[id.ID]string, len(kept))
	for _, h := range kept {
		names[h.ID] = h.Name
	}
	return names, err
}
