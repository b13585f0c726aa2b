package checkin

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"quantriet/internal/app/bench"
	"quantriet/internal/app/bench/morning"
)

// visitor looks at pages as an officer does while the people come.
type visitor struct {
	m     morning.Morning
	line  line
	times bench.Times
	odd   map[string]int // pages that were not shown, by answer
	slow  map[string]time.Duration
}

// pages the officer goes round.
func (v *visitor) pages() []string {
	return []string{"/", "/campaigns/" + v.m.Campaign().String(), "/meetings", "/units/" + v.m.Top().String()}
}

func (v *visitor) look(ctx context.Context) {
	v.odd, v.slow = map[string]int{}, map[string]time.Duration{}
	defer v.line.close()
	for n := 0; ctx.Err() == nil; n++ {
		page := v.pages()[n%len(v.pages())]
		began := time.Now()
		a, err := v.line.get(page, v.m.Officer())
		took := time.Since(began)
		if err != nil || a.status != 200 {
			v.odd[fmt.Sprintf("%s %d %v", page, a.status, err)]++
		}
		v.times.Add(took)
		v.slow[page] = max(v.slow[page], took)
		select {
		case <-ctx.Done():
		case <-time.After(150 * time.Millisecond):
		}
	}
}

func (v *visitor) said() string {
	var out []string
	for page, took := range v.slow {
		out = append(out, fmt.Sprintf("%.12s %s", page, bench.Round(took)))
	}
	slices.Sort(out)
	for why, n := range v.odd {
		out = append(out, fmt.Sprintf("NOT SHOWN %d× %s", n, why))
	}
	return "longest of each: " + strings.Join(out, ", ")
}
