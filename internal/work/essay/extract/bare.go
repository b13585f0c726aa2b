package extract

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"

	"quantriet/internal/kit/fault"
)

// Bare is a picture, or a PDF of pictures, without what the camera and the programs before wrote
// into it: the place, the time, the device, names. How the camera was held stays, so that pages
// stand upright. Fault: Invalid on "file" when it is not what its type says.
func Bare(mime string, data []byte) ([]byte, error) {
	var out []byte
	switch mime {
	case "image/jpeg":
		out = bareJPEG(data)
	case "image/png":
		out = barePNG(data)
	case "image/webp":
		out = bareWebP(data)
	case PDFType:
		out = barePDF(data)
	default:
		return data, nil
	}
	if out == nil {
		return nil, fault.At("file", "essay.file_broken")
	}
	return out, nil
}

const (
	soi, eoi, sos     = 0xd8, 0xd9, 0xda
	app0, app1, app15 = 0xe0, 0xe1, 0xef
	comment           = 0xfe
)

// draws says of a segment whether the picture needs it: of what programs add only the resolution and
// what colours mean. Elsewhere cameras and phones write places, owners, further pictures.
func draws(kind byte, body []byte) bool {
	switch {
	case kind == comment:
		return false
	case kind < app0 || kind > app15:
		return true
	}
	for _, needed := range []string{"JFIF\x00", "ICC_PROFILE\x00", "Adobe"} {
		if bytes.HasPrefix(body, []byte(needed)) {
			return true
		}
	}
	return false
}

// bareJPEG leaves the first picture of the file; nil when it is broken.
func bareJPEG(data []byte) []byte {
	if len(data) < 4 || data[0] != 0xff || data[1] != soi {
		return nil
	}
	out, held := []byte{0xff, soi}, byte(1)
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		kind := data[i+1]
		if kind == 0xff { // a filler
			i++
			continue
		}
		if kind == eoi {
			return upright(append(out, 0xff, eoi), held)
		}
		end := i + 2 + int(binary.BigEndian.Uint16(data[i+2:]))
		if end < i+4 || end > len(data) {
			return nil
		}
		if block, ok := bytes.CutPrefix(data[i+4:end], []byte("Exif\x00\x00")); ok && kind == app1 {
			held = orientation(block)
		}
		if kind == sos {
			end = scan(data, end)
		}
		if draws(kind, data[i+4:]) {
			out = append(out, data[i:end]...)
		}
		i = end
		if i+2 == len(data) && data[i] == 0xff && data[i+1] == eoi {
			return upright(append(out, 0xff, eoi), held)
		}
	}
	return upright(out, held) // cut short, as some cameras leave them
}

// scan is where the packed pixels that begin at i end.
func scan(data []byte, i int) int {
	for ; i+1 < len(data); i++ {
		if n := data[i+1]; data[i] == 0xff && n != 0 && n != 0xff && (n < 0xd0 || n > 0xd7) {
			return i
		}
	}
	return len(data)
}

// orientation reads from a TIFF directory how the camera was held, 1 to 8; 1 when it does not say.
func orientation(t []byte) byte {
	if len(t) < 8 {
		return 1
	}
	var o binary.ByteOrder = binary.BigEndian
	if t[0] == 'I' {
		o = binary.LittleEndian
	}
	at := uint64(o.Uint32(t[4:]))
	if at+2 > uint64(len(t)) {
		return 1
	}
	dir := t[at+2:]
	for range o.Uint16(t[at:]) {
		if len(dir) < 12 {
			break
		}
		if v := o.Uint16(dir[8:]); o.Uint16(dir) == 0x0112 && v >= 1 && v <= 8 {
			return byte(v)
		}
		dir = dir[12:]
	}
	return 1
}

// upright puts an Exif block that says only how the camera was held behind the first marker.
func upright(jpeg []byte, held byte) []byte {
	if held == 1 {
		return jpeg
	}
	block := []byte{0xff, app1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, held, 0, 0, 0, 0, 0, 0}
	return append(append(bytes.Clone(jpeg[:2]), block...), jpeg[2:]...)
}

// drawing are the chunks of a PNG that change how it looks, and may be missing.
var drawing = []string{"tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs", "acTL", "fcTL", "fdAT"}

// barePNG leaves the chunks that draw; nil when it is broken.
func barePNG(data []byte) []byte {
	const head = 8
	if len(data) < head {
		return nil
	}
	out := bytes.Clone(data[:head])
	for i := head; i+12 <= len(data); {
		end := uint64(i) + 12 + uint64(binary.BigEndian.Uint32(data[i:]))
		if end > uint64(len(data)) {
			return nil
		}
		kind := string(data[i+4 : i+8])
		if kind[0]&0x20 == 0 || slices.Contains(drawing, kind) { // a capital: no picture without it
			out = append(out, data[i:end]...)
		}
		if kind == "IEND" {
			return out
		}
		i = int(end)
	}
	return nil
}

// bareWebP leaves the chunks that draw; nil when it is broken.
func bareWebP(data []byte) []byte {
	if len(data) < 12 {
		return nil
	}
	out := bytes.Clone(data[:12])
	for i := 12; i+8 <= len(data); {
		n := uint64(binary.LittleEndian.Uint32(data[i+4:]))
		end := min(uint64(i)+8+n+n%2, uint64(len(data)))
		if uint64(i)+8+n > uint64(len(data)) {
			return nil
		}
		switch kind := string(data[i : i+4]); kind {
		case "VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP":
			at := len(out)
			out = append(out, data[i:end]...)
			if kind == "VP8X" && n > 0 {
				out[at+8] &^= 0x0c
			}
		}
		i = int(end)
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

var (
	infos   = regexp.MustCompile(`/(?:Author|Creator|Producer|Title|Subject|Keywords|CreationDate|ModDate)\s*(?:\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>)`)
	packets = regexp.MustCompile(`(?s)<x:xmpmeta.*?</x:xmpmeta>`)
)

// barePDF empties what tells of people and cameras in place, so that nothing moves in the file.
// What is packed is not seen into.
func barePDF(data []byte) []byte {
	out := bytes.Clone(data)
	for _, at := range infos.FindAllIndex(out, -1) {
		value := out[at[0]:at[1]]
		open := bytes.IndexAny(value, "(<")
		fill := byte(' ')
		if value[open] == '<' {
			fill = '0'
		}
		for i := open + 1; i < len(value)-1; i++ {
			value[i] = fill
		}
	}
	for _, at := range packets.FindAllIndex(out, -1) {
		for i := at[0]; i < at[1]; i++ {
			out[i] = ' '
		}
	}
	for i := 0; i+4 < len(out); {
		n := bytes.Index(out[i:], []byte{0xff, app1})
		if n < 0 || i+n+4 > len(out) {
			break
		}
		i += n + 4
		end := min(len(out), i-2+int(binary.BigEndian.Uint16(out[i-2:])))
		if block := out[min(i, end):end]; bytes.HasPrefix(block, []byte("Exif\x00\x00")) || bytes.HasPrefix(block, []byte("http://ns.adobe.com/")) {
			clear(block[6:])
		}
	}
	return out
}
