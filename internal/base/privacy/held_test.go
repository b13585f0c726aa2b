package privacy

import (
	"bufio"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"quantriet/internal/schema"
)

var (
	tableLine  = regexp.MustCompile(`^create table (\w+) \(`)
	personLine = regexp.MustCompile(`^\s+(\w*person\w*)\s+bigint|^\s+(\w+)\s+bigint.*references person \(`)
)

// Every column that refers to a person is shown to the person, or excused by name.
func TestEveryColumnOfAPersonIsShown(t *testing.T) {
	names, err := fs.Glob(schema.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	found, table := map[string]bool{}, ""
	for _, name := range names {
		f, err := schema.Files.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if m := tableLine.FindStringSubmatch(lines.Text()); m != nil {
				table = m[1]
			}
			if m := personLine.FindStringSubmatch(lines.Text()); m != nil {
				found[table+"."+m[1]+m[2]] = true
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 25 {
		t.Fatalf("the schema was not read: %v", found)
	}
	for column := range found {
		of, name, _ := strings.Cut(column, ".")
		shown := false
		for _, p := range held {
			for _, m := range regexp.MustCompile(`\b(?:from|join) `+of+` (\w+)`).FindAllStringSubmatch(p.query, -1) {
				asked := m[1] + "." + name + " = $1"
				if m[1] == "where" { // no alias
					asked = "where " + name + " = $1"
				}
				shown = shown || strings.Contains(p.query, asked)
			}
		}
		if shown == (excused[column] != "") {
			t.Errorf("%s: shown %v, excused %q", column, shown, excused[column])
		}
	}
	for column := range excused {
		if !found[column] {
			t.Errorf("%s is excused and is no column", column)
		}
	}
}
