package torture

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"quantriet/internal/app/bench/morning"
	"quantriet/internal/kit/db"
	"quantriet/internal/schema"
)

// The test program is also the program that is tortured.
func TestMain(m *testing.M) {
	if order := os.Getenv(orderEnv); order != "" {
		victim(order)
		return
	}
	if order := os.Getenv(dawdleEnv); order != "" {
		dawdle(order)
		return
	}
	if path := os.Getenv(bringEnv); path != "" {
		bring(path)
		return
	}
	if path := os.Getenv(acceptEnv); path != "" {
		accept(path)
		return
	}
	os.Exit(m.Run())
}

// long is "make torture".
var long = os.Getenv("QUANTRIET_TORTURE") == "long"

// times is how often something is done here and in the long run.
func times(here, there int) int {
	if long {
		return there
	}
	return here
}

// chance draws from a seed that is printed.
func chance(t *testing.T) *rand.Rand {
	t.Helper()
	seed, err := strconv.ParseUint(os.Getenv("QUANTRIET_TORTURE_SEED"), 10, 64)
	if err != nil {
		seed = rand.Uint64()
	}
	t.Logf("seed %d: QUANTRIET_TORTURE_SEED=%d repeats it", seed, seed)
	return rand.New(rand.NewPCG(seed, 7))
}

// begins is when the meetings of the tests begin; the service's clock stands a little before.
var begins = time.UnixMilli(1_800_000_000_000)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// filled makes a database with a morning in it.
func filled(t *testing.T, url string, m morning.Morning) {
	t.Helper()
	d, err := db.Open(url)
	must(t, err)
	defer d.Close()
	must(t, d.Migrate(context.Background(), schema.Files))
	must(t, m.Fill(context.Background(), d))
}

// file is a database file with a morning in a folder of its own.
func file(t *testing.T, m morning.Morning) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "morning.db")
	filled(t, path, m)
	return path
}

func pcg(a, b uint64) *rand.Rand { return rand.New(rand.NewPCG(a, b)) }
