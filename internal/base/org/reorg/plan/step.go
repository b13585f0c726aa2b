package plan

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/base/org"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// The kinds of steps.
const (
	Merge    = "merge"    // Units end, all that is theirs goes to Into or to New
	Split    = "split"    // New begins beside the one of Units and takes Below, Like and Who from it
	Move     = "move"     // Units hang under Into
	Rename   = "rename"   // the one of Units gets what New says
	Dissolve = "dissolve" // Units end, all that is theirs goes to Into
	Abolish  = "abolish"  // units of Level end, all that is theirs goes one up
)

// Kinds in the order of the select box.
var Kinds = []string{Merge, Split, Move, Rename, Dissolve, Abolish}

// Step is one sentence of the decision.
type Step struct {
	ID    id.ID   `json:"id,omitempty" doc:"key of the form that made it, and of the unit that begins"`
	Kind  string  `json:"kind" enum:"merge,split,move,rename,dissolve,abolish"`
	Units []id.ID `json:"units,omitempty" doc:"that end, are split, move or are renamed"`
	Into  id.ID   `json:"into,omitempty" doc:"existing unit that receives them"`
	New   *Fresh  `json:"new,omitempty" doc:"unit that begins; for a rename the new facts"`
	Below []id.ID `json:"below,omitempty" doc:"split: units directly below that go to the new one"`
	Like  string  `json:"like,omitempty" maxLength:"100" doc:"split: so do those whose name holds this"`
	Who   Rule    `json:"who,omitzero" doc:"split: people directly in the unit who go to the new one"`
	Level string  `json:"level,omitempty" maxLength:"40" doc:"abolish"`
}

// Fresh is a unit that begins. In a rename empty fields change nothing.
type Fresh struct {
	ID        id.ID  `json:"id,omitempty"`
	Parent    id.ID  `json:"parent,omitempty" doc:"where a new unit hangs; for a merge or split the parent of the first unit when empty"`
	Code      string `json:"code,omitempty" maxLength:"40"`
	Level     string `json:"level,omitempty" maxLength:"40"`
	Name      string `json:"name,omitempty" maxLength:"300"`
	Short     string `json:"short,omitempty" maxLength:"300"`
	Committee string `json:"committee,omitempty" maxLength:"300"`
	Symbol    string `json:"symbol,omitempty" maxLength:"20"`
	Place     string `json:"place,omitempty" maxLength:"100"`
}

// Rule chooses people of one unit; what is left empty does not narrow, all empty chooses
// nobody. BornFrom and BornTo are years, both included.
type Rule struct {
	BornFrom string   `json:"born_from,omitempty" maxLength:"4"`
	BornTo   string   `json:"born_to,omitempty" maxLength:"4"`
	Position string   `json:"position,omitempty" maxLength:"100" doc:"held in the position"`
	Numbers  []string `json:"numbers,omitempty" doc:"numbers of Party cards, as a sheet lists them"`
}

// None reports whether the rule chooses nobody.
func (r Rule) None() bool {
	return r.BornFrom == "" && r.BornTo == "" && r.Position == "" && len(r.Numbers) == 0
}

// Where is the rule as a SQL condition over the table person under an alias; it appends its
// parameters to args. Positions are compared as they are written, in either case of the
// first letter, since no column holds them folded.
func (r Rule) Where(alias string, args *[]any) string {
	put := func(v any) string { *args = append(*args, v); return fmt.Sprintf("$%d", len(*args)) }
	var parts []string
	if len(r.Numbers) > 0 {
		marks := make([]string, len(r.Numbers))
		for i, n := range r.Numbers {
			marks[i] = put(n)
		}
		parts = append(parts, "coalesce("+alias+".member_no, '') in ("+strings.Join(marks, ", ")+")")
	}
	if r.BornFrom != "" {
		parts = append(parts, "coalesce("+alias+".birth, '') >= "+put(r.BornFrom))
	}
	if r.BornTo != "" {
		parts = append(parts, "coalesce("+alias+".birth, '9') < "+put(r.BornTo+"-99"))
	}
	if r.Position != "" {
		var ways []string
		for _, p := range written(r.Position) {
			ways = append(ways, "replace("+alias+".position, "+put(p)+", '') <> "+alias+".position")
		}
		parts = append(parts, "("+strings.Join(ways, " or ")+")")
	}
	if len(parts) == 0 {
		return "(1 = 0)"
	}
	return "(" + strings.Join(parts, " and ") + ")"
}

