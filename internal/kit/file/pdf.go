package file

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// Bounds of looking for text in a PDF.
const (
	objectsMax  = 50_000
	streamMax   = 4 << 20  // bytes of one unpacked stream
	inflatedMax = 32 << 20 // bytes unpacked altogether
	mapsMax     = 200      // fonts
)

var lock = regexp.MustCompile(`/Encrypt\s*(?:\d+\s+\d+\s+R|<<)`)

func readPDF(data []byte) (kind, string, error) {
	switch {
	case !bytes.Contains(data, []byte("startxref")):
		return kind{}, "", refuse("file.broken")
	case lock.Match(data):
		return kind{}, "", refuse("file.locked")
	}
	return pdfKind, openPDF(data).stamp(), nil
}

// pdf is the objects of a file found by their marks, without its cross references: enough
// to read the text of honest writers, and nothing to trip over in dishonest ones.
type pdf struct {
	dicts   map[int][]byte // by object number, what stands before the stream
	order   []int
	streams map[int][]byte // as stored
	left    int            // bytes that may still be unpacked
}

func openPDF(data []byte) *pdf {
	p := &pdf{dicts: map[int][]byte{}, streams: map[int][]byte{}, left: inflatedMax}
	for at := 0; len(p.order) < objectsMax; {
		i := bytes.Index(data[at:], []byte(" obj"))
		if i < 0 {
			break
		}
		start := at + i + 4
		number, ok := objectNumber(data[max(at, at+i-20) : at+i])
		end := bytes.Index(data[start:], []byte("endobj"))
		if end < 0 {
			end = len(data) - start
		}
		if ok {
			p.add(number, data[start:start+end])
		}
		at = start + end
	}
	for _, n := range append([]int(nil), p.order...) {
		if bytes.Contains(p.dicts[n], []byte("/ObjStm")) {
			p.unpackObjects(n)
		}
	}
	return p
}

// objectNumber reads the first number of "12 0".
func objectNumber(b []byte) (int, bool) {
	f := bytes.Fields(b)
	if len(f) < 2 {
		return 0, false
	}
	n, err := strconv.Atoi(string(f[len(f)-2]))
	return n, err == nil && n >= 0
}

func (p *pdf) add(number int, body []byte) {
	if _, known := p.dicts[number]; !known {
		p.order = append(p.order, number)
	}
	i := bytes.Index(body, []byte("stream"))
	if i < 0 {
		p.dicts[number] = body
		return
	}
	p.dicts[number] = body[:i]
	content := bytes.TrimPrefix(bytes.TrimPrefix(body[i+6:], []byte("\r")), []byte("\n"))
	if e := bytes.LastIndex(content, []byte("endstream")); e >= 0 {
		content = content[:e]
	}
	p.streams[number] = content
}

var objStm = regexp.MustCompile(`/(N|First)\s+(\d{1,9})`)

// unpackObjects adds the objects that lie packed in one stream.
func (p *pdf) unpackObjects(number int) {
	var count, first int
	for _, m := range objStm.FindAllSubmatch(p.dicts[number], -1) {
		v, _ := strconv.Atoi(string(m[2]))
		if m[1][0] == 'N' {
			count = v
		} else {
			first = v
		}
	}
	data := p.stream(number)
	if first <= 0 || first > len(data) || count > objectsMax {
		return
	}
	heads, body := bytes.Fields(data[:first]), data[first:]
	for i := 0; i+1 < len(heads) && i < 2*count && len(p.order) < objectsMax; i += 2 {
		n, err1 := strconv.Atoi(string(heads[i]))
		from, err2 := strconv.Atoi(string(heads[i+1]))
		to := len(body)
		if i+3 < len(heads) {
			to, _ = strconv.Atoi(string(heads[i+3]))
		}
		if err1 == nil && err2 == nil && n >= 0 && from >= 0 && from <= to && to <= len(body) {
			if _, known := p.dicts[n]; !known {
				p.order = append(p.order, n)
				p.dicts[n] = body[from:to]
			}
		}
	}
}

var (
	filter  = regexp.MustCompile(`/Filter\s*(\[?)\s*/(\w+)\s*(/?)`)
	noText  = regexp.MustCompile(`/Image\b|/FontFile|/Length1\b|/XRef\b|/Metadata\b|/ObjStm\b`)
	aWriter = regexp.MustCompile(`/ToUnicode\s+(\d{1,9})\s+\d+\s+R`)
	aFont   = regexp.MustCompile(`/([^\s/<>\[\]()]{1,60})\s+(\d{1,9})\s+\d+\s+R`)
)

// stream unpacks a stream as far as the bounds allow.
func (p *pdf) stream(number int) []byte {
	raw := p.streams[number]
	m := filter.FindSubmatch(p.dicts[number])
	switch {
	case m == nil:
		return raw[:min(len(raw), streamMax)]
	case string(m[2]) != "FlateDecode" && string(m[2]) != "Fl", len(m[1]) > 0 && len(m[3]) > 0: // packed otherwise, or twice
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	out, _ := io.ReadAll(io.LimitReader(z, int64(min(streamMax, p.left)))) // what came before an error counts
	p.left -= len(out)
	return out
}

// stamp looks through every stream that shows text.
func (p *pdf) stamp() string {
	fonts, most := p.fonts()
	var r reader
	for _, n := range p.order {
		if r.found != "" || p.left <= 0 {
			break
		}
		if p.streams[n] == nil || noText.Match(p.dicts[n]) {
			continue
		}
		content := p.stream(n)
		if !bytes.Contains(content, []byte("BT")) {
			continue
		}
		for variant := range most {
			show(content, fonts, variant, r.line)
		}
	}
	return r.found
}

// fonts are the ways from codes to letters by the name that pages call a font. One name
// may mean different fonts on different pages; most is how many at the most, to be tried
// one after the other.
func (p *pdf) fonts() (byName map[string][]letters, most int) {
	byObject := map[int]letters{}
	for _, n := range p.order {
		if m := aWriter.FindSubmatch(p.dicts[n]); m != nil && len(byObject) < mapsMax {
			to, _ := strconv.Atoi(string(m[1]))
			byObject[n] = parseLetters(p.stream(to))
		}
	}
	byName, most = map[string][]letters{}, 1
	seen := map[string]bool{}
	for _, n := range p.order {
		for _, m := range aFont.FindAllSubmatch(p.dicts[n], -1) {
			to, _ := strconv.Atoi(string(m[2]))
			l, ok := byObject[to]
			if key := string(m[0]); ok && !seen[key] {
				seen[key] = true
				byName[string(m[1])] = append(byName[string(m[1])], l)
				most = max(most, min(len(byName[string(m[1])]), 4))
			}
		}
	}
	return byName, most
}
