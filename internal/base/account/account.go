package account

import (
	"strings"
	"time"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/kit/clock"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
	"quantriet/internal/kit/words"
)

// Account is somebody who can sign in.
type Account struct {
	ID          id.ID   `json:"id"`
	Login       string  `json:"login"`
	Name        string  `json:"name"`
	Person      id.ID   `json:"person" doc:"empty: in no roster"`
	Lang        string  `json:"lang" enum:"vi,en"`
	HasPassword bool    `json:"has_password"`
	DisabledAt  int64   `json:"disabled_at" doc:"Unix milliseconds UTC; 0 is active"`
	SeenAt      int64   `json:"seen_at" doc:"last visit of a session that still exists; 0 is none"`
	Grants      []Grant `json:"grants"`

	home      id.ID // unit of the person, else of the first grant: whose business the account is
	createdBy id.ID
}

// Grant is an access.Grant with the name of its unit.
type Grant struct {
	ID       id.ID       `json:"id"`
	Role     access.Role `json:"role"`
	Unit     id.ID       `json:"unit"`
	UnitName string      `json:"unit_name"`
	From     string      `json:"from" doc:"civil date"`
	To       string      `json:"to" doc:"last day; empty is open"`

	account id.ID
	inside  bool // within the scope of who asked
}

// Sentence says the grant as people read it.
func (g Grant) Sentence(lang, name string) string {
	role := words.T(lang, "access.role."+string(g.Role))
	if g.To == "" {
		return words.T(lang, "account.sentence", "name", name, "role", role, "unit", g.UnitName, "from", text.Date(g.From))
	}
	return words.T(lang, "account.sentence_till", "name", name, "role", role, "unit", g.UnitName, "from", text.Date(g.From), "to", text.Date(g.To))
}

// Inside reports whether who asked may end the grant.
func (g Grant) Inside() bool { return g.inside }

// InForce reports whether the grant counts on a civil day.
func (g Grant) InForce(day string) bool { return g.From <= day && (g.To == "" || day <= g.To) }

// Session is one signed-in browser.
type Session struct {
	ID        id.ID  `json:"id"`
	CreatedAt int64  `json:"created_at"`
	SeenAt    int64  `json:"seen_at"`
	ExpiresAt int64  `json:"expires_at"`
	Agent     string `json:"agent"`
	Here      bool   `json:"here" doc:"the one that asks"`
}

// Token is an API token, without its secret.
type Token struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	CreatedAt int64  `json:"created_at"`
	ExpiresAt int64  `json:"expires_at"`
	UsedAt    int64  `json:"used_at" doc:"0 is never"`
}

const (
	idle       = 12 * time.Hour      // a session unused for so long ends
	longest    = 30 * 24 * time.Hour // and none lives longer
	touchEvery = 5 * time.Minute     // how often "last seen" is written
	setupFor   = 30 * time.Minute
	resetFor   = 24 * time.Hour
	maxDays    = 3650 // of a token
)

// sessionEnd is when a session ends that was opened and last used at these instants.
func sessionEnd(created, seen int64) int64 {
	return min(created+longest.Milliseconds(), seen+idle.Milliseconds())
}

const (
	minPassword = 10 // letters
	maxPassword = 200
	maxLogin    = 64
	maxName     = 200
)

// foldLogin is the form in which logins are stored and compared.
func foldLogin(s string) string { return strings.ReplaceAll(text.Fold(s), " ", "") }

// checkLogin wants 3 to 64 Latin letters, digits and . _ - @, with a letter among them,
// so that a login is never mistaken for the number of a Party card.
func checkLogin(folded string) error {
	letter := false
	for _, r := range folded {
		switch {
		case r >= 'a' && r <= 'z':
			letter = true
		case r >= '0' && r <= '9', strings.ContainsRune("._-@", r):
		default:
			return fault.At("login", "account.bad_login")
		}
	}
	if n := len(folded); !letter || n < 3 || n > maxLogin {
		return fault.At("login", "account.bad_login")
	}
	return nil
}

// checkPassword refuses what is guessed first. The password is compared as typed, composed (NFC).
func checkPassword(login, password string) error {
	different := map[rune]bool{}
	for _, r := range password {
		different[r] = true
	}
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return fault.At("password", "account.password_text")
	case n < minPassword:
		return fault.At("password", "account.password_short", "n", minPassword)
	case n > maxPassword:
		return fault.At("password", "account.password_long", "n", maxPassword)
	case foldLogin(password) == login:
		return fault.At("password", "account.password_login")
	case len(different) < 4:
		return fault.At("password", "account.password_plain")
	}
	return nil
}

// pause is how long the next attempt waits after n wrong passwords in a row.
func pause(n int) time.Duration {
	if n < 5 {
		return 0
	}
	return min(5*time.Second<<min(n-5, 10), 5*time.Minute)
}

// checkPeriod wants two civil dates in order, the second open or not.
func checkPeriod(from, to string) error {
	if clock.Start(from).IsZero() || from < "1945-01-01" || from > "2200-01-01" {
		return fault.At("from", "account.bad_from")
	}
	if to != "" && (clock.Start(to).IsZero() || to < from || to > "2200-01-01") {
		return fault.At("to", "account.bad_to")
	}
	return nil
}

// mayGrant decides whether somebody who holds own roles over a unit may give role there:
// an administrator any, others only what they can do themselves.
func mayGrant(own []access.Role, role access.Role) bool {
	for _, n := range role.Needs() {
		held := false
		for _, r := range own {
			held = held || r == access.Administrator || r.Can(n)
		}
		if !held {
			return false
		}
	}
	return len(own) > 0
}

// overlaps reports whether two periods share a day; "" is open.
func overlaps(fromA, toA, fromB, toB string) bool {
	return (toB == "" || fromA <= toB) && (toA == "" || fromB <= toA)
}
