package station

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"unicode/utf8"

	"quantriet/internal/base/access"
	"quantriet/internal/base/web"
	"quantriet/internal/kit/fault"
	"quantriet/internal/kit/id"
	"quantriet/internal/kit/text"
)

// The door at which a nation knocks in one morning reads and writes its JSON by hand; tests
// hold it equal to encoding/json.

func (s *Service) apiSend(w http.ResponseWriter, r *http.Request, _ access.Actor) error {
	station, err := web.ID(r, "station")
	if err != nil {
		return fault.New(fault.Signin, "station.unknown")
	}
	body, err := web.Bytes(r)
	switch {
	case err != nil:
		return err
	case len(body) == 0:
		web.BodyMissing(w)
		return nil
	}
	b, ok := readBatch(body)
	if !ok && json.Unmarshal(body, &b) != nil || !b.fits() {
		return web.NotJSON()
	}
	a, err := s.Send(r.Context(), station, Bearer{Authorization: r.Header.Get("Authorization")}.token(), b)
	if err != nil {
		return err
	}
	return web.Answer(w, appendAnswer(make([]byte, 0, 64+256*len(a.Verdicts)), a))
}

// fits reports whether a batch is what its schema says.
func (b Batch) fits() bool {
	if len(b.Scans) > 1000 || b.RTT < 0 || b.Unsent < 0 || b.Unsent > 1_000_000 || len(b.Prev) > 64 || len(b.Sig) > 200 || len(b.MAC) > 64 {
		return false
	}
	for _, s := range b.Scans {
		if s.N < 1 || s.How != "station" && s.How != "list" && s.How != "undo" || utf8.RuneCountInString(s.Code) > 60 || utf8.RuneCountInString(s.Note) > 300 {
			return false
		}
	}
	return true
}

func appendAnswer(b []byte, a Answer) []byte {
	b = strconv.AppendInt(append(b, `{"now":`...), a.Now, 10)
	if a.Verdicts == nil {
		return append(b, `,"verdicts":null}`+"\n"...)
	}
	b = append(b, `,"verdicts":[`...)
	for i, v := range a.Verdicts {
		if i > 0 {
			b = append(b, ',')
		}
		b = text.AppendJSON(append(b, `{"key":`...), v.Key.String())
		b = text.AppendJSON(append(b, `,"label":`...), v.Label)
		b = text.AppendJSON(append(b, `,"fault":`...), v.Fault)
		b = text.AppendJSON(append(b, `,"text":`...), v.Text)
		b = text.AppendJSON(append(b, `,"person":`...), v.Person.String())
		b = text.AppendJSON(append(b, `,"name":`...), v.Name)
		b = strconv.AppendInt(append(b, `,"at":`...), v.At, 10)
		b = strconv.AppendInt(append(b, `,"grade":`...), v.Grade, 10)
		b = append(b, '}')
	}
	return append(b, "]}\n"...)
}

// readBatch reads an upload as our own stations write it. What looks otherwise (blanks, escapes,
// other names) is not ok, which says nothing about whether it is right.
func readBatch(body []byte) (b Batch, ok bool) {
	r := reader{b: body}
	r.object(func(name string) {
		switch name {
		case "sent":
			b.Sent = r.int()
		case "rtt":
			b.RTT = r.int()
		case "unsent":
			b.Unsent = r.int()
		case "prev":
			b.Prev = r.text()
		case "sig":
			b.Sig = r.text()
		case "mac":
			b.MAC = r.text()
		case "scans":
			b.Scans = r.scans()
		default:
			r.bad = true
		}
	})
	if r.bad || r.at != len(body) || !utf8.Valid(body) {
		return Batch{}, false
	}
	return b, true
}

type reader struct {
	b   []byte
	at  int
	bad bool
}

// is passes one byte.
func (r *reader) is(c byte) bool {
	if r.at < len(r.b) && r.b[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *reader) need(c byte) {
	if !r.is(c) {
		r.bad = true
	}
}

func (r *reader) object(member func(name string)) {
	r.need('{')
	for !r.bad {
		name := r.text()
		r.need(':')
		if member(name); r.bad || r.is('}') {
			return
		}
		r.need(',')
	}
}

func (r *reader) text() string {
	r.need('"')
	if r.bad {
		return ""
	}
	n := bytes.IndexByte(r.b[r.at:], '"')
	if n < 0 {
		r.bad = true
		return ""
	}
	s := r.b[r.at : r.at+n]
	for _, c := range s {
		if c < ' ' || c == '\\' {
			r.bad = true
		}
	}
	r.at += n + 1
	return string(s)
}

// int reads at most 18 digits, so that nothing overflows.
func (r *reader) int() (n int64) {
	minus, from := r.is('-'), r.at
	for r.at < len(r.b) && r.b[r.at] >= '0' && r.b[r.at] <= '9' && r.at-from < 18 {
		n = n*10 + int64(r.b[r.at]-'0')
		r.at++
	}
	if r.at == from || r.b[from] == '0' && r.at-from > 1 {
		r.bad = true
	}
	if minus {
		return -n
	}
	return n
}

func (r *reader) id() (i id.ID) {
	if s := r.text(); s != "" {
		var err error
		if i, err = id.Parse(s); err != nil {
			r.bad = true
		}
	}
	return i
}

func (r *reader) bool() bool {
	for _, word := range []string{"true", "false"} {
		if bytes.HasPrefix(r.b[r.at:], []byte(word)) {
			r.at += len(word)
			return word == "true"
		}
	}
	r.bad = true
	return false
}

func (r *reader) scans() []Sent {
	out := []Sent{}
	if r.need('['); r.is(']') {
		return out
	}
	for !r.bad {
		if out = append(out, r.scan()); r.bad || r.is(']') {
			break
		}
		r.need(',')
	}
	return out
}

func (r *reader) scan() (s Sent) {
	r.object(func(name string) {
		switch name {
		case "key":
			s.Key = r.id()
		case "n":
			s.N = r.int()
		case "how":
			s.How = r.text()
		case "code":
			s.Code = r.text()
		case "person":
			s.Person = r.id()
		case "at":
			s.At = r.int()
		case "offline":
			s.Offline = r.bool()
		case "forced":
			s.Forced = r.bool()
		case "of":
			s.Of = r.id()
		case "note":
			s.Note = r.text()
		default:
			r.bad = true
		}
	})
	return s
}
