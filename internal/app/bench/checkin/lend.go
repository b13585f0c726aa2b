package checkin

import (
	"context"
	"crypto/tls"
	"time"
)

// Server is the program in a process of its own, lent to other measurements.
type Server struct{ s *server }

// Start serves a database over TLS from a folder, and gives what a client believes.
func Start(ctx context.Context, dir, db string) (*Server, *tls.Config, error) {
	cert, key, err := certify(dir)
	if err != nil {
		return nil, nil, err
	}
	config, err := trust(cert)
	if err != nil {
		return nil, nil, err
	}
	s, err := serve(ctx, dir, db, cert, key)
	if err != nil {
		return nil, nil, err
	}
	return &Server{s}, config, nil
}

// Host is where it listens.
func (s *Server) Host() string { return s.s.host }

// Peak is the most memory it has had, in bytes.
func (s *Server) Peak() int64 { return s.s.peak() }

// Busy is the processor time it has taken.
func (s *Server) Busy() time.Duration { return s.s.busy() }

// Stop ends it as its keeper would.
func (s *Server) Stop() error { return s.s.stop() }
