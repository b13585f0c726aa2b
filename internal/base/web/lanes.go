package web

import (
	"context"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
)

// Lane keeps requests of one kind from standing in the way of another: each has its own
// places, and a short line of those who wait for one. Who finds the line full is told so at
// once, with a pause of chance before the next try.
type Lane int

// The lanes. ByNeed, the zero value, chooses by what the route needs.
const (
	ByNeed  Lane = iota
	CheckIn      // attendance at the door
	Pages        // what people do who have signed in
	Admin        // accounts, settings, logs: always to be reached
	Heavy        // exports and reports: they wait while many check in
	Bulk         // operations whose body is large and stands whole in memory: one after the other
	Free         // streams, and what costs nothing
)

// lane holds the places of one kind.
type lane struct {
	places   chan struct{}
	waiting  atomic.Int64
	line     int64         // most who wait
	patience time.Duration // for a place
}

// lanesOf are the places on a machine of two cores and more: check-ins wait for the writer and
// cost little meanwhile, the others compute.
func lanesOf() map[Lane]*lane {
	of := func(places int, line int64, patience time.Duration) *lane {
		return &lane{places: make(chan struct{}, places), line: line, patience: patience}
	}
	return map[Lane]*lane{CheckIn: of(3_000, 0, 0), Pages: of(32, 256, 4*time.Second), Admin: of(8, 64, 8*time.Second), Heavy: of(2, 16, 20*time.Second), Bulk: of(1, 8, 20*time.Second)}
}

// long is how many scans wait when exports had better wait too.
const long = 500

// enter waits for a place. Fault: Busy.
func (s *Site) enterLane(ctx context.Context, kind Lane) (leave func(), err error) {
	l := s.lanes[kind]
	if l == nil {
		return func() {}, nil
	}
	if kind == CheckIn && s.Full != nil && s.Full() {
		return nil, crowded()
	}
	until := time.Now().Add(l.patience)
	if err := l.take(ctx); err != nil {
		return nil, err
	}
	for kind == Heavy && s.Waiting != nil && s.Waiting() > long {
		if time.Now().After(until) || ctx.Err() != nil {
			<-l.places
			return nil, crowded()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return func() { <-l.places }, nil
}

func (l *lane) take(ctx context.Context) error {
	select {
	case l.places <- struct{}{}:
		return nil
	default:
	}
	if l.waiting.Add(1) > l.line {
		l.waiting.Add(-1)
		return crowded()
	}
	defer l.waiting.Add(-1)
	t := time.NewTimer(l.patience)
	defer t.Stop()
	select {
	case l.places <- struct{}{}:
		return nil
	case <-t.C:
		return crowded()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func crowded() error { return fault.New(fault.Busy, "web.busy") }

// pause tells whoever was turned away when to come again: not all at once; seconds.
func pause() string { return strconv.Itoa(1 + rand.IntN(5)) }

var (
	exported = []string{".xlsx", ".csv", ".docx", ".pdf", ".zip", ".jsonl"}
	running  = []access.Need{access.AccountEdit, access.SettingEdit, access.AuditRead, access.AuditContent, access.PrivacyAnswer}
)

// bulky is from how many bytes on a JSON body waits for its turn.
const bulky = 32 << 20

// lane is where a route waits.
func (rt Route) lane() Lane {
	switch {
	case rt.Lane != ByNeed:
		return rt.Lane
	case rt.API() && rt.Most >= bulky:
		return Bulk
	case slices.Contains(exported, path.Ext(rt.Path())):
		return Heavy
	case rt.Need == access.Anyone:
		return Free
	case slices.Contains(running, rt.Need):
		return Admin
	case rt.Need == access.AttendanceTake && rt.Method() == http.MethodPost:
		return CheckIn
	}
	return Pages
}
