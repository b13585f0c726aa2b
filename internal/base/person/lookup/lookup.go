package lookup

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Query asks for people by words of their names, in Vietnamese name order.
type Query struct {
	Text  string
	Tops  []id.ID                  // all who may be found are at or below these units; none: anywhere
	Where func(args *[]any) string // what else must hold of a person p
	Wide  bool                     // go on with those whose given name is none of the words, however long it takes
	Page  db.Page
}

// Hit is a person found.
type Hit struct {
	ID        id.ID
	Key, Name string
}

// Found is a page of hits. Partial says that there may be more whose given name is none of
// the words, which a wide search finds; Total is -1 where nobody counted.
type Found struct {
	Hits    []Hit
	Next    string
	Partial bool
	Total   int64
}

// Few people are compared one by one: fetching one takes some microseconds.
const Few = 1500

// People looks for the words of the query. Fault: Invalid for a cursor it did not make.
func People(ctx context.Context, tx db.Tx, q Query) (Found, error) {
	words := text.Words(q.Text)
	ranged := strings.HasPrefix(q.Page.After, ranges)
	if len(words) == 0 {
		return Found{}, nil
	}
	if q.Wide && q.Page.After != "" && !ranged {
		return q.sorted(ctx, tx, words, meeting(words))
	}
	if !ranged {
		way, err := q.cheap(ctx, tx, words)
		if err != nil || way == nil {
			return Found{}, err
		}
		if way.few {
			return q.sorted(ctx, tx, words, *way)
		}
	}
	f, err := q.scan(ctx, tx, words)
	if err == nil && f.Partial && q.Wide && len(f.Hits) < q.size() {
		q.Page.After = ""
		return q.sorted(ctx, tx, words, meeting(words))
	}
	return f, err
}

// way is a condition on p that leads to those who may fit.
type way struct {
	few  bool
	cond func(args *[]any) string
}

// cheap finds a way with few people on it; nil when nobody can fit.
func (q Query) cheap(ctx context.Context, tx db.Tx, words []string) (*way, error) {
	few, err := AreFew(ctx, tx, q.Tops)
	if err != nil {
		return nil, err
	}
	if few {
		return &way{true, func(args *[]any) string { return Below("p.unit", q.Tops, args) }}, nil
	}
	least, rarest := int64(Few+1), ""
	for _, w := range words {
		n, err := bearers(ctx, tx, w)
		if err != nil || n == 0 {
			return nil, err
		}
		if n < least {
			least, rarest = n, w
		}
	}
	return &way{least <= Few, func(args *[]any) string { return "p.id in (" + word(rarest, args) + ")" }}, nil
}

// meeting leads to those who bear all words, by going through the bearers of the longest.
func meeting(words []string) way {
	return way{cond: func(args *[]any) string {
		longest := slices.MaxFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
		out := word(longest, args)
		for _, w := range words {
			if w != longest {
				out += " and exists (select 1 from person_word o where o.person = w.person and " + begins("o.word", w, args) + ")"
			}
		}
		return "p.id in (" + out + ")"
	}}
}

// sorted compares all people on the way and sorts those who fit, the very marks first.
func (q Query) sorted(ctx context.Context, tx db.Tx, words []string, w way) (Found, error) {
	var marks []string
	if hasMarks(q.Text) {
		for _, m := range strings.Fields(text.NFC(q.Text)) {
			marks = append(marks, written(m))
		}
	}
	where := func(args *[]any) string {
		return strings.Join([]string{w.cond(args), like("p.folded", words, args), q.Where(args)}, " and ")
	}
	rank := func(h Hit) string {
		if marks != nil && bears(h.Name, marks) {
			return "0"
		}
		return "1"
	}
	args := []any{}
	order := db.Order{Sort: "(" + rankSQL(marks, &args) + " || p.name_key)", ID: "p.id"}
	rows, err := db.List(ctx, tx, q.Page, order, func(h Hit) (string, id.ID) { return rank(h) + h.Key, h.ID }, scanHit,
		`select p.id, p.name_key, p.name from person p where `+where(&args), args...)
	if err != nil {
		return Found{}, err
	}
	f := Found{Hits: rows.Items, Next: rows.Next, Total: int64(len(rows.Items))}
	if q.Page.After != "" || f.Next != "" {
		args = nil
		f.Total, err = db.One(ctx, tx, db.Value[int64], `select count(*) from person p where `+where(&args), args...)
	}
	return f, err
}

