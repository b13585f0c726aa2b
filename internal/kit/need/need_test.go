package need

import (
	"runtime"
	"testing"
)

// outcome stands in for a test and remembers how it ended.
type outcome struct {
	testing.TB
	end string
}

func (o *outcome) Helper()               {}
func (o *outcome) Skipf(string, ...any)  { o.end = "skip"; runtime.Goexit() }
func (o *outcome) Fatalf(string, ...any) { o.end = "fail"; runtime.Goexit() }

func TestTool(t *testing.T) {
	for _, c := range []struct {
		says, require string
		found         bool
		want          string
	}{
		{"what is there is used", "chromium", true, "run"},
		{"what is absent is skipped", "", false, "skip"},
		{"what is absent and asked for fails", "postgres, chromium", false, "fail"},
		{"another name does not matter", "chromium-headless", false, "skip"},
	} {
		t.Run(c.says, func(t *testing.T) {
			t.Setenv("QUANTRIET_TEST_REQUIRE", c.require)
			o := &outcome{}
			done := make(chan bool)
			go func() {
				defer close(done)
				Tool(o, "chromium", c.found)
				o.end = "run"
			}()
			if <-done; o.end != c.want {
				t.Errorf("got %q, want %q", o.end, c.want)
			}
		})
	}
}
