package secret

import (
	"strings"

	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/seal"
)

// Numbers are what is sealed of a person; "" is not kept.
type Numbers struct {
	Identity string `json:"identity" doc:"căn cước, 12 digits, or an old card's 9"`
	Phone    string `json:"phone" doc:"10 or 11 digits beginning with 0"`
}

// Change is what a form or client sends: nil leaves a number as it is, "" takes it away.
type Change struct {
	Identity, Phone *string
}

// over lays the change over what is kept.
func (c Change) over(n Numbers) Numbers {
	if c.Identity != nil {
		n.Identity = *c.Identity
	}
	if c.Phone != nil {
		n.Phone = *c.Phone
	}
	return n.tidy()
}

// tidy is the one usual form of numbers as people write them: 0912 345 678, +84.912.345.678.
func (n Numbers) tidy() Numbers {
	n.Identity, n.Phone = bare(n.Identity), bare(n.Phone)
	if rest, ok := strings.CutPrefix(n.Phone, "+84"); ok {
		n.Phone = "0" + strings.TrimPrefix(rest, "0")
	}
	return n
}

var between = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "", "\u00a0", "")

func bare(s string) string { return between.Replace(s) }

func (n Numbers) check() error {
	var errs []error
	if n.Identity != "" && !(digits(n.Identity) && (len(n.Identity) == 12 || len(n.Identity) == 9)) {
		errs = append(errs, fault.At("identity", "secret.not_identity"))
	}
	if n.Phone != "" && !(digits(n.Phone) && n.Phone[0] == '0' && (len(n.Phone) == 10 || len(n.Phone) == 11)) {
		errs = append(errs, fault.At("phone", "secret.not_phone"))
	}
	return fault.All(errs...)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// changed names the fields that differ, for the log.
func changed(a, b Numbers) (fields []string) {
	if a.Identity != b.Identity {
		fields = append(fields, "identity")
	}
	if a.Phone != b.Phone {
		fields = append(fields, "phone")
	}
	return fields
}

// Masked shows the last four digits; "" stays "".
func Masked(number string) string {
	if len(number) < 5 {
		return ""
	}
	return "•••• " + number[len(number)-4:]
}

// Masked are the numbers as anybody in scope sees them.
func (n Numbers) Masked() Numbers { return Numbers{Masked(n.Identity), Masked(n.Phone)} }

// Hash is what a number is found by.
type Hash struct{ Identity, Phone int64 }

// Hashes are those of a text that is one whole number; ok is false for anything else.
func Hashes(box *seal.Box, typed string) (h Hash, ok bool) {
	n := Numbers{typed, typed}.tidy()
	if box == nil || n.Identity == "" || !digits(n.Phone) || len(n.Phone) < 9 || len(n.Phone) > 12 {
		return h, false
	}
	return hash(box, n), true
}

func hash(box *seal.Box, n Numbers) Hash {
	return Hash{box.Find("identity", n.Identity), box.Find("phone", n.Phone)}
}
