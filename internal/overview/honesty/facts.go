package honesty

import (
	"context"
	"strings"

	"quantriet/internal/core/campaign"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/id"
	"quantriet/internal/overview/report"
	"quantriet/internal/overview/rollup"
)

// level is what is known of the units directly below one.
type level struct {
	ctx   context.Context
	tx    db.Tx
	of    campaign.Campaign
	unit  campaign.Unit
	self  rollup.Line
	lines []rollup.Line
	facts []Facts
	at    map[id.ID]int // place in lines
	paper map[id.ID]paper
	due   map[string]int64 // first instant that is too late, by level
}

// paper is a unit's report.
type paper struct {
	state string
	first int64
}

func (p paper) in() bool { return p.state == "sent" || p.state == "accepted" }

// load reads a level by one set of queries, however many units it has. asking is a unit of it whose
// own marks are counted even when the level is wide; zero for none.
func load(ctx context.Context, tx db.Tx, of campaign.Campaign, unit campaign.Unit, asking id.ID) (*level, error) {
	l := &level{ctx: ctx, tx: tx, of: of, unit: unit, at: map[id.ID]int{}, paper: map[id.ID]paper{}, due: map[string]int64{}}
	for _, read := range []func() error{l.counts, l.papers, l.deadlines, l.stated, l.before, func() error { return l.marks(asking) }} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	for i, line := range l.lines {
		p := l.paper[line.Unit]
		f := &l.facts[i]
		f.Speaks = p.in() || l.due[line.Level] == 0 && people(*f) > 0 && f.Studies[0].Count.Studied > 0
	}
	derive(l.facts)
	return l, nil
}

// counts are the records of every document.
func (l *level) counts() error {
	for _, d := range l.of.Documents {
		self, below, err := rollup.Tree(l.ctx, l.tx, l.of.ID, d, l.unit.Unit)
		if err != nil {
			return err
		}
		if l.lines == nil {
			l.self = self
			l.facts = make([]Facts, len(below))
			for i, b := range below {
				l.lines, l.at[b.Unit], l.facts[i].Unit = append(l.lines, b.Line), i, b.Unit
			}
		}
		for i, b := range below {
			l.facts[i].Studies = append(l.facts[i].Studies, Study{Document: d, Count: b.Count, Kids: b.Below})
		}
	}
	return nil
}

func (l *level) papers() error {
	_, err := db.All(l.ctx, l.tx, func(scan func(...any) error) (none struct{}, err error) {
		var unit id.ID
		var p paper
		err = scan(&unit, &p.state, &p.first)
		l.paper[unit] = p
		return none, err
	}, `select cu.unit, r.state, coalesce(r.first_sent_at, 0) from campaign_unit cu
		join report r on r.campaign = cu.campaign and r.unit = cu.unit where cu.campaign = $1 and cu.parent = $2`, l.of.ID, l.unit.Unit)
	return err
}

func (l *level) deadlines() error {
	dues, err := campaign.Dues(l.ctx, l.tx, l.of.ID, l.unit.Unit)
	for _, d := range dues {
		l.due[d.Level] = d.End().UnixMilli()
	}
	return err
}

// line is one figure of one unit.
type line struct {
	unit id.ID
	ord  int
	f    report.Figure
}

const figuresSQL = ` cu.unit, coalesce(d.ord, -1), f.code, f.document, f.value, f.computed, f.kept from campaign_unit cu
	join report r on r.unit = cu.unit and r.campaign = $3
	join report_figure f on f.report = r.id and f.code not like 'own:%'
	left join campaign_document d on d.campaign = r.campaign and d.document = f.document
	where cu.campaign = $1 and cu.parent = $2`

func (l *level) figures(campaign id.ID, which string) ([]line, error) {
	return db.All(l.ctx, l.tx, func(scan func(...any) error) (x line, err error) {
		err = scan(&x.unit, &x.ord, &x.f.Code, &x.f.Document, &x.f.Value, &x.f.Computed, &x.f.Kept)
		x.f.Set = true
		return x, err
	}, `select`+figuresSQL+which, l.of.ID, l.unit.Unit, campaign)
}

