package review

import (
	"slices"
	"strings"

	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/overview/rollup"
)

// Kinds of what is written about a period.
var Kinds = []string{"periodic", "preliminary", "final"}

// Sections in the order of the paper (R103).
var Sections = []string{"strengths", "shortcomings", "causes", "lessons", "proposals"}

// asked are the sections without which it is not complete.
var asked = []string{"strengths", "shortcomings", "causes"}

// Head is how it is named, dated, signed and to whom it goes.
type Head struct {
	Title      string `json:"title" maxLength:"200"`
	Number     string `json:"number,omitempty" maxLength:"40"`
	IssuedOn   string `json:"issued_on,omitempty" maxLength:"10" doc:"civil date; empty while it is not signed"`
	Authority  string `json:"authority,omitempty" maxLength:"100"`
	Position   string `json:"position,omitempty" maxLength:"200"`
	Signer     string `json:"signer,omitempty" maxLength:"100"`
	Recipients string `json:"recipients,omitempty" maxLength:"4000" doc:"one a line"`
}

// Review is one unit's report on a period. Instants are Unix milliseconds UTC.
type Review struct {
	ID         id.ID             `json:"id"`
	Kind       string            `json:"kind" enum:"periodic,preliminary,final"`
	Duty       id.ID             `json:"duty" doc:"empty: nobody ordered it"`
	Unit       id.ID             `json:"unit"`
	UnitName   string            `json:"unit_name"`
	From       string            `json:"from"`
	To         string            `json:"to" doc:"last day"`
	State      string            `json:"state" enum:"draft,sent,returned,accepted"`
	Version    int64             `json:"version" doc:"grows with every sending"`
	FirstSent  int64             `json:"first_sent"`
	Sent       int64             `json:"sent"`
	SentBy     id.ID             `json:"-"`
	Sender     string            `json:"sent_by"`
	Decided    int64             `json:"decided"`
	DecidedBy  id.ID             `json:"-"`
	Decider    string            `json:"decided_by"`
	Remark     string            `json:"remark" doc:"why it came back"`
	Texts      map[string]string `json:"texts"`
	Amendments int64             `json:"amendments" doc:"how often it was opened after it was accepted"`
	Asked      int64             `json:"asked" doc:"1 while the unit waits for it to be opened"`
	Head

	createdBy id.ID
}

// Open reports whether the unit may still change it.
func (r Review) Open() bool { return r.State == "draft" || r.State == "returned" }

// longestYears bounds a period: a term has five.
const longestYears = 6

// Check refuses what cannot be a review.
func (r Review) Check() error {
	var errs []error
	bad := func(wrong bool, field, key string) {
		if wrong {
			errs = append(errs, fault.At(field, key))
		}
	}
	bad(r.Title == "", "title", "web.required")
	bad(!slices.Contains(Kinds, r.Kind), "kind", "web.choose")
	bad(clock.Start(r.From).IsZero(), "from", "web.not_date")
	bad(clock.Start(r.To).IsZero(), "to", "web.not_date")
	bad(r.From > r.To && r.To != "", "to", "review.ends_before")
	bad(!clock.Start(r.From).IsZero() && clock.Start(r.To).After(clock.Start(r.From).AddDate(longestYears, 0, 0)), "to", "review.too_long")
	return fault.All(errs...)
}

// clean refuses a head that cannot be printed, field by field.
func (h *Head) clean() error {
	var errs []error
	for _, f := range []struct {
		name string
		at   *string
		most int
	}{{"title", &h.Title, 200}, {"number", &h.Number, 40}, {"authority", &h.Authority, 100}, {"position", &h.Position, 200}, {"signer", &h.Signer, 100}} {
		v, ok := text.Clean(*f.at)
		if !ok {
			errs = append(errs, fault.At(f.name, "web.not_text"))
		}
		if len([]rune(v)) > f.most {
			errs = append(errs, fault.At(f.name, "web.too_long", "n", f.most))
		}
		*f.at = v
	}
	if h.Title == "" {
		errs = append(errs, fault.At("title", "web.required"))
	}
	var err error
	if h.Recipients, err = lines("recipients", h.Recipients, 4000); err != nil {
		errs = append(errs, err)
	}
	if h.IssuedOn != "" {
		if h.IssuedOn, err = text.ParseDate(h.IssuedOn); err != nil {
			errs = append(errs, fault.At("issued_on", "web.not_date"))
		}
	}
	return fault.All(errs...)
}

// lines is a text of several lines, bounded.
func lines(field, s string, most int) (string, error) {
	out, ok := text.Lines(s)
	switch {
	case !ok:
		return "", fault.At(field, "web.not_text")
	case len([]rune(out)) > most:
		return out, fault.At(field, "web.too_long", "n", most)
	}
	return out, nil
}

// Send decides whether it may go up: only a complete one.
func Send(r Review) error {
	if !r.Open() {
		return fault.New(fault.Conflict, "review.not_open")
	}
	for _, s := range asked {
		if strings.TrimSpace(r.Texts[s]) == "" {
			return fault.New(fault.Conflict, "review.incomplete")
		}
	}
	return nil
}

// Return decides whether the level above may send it back; a remark says what to mend.
func Return(r Review, remark string) error {
	switch {
	case r.State != "sent":
		return fault.New(fault.Conflict, "review.not_sent")
	case remark == "":
		return fault.At("remark", "review.remark_needed")
	}
	return nil
}

// Accept decides whether who may accept it; nobody accepts what they sent
// or, at any time, wrote in, or what comes from a unit in whose name they ever sent one.
func Accept(r Review, who id.ID, wrote bool) error {
	switch {
	case r.State != "sent":
		return fault.New(fault.Conflict, "review.not_sent")
	case who != 0 && (wrote || who == r.SentBy):
		return fault.New(fault.Denied, "review.own")
	}
	return nil
}

// Round is a campaign of the period as the records have it.
type Round struct {
	Campaign id.ID      `json:"campaign"`
	Title    string     `json:"title"`
	Rounding string     `json:"rounding" enum:"half_up,truncate"`
	Sample   bool       `json:"sample"`
	At       int64      `json:"at" doc:"until when the records were counted"`
	Studies  []Study    `json:"studies"`
	Declared []Declared `json:"declared" doc:"without records; never added to figures"`
}

// Study is one document of a campaign in the unit's whole subtree.
type Study struct {
	Document id.ID        `json:"document"`
	Name     string       `json:"name"`
	Count    rollup.Count `json:"count"`
	Meetings int64        `json:"meetings"`
	Heads    rollup.Heads `json:"heads" doc:"lượt: attendances counted by head, never persons"`
}

// Declared is a figure that the unit's own report on the campaign states without records.
type Declared struct {
	Code     string `json:"code"`
	Document id.ID  `json:"document"`
	Value    int64  `json:"value"`
	Marker   string `json:"marker" doc:"hơn, gần, khoảng: it is not exact"`
	Name     string `json:"name,omitempty" doc:"of a column that a unit ordered, and what it counts"`
	Reason   string `json:"reason,omitempty" doc:"its ground, of an ordered column"`
}
