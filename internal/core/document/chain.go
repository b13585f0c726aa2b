package document

import (
	"cmp"
	"slices"

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

// Level is how many units of one level lie where an answer to a document is expected.
type Level struct {
	Code, Name, NameEn string
	Rank               int
	Total              int64
}

// Issue says that Unit has issued Documents papers that implement the document, directly
// or through a chain.
type Issue struct {
	Unit      id.ID
	Name      string
	Level     string
	Documents int64
}

// Coverage is R116 for one level: Issued of Total units have issued a paper that
// implements the document. Main are the levels to be shown first: the highest one and
// every level of which a unit has issued something.
type Coverage struct {
	Level  string `json:"level"`
	Name   string `json:"name"`
	NameEn string `json:"-"`
	Issued int64  `json:"issued"`
	Total  int64  `json:"total"`
	Main   bool   `json:"main" doc:"the highest level, or one of which a unit has issued something"`
}

// cover counts every unit once, whatever it issued; issues of units that are not expected
// count for nothing.
func cover(levels []Level, issues []Issue) []Coverage {
	units := map[string]map[id.ID]bool{}
	for _, i := range issues {
		if units[i.Level] == nil {
			units[i.Level] = map[id.ID]bool{}
		}
		units[i.Level][i.Unit] = true
	}
	slices.SortStableFunc(levels, func(a, b Level) int { return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Code, b.Code)) })
	var out []Coverage
	for _, l := range levels {
		if l.Total == 0 {
			continue
		}
		c := Coverage{Level: l.Code, Name: l.Name, NameEn: l.NameEn, Total: l.Total, Issued: min(int64(len(units[l.Code])), l.Total)}
		c.Main = c.Issued > 0 || l.Rank == levels[0].Rank
		out = append(out, c)
	}
	return out
}

// answered are kinds that others are expected to implement; coverage of the rest is shown
// only when somebody did.
var answered = []string{"resolution", "directive", "conclusion", "regulation", "statute", "plan", "programme", "scheme", "guidance"}
