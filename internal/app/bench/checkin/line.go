package checkin

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"syscall"
	"time"
)

// line is one lasting connection to a server.
type line struct {
	to    address
	conn  net.Conn
	r     *bufio.Reader
	body  []byte
	asked []byte // room for the request
}

// address is where a server listens; config nil speaks plainly.
type address struct {
	host   string
	config *tls.Config
}

// reply is an answer; its body lasts until the next question.
type reply struct {
	status int
	after  time.Duration // Retry-After
	body   []byte
}

const patience = 60 * time.Second

func (l *line) open() (err error) {
	if l.conn != nil {
		return nil
	}
	d := net.Dialer{Timeout: patience}
	if l.to.config == nil {
		l.conn, err = d.Dial("tcp", l.to.host)
	} else {
		l.conn, err = tls.DialWithDialer(&d, "tcp", l.to.host, l.to.config)
	}
	if err != nil {
		l.conn = nil
		return err
	}
	if l.r == nil {
		l.r = bufio.NewReaderSize(l.conn, 8<<10)
	} else {
		l.r.Reset(l.conn)
	}
	return nil
}

func (l *line) close() {
	if l.conn != nil {
		l.conn.Close()
		l.conn = nil
	}
}

// ask sends a request and reads the answer. After an error it is not known what became of it. A connection that
// the server gave up while it was idle is opened anew: what is sent twice counts once.
func (l *line) ask(request []byte) (reply, error) {
	idle := l.conn != nil
	a, err := l.once(request)
	if idle && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)) {
		a, err = l.once(request)
	}
	return a, err
}

func (l *line) once(request []byte) (a reply, err error) {
	if err := l.open(); err != nil {
		return a, err
	}
	l.conn.SetDeadline(time.Now().Add(patience))
	if _, err = l.conn.Write(request); err == nil {
		a, err = l.answer()
	}
	if err != nil {
		l.close()
	}
	return a, err
}

func (l *line) answer() (a reply, err error) {
	first, err := l.r.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if len(first) < 12 {
		return a, fmt.Errorf("no HTTP: %q", first)
	}
	if a.status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return a, err
	}
	length, chunked, last := 0, false, false
	for {
		h, err := l.r.ReadSlice('\n')
		if err != nil {
			return a, err
		}
		h = bytes.TrimRight(h, "\r\n")
		if len(h) == 0 {
			break
		}
		name, value, _ := bytes.Cut(h, []byte(": "))
		switch string(name) {
		case "Content-Length":
			length, err = strconv.Atoi(string(value))
		case "Transfer-Encoding":
			chunked = true
		case "Retry-After":
			var n int
			n, err = strconv.Atoi(string(value))
			a.after = time.Duration(n) * time.Second
		case "Connection":
			last = string(value) == "close"
		}
		if err != nil {
			return a, err
		}
	}
	l.body = l.body[:0]
	if chunked {
		err = l.chunks()
	} else {
		err = l.take(length)
	}
	if last {
		l.close()
	}
	a.body = l.body
	return a, err
}

// take reads n bytes of the body.
func (l *line) take(n int) error {
	have := len(l.body)
	l.body = append(l.body, make([]byte, n)...)
	_, err := io.ReadFull(l.r, l.body[have:])
	return err
}

func (l *line) chunks() error {
	for {
		h, err := l.r.ReadSlice('\n')
		if err != nil {
			return err
		}
		n, err := strconv.ParseInt(string(bytes.TrimRight(h, "\r\n")), 16, 32)
		if err != nil {
			return err
		}
		if err := l.take(int(n)); err != nil {
			return err
		}
		if _, err := l.r.Discard(2); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// get asks for a page with a token.
func (l *line) get(path, token string) (reply, error) {
	l.asked = fmt.Appendf(l.asked[:0], "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, l.to.host, token)
	return l.ask(l.asked)
}
