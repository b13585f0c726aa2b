package textreuse

import "sync"

// recentParts is into how many parts the memory of Recent is divided, each with its lock.
const recentParts = 16

// Recent makes a Load that remembers what it read lately, up to about so many bytes: in a
// batch the essays that long lists keep are read again and again. It is meant for one
// batch, as it does not learn of essays that change; those it returns are shared.
func Recent(load func(ID) (*Essay, error), bytes int) func(ID) (*Essay, error) {
	parts := make([]recent, recentParts)
	for i := range parts {
		parts[i].room = bytes / recentParts / 2
		parts[i].young = map[ID]*Essay{}
	}
	return func(id ID) (*Essay, error) {
		p := &parts[uint64(id)*spread>>32%recentParts]
		if e := p.find(id); e != nil {
			return e, nil
		}
		e, err := load(id)
		if err == nil && e != nil {
			p.keep(id, e)
		}
		return e, err
	}
}

// recent keeps two generations: when the young one has grown to the room of one, the old
// one is forgotten and the young one takes its place.
type recent struct {
	sync.Mutex
	young, old map[ID]*Essay
	size, room int
}

func (r *recent) find(id ID) *Essay {
	r.Lock()
	defer r.Unlock()
	if e := r.young[id]; e != nil {
		return e
	}
	e := r.old[id]
	if e != nil {
		r.put(id, e)
	}
	return e
}

func (r *recent) keep(id ID, e *Essay) {
	r.Lock()
	defer r.Unlock()
	if r.young[id] == nil {
		r.put(id, e)
	}
}

// recentRow is about what an essay takes beside its letters.
const recentRow = 300

func (r *recent) put(id ID, e *Essay) {
	if r.size += len(e.Own) + recentRow; r.size > r.room {
		r.old, r.young, r.size = r.young, map[ID]*Essay{}, len(e.Own)+recentRow
	}
	r.young[id] = e
}
