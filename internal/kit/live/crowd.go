package live

import "quantriet/internal/kit/heap"

// many viewers are a crowd, until half of them have gone.
const many = 2_000

// press tells the collector of a crowd; the lock is held.
func (h *Hub[T, S]) press() {
	crowded := h.viewers >= many || h.crowded && h.viewers > many/2
	if crowded == h.crowded {
		return
	}
	h.crowded = crowded
	heap.Crowd(crowded)
}
