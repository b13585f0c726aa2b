package db

import "testing"

func TestRewrite(t *testing.T) {
	for _, c := range []struct{ says, in, want string }{
		{"nothing to do", `select 1`, `select 1`},
		{"each number", `a = $1 and b = $2`, `a = ?1 and b = ?2`},
		{"two digits", `values ($9,$10,$11)`, `values (?9,?10,?11)`},
		{"the same again", `$1 or $1`, `?1 or ?1`},
		{"not inside text", `select '$1', $1`, `select '$1', ?1`},
		{"a doubled quote", `select 'it''s $1', $1`, `select 'it''s $1', ?1`},
		{"not inside a name", `select "a$1", $2`, `select "a$1", ?2`},
		{"not the end of a name", `select a$1, b_$2, đ$3 from t`, `select a$1, b_$2, đ$3 from t`},
		{"not after a comment sign", "select 1 -- $1\n, $1", "select 1 -- $1\n, ?1"},
		{"not in a long comment", `select /* $1 '*/ $1`, `select /* $1 '*/ ?1`},
		{"a quote inside a comment", "-- it's\n$1", "-- it's\n?1"},
		{"a comment inside text", `'--' = $1`, `'--' = ?1`},
		{"text that never ends", `select '$1`, `select '$1`},
		{"a comment that never ends", `select /* $1`, `select /* $1`},
		{"money", `select '5$', $, $a, $$`, `select '5$', $, $a, $$`},
		{"division and minus", `$1/$2-$3`, `?1/?2-?3`},
		{"Vietnamese text", `'đồng chí' || $1`, `'đồng chí' || ?1`},
	} {
		if got := rewrite(c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.says, got, c.want)
		}
	}
}

func FuzzCursor(f *testing.F) {
	f.Add(cursor("Nguyễn Văn A", 7))
	f.Add("")
	f.Fuzz(func(t *testing.T, s string) {
		sort, of, err := parseCursor(s)
		if err != nil {
			return
		}
		if again, same, err := parseCursor(cursor(sort, of)); again != sort || same != of || err != nil {
			t.Errorf("%q: %q %d, then %q %d %v", s, sort, of, again, same, err)
		}
	})
}

func FuzzRewrite(f *testing.F) {
	f.Add(`select '$1', $1 -- x`)
	f.Fuzz(func(t *testing.T, s string) {
		if got := rewrite(s); len(got) != len(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}
