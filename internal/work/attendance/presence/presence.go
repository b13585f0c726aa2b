package presence

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"quantriet/internal/core/meeting"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
)

const (
	minute = int64(60_000)

	open   = 5 * minute  // that a code can be answered
	settle = 10 * minute // after the start before a code is drawn
	rest   = 15 * minute // before the end
	narrow = 10 * minute // least room for drawing one

	most = 2 // codes of a session
	few  = 5 // answers of a site that is shown by itself
)

// Call is one code of a session. Instants are Unix milliseconds.
type Call struct {
	ID      id.ID  `json:"id"`
	Meeting id.ID  `json:"meeting"`
	Session id.ID  `json:"session"`
	Ord     int64  `json:"ord"`
	Drawn   bool   `json:"drawn" doc:"the moment is drawn from the seed"`
	Promise string `json:"promise" doc:"SHA-256 of the seed, known beforehand"`
	Seed    string `json:"seed,omitempty" doc:"when the code is over"`
	Code    string `json:"code,omitempty" doc:"while it may be answered, for who reads it out"`
	Opens   int64  `json:"opens,omitempty" doc:"0 while it is drawn and still to come"`
	Ends    int64  `json:"ends,omitempty"`
	From    int64  `json:"from,omitempty" doc:"the moment was drawn between from and till"`
	Till    int64  `json:"till,omitempty"`
	By      string `json:"by"`
	State   string `json:"state" enum:"waiting,open,over"`
	Totals  Totals `json:"totals"`

	seed, veil []byte // opened
}

// Totals are all that is ever shown of the answers.
type Totals struct {
	Answered int64   `json:"answered" doc:"0 until the code is over"`
	Few      bool    `json:"few" doc:"fewer than five answered: how many is not told"`
	Of       int64   `json:"of" doc:"people recorded at the meeting"`
	Sites    []Count `json:"sites" doc:"of the reader's sites, those with at least five answers"`
	Hidden   int64   `json:"hidden" doc:"sites with fewer, which are counted in the whole only"`
}

// Count is the answers of one site.
type Count struct {
	Site     id.ID  `json:"site"`
	Name     string `json:"name"`
	Answered int64  `json:"answered"`
	Of       int64  `json:"of"`
	Ord      int64  `json:"-"`
}

// stateAt is what a code is at an instant.
func stateAt(c Call, now int64) string {
	switch {
	case now < c.Opens:
		return "waiting"
	case now < c.Ends:
		return "open"
	}
	return "over"
}

// digest is a number from a seed for one purpose.
func digest(seed []byte, about string) uint64 {
	h := hmac.New(sha256.New, seed)
	h.Write([]byte(about))
	return binary.BigEndian.Uint64(h.Sum(nil))
}

// CodeOf is the four digits that a seed gives.
func CodeOf(seed []byte) string { return fmt.Sprintf("%04d", digest(seed, "code")%10_000) }

// MomentOf is the instant between from and till, at a whole second, that a seed gives.
func MomentOf(seed []byte, from, till int64) int64 {
	return from + int64(digest(seed, "moment")%uint64((till-from)/1000+1))*1000
}

// PromiseOf is what is shown of a seed beforehand.
func PromiseOf(seed []byte) string {
	sum := sha256.Sum256(seed)
	return hex.EncodeToString(sum[:])
}

// markOf is a person under the veil of one code.
func markOf(veil []byte, person id.ID) int64 {
	return int64(digest(veil, "person "+person.String()) >> 1)
}

// parts are the spans from which n moments are drawn at an instant, one each. Fault: Conflict
// presence.no_room when too little of the session is left.
func parts(s meeting.Session, n int, now int64) ([][2]int64, error) {
	from, till := max(s.Starts+settle, now+minute), s.Ends-rest
	each := (till - from) / int64(n)
	if each < narrow {
		return nil, fault.New(fault.Conflict, "presence.no_room")
	}
	var out [][2]int64
	for i := range int64(n) {
		end := from + (i+1)*each
		if i < int64(n)-1 {
			end -= open // so that two are never open together
		}
		out = append(out, [2]int64{from + i*each, end})
	}
	return out, nil
}

// room decides whether so many codes more may be had in a session at an instant.
func room(have []Call, n int, now int64) error {
	for _, c := range have {
		if c.State == "open" {
			return fault.New(fault.Conflict, "presence.is_open")
		}
	}
	if len(have)+n > most {
		return fault.New(fault.Conflict, "presence.enough", "n", most)
	}
	return nil
}

// running decides whether a code may be called out now.
func running(m meeting.Meeting, s meeting.Session, now int64) error {
	switch {
	case m.State == "cancelled":
		return fault.New(fault.Conflict, "presence.cancelled")
	case now < s.Starts:
		return fault.New(fault.Conflict, "presence.not_begun")
	case now >= s.Ends:
		return fault.New(fault.Conflict, "presence.over")
	}
	return nil
}

// shown keeps what may be seen of a code at an instant: the code for callers while it is open,
// the seed when it is over, of a drawn one that waits only the promise.
func shown(c Call, caller bool) Call {
	switch c.State {
	case "open":
		if caller {
			c.Code = CodeOf(c.seed)
		}
	case "over":
		c.Seed = hex.EncodeToString(c.seed)
	default:
		c.Opens, c.Ends = 0, 0
	}
	return c
}

// fold hides sites with few answers, and so many that what is hidden cannot be found by taking
// the rest from the whole. Nothing is told while people answer, lest a total that grows by one
// says who.
func fold(c Call, all []Count, answered, of int64) Totals {
	t := Totals{Sites: []Count{}, Of: of}
	if c.State != "over" {
		return t
	}
	if t.Few = answered < few; !t.Few {
		t.Answered = answered
	}
	slices.SortFunc(all, func(a, b Count) int { return cmp.Compare(a.Answered, b.Answered) })
	for _, c := range all {
		if c.Answered < few || t.Hidden == 1 {
			t.Hidden++
			continue
		}
		t.Sites = append(t.Sites, c)
	}
	slices.SortFunc(t.Sites, func(a, b Count) int { return cmp.Or(cmp.Compare(a.Ord, b.Ord), cmp.Compare(a.Site, b.Site)) })
	return t
}
