package live

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"quantriet/internal/kit/fault"
)

const (
	quiet    = 15 * time.Second // after which a stream says that it is alive
	patience = 10 * time.Second // for a viewer that takes nothing
	lifetime = 20 * time.Minute // then the viewer comes again, and is asked who it is
)

// Serve sends a topic's drawings to a viewer until it leaves, its rights end (the request's
// context), the server stops or the stream is old. Fault before anything was sent: Busy when
// there are too many viewers.
func (h *Hub[T, S]) Serve(w http.ResponseWriter, r *http.Request, t T) error {
	v, leave, ok := h.join(t)
	if !ok {
		return fault.New(fault.Busy, "live.full")
	}
	defer leave()
	st := open(w, r)
	end := time.Now().Add(lifetime + rand.N(lifetime))
	tick := time.NewTimer(quiet)
	defer tick.Stop()
	for f := &hello; ; {
		if f != nil && !st.send(*f) {
			return nil
		}
		tick.Reset(quiet)
		select {
		case <-v.bell:
			if f = v.next.Swap(nil); f != nil {
				h.sent.Add(1)
			}
		case <-tick.C:
			f = &beat
		case <-r.Context().Done():
			st.close()
			return context.Cause(r.Context())
		case <-h.gone:
			st.close()
			return nil
		}
		if time.Now().After(end) {
			st.close()
			return nil
		}
	}
}

// stream is an answer that goes on.
type stream struct {
	w         http.ResponseWriter
	control   *http.ResponseController
	packed    bool
	crc, size uint32
}

// open begins the answer. What was set for ordinary requests would end it: a stream has no
// end to be read by, and each write its own.
func open(w http.ResponseWriter, r *http.Request) *stream {
	s := &stream{w: w, control: http.NewResponseController(w), packed: strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")}
	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	if s.packed {
		head.Set("Content-Encoding", "gzip")
		head.Add("Vary", "Accept-Encoding")
	}
	_ = s.control.SetReadDeadline(time.Time{})
	w.WriteHeader(http.StatusOK)
	if s.packed {
		s.w.Write(gzipHead)
	}
	return s
}

// send writes a frame; false when the viewer is gone or takes nothing.
func (s *stream) send(f frame) bool {
	_ = s.control.SetWriteDeadline(time.Now().Add(patience))
	b := f.plain
	if s.packed {
		b, s.crc, s.size = f.packed, sum(s.crc, f), s.size+uint32(len(f.plain))
	}
	if _, err := s.w.Write(b); err != nil {
		return false
	}
	return s.control.Flush() == nil
}

func (s *stream) close() {
	if s.packed {
		s.w.Write(gzipTail(s.crc, s.size))
	}
}
