package account

import "sync"

// cache remembers visitors for a second, so that a page and its parts cost no query. It
// is emptied by every change made in this process; the second covers other processes.
type cache struct {
	mu   sync.Mutex
	byID map[string]remembered
}

type remembered struct {
	v  known
	at int64
}

const (
	fresh    = 1000 // milliseconds
	maxKnown = 10_000
)

func (c *cache) get(hash string, now int64) (known, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.byID[hash]
	if !ok || now < k.at || now-k.at >= fresh || now >= k.v.ends {
		return known{}, false
	}
	return k.v, true
}

// put keeps what was loaded at an instant.
func (c *cache) put(hash string, v known, at int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil || len(c.byID) >= maxKnown {
		c.byID = map[string]remembered{}
	}
	c.byID[hash] = remembered{v, at}
}

func (c *cache) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byID = nil
}
