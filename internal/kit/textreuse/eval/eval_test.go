package eval

import (
	"flag"
	"os"
	"testing"
)

var size = flag.Int("eval.size", 0, "essays in the haystack of TestEval; 0 skips it")

func TestEval(t *testing.T) {
	if *size == 0 {
		t.Skip("give -eval.size")
	}
	Run(os.Stdout, *size, 12)
}
