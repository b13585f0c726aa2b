package narrative

import (
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/db"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// formula are the set phrases of such reports.
//
//go:embed formula.txt
var formula string

// engines remembers what was made ready: an engine for each campaign, reports for each engine.
type engines struct {
	mu     sync.Mutex
	stamps map[id.ID]string
	all    map[id.ID]*textreuse.Engine
	ready  map[string]*textreuse.Essay
	done   map[[32]byte]result // by everything that was compared
}

// mostReady bounds the reports kept in memory.
const mostReady = 300

// of is the engine of a campaign, or of a review, with what may be repeated.
func (e *engines) of(ctx context.Context, tx db.Tx, s sheet) (*textreuse.Engine, error) {
	of := cmp.Or(s.Campaign, s.Review)
	refs, err := references(ctx, tx, s)
	if err != nil {
		return nil, err
	}
	stamp := ""
	for _, r := range refs {
		stamp += fmt.Sprint(r.ID, " ", len(r.Text), ";")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.all == nil || len(e.all) > 20 {
		e.stamps, e.all = map[id.ID]string{}, map[id.ID]*textreuse.Engine{}
	}
	if e.all[of] == nil || e.stamps[of] != stamp {
		refs = append(refs, textreuse.Reference{ID: 1, Category: textreuse.Template, Name: "formula", Text: formula})
		e.all[of], e.stamps[of] = textreuse.New(textreuse.NewSecret([]byte("narrative")), refs...), stamp
	}
	return e.all[of], nil
}

// prepare makes a source ready, or finds it.
func (e *engines) prepare(ctx context.Context, tx db.Tx, engine *textreuse.Engine, s *source) (err error) {
	if s.texts, err = textsOf(ctx, tx, s.Source); err != nil {
		return err
	}
	s.book = bind(s.texts)
	key := fmt.Sprint(s.Source, " ", s.Version, " ", engine.Version(), " ", len(s.book.text))
	e.mu.Lock()
	s.essay = e.ready[key]
	e.mu.Unlock()
	if s.essay != nil && s.essay.Text != nil {
		return nil
	}
	s.essay = engine.Prepare(s.book.text)
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ready == nil || len(e.ready) >= mostReady {
		e.ready = map[string]*textreuse.Essay{}
	}
	e.ready[key] = s.essay
	return nil
}

// Alike is a report or review compared with last time's and with the neighbours' sent before it.
type Alike struct {
	Paper
	Title     string  `json:"title" doc:"of the campaign, or of the review"`
	Name      string  `json:"name"`
	Own       int64   `json:"own" doc:"syllables, without what was quoted and set phrases"`
	Before    int64   `json:"before" doc:"of them also in last time's report"`
	Beside    int64   `json:"beside" doc:"of them also in a neighbour's report"`
	Found     []Found `json:"found"`
	LastTime  string  `json:"last_time" doc:"campaign of last time's report, or that review; empty when there is none"`
	Neighbour int64   `json:"neighbours" doc:"compared with"`
}

// Alike finds the sentences of a paper, as it stands, that are nearly the same elsewhere.
// Faults: Missing.
func (s *Service) Alike(ctx context.Context, who access.Actor, of Paper) (v Alike, err error) {
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		d, err := seen(ctx, tx, who, of)
		if err != nil {
			return err
		}
		v.Paper, v.Title, v.Name = d.Paper, d.title, d.name
		r, sources, err := s.compared(ctx, tx, d)
		if err != nil {
			return err
		}
		v.Own, v.Before, v.Beside, v.Found = r.own, r.before, r.beside, r.found
		for _, x := range sources {
			if x.Kind == "before" {
				v.LastTime = x.Title
			} else {
				v.Neighbour++
			}
		}
		return v.veil(ctx, tx, who)
	})
	if err != nil {
		return Alike{}, fmt.Errorf("compare %s: %w", of.href(), err)
	}
	return v, nil
}

