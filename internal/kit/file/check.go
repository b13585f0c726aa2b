package file

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/jpeg" // their headers are read
	_ "image/png"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"quantriet/internal/kit/fault"
)

// Limit is the usual most of a file, in bytes.
const Limit = 25 << 20

// Info is a file that may be kept.
type Info struct {
	Name    string // safe, and its ending tells the truth
	Type    string // MIME
	Size    int64  // bytes
	SHA256  string // 64 hex digits
	Renamed bool   // its own ending told something else
}

// Check reads a file of at most limit bytes and says what it is. name is what the sender
// called it. Faults: Invalid on field "file".
func Check(name string, r io.Reader, limit int64) (Info, error) {
	info, _, err := check(name, r, limit)
	return info, err
}

func check(name string, r io.Reader, limit int64) (Info, []byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return Info{}, nil, fmt.Errorf("file: %w", err)
	case len(data) == 0:
		return Info{}, nil, refuse("file.empty")
	case int64(len(data)) > limit:
		return Info{}, nil, TooLarge(limit)
	}
	k, stamp, err := examine(name, data)
	if err == nil && stamp != "" {
		err = fault.At("file", "file.secret", "stamp", stamp)
	}
	if err != nil {
		return Info{}, nil, err
	}
	safe, changed, err := rename(name, k)
	sum := sha256.Sum256(data)
	return Info{Name: safe, Type: k.mime, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:]), Renamed: changed}, data, err
}

// TooLarge is the fault of a file above limit bytes.
func TooLarge(limit int64) error { return fault.At("file", "file.too_large", "n", limit>>20) }

// Secret reports whether err is the refusal of a stamped file.
func Secret(err error) bool { return fault.Key(err) == "file.secret" }

func refuse(key string) error { return fault.At("file", key) }

// programs begin with these bytes.
var programs = []string{"MZ", "\x7fELF", "#!", "\xfe\xed\xfa", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe"}

// examine tells the kind of the content and the stamp that it carries.
func examine(name string, data []byte) (kind, string, error) {
	begins := func(s string) bool { return bytes.HasPrefix(data, []byte(s)) }
	switch {
	case begins("%PDF-"):
		return readPDF(data)
	case begins("PK\x03\x04"):
		return readOffice(data)
	case begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return readOLE(data)
	case begins("\x89PNG\r\n\x1a\n"):
		return pngKind, "", picture(data)
	case begins("\xff\xd8\xff"):
		return jpegKind, "", picture(data)
	case begins("RIFF") && len(data) > 30 && string(data[8:12]) == "WEBP":
		return webpKind, "", webp(data)
	}
	for _, p := range programs {
		if begins(p) {
			return kind{}, "", refuse("file.program")
		}
	}
	return readText(name, data)
}

func picture(data []byte) error {
	if _, _, err := image.DecodeConfig(bytes.NewReader(data)); err != nil {
		return refuse("file.broken")
	}
	return nil
}

func webp(data []byte) error {
	size := int64(data[4]) | int64(data[5])<<8 | int64(data[6])<<16 | int64(data[7])<<24
	if size+8 > int64(len(data)) || string(data[12:15]) != "VP8" {
		return refuse("file.broken")
	}
	return nil
}

// readText takes plain text in UTF-8; what begins as markup is a page, not a text.
func readText(name string, data []byte) (kind, string, error) {
	s := strings.TrimPrefix(string(data), "\ufeff")
	if strings.HasPrefix(s, `{\rtf`) || !plain(s) {
		return kind{}, "", refuse("file.unknown")
	}
	if markup(s) {
		return kind{}, "", refuse("file.program")
	}
	var r reader
	for line := range strings.Lines(s) {
		r.line(line)
	}
	if strings.HasSuffix(strings.ToLower(name), ".csv") {
		return csvKind, r.found, nil
	}
	return textKind, r.found, nil
}

func plain(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && !unicode.IsSpace(r)
	}) < 0
}

func markup(s string) bool {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	return len(s) > 1 && s[0] == '<' && (s[1] == '!' || s[1] == '?' || s[1]|32 >= 'a' && s[1]|32 <= 'z')
}
