// Package lately keeps for a moment what was long to find out, for all who ask for the same.
package lately

import "sync"

// Memory holds values by key while they may be shown. Whoever gets one may not change it. The zero
// value is ready. Instants are Unix milliseconds UTC.
type Memory[K comparable, V any] struct {
	mu   sync.Mutex
	kept map[K]kept[V]
}

type kept[V any] struct {
	value       V
	from, until int64
}

func (x kept[V]) fresh(now int64) bool { return x.from <= now && now < x.until }

// Find gives what is kept for now.
func (m *Memory[K, V]) Find(k K, now int64) (v V, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if x, found := m.kept[k]; found && x.fresh(now) {
		return x.value, true
	}
	return v, false
}

// Keep holds what is true at from, until then, and forgets what is over.
func (m *Memory[K, V]) Keep(k K, v V, from, until int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[K]kept[V]{}
	}
	for other, x := range m.kept {
		if !x.fresh(from) {
			delete(m.kept, other)
		}
	}
	m.kept[k] = kept[V]{v, from, until}
}
