package privacy

import (
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/setting"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// Case is one request.
type Case struct {
	ID         id.ID  `json:"id"`
	Person     id.ID  `json:"person"`
	Name       string `json:"name"`
	Unit       id.ID  `json:"unit" doc:"study home of today"`
	UnitName   string `json:"unit_name"`
	Kind       string `json:"kind" enum:"access,correct,delete,object"`
	Body       string `json:"body"`
	State      string `json:"state" enum:"open,granted,partly,refused,withdrawn"`
	OpenedAt   int64  `json:"opened_at" doc:"Unix milliseconds UTC"`
	DueOn      string `json:"due_on" doc:"last civil day to answer"`
	Answer     string `json:"answer"`
	AnsweredAt int64  `json:"answered_at"`
	Answerer   string `json:"answerer"`
	Erased     string `json:"erased" doc:"what a granted deletion took away at once: numbers, position, account, parted by commas"`
}

// Kinds of requests and the answers, in the order they are shown.
var (
	Kinds   = []string{"access", "correct", "delete", "object"}
	answers = []string{"granted", "partly", "refused"}
)

const maxBody = 4000 // letters of a request or an answer

// Days is how many working days there are to answer, with the regulation it comes from.
var Days = setting.Key[int64]{Name: "privacy.days", Default: 2, Source: "Luật 91/2025/QH15, Nghị định 356/2025/NĐ-CP"}

// Holidays are days on which nobody works, "02/09" every year or "17/02/2026" once.
var Holidays = setting.Key[string]{Name: "privacy.holidays", Default: "01/01, 30/04, 01/05, 02/09", Source: "Bộ luật Lao động 2019, Điều 112"}

// Due is the last civil day to answer what was asked on a day: the n-th working day after it.
func Due(asked string, n int64, holidays string) string {
	day, left := asked, max(n, 1)
	for range 1000 {
		if day = clock.AddDays(day, 1); working(day, holidays) {
			if left--; left == 0 {
				break
			}
		}
	}
	return day
}

// working: no Saturday, no Sunday, no holiday.
func working(day, holidays string) bool {
	at := clock.Start(day)
	if at.Weekday() == time.Saturday || at.Weekday() == time.Sunday {
		return false
	}
	free := strings.FieldsFunc(holidays, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
	return !slices.Contains(free, at.Format("02/01")) && !slices.Contains(free, at.Format("02/01/2006"))
}

// Late reports whether the case should have been answered before a civil day.
func (c Case) Late(day string) bool { return c.State == "open" && day > c.DueOn }

// LateAnswer reports whether it was answered after its last day.
func (c Case) LateAnswer() bool {
	return c.AnsweredAt != 0 && c.State != "withdrawn" && clock.Day(clock.From(c.AnsweredAt)) > c.DueOn
}

// check wants a known kind, and words where somebody must know what to change.
func (c Case) check() error {
	switch n := len([]rune(c.Body)); {
	case !slices.Contains(Kinds, c.Kind):
		return fault.At("kind", "web.choose")
	case n > maxBody:
		return fault.At("body", "web.too_long", "n", maxBody)
	case c.Kind == "correct" && strings.TrimSpace(c.Body) == "":
		return fault.At("body", "privacy.say_what")
	}
	return nil
}

// clean is text as it is kept: several lines, without what nobody can read. Fault: Invalid.
func clean(field, s string) (string, error) {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r\n", "\n")) {
		l, ok := text.Clean(strings.TrimSuffix(line, "\n"))
		if !ok {
			return "", fault.At(field, "web.not_text")
		}
		out = append(out, l)
	}
	return strings.TrimSpace(strings.Join(out, "\n")), nil
}
