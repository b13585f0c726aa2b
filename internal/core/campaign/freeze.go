package campaign

import (
	"cmp"
	"crypto/rand"
	"slices"

	"quantriet/internal/kit/id"
)

// branch is a unit as it stands on the campaign's first day, before it is numbered.
type branch struct {
	Unit
	position int64
	sortKey  string
}

// number gives every unit at or below owner its place in display order: lo..hi is the
// interval of its subtree. A unit whose parent is not among them hangs under owner.
func number(owner id.ID, all []branch) []Unit {
	here := map[id.ID]bool{}
	for _, b := range all {
		here[b.Unit.Unit] = true
	}
	kids, top := map[id.ID][]branch{}, branch{}
	for _, b := range all {
		switch {
		case b.Unit.Unit == owner:
			top = b
			top.Parent = 0
		case here[b.Parent]:
			kids[b.Parent] = append(kids[b.Parent], b)
		default:
			b.Parent = owner
			kids[owner] = append(kids[owner], b)
		}
	}
	var out []Unit
	var walk func(b branch, depth int64)
	walk = func(b branch, depth int64) {
		at := len(out)
		b.Lo, b.Depth = int64(at+1), depth
		out = append(out, b.Unit)
		below := kids[b.Unit.Unit]
		slices.SortFunc(below, func(a, b branch) int {
			return cmp.Or(cmp.Compare(a.position, b.position), cmp.Compare(a.sortKey, b.sortKey), cmp.Compare(a.Unit.Unit, b.Unit.Unit))
		})
		for _, k := range below {
			walk(k, depth+1)
		}
		out[at].Hi = int64(len(out))
	}
	walk(top, 0)
	return out
}

// alphabet has no letters that are taken for others when read aloud or from bad print.
const alphabet = "23456789ABCDEFGHJKMNPQRTUVWXYZ"

// newCode makes a personal code: 9 letters, random, so it says nothing about the person.
func newCode() string {
	var raw [9]byte
	rand.Read(raw[:])
	for i, b := range raw {
		raw[i] = alphabet[int(b)%len(alphabet)] // 256 mod 30: no code is guessed by the small skew
	}
	return string(raw[:])
}
