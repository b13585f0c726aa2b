// Package need lets a test say what it found missing on this machine: it skips aloud, or
// fails where the tool was promised.
package need

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Required reports whether QUANTRIET_TEST_REQUIRE, a list parted by commas, names the tool.
func Required(name string) bool {
	return slices.Contains(strings.FieldsFunc(os.Getenv("QUANTRIET_TEST_REQUIRE"), func(r rune) bool {
		return r == ',' || r == ' '
	}), name)
}

// Tool ends the test when the tool was not found: as a skip, or as a failure when it is required.
func Tool(t testing.TB, name string, found bool) {
	t.Helper()
	switch {
	case found:
	case Required(name):
		t.Fatalf("%s is not on this machine, and QUANTRIET_TEST_REQUIRE asks for it", name)
	default:
		t.Skipf("SKIPPED: %s is not on this machine; name it in QUANTRIET_TEST_REQUIRE to make this a failure", name)
	}
}
