package file

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// Bounds of the old container of Office: a file system of sectors.
const (
	entriesMax = 4096
	chainMax   = 4096 // sectors of a chain that is followed
)

const endOfChain = 0xfffffffa // and above: no sector

type ole struct {
	data   []byte
	sector int
	fat    []uint32 // sectors that hold the table
}

type entry struct {
	name  string
	start uint32
}

// readOLE tells doc and xls by their main stream. A docx that is locked by a password also
// comes in this container.
func readOLE(data []byte) (kind, string, error) {
	o, ok := openOLE(data)
	if !ok {
		return kind{}, "", refuse("file.broken")
	}
	var k kind
	var locked, macro bool
	for _, e := range o.entries() {
		switch e.name {
		case "encryptedpackage", "encryptioninfo":
			locked = true
		case "macros", "_vba_project_cur", "_vba_project", "vba":
			macro = true
		case "worddocument":
			k, locked = docKind, locked || o.docLocked(e)
		case "workbook", "book":
			k, locked = xlsKind, locked || o.xlsLocked(e)
		}
	}
	switch {
	case locked:
		return kind{}, "", refuse("file.locked")
	case macro:
		return kind{}, "", refuse("file.macro")
	case k.mime == "":
		return kind{}, "", refuse("file.unknown")
	}
	return k, oleStamp(data), nil
}

func openOLE(data []byte) (*ole, bool) {
	if len(data) < 1536 {
		return nil, false
	}
	shift := binary.LittleEndian.Uint16(data[30:])
	if shift != 9 && shift != 12 {
		return nil, false
	}
	o := &ole{data: data, sector: 1 << shift}
	for i := 76; i < 512; i += 4 {
		o.fat = append(o.fat, binary.LittleEndian.Uint32(data[i:]))
	}
	next := binary.LittleEndian.Uint32(data[68:])
	for range chainMax { // of sectors with more of the table's sectors
		s := o.at(next)
		if s == nil {
			break
		}
		for i := 0; i < o.sector-4; i += 4 {
			o.fat = append(o.fat, binary.LittleEndian.Uint32(s[i:]))
		}
		next = binary.LittleEndian.Uint32(s[o.sector-4:])
	}
	return o, true
}

// at is a sector, nil when the file does not have it.
func (o *ole) at(n uint32) []byte {
	from := (int64(n) + 1) * int64(o.sector)
	if n >= endOfChain || from+int64(o.sector) > int64(len(o.data)) {
		return nil
	}
	return o.data[from : from+int64(o.sector)]
}

func (o *ole) next(n uint32) uint32 {
	per := uint32(o.sector / 4)
	if int(n/per) >= len(o.fat) {
		return endOfChain
	}
	s := o.at(o.fat[n/per])
	if s == nil {
		return endOfChain
	}
	return binary.LittleEndian.Uint32(s[n%per*4:])
}

// entries are the names in the directory, in small letters.
func (o *ole) entries() (out []entry) {
	n := binary.LittleEndian.Uint32(o.data[48:])
	for range chainMax {
		s := o.at(n)
		if s == nil || len(out) > entriesMax {
			return out
		}
		for i := 0; i+128 <= len(s); i += 128 {
			if e, ok := parseEntry(s[i : i+128]); ok {
				out = append(out, e)
			}
		}
		n = o.next(n)
	}
	return out
}

func parseEntry(b []byte) (entry, bool) {
	size := int(binary.LittleEndian.Uint16(b[64:]))
	if b[66] == 0 || size < 2 || size > 64 {
		return entry{}, false
	}
	units := make([]uint16, size/2-1)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return entry{strings.ToLower(string(utf16.Decode(units))), binary.LittleEndian.Uint32(b[116:])}, true
}

// docLocked reads fEncrypted of the stream's head [MS-DOC 2.5.1].
func (o *ole) docLocked(e entry) bool {
	s := o.at(e.start)
	return s != nil && binary.LittleEndian.Uint16(s[10:])&0x0100 != 0
}

// xlsLocked looks for FILEPASS among the first records [MS-XLS 2.4.117].
func (o *ole) xlsLocked(e entry) bool {
	s := o.at(e.start)
	for i := 0; i+4 <= len(s); {
		if binary.LittleEndian.Uint16(s[i:]) == 0x002f {
			return true
		}
		i += 4 + int(binary.LittleEndian.Uint16(s[i+2:]))
	}
	return false
}

// oleStamp looks for the word where Word keeps text, two bytes to a letter, and takes the
// paragraph or cell around it.
func oleStamp(data []byte) string {
	word := []byte{'M', 0, 0xac, 0x1e, 'T', 0} // MẬT
	for i := 0; ; {
		n := bytes.Index(data[i:], word)
		if n < 0 {
			return ""
		}
		if s := Stamp(paragraphAt(data, i+n)); s != "" {
			return s
		}
		i += n + len(word)
	}
}

// paragraphAt decodes what stands between two control letters around data[i:].
func paragraphAt(data []byte, i int) string {
	from, to := i, i
	for from >= 2 && i-from < longest && letter(data[from-2:]) {
		from -= 2
	}
	for to+1 < len(data) && to-i < longest && letter(data[to:]) {
		to += 2
	}
	units := make([]uint16, 0, longest)
	for ; from < to; from += 2 {
		units = append(units, binary.LittleEndian.Uint16(data[from:]))
	}
	return string(utf16.Decode(units))
}

func letter(b []byte) bool { return binary.LittleEndian.Uint16(b) >= ' ' }
