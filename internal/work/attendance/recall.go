package attendance

import (
	"errors"
	"slices"

	"quantriet/internal/kit/id"
)

// Nearly every scan is new, and a device numbers its own: one look at the numbers that a
// station has used tells which of its scans came before. That leaves a key under which another device, or the same one with
// another number, sent something else. It shows when the scan is kept, which then is begun anew with
// every key looked up.
var errSeen = errors.New("attendance: a key was used before")

// recall finds what was sent before.
func (d *desk) recall() error {
	var asked []block
	d.each(func(_ *call, w *work) {
		if !w.numbered() {
			return
		}
		b, _ := blockOf(w.scan.Station, w.scan.Counter)
		if _, ok := d.used[b]; !ok {
			d.used[b] = 0
			asked = append(asked, b)
		}
	})
	slices.SortFunc(asked, block.compare)
	if err := look(d.ctx, d.tx, numbersQuery, nil, asked, block.put, scanRowOf, func(r row) { d.used[r.block] = uint64(r.bits) }); err != nil {
		return err
	}
	var keys []id.ID
	d.each(func(_ *call, w *work) {
		if !w.fresh && !(d.hasty && w.numbered() && !d.used.has(w.scan.Station, w.scan.Counter)) {
			keys = append(keys, w.scan.Key)
		}
	})
	type found struct {
		key id.ID
		old
	}
	return look(d.ctx, d.tx, keptQuery, nil, keys, one, func(scan func(...any) error) (f found, err error) {
		return f, scan(&f.key, &f.meeting, &f.site, &f.person, &f.label, &f.name, &f.recorded)
	}, func(f found) { d.kept[f.key] = &f.old })
}
