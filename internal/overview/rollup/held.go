package rollup

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

//go:embed sql/marks.sql
var marksSQL string

//go:embed sql/noted.sql
var notedSQL string

//go:embed sql/speeches.sql
var speechesSQL string

// Held is what units held and noted for one document: meetings, people counted by head, and
// the absent of whom something is known. Of document 0 it holds the opinions voiced, whatever
// the document.
type Held struct {
	Meetings           Meetings
	Heads              int64
	Marked             [3]int64 // headcounts with each of headMarks
	Excused, Unexcused int64    // noted as absent, and not studied since
}

// headMarks say that a headcount is not exact, the later one before the earlier.
var headMarks = []string{"gần", "hơn", "khoảng"}

func (h *Held) numbers() []*int64 {
	m := &h.Meetings
	return []*int64{&m.KeyCadre, &m.Member, &m.Mass, &m.Thematic, &m.Sites, &m.Speakers, &m.Speeches, &m.Central, &m.Province,
		&h.Heads, &h.Marked[0], &h.Marked[1], &h.Marked[2], &h.Excused, &h.Unexcused}
}

// Plus is the sum with sign times another.
func (h Held) Plus(o Held, sign int64) Held {
	from := o.numbers()
	for i, n := range h.numbers() {
		*n += sign * *from[i]
	}
	return h
}

// Text is how it is kept: its numbers by commas.
func (h Held) Text() string {
	b := make([]byte, 0, 32)
	for i, n := range h.numbers() {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, *n, 10)
	}
	return string(b)
}

// ParseHeld reads Text; of "" it is nothing.
func ParseHeld(s string) (h Held, err error) {
	if s == "" {
		return h, nil
	}
	into, parts := h.numbers(), strings.Split(s, ",")
	if len(parts) != len(into) {
		return h, fmt.Errorf("%q is not what was held", s)
	}
	for i, p := range parts {
		if *into[i], err = strconv.ParseInt(p, 10, 64); err != nil {
			return h, fmt.Errorf("what was held: %w", err)
		}
	}
	return h, nil
}

// heads are the lượt with the word for the least exact of them.
func (h Held) heads() (out Heads) {
	out.Amount = h.Heads
	for i, n := range h.Marked {
		if n > 0 {
			out.Marker = headMarks[i]
		}
	}
	return out
}

// CountHeld counts what units lo..hi of a frozen tree themselves held for a document, 0 for
// none, from the records. depth is that of the unit at lo.
func CountHeld(ctx context.Context, tx db.Tx, campaign, document id.ID, depth, lo, hi int64) (map[int64]Held, error) {
	f := &fold{ctx: ctx, tx: tx, campaign: campaign, document: document, lines: []Line{{Lo: lo, Hi: hi, Depth: depth}}}
	out := map[int64]Held{}
	add := func(at int64, h Held) { out[at] = out[at].Plus(h, 1) }
	if document == 0 {
		var at, n int64
		return out, f.each(f.first(speechesSQL, "meeting m"), nil, []any{&at, &n}, func() { add(at, Held{Meetings: Meetings{Speeches: n}}) })
	}
	f.sink = func(at int64, row Line) { add(at, Held{Meetings: row.Meetings}) }
	if err := f.meetings(); err != nil {
		return nil, err
	}
	var at, n, times int64
	var word string
	err := f.each(f.first(marksSQL, "attendance_headcount h"), []any{document}, []any{&at, &n, &word, &times}, func() {
		h := Held{Heads: n}
		if i := slices.Index(headMarks, word); i >= 0 {
			h.Marked[i] = times
		}
		add(at, h)
	})
	if err != nil {
		return nil, err
	}
	return out, EachNoted(ctx, tx, campaign, document, f.lines[0], func(at, excused, unexcused int64) { add(at, Held{Excused: excused, Unexcused: unexcused}) })
}

// EachNoted counts for each unit of a line's part the obliged who did not study and were noted
// as absent: from the people to what was noted of them; of a broad part it begins with what
// was noted, which is less.
func EachNoted(ctx context.Context, tx db.Tx, campaign, document id.ID, part Line, each func(lo, excused, unexcused int64)) error {
	query := notedSQL
	if Broad(part.Depth, part.Lo, part.Hi) {
		query = strings.Replace(query, "from campaign_roster p\n  cross join attendance_absence a", "from attendance_absence a\n  cross join campaign_roster p", 1)
	}
	f := &fold{ctx: ctx, tx: tx, campaign: campaign, lines: []Line{part}}
	var lo, excused, unexcused int64
	return f.each(query, []any{document}, []any{&lo, &excused, &unexcused}, func() { each(lo, excused, unexcused) })
}