// stated are the figures of the reports that are in, and what others have declared so far.
func (l *level) stated() error {
	all, err := l.figures(l.of.ID, "")
	own := map[int]report.Figures{}
	for _, x := range all {
		i, known := l.at[x.unit]
		if !known {
			continue
		}
		own[i] = append(own[i], x.f)
		l.facts[i].Now = append(l.facts[i].Now, Stated{x.f.Code, x.ord, x.f.Value})
	}
	for i, fs := range own {
		if l.paper[l.lines[i].Unit].in() {
			l.facts[i].Gaps = report.Gaps(fs)
		}
	}
	for i := range l.facts {
		if !l.paper[l.lines[i].Unit].in() {
			l.facts[i].Now = append(l.facts[i].Now, counted(l.facts[i])...)
		}
	}
	return err
}

// counted are the figures that the records give to a report that is not sent yet.
func counted(f Facts) (out []Stated) {
	for i, s := range f.Studies {
		for code, n := range report.Counts(rollup.Line{Count: s.Count}, report.Absences{}) {
			if n > 0 && code != "absent_unknown" {
				out = append(out, Stated{code, i, n})
			}
		}
	}
	return out
}

// before are the figures of the last campaign in which units of the level sent reports.
func (l *level) before() error {
	last, err := db.All(l.ctx, l.tx, db.Value[id.ID], `select c.id from campaign c
		where c.state <> 'draft' and c.starts_on < $3 and c.id <> $1 and exists (
			select 1 from campaign_unit cu join report r on r.campaign = c.id and r.unit = cu.unit and r.state in ('sent', 'accepted')
			where cu.campaign = $1 and cu.parent = $2)
		order by c.starts_on desc, c.id desc limit 1`, l.of.ID, l.unit.Unit, l.of.StartsOn)
	if err != nil || len(last) == 0 {
		return err
	}
	all, err := l.figures(last[0], ` and r.state in ('sent', 'accepted') and f.code in ('`+strings.Join(moving, "', '")+`')`)
	for _, x := range all {
		if i, known := l.at[x.unit]; known {
			l.facts[i].Then = append(l.facts[i].Then, Stated{x.f.Code, x.ord, x.f.Value})
		}
	}
	return err
}

func (l *level) span(i int) span { return span{l.lines[i].Unit, l.lines[i].Lo, l.lines[i].Hi} }

func (l *level) spans() map[id.ID]span {
	out := map[id.ID]span{}
	for i := range l.lines {
		out[l.lines[i].Unit] = l.span(i)
	}
	return out
}

// marks are counted now in a narrow level, and otherwise read as they were kept.
func (l *level) marks(asking id.ID) error {
	if l.unit.Hi-l.unit.Lo < narrow {
		var spans []span
		for i := range l.lines {
			spans = append(spans, l.span(i))
		}
		return l.count(spans)
	}
	all, err := kept(l.ctx, l.tx, l.of.ID, l.unit.Unit)
	if err != nil {
		return err
	}
	for unit, m := range all {
		if i, known := l.at[unit]; known {
			l.facts[i].Marks, l.facts[i].Marked = m, true
		}
	}
	if i, known := l.at[asking]; known {
		m, err := whole(l.ctx, l.tx, l.of, campaign.Unit{Unit: asking, Lo: l.lines[i].Lo, Hi: l.lines[i].Hi})
		l.facts[i].Marks, l.facts[i].Marked = m, true
		return err
	}
	return nil
}

func (l *level) count(spans []span) error {
	marks, err := gathered(l.ctx, l.tx, l.of, spans)
	for i, m := range marks {
		f := &l.facts[l.at[spans[i].unit]]
		f.Marks, f.Marked = m, true
	}
	return err
}
