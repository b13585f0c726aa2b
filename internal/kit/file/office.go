package file

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"io"
	"path"
	"strings"
)

// Bounds of an Office file. Its parts are read one by one and never kept.
const (
	membersMax  = 10_000
	catalogMax  = 4 << 20   // bytes of the directory at the end of the archive
	unpackedMax = 512 << 20 // bytes that the parts claim together
	readMax     = 24 << 20  // bytes that are looked through for a stamp
)

// readOffice tells docx, xlsx and pptx by their main part.
func readOffice(data []byte) (kind, string, error) {
	z, err := catalog(data)
	if err != nil {
		return kind{}, "", err
	}
	var k kind
	var claimed uint64
	types := false
	for _, f := range z.File {
		claimed += min(f.UncompressedSize64, unpackedMax+1)
		switch name := strings.ToLower(f.Name); {
		case f.Flags&1 != 0:
			return kind{}, "", refuse("file.locked")
		case path.Base(name) == "vbaproject.bin":
			return kind{}, "", refuse("file.macro")
		case claimed > unpackedMax:
			return kind{}, "", refuse("file.swollen")
		case name == "[content_types].xml":
			types = true
			if macros(f) {
				return kind{}, "", refuse("file.macro")
			}
		case name == "word/document.xml":
			k = docxKind
		case name == "xl/workbook.xml":
			k = xlsxKind
		case name == "ppt/presentation.xml":
			k = pptxKind
		}
	}
	if !types || k.mime == "" {
		return kind{}, "", refuse("file.unknown")
	}
	return k, officeStamp(z), nil
}

// catalog opens the archive's directory after looking at its size: archive/zip would read
// as many entries as there are, whatever the count says.
func catalog(data []byte) (*zip.Reader, error) {
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || len(data)-end < 22 {
		return nil, refuse("file.broken")
	}
	count := binary.LittleEndian.Uint16(data[end+10:])
	size := binary.LittleEndian.Uint32(data[end+12:])
	offset := binary.LittleEndian.Uint32(data[end+16:])
	switch {
	case count > membersMax || size > catalogMax:
		return nil, refuse("file.swollen")
	case int64(offset)+int64(size) != int64(end):
		return nil, refuse("file.broken")
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, refuse("file.broken")
	}
	return z, nil
}

func macros(f *zip.File) bool {
	r, err := f.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	b, _ := io.ReadAll(io.LimitReader(r, 1<<20))
	return bytes.Contains(bytes.ToLower(b), []byte("macroenabled"))
}

// officeStamp looks through the parts that hold what is seen.
func officeStamp(z *zip.Reader) string {
	var r reader
	left := int64(readMax)
	for _, f := range z.File {
		if !seen(f.Name) || r.found != "" || left <= 0 {
			continue
		}
		part, err := f.Open()
		if err != nil {
			continue
		}
		bounded := &io.LimitedReader{R: part, N: left}
		paragraphs(bounded, &r)
		left = bounded.N
		part.Close()
	}
	return r.found
}

func seen(name string) bool {
	for _, pattern := range []string{"word/document.xml", "word/header*.xml", "word/footer*.xml", "xl/sharedStrings.xml", "ppt/slides/slide*.xml"} {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// deepest nesting of paragraphs: a text box inside a text box.
const deepest = 16

// paragraphs gives each paragraph of the part to r. A text box lies inside a paragraph and
// has paragraphs of its own.
func paragraphs(part io.Reader, r *reader) {
	d := xml.NewDecoder(part)
	d.Strict = false
	var open []*strings.Builder
	text := false
	for r.found == "" {
		t, err := d.RawToken()
		if err != nil {
			return
		}
		switch t := t.(type) {
		case xml.StartElement:
			text = t.Name.Local == "t"
			open = begin(open, t.Name.Local)
		case xml.CharData:
			if text && len(open) > 0 {
				write(open[len(open)-1], string(t))
			}
		case xml.EndElement:
			text = false
			if n := len(open); n > 0 && (t.Name.Local == "p" || t.Name.Local == "si") {
				r.line(open[n-1].String())
				open = open[:n-1]
			}
		}
	}
}

func begin(open []*strings.Builder, element string) []*strings.Builder {
	switch n := len(open); {
	case (element == "p" || element == "si") && n < deepest:
		return append(open, &strings.Builder{})
	case (element == "br" || element == "cr") && n > 0:
		write(open[n-1], "\n")
	case element == "tab" && n > 0:
		write(open[n-1], " ")
	}
	return open
}

// write stops where a line is too long to be a stamp anyway.
func write(b *strings.Builder, s string) {
	if b.Len() <= longest {
		b.WriteString(s)
	}
}
