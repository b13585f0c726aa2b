package attendance

import (
	"errors"

	"quantriet/internal/kit/id"
)

// Nearly every scan is new, and a device numbers its own: one look at the numbers of a call tells
// which of its scans came before. That leaves a key under which another device, or the same one with
// another number, sent something else. It shows when the scan is kept, which then is begun anew with
// every key looked up.
var errSeen = errors.New("attendance: a key was used before")

// recall finds what was sent before.
func (d *desk) recall() error {
	here := map[id.ID]bool{}
	var keys []id.ID
	d.each(func(_ *call, w *work) {
		switch {
		case w.fresh:
		case d.hasty && w.scan.Station != 0 && w.scan.Counter != 0:
			here[w.scan.Key] = true
		default:
			keys = append(keys, w.scan.Key)
		}
	})
	type number struct {
		at  [2]int64
		key id.ID
	}
	err := look(d.ctx, d.tx, countersQuery, nil, d.spans(), func(s span, args []any) []any { return append(args, s.station, s.from, s.to) },
		func(scan func(...any) error) (n number, err error) { return n, scan(&n.at[0], &n.at[1], &n.key) },
		func(n number) {
			if first, ok := d.used[n.at]; !ok || n.key < first {
				d.used[n.at] = n.key
			}
			if here[n.key] {
				delete(here, n.key)
				keys = append(keys, n.key)
			}
		})
	if err != nil {
		return err
	}
	type found struct {
		key id.ID
		old
	}
	return look(d.ctx, d.tx, keptQuery, nil, keys, one, func(scan func(...any) error) (f found, err error) {
		return f, scan(&f.key, &f.meeting, &f.site, &f.person, &f.label, &f.name, &f.recorded)
	}, func(f found) { d.kept[f.key] = &f.old })
}

// span are numbers of one station that follow each other.
type span struct{ station, from, to int64 }

func (d *desk) spans() (out []span) {
	d.each(func(_ *call, w *work) {
		s, n := int64(w.scan.Station), w.scan.Counter
		if s == 0 || n == 0 {
			return
		}
		if last := len(out) - 1; last >= 0 && out[last].station == s && out[last].to+1 == n {
			out[last].to = n
			return
		}
		out = append(out, span{s, n, n})
	})
	return out
}
