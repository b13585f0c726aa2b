package essay

import (
	"encoding/base64"
	"testing"

	"quantriet/internal/kit/id"
	"quantriet/internal/kit/seal"
)

// A device seals under a key of its writer alone, and the writer gets the same one again.
func TestLock(t *testing.T) {
	s := &Service{Seal: seal.Fresh()}
	a, b := id.New(), id.New()
	key, err := base64.StdEncoding.DecodeString(s.lock(a))
	if err != nil || len(key) != 32 {
		t.Fatalf("a key of %d bytes: %v", len(key), err)
	}
	if first := s.lock(a); first != s.lock(a) || first == s.lock(b) {
		t.Error("the key is not one for each writer")
	}
	if other := (&Service{Seal: seal.Fresh()}); other.lock(a) == s.lock(a) {
		t.Error("two installations give the same key")
	}
	if got := (&Service{}).lock(a); got != "" {
		t.Errorf("without a seal: %q", got)
	}
}
