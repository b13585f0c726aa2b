package recheck

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strconv"
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	day = int64(24 * 3600_000)

	// Open is how long answers are taken, Grace how long a closed report may be without its draw.
	Open  = 10 * day
	Grace = day

	// Least is how many answers a total must have to be shown.
	Least = 5
)

// Stratum is a unit directly below a reporting one, or its own people, as the draw takes them.
type Stratum struct {
	Unit      id.ID  `json:"unit"`
	Weight    int64  `json:"weight" doc:"1: plain; 0: asked this year already, asked again only by lot; more: flagged"`
	Studied   int64  `json:"studied" doc:"people that the report counts"`
	Missed    int64  `json:"missed" doc:"people that it does not"`
	Ask       int64  `json:"ask" doc:"of the first"`
	AskMissed int64  `json:"ask_missed" doc:"of the second"`
	Hash      string `json:"hash" doc:"hex SHA-256 of a salt and the list"`

	lo, hi int64
	salt   string
	list   string
}

// Pick is somebody drawn: a place, from 0, among those of a stratum who are counted or are not.
type Pick struct {
	Unit    id.ID
	Counted bool
	Place   int64
}

// Ask is how many of n people are asked: half the root, at least one; a flagged unit as many
// times more as its weight says.
func Ask(n, weight int64) int64 {
	if n <= 0 {
		return 0
	}
	ask := int64(math.Ceil(math.Sqrt(float64(n)) / 2))
	return min(n, ask*max(weight, 1))
}

// Weigh is the weight of a stratum: flagged ones keep theirs, those asked this year rest.
func Weigh(flag int64, askedThisYear bool) int64 {
	switch {
	case flag > 1:
		return min(flag, 4)
	case askedThisYear:
		return 0
	}
	return 1
}

// sized fills how many are asked. Those who are not counted are a quarter.
func (s Stratum) sized() Stratum {
	s.Ask = Ask(s.Studied, s.Weight)
	s.AskMissed = min(s.Missed, (Ask(s.Studied+s.Missed, s.Weight)+3)/4)
	return s
}

// Draw says who is asked. seed is the base64 text of a head's root hash, where there are witnesses with what
// they signed of it. It depends on nothing else, so that whoever has the export comes to the same people.
func Draw(secret []byte, seed string, strata []Stratum) (out []Pick) {
	lot := mac(secret, seed)
	for _, s := range strata {
		key := mac(lot, "stratum "+s.Unit.String())
		if s.Weight == 0 && key[0]&1 == 1 {
			continue
		}
		for _, p := range places(key, "studied", s.Studied, s.Ask) {
			out = append(out, Pick{s.Unit, true, p})
		}
		for _, p := range places(key, "missed", s.Missed, s.AskMissed) {
			out = append(out, Pick{s.Unit, false, p})
		}
	}
	return out
}

// places draws k different numbers below n, in order.
func places(key []byte, word string, n, k int64) (out []int64) {
	seen := map[int64]bool{}
	for c := 0; int64(len(out)) < min(k, n); c++ {
		v := binary.BigEndian.Uint64(mac(key, word+" "+strconv.Itoa(c)))
		if v >= math.MaxUint64-math.MaxUint64%uint64(n) { // keeps every place as likely
			continue
		}
		if p := int64(v % uint64(n)); !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return out
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// Hash is the commitment to a secret or, with a salt before it, to a text.
func Hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// someone is a person of a list.
type someone struct {
	person  id.ID
	counted bool
}

// written is a list as it is kept and committed to; the people are in order of their numbers.
func written(list []someone) string {
	var b strings.Builder
	last := id.ID(0)
	for i, p := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		if p.counted {
			b.WriteByte('+')
		}
		b.WriteString(strconv.FormatInt(int64(p.person-last), 10))
		last = p.person
	}
	return b.String()
}

// listed reads it again: those who are counted, and those who are not.
func listed(list string) (studied, missed []id.ID) {
	last := id.ID(0)
	for _, w := range strings.Fields(list) {
		n, _ := strconv.ParseInt(strings.TrimPrefix(w, "+"), 10, 64)
		last += id.ID(n)
		if w[0] == '+' {
			studied = append(studied, last)
		} else {
			missed = append(missed, last)
		}
	}
	return studied, missed
}

// The three questions in order, and what may be answered.
var (
	Questions = []string{"there", "form", "heard"}
	Choices   = map[string][]string{
		"there": {"yes", "no", "unsure"},
		"form":  {"in_person", "online", "self_study", "none"},
		"heard": {"yes", "partly", "no"},
	}
)

// Said is what somebody has answered so far.
type Said struct{ There, Form, Heard string }

// Next is the question that comes now; "" when nothing is left to ask.
func (s Said) Next() string {
	switch {
	case s.There == "":
		return "there"
	case s.There != "yes":
		return ""
	case s.Form == "":
		return "form"
	case s.Form != "none" && s.Heard == "":
		return "heard"
	}
	return ""
}

func (s Said) of(question string) string {
	return map[string]string{"there": s.There, "form": s.Form, "heard": s.Heard}[question]
}

// With adds an answer. The same answer again changes nothing. Faults: Invalid for what cannot
// be answered, Conflict for another answer than the one given, or out of order.
func (s Said) With(question, value string) (Said, error) {
	if !slices.Contains(Choices[question], value) {
		return s, fault.At("value", "web.choose")
	}
	switch {
	case s.of(question) == value:
		return s, nil
	case s.Next() != question:
		return s, fault.New(fault.Conflict, "recheck.answered_already")
	}
	switch question {
	case "there":
		s.There = value
	case "form":
		s.Form = value
	case "heard":
		s.Heard = value
	}
	return s, nil
}

// Judge says what a whole answer means for the report: confirmed, denied, or skipped for who does not
// remember; "" while a question is open. form is that of the record.
func Judge(counted bool, form string, s Said) string {
	switch {
	case s.Next() != "":
		return ""
	case s.There == "unsure":
		return "skipped"
	case !counted:
		if s.There == "no" || s.Form == "none" {
			return "confirmed"
		}
		return "denied"
	case s.There == "no" || s.Form == "none" || s.Heard == "no" || !fits(form, s.Form):
		return "denied"
	}
	return "confirmed"
}

// fits reports whether the form somebody names is the one recorded. Television is taken for
// online study, and a make-up class or study at a higher level was held in any form.
func fits(recorded, named string) bool {
	switch recorded {
	case "relay":
		return named == "online"
	case "in_person", "online", "self_study":
		return named == recorded
	}
	return true
}
