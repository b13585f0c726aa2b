package lead

import (
	"quantriet/internal/base/access"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Kinds of leads, in the order of a list.
var Kinds = []string{"many", "burst", "two", "elsewhere", "old"}

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour

	family = 3           // people who may well share one phone
	rush   = 5           // people from one phone within a minute are a burst
	few    = 3           // people of one site who answer another's code may have come along
	stale  = 60          // seconds by which a slow phone may be late
	first  = 3 * day     // that the unit has for itself
	near   = hour        // two places within it
	length = 300         // letters of an answer
	most   = int64(1000) // answers of one phone that are looked at
)

// Past is an answer, or a record, known before.
type Past struct {
	At     int64
	Site   id.ID
	Person id.ID
}

// Seen is an answer to a code at a door with what is known around it. Instants are Unix milliseconds.
type Seen struct {
	Meeting, Campaign id.ID
	Site              id.ID // whose code it was
	Person            id.ID // zero: nobody known
	Phone             int64
	At                int64
	Age               int64 // seconds by which the code was over; 0 for one that was good
	Fresh             bool  // the person's first answer at this session
	Expected          id.ID // the site the person belongs to; zero: any

	Shared  bool   // an usher lends the phone to everybody
	Phones  []Past // what the phone answered at this meeting, this answer too
	Persons []Past // where the person was within the hour
}

// Sign is something odd in an answer.
type Sign struct {
	Kind    string
	Site    id.ID // whose unit is asked
	Subject int64 // a phone, a person, a site
	Person  id.ID
	Other   id.ID // the other site
	N       int64 // people, minutes apart, or seconds
	Add     bool  // N is added to what there is; otherwise it takes its place
}

// Signs says what is odd about an answer; nothing for nearly all of them.
func Signs(s Seen) (out []Sign) {
	if s.Age > 0 {
		return append(out, Sign{Kind: "old", Site: s.Site, Subject: s.Phone, Person: s.Person, N: s.Age})
	}
	if n := people(s.Phones, 0); n > family && !s.Shared {
		out = append(out, Sign{Kind: "many", Site: s.Site, Subject: s.Phone, N: n})
	}
	if n := people(s.Phones, s.At-minute); n >= rush && !s.Shared {
		out = append(out, Sign{Kind: "burst", Site: s.Site, Subject: s.Phone, N: n})
	}
	for _, p := range s.Persons {
		if apart := max(p.At-s.At, s.At-p.At); p.Site != s.Site && apart <= near {
			out = append(out, Sign{Kind: "two", Site: s.Site, Subject: int64(s.Person), Person: s.Person, Other: p.Site, N: (apart + minute - 1) / minute})
			break
		}
	}
	if s.Fresh && s.Expected != 0 && s.Expected != s.Site {
		out = append(out, Sign{Kind: "elsewhere", Site: s.Expected, Subject: int64(s.Site), Other: s.Site, N: 1, Add: true})
	}
	return out
}

// people are those whom a phone answered for since an instant.
func people(all []Past, since int64) int64 {
	seen := map[id.ID]bool{}
	for _, p := range all {
		if p.At >= since && p.Person != 0 {
			seen[p.Person] = true
		}
	}
	return int64(len(seen))
}

// Lead is a sign as it is kept, with what the unit said to it.
type Lead struct {
	ID        id.ID  `json:"id"`
	Meeting   id.ID  `json:"meeting"`
	Site      id.ID  `json:"site"`
	SiteName  string `json:"site_name"`
	Unit      id.ID  `json:"unit" doc:"host of the site: sees it first"`
	UnitName  string `json:"unit_name"`
	Kind      string `json:"kind" enum:"many,burst,two,elsewhere,old"`
	Person    id.ID  `json:"person" doc:"empty when it is about nobody in particular, or somebody outside the reader's sight"`
	Name      string `json:"name"`
	OtherName string `json:"other_name" doc:"the other site"`
	N         int64  `json:"n" doc:"people, minutes apart or seconds of age, as the kind has it"`
	First     int64  `json:"first_at" doc:"Unix milliseconds UTC"`
	Last      int64  `json:"last_at"`
	Said      string `json:"said" doc:"what the unit answered; empty: not yet"`
	SaidAt    int64  `json:"said_at"`
	SaidName  string `json:"said_by"`
	Shared    bool   `json:"-"`

	phone int64
}

// Worth reports whether a lead is worth a question: a few people who came along to the
// neighbours, or a phone that was slow for half a minute, are not.
func (l Lead) Worth() bool {
	switch l.Kind {
	case "elsewhere":
		return l.N >= few
	case "old":
		return l.N >= stale
	case "many", "burst":
		return !l.Shared
	}
	return true
}

// Visible reports whether somebody with these grants sees the lead now: the unit at once, who
// stands above it when the unit has answered or had its days.
func Visible(l Lead, grants []access.Grant, now int64) bool {
	if l.Said != "" || now >= l.Last+first {
		return true
	}
	for _, g := range grants {
		if g.Unit == l.Unit && g.Role.Can(access.AttendanceRead) {
			return true
		}
	}
	return false
}

// Phone reports whether the lead is about a phone that may be lent to everybody.
func (l Lead) Phone() bool { return l.Kind == "many" || l.Kind == "burst" }

// Say is the lead in one sentence.
func (l Lead) Say(lang string) string {
	who := l.Name
	if who == "" {
		who = words.T(lang, "lead.somebody")
	}
	return words.T(lang, "lead.say."+l.Kind, "n", text.For(lang).Int(l.N), "site", l.SiteName, "other", l.OtherName, "who", who)
}

// Perhaps is what it may well have been.
func (l Lead) Perhaps(lang string) string { return words.T(lang, "lead.perhaps."+l.Kind) }
