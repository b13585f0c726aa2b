package photo

import (
	"bytes"
	"encoding/binary"
)

// orientation is how a JPEG's camera was held, 1 to 8 as Exif counts; 1 when it does not say.
func orientation(data []byte) int {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return 1
	}
	for i := 2; i+4 <= len(data) && data[i] == 0xff && data[i+1] != 0xda; {
		end := i + 2 + int(binary.BigEndian.Uint16(data[i+2:]))
		if end < i+4 || end > len(data) {
			return 1
		}
		if block, ok := bytes.CutPrefix(data[i+4:end], []byte("Exif\x00\x00")); ok && data[i+1] == 0xe1 {
			return held(block)
		}
		i = end
	}
	return 1
}

// held reads the orientation of a TIFF directory.
func held(t []byte) int {
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
			return 1
		}
		if v := int(o.Uint16(dir[8:])); o.Uint16(dir) == 0x0112 && v >= 1 && v <= 8 {
			return v
		}
		dir = dir[12:]
	}
	return 1
}

// cameras begin the blocks of a JPEG in which its maker, and the place, stand.
var cameras = [][]byte{[]byte("Exif\x00\x00"), []byte("http://ns.adobe.com/xap/1.0/\x00"), []byte("http://ns.adobe.com/xmp/extension/\x00")}

// blank empties what cameras wrote into the pictures of a PDF, in place, so that nothing moves
// in it. Pictures that are packed a second time are not seen into.
func blank(data []byte) []byte {
	out := bytes.Clone(data)
	for i := 0; i+4 < len(out); {
		n := bytes.Index(out[i:], []byte{0xff, 0xe1})
		if n < 0 || i+n+4 > len(out) {
			break
		}
		i += n + 4
		end := min(len(out), i-2+int(binary.BigEndian.Uint16(out[i-2:])))
		for _, c := range cameras {
			if bytes.HasPrefix(out[i:], c) && i+len(c) < end {
				clear(out[i+len(c) : end])
			}
		}
	}
	return out
}