// veil takes away the words of reports that who may not read.
func (v *Alike) veil(ctx context.Context, tx db.Tx, who access.Actor) error {
	for i := range v.Found {
		err := access.Check(ctx, tx, who, access.ReportRead, v.Found[i].Unit)
		if k := fault.Of(err); k == fault.Missing || k == fault.Denied {
			v.Found[i].Theirs, err = "", nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compared compares a paper as it stands.
func (s *Service) compared(ctx context.Context, tx db.Tx, d sheet) (r result, sources []source, err error) {
	if d.id == 0 {
		return r, nil, nil
	}
	engine, err := s.engines.of(ctx, tx, d)
	if err != nil {
		return r, nil, err
	}
	own, err := textsOf(ctx, tx, d.id)
	if err != nil {
		return r, nil, err
	}
	last, err := before(ctx, tx, d)
	if err != nil {
		return r, nil, err
	}
	beside, err := beside(ctx, tx, d, d.firstSent)
	if err != nil {
		return r, nil, err
	}
	sources = append(last, beside...)
	for i := range sources {
		if sources[i].Kind = "beside"; i < len(last) {
			sources[i].Kind = "before"
		}
		if err := s.engines.prepare(ctx, tx, engine, &sources[i]); err != nil {
			return r, nil, err
		}
	}
	quoted, err := quotesOf(ctx, tx, d.id)
	if err != nil {
		return r, nil, err
	}
	var refs []textreuse.Reference
	for _, q := range quoted {
		if q.How(own) == "quote" {
			refs = append(refs, textreuse.Reference{ID: int64(q.ID), Category: textreuse.Common, Name: q.Mark(), Text: q.Body})
		}
	}
	r, err = s.engines.compare(engine, refs, bind(own), sources)
	return r, sources, err
}

// compare remembers what it found: an open report is looked at, and written, many times.
func (e *engines) compare(engine *textreuse.Engine, refs []textreuse.Reference, own book, sources []source) (r result, err error) {
	all := sha256.New()
	fmt.Fprintf(all, "%v %q %+v", engine.Version(), own.text, refs)
	for _, s := range sources {
		fmt.Fprintf(all, "%+v %q", s.Found, s.book.text)
	}
	key := [32]byte(all.Sum(nil))
	e.mu.Lock()
	r, there := e.done[key]
	e.mu.Unlock()
	if !there {
		if r, err = compare(engine.With(refs...), own, sources); err != nil {
			return r, err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.done == nil || len(e.done) >= mostReady {
			e.done = map[[32]byte]result{}
		}
		e.done[key] = r
	}
	r.found = slices.Clone(r.found)
	return r, nil
}

// pause is how long Run rests when nothing waits.
const pause = 10 * time.Second

// Run compares what was sent until ctx ends.
func (s *Service) Run(ctx context.Context) {
	for {
		n, err := s.Work(ctx)
		if err != nil && ctx.Err() == nil {
			slog.Error("compare reports", "err", err)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// Work compares some of what waits and tells how many.
func (s *Service) Work(ctx context.Context) (done int, err error) {
	var list []id.ID
	err = s.DB.Read(ctx, func(tx db.Tx) error {
		list, err = waiting(ctx, tx, 20)
		return err
	})
	for _, r := range list {
		if err == nil {
			err = s.keep(ctx, r)
		}
		if err != nil {
			return done, fmt.Errorf("compare report %s: %w", r, err)
		}
		done++
	}
	return done, err
}

// keep compares one sending and stores what was found, unless it changed meanwhile.
func (s *Service) keep(ctx context.Context, of id.ID) error {
	var was sheet
	var r result
	err := s.DB.Read(ctx, func(tx db.Tx) (err error) {
		if was, err = load(ctx, tx, of); err == nil {
			r, _, err = s.compared(ctx, tx, was)
		}
		return err
	})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx db.Tx) error {
		now, err := load(ctx, tx, of)
		if err != nil || now.version != was.version {
			return err
		}
		return put(ctx, tx, of, was.version, s.Now.Ms(), r)
	})
}