// buildOf is the adding up that counts for the fold's campaign, where the part is large enough
// to need it; 0 where the leaves must do.
func (f *fold) buildOf() (id.ID, error) {
	if top := f.lines[0]; top.Hi-top.Lo < few {
		return 0, nil
	}
	b, err := db.One(f.ctx, f.tx, db.Value[id.ID], `select build from measure_build where campaign = $1`, f.campaign)
	if fault.Of(err) == fault.Missing {
		return 0, nil
	}
	return b, err
}

// held sets what the lines and all below each held, from what is added up in a build and what
// has changed since; lines of the first unit alone are part of its sum.
func (f *fold) held(build id.ID) error {
	sums := make([]Held, len(f.lines))
	var lo int64
	var whole string
	var bad error
	err := f.ask(`select h.lo, h.whole from campaign_unit u cross join measure_held h
		where h.campaign = u.campaign and h.build = $3 and h.document = $4 and h.lo = u.lo and u.campaign = $1 and (u.unit = $2 or u.parent = $2)`,
		[]any{f.campaign, f.lines[0].Unit, build, int64(f.document)}, []any{&lo, &whole}, func() {
			h, err := ParseHeld(whole)
			if err != nil {
				bad = err
			}
			sums[f.place(lo)] = h
		})
	if err == nil {
		err = bad
	}
	if err != nil {
		return err
	}
	err = f.changed(build, func(lo int64, more Held) {
		sums[0] = sums[0].Plus(more, 1)
		if i := f.place(lo); i > 0 {
			sums[i] = sums[i].Plus(more, 1)
		}
	})
	for i, h := range sums {
		l := &f.lines[i]
		l.Meetings, l.Heads, l.noted, l.known = h.Meetings, h.heads(), [2]int64{h.Excused, h.Unexcused}, true
	}
	return err
}

// place is the line that the unit at lo belongs to.
func (f *fold) place(lo int64) int {
	return sort.Search(len(f.lines), func(i int) bool { return f.lines[i].Lo > lo }) - 1
}

// changed tells by how much units of the part differ from what is added up of them.
func (f *fold) changed(build id.ID, each func(lo int64, more Held)) error {
	top := f.lines[0]
	list, err := db.All(f.ctx, f.tx, db.Value[int64], `select distinct u.lo from meeting_touched t join campaign_unit u on u.campaign = t.campaign and u.unit = t.unit
		where t.campaign = $1 and u.lo between $2 and $3`, f.campaign, top.Lo, top.Hi)
	for _, lo := range list {
		if err != nil {
			break
		}
		var more Held
		if more, err = More(f.ctx, f.tx, f.campaign, build, f.document, lo); err == nil && more != (Held{}) {
			each(lo, more)
		}
	}
	return err
}

// More is by how much what one unit itself held differs from what a build has added up of it.
func More(ctx context.Context, tx db.Tx, campaign, build, document id.ID, lo int64) (Held, error) {
	now, err := CountHeld(ctx, tx, campaign, document, 1, lo, lo)
	if err != nil {
		return Held{}, err
	}
	own, err := db.One(ctx, tx, db.Value[string], `select own from measure_held where campaign = $1 and build = $2 and document = $3 and lo = $4`,
		campaign, build, int64(document), lo)
	if err != nil && fault.Of(err) != fault.Missing {
		return Held{}, err
	}
	was, err := ParseHeld(own)
	return now[lo].Plus(was, -1), err
}

// Speeches are the opinions voiced at held meetings of a unit and all below it, whatever the
// document, and how many of them at each unit directly below with all below that. Fault: Missing
// when the unit is not in the frozen tree.
func Speeches(ctx context.Context, tx db.Tx, campaign, unit id.ID) (n int64, parts map[id.ID]int64, err error) {
	f, err := begin(ctx, tx, campaign, 0, unit, 1)
	if err != nil {
		return 0, nil, err
	}
	build, err := f.buildOf()
	if err != nil {
		return 0, nil, err
	}
	top := &f.lines[0]
	if build != 0 {
		err = f.held(build)
	} else {
		var each map[int64]Held
		each, err = CountHeld(ctx, tx, campaign, 0, top.Depth, top.Lo, top.Hi)
		for lo, h := range each {
			top.Meetings.Speeches += h.Meetings.Speeches
			if i := f.place(lo); i > 0 {
				f.lines[i].Meetings.Speeches += h.Meetings.Speeches
			}
		}
	}
	parts = map[id.ID]int64{}
	for _, l := range f.lines[1:] {
		parts[l.Unit] = l.Meetings.Speeches
	}
	return top.Meetings.Speeches, parts, err
}

// Noted are the absent of whom something is noted, with a reason and without; false when the
// line was read without them.
func (l Line) Noted() (excused, unexcused int64, known bool) { return l.noted[0], l.noted[1], l.known }
