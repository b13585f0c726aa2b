package likeness

import (
	"cmp"
	"slices"
	"time"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// families groups the items that links join, the largest first.
func families(links []textreuse.Link, items []Item) []Family {
	at := map[textreuse.ID]Item{}
	for _, it := range items {
		at[textreuse.ID(it.Essay)] = it
	}
	var out []Family
	for _, ids := range textreuse.Families(links) {
		var f Family
		for _, x := range ids {
			if it, ok := at[x]; ok {
				f.Essays = append(f.Essays, it)
			} else {
				f.Others++
			}
		}
		if len(f.Essays) > 0 {
			f.spread()
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Family) int { return cmp.Compare(b.size(), a.size()) })
	return out[:min(len(out), familiesMost)]
}

func (f Family) size() int64 { return int64(len(f.Essays)) + f.Others }

// spread counts by unit and by day.
func (f *Family) spread() {
	slices.SortFunc(f.Essays, func(a, b Item) int { return cmp.Or(cmp.Compare(a.HandedAt, b.HandedAt), cmp.Compare(a.Essay, b.Essay)) })
	units, days := map[id.ID]*UnitCount{}, map[string]int64{}
	for _, it := range f.Essays {
		if units[it.Unit] == nil {
			units[it.Unit] = &UnitCount{Unit: it.Unit, Name: it.UnitName}
		}
		units[it.Unit].N++
		days[clock.Day(time.UnixMilli(it.HandedAt))]++
	}
	for _, u := range units {
		f.Units = append(f.Units, *u)
	}
	slices.SortFunc(f.Units, func(a, b UnitCount) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Unit, b.Unit)) })
	for day, n := range days {
		f.Days = append(f.Days, DayCount{day, n})
	}
	slices.SortFunc(f.Days, func(a, b DayCount) int { return cmp.Compare(a.Day, b.Day) })
}
