package account

import (
	"slices"
	"strings"
	"time"

	"quantriet/internal/base/access"
	"quantriet/internal/base/account/password"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
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
	demo      bool // came by a link that is used again and again
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
	idle        = 12 * time.Hour       // a session unused for so long ends
	longest     = 30 * 24 * time.Hour  // and none lives longer
	idleKept    = 90 * 24 * time.Hour  // the same of members on a device they keep
	longestKept = 400 * 24 * time.Hour // longer, no browser keeps a cookie
	secondFor   = 10 * time.Minute     // between the password and the second step
	touchEvery  = 5 * time.Minute      // how often "last seen" is written
	setupFor    = 30 * time.Minute
	resetFor    = 24 * time.Hour
	maxDays     = 3650 // of a token
)

// sessionEnd is when a session ends that was opened and last used at these instants; one on a
// kept device lasts long.
func sessionEnd(created, seen int64, long bool) int64 {
	if long {
		return min(created+longestKept.Milliseconds(), seen+idleKept.Milliseconds())
	}
	return min(created+longest.Milliseconds(), seen+idle.Milliseconds())
}

const (
	minPassword = password.Least
	maxPassword = password.Most
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

// checkPassword refuses what is guessed first.
func checkPassword(login, typed string) error {
	return password.Check(typed, func(s string) bool { return foldLogin(s) == login })
}

// above reports whether somebody may do more than a member: then a second step is required.
func above(grants []access.Grant) bool {
	return slices.ContainsFunc(grants, func(g access.Grant) bool { return g.Role != access.Member })
}
