package conference

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Candidate is somebody of the meeting whom a display name may mean.
type Candidate struct {
	Person   id.ID  `json:"person"`
	Name     string `json:"name"`
	UnitName string `json:"unit_name"`
	Already  bool   `json:"already" doc:"recorded at this meeting"`
	folded   string
	unit     string // folded
}

// place is a site by its folded name.
type place struct {
	id   id.ID
	name string
}

// Found is what a display name means: exact, many, none or site.
type Found struct {
	Verdict    string
	Candidates []Candidate
	Place      id.ID
	Heads      int64
}

// roll finds people and sites by what a device calls itself.
type roll struct {
	people map[string][]Candidate // by folded name
	places []place
}

func newRoll(people []Candidate, places []place) *roll {
	r := &roll{people: map[string][]Candidate{}, places: places}
	for _, c := range people {
		c.unit = text.Fold(c.UnitName)
		r.people[c.folded] = append(r.people[c.folded], c)
	}
	return r
}

var (
	brackets = regexp.MustCompile(`[(\[{]([^)\]}]*)[)\]}]`)
	cuts     = regexp.MustCompile(`\s+[-–—]+\s+|\s*[_|/,;:]+\s*|-`)
	headsIn  = regexp.MustCompile(`\b(\d{1,5}) ?(nguoi|dc|d c|dong chi|dai bieu|db|pax)\b`)
	halls    = regexp.MustCompile(`\b(diem cau|dau cau|phong hop|hoi truong|nha van hoa|ubnd|uy ban|dang uy|huyen uy|quan uy|thanh uy|tinh uy|thi uy|van phong|trung tam|truong (thpt|thcs|tieu hoc|dai hoc))\b`)
)

// find says what a display name means. A whole name of one person is exact; where several
// bear it, the rest of the display name may tell them apart by their unit.
func (r *roll) find(display string) (f Found) {
	folded := text.Fold(display)
	if m := headsIn.FindStringSubmatch(folded); m != nil {
		f.Heads, _ = strconv.ParseInt(m[1], 10, 64)
	}
	pieces := split(display)
	for i, piece := range pieces {
		if all := r.people[piece]; len(all) > 0 {
			f.Candidates = narrow(all, slices.Concat(pieces[:i], pieces[i+1:]))
			f.Verdict = "many"
			if len(f.Candidates) == 1 {
				f.Verdict = "exact"
			}
			return f
		}
	}
	f.Place = r.at(folded)
	if f.Heads > 0 || halls.MatchString(folded) || f.Place != 0 {
		f.Verdict = "site"
		return f
	}
	f.Verdict = "none"
	return f
}

// split gives the folded pieces of a display name: the whole without brackets first, then
// what separators part, then what stands in brackets.
func split(display string) (out []string) {
	add := func(s string) {
		if s = text.Fold(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	bare := brackets.ReplaceAllString(display, " ")
	add(bare)
	for _, piece := range cuts.Split(bare, -1) {
		add(piece)
	}
	for _, m := range brackets.FindAllStringSubmatch(display, -1) {
		add(m[1])
	}
	return out
}

// narrow keeps those whose unit another piece names; all of them when it names none's.
func narrow(all []Candidate, rest []string) []Candidate {
	if len(all) == 1 {
		return all
	}
	var out []Candidate
	for _, c := range all {
		if slices.ContainsFunc(rest, func(s string) bool { return len(s) > 2 && (strings.Contains(c.unit, s) || strings.Contains(s, c.unit)) }) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// at is the site whose name a display name holds, the longest.
func (r *roll) at(folded string) (found id.ID) {
	most := 0
	for _, p := range r.places {
		if len(p.name) > most && len(p.name) > 3 && strings.Contains(" "+folded+" ", " "+p.name+" ") {
			found, most = p.id, len(p.name)
		}
	}
	return found
}
