package door

import (
	"context"
	"net/http"
	"testing"

	"quantriet/internal/kit/db/dbtest"
	"quantriet/internal/kit/id"
)

// BenchmarkScreen is the page that every screen asks for about once a minute.
func BenchmarkScreen(b *testing.B) {
	h := build(b, dbtest.One(b))
	for b.Loop() {
		if w := h.knock(h.usher, "GET", atDoor(h.meeting, h.sites[1]), ""); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

// BenchmarkTap is a code opened and answered, one after another: the scan, the answer and the
// visit, each durable before the next.
func BenchmarkTap(b *testing.B) {
	h, ctx := build(b, dbtest.One(b)), context.Background()
	code, i := h.code(b, 1), 0
	for b.Loop() {
		who, mark := h.member(1, i%12), id.New().String()
		i++
		v, err := h.Open(ctx, who, code, mark)
		if err == nil {
			_, err = h.Answer(ctx, who, Reply{Key: id.New(), Ticket: v.Ticket, Mark: mark})
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
