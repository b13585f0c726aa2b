package live

import (
	"os"
	"runtime/debug"
)

// A crowd's streams are memory that lasts, of which the collector lets as much again pile up
// before it works. While they are many it works at a third of that, unless the machine's keeper
// has set GOGC.
const (
	many   = 2_000 // viewers from which on it does
	sparse = 30    // GOGC meanwhile
	usual  = 100
)

// press sets the collector by the number of viewers; the lock is held.
func (h *Hub[T, S]) press() {
	crowded := h.viewers >= many || h.crowded && h.viewers > many/2
	if crowded == h.crowded || os.Getenv("GOGC") != "" {
		return
	}
	h.crowded = crowded
	if crowded {
		debug.SetGCPercent(sparse)
	} else {
		debug.SetGCPercent(usual)
	}
}
