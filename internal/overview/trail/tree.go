package trail

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/tlog"
)

// unit is a unit of the frozen tree; name is the one frozen with it.
type unit struct {
	ID     id.ID
	Name   string
	Lo, Hi int64
}

// called is the name under which a unit's sum goes into the one above.
func (u unit) called() string { return u.ID.String() + " " + u.Name }

// grove is one tree: for one document, with the salts of one trail. It is for one goroutine.
type grove struct {
	salted             hash.Hash // HMAC under the secret of the trail
	campaign, document id.ID
	trail              id.ID
	adds               map[Mark][]int64 // counts of marks seen; never changed
}

func newGrove(secret []byte, trail, campaign, document id.ID) grove {
	return grove{hmac.New(sha256.New, secret), campaign, document, trail, map[Mark][]int64{}}
}

// salt keeps a leaf from being guessed: to try all marks of somebody one would have to know
// the secret of the trail, which never leaves the database.
func (g grove) salt(person id.ID) string {
	g.salted.Reset()
	var room [64]byte
	b := append(append(room[:0], "trail "...), g.trail.String()...)
	b = append(append(b, ' '), g.document.String()...)
	g.salted.Write(append(append(b, ' '), person.String()...))
	return hex.EncodeToString(g.salted.Sum(nil)[:16])
}

// leafText is what a leaf commits to.
func leafText(campaign, document, person id.ID, m Mark, salt string) []byte {
	b := append(make([]byte, 0, 128), "quantriet leaf 1\n"...)
	for _, of := range [...]id.ID{campaign, document, person} {
		b = append(append(b, of.String()...), ' ')
	}
	return append(append(append(append(b, m...), '\n'), salt...), '\n')
}

func (g grove) leaf(person id.ID, m Mark) (tlog.Sum, error) {
	n, known := g.adds[m]
	if !known {
		var err error
		if n, err = m.counts(); err != nil {
			return tlog.Sum{}, err
		}
		g.adds[m] = n
	}
	return tlog.Leaf(leafText(g.campaign, g.document, person, m, g.salt(person)), n), nil
}

// own joins the leaves of a unit's own people in the order of their hashes, and gives the
// steps of one of them; who 0 for nobody's.
func (g grove) own(people []id.ID, marks string, who id.ID) (total tlog.Sum, steps []tlog.Step, err error) {
	if len(marks) != 3*len(people) {
		return total, nil, fmt.Errorf("%d people have %d letters of marks", len(people), len(marks))
	}
	leaves := make([]tlog.Sum, len(people))
	var mine tlog.Hash
	for i, p := range people {
		if leaves[i], err = g.leaf(p, Mark(marks[3*i:3*i+3])); err != nil {
			return total, nil, err
		}
		if p == who {
			mine = leaves[i].Hash
		}
	}
	slices.SortFunc(leaves, func(a, b tlog.Sum) int { return bytes.Compare(a.Hash[:], b.Hash[:]) })
	at := -1
	if who != 0 {
		if at = slices.IndexFunc(leaves, func(s tlog.Sum) bool { return s.Hash == mine }); at < 0 {
			return total, nil, fmt.Errorf("%s is not among the people", who)
		}
	}
	return tlog.Total(leaves, at)
}

// node joins what a unit is made of, its own people first, under its name.
func node(u unit, parts []tlog.Sum) (tlog.Sum, error) {
	s, _, err := tlog.Total(parts, -1)
	return tlog.Named(u.called(), s), err
}

// sums computes the node of every unit with anybody at or below it, by place in units, which
// stand in the order of the tree, the top first. own gives the people of a unit itself. A unit
// without anybody has no node.
func (g grove) sums(units []unit, own func(i int) (people []id.ID, marks string)) ([]tlog.Sum, error) {
	out, parts, up := make([]tlog.Sum, len(units)), make([][]tlog.Sum, len(units)), ups(units)
	for i := len(units) - 1; i >= 0; i-- {
		slices.Reverse(parts[i]) // they came from the last to the first
		if people, marks := own(i); len(people) > 0 || marks != "" {
			s, _, err := g.own(people, marks, 0)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", units[i].Name, err)
			}
			parts[i] = slices.Insert(parts[i], 0, s)
		}
		if len(parts[i]) == 0 {
			continue
		}
		var err error
		if out[i], err = node(units[i], parts[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", units[i].Name, err)
		}
		if parts[i] = nil; up[i] >= 0 {
			parts[up[i]] = append(parts[up[i]], out[i])
		}
	}
	return out, nil
}

// ups gives the place of the unit above each; -1 for the top.
func ups(units []unit) []int {
	out, way := make([]int, len(units)), []int{}
	for i, u := range units {
		for len(way) > 0 && units[way[len(way)-1]].Hi < u.Lo {
			way = way[:len(way)-1]
		}
		out[i] = -1
		if len(way) > 0 {
			out[i] = way[len(way)-1]
		}
		way = append(way, i)
	}
	return out
}
