package likeness

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// Head is an essay as a reader sees it: without its author until the veil was lifted.
type Head struct {
	Essay       id.ID  `json:"essay"`
	Campaign    id.ID  `json:"campaign"`
	In          string `json:"campaign_title"`
	Task        id.ID  `json:"task"`
	TaskTitle   string `json:"task_title"`
	Unit        id.ID  `json:"unit" doc:"empty for a unit out of sight"`
	UnitName    string `json:"unit_name" doc:"empty for a unit out of sight"`
	Author      string `json:"author" doc:"empty while veiled"`
	Version     id.ID  `json:"version"`
	N           int64  `json:"n" doc:"of the version"`
	HandedAt    int64  `json:"handed_at"`
	Handwritten bool   `json:"handwritten" doc:"pictures only: not checked for likeness"`
	Pages       int64  `json:"pages" doc:"pictures of handwriting, which nothing looks into"`
	Waits       bool   `json:"waits" doc:"not compared yet"`
	State       string `json:"state" enum:",lead,asked,answered,explained,proposed,upheld"`
	ComparedAt  int64  `json:"compared_at"`
	Engine      string `json:"engine" doc:"version of the algorithm and the references"`
	Seen        bool   `json:"-"` // lies in the reader's scope
	Body        string `json:"-"`
	Hidden      int64  `json:"-"`
	SHA256      string `json:"sha256,omitempty"`
}

// Source is another essay that shares passages.
type Source struct {
	Head
	Copied   int64 `json:"copied" doc:"own syllables of the essay shown, in passages shared with this one"`
	Also     int64 `json:"also" doc:"essays that hold the widest known of these passages"`
	Excluded bool  `json:"excluded"`
	Numbers  []int `json:"numbers" doc:"of the passages in the text"`
	N        int   `json:"-"`
}

// View is an essay beside one of the others.
type View struct {
	Head
	Figures
	Level   string      `json:"level" enum:",few,note,near"`
	Share   int64       `json:"share" doc:"copied ÷ own in hundredths of a percent; 0 below 150 own syllables"`
	Flags   []Flag      `json:"flags"`
	Sources []Source    `json:"sources"`
	Left    []Piece     `json:"text" doc:"the essay in stretches"`
	Right   []Piece     `json:"beside" doc:"the source beside it; of one whose author is hidden the passages with a sentence around"`
	Chosen  int         `json:"chosen" doc:"which of the sources is beside, from 0; -1 none"`
	Whole   bool        `json:"-"` // the right side is the whole text
	Notes   []Note      `json:"notes"`
	Quoted  []Reference `json:"quoted" doc:"references that the essay quotes"`
	Among   int64       `json:"among" doc:"essays it was compared with, those of earlier campaigns too"`
	// References are those in force, whose quotations are left out.
	References int64 `json:"references"`
	MayName    bool  `json:"-"`
	MayMark    bool  `json:"-"`
	Proposer   bool  `json:"-"` // of what waits for a second reader
	Look       Look  `json:"-"`
}

// Look is what a reader chose to see.
type Look struct {
	Source id.ID
	Not    []id.ID // sources excluded
}

// With and Without change the exclusion of one source.
func (l Look) With(source id.ID) Look {
	return Look{Not: append(slices.Clone(l.Not), source)}
}

// Without takes a source back in.
func (l Look) Without(source id.ID) Look {
	return Look{Source: source, Not: slices.DeleteFunc(slices.Clone(l.Not), func(x id.ID) bool { return x == source })}
}

const notMost = 50

// Show compares an essay with the others now, leaving out the sources the reader excluded.
func (s *Service) Show(ctx context.Context, who access.Actor, essay id.ID, look Look) (View, error) {
	v := View{Look: look, Chosen: -1}
	if len(look.Not) > notMost {
		return v, fault.New(fault.Invalid, "likeness.too_many_excluded", "n", notMost)
	}
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if v.Head, err = s.head(ctx, tx, who, essay); err != nil {
			return err
		}
		if err = access.Check(ctx, tx, who, access.EssayRead, v.Unit); err != nil {
			return err
		}
		if err = others(ctx, tx, who, essay); err != nil {
			return err
		}
		v.MayName = access.Check(ctx, tx, who, access.EssayIdentify, v.Unit) == nil
		v.MayMark = access.Check(ctx, tx, who, access.EssayMark, v.Unit) == nil
		if v.Notes, err = notes(ctx, tx, essay); err != nil {
			return err
		}
		v.Proposer = proposed(v.Notes, who)
		if v.Author == "" {
			nameless(v.Notes)
		}
		return nil
	})
	if err == nil && !v.Handwritten && v.Version != 0 {
		err = s.compareNow(ctx, who, &v)
	}
	if err != nil {
		return View{}, fmt.Errorf("likeness of %s: %w", essay, err)
	}
	return v, nil
}

