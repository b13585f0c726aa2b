package merit

import (
	"slices"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

// Kinds of proposals.
const (
	Commend   = "commend"
	Criticise = "criticise"
)

// Kinds in the order they are offered.
var Kinds = []string{Commend, Criticise}

// Merit is one proposal. Instants are Unix milliseconds UTC.
type Merit struct {
	ID           id.ID      `json:"id"`
	Campaign     id.ID      `json:"campaign"`
	Title        string     `json:"title" doc:"of the campaign"`
	Unit         id.ID      `json:"unit" doc:"concerned, or whose roster the person was in"`
	Name         string     `json:"name" doc:"of the unit"`
	Person       id.ID      `json:"person" doc:"empty: the unit itself"`
	PersonName   string     `json:"person_name"`
	Kind         string     `json:"kind" enum:"commend,criticise"`
	What         string     `json:"what"`
	Decider      id.ID      `json:"decider"`
	DeciderName  string     `json:"decider_name"`
	State        string     `json:"state" enum:"open,answered,upheld,declined,withdrawn"`
	At           int64      `json:"at"`
	By           id.ID      `json:"-"`
	ByName       string     `json:"by_name"`
	Until        int64      `json:"until" doc:"up to which a criticism waits for the answer"`
	Answer       string     `json:"answer"`
	AnsweredAt   int64      `json:"answered_at"`
	AnsweredBy   id.ID      `json:"-"`
	AnsweredName string     `json:"answered_name"`
	Reason       string     `json:"reason"`
	DecidedAt    int64      `json:"decided_at"`
	DecidedBy    id.ID      `json:"-"`
	DecidedName  string     `json:"decided_name"`
	Evidence     []Evidence `json:"evidence"`

	lo   int64
	salt string // keeps the sealed text of a person's from being guessed
	who  string // hash of the person, in that text
}

// Open reports whether it waits for an answer or a decision.
func (m Merit) Open() bool { return m.State == "open" || m.State == "answered" }

// week is how long a criticism waits for the answer.
const week = 7 * 24 * 3600_000

// Bounds, in letters.
const (
	longWhat   = 1000
	longAnswer = 4000
	mostLines  = 12
	longLine   = 300
)

// Propose decides whether a proposal may be made: for something, on evidence, and by nobody
// for himself.
func Propose(m Merit, by, person id.ID) error {
	switch {
	case !slices.Contains(Kinds, m.Kind):
		return fault.At("kind", "web.choose")
	case m.What == "":
		return fault.At("what", "web.required")
	case len(m.Evidence) == 0:
		return fault.At("evidence", "merit.no_evidence")
	case m.Person != 0 && m.Person == person:
		return fault.New(fault.Denied, "merit.oneself")
	}
	return nil
}

// Reply decides whether the answer may be written: by whoever is concerned, once, before the
// decision, and not by who proposed.
func Reply(m Merit, answer string, by id.ID) error {
	switch {
	case !m.Open():
		return fault.New(fault.Conflict, "merit.closed")
	case m.Answer != "":
		return fault.New(fault.Conflict, "merit.was_answered")
	case by != 0 && by == m.By:
		return fault.New(fault.Denied, "merit.own_answer")
	case answer == "":
		return fault.At("answer", "web.required")
	}
	return nil
}

// Decide decides whether it may be decided now: four eyes, a reason, and for a criticism the
// answer or a week.
func Decide(m Merit, reason string, by, person id.ID, now int64) error {
	switch {
	case !m.Open():
		return fault.New(fault.Conflict, "merit.closed")
	case by != 0 && (by == m.By || by == m.AnsweredBy):
		return fault.New(fault.Denied, "merit.own")
	case m.Person != 0 && m.Person == person:
		return fault.New(fault.Denied, "merit.concerned")
	case m.Kind == Criticise && m.Answer == "" && now < m.Until:
		return fault.New(fault.Conflict, "merit.waits")
	case reason == "":
		return fault.At("reason", "web.required")
	}
	return nil
}
