package marking

import (
	"strconv"
	"strings"
	"unicode"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/work/essay"
)

// Mark is one marker's judgement of one version. Points are tenths. Nth is 1 for the first, 2 for
// the second blind one, 3 for who decides between them, from 4 on for who marked again after results were out.
type Mark struct {
	ID      id.ID   `json:"id"`
	Essay   id.ID   `json:"essay"`
	Version id.ID   `json:"version"`
	Nth     int64   `json:"nth"`
	Account id.ID   `json:"-"`
	Person  id.ID   `json:"-"`
	Name    string  `json:"name"`
	Points  int64   `json:"points" doc:"tenths"`
	Remark  string  `json:"remark"`
	At      int64   `json:"at" doc:"Unix milliseconds UTC"`
	Scores  []Score `json:"scores"`
}

// Score is what one criterion was given, in tenths.
type Score struct {
	Ord    int64 `json:"ord"`
	Points int64 `json:"points" doc:"tenths"`
}

// By reports whether the mark is the actor's own.
func (m Mark) By(who access.Actor) bool {
	return m.Account != 0 && m.Account == who.Account || m.Person != 0 && m.Person == who.Person
}

// Settle says what the marks of a version come to, in tenths: the first alone, the mean of two
// that differ by bound tenths at most, otherwise what the third gives; what was marked again replaces it.
func Settle(second bool, marks []Mark, bound int64) (points int64, done, disputed bool) {
	of := map[int64]int64{}
	last := int64(0)
	for _, m := range marks {
		of[m.Nth], last = m.Points, max(last, m.Nth)
	}
	first, has1 := of[1]
	two, has2 := of[2]
	third, has3 := of[3]
	switch {
	case last >= againFrom:
		return of[last], true, false
	case has3:
		return third, true, false
	case !has1 || second && !has2:
		return 0, false, false
	case !second || !has2:
		return first, true, false
	case max(first-two, two-first) > bound:
		return 0, false, true
	}
	return (first + two + 1) / 2, true, false
}

// Turn says as which marker somebody may judge an essay now. Faults: Denied for one's own,
// Conflict when it is not one's turn.
func Turn(t essay.Task, e essay.Essay, marks []Mark, own bool, who access.Actor) (nth int64, err error) {
	switch {
	case own:
		return 0, fault.New(fault.Denied, "marking.own")
	case e.State != "handed" && e.State != "marked":
		return 0, fault.New(fault.Conflict, "marking.not_there")
	case e.State == "marked" && t.Released > 0:
		return 0, fault.New(fault.Conflict, "marking.released_already")
	}
	for _, m := range marks {
		if !m.By(who) {
			continue
		}
		if len(marks) > 1 {
			return 0, fault.New(fault.Conflict, "marking.others_marked")
		}
		return m.Nth, nil
	}
	switch {
	case len(marks) == 0:
		return 1, nil
	case len(marks) == 1 && e.Second:
		return 2, nil
	case len(marks) == 2 && e.Disputed:
		return 3, nil
	}
	return 0, fault.New(fault.Conflict, "marking.marked_by_other")
}

// Sum adds the scores up and refuses those that do not fit the rubric.
func Sum(t essay.Task, scores []Score) (points int64, err error) {
	given := map[int64]bool{}
	for _, s := range scores {
		fits := false
		for _, c := range t.Criteria {
			fits = fits || c.Ord == s.Ord && s.Points >= 0 && s.Points <= 10*c.Points
		}
		if !fits || given[s.Ord] {
			return 0, fault.At("score", "marking.score")
		}
		given[s.Ord] = true
		points += s.Points
	}
	if len(given) != len(t.Criteria) {
		return 0, fault.At("score", "marking.score_missing")
	}
	return points, nil
}

// Tenths reads "3", "3,5" or "3.5"; false when it is no number of at most one digit behind the
// comma.
func Tenths(s string) (int64, bool) {
	whole, part, has := strings.Cut(strings.ReplaceAll(strings.TrimSpace(s), ",", "."), ".")
	n, err := strconv.ParseInt(whole, 10, 32)
	if err != nil || n < 0 || has && (len(part) != 1 || part[0] < '0' || part[0] > '9') {
		return 0, false
	}
	n *= 10
	if has {
		n += int64(part[0] - '0')
	}
	return n, true
}

// Points writes tenths as people do: "7,5", "8".
func Points(lang string, tenths int64) string {
	s := strconv.FormatInt(tenths/10, 10)
	if tenths%10 == 0 {
		return s
	}
	point := ","
	if lang == "en" {
		point = "."
	}
	return s + point + strconv.FormatInt(tenths%10, 10)
}

// Comment is a remark on code points Start..End of the shown version; Lost when that place was
// written anew since.
type Comment struct {
	ID    id.ID  `json:"id"`
	Name  string `json:"name"`
	Quote string `json:"quote"`
	Text  string `json:"text"`
	At    int64  `json:"at"`
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	Lost  bool   `json:"lost" doc:"the place was written anew since"`
	Mine  bool   `json:"mine"`

	version id.ID
	account id.ID
}

// Locate finds a quote in a text again, the occurrence nearest to hint, whatever white space stands
// between its words. Start and end are code points.
func Locate(body, quote string, hint int64) (start, end int64, ok bool) {
	text, at := squeezed(body)
	want, _ := squeezed(strings.TrimSpace(quote))
	if len(want) == 0 || len(want) > len(text) {
		return 0, 0, false
	}
	best := int64(-1)
	for i := 0; i+len(want) <= len(text); i++ {
		if !equal(text[i:i+len(want)], want) {
			continue
		}
		if p := at[i]; best < 0 || abs(p-hint) < abs(best-hint) {
			best, start, end, ok = p, p, at[i+len(want)-1]+1, true
		}
	}
	return start, end, ok
}

func equal(a, b []rune) bool {
	for i := range b {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func abs(n int64) int64 { return max(n, -n) }

// squeezed makes every run of white space one space, and says where each letter stood.
func squeezed(s string) (out []rune, at []int64) {
	n := int64(0)
	for _, r := range s {
		if unicode.IsSpace(r) {
			r = ' '
		}
		if r != ' ' || len(out) > 0 && out[len(out)-1] != ' ' {
			out, at = append(out, r), append(at, n)
		}
		n++
	}
	return out, at
}

// Piece is a stretch of a paragraph under the same remarks, by their index.
type Piece struct {
	Text string
	On   []int
}

// Pieces cuts code points start..end of a body into paragraphs, and each of them where a remark
// begins or ends.
func Pieces(body []rune, start, end int64, comments []Comment) (out [][]Piece) {
	for from := start; from < end; {
		to := from
		for to < end && body[to] != '\n' {
			to++
		}
		if to > from {
			out = append(out, cut(body, from, to, comments))
		}
		from = to + 1
	}
	return out
}

func cut(body []rune, from, to int64, comments []Comment) (out []Piece) {
	edges := map[int64]bool{from: true}
	for _, c := range comments {
		for _, p := range []int64{c.Start, c.End} {
			if !c.Lost && p > from && p < to {
				edges[p] = true
			}
		}
	}
	at := from
	for p := from + 1; p <= to; p++ {
		if p < to && !edges[p] {
			continue
		}
		piece := Piece{Text: string(body[at:p])}
		for i, c := range comments {
			if !c.Lost && c.Start < p && c.End > at {
				piece.On = append(piece.On, i)
			}
		}
		out, at = append(out, piece), p
	}
	return out
}

// Code is how an essay is called while its author is hidden.
func Code(e id.ID) string {
	s := e.String()
	if len(s) < 6 {
		return s
	}
	return s[len(s)-6:]
}