// compareNow fills in what the essay shares at this moment.
func (s *Service) compareNow(ctx context.Context, who access.Actor, v *View) error {
	c, err := s.current(ctx, v.Campaign)
	if err != nil {
		return err
	}
	v.Among = int64(c.index.Len())
	e := c.engine.Prepare(v.Body)
	all, err := s.find(ctx, c, e, v.Essay)
	if err != nil {
		return err
	}
	r := all
	if len(v.Look.Not) > 0 {
		if r, err = s.find(ctx, c, e, v.Essay, v.Look.Not...); err != nil {
			return err
		}
	}
	v.SHA256 = fmt.Sprintf("%x", sha256.Sum256([]byte(v.Body)))
	v.Figures, v.Flags = figures(r), flags(e.Flags, v.Hidden)
	if v.Level = v.Figures.Level(); v.Rated() {
		v.Share = v.Figures.Share()
	}
	return s.DB.Read(ctx, func(tx db.Tx) error {
		if err := s.sources(ctx, tx, who, v, all, r); err != nil {
			return err
		}
		return s.lay(ctx, tx, who, v, c.engine, e, r)
	})
}

// current is the campaign's corpus up to date, free to be searched.
func (s *Service) current(ctx context.Context, campaign id.ID) (*corpus, error) {
	c := s.corpora.of(campaign)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := s.ready(ctx, campaign, c); err != nil {
		return nil, err
	}
	return &corpus{engine: c.engine, index: c.searched()}, nil
}

// sources lists the other essays, most shared first, the excluded ones with what they would bring.
func (s *Service) sources(ctx context.Context, tx db.Tx, who access.Actor, v *View, all, r *textreuse.Result) error {
	also := map[textreuse.ID]int{}
	for _, p := range all.Passages {
		also[p.Source] = max(also[p.Source], p.Also)
	}
	shown := map[textreuse.ID]bool{}
	for _, p := range r.Passages {
		shown[p.Source] = true
	}
	for _, x := range all.Sources {
		not := slices.Contains(v.Look.Not, id.ID(x.ID))
		if !not && !shown[x.ID] || x.Copied == 0 {
			continue
		}
		h, err := s.head(ctx, tx, who, id.ID(x.ID))
		if fault.Of(err) == fault.Missing {
			continue
		}
		if err != nil {
			return err
		}
		if !h.Seen {
			h.Unit, h.State = 0, ""
		}
		n := len(v.Sources) + 1
		v.Sources = append(v.Sources, Source{Head: h, Copied: int64(x.Copied), Also: int64(also[x.ID]), Excluded: not, N: n})
	}
	for i, x := range v.Sources {
		if !x.Excluded && (v.Chosen < 0 || x.Essay == v.Look.Source) {
			v.Chosen = i
		}
	}
	return nil
}

// lay cuts both texts into pieces. Of the source a reader sees the passages with a sentence
// around them; the whole text only when its veil was lifted for him.
func (s *Service) lay(ctx context.Context, tx db.Tx, who access.Actor, v *View, engine *textreuse.Engine, e *textreuse.Essay, r *textreuse.Result) (err error) {
	left := newCloth(v.Body)
	for _, x := range engine.Exempt(e.Text) {
		left.exempt(x.Start, x.End, x.Name)
	}
	if err := s.quoted(ctx, tx, v, engine.Exempt(e.Text)); err != nil {
		return err
	}
	var right *cloth
	var theirs *textreuse.Essay
	if v.Chosen >= 0 {
		x := &v.Sources[v.Chosen]
		right = newCloth(x.Body)
		if theirs, err = madeReady(ctx, tx, engine, v.Campaign, x.Head); err != nil {
			return err
		}
		for _, q := range engine.Exempt(theirs.Text) {
			right.exempt(q.Start, q.End, q.Name)
		}
	}
	n := 0
	for _, p := range inOrder(r.Passages, v.chosen()) {
		at := slices.IndexFunc(v.Sources, func(x Source) bool { return x.Essay == id.ID(p.Source) && !x.Excluded })
		if at < 0 {
			continue
		}
		n++
		v.Sources[at].Numbers = append(v.Sources[at].Numbers, n)
		if at == v.Chosen {
			mine, other := p.Pieces(e, theirs)
			left.passage(n, v.Sources[at], mine, true)
			right.passage(n, v.Sources[at], other, true)
			continue
		}
		start, end := e.Span(p.From, p.To)
		left.stretch(n, v.Sources[at], start, end)
	}
	v.Left = left.pieces()
	if right != nil {
		v.Whole = v.Sources[v.Chosen].Author != ""
		if !v.Whole {
			right.around()
		}
		v.Right = right.pieces()
	}
	return nil
}