// written are the ways in which a word may stand: as typed, and with the first letter great
// or small.
func written(s string) []string {
	r, size := utf8.DecodeRuneInString(s)
	return []string{s, string(unicode.ToUpper(r)) + s[size:], string(unicode.ToLower(r)) + s[size:]}
}

// Most steps and most people named one by one.
const (
	MostSteps   = 5000
	MostNumbers = 5000
)

func (r Rule) check() (key string) {
	year := func(s string) bool {
		return s == "" || len(s) == 4 && s >= "1900" && s <= "2100" && strings.Trim(s, "0123456789") == ""
	}
	switch {
	case !year(r.BornFrom) || !year(r.BornTo) || r.BornFrom != "" && r.BornTo != "" && r.BornTo < r.BornFrom:
		return "reorg.bad_year"
	case utf8.RuneCountInString(r.Position) > 100 || len(r.Numbers) > MostNumbers:
		return "reorg.too_much"
	}
	return ""
}

// Tidy makes what was typed comparable.
func (s Step) Tidy() Step {
	if s.New != nil {
		n := *s.New
		n.Code = org.Code(n.Code)
		s.New = &n
	}
	for i, n := range s.Who.Numbers {
		s.Who.Numbers[i] = strings.ToUpper(strings.ReplaceAll(n, " ", ""))
	}
	return s
}

// Check finds what is wrong with a step by itself; place is its number, from 1.
func (s Step) Check(place int) error {
	one := len(s.Units) == 1
	begins := s.New != nil && s.New.ID != 0
	if s.New != nil && s.New.ID < 0 || s.ID < 0 {
		return Bad(place, "reorg.step_incomplete")
	}
	ok := map[string]bool{
		Merge: len(s.Units) > 0 && (s.Into != 0) != begins, Split: one && begins, Move: len(s.Units) > 0 && s.Into != 0,
		Rename: one && s.New != nil, Dissolve: len(s.Units) > 0 && s.Into != 0, Abolish: s.Level != "",
	}[s.Kind]
	if !ok {
		return Bad(place, "reorg.step_incomplete")
	}
	if key := s.Who.check(); key != "" {
		return Bad(place, key)
	}
	if s.New != nil {
		for _, v := range []struct {
			s string
			n int
		}{{s.New.Code, 40}, {s.New.Level, 40}, {s.New.Name, 300}, {s.New.Short, 300}, {s.New.Committee, 300}, {s.New.Symbol, 20}, {s.New.Place, 100}} {
			if clean, ok := text.Clean(v.s); !ok || clean != v.s {
				return Bad(place, "web.not_text")
			}
			if utf8.RuneCountInString(v.s) > v.n {
				return Bad(place, "web.too_long", "n", v.n)
			}
		}
		if begins && (s.New.Code == "" || s.New.Name == "" || s.New.Level == "") {
			return Bad(place, "reorg.new_incomplete")
		}
	}
	if clean, ok := text.Clean(s.Like); !ok || clean != s.Like || utf8.RuneCountInString(s.Like) > 100 {
		return Bad(place, "web.not_text")
	}
	return nil
}

// Bad blames a step by its number, from 1.
func Bad(place int, key string, args ...any) error {
	return &fault.Error{Kind: fault.Invalid, Key: key, Field: fmt.Sprintf("step%d", place), Args: append([]any{"step", place}, args...)}
}
