package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		kind Kind
		key  string
		n    int
	}{
		{"a plain error is our bug", errors.New("x"), Internal, "fault.internal", 0},
		{"a wrapped fault keeps its kind", fmt.Errorf("save: %w", Gone()), Missing, "fault.missing", 1},
		{"joined faults show the first", All(nil, At("name", "a.b"), At("date", "c.d")), Invalid, "a.b", 2},
		{"a fault wrapped around joined ones lists all", fmt.Errorf("x: %w", All(At("a", "k"), At("b", "l"))), Invalid, "k", 2},
		{"nothing wrong", nil, Internal, "fault.internal", 0},
	} {
		if Of(c.err) != c.kind || Key(c.err) != c.key || len(List(c.err)) != c.n {
			t.Errorf("%s: %v %s %d", c.name, Of(c.err), Key(c.err), len(List(c.err)))
		}
	}
	if All(nil, nil) != nil {
		t.Error("no faults must be nil")
	}
}
