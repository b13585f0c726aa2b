package person

import "hash/maphash"

// seen remembers who stood in which row of a file, in eight bytes each: 40 bits of a hash
// beside those that chose the shard, and the row. Eleven million keys fit into 140 MB; two
// are taken for one in less than one of a hundred such files, and are asked about then.
type seen struct {
	seed   maphash.Seed
	shards [1 << shardBits]shard
}

type shard struct {
	slots []uint64
	held  int
}

const (
	shardBits = 14
	rowBits   = 24
	rowMost   = 1<<rowBits - 1
)

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

func (s *seen) place(key string) (*shard, uint64) {
	h := maphash.String(s.seed, key)
	return &s.shards[h&(1<<shardBits-1)], h &^ rowMost
}

// row is where a key was seen, 0 for nowhere.
func (s *seen) row(key string) int {
	sh, tag := s.place(key)
	if len(sh.slots) == 0 {
		return 0
	}
	return int(sh.slots[sh.find(tag)] & rowMost)
}

// add remembers the first row of a key.
func (s *seen) add(key string, row int) {
	sh, tag := s.place(key)
	if sh.held*4 >= len(sh.slots)*3 {
		sh.grow()
	}
	if i := sh.find(tag); sh.slots[i] == 0 {
		sh.slots[i] = tag | uint64(min(max(row, 1), rowMost))
		sh.held++
	}
}

// find is the slot of a tag, or the free one where it belongs.
func (sh *shard) find(tag uint64) int {
	mask := len(sh.slots) - 1
	i := int(tag>>rowBits) & mask
	for sh.slots[i] != 0 && sh.slots[i]&^rowMost != tag {
		i = (i + 1) & mask
	}
	return i
}

func (sh *shard) grow() {
	old := sh.slots
	sh.slots = make([]uint64, max(4, 2*len(old)))
	for _, slot := range old {
		if slot != 0 {
			sh.slots[sh.find(slot&^rowMost)] = slot
		}
	}
}
