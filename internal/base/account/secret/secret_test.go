package secret

import (
	"strings"
	"testing"

	"quantriet/internal/kit/seal"
)

func TestEasy(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		c := Easy(3, 4)
		if len(c) != 14 || strings.ContainsAny(c, "il1o0") || seen[c] {
			t.Fatal(c)
		}
		seen[c] = true
		for _, typed := range []string{c, strings.ToUpper(c), strings.ReplaceAll(c, "-", ""), " " + strings.ReplaceAll(c, "-", " ") + "\n"} {
			if got, ok := Tidy(typed, 3, 4); got != c || !ok {
				t.Errorf("%q is read as %q %v", typed, got, ok)
			}
		}
	}
	for _, bad := range []string{"", "abc", "abcd-abcd-abc", "abcd-abcd-abcd-a", "abcd-abcd-abc0", "abcd-abcd-abcđ", strings.Repeat("a", 5000), "' or 1=1 --"} {
		if got, ok := Tidy(bad, 3, 4); ok {
			t.Errorf("%q is taken for the code %q", bad, got)
		}
	}
}

func TestTickets(t *testing.T) {
	s := seal.Fresh()
	text, err := Ticket(s, "second", 1000, "Mẫu")
	if err != nil {
		t.Fatal(err)
	}
	var v string
	if !Redeem(s, "second", 999, text, &v) || v != "Mẫu" {
		t.Error("a good ticket does not open")
	}
	for says, ok := range map[string]bool{
		"over":              Redeem(s, "second", 1000, text, &v),
		"for another thing": Redeem(s, "passkey", 0, text, &v),
		"of another house":  Redeem(seal.Fresh(), "second", 0, text, &v),
		"cut":               Redeem(s, "second", 0, text[:len(text)-2], &v),
		"changed":           Redeem(s, "second", 0, "A"+text[1:], &v) && text[0] != 'A',
		"empty":             Redeem(s, "second", 0, "", &v),
		"no ticket":         Redeem(s, "second", 0, "%%%", &v),
		"very long":         Redeem(s, "second", 0, strings.Repeat("a", 1<<20), &v),
	} {
		if ok {
			t.Errorf("a ticket that is %s opens", says)
		}
	}
}
