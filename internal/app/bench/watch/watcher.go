package watch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"context"
	"crypto/tls"
	"fmt"
	"hash/maphash"
	"io"
	"net"
	"net/http/httputil"
	"strings"
	"sync"
	"time"
)

// watcher is one open board.
type watcher struct {
	*Watch
	token, path    string
	province, cell int // -1: not one of these
	conn           net.Conn

	mu     sync.Mutex
	frames []sight
	ended  bool
}

// sight is a frame: when it came, and how many people it showed.
type sight struct {
	at      time.Time
	persons int64
}

func (v *watcher) seen() []sight {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ended = true
	return v.frames
}

// shows says how many this watcher's board has to show from a commit on.
func (v *watcher) shows(c commit) (want int64, mine bool) {
	switch {
	case v.cell >= 0:
		return c.ofCell, c.cell == v.cell
	case v.province >= 0:
		return c.ofProv, c.province == v.province
	}
	return c.whole, true
}

const patience = 60 * time.Second

// open asks for the stream and returns when the first board has come; the rest is read on.
func (v *watcher) open(ctx context.Context) error {
	d := net.Dialer{Timeout: patience}
	conn, err := tls.DialWithDialer(&d, "tcp", v.server.Host(), v.trust)
	if err != nil {
		return err
	}
	v.conn = conn
	conn.SetDeadline(time.Now().Add(patience))
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nAccept-Encoding: gzip\r\n\r\n", v.path, v.server.Host(), v.token); err != nil {
		return err
	}
	r := bufio.NewReaderSize(conn, 1024)
	packed := false
	for n := 0; ; n++ {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		if n == 0 && !strings.Contains(line, " 200 ") {
			return fmt.Errorf("%s: %s", v.path, strings.TrimSpace(line))
		}
		packed = packed || strings.HasPrefix(line, "Content-Encoding: gzip")
		if line == "\r\n" {
			break
		}
	}
	if !packed {
		return fmt.Errorf("%s is not packed", v.path)
	}
	body := httputil.NewChunkedReader(r)
	if _, err := io.CopyN(io.Discard, body, 10); err != nil { // the head of gzip
		return err
	}
	first := make(chan error, 1)
	go v.read(ctx, body, first)
	return <-first
}

// read notes each frame; the end of one is where the packer flushed.
func (v *watcher) read(ctx context.Context, body io.Reader, first chan<- error) {
	var piece []byte
	b := make([]byte, 1024)
	begun := false
	for {
		n, err := body.Read(b)
		if piece = append(piece, b[:n]...); bytes.HasSuffix(piece, []byte{0, 0, 255, 255}) {
			if persons, is := v.known.persons(piece); is {
				v.mu.Lock()
				v.frames = append(v.frames, sight{time.Now(), persons})
				v.mu.Unlock()
				if !begun {
					begun = true
					v.begun.Add(1)
					first <- nil
				}
			}
			piece = piece[:0]
		}
		if err == nil {
			v.conn.SetReadDeadline(time.Now().Add(patience))
			continue
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		if !begun {
			first <- err
		} else if !v.ended && ctx.Err() == nil {
			v.lost.Add(1)
		}
		return
	}
}

func closeAll(all []*watcher) {
	for _, v := range all {
		v.seen()
		if v.conn != nil {
			v.conn.Close()
		}
	}
}

// frames remembers what packed frames say: all watchers of a view get the same bytes, so
// each is unpacked once.
type frames struct {
	seed  sync.Once
	by    maphash.Seed
	known sync.Map
}

type said struct {
	persons int64
	board   bool
}

// persons is the counter that a frame shows; false when it is no board.
func (f *frames) persons(packed []byte) (int64, bool) {
	f.seed.Do(func() { f.by = maphash.MakeSeed() })
	key := maphash.Bytes(f.by, packed)
	if s, ok := f.known.Load(key); ok {
		return s.(said).persons, s.(said).board
	}
	plain, _ := io.ReadAll(flate.NewReader(bytes.NewReader(packed))) // ends without an end
	s := said{}
	if _, rest, ok := bytes.Cut(plain, []byte(`<div class="bd-num">`)); ok {
		s.board = true
		for _, c := range rest {
			if c == '<' {
				break
			}
			if c >= '0' && c <= '9' {
				s.persons = 10*s.persons + int64(c-'0')
			}
		}
	}
	f.known.Store(key, s)
	return s.persons, s.board
}
