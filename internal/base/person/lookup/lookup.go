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

	Crowds *Crowds // what is remembered of large units; nil for nothing
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
	few, err := q.Crowds.AreFew(ctx, tx, q.Tops, Few)
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

// Bounds of one page of a scan. A stretch of names looked through costs as much patience as
// long short ones, and so do as many people compared with what else must hold.
const (
	stretch = 12_000
	chunk   = 500
	long    = 24
	patient = 6 * long
)

// scanner goes through the spans of a query, a page at a time.
type scanner struct {
	Query
	words []string
	spans []span
	at    mark // the last one looked at
	left  int  // patience
	found Found

	asked int          // of narrow spans before it is known who is deserted
	lived map[int]bool // those that are not
}

// scan looks through names in their order, stretch by stretch.
func (q Query) scan(ctx context.Context, tx db.Tx, words []string) (Found, error) {
	s := scanner{Query: q, words: words, spans: spans(text.NFC(q.Text)), left: patient, found: Found{Total: -1}}
	last := len(s.spans) - 1
	switch {
	case q.Page.After != "":
		var err error
		if s.at, err = parse(q.Page.After, len(s.spans)); err != nil {
			return Found{}, err
		}
	case q.Wide:
		s.at.at = last
	}
	for ; s.at.at <= last; s.at = (mark{at: s.at.at + 1}) {
		if s.at == (mark{at: last}) && !q.Wide && len(s.found.Hits) > 0 && len(words) > 1 {
			s.found.Partial = true // found as people are called; the rest is for who asks for it
			break
		}
		if some, err := s.somebody(ctx, tx, s.at.at); err != nil {
			return s.found, err
		} else if !some {
			continue
		}
		if done, err := s.span(ctx, tx, s.spans[s.at.at]); err != nil || done {
			return s.found, err
		}
	}
	return s.found, nil
}

// somebody is false for a narrow span where nobody stands: most are deserted, and to ask each is a way of its own.
func (s *scanner) somebody(ctx context.Context, tx db.Tx, at int) (bool, error) {
	if !s.spans[at].narrow {
		return true, nil
	}
	if at >= s.asked {
		list, err := inhabited(ctx, tx, s.spans[at:])
		if err != nil {
			return false, err
		}
		s.asked, s.lived = at+asking, map[int]bool{}
		for _, n := range list {
			s.lived[at+n] = true
		}
	}
	return s.lived[at], nil
}

// span looks through one span from the mark on; done when the page is full or given up.
func (s *scanner) span(ctx context.Context, tx db.Tx, sp span) (done bool, err error) {
	for {
		end := sp.hi
		if !sp.narrow {
			if s.left <= 0 {
				s.found.Partial, s.found.Next = true, s.at.String()
				return true, nil
			}
			if end, err = reach(ctx, tx, max(sp.lo, s.at.key), sp.hi); err != nil {
				return false, err
			}
			if s.left--; end != sp.hi {
				s.left -= long
			}
		}
		if done, err := s.stretch(ctx, tx, max(sp.lo, s.at.key), end); err != nil || done {
			return done, err
		}
		if end == sp.hi {
			return false, nil
		}
		s.at.key, s.at.of = end, 0
	}
}

// stretch compares those who bear the words between two keys with what else must hold.
func (s *scanner) stretch(ctx context.Context, tx db.Tx, lo, hi string) (done bool, err error) {
	for n := s.size() + 1; ; n = chunk {
		list, err := bearing(ctx, tx, s.words, lo, hi, s.at, n)
		if err != nil {
			return false, err
		}
		kept, err := s.keep(ctx, tx, list)
		if err != nil {
			return false, err
		}
		for _, h := range list {
			s.at.key, s.at.of = h.Key, h.ID
			if h.Name = kept[h.ID]; h.Name == "" || seen(s.spans[:s.at.at], h.Key) {
				continue
			}
			if s.found.Hits = append(s.found.Hits, h); len(s.found.Hits) == s.size() {
				s.found.Next = s.at.String()
				return true, nil
			}
		}
		switch {
		case len(list) < n:
			return false, nil
		case s.left <= 0:
			s.found.Partial, s.found.Next = true, s.at.String()
			return true, nil
		case n == chunk:
			s.left -= long
		}
	}
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
