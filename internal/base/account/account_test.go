package account

import (
	"strings"
	"testing"

	"quantriet/internal/kit/fault"
)

func TestLogins(t *testing.T) {
	for typed, want := range map[string]string{
		"mau.014":               "mau.014",
		"Nguyễn.An":             "nguyen.an",
		" Đạt@hp ":              "dat@hp",
		"ab":                    "account.bad_login", // too short
		"12345678":              "account.bad_login", // would be taken for a Party card
		"an/../x":               "account.bad_login",
		"":                      "account.bad_login",
		"王小明abc":                "account.bad_login",
		strings.Repeat("a", 65): "account.bad_login",
	} {
		login := foldLogin(typed)
		if err := checkLogin(login); err != nil {
			login = fault.Key(err)
		}
		if login != want {
			t.Errorf("%q is %q, want %q", typed, login, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	for password, want := range map[string]string{
		"sáu con vịt":              "",
		"ngắn":                     "account.password_short",
		"đồng chí.a":               "", // letters are counted, not bytes
		"mau.nguyen.014":           "account.password_login",
		"Mẫu.Nguyễn.014":           "account.password_login",
		"1111111111":               "account.password_plain",
		strings.Repeat("mười", 51): "account.password_long",
		"có byte \x00 lạ ở đây":    "account.password_text",
		"hỏng \xff\xfe mã ở đây":   "account.password_text",
	} {
		err := checkPassword("mau.nguyen.014", password)
		if got := fault.Key(err); err == nil && want != "" || err != nil && got != want {
			t.Errorf("%q: %v, want %q", password, err, want)
		}
	}
}