// madeReady is another essay's text as it was compared: with the references of its own campaign.
func madeReady(ctx context.Context, tx db.Tx, engine *textreuse.Engine, campaign id.ID, of Head) (*textreuse.Essay, error) {
	if of.Campaign == campaign {
		return engine.Prepare(of.Body), nil
	}
	e, err := letters(ctx, tx, of.Essay)
	if e == nil || err != nil {
		return engine.Prepare(of.Body), err
	}
	e.SetText(of.Body)
	return e, nil
}

func (v View) chosen() id.ID {
	if v.Chosen < 0 {
		return 0
	}
	return v.Sources[v.Chosen].Essay
}

// inOrder are the passages to number: all of the source at the right, and of the others
// those that no longer passage explains; ascending in the text.
func inOrder(ps []textreuse.Passage, chosen id.ID) []textreuse.Passage {
	out := slices.DeleteFunc(slices.Clone(ps), func(p textreuse.Passage) bool { return p.Hidden && id.ID(p.Source) != chosen })
	slices.SortStableFunc(out, func(a, b textreuse.Passage) int { return a.From - b.From })
	return out
}

// quoted lists the references that the essay quotes, without their texts.
func (s *Service) quoted(ctx context.Context, tx db.Tx, v *View, xs []textreuse.Exempt) error {
	refs, err := references(ctx, tx, v.Campaign)
	if err != nil {
		return err
	}
	for _, r := range refs {
		if r.Base || r.WithdrawnAt == 0 {
			v.References++
		}
		if slices.ContainsFunc(xs, func(x textreuse.Exempt) bool { return x.Ref == int64(r.ID) }) {
			r.Body = ""
			v.Quoted = append(v.Quoted, r)
		}
	}
	return nil
}

// head loads an essay as who may see it; the body is for this package.
func (s *Service) head(ctx context.Context, tx db.Tx, who access.Actor, essay id.ID) (Head, error) {
	h, err := findHead(ctx, tx, essay, who.Account)
	if err != nil {
		return h, err
	}
	h.Seen = access.Check(ctx, tx, who, access.EssayRead, h.Unit) == nil
	if !h.Seen {
		h.UnitName, h.Author = "", ""
	}
	return h, nil
}

func findHead(ctx context.Context, tx db.Tx, essay, account id.ID) (Head, error) {
	return db.One(ctx, tx, func(scan func(...any) error) (h Head, err error) {
		var unveiled bool
		var author string
		err = scan(&h.Essay, &h.Campaign, &h.In, &h.Task, &h.TaskTitle, &h.Unit, &h.UnitName, &h.Version, &h.N, &h.HandedAt, &h.Handwritten, &h.Pages, &h.Hidden, &h.Body,
			&h.Waits, &h.State, &h.ComparedAt, &h.Engine, &unveiled, &author)
		if unveiled {
			h.Author = author
		}
		return h, err
	}, `select e.id, e.campaign, c.title, e.task, t.title, e.unit, u.name, coalesce(v.id, 0), coalesce(v.n, 0), coalesce(v.handed_at, 0), coalesce(v.handwritten and v.body = '', false),
		(select count(*) from essay_version_file vf join essay_file f on f.id = vf.file where vf.version = v.id and f.role = 'page'), coalesce(v.hidden, 0), coalesce(v.body, ''), coalesce(l.seq, 0) = 0, coalesce(l.state, ''), coalesce(l.compared_at, 0), coalesce(l.engine, ''),
		exists (select 1 from likeness_unveiled un where un.essay = e.id and un.account = $2),
		(select string_agg(p.name, ', ' order by m.ord) from essay_member m join person p on p.id = m.person where m.essay = e.id)
		from essay e join campaign c on c.id = e.campaign join essay_task t on t.id = e.task join campaign_unit u on u.campaign = e.campaign and u.unit = e.unit
		left join essay_version v on v.id = e.version left join likeness_essay l on l.essay = e.id
		where e.id = $1 and e.state <> 'deleted' and e.version is not null`, essay, account)
}
