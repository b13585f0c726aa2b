package db

import (
	"strings"
	"testing"
)

func TestRewrite(t *testing.T) {
	for _, c := range []struct{ says, in, want string }{
		{"nothing to do", `select 1`, `select 1`},
		{"in order", `a = $1 and b = $2`, `a = ? and b = ?`},
		{"in order up to two digits", `($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`, `(?,?,?,?,?,?,?,?,?,?)`},
		{"not from the first", `values ($9,$10,$11)`, `values (?9,?10,?11)`},
		{"out of order", `$2 and $1`, `?2 and ?1`},
		{"one left out", `$1 and $3`, `?1 and ?3`},
		{"written otherwise", `$01`, `?01`},
		{"the same again", `$1 or $1`, `?1 or ?1`},
		{"the same again later", `$1, $2, $1`, `?1, ?2, ?1`},
		{"not inside text", `select '$1', $1`, `select '$1', ?`},
		{"a doubled quote", `select 'it''s $1', $1`, `select 'it''s $1', ?`},
		{"not inside a name", `select "a$1", $2`, `select "a$1", ?2`},
		{"not the end of a name", `select a$1, b_$2, đ$3 from t`, `select a$1, b_$2, đ$3 from t`},
		{"not after a comment sign", "select 1 -- $1\n, $1", "select 1 -- $1\n, ?"},
		{"not in a long comment", `select /* $1 '*/ $1`, `select /* $1 '*/ ?`},
		{"a quote inside a comment", "-- it's\n$1", "-- it's\n?"},
		{"a comment inside text", `'--' = $1`, `'--' = ?`},
		{"text that never ends", `select '$1`, `select '$1`},
		{"a comment that never ends", `select /* $1`, `select /* $1`},
		{"money", `select '5$', $, $a, $$`, `select '5$', $, $a, $$`},
		{"division and minus", `$1/$2-$3`, `?/?-?`},
		{"Vietnamese text", `'đồng chí' || $1`, `'đồng chí' || ?`},
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

// plain is what no rewriting touches.
var plain = strings.NewReplacer("$", "", "?", "", "0", "", "1", "", "2", "", "3", "", "4", "", "5", "", "6", "", "7", "", "8", "", "9", "")

func FuzzRewrite(f *testing.F) {
	f.Add(`select '$1', $1 -- x`)
	f.Fuzz(func(t *testing.T, s string) {
		got := rewrite(s)
		if len(got) > len(s) || plain.Replace(got) != plain.Replace(s) {
			t.Errorf("%q became %q", s, got)
		}
	})
}

func TestValues(t *testing.T) {
	if got := values(2, 3); got != " values ($1, $2, $3), ($4, $5, $6)" {
		t.Error(got)
	}
}

func TestTarget(t *testing.T) {
	table, columns, err := target("insert into t (a,\n\t b, c)")
	if err != nil || table != "t" || len(columns) != 3 || columns[1] != "b" {
		t.Errorf("%q %q %v", table, columns, err)
	}
	if _, _, err := target("insert into t (a) select 1"); err == nil {
		t.Error("a statement that can't be streamed was taken")
	}
}
