package likeness

import (
	"slices"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/textreuse"
)

// Leasts of what is shown.
const (
	leastOwn    = 150  // own syllables below which passages are shown but no percentage
	someShare   = 1000 // hundredths of a percent: below it nothing is a lead
	noteShare   = 2500
	nearShare   = 5000
	leastLead   = 60   // copied syllables that make a short essay a lead
	sharedFrom  = 3    // essays that make a passage one to decide on
	sharedMost  = 500  // passages kept that wait for a decision
	decidedMost = 5000 // passages kept, decided ones too
)

// Levels of likeness, in words.
const (
	Few    = "few"  // ít
	Notice = "note" // đáng chú ý
	Nearly = "near" // gần như giống hệt
)

// Levels in order.
var Levels = []string{Nearly, Notice, Few}

// Figures are what an essay has in common with others, in syllables.
type Figures struct {
	Own     int64 `json:"own" doc:"syllables that are the author's own"`
	Copied  int64 `json:"copied" doc:"own syllables inside passages that others have, too"`
	Exempt  int64 `json:"exempt" doc:"syllables quoted from the resolution, the question, material, templates"`
	Longest int64 `json:"longest" doc:"syllables of the longest unbroken stretch"`
	Sources int64 `json:"sources" doc:"other essays that share passages"`
}

// figures reads a result. Of copies that are all alike the engine compares one; how many
// there are it tells by their fingerprints.
func figures(r *textreuse.Result) Figures {
	f := Figures{Own: int64(r.Own), Copied: int64(r.Copied), Exempt: int64(r.Exempt), Longest: int64(r.Longest)}
	seen := map[textreuse.ID]bool{}
	for _, p := range r.Passages {
		seen[p.Source] = true
		f.Sources = max(f.Sources, int64(p.Also))
	}
	f.Sources = max(f.Sources, int64(len(seen)))
	return f
}

// Share is copied ÷ own in hundredths of a percent, rounded half up; 0 without own text.
func (f Figures) Share() int64 {
	if f.Own == 0 {
		return 0
	}
	return (f.Copied*20000 + f.Own) / (2 * f.Own)
}

// Rated says whether a percentage may be shown: below 150 own syllables it misleads.
func (f Figures) Rated() bool { return f.Own >= leastOwn }

// Level is the likeness in a word, "" for none worth naming.
func (f Figures) Level() string {
	share := f.Share()
	switch {
	case f.Copied == 0:
		return ""
	case !f.Rated():
		if f.Copied >= leastLead {
			return Notice
		}
		return Few
	case share >= nearShare:
		return Nearly
	case share >= noteShare:
		return Notice
	case share >= someShare:
		return Few
	}
	return ""
}

// Lead says whether the figures alone are worth a talk.
func (f Figures) Lead() bool { return f.Level() == Nearly || f.Level() == Notice }

// States of the talk about an essay.
const (
	None      = ""
	Lead      = "lead"      // marked by a reader
	Asked     = "asked"     // the author was asked
	Answered  = "answered"  // the author replied
	Explained = "explained" // settled: there is a good reason
	Proposed  = "proposed"  // one reader holds that it stands
	Upheld    = "upheld"    // a second reader agrees
)

// States in the order of the filter.
var States = []string{Lead, Asked, Answered, Proposed, Upheld, Explained}

// next says where a step leads from a state; "" and false when it is not open.
func next(state, step string) (string, bool) {
	open := state != Explained && state != Upheld
	switch step {
	case "lead":
		return Lead, state == None
	case "ask":
		return Asked, state == None || state == Lead
	case "reply":
		return Answered, open && state != None && state != Lead || state == Upheld // whoever wrote it may always answer
	case "explain":
		return Explained, open
	case "propose":
		return Proposed, state == Asked || state == Answered // not before the author was asked
	case "uphold":
		return Upheld, state == Proposed
	case "reopen":
		return Lead, !open
	}
	return "", false
}

// Steps are what a reader may do in a state, in the order of the buttons.
func Steps(state string) (out []string) {
	for _, step := range []string{"lead", "ask", "explain", "propose", "uphold", "reopen"} {
		if _, ok := next(state, step); ok {
			out = append(out, step)
		}
	}
	return out
}

// Told says whether the author sees that there is a talk.
func Told(state string) bool {
	return slices.Contains([]string{Asked, Answered, Explained, Proposed, Upheld}, state)
}

// Flag is a sign that a text is not what it looks like; it need not be a fault.
type Flag struct {
	Kind string `json:"kind" enum:"lookalike,invisible,legacy,stroke,junk,hidden,truncated"`
	N    int64  `json:"n"`
}

func flags(f textreuse.Flags, hidden int64) (out []Flag) {
	cut := 0
	if f.Truncated {
		cut = 1
	}
	for _, x := range []Flag{{"lookalike", int64(f.LookAlikes)}, {"invisible", int64(f.Invisible)}, {"legacy", int64(f.Legacy)},
		{"stroke", int64(f.Strokes)}, {"junk", int64(f.Junk)}, {"hidden", hidden}, {"truncated", int64(cut)}} {
		if x.N > 0 {
			out = append(out, x)
		}
	}
	return out
}

// Reference is a text that essays of a campaign may quote.
type Reference struct {
	ID          id.ID  `json:"id"`
	Campaign    id.ID  `json:"campaign"`
	Category    string `json:"category" enum:"resolution,material,question,template,common"`
	Name        string `json:"name"`
	Body        string `json:"body,omitempty"`
	Task        id.ID  `json:"task,omitempty" doc:"whose question it is"`
	Base        bool   `json:"base" doc:"known before the first essay was compared"`
	Why         string `json:"why"`
	CreatedAt   int64  `json:"created_at"`
	CreatedBy   id.ID  `json:"-"`
	WithdrawnAt int64  `json:"withdrawn_at"`
}

// Categories in the engine's order.
var Categories = []string{"resolution", "material", "question", "template", "common"}

func (r Reference) kit() textreuse.Reference {
	return textreuse.Reference{ID: int64(r.ID), Category: textreuse.Category(slices.Index(Categories, r.Category) + 1), Name: r.Name, Text: r.Body}
}
