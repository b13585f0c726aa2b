package document

import (
	"cmp"
	"slices"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/id"
)

// Link says that Document implements Target.
type Link struct{ Document, Target id.ID }

// circular reports whether document would come to implement itself if it were linked to
// targets. above are the links of everything that the targets implement.
func circular(above []Link, document id.ID, targets []id.ID) bool {
	up := map[id.ID][]id.ID{}
	for _, l := range above {
		up[l.Document] = append(up[l.Document], l.Target)
	}
	seen := map[id.ID]bool{}
	for queue := slices.Clone(targets); len(queue) > 0; queue = queue[1:] {
		if queue[0] == document {
			return true
		}
		if !seen[queue[0]] {
			seen[queue[0]] = true
			queue = append(queue, up[queue[0]]...)
		}
	}
	return false
}

// Node is a document in the tree of what implements it.
type Node struct {
	Name
	Below []Node
}

const (
	deepest  = 12  // links from a resolution to its last plan
	nodesMax = 400 // of a tree on a page
)

// grow makes the tree below root, the oldest papers first; cut tells that it was too large.
// A paper that implements two others stands under both.
func grow(root id.ID, links []Link, names map[id.ID]Name) (below []Node, cut bool) {
	down := map[id.ID][]Name{}
	for _, l := range links {
		if n, ok := names[l.Document]; ok {
			down[l.Target] = append(down[l.Target], n)
		}
	}
	left := nodesMax
	var branch func(of id.ID, depth int) []Node
	branch = func(of id.ID, depth int) (out []Node) {
		kids := down[of]
		slices.SortFunc(kids, func(a, b Name) int { return cmp.Or(cmp.Compare(a.IssuedOn, b.IssuedOn), cmp.Compare(a.ID, b.ID)) })
		for _, k := range kids {
			if left == 0 || depth > deepest {
				cut = true
				return out
			}
			left--
			out = append(out, Node{Name: k})
		}
		for i := range out {
			out[i].Below = branch(out[i].ID, depth+1)
		}
		return out
	}
	return branch(root, 1), cut
}

// Unit is a unit that is expected to answer a document. Mine says that it lies in the
// scope of the reader, who may see it named.
type Unit struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	Documents int64  `json:"documents" doc:"how many papers of it implement the document"`
	Level     string `json:"-"`
	Mine      bool   `json:"-"`
}

// Coverage is R116 for one level: Issued of Total units have issued a paper that
// implements the document, directly or through a chain. The numbers count all units, the
// lists name those in the reader's scope. Main are the levels to be shown first: the
// highest one and every level of which a unit has issued something.
type Coverage struct {
	Level   string `json:"level"`
	Name    string `json:"name"`
	NameEn  string `json:"-"`
	Issued  int64  `json:"issued"`
	Total   int64  `json:"total"`
	Main    bool   `json:"main" doc:"the highest level, or one of which a unit has issued something"`
	Done    []Unit `json:"done,omitempty" doc:"units in scope that have issued something; at most 300"`
	Missing []Unit `json:"missing,omitempty" doc:"units in scope that have not; at most 300"`
}

// namedMax bounds the lists of units of one level.
const namedMax = 300

// cover counts every expected unit once, whatever it issued; issuers that are not expected
// count for nothing. levels are in order from the top; issued are papers by issuer.
func cover(levels []org.Level, units []Unit, issued map[id.ID]int64) (out []Coverage) {
	at := map[string]int{}
	top := -1
	for _, l := range levels {
		if slices.ContainsFunc(units, func(u Unit) bool { return u.Level == l.Code }) {
			if top < 0 {
				top = l.Rank
			}
			at[l.Code] = len(out)
			out = append(out, Coverage{Level: l.Code, Name: l.Name, NameEn: l.NameEn, Main: l.Rank == top})
		}
	}
	for _, u := range units {
		if i, ok := at[u.Level]; ok {
			u.Documents = issued[u.ID]
			out[i].count(u)
		}
	}
	return out
}

func (c *Coverage) count(u Unit) {
	c.Total++
	list := &c.Missing
	if u.Documents > 0 {
		c.Issued++
		c.Main = true
		list = &c.Done
	}
	if u.Mine && len(*list) < namedMax {
		*list = append(*list, u)
	}
}

// bare takes the lists of the lesser levels away, or of all but one level.
func bare(all []Coverage, level string) []Coverage {
	for i, c := range all {
		if level == "" && !c.Main || level != "" && level != c.Level {
			all[i].Done, all[i].Missing = nil, nil
		}
	}
	return all
}

// answered are kinds that others are expected to implement, those that come first at the
// head; coverage of the rest is shown only when somebody did.
var answered = []string{"resolution", "directive", "conclusion", "regulation", "statute", "plan", "programme", "scheme", "guidance"}
