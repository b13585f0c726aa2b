package schema

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

var release = flag.Bool("release", false, "write the hashes of all migrations: done once for each release")

// released holds a line "hash  name" for every migration that an installation may have run.
const released = "released.txt"

// A migration that was released never changes: installations have run it.
func TestReleasedMigrationsUnchanged(t *testing.T) {
	if *release {
		write(t)
	}
	b, err := os.ReadFile(released)
	if err != nil {
		t.Fatal(err)
	}
	for _, why := range changed(Files, string(b)) {
		t.Error(why)
	}
}

// changed says which of the listed files are gone or differ.
func changed(files fs.FS, list string) (out []string) {
	for line := range strings.Lines(list) {
		hash, name, ok := strings.Cut(strings.TrimSpace(line), "  ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		b, err := fs.ReadFile(files, name)
		switch {
		case err != nil:
			out = append(out, name+" was released and is gone")
		case fmt.Sprintf("%x", sha256.Sum256(b)) != hash:
			out = append(out, name+" was released and has changed; write the next number instead")
		}
	}
	return out
}

func TestChangedFindsChanges(t *testing.T) {
	b, err := fs.ReadFile(Files, "0001_org.sql")
	if err != nil {
		t.Fatal(err)
	}
	right := fmt.Sprintf("%x  0001_org.sql\n", sha256.Sum256(b))
	if got := changed(Files, "# comment\n"+right); len(got) != 0 {
		t.Error("an unchanged file is blamed:", got)
	}
	if got := changed(Files, strings.Replace(right, right[:4], "0000", 1)+"00  0000_none.sql\n"); len(got) != 2 {
		t.Error("a changed and a lost file:", got)
	}
}

func write(t *testing.T) {
	t.Helper()
	names, err := fs.Glob(Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("# Hashes of released migrations; go test ./internal/schema -release\n")
	for _, name := range names {
		body, err := fs.ReadFile(Files, name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(body), name)
	}
	if err := os.WriteFile(released, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
