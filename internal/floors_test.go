// Package internal holds the tests of the house itself: who may import whom, who may
// write which table, and that nothing is said in one language only.
package internal

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "quantriet/internal/"

// floors, lowest first. A package may import floors below its own.
var floors = []string{"kit", "ui", "base", "core", "work", "overview", "app"}

// inOrder lists the floors whose rooms may import siblings, but only earlier ones.
var inOrder = map[string][]string{
	"base":     {"org", "person", "account", "privacy", "proof", "access", "audit", "setting", "web"},
	"core":     {"document", "campaign", "meeting"},
	"overview": {"rollup", "measure", "report", "duty", "trail", "recheck", "contest", "honesty", "merit", "review", "narrative", "ledger", "dashboard"},
}

// foundations are what rooms of the same floor may use whatever their place in the order:
// access, audit and setting hold no business, and a room's doors stand on web.
var foundations = []string{"access", "audit", "setting", "web"}

func floor(dir string) (name, room string, level int) {
	for i, f := range floors {
		if rest, ok := strings.CutPrefix(dir+"/", f+"/"); ok {
			room, _, _ = strings.Cut(rest, "/")
			return f, room, i
		}
	}
	return "", "", -1
}

// banned are packages a feature must not touch: it asks kit for them.
var banned = []string{"database/sql", "os", "log", "net/http/httptest"}

func TestFloors(t *testing.T) {
	eachGo(t, false, func(path string) {
		dir := filepath.ToSlash(filepath.Dir(path))
		name, room, level := floor(dir)
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, im := range f.Imports {
			p, _ := strconv.Unquote(im.Path.Value)
			if slices.Contains([]string{"core", "work", "overview"}, name) && slices.Contains(banned, p) {
				t.Errorf("%s: a feature does not import %s", path, p)
			}
			to, ok := strings.CutPrefix(p, module)
			if !ok || level < 0 {
				continue
			}
			if why := wrong(name, room, level, to); why != "" {
				t.Errorf("%s imports %s: %s", path, to, why)
			}
		}
	})
}

// wrong says why a package of floor name may not import the package to; "" when it may.
func wrong(name, room string, level int, to string) string {
	toName, toRoom, toLevel := floor(to)
	switch {
	case toLevel < level || name == "kit" || name == "app" || name == "ui" && toLevel == level:
		if toLevel > level {
			return "upstairs"
		}
		return ""
	case toLevel > level:
		return "upstairs"
	case toRoom == room || slices.Contains(foundations, toRoom):
		return ""
	}
	order := inOrder[toName]
	if a, b := slices.Index(order, toRoom), slices.Index(order, room); a >= 0 && b >= 0 && a < b {
		return ""
	}
	return "next door; join the rooms in app/links.go"
}

// One writer per table: the package named in the migration's "-- owner:" line.
func TestOneWriter(t *testing.T) {
	owner := owners(t)
	write := regexp.MustCompile(`(?i)(?:insert into|update|delete from)\s+([a-z_]+)`)
	check := func(path string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, room, _ := floor(filepath.ToSlash(filepath.Dir(path)))
		if d := filepath.ToSlash(filepath.Dir(path)); d == "app/bench/morning" || d == "app/bench/figures" {
			return // invents a country by the statement, in an empty database and in no other
		}
		for _, m := range write.FindAllStringSubmatch(string(b), -1) {
			if o := owner[strings.ToLower(m[1])]; o != "" && o != room {
				t.Errorf("%s writes %s, which belongs to %s", path, m[1], o)
			}
		}
	}
	eachGo(t, false, check)
	walk(t, func(path string) {
		if strings.HasSuffix(path, ".sql") && !strings.HasPrefix(path, "schema") {
			check(path)
		}
	})
}

func owners(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	create := regexp.MustCompile(`(?i)create table (\w+)`)
	head := regexp.MustCompile(`^-- owner: (\w+)\n-- \+goose Up\n`)
	files, _ := filepath.Glob("schema/*.sql")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		o := head.FindStringSubmatch(string(b))
		if o == nil {
			t.Errorf("%s does not start with its owner", file)
			continue
		}
		for _, m := range create.FindAllStringSubmatch(string(b), -1) {
			out[m[1]] = o[1]
		}
	}
	return out
}

// Dialects stay in kit/db: no other code may ask which engine it runs on.
func TestNoDialects(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\b(ilike|strftime|date_trunc|now\(\)|jsonb|distinct on|lateral)\b|::(text|int|bigint)`)
	eachGo(t, false, func(path string) {
		if strings.HasPrefix(path, "kit/db/") {
			return
		}
		b, _ := os.ReadFile(path)
		for _, lit := range regexp.MustCompile("(?s)`[^`]*`").FindAllString(string(b), -1) {
			if regexp.MustCompile(`(?i)\b(select|insert|update|delete)\b`).MatchString(lit) && bad.MatchString(lit) {
				t.Errorf("%s: SQL of one engine only: %s", path, bad.FindString(lit))
			}
		}
	})
}

func eachGo(t *testing.T, tests bool, do func(path string)) {
	walk(t, func(path string) {
		if strings.HasSuffix(path, ".go") && strings.HasSuffix(path, "_test.go") == tests {
			do(path)
		}
	})
}

func walk(t *testing.T, do func(path string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			do(filepath.ToSlash(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
