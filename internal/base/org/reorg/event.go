package reorg

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"unicode/utf8"

	"quantriet/internal/base/org/reorg/plan"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// The states of an event.
const (
	Draft     = "draft"
	Submitted = "submitted" // waits for a second person
	Confirmed = "confirmed" // waits for its day
	Applied   = "applied"
	Undone    = "undone"
	Cancelled = "cancelled"
)

// States in the order of the select box.
var States = []string{Draft, Submitted, Confirmed, Applied, Undone, Cancelled}

// Event is one reorganisation. Day is the first civil day of the new order; instants are
// Unix milliseconds.
type Event struct {
	ID            id.ID       `json:"id"`
	Unit          id.ID       `json:"unit" doc:"everything happens at or below it"`
	UnitName      string      `json:"unit_name"`
	Title         string      `json:"title"`
	Basis         string      `json:"basis" doc:"decision it carries out, as cited"`
	Day           string      `json:"day" doc:"first day of the new order"`
	State         string      `json:"state" enum:"draft,submitted,confirmed,applied,undone,cancelled"`
	Steps         []plan.Step `json:"steps"`
	CreatedAt     int64       `json:"created_at"`
	CreatedBy     id.ID       `json:"created_by"`
	CreatedName   string      `json:"created_name"`
	ConfirmedAt   int64       `json:"confirmed_at"`
	ConfirmedBy   id.ID       `json:"confirmed_by"`
	ConfirmedName string      `json:"confirmed_name"`
	AppliedAt     int64       `json:"applied_at"`
	UndoneAt      int64       `json:"undone_at"`
	UndoneName    string      `json:"undone_name"`
	Why           string      `json:"why" doc:"of the undoing"`

	effect string // JSON, once applied
	fault  string // JSON of what stopped it on its day
}

// open reports whether the event may still come about.
func (e Event) open() bool { return e.State == Draft || e.State == Submitted || e.State == Confirmed }

func (e Event) check() error {
	errs := []error{line("title", e.Title, 1, 300), line("basis", e.Basis, 0, 300)}
	if day, err := text.ParseDate(e.Day); err != nil || day != e.Day {
		errs = append(errs, fault.At("day", "web.not_date"))
	}
	if len(e.Steps) > plan.MostSteps {
		errs = append(errs, fault.At("steps", "reorg.too_much"))
	}
	for i, s := range e.Steps {
		errs = append(errs, s.Check(i+1))
	}
	return fault.All(errs...)
}

func line(field, s string, least, most int) error {
	clean, ok := text.Clean(s)
	n := utf8.RuneCountInString(s)
	switch {
	case !ok || clean != s:
		return fault.At(field, "web.not_text")
	case n < least:
		return fault.At(field, "web.required")
	case n > most:
		return fault.At(field, "web.too_long", "n", most)
	}
	return nil
}

// before is the last day of the old order.
func (e Event) before() string { return clock.AddDays(e.Day, -1) }

// Seal is a short mark of an effect: who confirms sends the mark of what was shown.
func Seal(e plan.Effect) string {
	b, err := json.Marshal(e)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:12])
}

// stopped is why an event could not be applied on its day.
type stopped struct {
	Key  string `json:"key"`
	Args []any  `json:"args"`
}

func stop(err error) string {
	f := fault.List(err)
	if len(f) == 0 {
		return ""
	}
	b, _ := json.Marshal(stopped{f[0].Key, f[0].Args})
	return string(b)
}

func (e Event) stopped() (s stopped) {
	_ = json.Unmarshal([]byte(e.fault), &s)
	return s
}

// Effect is what an applied event did.
func (e Event) Effect() (out plan.Effect, err error) {
	err = json.Unmarshal([]byte(e.effect), &out)
	return out, err
}