// ranges begins the cursors of scan: ranges, the stretch, the id and the key of the last one looked at.
const ranges = "~"

type mark struct {
	at  int
	key string
	of  id.ID
}

func (m mark) String() string {
	return ranges + base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(m.at)+"."+strconv.FormatInt(int64(m.of), 36)+"."+m.key))
}

func parse(s string, most int) (m mark, err error) {
	bad := fault.New(fault.Invalid, "db.cursor")
	b, e := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(s, ranges))
	at, rest, ok := strings.Cut(string(b), ".")
	of, key, ok2 := strings.Cut(rest, ".")
	if e != nil || !ok || !ok2 || len(s) > 2000 {
		return m, bad
	}
	m.key = key
	n, e1 := strconv.Atoi(at)
	i, e2 := strconv.ParseInt(of, 36, 64)
	if e1 != nil || e2 != nil || n < 0 || n >= most || i < 0 {
		return m, bad
	}
	for _, c := range []byte(key) {
		if c < '!' || c > '~' {
			return m, bad
		}
	}
	m.at, m.of = n, id.ID(i)
	return m, nil
}

// Bounds of one page of a scan. A stretch of names looked through at a time costs as much
// patience as all the span's short ones, which cost one each.
const (
	stretch = 12_000
	patient = 4 * long
	long    = 24
)

// scan looks through names in their order, stretch by stretch.
func (q Query) scan(ctx context.Context, tx db.Tx, words []string) (f Found, err error) {
	f.Total = -1
	all := spans(text.NFC(q.Text))
	m, left := mark{}, patient
	switch {
	case q.Page.After != "":
		if m, err = parse(q.Page.After, len(all)); err != nil {
			return f, err
		}
	case q.Wide:
		m.at = len(all) - 1
	}
	want := q.size()
	for ; m.at < len(all); m = (mark{at: m.at + 1}) {
		if m.at == len(all)-1 && m.key == "" && !q.Wide && len(f.Hits) > 0 && len(words) > 1 {
			f.Partial = true // found as people are called; the rest is for who asks for it
			return f, nil
		}
		for s := all[m.at]; ; {
			end := s.hi
			if !s.narrow {
				if left <= 0 {
					f.Partial, f.Next = true, m.String()
					return f, nil
				}
				if end, err = reach(ctx, tx, max(s.lo, m.key), s.hi); err != nil {
					return f, err
				}
				if left--; end != s.hi {
					left -= long
				}
			}
			hits, err := q.look(ctx, tx, words, s.lo, end, m, want+1)
			if err != nil {
				return f, err
			}
			for _, h := range hits {
				m.key, m.of = h.Key, h.ID
				if seen(all[:m.at], h.Key) {
					continue
				}
				if f.Hits = append(f.Hits, h); len(f.Hits) == want {
					f.Next = m.String()
					return f, nil
				}
			}
			if len(hits) > want {
				continue
			}
			if end == s.hi {
				break
			}
			m.key, m.of = end, 0
		}
	}
	return f, nil
}

func (q Query) size() int {
	if n := q.Page.Limit; n > 0 && n <= 500 {
		return n
	}
	return 50
}

func seen(before []span, key string) bool {
	for _, s := range before {
		if s.has(key) {
			return true
		}
	}
	return false
}

func placeholder(args *[]any, v any) string {
	*args = append(*args, v)
	return fmt.Sprintf("$%d", len(*args))
}
